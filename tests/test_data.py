import gzip
import pickle
from pathlib import Path

import keras
import numpy as np
import pytest

from coursekit import data


def test_the_digits_are_the_1797_of_the_uci_test_set():
    # Counts per class and the sum of all pixels, as UCI's own file has them.
    parts = data.digits()
    labels = np.concatenate([part[1] for part in parts])
    images = np.concatenate([part[0] for part in parts])
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert round(float(images.sum(dtype="float64") * 16)) == 561718


def test_every_part_has_images_between_0_and_1_and_whole_labels():
    for (images, labels), size in zip(data.digits(), (1198, 299, 300)):
        assert images.shape == (size, 8, 8, 1) and images.dtype == np.float32
        assert images.min() == 0 and images.max() == 1
        assert labels.shape == (size,) and labels.dtype == np.int64


def test_every_class_has_the_same_share_of_every_part():
    parts = data.digits()
    whole = np.bincount(np.concatenate([part[1] for part in parts]))
    for _, labels in parts:
        expected = whole * len(labels) / 1797
        assert np.abs(np.bincount(labels) - expected).max() <= 1.5


def test_no_image_is_in_two_parts():
    train, validation, test = ({image.tobytes() for image in part[0]} for part in data.digits())
    assert not train & validation and not train & test and not validation & test


def test_the_split_is_the_same_every_time():
    for first, second in zip(data.digits(), data.digits()):
        np.testing.assert_array_equal(first[0], second[0])
        np.testing.assert_array_equal(first[1], second[1])


def test_changing_a_returned_array_does_not_change_the_next():
    images, _ = data.digits().train
    images[:] = 0
    assert data.digits().train[0].max() == 1


def test_the_file_is_small_and_its_source_and_licence_lie_beside_it():
    folder = Path(data.__file__).parent
    assert (folder / "digits.npz").stat().st_size < 100_000
    text = (folder / "digits.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in text and "10.24432/C50P49" in text


def test_two_classes_keeps_the_pair_and_calls_the_second_one_1():
    whole, pair = data.digits(), data.two_classes(data.digits(), 3, 8)
    for (images, labels), (kept, targets) in zip(whole, pair):
        np.testing.assert_array_equal(kept, images[np.isin(labels, [3, 8])])
        np.testing.assert_array_equal(
            targets[:, 0], (labels[np.isin(labels, [3, 8])] == 8).astype("float32")
        )
        assert targets.dtype == np.float32


def test_odd_or_even_calls_the_odd_ones_1():
    for (images, labels), (same, targets) in zip(data.digits(), data.odd_or_even(data.digits())):
        np.testing.assert_array_equal(same, images)
        np.testing.assert_array_equal(targets, labels[:, None] % 2)
        assert targets.dtype == np.float32


def test_two_classes_says_which_class_is_missing():
    with pytest.raises(ValueError, match="no class 11.*classes are 0, 1"):
        data.two_classes(data.digits(), 3, 11)


def test_two_classes_wants_two():
    with pytest.raises(ValueError, match="must differ; got 3 twice"):
        data.two_classes(data.digits(), 3, 3)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Keras's cache folder, empty, with no way to the network and no check of the real files' sums."""
    files = keras.src.utils.file_utils
    monkeypatch.setattr(files.config, "keras_home", lambda: str(tmp_path))
    monkeypatch.setattr(files, "validate_file", lambda *args, **kwargs: True)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets"


RANDOM = np.random.default_rng(0)
TRAIN = RANDOM.integers(0, 256, (60, 28, 28), "uint8"), np.arange(60, dtype="uint8") % 10
TEST = RANDOM.integers(0, 256, (20, 28, 28), "uint8"), np.arange(20, dtype="uint8") % 10


def check(loaded, train, test, channels):
    """The arrays that were put into the cache come out: scaled, split by class, none lost."""
    images = np.concatenate([loaded.train[0], loaded.validation[0]])
    assert images.dtype == np.float32 and images.shape[1:] == (*train[0].shape[1:3], channels)
    assert len(loaded.validation[0]) == len(train[0]) // 6
    assert np.bincount(loaded.validation[1], minlength=10).max() <= -(-len(train[0]) // 60)
    total = images.sum(dtype="float64") * 255
    np.testing.assert_allclose(total, train[0].sum(dtype="float64"), rtol=1e-6)
    np.testing.assert_allclose(
        loaded.test[0].reshape(test[0].shape), test[0] / np.float32(255), rtol=1e-6
    )
    np.testing.assert_array_equal(loaded.test[1], test[1].ravel())
    assert loaded.train[1].dtype == np.int64 and loaded.train[1].ndim == 1


def test_mnist_comes_from_kerass_cache(cache):
    np.savez(
        cache / "mnist.npz", x_train=TRAIN[0], y_train=TRAIN[1], x_test=TEST[0], y_test=TEST[1]
    )
    check(data.mnist(), TRAIN, TEST, channels=1)


def test_fashion_mnist_comes_from_kerass_cache(cache):
    folder = cache / "fashion-mnist"
    folder.mkdir()
    for name, (images, labels) in {"train": TRAIN, "t10k": TEST}.items():
        for kind, values, header in (("images-idx3", images, 16), ("labels-idx1", labels, 8)):
            with gzip.open(folder / f"{name}-{kind}-ubyte.gz", "wb") as file:
                file.write(bytes(header) + values.tobytes())
    check(data.fashion_mnist(), TRAIN, TEST, channels=1)


@pytest.mark.slow
def test_cifar10_comes_from_kerass_cache(cache):
    # Keras insists on five batches of 10,000 images, so this cache cannot be small.
    folder = cache / "cifar-10-batches-py-target" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    (cache / "cifar-10-batches-py-target_archive").touch()
    images = np.zeros((10_000, 3072), "uint8")
    images[:, ::100] = RANDOM.integers(0, 256, (10_000, 31), "uint8")
    labels = (np.arange(10_000) % 10).tolist()
    for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]:
        with open(folder / name, "wb") as file:
            pickle.dump({b"data": images, b"labels": labels}, file)
    colour = images.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    train = np.tile(colour, (5, 1, 1, 1)), np.tile(labels, 5)
    check(data.cifar10(), train, (colour, np.array(labels)), channels=3)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_without_cache_and_network_the_error_says_what_to_do(cache, name):
    with pytest.raises(ConnectionError, match=f"{name} should come from.*Connect once.*digits"):
        getattr(data, name)()
