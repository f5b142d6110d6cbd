"""The images that the course learns from, as arrays, split the same way every time."""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Data(NamedTuple):
    """Three parts, each a pair (images, labels).

    Shapes:
        images: (n, height, width, channels), float32 in [0, 1].
        labels: (n,), int64; after `two_classes` and `odd_or_even` (n, 1), float32.
    """

    train: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]


def digits():
    """Loads the 1,797 handwritten 8×8 digits that come with the package: no network needed.

    Of every digit, two thirds are for training, one sixth for validation and one sixth for the
    test, always the same images: 1198, 299 and 300 in all.

    Example:
        >>> images, labels = digits().train
        >>> images.shape, images.dtype, labels.shape
        ((1198, 8, 8, 1), dtype('float32'), (1198,))

    Source: Alpaydin & Kaynak (1998), "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository, https://doi.org/10.24432/C50P49 (CC BY 4.0).
    """
    with np.load(Path(__file__).with_name("digits.npz")) as file:
        images, labels = file["x"], file["y"]
    images, labels = _as_images(images, brightest=16), _as_labels(labels)
    rest, test = _split(labels, held_out=300)
    train, validation = (rest[part] for part in _split(labels[rest], held_out=299))
    return Data(*((images[part], labels[part]) for part in (train, validation, test)))


def mnist():
    """Loads MNIST, 28×28 grey digits, through `keras.datasets`; 1/6 of its training part validates.

    Raises:
        ConnectionError: no copy in Keras's cache and no network to fetch one.

    Source: LeCun, Bottou, Bengio & Haffner (1998), "Gradient-Based Learning Applied to Document
    Recognition".
    """
    return _from_keras("mnist")


def fashion_mnist():
    """Loads Fashion-MNIST, 28×28 grey clothes in 10 classes, through `keras.datasets`.

    Raises:
        ConnectionError: no copy in Keras's cache and no network to fetch one.

    Source: Xiao, Rasul & Vollgraf (2017), "Fashion-MNIST: a Novel Image Dataset for Benchmarking
    Machine Learning Algorithms".
    """
    return _from_keras("fashion_mnist")


def cifar10():
    """Loads CIFAR-10, 32×32 colour photographs in 10 classes, through `keras.datasets`.

    Raises:
        ConnectionError: no copy in Keras's cache and no network to fetch one.

    Source: Krizhevsky (2009), "Learning Multiple Layers of Features from Tiny Images".
    """
    return _from_keras("cifar10")


def two_classes(data, negative=3, positive=8):
    """Keeps two classes and labels them 0 and 1: the task of a binary cross-entropy.

    Args:
        data: what `digits`, `mnist`, … return.
        negative: the class that becomes 0.
        positive: the class that becomes 1.

    Raises:
        ValueError: both classes are the same, or one of them is not in the data.

    Example:
        >>> images, labels = two_classes(digits(), 3, 8).train
        >>> labels.shape, labels.dtype, sorted(set(labels.ravel().tolist()))
        ((238, 1), dtype('float32'), [0.0, 1.0])
    """
    if negative == positive:
        raise ValueError(f"Two classes must differ; got {negative} twice. Name another one.")
    for label in (negative, positive):
        if label not in data.train[1]:
            known = ", ".join(str(label) for label in np.unique(data.train[1]))
            raise ValueError(f"There is no class {label} in this data. Its classes are {known}.")

    def keep(images, labels):
        kept = (labels == negative) | (labels == positive)
        return images[kept], (labels[kept] == positive).astype("float32")[:, np.newaxis]

    return Data(*(keep(*part) for part in data))


def odd_or_even(data):
    """Labels every image 1 if its digit is odd, 0 if it is even: two classes, and not an easy pair.

    Example:
        >>> odd_or_even(digits()).test[1].mean().round(2)
        np.float32(0.5)
    """
    return Data(
        *((images, (labels % 2).astype("float32")[:, np.newaxis]) for images, labels in data)
    )


def _from_keras(name):
    import keras

    try:
        (images, labels), test = getattr(keras.datasets, name).load_data()
    except Exception as error:
        folder = Path(os.environ.get("KERAS_HOME", "~/.keras")) / "datasets"
        raise ConnectionError(
            f"{name} should come from Keras's cache or from the network, and neither had a whole "
            f"copy ({error}). Connect once and try again, put the file into {folder}, or take "
            "coursekit.data.digits(), which needs no download."
        ) from error
    train, validation = _split(_as_labels(labels), held_out=len(labels) // 6)
    parts = (images[train], labels[train]), (images[validation], labels[validation]), test
    return Data(*((_as_images(part[0], brightest=255), _as_labels(part[1])) for part in parts))


def _as_images(pixels, brightest):
    images = np.divide(pixels, brightest, dtype="float32")
    return images if images.ndim == 4 else images[..., np.newaxis]


def _as_labels(labels):
    return labels.reshape(-1).astype("int64")


def _split(labels, held_out):
    """Two lists of indices; every class has the same share of both, to one image."""
    order = np.random.default_rng(0).permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]  # class by class, shuffled within
    # Every n-th of a list sorted by class takes the same share of each class.
    taken = np.floor(np.linspace(0, len(order), held_out, endpoint=False)).astype(int)
    mask = np.zeros(len(order), bool)
    mask[taken] = True
    return np.sort(order[~mask]), np.sort(order[mask])
