"""Seeds, automatic names, and the few functions of `tf.keras.backend` that specifications use."""

import contextlib
import os
import random
import sys
from typing import Dict, Tuple

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_names: Dict[str, int] = {}
_seeds = random


def set_seed(seed: int):
    """Let initial weights follow from `seed`, as after `tf.keras.utils.set_random_seed`."""
    global _seeds  # pylint: disable=global-statement
    _seeds = random.Random(seed)


def next_seed() -> int:
    """The seed of an initializer that has none: Keras draws one for each."""
    return _seeds.randint(1, 10**9)


def clear_session():
    """Forget the numbers of automatic names."""
    _names.clear()


@contextlib.contextmanager
def temporary_names():
    """Give the automatic names of the block out again afterwards."""
    earlier = dict(_names)
    try:
        yield
    finally:
        _names.clear()
        _names.update(earlier)


def unique_name(base: str) -> str:
    """`conv2d`, `conv2d_1`, ..."""
    count = _names.get(base, 0)
    _names[base] = count + 1
    return f"{base}_{count}" if count else base


def specification_line() -> Tuple[str, int]:
    """File and line of the innermost caller outside of this package."""
    frame = sys._getframe(1)  # pylint: disable=protected-access
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return (os.path.basename(frame.f_code.co_filename), frame.f_lineno) if frame else ("", 0)


def epsilon() -> float:
    """Keras' smallest probability."""
    return 1e-7


def floatx() -> str:
    """Type of weights and activations."""
    return "float32"


def image_data_format() -> str:
    """Order of the axes of images."""
    return "channels_last"


def int_shape(tensor) -> tuple:
    """Shape of a symbolic tensor; None is the batch."""
    return tuple(tensor.shape)


def get_value(variable):
    """The value of a variable such as `optimizer.learning_rate`."""
    return variable


def set_value(variable, value):
    """Set a variable that has `assign`; `optimizer.learning_rate` is a plain property, assign to it instead."""
    if not hasattr(variable, "assign"):
        raise TypeError("backend.set_value needs a variable; write `model.optimizer.learning_rate = value`")
    variable.assign(value)
