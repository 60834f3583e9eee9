"""The logger of the package, and small things its modules share."""

import os
import re

from mltk.utils.logger import get_logger as _get_logger
from mltk.utils.path import create_user_dir

_logger = None


class ArchiveFileNotFoundError(FileNotFoundError):
    """The archive, or a file in it, does not exist."""


def get_mltk_logger():
    """The logger of the package; the first call makes one that writes to the console."""
    if _logger is None:
        set_mltk_logger(_get_logger("mltk", console=True))
    return _logger


def set_mltk_logger(logger):
    """Let the package log through `logger`."""
    global _logger  # pylint: disable=global-statement
    _logger = logger


def command_logger(command: str, verbose: bool = False):
    """The logger of a command: console, and everything in `cli_logs/COMMAND.log` of the user folder."""
    name = command if re.fullmatch(r"\w+", command) else "cli"
    log_file = os.path.join(create_user_dir("cli_logs"), f"{name}.log")
    return _get_logger("mltk", level="DEBUG" if verbose else "INFO", console=True, log_file=log_file)


def convert_y_to_labels(y):
    """Class ids of labels: [N, C] one-hot or [N, 1] -> [N]."""
    import numpy as np

    if y.ndim == 2 and y.shape[1] == 1:
        return np.squeeze(y, axis=1)
    return np.argmax(y.reshape(len(y), -1), axis=1)


def as_array(data):
    """An array for a tensor at hand; anything else as it is."""
    return data.numpy() if hasattr(data, "numpy") else data
