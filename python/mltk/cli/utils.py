"""What scripts and custom commands print, log and exit with."""

import difflib
import sys
from typing import List, Optional

from mltk.core.utils import get_mltk_logger, set_mltk_logger
from mltk.utils.logger import add_console_logger, make_filelike
from mltk.utils.logger import get_logger as _get_logger

_COLORS = {"yellow": "\033[33m", "red": "\033[31m"}
_PLAIN = "\033[0m"


def get_logger(verbose: bool = False, and_set_mltk_logger: bool = True):
    """The logger of commands; it writes to the console, with `verbose` its debug lines too.

    Args:
        and_set_mltk_logger: let the package log through it
    """
    logger = _get_logger("mltk")
    add_console_logger(logger)
    make_filelike(logger)
    logger.verbose = verbose
    if and_set_mltk_logger:
        set_mltk_logger(logger)
    return logger


def is_command_active() -> bool:
    """Whether a command of the command line is running, rather than a script."""
    command_line = sys.modules.get("mltk.core.commands")
    return command_line is not None


def print_info(msg: str):
    """Print a text."""
    print(msg)


def print_warning(msg: str):
    """Print a text, yellow on a terminal."""
    _print_colored(msg, "yellow")


def print_error(msg: str):
    """Print a text on stderr, red on a terminal."""
    _print_colored(msg, "red", sys.stderr)


def print_did_you_mean_error(
    msg: str,
    not_found_arg: str,
    possible_args: List[str],
    n: int = 15,
    cutoff: float = 0.2,
    and_exit: bool = False,
    prologue: Optional[str] = None,
):
    """Print that something was not found, and what is close to it.

    Args:
        n: print so many at most
        cutoff: 0 takes any, 1 only equal ones
        and_exit: exit afterwards
        prologue: text at the end
    """
    close = difflib.get_close_matches(not_found_arg, possible_args, n=n, cutoff=cutoff)
    lines = [f"{msg}: {not_found_arg}"]
    if close:
        lines += ["", "Did you mean?"] + close
    elif possible_args:
        lines += ["", "Possible options:", ", ".join(possible_args[:n])]
    print_error("\n".join(lines + ([prologue] if prologue else [])))
    if and_exit:
        abort(1)


def abort(code: int = 1, msg: Optional[str] = None):
    """Exit; `msg` is printed first."""
    if msg:
        print_error(f"error: {msg}")
    sys.exit(code)


def handle_exception(msg: str, e: Exception, print_stderr: bool = False, no_abort: bool = False):
    """Tell what failed, and exit.

    Args:
        msg: what was being done
        e: why it failed; its traceback goes to the log file
        print_stderr: kept for scripts; the message always goes to stderr
        no_abort: do not exit
    """
    del print_stderr
    logger = get_mltk_logger()
    logger.debug(msg, exc_info=e)
    print_error(f"error: {msg}: {e}")
    if logger.file_handler_path:
        print_error(f"For more details see: {logger.file_handler_path}")
    if not no_abort:
        abort(1)


def parse_accelerator_option(accelerator: Optional[str]) -> Optional[str]:
    """None: there are no accelerators to choose; a name is an error."""
    if not accelerator:
        return None
    raise ValueError(f"accelerator {accelerator!r} is unknown; models are profiled for the CPU, leave the option out")


def _print_colored(msg: str, color: str, file=None):
    file = file or sys.stdout
    print(f"{_COLORS[color]}{msg}{_PLAIN}" if file.isatty() else msg, file=file)
