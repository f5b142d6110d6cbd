"""TensorFlow is waited for with a word, and says nothing itself."""

import logging
import os

import pytest

from coursekit.lab.starting_tensorflow import starting_tensorflow


def test_it_says_so_and_nothing_else_is_said(capfd, monkeypatch):
    pytest.importorskip("tensorflow")
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "")  # so that it is put back afterwards
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")
    logger = logging.getLogger("tensorflow")
    monkeypatch.setattr(logger, "level", logging.WARNING)
    with starting_tensorflow():
        os.write(2, b"chatter of an import")
    assert capfd.readouterr() == ("", "Starting TensorFlow …\n")
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3" and logger.level == logging.ERROR


def test_who_wants_tensorflows_messages_keeps_them(monkeypatch):
    pytest.importorskip("tensorflow")
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    with starting_tensorflow():
        pass
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"
