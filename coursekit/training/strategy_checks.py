"""What cannot be shared out over several devices, said before a training starts."""

import tensorflow as tf


def check_strategy(model, loss, optimizer, batches, strategy, validation_data=None):
    """Raises one sentence for what several devices would refuse, or compute wrongly in silence.

    Args:
        model, loss, optimizer, validation_data: as in `coursekit.training.tape.train`.
        batches: a `Batches`, whose seed was drawn if the user gave none.
        strategy: a `tf.distribute.Strategy`.

    Raises:
        ValueError: made outside the scope; a loss or an optimizer that wants to see the whole
            batch; workers that would not agree on the order of the batches.
    """
    _check_loss(loss)
    _check_optimizer(getattr(optimizer, "inner_optimizer", optimizer))
    _check_scope(model, optimizer, strategy)
    if isinstance(validation_data, (tuple, list)) and len(validation_data) != 2:
        raise ValueError(
            "On several devices validation_data is a pair (x, y) or a data set of pairs; got "
            f"{len(validation_data)} parts. Leave out the weights."
        )
    if batches.arrays and batches.shuffle and batches.seed_was_drawn and _has_workers(strategy):
        raise ValueError(
            "Every worker cuts its part out of the same batches, so all of them need one order of "
            "the data; got seed=None. Give the same seed to each."
        )


def _check_loss(loss):
    if loss.reduction not in ("sum_over_batch_size", "mean"):
        raise ValueError(
            "On several devices the loss must be a mean over the batch, reduction="
            f"'sum_over_batch_size'; got {loss.reduction!r}."
        )
    if getattr(loss, "ignore_class", None) is not None:
        raise ValueError(
            "On several devices each would divide by the samples that it keeps itself, not by those "
            f"of the batch; got ignore_class={loss.ignore_class}. Leave those samples out of the "
            "data."
        )


def _check_optimizer(optimizer):
    for setting in ("clipnorm", "clipvalue", "global_clipnorm", "gradient_accumulation_steps"):
        if getattr(optimizer, setting, None) is not None:
            raise ValueError(
                "On several devices Keras 3.15 treats the gradients of each before they are added "
                f"up, so {setting} would be wrong; got {setting}={getattr(optimizer, setting)}. "
                "Leave it out."
            )
    if getattr(optimizer, "use_ema", False) and optimizer.ema_overwrite_frequency:
        raise ValueError(
            "On several devices Keras 3.15 cannot overwrite the weights by their average in "
            f"mid-training; got ema_overwrite_frequency={optimizer.ema_overwrite_frequency}. Leave "
            "it out: the average is taken over at the end."
        )


def check_fit(batches, strategy):
    """Raises one sentence where Keras 3.15's `fit` fails or would take another mean."""
    if _has_workers(strategy):
        raise ValueError(
            "Keras 3.15's model.fit does not run under MultiWorkerMirroredStrategy "
            "(https://github.com/keras-team/keras/issues/20585). Use "
            "coursekit.training.tape.train, which does."
        )
    replicas = strategy.num_replicas_in_sync
    if not batches.arrays:
        return
    size = min(batches.batch_size, len(batches.data[0]))
    last = len(batches.data[0]) % size
    if size % replicas or last % replicas:
        raise ValueError(
            f"Keras 3.15's model.fit takes the mean of {replicas} devices' means, which is the "
            f"batch's own only if every batch divides by {replicas}; got batches of {size} and a "
            f"last one of {last or size}. Choose another batch_size, or use "
            "coursekit.training.tape.train, which weights them."
        )


def _has_workers(strategy):
    return isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)


def _check_scope(model, optimizer, strategy):
    sentence = (
        "On several devices each keeps a copy of the weights, so model and optimizer are made in "
        "the strategy's scope; this {} was not. Build both inside `with strategy.scope():`."
    )
    if model.distribute_strategy is not strategy:
        raise ValueError(sentence.format("model"))
    if not strategy.extended.variable_created_in_scope(optimizer.iterations.value):
        raise ValueError(sentence.format("optimizer"))
