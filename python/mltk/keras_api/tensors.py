"""Tensors: values at hand, values of a graph that is being made, and values between layers of a model.

All have the same operators, and the functions of `mltk.keras_api.functions` take all of them. What a function does with
each is decided in one place, `apply`.
"""

import contextlib
import weakref
from typing import List, Optional

from mltk import _core
from mltk.keras_api import backend
from mltk.keras_api.dtypes import DType, TensorShape, as_dtype


class Tensor:
    """Base of all tensors: the operators of Python. Instances have `shape` and `dtype`."""

    # NumPy leaves operators with arrays on the left to this class.
    __array_priority__ = 100

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def get_shape(self) -> TensorShape:
        """The shape."""
        return self.shape

    def __len__(self) -> int:
        size = self.shape[0]
        if size is None:
            raise TypeError("the number of samples in a batch is not known while a model is built; use tf.shape(x)[0]")
        return size

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        raise TypeError(
            "the value of a tensor is not known while a model is built, so Python's if, while, and, or, not cannot use it; "
            "use tf.where"
        )

    def __eq__(self, other):
        return self is other if other is None or isinstance(other, str) else _functions().equal(self, other)

    def __ne__(self, other):
        return self is not other if other is None or isinstance(other, str) else _functions().not_equal(self, other)

    __hash__ = object.__hash__


def _functions():
    from mltk.keras_api import functions

    return functions


def _add_operators():
    def binary(name, swap=False):
        def method(self, other):
            function = getattr(_functions(), name)
            return function(other, self) if swap else function(self, other)

        return method

    for python, function in {
        "add": "add_operator", "sub": "subtract", "mul": "multiply", "truediv": "divide_operator", "pow": "pow", "matmul": "matmul",
        "floordiv": "floordiv", "mod": "floormod", "and": "logical_and", "or": "logical_or",
    }.items():  # fmt: skip
        setattr(Tensor, f"__{python}__", binary(function))
        setattr(Tensor, f"__r{python}__", binary(function, swap=True))
    for python, function in {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}.items():
        setattr(Tensor, f"__{python}__", binary(function))
    for python, function in {"neg": "negative", "abs": "abs", "invert": "logical_not"}.items():
        setattr(Tensor, f"__{python}__", lambda self, function=function: getattr(_functions(), function)(self))
    setattr(Tensor, "__getitem__", lambda self, key: _functions().getitem(self, key))


_add_operators()


class EagerTensor(Tensor):
    """A value at hand; `numpy()` gives it."""

    def __init__(self, array):
        self._array = array

    @property
    def shape(self) -> TensorShape:
        return TensorShape(self._array.shape)

    @property
    def dtype(self) -> DType:
        return as_dtype(self._array.dtype)

    def numpy(self):
        """The value as a NumPy array, a scalar as a number of NumPy."""
        return self._array.copy() if self._array.shape else self._array[()]

    def __array__(self, dtype=None, copy=None):
        return self._array.astype(dtype) if dtype is not None else self._array

    def __bool__(self) -> bool:
        return bool(self._array)

    def __int__(self) -> int:
        return int(self._array)

    def __float__(self) -> float:
        return float(self._array)

    def __index__(self) -> int:
        return self._array.__index__()

    def __format__(self, spec: str) -> str:
        return format(self._array[()] if not self._array.shape else self._array, spec)

    def __repr__(self) -> str:
        return f"<tf.Tensor: shape={tuple(self.shape)}, dtype={self.dtype.name}, numpy={self._array!r}>"

    def __deepcopy__(self, memo):
        return EagerTensor(self._array.copy())

    def __reduce__(self):
        return EagerTensor, (self._array,)


class GraphTensor(Tensor):
    """A value of a graph that is being made.

    Graphs keep the batch first; `batch_axis` is where it stands for Python (after `tf.stack(list, axis=0)` it is 1), None
    when the value has none.
    """

    def __init__(self, trace: "Trace", index: int, dtype="float32", batch_axis: Optional[int] = 0):
        self.trace = trace
        self.index = index
        self.dtype = as_dtype(dtype)
        self.stored_shape = trace.graph.shape(index)
        self.batch_axis = batch_axis if self.stored_shape[:1] == (None,) else None

    @property
    def shape(self) -> TensorShape:
        if not self.batch_axis:
            return TensorShape(self.stored_shape)
        rest = self.stored_shape[1:]
        return TensorShape(rest[: self.batch_axis] + (None,) + rest[self.batch_axis :])

    @property
    def _keras_mask(self):
        """Where the value counts; None: everywhere."""
        index = self.trace.graph.mask(self.index)
        return GraphTensor(self.trace, index, "bool") if index >= 0 else None

    def numpy(self):
        """Not there: the value is not known yet."""
        raise TypeError(
            "numpy() has no value here: call(), losses, metrics and train_step run once, on values that are not known yet. "
            "Write it with functions of tf.*"
        )

    __array__ = None
    __float__ = __int__ = __index__ = numpy

    def __repr__(self) -> str:
        return f"<tf.Tensor: shape={tuple(self.shape)}, dtype={self.dtype.name} (value not known yet)>"


