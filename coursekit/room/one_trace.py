"""Lets `fit` trace a training step once, where Keras does so twice.

An optimizer makes its variables when its first step is traced; TensorFlow traces a function in which
variables were made a second time. With the variables made beforehand, one time is enough: a quarter of a
second less for every `fit` of a small CNN.
"""

import functools

import keras


def build_optimizers_first():
    """From now on `make_train_function` builds the optimizer before the step is traced."""
    make = keras.Model.make_train_function

    @functools.wraps(make)
    def make_train_function(model, *args, **kwargs):
        optimizer = getattr(model, "optimizer", None)
        if model.built and _is_kerass(model, optimizer) and not optimizer.built:
            optimizer.build(model.trainable_variables)
        return make(model, *args, **kwargs)

    keras.Model.make_train_function = make_train_function


def _is_kerass(model, optimizer):
    # A student's own optimizer, or one in a step of the student's, meets its variables as anywhere else
    own_step = getattr(model.train_step, "__func__", None) is not keras.Model.train_step
    return not own_step and type(optimizer).__module__.startswith("keras.")
