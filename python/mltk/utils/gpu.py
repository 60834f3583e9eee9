"""The GPU functions of MLTK 0.20, for scripts that call them. Models train on the CPU: no GPU is ever used or held."""

import os


def disable():
    """Hide GPUs from other libraries in this process."""
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"


def initialize(logger=None):
    """Do nothing but tell the logger that the CPU is used."""
    if logger is not None:
        logger.debug("Models train on the CPU")


def deinitialize(force: bool = False):  # pylint: disable=unused-argument
    """Do nothing: `initialize` holds nothing."""