class Variable(Tensor):
    """A weight or another tensor that keeps its value: `tf.Variable`.

    Args:
        initial_value: number or array
        trainable: whether training changes it
        name: of the variable
    """

    def __init__(self, initial_value=None, trainable=True, name=None, dtype=None, shape=None, **kwargs):
        import numpy as np

        unknown = set(kwargs) - {"validate_shape", "caching_device", "synchronization", "aggregation", "constraint"}
        if unknown or initial_value is None or shape is not None:
            raise TypeError(f"tf.Variable({', '.join(sorted(unknown)) or 'initial_value, trainable, name, dtype'}): give a value")
        value = initial_value() if callable(initial_value) else initial_value
        value = to_array(value) if dtype is None else np.asarray(value, as_dtype(dtype).name)
        self._type = as_dtype(value.dtype)
        self.native = _core.make_variable(f"{name or 'Variable'}:0", value, bool(trainable), kwargs.get("constraint"))
        _VARIABLES[self.native.key] = self

    @classmethod
    def of(cls, native) -> "Variable":
        """The Python side of a variable of the native library."""
        variable = _VARIABLES.get(native.key)
        if variable is None:
            variable = object.__new__(cls)
            variable.native = native
            variable._type = as_dtype("float32")
            _VARIABLES[native.key] = variable
        return variable

    @property
    def name(self) -> str:
        return self.native.name

    @property
    def shape(self) -> TensorShape:
        return TensorShape(self.native.shape)

    @property
    def dtype(self) -> DType:
        return self._type

    @property
    def trainable(self) -> bool:
        return self.native.trainable

    def numpy(self):
        """A copy of the value."""
        array = self.native.value().astype(self._type.name)
        return array if array.shape else array[()]

    def value(self):
        """The value as a tensor."""
        return _functions().identity(self)

    read_value = value

    def assign(self, value, **_):
        """Set the value; inside a traced function when the step ends."""
        trace = current_trace()
        if trace is None:
            import numpy as np

            self.native.assign(np.broadcast_to(to_array(value), self.shape))
        else:
            trace.update(self, value)
        return self

    def assign_add(self, delta, **_):
        """Add to the value."""
        return self.assign(_latest(self) + delta)

    def assign_sub(self, delta, **_):
        """Subtract from the value."""
        return self.assign(_latest(self) - delta)

    def __array__(self, dtype=None, copy=None):
        array = self.native.value().astype(self._type.name)
        return array.astype(dtype) if dtype is not None else array

    def __float__(self) -> float:
        return float(self.native.value())

    def __int__(self) -> int:
        return int(self.native.value())

    def __repr__(self) -> str:
        return f"<tf.Variable '{self.name}' shape={tuple(self.shape)} dtype={self._type.name}>"


_VARIABLES: "weakref.WeakValueDictionary" = weakref.WeakValueDictionary()


def _latest(variable: Variable):
    trace = current_trace()
    return variable if trace is None else trace.latest(variable)


class BatchSize(Tensor):
    """The number of samples in a batch: an element of `tf.shape(x)` while a graph is made."""

    dtype = as_dtype("int32")
    shape = TensorShape(())

    def __init__(self, of: "GraphTensor"):
        self.of = of

    def tensor(self) -> "GraphTensor":
        """As a number of the graph."""
        index = self.of.trace.graph.operator("batch_size", [self.of.index], {})[0]
        return GraphTensor(current_trace(), index, "int32")


class KerasTensor(Tensor):
    """A value in the graph of layers: what a layer gives when it is called while a model is built."""

    def __init__(self, native, layer, inputs):
        self.native = native
        self.layer = layer
        self.inputs = inputs

    @property
    def shape(self) -> TensorShape:
        return TensorShape(self.native.shape)

    @property
    def dtype(self) -> DType:
        return as_dtype("float32")

    @property
    def name(self) -> str:
        return self.layer.name

    __array__ = None

    def __repr__(self) -> str:
        return f"<KerasTensor: shape={tuple(self.shape)} (created by layer '{self.layer.name}')>"


