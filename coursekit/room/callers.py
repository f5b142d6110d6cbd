"""In the room: the student's code cannot look at the code that calls it, nor put other code in its place.

Python lets a function look at its callers, and there lie the questions and what measures the answers. All
that leads there (frames, all objects, memory) is told to audit hooks beforehand (PEP 578). The one set here
refuses it to code that no library holds, and nothing written in Python takes it away again.
"""

import os
import sys
import types

WATCHED = {
    *("sys._getframe", "sys._current_frames", "sys._current_exceptions"),
    *("sys.settrace", "sys.setprofile", "sys.addaudithook"),
    *("gc.get_objects", "gc.get_referrers", "gc.get_referents"),
    *("object.__getattr__", "object.__setattr__"),
    *("compile", "code.__new__", "marshal.loads"),  # by which code gets the file name of a library
    *("ctypes.dlsym", "ctypes.dlsym/handle"),
}
ATTRIBUTES = {
    "object.__getattr__": {"tb_frame", "gi_frame", "cr_frame", "ag_frame"},
    "object.__setattr__": {"__code__"},
}
PYTHONS_OWN = ("Py", "_Py", "dlsym")  # functions in C that hand out objects, and what finds those
# Of the standard library, what looks at frames and hands none on; the rest asks for who called it
DISCREET = ("collections/__init__.py", "dataclasses.py", "enum.py", "logging/__init__.py")
DISCREET += ("traceback.py", "typing.py", "warnings.py")
HAND_ON = {"walk_tb", "walk_stack"}  # but for these of traceback
MIRRORS = ("tensorflow/python/util/tf_inspect.py",)  # and what else hands on
IMPORTS = {
    "compile": 3,
    "marshal.loads": 2,
}  # how deep in importlib they are when something is imported


def hide_callers(scratch, questions):
    """From now on refuses the sight of callers to what lies neither in a library nor in coursekit.

    Args:
        scratch: the folder of the room, wherever it lies.
        questions: the files of question papers, which may look.
    """
    standard = os.path.dirname(os.__file__)
    trusted = [os.path.dirname(os.path.dirname(__file__)), standard, *questions]
    trusted += [each for each in sys.path if os.path.isabs(each)]
    sys.addaudithook(_watch(scratch, standard, tuple(trusted)))


def _watch(scratch, standard, trusted):
    """The hook. It must call no code of the student's, which would see its frame.

    So what it calls is held from now on, and what is not of a known type it does not touch: by `sys.audit`
    anybody can call it, with anything.
    """
    starts, ends, frame_of, refusal = str.startswith, str.endswith, sys._getframe, PermissionError
    kind, text, frames, functions = type, str, types.FrameType, types.FunctionType

    def in_library(name):
        return starts(name, trusted) and not starts(name, scratch) or starts(name, "<frozen ")

    def hands_on(code):
        name = code.co_filename
        if starts(name, "<frozen "):
            return True
        if "site-packages" in name or "dist-packages" in name or not starts(name, standard):
            return ends(name, MIRRORS)
        if code.co_name == "<module>":  # it is being imported, by whomever
            return False
        return not ends(name, DISCREET) or code.co_name in HAND_ON

    def is_closed(event, args):
        if event in ATTRIBUTES:
            if kind(args[1]) is not text or args[1] not in ATTRIBUTES[event]:
                return False
            if args[1] != "__code__":
                return True
            # A function of one's own may get other code
            return kind(args[0]) is functions and in_library(args[0].__code__.co_filename)
        if event in ("compile", "code.__new__"):
            return in_library(args[1])
        return not starts(event, "ctypes.") or starts(args[1], PYTHONS_OWN)

    def asks_itself(event, args):
        return event == "sys._getframe" and kind(args[0]) is frames and args[0].f_code is own

    def hook(event, args):
        if event not in WATCHED or not is_closed(event, args) or asks_itself(event, args):
            return
        frame, depth = frame_of().f_back, 0
        while frame is not None and hands_on(frame.f_code):
            depth += starts(frame.f_code.co_filename, "<frozen importlib")
            if depth == IMPORTS.get(event):
                return
            frame = frame.f_back
        if frame is not None and not in_library(frame.f_code.co_filename):
            raise refusal(
                f"code that is examined may not look at its callers, nor into memory ({event}). "
                "Leave that out: the task needs nothing but its arguments."
            )

    own = hook.__code__
    return hook
