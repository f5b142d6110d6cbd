"""Runs on every backend: a stand-in for the model shows what its training step would get."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from coursekit.callbacks.first_batch import show_first_batch

BACKEND = keras.backend.backend()
BATCHES = [(np.full((2, 3), float(i), "float32"), np.array([i, i])) for i in range(5)]
only_tensorflow = pytest.mark.skipif(BACKEND != "tensorflow", reason="its iterators are special")


def source():
    if BACKEND == "torch":
        return [BATCHES[0]]  # there the step gets a list with its batch
    if BACKEND == "jax":
        return iter(BATCHES)
    import tensorflow as tf

    specs = tf.TensorSpec((None, 3)), tf.TensorSpec((None,), "int64")
    return iter(tf.data.Dataset.from_generator(lambda: iter(BATCHES), output_signature=specs))


def numbers(batches):
    return [float(np.asarray(x)[0, 0]) for x, _ in batches]


def model(step, steps=1):
    return SimpleNamespace(train_function=step, steps_per_execution=steps)


def test_shows_the_first_batch_and_trains_on_it_all_the_same():
    shown, trained = [], []
    step = lambda batches: trained.append(next(iter(batches)))
    watched = model(step)
    show_first_batch(watched, shown.append)
    batches = source()
    for _ in range(3):
        watched.train_function(batches)
    assert numbers(shown) == [0.0]
    assert numbers(trained) == ([0.0] * 3 if BACKEND == "torch" else [0.0, 1.0, 2.0])
    assert watched.train_function is step


@only_tensorflow
def test_an_execution_of_several_steps_gets_as_many_batches_as_ever():
    shown, trained = [], []
    step = lambda batches: trained.append(numbers(b for _, b in zip(range(3), batches)))
    watched = model(step, steps=3)
    show_first_batch(watched, shown.append)
    batches = source()
    watched.train_function(batches)
    watched.train_function(batches)
    assert numbers(shown) == [0.0]
    assert trained == [[0.0, 1.0, 2.0], [3.0, 4.0]]


@only_tensorflow
def test_the_step_gets_an_iterator_of_the_same_type():
    # For any other type Keras would trace its step a second time.
    types = []
    watched = model(lambda batches: types.append((type(batches), batches.element_spec)))
    show_first_batch(watched, lambda batch: None)
    batches = source()
    watched.train_function(batches)
    assert types == [(type(batches), batches.element_spec)]


def test_is_gone_when_the_first_step_fails():
    def step(batches):
        raise RuntimeError("out of memory")

    watched = model(step)
    show_first_batch(watched, lambda batch: None)
    with pytest.raises(RuntimeError, match="out of memory"):
        watched.train_function(source())
    assert watched.train_function is step


def test_can_be_taken_back():
    watched = model(step := object())
    take_back = show_first_batch(watched, lambda batch: None)
    assert watched.train_function is not step
    take_back()
    assert watched.train_function is step
    watched.train_function = another = object()
    take_back()  # what somebody else has put there stays
    assert watched.train_function is another


def test_without_a_training_step_there_is_nothing_to_show():
    watched = model(None)
    show_first_batch(watched, lambda batch: None)()
    assert watched.train_function is None


@pytest.mark.skipif(BACKEND == "torch", reason="there the step gets no iterator")
def test_data_that_ended_show_nothing_and_end_as_ever():
    shown, ends = [], []
    watched = model(lambda batches: ends.append(next(batches, "the end")))
    show_first_batch(watched, shown.append)
    batches = source()
    for _ in batches:
        pass
    watched.train_function(batches)
    assert (shown, ends) == ([], ["the end"])
