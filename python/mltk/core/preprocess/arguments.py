"""Checks of the arguments of data generators."""

import numbers
from typing import Optional

from mltk.core.errors import at_line, did_you_mean

CLASS_MODES = ("categorical", "binary", "sparse", "input", None)
SUBSETS = ("training", "validation", None)


class ArgumentCheck:
    """Raises a ValueError that names the class, the argument, its value and what is expected."""

    def __init__(self, owner: str):
        self._owner = owner

    def require(self, condition: bool, name: str, value, expected: str):
        if not condition:
            raise ValueError(at_line(f"{self._owner}: {name} is {value!r}, expected {expected}"))

    def one_of(self, value, name: str, known: tuple):
        if value not in known:
            names = [str(item) for item in known]
            hint = did_you_mean(str(value), names)
            raise ValueError(
                at_line(f"{self._owner}: {name} is {value!r}, expected one of {', '.join(names)}.{hint}")
            )

    def functions(self, generator, *names: str):
        for name in names:
            value = getattr(generator, name)
            self.require(value is None or callable(value), name, value, "a function or None")

    def pairs(self, generator, *names: str):
        for name in names:
            value = getattr(generator, name)
            self.require(value is None or is_numbers(value, 2), name, value, "a pair of numbers or None")

    def workers(self, generator):
        """`cores`, `max_batches_pending`."""
        cores = generator.cores
        whole = isinstance(cores, numbers.Integral) and not isinstance(cores, bool) and (cores == -1 or cores >= 1)
        share = isinstance(cores, float) and 0 < cores <= 1
        self.require(whole or share, "cores", cores, "a share above 0 up to 1.0, a number of processors, or -1")
        self.at_least(generator.max_batches_pending, "max_batches_pending", 1)

    def at_least(self, value, name: str, low: int):
        self.require(
            isinstance(value, numbers.Integral) and value >= low, name, value, f"an integer of at least {low}"
        )

    def normalization(self, generator):
        """`validation_split`, `rescale`."""
        split = generator.validation_split
        self.require(is_number(split) and 0 <= split < 1, "validation_split", split, "a number from 0 to below 1")
        rescale = generator.rescale
        self.require(rescale is None or is_number(rescale), "rescale", rescale, "a number or None")


def is_number(value) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def is_numbers(value, length: Optional[int] = None) -> bool:
    if isinstance(value, str) or not hasattr(value, "__len__"):
        return False
    return len(value) > 0 and (length is None or len(value) == length) and all(is_number(item) for item in value)


def dtype_name(dtype) -> str:
    """Name of a type that is given as a name, or as one of numpy or TensorFlow."""
    if isinstance(dtype, str):
        return dtype
    name = getattr(dtype, "name", None)
    if isinstance(name, str):
        return name
    import numpy as np

    return np.dtype(dtype).name


def split_of(validation_split: float, subset: Optional[str]):
    """(begin, end) of the share of each class's files that `subset` has; None is all."""
    if subset is None or not validation_split:
        return None
    return (0, validation_split) if subset == "validation" else (validation_split, 1)
