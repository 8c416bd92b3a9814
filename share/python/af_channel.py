"""The line to the program that has started us: a JSON object per line, in and out. What the user's code
prints goes to stderr."""
import json
import os
import sys


class Channel:
    def __init__(self):
        if hasattr(sys, "set_int_max_str_digits"):
            sys.set_int_max_str_digits(0)
        sys.path[0] = os.getcwd()             # not our own folder: its names are not for the user's code
        self._in = os.fdopen(os.dup(0), "r", encoding="utf-8", newline="\n")
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)

    def read(self):
        """The next message; None at the end."""
        line = self._in.readline()
        return json.loads(line) if line else None

    def write(self, message):
        self._out.write(json.dumps(message, allow_nan=False, separators=(",", ":")) + "\n")
        self._out.flush()


def fault(error, files=()):
    """An exception as a message, with the line of the user's file that raised it."""
    import traceback
    where, named = None, {os.path.realpath(file): file for file in files}
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{named.get(os.path.realpath(error.filename), error.filename)}:{error.lineno}"
    for frame in traceback.extract_tb(error.__traceback__):
        if os.path.realpath(frame.filename) in named:
            where = f"{named[os.path.realpath(frame.filename)]}:{frame.lineno}"
    text = error.msg if isinstance(error, SyntaxError) else safe(str, error)
    if isinstance(error, KeyError) and len(error.args) == 1:
        text = safe(repr, error.args[0])
    return {"error": type(error).__name__, "message": " ".join(text.split())[:500], "where": where}


def safe(show, value):
    try:
        return show(value)
    except Exception:                         # a __str__ of the user's
        return ""


def load(path):
    """The module that a Python file is."""
    import importlib.util
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        raise ImportError(f"{path} is no Python file: its name does not end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(name, module)      # for dataclasses, pickling and the like
    spec.loader.exec_module(module)
    return module
