"""Runs when Python starts: lets a specification that is run as a script import `tensorflow` before `mltk`.

Only a script that imports mltk itself gets the stand-in; every other program finds what it found before.
"""

import sys

_STAND_INS = ("tensorflow", "keras", "tf_keras")
_OPTIONS_WITH_VALUE = ("-X", "-W", "--check-hash-based-pycs")


def script_of(arguments):
    """Path of the script in Python's command line; None for `-c`, `-m` and the prompt."""
    arguments = iter(arguments[1:])
    for argument in arguments:
        if argument in _OPTIONS_WITH_VALUE:
            next(arguments, None)
        elif argument.startswith(("-c", "-m")):
            return None
        elif not argument.startswith("-"):
            return argument
    return None


def imports_mltk(path) -> bool:
    """Whether a script has a line that imports mltk."""
    import re

    try:
        with open(path, "rb") as file:
            return re.search(rb"^\s*(import|from)\s+mltk\b", file.read(), re.MULTILINE) is not None
    except OSError:
        return False


class _Finder:
    """Imports mltk, which brings the stand-ins, when one of them is looked for."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):  # pylint: disable=unused-argument
        """Let the finder of mltk answer from now on."""
        if name.partition(".")[0] not in _STAND_INS:
            return None
        sys.meta_path.remove(cls)
        import importlib.util

        import mltk  # noqa: F401 pylint: disable=unused-import

        return importlib.util.find_spec(name)


def install():
    """Called by mltk.pth in the environment that mltk is installed in."""
    script = script_of(getattr(sys, "orig_argv", sys.argv or [""]))
    if script and script.endswith(".py") and imports_mltk(script):
        sys.meta_path.insert(0, _Finder)
