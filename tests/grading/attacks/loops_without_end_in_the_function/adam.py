"""Never answers, and takes no for an answer from no exception."""


def adam_step(w, m, v, step, gradient, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
