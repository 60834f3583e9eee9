"""Tensors of a `.tflite`."""

import math
from typing import List, Optional, Union

from mltk.core.tflite_model.tflite_schema import QuantizationParametersT, TensorT, TensorType

_DTYPES = {
    TensorType.FLOAT32: "float32",
    TensorType.FLOAT16: "float16",
    TensorType.FLOAT64: "float64",
    TensorType.INT8: "int8",
    TensorType.INT16: "int16",
    TensorType.INT32: "int32",
    TensorType.INT64: "int64",
    TensorType.UINT8: "uint8",
    TensorType.UINT16: "uint16",
    TensorType.UINT32: "uint32",
    TensorType.UINT64: "uint64",
    TensorType.BOOL: "bool",
    TensorType.COMPLEX64: "complex64",
    TensorType.COMPLEX128: "complex128",
    TensorType.INT4: "int8",  # NumPy has no type of 4 bits
}


def tflite_to_numpy_dtype(tflite_type: int):
    """The NumPy type of a schema type; int8 for int4.

    Raises:
        ValueError: NumPy has no such type
    """
    import numpy as np

    if tflite_type not in _DTYPES:
        raise ValueError(f"tensors of type {TensorType(tflite_type).name} have no NumPy type")
    return np.dtype(_DTYPES[tflite_type]).type


def numpy_to_tflite_type(dtype) -> int:
    """The schema type of a NumPy type."""
    import numpy as np

    name = np.dtype(dtype).name
    for tflite_type, known in _DTYPES.items():
        if known == name:
            return tflite_type
    raise ValueError(f"a .tflite has no tensors of type {name}")


class TfliteShape(tuple):
    """Sizes of a tensor's axes: a tuple of integers; `1x96x96x1` as text."""

    def __new__(cls, shape):
        return super().__new__(cls, (shape,) if isinstance(shape, int) else (int(size) for size in shape))

    @property
    def flat_size(self) -> int:
        """Number of elements."""
        return math.prod(self)

    def __str__(self) -> str:
        return "x".join(str(size) for size in self)


class TfliteQuantization:
    """real = scale * (code - zeropoint), for each slice of `quantization_dimension`, or for the whole tensor."""

    scale: List[float]
    zeropoint: List[int]
    quantization_dimension: Optional[int]

    def __init__(self, fb_quantization: Optional[QuantizationParametersT] = None):
        self.scale = [] if fb_quantization is None else list(fb_quantization.scale)
        self.zeropoint = [] if fb_quantization is None else list(fb_quantization.zeroPoint)
        self.min = [] if fb_quantization is None else list(fb_quantization.min)
        self.max = [] if fb_quantization is None else list(fb_quantization.max)
        self.quantization_dimension = None if fb_quantization is None else fb_quantization.quantizedDimension

    @property
    def n_channels(self) -> int:
        """Number of scales."""
        return len(self.scale)


class TfliteTensor:
    """A tensor of a `TfliteModel`."""

    shape: TfliteShape
    quantization: TfliteQuantization
    is_variable: bool

    def __init__(self, index: int = -1, model=None, fb_tensor: Optional[TensorT] = None, subgraph: int = 0):
        self._index = int(index)
        self._model = model
        self._subgraph = subgraph
        self._data = None
        self.name = "" if fb_tensor is None else fb_tensor.name.decode()
        self.type = TensorType.FLOAT32 if fb_tensor is None else fb_tensor.type
        self.buffer = 0 if fb_tensor is None else fb_tensor.buffer
        self.shape = TfliteShape(() if fb_tensor is None else fb_tensor.shape)
        self.shapeSignature = None if fb_tensor is None else fb_tensor.shapeSignature
        self.quantization = TfliteQuantization(None if fb_tensor is None else fb_tensor.quantization)
        self.is_variable = False if fb_tensor is None else fb_tensor.isVariable

    @property
    def index(self) -> int:
        """Index in the subgraph."""
        return self._index

    @property
    def model(self):
        """The `TfliteModel` that it belongs to."""
        return self._model

    @property
    def dtype(self):
        """NumPy type of the elements; int8 for int4."""
        return tflite_to_numpy_dtype(self.type)

    @property
    def dtype_str(self) -> str:
        return _DTYPES.get(self.type) or TensorType(self.type).name.lower()

    @property
    def size_bytes(self) -> int:
        """Bytes of `data`."""
        return self.data.nbytes

    @property
    def data(self):
        """The values of a constant, or those that were recorded; zeros for a tensor that is computed."""
        import numpy as np

        if self._data is None:
            values = self._model._native.constant(self._subgraph, self._index) if self._model else None
            self._data = np.zeros(self.shape, self.dtype) if values is None else self._from_bytes(values)
        return self._data

    @data.setter
    def data(self, values: Union[bytes, "np.ndarray"]):  # noqa: F821
        import numpy as np

        if isinstance(values, np.ndarray):
            if values.dtype != self.dtype:
                raise ValueError(f"tensor '{self.name}' has elements of {self.dtype_str}, got {values.dtype}")
            if values.size != self.shape.flat_size:
                raise ValueError(f"tensor '{self.name}' has {self.shape.flat_size} elements, got {values.size}")
            values = np.ascontiguousarray(values).reshape(self.shape)
        else:
            values = self._from_bytes(values)
        if self.is_constant:
            self._model._native.set_constant(self._subgraph, self._index, values.tobytes())
            self._model._changed()
        self._data = values

    def shape_dtype_str(self, include_batch: bool = False) -> str:
        """`96x96x1 (int8)`."""
        shape = self.shape if include_batch or len(self.shape) <= 1 else self.shape[1:]
        return f"{TfliteShape(shape)} ({self.dtype_str})"

    def __str__(self) -> str:
        return f"{self.name}, dtype:{self.dtype_str}, shape:{self.shape}"

    @property
    def is_constant(self) -> bool:
        """Whether its values stand in the file."""
        return self._model is not None and self._model._native.constant(self._subgraph, self._index) is not None

    def _from_bytes(self, values: bytes):
        import numpy as np

        array = np.frombuffer(values, self.dtype)
        return array.reshape(self.shape) if array.size == self.shape.flat_size else array

    def _recorded(self, values: bytes) -> "TfliteTensor":
        """A copy with the values of an inference."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy._data = self._from_bytes(values)
        return copy
