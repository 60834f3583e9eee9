"""`tensorflow.random`."""

from mltk.keras_api import backend


def set_seed(seed: int):
    """Let initial weights follow from `seed`."""
    backend.set_seed(seed)
