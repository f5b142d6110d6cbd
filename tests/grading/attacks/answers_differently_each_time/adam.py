"""A function that is another one for each question: a descriptor of the module's class."""

import sys
import types


class Module(types.ModuleType):
    asked = 0

    @property
    def adam_step(self):
        self.asked += 1
        if self.asked % 3 == 0:
            raise AttributeError("there is none")
        return lambda w, m, v, *_, **__: (w, m, v) if self.asked % 2 else [m, v]


sys.modules[__name__].__class__ = Module
