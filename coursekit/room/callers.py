"""In the room: the student's code cannot look at the code that calls it, nor put other code in its place.

Python lets a function look at its callers, and there lie the questions and what measures the answers. What
is known to lead there, to frames or all objects, is told to audit hooks beforehand (PEP 578). The one set
here refuses it to code outside the libraries. It makes that hard and not impossible: whoever reads raw
memory, or replaces what measuring uses, is in the same process.
"""

import _signal
import _thread
import gc
import logging
import os
import signal
import sys
import types

WATCHED = {
    *("sys._getframe", "sys._current_frames", "sys._current_exceptions"),
    *("sys.settrace", "sys.setprofile", "sys.monitoring.register_callback", "sys.addaudithook"),
    *("gc.get_objects", "gc.get_referrers", "gc.get_referents"),
    *("object.__getattr__", "object.__setattr__"),
    *("ctypes.dlsym", "ctypes.dlsym/handle", "cpython.PyInterpreterState_New"),
    *("compile", "code.__new__", "marshal.load", "marshal.loads"),  # may name a library's file
}
ATTRIBUTES = {
    "object.__getattr__": {"tb_frame", "gi_frame", "cr_frame", "ag_frame"},
    "object.__setattr__": {"__code__"},
}
PYTHONS_OWN = ("Py", "_Py", "dlsym")  # functions in C that hand out objects, and what finds those
IMPORTS = {"compile": 3, "marshal.loads": 2}  # frames of importlib, where something is imported
ALL = None
# Functions of the standard library that may look, since their callers do not see what they saw
DISCREET = {
    "collections/__init__.py": {"namedtuple"},
    "dataclasses.py": ALL,
    "enum.py": ALL,
    "threading.py": {"_bootstrap_inner"},
    "traceback.py": {"extended_frame_gen", "_extract_from_extended_frame_gen", "clear_frames"},
    "typing.py": ALL,
    "unittest/result.py": ALL,
    "warnings.py": ALL,
}
MIRRORS = ("tensorflow/python/util/tf_inspect.py",)  # a library that hands on what it sees


def hide_callers(scratch, paper):
    """From now on refuses the sight of callers to what lies neither in a library nor in coursekit.

    Args:
        scratch: the folder of the room, wherever it lies.
        paper: the file of the question paper, which may look.
    """
    standard = os.path.dirname(os.__file__)
    trusted = [os.path.dirname(os.path.dirname(__file__)), standard, paper]
    trusted += [each for each in sys.path if os.path.isabs(each)]
    sys.addaudithook(_watch(scratch, standard, tuple(trusted)))
    # What handles a signal is handed a frame, and no audit hook is told
    signal.signal = _signal.signal = _no_handlers
    # What honest code calls without a thought: doctest, and every line of a log
    sys.settrace, logging._srcfile = _no_trace, None


def _no_handlers(number, handler):
    raise ValueError("Code that is examined may not handle signals: leave that out.")


def _no_trace(function):
    if function is not None:
        raise PermissionError("Code that is examined may not trace: leave sys.settrace out.")


def _watch(scratch, standard, trusted):
    """The hook. It must call no code of the student's, which would see its frame.

    So all that it uses is held from now on, what is not of a known type it does not touch (by `sys.audit`
    anybody can call it, with anything), and meanwhile nothing is collected, which might run a `__del__`.
    """
    starts, frame_of, refusal, collect = str.startswith, sys._getframe, PermissionError, gc.enable
    stop_collecting, collects, last_part = gc.disable, gc.isenabled, str.rpartition
    kind, text, functions = type, str, types.FunctionType
    thread = _thread.get_ident
    watched, attributes, imports, pythons_own = {*WATCHED}, {**ATTRIBUTES}, {**IMPORTS}, PYTHONS_OWN
    discreet = {os.path.join(standard, *file.split("/")): of for file, of in DISCREET.items()}
    tracebacks = os.path.join(standard, "traceback.py")
    mirrors = tuple(
        os.path.join(folder, *file.split("/")) for folder in trusted for file in MIRRORS
    )

    def in_library(name):
        return starts(name, trusted) and not starts(name, scratch) or starts(name, "<frozen ")

    def is_closed(event, args):
        """Whether that is done at all which is refused: to this attribute, of this object, under this name."""
        if event in attributes:
            if kind(args[1]) is not text or args[1] not in attributes[event]:
                return False
            if args[1] != "__code__":
                return True
            # A function of one's own may get other code
            return kind(args[0]) is functions and in_library(args[0].__code__.co_filename)
        if event in ("compile", "code.__new__"):
            return in_library(args[1])
        return not starts(event, "ctypes.") or starts(args[1], pythons_own)

    def names(code, event, args):
        """Whether this code names what was done, and is not merely handed a function that does it."""
        if starts(event, ("sys.", "gc.")):
            name = last_part(event, ".")[2]
            return name in code.co_names or name == "_getframe" and "currentframe" in code.co_names
        return event not in attributes or args[1] in code.co_names

    def hands_on(code, event):
        """Whether the caller of this code sees what it sees."""
        name = code.co_filename
        if starts(name, "<frozen ") or starts(name, mirrors):
            return True
        if "site-packages" in name or "dist-packages" in name or not starts(name, standard):
            return False
        if event == "sys._getframe" and name == tracebacks:
            return True  # the whole stack, and not an exception's part of it
        if name in discreet:
            return discreet[name] is not ALL and code.co_name not in discreet[name]
        return code.co_name != "<module>"  # that is being imported, by whomever

    def is_allowed(event, args, frame):
        depth = 0
        if not in_library(frame.f_code.co_filename) or not names(frame.f_code, event, args):
            return False
        while frame is not None and hands_on(frame.f_code, event):
            depth += starts(frame.f_code.co_filename, "<frozen importlib")
            if event in imports and depth == imports[event]:
                return True
            frame = frame.f_back
        return frame is not None and in_library(frame.f_code.co_filename)

    def hook(event, args):
        if event not in watched or not is_closed(event, args):
            return
        if event == "sys._getframe" and thread() in asking:
            return  # it is this hook that asks
        collecting = collects()
        stop_collecting()
        try:
            asking.add(thread())
            frame = frame_of().f_back
            asking.discard(thread())
            allowed = is_allowed(event, args, frame)
        finally:
            if collecting:
                collect()
        if not allowed:
            raise refusal(
                f"code that is examined may not look at its callers, nor at all objects ({event}). The task "
                "needs nothing but its arguments: leave that out, and put tests of your own below "
                '`if __name__ == "__main__":`.'
            )

    asking = set()
    return hook
