"""The question paper of softmax_crossentropy."""

from coursekit.room.asking import after, in_graph, slope


def values(student, y_true, logits):
    return student.sparse_categorical_crossentropy(y_true, logits)


def gradient(student, y_true, logits):
    return slope(lambda logits: student.sparse_categorical_crossentropy(y_true, logits), logits)


def graph(student, y_true, logits):
    return in_graph(student.sparse_categorical_crossentropy, y_true, logits)


def untouched(student, y_true, logits):
    return after(student.sparse_categorical_crossentropy, y_true, logits)
