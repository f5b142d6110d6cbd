"""Answers with lists, dicts and numbers of classes of their own that lie or raise."""


class List(list):
    def __len__(self):
        return -5

    def __iter__(self):
        raise RuntimeError("not to be walked")


class Dict(dict):
    def items(self):
        while True:
            yield "w", self


class Float(float):
    def __format__(self, spec):
        raise RuntimeError("not to be shown")


class Text(str):
    def __getitem__(self, place):
        return self * 10**9


def adam_step(w, m, v, step, gradient, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return List([1, 2]), Dict(w=Float(2)), Text("x")
