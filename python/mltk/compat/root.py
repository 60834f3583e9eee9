"""`tensorflow` itself: types, tensors, and the version whose Keras is followed."""

from mltk.compat.tracing import Module, function, py_function
from mltk.data_api.specs import TensorSpec
from mltk.keras_api.dtypes import TYPES, DType, TensorShape, as_dtype as _as_dtype
from mltk.keras_api.functions import EagerTensor as _EagerTensor
from mltk.keras_api.tape import GradientTape
from mltk.keras_api.tensors import Tensor, Variable, map_structure as _map_structure

__version__ = "2.15.1"

globals().update(TYPES)
double = TYPES["float64"]
half = TYPES["float16"]

dtypes = type("dtypes", (), {**TYPES, "DType": DType, "as_dtype": staticmethod(_as_dtype)})
as_dtype = _as_dtype
newaxis = None


class UnconnectedGradients:
    """`tf.UnconnectedGradients`."""

    NONE = "none"
    ZERO = "zero"


def is_tensor(x) -> bool:
    """Whether x is a tensor."""
    return isinstance(x, Tensor)


def executing_eagerly() -> bool:
    """Whether values are at hand."""
    from mltk.keras_api.tensors import current_trace

    return current_trace() is None


def print(*values, **_):  # pylint: disable=redefined-builtin
    """Print values; those that are not known yet by their shape."""
    import builtins

    builtins.print(*[value.numpy() if isinstance(value, _EagerTensor) else value for value in values])


class nest:  # pylint: disable=invalid-name
    """`tf.nest`."""

    @staticmethod
    def map_structure(function, structure):  # pylint: disable=redefined-outer-name
        """function of everything in nested lists and dictionaries."""
        return _map_structure(function, structure)

    @staticmethod
    def flatten(structure):
        """Everything in nested lists and dictionaries."""
        from mltk.keras_api.tensors import flatten

        return flatten(structure)
