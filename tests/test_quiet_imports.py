import gc
import os

import pytest

from coursekit.quiet_imports import quiet_imports


def test_what_is_written_to_the_error_stream_is_lost(capfd):
    with quiet_imports():
        os.write(2, b"chatter")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_an_error_comes_through_and_all_is_as_before(capfd):
    with pytest.raises(ImportError, match="no such thing"), quiet_imports():
        assert not gc.isenabled()
        raise ImportError("no such thing")
    os.write(2, b"after")
    assert gc.isenabled()
    assert capfd.readouterr().err == "after"


def test_who_had_no_collection_keeps_it_so():
    gc.disable()
    try:
        with quiet_imports():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
