"""`tensorflow` itself: types and the version whose Keras is followed."""

from mltk.data_api.specs import TensorSpec

__version__ = "2.15.1"


class DType:
    """A TensorFlow element type."""

    def __init__(self, name: str):
        self.name = name
        self.__name__ = name

    @property
    def as_numpy_dtype(self):
        import numpy as np

        return np.dtype(self.name).type

    def __eq__(self, other) -> bool:
        return getattr(other, "name", getattr(other, "__name__", other)) == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"tf.{self.name}"


float16 = DType("float16")
float32 = DType("float32")
float64 = DType("float64")
int8 = DType("int8")
int16 = DType("int16")
int32 = DType("int32")
int64 = DType("int64")
uint8 = DType("uint8")
bool = DType("bool")  # pylint: disable=redefined-builtin
string = DType("string")
