"""The question paper of decay_or_l2."""

import keras
import tensorflow as tf
from keras import layers


def penalty_slope(student, l2, w):
    regularizer, w = student.regularizer_for(l2), tf.constant(w)
    with tf.GradientTape() as tape:
        tape.watch(w)
        penalty = regularizer(w)
    return tape.gradient(penalty, w)


def in_a_layer(student, l2, w):
    layer = layers.Dense(w.shape[1], use_bias=False, kernel_regularizer=student.regularizer_for(l2))
    layer.build((None, w.shape[0]))
    layer.set_weights([w])
    with tf.GradientTape() as tape:
        penalty = sum(layer.losses)
    slope = tape.gradient(penalty, layer.trainable_weights[0].value)
    return {"kind": isinstance(layer.kernel_regularizer, keras.Regularizer), "slope": slope}


def decoupled(student, l2, momentum):
    return student.decoupled_for(l2, momentum)


def shrink(student, learning_rate, strength, kind, **momentum):
    return student.shrink_per_step(learning_rate, strength, kind, **momentum)