class Trace:
    """A graph that is being made by functions of Python: inside a `with` block, tensors become its operators."""

    def __init__(self, graph, training: bool):
        self.graph = graph
        self.training = training
        self._updates = {}
        self._streams = 0
        self._outer = None
        self.has_penalties = False

    def __enter__(self):
        self._outer = current_trace()
        if self._outer is not None and self._outer.graph is self.graph:
            self._updates = self._outer._updates
        _TRACES.append(self)
        return self

    def __exit__(self, *_):
        _TRACES.pop()

    @contextlib.contextmanager
    def layer(self, name: str):
        """Operators of the block belong to the layer `name` inside the current one."""
        outer = self.graph.layer()
        self.graph.set_layer(f"{outer}/{name}" if outer else name)
        try:
            yield
        finally:
            self.graph.set_layer(outer)

    @contextlib.contextmanager
    def phase(self, training: Optional[bool]):
        """Layers of the block are called with `training`; None changes nothing."""
        before = self.training
        self.training = before if training is None else bool(training)
        try:
            yield
        finally:
            self.training = before

    def next_stream(self) -> int:
        """A number that tells random operators of a model apart."""
        import zlib

        self._streams += 1
        return zlib.crc32(f"{self.graph.layer()}:{self._streams}".encode())

    def tensor(self, value) -> GraphTensor:
        """A value as a tensor of the graph."""
        if isinstance(value, GraphTensor):
            if value.trace.graph is not self.graph or value.trace not in _TRACES:
                raise RuntimeError(
                    "a tensor of another call was used: tensors made in call(), a loss or train_step are good there only"
                )
            return value
        if isinstance(value, Variable):
            return GraphTensor(self, self.graph.variable(value.native), value.dtype, None)
        if isinstance(value, BatchSize):
            return value.tensor()
        if isinstance(value, KerasTensor):
            raise TypeError("a KerasTensor was used inside of a layer's call(); give it to the layer as an input")
        array = to_array(value)
        return GraphTensor(self, self.graph.constant(array), array.dtype, None)

    def operator(self, name: str, operands, attributes=None, dtype="float32", batch_axis=0) -> List[GraphTensor]:
        """Add an operator; `operands` are tensors of the graph."""
        indices = self.graph.operator(name, [operand.index for operand in operands], attributes or {})
        return [GraphTensor(self, index, dtype, batch_axis) for index in indices]

    def update(self, variable: Variable, value):
        """Let `variable` have `value` when the step ends."""
        tensor = self.tensor(_functions().cast(value, "float32"))
        if tensor.stored_shape != variable.native.shape:
            tensor = self.tensor(_functions().broadcast_to(tensor, variable.native.shape))
        self._updates[variable.native.key] = (variable, tensor)

    def latest(self, variable: Variable):
        """The value that the variable has by now."""
        return self._updates.get(variable.native.key, (None, variable))[1]

    def finish_updates(self):
        """Add the updates to the graph."""
        for variable, tensor in self._updates.values():
            self.graph.update(variable.native, tensor.index)
        self._updates.clear()


_TRACES: List[Trace] = []


def current_trace() -> Optional[Trace]:
    """The graph that is being made; None: values are at hand."""
    return _TRACES[-1] if _TRACES else None


def to_array(value):
    """A value at hand as an array; Python's floats are float32, whole numbers int32, as in TensorFlow."""
    import numpy as np

    if isinstance(value, EagerTensor):
        return value._array
    if isinstance(value, (GraphTensor, KerasTensor)):
        raise TypeError(f"a value at hand is needed, got {value!r}")
    if hasattr(value, "dtype"):
        return np.asarray(value)
    if isinstance(value, (list, tuple)) and any(isinstance(item, (Tensor, np.ndarray)) for item in value):
        return np.stack([to_array(item) for item in value])
    array = np.asarray(value)
    if array.dtype == np.float64:
        return array.astype("float32")
    return array.astype("int32") if array.dtype == np.int64 and np.all(np.abs(array) < 2**31) else array


def is_symbolic(value) -> bool:
    """Whether the value is not at hand while a graph is made."""
    return isinstance(value, (GraphTensor, Variable, BatchSize))


def flatten(value) -> list:
    """What is in nested lists, tuples and dictionaries, in order; of dictionaries by sorted keys."""
    if isinstance(value, dict):
        return [item for key in sorted(value) for item in flatten(value[key])]
    if isinstance(value, (list, tuple)) and not isinstance(value, TensorShape):
        return [item for part in value for item in flatten(part)]
    return [] if value is None else [value]


def map_structure(function, value):
    """`function` of everything in nested lists, tuples and dictionaries."""
    if isinstance(value, dict):
        return {key: map_structure(function, value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)) and not isinstance(value, TensorShape):
        items = [map_structure(function, item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return None if value is None else function(value)


def run_once(function, arrays, training: bool = False):
    """`function` of tensors of a graph whose batch is the first axis of `arrays`, run at once; returns its results as
    values at hand, in their structure."""
    import numpy as np

    graph = _core.Graph()
    with Trace(graph, training) as trace:
        arrays = [np.ascontiguousarray(to_array(array), dtype="float32") for array in arrays]
        inputs = [GraphTensor(trace, graph.input("x", (None,) + array.shape[1:])) for array in arrays]
        result = function(*inputs)
        tensors = [trace.tensor(item) for item in flatten(result)]
        trace.finish_updates()
    values = graph.evaluate([tensor.index for tensor in tensors], arrays, len(arrays[0]), backend.next_seed(), 0)
    found = iter([EagerTensor(value.astype(tensor.dtype.name)) for value, tensor in zip(values, tensors)])
    return map_structure(lambda _: next(found), result)
