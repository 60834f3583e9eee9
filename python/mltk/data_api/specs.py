"""`tf.TensorSpec`: what an array of an element looks like."""

import numpy as np

from mltk.data_api.tensors import map_structure


class TensorSpec:
    """Shape and type of an array.

    Args:
        shape: sizes of the axes; None is any size. None instead of a list is any shape.
        dtype: name, or type of NumPy or TensorFlow
    """

    def __init__(self, shape=None, dtype="float32", name=None):
        self.shape = None if shape is None else tuple(shape)
        self.dtype = dtype
        self.name = name

    def is_compatible_with(self, array) -> bool:
        """Whether an array, or a spec, has the type and fits the shape."""
        return dtype_name(self.dtype) == dtype_name(array.dtype) and self.fits(array.shape)

    def fits(self, shape) -> bool:
        """Whether this is one of the shapes."""
        if self.shape is None or shape is None:
            return True
        return len(self.shape) == len(shape) and all(a is None or b is None or a == b for a, b in zip(self.shape, shape))

    def __eq__(self, other) -> bool:
        return (
            isinstance(other, TensorSpec)
            and self.shape == other.shape
            and dtype_name(self.dtype) == dtype_name(other.dtype)
        )

    def __hash__(self) -> int:
        return hash((self.shape, dtype_name(self.dtype)))

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self.shape}, dtype=tf.{dtype_name(self.dtype)}, name={self.name!r})"


def dtype_name(dtype) -> str:
    """`float32`, or `string`; of a type of NumPy, TensorFlow or Python, or its name."""
    if dtype is str or dtype is bytes:
        return "string"
    name = dtype if isinstance(dtype, str) else getattr(dtype, "name", None) or np.dtype(dtype).name
    return "string" if name in ("object", "string") or name.startswith(("str", "bytes")) else name


def spec_of(element):
    """The specs of an element's arrays."""
    return map_structure(lambda array: TensorSpec(array.shape, dtype_name(array.dtype)), element)


def with_front(spec, size):
    """Specs with a first axis more."""
    return map_structure(lambda one: TensorSpec(None if one.shape is None else (size,) + one.shape, one.dtype), spec)


def without_front(spec):
    """Specs without their first axis."""
    return map_structure(lambda one: TensorSpec(one.shape[1:] if one.shape else None, one.dtype), spec)


def front_of(spec):
    """Size of the first axis of the first array; None when it is not known, 0 when there is none."""
    while isinstance(spec, (tuple, dict)):
        spec = (list(spec.values()) if isinstance(spec, dict) else spec)[0]
    return spec.shape[0] if spec.shape else 0
