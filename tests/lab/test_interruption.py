"""A Ctrl-C is heard, also where Python swallows it."""

import os
import signal

import pytest

from coursekit.lab.interruption import Interruption


class Dies:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):  # somewhere here it comes, and is printed and forgotten
            pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_is_raised_again_where_it_was_swallowed():
    before = signal.getsignal(signal.SIGINT)
    with Interruption() as interruption:
        interruption.look()
        thing = Dies()
        del thing
        with pytest.raises(KeyboardInterrupt):
            interruption.look()
    assert signal.getsignal(signal.SIGINT) is before


def test_is_raised_at_once_where_nothing_swallows_it():
    with Interruption(), pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass
