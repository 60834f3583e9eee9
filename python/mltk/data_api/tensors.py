"""Values that functions of a data set are called with: NumPy arrays with the methods of an eager tensor."""

import numpy as np


class EagerArray(np.ndarray):
    """An array that also answers `.numpy()`; strings are byte strings in an array of objects."""

    def numpy(self):
        """As NumPy's array, or its scalar when there are no axes."""
        return plain(self)

    def get_shape(self) -> tuple:
        """The shape."""
        return self.shape


def wrap(value):
    """The arrays of an element as eager arrays."""
    return map_structure(lambda array: array.view(EagerArray), value)


def plain(value):
    """The arrays of an element as NumPy's; those without axes as scalars."""
    return map_structure(lambda array: np.asarray(array) if array.ndim else array.item() if array.dtype == object else np.asarray(array)[()], value)


def map_structure(function, value):
    """`function` of every array of an element."""
    if isinstance(value, tuple):
        return tuple(map_structure(function, item) for item in value)
    if isinstance(value, dict):
        return {key: map_structure(function, item) for key, item in value.items()}
    return function(value)


def as_arrays(value):
    """A value of the user as an element: numbers of Python become float32 and int32, as in TensorFlow."""
    if isinstance(value, tuple):
        return tuple(as_arrays(item) for item in value)
    if isinstance(value, dict):
        return {key: as_arrays(item) for key, item in value.items()}
    if not isinstance(value, (list, int, float)) or isinstance(value, np.generic):
        return np.asarray(value)
    array = np.asarray(value)
    holds_numpy = isinstance(value, list) and _first(value) is not None and hasattr(_first(value), "dtype")
    narrow = {"float64": "float32", "int64": "int32"}.get(array.dtype.name)
    return array.astype(narrow) if narrow and not holds_numpy else array


def _first(value):
    while isinstance(value, (list, tuple)) and len(value) > 0:
        value = value[0]
    return None if isinstance(value, (list, tuple)) else value
