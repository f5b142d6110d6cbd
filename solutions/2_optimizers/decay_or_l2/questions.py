"""The question paper of decay_or_l2."""

import keras
import tensorflow as tf
from keras import layers


def penalty_slope(student, l2, w):
    regularizer, w = student.regularizer_for(l2), tf.constant(w)
    student.regularizer_for(3 * l2)  # another one, which must not change the first
    if not callable(regularizer) or isinstance(regularizer, type):
        return "no regularizer"
    with tf.GradientTape() as tape:
        tape.watch(w)
        penalty = regularizer(w)
    return tape.gradient(penalty, w) if tf.is_tensor(penalty) else "no tensor"


def in_a_layer(student, l2, w):
    regularizer = student.regularizer_for(l2)
    if not isinstance(regularizer, keras.Regularizer):
        return {"kind": False}
    layer = layers.Dense(w.shape[1], use_bias=False, kernel_regularizer=regularizer)
    layer.build((None, w.shape[0]))
    layer.set_weights([w])
    with tf.GradientTape() as tape:
        penalty = sum(layer.losses)
    weights = layer.trainable_weights[0].value
    return {"kind": True, "slope": tape.gradient(penalty, weights) if tf.is_tensor(penalty) else 0}


def decoupled(student, l2, momentum):
    return student.decoupled_for(l2, momentum)


def shrink(student, learning_rate, strength, kind, **momentum):
    return student.shrink_per_step(learning_rate, strength, kind, **momentum)
