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
    return variable.numpy() if hasattr(variable, "numpy") else variable


def batch_set_value(tuples):
    """Set several variables."""
    for variable, value in tuples:
        set_value(variable, value)


def ndim(x) -> int:
    """Number of axes."""
    return len(x.shape)


def is_keras_tensor(x) -> bool:
    """Whether x is made by layers."""
    return type(x).__name__ == "KerasTensor"


def learning_phase() -> int:
    """1 while the graph of a training step is made, else 0."""
    from mltk.keras_api.tensors import current_trace

    trace = current_trace()
    return int(trace is not None and trace.training)


def in_train_phase(x, alt, training=None):
    """x while a training step is made, else alt."""
    chosen = x if (learning_phase() if training is None else training) else alt
    return chosen() if callable(chosen) else chosen


def variable(value, dtype=None, name=None, constraint=None):
    """A `tf.Variable`."""
    from mltk.keras_api.tensors import Variable

    return Variable(value, dtype=dtype, name=name, constraint=constraint)


def binary_crossentropy(target, output, from_logits=False):
    """The loss of each element."""
    from mltk.keras_api import functions

    if from_logits:
        return functions.sigmoid_cross_entropy_with_logits(labels=target, logits=output)
    output = functions.clip_by_value(output, epsilon(), 1.0 - epsilon())
    log = functions.log
    return functions.negative(target * log(output + epsilon()) + (1.0 - target) * log(1.0 - output + epsilon()))


def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """The loss of each sample."""
    from mltk.keras_api import losses

    return losses.categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)


def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """The loss of each sample."""
    from mltk.keras_api import losses

    return losses.sparse_categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)


def set_value(variable, value):  # pylint: disable=redefined-outer-name
    """Set a variable, or `optimizer.learning_rate`."""
    if not hasattr(variable, "assign"):
        raise TypeError(f"backend.set_value needs a variable, got {type(variable).__name__}")
    variable.assign(value)
