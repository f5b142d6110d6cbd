import pytest


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The folder that a command runs in, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
