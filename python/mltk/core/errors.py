"""Errors that point into the specification: which line, what it said, and what to write instead."""

import difflib
import os
import sys
import traceback
from typing import Iterable, List, Optional

import mltk

#: Specifications that ship with the package; their lines are lines of a specification.
_MODELS_DIR = os.path.join(mltk.MLTK_DIR, "models") + os.sep


class LocatedError(Exception):
    """An error found by this package in a specification; its message names the line, no traceback is needed."""


class PropertyError(LocatedError, AttributeError):
    """A property that does not exist, cannot be written, or got a value of the wrong type."""


class MissingSettingError(LocatedError, ValueError):
    """A property that must be set and is not."""


class UnknownSettingError(LocatedError, ValueError):
    """A key of a dictionary setting that nothing reads."""


class ClassesError(LocatedError, ValueError):
    """A model that does not have as many outputs as there are classes."""


class SpecificationError(Exception):
    """The specification's own code failed; `__cause__` is what it raised.

    Args:
        path: of the specification
        error: what its code raised
    """

    def __init__(self, path: str, error: BaseException):
        self.path = path
        line = _line_of_error(path, error)
        place = f"{path}:{line}" if line else path
        super().__init__(f"{place}: {type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}")
        self.__cause__ = error

    def traceback_lines(self) -> List[str]:
        """The traceback from the first line that is not part of this package or of Python's import machinery."""
        error = self.__cause__
        stack = error.__traceback__
        while stack is not None and not _is_specification_file(stack.tb_frame.f_code.co_filename):
            stack = stack.tb_next
        return traceback.format_exception(type(error), error, stack)


def specification_line() -> str:
    """`file.py:12`: the innermost line being executed that is outside this package; '' if there is none."""
    frame = sys._getframe(1)  # pylint: disable=protected-access
    while frame is not None:
        if _is_specification_file(frame.f_code.co_filename):
            return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def at_line(message: str, line: Optional[str] = None) -> str:
    """Append the specification's line in parentheses; by default the one being executed."""
    line = specification_line() if line is None else line
    return f"{message} ({line})" if line else message


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """` Did you mean 'epochs'?`, or '' when no candidate is close to `name`."""
    close = difflib.get_close_matches(name, list(candidates), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(match) for match in close)}?" if close else ""


def train_command(mltk_model) -> str:
    """What a user types here to train the model."""
    path = mltk_model.model_specification_path
    name = os.path.relpath(path) if path else mltk_model.name
    return f"mltk train {path if name.startswith('..') else name}{' --test' if mltk_model.test_mode_enabled else ''}"


def _is_specification_file(filename: str) -> bool:
    if filename.startswith("<frozen"):
        return False
    if filename.startswith("<"):  # a notebook cell, the prompt
        return True
    filename = os.path.abspath(filename)
    return not filename.startswith(mltk.MLTK_DIR + os.sep) or filename.startswith(_MODELS_DIR)


def _line_of_error(path: str, error: BaseException) -> Optional[int]:
    """The innermost line of file `path` in the traceback of `error`."""
    if isinstance(error, SyntaxError) and error.filename and os.path.abspath(error.filename) == os.path.abspath(path):
        return error.lineno
    line = None
    for frame in traceback.extract_tb(error.__traceback__):
        if os.path.abspath(frame.filename) == os.path.abspath(path):
            line = frame.lineno
    return line
