"""Loggers that write to the console and to files."""

import functools
import logging
import os
import sys
import time
import types
from typing import Optional, Union


class _ConsoleHandler(logging.StreamHandler):
    """Writes to `sys.stdout` on a terminal, else to `sys.stderr`: only results go to a redirected stdout."""

    def __init__(self):
        super().__init__(sys.stdout)

    @property
    def stream(self):
        return sys.stdout if sys.stdout.isatty() else sys.stderr

    @stream.setter
    def stream(self, value):
        pass


def get_logger(
    name: str = "mltk",
    level: str = "INFO",
    console: bool = False,
    log_file: Optional[str] = None,
    log_file_mode: str = "w",
    parent: Optional[logging.Logger] = None,
    base_level: str = "DEBUG",
    file_level: str = "DEBUG",
) -> logging.Logger:
    """The logger `name`; one that has no handlers yet gets those asked for.

    Args:
        level: least level of lines on the console
        console: write to the console
        log_file: write to this file
        log_file_mode: `w` starts the file afresh, `a` appends
        parent: logger that gets the lines too
        base_level: least level of all lines
        file_level: least level of lines in the file
    """
    logger = logging.getLogger(name)
    if not logger.handlers:
        logger.propagate = parent is not None
        if parent is not None:
            logger.parent = parent
        logger.setLevel(base_level)
        if console:
            add_console_logger(logger, level=level)
        if log_file:
            os.makedirs(os.path.dirname(os.path.abspath(log_file)), exist_ok=True)
            handler = logging.FileHandler(log_file, mode=log_file_mode, encoding="utf-8")
            handler.setLevel(file_level)
            logger.addHandler(handler)
    logger.close = types.MethodType(close_logger, logger)
    return logger


def close_logger(logger: logging.Logger):
    """Close the files of a logger and forget them."""
    for handler in list(logger.handlers):
        if isinstance(handler, logging.FileHandler):
            handler.close()
            logger.removeHandler(handler)


def add_console_logger(logger: logging.Logger, level: Union[str, int] = "INFO"):
    """Let a logger write to the console; once."""
    if _console_handler(logger) is None:
        handler = _ConsoleHandler()
        handler.setLevel(get_level(level))
        logger.addHandler(handler)


def make_filelike(logger: logging.Logger, level: int = logging.INFO):
    """Give a logger `write()` and `flush()`, so that it can take the place of a file."""

    def write(self, text: str):
        if text.strip():
            self.log(level, text.rstrip("\n"))

    logger.write = types.MethodType(write, logger)
    logger.flush = types.MethodType(lambda self: None, logger)


def set_console_level(logger: logging.Logger, level: Union[str, int]) -> Optional[str]:
    """Set the least level of lines on the console; returns the earlier one."""
    earlier = _get_console_level(logger)
    _set_console_level(logger, level)
    return earlier


def get_level(level: Union[str, int]) -> int:
    """Number of a level: `INFO` -> 20."""
    if isinstance(level, int):
        return level
    number = logging.getLevelName(level.upper())
    if not isinstance(number, int):
        raise ValueError(f"{level!r} is not a log level, expected DEBUG, INFO, WARNING or ERROR")
    return number


class ConsoleLoggerLevelContext:
    """Within a `with` block the console of a logger has another level."""

    def __init__(self, logger: logging.Logger, level: Union[str, int]):
        self._logger = logger
        self._level = level
        self._earlier = None

    def __enter__(self):
        self._earlier = set_console_level(self._logger, self._level)

    def __exit__(self, *_):
        if self._earlier is not None:
            set_console_level(self._logger, self._earlier)


class DummyLogger:
    """A logger that drops all lines."""

    def debug(self, *args, **kwargs):
        """Drop a line."""

    info = warning = error = exception = write = flush = debug


def _console_handler(logger: logging.Logger) -> Optional[_ConsoleHandler]:
    return next((handler for handler in logger.handlers if isinstance(handler, _ConsoleHandler)), None)


def _get_console_level(logger: logging.Logger) -> Optional[str]:
    handler = _console_handler(logger)
    return logging.getLevelName(handler.level) if handler else None


def _set_console_level(logger: logging.Logger, level: Union[str, int]):
    handler = _console_handler(logger)
    if handler:
        handler.setLevel(get_level(level))


def _get_file_handler(logger: logging.Logger) -> Optional[logging.FileHandler]:
    return next((handler for handler in logger.handlers if isinstance(handler, logging.FileHandler)), None)


def _get_file_handler_path(logger: logging.Logger) -> Optional[str]:
    handler = _get_file_handler(logger)
    return handler.baseFilename if handler else None


# Scripts read and write these on any logger.
logging.Logger.verbose = property(
    lambda logger: _get_console_level(logger) == "DEBUG",
    lambda logger, value: _set_console_level(logger, "DEBUG" if value else "INFO"),
    doc="Whether the console shows debug lines.",
)
logging.Logger.console_level = property(_get_console_level, _set_console_level, doc="Least level on the console.")
logging.Logger.file_handler = property(_get_file_handler, doc="The handler that writes to a file, or None.")
logging.Logger.file_handler_path = property(_get_file_handler_path, doc="Path of the log file, or None.")


def timing_decorator(f, level: str = "INFO"):
    """Log how long each call of `f` takes, to the logger among its arguments or, of a method, of its object."""

    @functools.wraps(f)
    def timed(*args, **kwargs):
        start = time.perf_counter()
        result = f(*args, **kwargs)
        owned = vars(args[0]).values() if args and hasattr(args[0], "__dict__") else ()
        for value in (*args, *kwargs.values(), *owned):
            if isinstance(value, logging.Logger):
                value.log(logging.getLevelName(level), "%s took %.3f s", f.__name__, time.perf_counter() - start)
                break
        return result

    return timed
