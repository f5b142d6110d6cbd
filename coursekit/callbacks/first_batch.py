"""The first batch of a fit, looked at before the training step gets it."""

import itertools

import keras


def show_first_batch(model, look):
    """Calls `look(batch)` just before the next training step, which then gets that same batch.

    Keras shows callbacks no data. But its `fit` fetches `model.train_function` anew for each step
    and hands it the iterator; so for one call there stands a function that takes the first batch,
    shows it, and gives the ordinary function an iterator which begins with it. What is trained
    does not change by a bit.

    Args:
        model: a Keras model in the middle of `fit`, between two steps.
        look: function of a batch (x, y) or (x, y, sample_weight).

    Returns:
        A function that takes everything back if no step came.
    """
    plain = model.train_function

    def once(*arguments):
        model.train_function = plain
        *state, source = arguments
        if state:
            _attach_state(model, *state)
        batch, source = _first(model, source)
        if batch is not None:
            look(batch)
        if state:
            model._jax_state_synced = False  # the loop's state is again the true one
        return plain(*state, source)

    def take_back():
        if model.train_function is once:
            model.train_function = plain

    if plain is not None:
        model.train_function = once
    return take_back


def _first(model, source):
    """The first batch, and a source that yields it again and then the others."""
    if isinstance(source, (list, tuple)):  # on PyTorch the batch itself
        return source[0], source
    if keras.backend.backend() != "tensorflow":
        batch = next(source, None)
        return batch, source if batch is None else itertools.chain([batch], source)

    import tensorflow as tf

    if not isinstance(source, tf.data.Iterator):  # a distributed batch lies on several devices
        return None, source
    batches = list(itertools.islice(source, model.steps_per_execution))
    if not batches:
        return None, source
    # An iterator of the same type: for any other, Keras would trace and compile once more.
    again = tf.data.Dataset.from_generator(
        lambda: iter(batches), output_signature=source.element_spec
    )
    return batches[0], iter(again)


def _attach_state(model, state):
    # On JAX the weights are in the loop's hands during fit, and the model's variables are empty.
    names = "trainable_variables", "non_trainable_variables", "optimizer_variables"
    model._jax_state = dict(zip((*names, "metrics_variables"), state))
    model._jax_state_synced = False
    model.jax_state_sync()
