"""Ctrl-C that is not lost."""

import signal
import threading


class Interruption:
    """While it is entered, a Ctrl-C that was swallowed somewhere is raised once more at the next look.

    A KeyboardInterrupt comes wherever the program is just then, also where Python prints an exception and goes
    on: in a callback out of C, or where an object is thrown away.

    Example:
        >>> with Interruption() as interruption:
        ...     interruption.look()
        >>> interruption.came
        False
    """

    def __enter__(self):
        self.came, self._before = False, None
        if threading.current_thread() is threading.main_thread():  # only there it can be heard
            self._before = signal.signal(signal.SIGINT, self._take)
        return self

    def __exit__(self, *_):
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _take(self, number, frame):
        self.came = True
        raise KeyboardInterrupt

    def look(self):
        """Raises what may have been swallowed.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed.
        """
        if self.came:
            raise KeyboardInterrupt
