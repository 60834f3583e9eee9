"""The functions of `tf.*` on tensors of every kind, by TensorFlow's names.

`FUNCTIONS` is the table: "math.square" -> function. Between layers of a model a function becomes a layer (Keras'
TFOpLambda); in a graph that is being made, operators of the graph; on values at hand it computes at once. The last two meet
in `apply`, whose `compute` is the same in NumPy.
"""

import functools
import math as _math
from typing import Callable, Dict

from mltk.keras_api.dtypes import TensorShape, as_dtype
from mltk.keras_api.tensors import (
    BatchSize,
    EagerTensor,
    GraphTensor,
    KerasTensor,
    Tensor,
    Variable,
    current_trace,
    flatten,
    is_symbolic,
    map_structure,
    run_once,
    to_array,
)

FUNCTIONS: Dict[str, Callable] = {}
#: Called for functions of tensors between layers: (name, function, arguments, keywords) -> KerasTensor.
connect: Callable = None
#: Tapes that watch values at hand: each is called with (compute again, operands, results).
recorders: list = []


def function(*names: str):
    """Register a function under names of TensorFlow; the first one is the canonical one, which files of models hold."""

    def decorate(body):
        @functools.wraps(body)
        def call(*args, **kwargs):
            if any(isinstance(item, KerasTensor) for item in flatten([args, kwargs])):
                return connect(names[0], call, args, kwargs)
            return body(*args, **kwargs)

        for name in names:
            FUNCTIONS[name] = call
        return call

    return decorate


def apply(name, operands, attributes=None, compute=None, dtype=None):
    """One operator: in a graph that is being made `name` with `attributes`, else `compute(*arrays)` at once.

    Args:
        dtype: of the result; None: that of the operands
    """
    trace = current_trace()
    if trace is not None and any(is_symbolic(operand) for operand in operands):
        tensors = [trace.tensor(operand) for operand in operands]
        axes = {tensor.batch_axis for tensor in tensors if tensor.batch_axis is not None}
        if len(axes) > 1 or any(axes):
            tensors, axis = _align(name, tensors)
        else:
            axis = 0
        result = trace.operator(name, tensors, attributes, dtype or _common_dtype(operands), axis)
        return result[0]
    return at_hand(lambda *values: apply(name, values, attributes, compute, dtype), compute, operands, dtype)


def at_hand(again, compute, operands, dtype=None):
    """`compute` of arrays; tapes remember `again`, which gives the same of tensors of a graph."""
    import numpy as np

    arrays = _unify(operands)
    with np.errstate(all="ignore"):
        value = np.asarray(compute(*arrays))
    if dtype is not None:
        value = value.astype(as_dtype(dtype).name)
    elif value.dtype == np.float64 and any(array.dtype.kind == "f" for array in arrays) and all(array.dtype != np.float64 for array in arrays):
        value = value.astype("float32")
    result = EagerTensor(value)
    for recorder in recorders:
        recorder(again, operands, [result])
    return result


def _has_type(value) -> bool:
    return hasattr(value, "dtype")


def _unify(operands) -> list:
    """Arrays of one type: numbers of Python take that of the tensors beside them."""
    import numpy as np

    arrays = [to_array(operand) for operand in operands]
    typed = [array.dtype for operand, array in zip(operands, arrays) if _has_type(operand)]
    typed = [dtype for dtype in typed if dtype.kind == "f"] or typed
    if not typed:
        return arrays
    common = np.result_type(*typed)
    if common.kind in "iu" and any(array.dtype.kind == "f" for array in arrays):
        common = np.dtype("float32")
    return [array if array.dtype.kind == "b" and common.kind != "b" else array.astype(common) for array in arrays]


def _common_dtype(operands) -> str:
    names = [as_dtype(operand.dtype).name for operand in operands if _has_type(operand)]
    floats = [name for name in names if name.startswith("float")]
    if floats or any(isinstance(operand, float) for operand in operands):
        return "float32"
    return names[0] if names else "float32"


def _align(name, tensors):
    """Operands of which one has its batch not in front, as they stand in the graph."""
    axes = {tensor.batch_axis for tensor in tensors if tensor.batch_axis is not None}
    axis = next(iter(axes))
    ranks = {len(tensor.shape) for tensor in tensors if tensor.batch_axis is not None}
    if len(axes) > 1 or len(ranks) > 1 or any(t.batch_axis is None and t.stored_shape for t in tensors):
        raise NotImplementedError(f"{name}: a tensor whose batch is axis {max(axes)} is not supported here; keep the batch first")
    return tensors, axis


def in_graph(*values) -> bool:
    """Whether a function of `values` becomes operators of a graph."""
    return current_trace() is not None and any(is_symbolic(value) for value in flatten(list(values)))


def tensor(value, what: str = "this function") -> GraphTensor:
    """A value as a tensor of the graph that is being made, with its batch in front."""
    result = current_trace().tensor(value)
    if result.batch_axis:
        raise NotImplementedError(f"{what}: the batch must be the first axis, it is axis {result.batch_axis} of {result!r}")
    return result


def shape_of(value) -> TensorShape:
    """Sizes of the axes."""
    return value.shape if isinstance(value, Tensor) else TensorShape(to_array(value).shape)


def _axis(value, axis: int) -> int:
    rank = len(shape_of(value))
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} does not exist in the shape {tuple(shape_of(value))}")
    return axis % rank


# -- element by element


def _unary(operator: str, compute, *names: str, doc: str = ""):
    def body(x, name=None):  # pylint: disable=unused-argument
        return apply(operator, [x], None, compute)

    body.__name__ = names[0].rsplit(".", 1)[-1]
    body.__doc__ = doc or f"`tf.{names[0]}`, element by element."
    return function(*names)(body)


def _np(name: str):
    def compute(*arrays):
        import numpy as np

        return getattr(np, name)(*arrays)

    return compute


def _erf(x):
    import numpy as np

    return np.vectorize(_math.erf, otypes=[x.dtype])(x)


def _float(compute):
    """`compute` of whole numbers as float32."""

    def of_float(x):
        return compute(x if x.dtype.kind == "f" else x.astype("float32"))

    return of_float


def _logistic(x):
    import numpy as np

    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


abs = _unary("abs", _np("abs"), "abs", "math.abs", "backend.abs")  # pylint: disable=redefined-builtin
exp = _unary("exp", _np("exp"), "math.exp", "exp", "backend.exp")
log = _unary("log", _np("log"), "math.log", "backend.log")
negative = _unary("neg", _np("negative"), "math.negative", "negative")
rsqrt = _unary("rsqrt", lambda x: 1 / x**0.5, "math.rsqrt")
sigmoid = _unary("sigmoid", _logistic, "math.sigmoid", "sigmoid", "nn.sigmoid", "backend.sigmoid")
sqrt = _unary("sqrt", _np("sqrt"), "math.sqrt", "sqrt", "backend.sqrt")
square = _unary("square", _np("square"), "math.square", "square", "backend.square")
tanh = _unary("tanh", _np("tanh"), "math.tanh", "tanh", "nn.tanh", "backend.tanh")
erf = _unary("erf", _float(_erf), "math.erf")
relu6 = _unary("relu6", lambda x: x.clip(0, 6), "nn.relu6")
softplus = _unary("softplus", lambda x: _np("logaddexp")(x, x.dtype.type(0)), "math.softplus", "nn.softplus", "backend.softplus")
floor = _unary("floor", _np("floor"), "floor", "math.floor")
sin = _unary("sin", _np("sin"), "math.sin", "sin", "backend.sin")
cos = _unary("cos", _np("cos"), "math.cos", "cos", "backend.cos")


def _binary(operator: str, compute, *names: str, dtype=None, operator_name=None):
    def body(x, y, name=None):  # pylint: disable=unused-argument
        return apply(operator, [x, y], None, compute, dtype)

    body.__name__ = names[0].rsplit(".", 1)[-1]
    body.__doc__ = f"`tf.{names[0]}`, element by element; shapes are broadcast."
    made = function(*names)(body)
    return made if operator_name is None else (made, function(operator_name)(body))


add, add_operator = _binary("add", _np("add"), "math.add", "add", operator_name="__operators__.add")
subtract = _binary("sub", _np("subtract"), "math.subtract", "subtract")
multiply = _binary("mul", _np("multiply"), "math.multiply", "multiply")
maximum = _binary("maximum", _np("maximum"), "math.maximum", "maximum", "backend.maximum")
minimum = _binary("minimum", _np("minimum"), "math.minimum", "minimum", "backend.minimum")


def _true_divide(a, b):
    return a / b  # whole numbers give float64, as in TensorFlow


divide_operator = _binary("div", _true_divide, "math.truediv", "truediv", "math.divide", "divide", "realdiv")


def _truth(operator, compute, *names):
    return _binary(operator, compute, *names, dtype="bool")


equal = _truth("equal", _np("equal"), "math.equal", "equal", "backend.equal")
greater = _truth("greater", _np("greater"), "math.greater", "greater", "backend.greater")


@function("math.less", "less", "backend.less")
def less(x, y, name=None):  # pylint: disable=unused-argument
    """x < y"""
    return greater(y, x)


@function("math.logical_not", "logical_not")
def logical_not(x, name=None):  # pylint: disable=unused-argument
    """not x"""
    if not in_graph(x):
        return at_hand(None, lambda a: ~a.astype(bool), [x], "bool")
    return _as(subtract(1.0, x), "bool")


@function("math.not_equal", "not_equal", "backend.not_equal")
def not_equal(x, y, name=None):  # pylint: disable=unused-argument
    """x != y"""
    return logical_not(equal(x, y))


@function("math.less_equal", "less_equal", "backend.less_equal")
def less_equal(x, y, name=None):  # pylint: disable=unused-argument
    """x <= y"""
    return logical_not(greater(x, y))


@function("math.greater_equal", "greater_equal", "backend.greater_equal")
def greater_equal(x, y, name=None):  # pylint: disable=unused-argument
    """x >= y"""
    return logical_not(greater(y, x))


@function("math.logical_and", "logical_and")
def logical_and(x, y, name=None):  # pylint: disable=unused-argument
    """x and y"""
    if in_graph(x, y):
        return _as(multiply(x, y), "bool")
    return at_hand(None, lambda a, b: a.astype(bool) & b.astype(bool), [x, y], "bool")


@function("math.logical_or", "logical_or")
def logical_or(x, y, name=None):  # pylint: disable=unused-argument
    """x or y"""
    if in_graph(x, y):
        return _as(maximum(x, y), "bool")
    return at_hand(None, lambda a, b: a.astype(bool) | b.astype(bool), [x, y], "bool")


@function("math.logical_xor")
def logical_xor(x, y, name=None):  # pylint: disable=unused-argument
    """Exactly one of x and y."""
    return not_equal(x, y)


def _as(value, dtype):
    """The same value with another type's name: graphs hold numbers of every type as float32."""
    if isinstance(value, GraphTensor):
        return GraphTensor(value.trace, value.index, dtype, value.batch_axis)
    return EagerTensor(to_array(value).astype(as_dtype(dtype).name))


@function("cast", "backend.cast")
def cast(x, dtype, name=None):  # pylint: disable=unused-argument
    """x as another type."""
    wanted = as_dtype(dtype)
    if in_graph(x):
        x = current_trace().tensor(x)
        if x.dtype == wanted:
            return x
        if wanted.is_bool:
            return not_equal(x, 0.0)
        if wanted.is_integer and x.dtype.is_floating:
            # Towards zero.
            x = multiply(sign(x), floor(abs(x)))
        return _as(x, wanted)
    return at_hand(lambda v: cast(v, dtype), lambda a: a, [x], wanted)




@function("identity")
def identity(input, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The same value."""
    return reshape(input, shape_of(input)) if isinstance(input, KerasTensor) else convert_to_tensor(input)


@function("stop_gradient", "backend.stop_gradient")
def stop_gradient(input, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The same value; no gradient flows through it."""
    if in_graph(input):
        return apply("stop_gradient", [input])
    return EagerTensor(to_array(input))


@function("convert_to_tensor", "constant_of")
def convert_to_tensor(value, dtype=None, dtype_hint=None, name=None):  # pylint: disable=unused-argument
    """A value as a tensor."""
    if isinstance(value, (list, tuple)) and any(isinstance(item, Tensor) for item in flatten(value)):
        value = stack(list(value))
    if in_graph(value):
        value = current_trace().tensor(value)
        return value if dtype is None else cast(value, dtype)
    if dtype is not None:
        return at_hand(lambda v: cast(v, dtype), lambda a: a, [value], dtype)
    return value if isinstance(value, EagerTensor) else at_hand(lambda v: v, lambda a: a, [value])


@function("constant", "backend.constant")
def constant(value, dtype=None, shape=None, name="Const"):  # pylint: disable=unused-argument
    """A tensor with a value."""
    import numpy as np

    array = to_array(value) if dtype is None else np.asarray(to_array(value)).astype(as_dtype(dtype).name)
    return EagerTensor(array if shape is None else np.broadcast_to(array, shape) if array.size == 1 else array.reshape(shape))


@function("math.sign", "sign", "backend.sign")
def sign(x, name=None):  # pylint: disable=unused-argument
    """-1, 0 or 1"""
    if in_graph(x):
        return subtract(_as(greater(x, 0.0), "float32"), _as(less(x, 0.0), "float32"))
    return at_hand(lambda v: sign(v), _np("sign"), [x])


@function("math.ceil")
def ceil(x, name=None):  # pylint: disable=unused-argument
    """The smallest whole number that is not below x."""
    return negative(floor(negative(x)))


@function("round", "math.round", "backend.round")
def round(x, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The nearest whole number; halves go to the even one."""
    if not in_graph(x):
        return at_hand(lambda v: round(v), _np("rint"), [x])
    nearest = floor(add(x, 0.5))
    is_half = _as(equal(subtract(nearest, x), 0.5), "float32")
    odd = subtract(nearest, multiply(2.0, floor(divide_operator(nearest, 2.0))))
    return subtract(nearest, multiply(is_half, odd))


@function("math.reciprocal")
def reciprocal(x, name=None):  # pylint: disable=unused-argument
    """1 / x"""
    return divide_operator(1.0, x)


@function("math.log1p")
def log1p(x, name=None):  # pylint: disable=unused-argument
    """log(1 + x)"""
    return log(add(x, 1.0)) if in_graph(x) else at_hand(lambda v: log1p(v), _np("log1p"), [x])


@function("math.expm1")
def expm1(x, name=None):  # pylint: disable=unused-argument
    """exp(x) - 1"""
    return subtract(exp(x), 1.0) if in_graph(x) else at_hand(lambda v: expm1(v), _np("expm1"), [x])


@function("math.log_sigmoid", "nn.log_sigmoid")
def log_sigmoid(x, name=None):  # pylint: disable=unused-argument
    """log(sigmoid(x))"""
    return negative(softplus(negative(x)))


@function("math.pow", "pow", "backend.pow")
def pow(x, y, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """x to the power y."""
    if not in_graph(x, y):
        return at_hand(lambda a, b: pow(a, b), _np("power"), [x, y])
    if isinstance(y, Tensor) and not isinstance(y, EagerTensor):
        return exp(multiply(y, log(x)))
    exponent = float(to_array(y))
    if exponent == 2:
        return square(x)
    return apply("power", [x], {"exponent": exponent})


@function("math.squared_difference")
def squared_difference(x, y, name=None):  # pylint: disable=unused-argument
    """(x - y)^2"""
    return square(subtract(x, y))


@function("math.floordiv")
def floordiv(x, y, name=None):  # pylint: disable=unused-argument
    """x / y rounded down."""
    if in_graph(x, y):
        return _as(floor(divide_operator(x, y)), _common_dtype([x, y]))
    return at_hand(lambda a, b: floordiv(a, b), _np("floor_divide"), [x, y])


@function("math.floormod", "math.mod")
def floormod(x, y, name=None):  # pylint: disable=unused-argument
    """x - floor(x / y) * y"""
    if in_graph(x, y):
        return subtract(x, multiply(floordiv(x, y), y))
    return at_hand(lambda a, b: floormod(a, b), _np("mod"), [x, y])


@function("math.divide_no_nan")
def divide_no_nan(x, y, name=None):  # pylint: disable=unused-argument
    """x / y, and 0 where y is 0."""
    zero = equal(y, 0.0)
    return where(zero, zeros_like(multiply(x, y)), divide_operator(x, where(zero, ones_like(y), y)))


@function("clip_by_value", "backend.clip")
def clip_by_value(t, clip_value_min, clip_value_max, name=None):  # pylint: disable=unused-argument
    """t limited to a range."""
    limits = (clip_value_min, clip_value_max)
    if in_graph(t) and all(isinstance(limit, (int, float)) for limit in limits):
        return apply("clip", [t], {"low": float(limits[0]), "high": float(limits[1])})
    return maximum(minimum(t, clip_value_max), clip_value_min)


@function("add_n", "math.add_n")
def add_n(inputs, name=None):  # pylint: disable=unused-argument
    """The sum of a list."""
    total = inputs[0]
    for item in inputs[1:]:
        total = add(total, item)
    return total


@function("math.accumulate_n")
def accumulate_n(inputs, shape=None, tensor_dtype=None, name=None):  # pylint: disable=unused-argument
    """The sum of a list."""
    return add_n(inputs)


@function("where", "backend.switch")
def where(condition, x=None, y=None, name=None):  # pylint: disable=unused-argument
    """x where the condition holds, else y."""
    if x is None or y is None:
        if in_graph(condition):
            raise NotImplementedError("tf.where(condition) gives as many results as there are; give x and y, too")
        import numpy as np

        return EagerTensor(np.argwhere(to_array(condition)).astype("int64"))
    if not in_graph(condition, x, y):
        dtype = None
        return at_hand(lambda c, a, b: where(c, a, b), lambda c, *v: _np("where")(c.astype(bool), *_unify(list(v))), [condition, x, y], dtype)
    operands = [current_trace().tensor(item) for item in (condition, x, y)]
    if any(operand.batch_axis for operand in operands):
        _align("where", operands)
    return apply("select", operands, dtype=_common_dtype([x, y]))


# -- shapes


@function("shape", "backend.shape")
def shape(input, out_type="int32", name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The sizes as a tensor; while a graph is made a list whose open size is a tensor."""
    sizes = shape_of(input)
    if None not in sizes:
        import numpy as np

        return EagerTensor(np.asarray(sizes, as_dtype(out_type).name))
    return SymbolicShape(BatchSize(input) if size is None else size for size in sizes)


class SymbolicShape(tuple):
    """`tf.shape(x)` of a tensor with an open batch."""

    def __getitem__(self, key):
        value = super().__getitem__(key)
        return SymbolicShape(value) if isinstance(key, slice) else value


def _sizes(shape_, what: str):
    """Sizes with None for the batch."""
    if isinstance(shape_, EagerTensor):
        shape_ = to_array(shape_).tolist()
    sizes = []
    for size in shape_ if isinstance(shape_, (list, tuple)) or hasattr(shape_, "__iter__") else [shape_]:
        if size is None or isinstance(size, BatchSize):
            sizes.append(None)
        elif isinstance(size, (GraphTensor, Variable, KerasTensor)):
            raise NotImplementedError(f"{what}: sizes must be known numbers, or tf.shape(x)[0] for the batch; got {size!r}")
        else:
            sizes.append(int(size))
    return sizes


@function("rank")
def rank(input, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """Number of axes."""
    return constant(len(shape_of(input)), "int32")


@function("size")
def size(input, out_type="int32", name=None):  # pylint: disable=redefined-builtin,unused-argument
    """Number of elements."""
    count = shape_of(input).num_elements()
    if count is None:
        each = 1
        for item in shape_of(input):
            each *= item or 1
        return _as(multiply(apply("batch_size", [input]), float(each)), out_type)
    return constant(count, out_type)


@function("reshape", "backend.reshape")
def reshape(tensor, shape, name=None):  # pylint: disable=redefined-outer-name,unused-argument
    """The same elements under another shape; one size may be -1."""
    if not in_graph(tensor):
        sizes = [-1 if size is None else size for size in _sizes(shape, "reshape")]
        return at_hand(lambda v: reshape(v, shape), lambda a: a.reshape(sizes), [tensor])
    x = current_trace().tensor(tensor)
    if x.batch_axis:
        raise NotImplementedError(f"reshape of {x!r} is not supported; keep the batch first")
    return apply("reshape", [x], {"shape": _reshaped(x, _sizes(shape, "reshape"))})


def _reshaped(x: GraphTensor, sizes) -> list:
    """The new shape with None for the batch."""
    given = list(x.stored_shape)
    elements = 1
    for size in given:
        elements *= size or 1
    if x.batch_axis is None:
        if -1 in sizes:
            known = -1
            for size in sizes:
                known *= size
            sizes[sizes.index(-1)] = elements // known
        return sizes
    if sizes and sizes[0] == -1:
        rest = 1
        for size in sizes[1:]:
            rest *= size
        if rest != elements:
            raise ValueError(
                f"reshape of {tuple(x.shape)} to {sizes}: the batch must stay the first axis, so the others must have {elements} "
                "elements"
            )
        return [None] + sizes[1:]
    if not sizes or sizes[0] is not None:
        raise NotImplementedError(
            f"reshape of {tuple(x.shape)} to {sizes}: the batch must stay the first axis; give -1 or tf.shape(x)[0] for it"
        )
    if -1 in sizes:
        known = 1
        for size in sizes[1:]:
            known *= size if size != -1 else 1
        sizes[sizes.index(-1)] = elements // known
    return sizes


@function("expand_dims", "backend.expand_dims")
def expand_dims(input, axis=-1, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """An axis of size 1 put in."""
    if not in_graph(input):
        return at_hand(lambda v: expand_dims(v, axis), lambda a: _expand(a, axis), [input])
    x = tensor(input, "expand_dims")
    sizes = list(x.stored_shape)
    position = axis % (len(sizes) + 1)
    if x.batch_axis is not None and position == 0:
        one = apply("reshape", [x], {"shape": [None, 1] + sizes[1:]})
        return GraphTensor(one.trace, one.index, one.dtype, 1)
    return apply("reshape", [x], {"shape": sizes[:position] + [1] + sizes[position:]})


def _expand(array, axis):
    import numpy as np

    return np.expand_dims(array, axis)


@function("squeeze", "backend.squeeze")
def squeeze(input, axis=None, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """Axes of size 1 taken out."""
    sizes = list(shape_of(input))
    if axis is None:
        axes = [i for i, size in enumerate(sizes) if size == 1]
    else:
        axes = [_axis(input, int(item)) for item in (axis if isinstance(axis, (list, tuple)) else [axis])]
    for item in axes:
        if sizes[item] != 1:
            raise ValueError(f"squeeze: axis {item} of the shape {tuple(sizes)} does not have the size 1")
    kept = [size for i, size in enumerate(sizes) if i not in axes]
    if not in_graph(input):
        return at_hand(lambda v: squeeze(v, axis), lambda a: a.reshape(kept), [input])
    x = current_trace().tensor(input)
    if not x.batch_axis:
        return apply("reshape", [x], {"shape": kept})
    stored = [None] + [size for size in kept if size is not None]
    result = x.trace.operator("reshape", [x], {"shape": stored}, x.dtype, 0)[0]
    result.batch_axis = kept.index(None)
    return result


@function("transpose")
def transpose(a, perm=None, conjugate=False, name="transpose"):  # pylint: disable=unused-argument
    """Axes in another order."""
    order = list(range(len(shape_of(a))))[::-1] if perm is None else [int(axis) for axis in to_array(perm)]
    if not in_graph(a):
        return at_hand(lambda v: transpose(v, perm), lambda x: x.transpose(order), [a])
    x = current_trace().tensor(a)
    if x.batch_axis is None:
        return apply("transpose", [x], {"permutation": order})
    # The graph keeps the batch first; the rest is put in the order that it has around the batch.
    stored = [axis + 1 if axis < x.batch_axis else axis for axis in order if axis != x.batch_axis]
    result = x.trace.operator("transpose", [x], {"permutation": [0] + stored}, x.dtype, 0)[0] if stored != sorted(stored) else x
    return GraphTensor(x.trace, result.index, x.dtype, order.index(x.batch_axis))


@function("backend.permute_dimensions")
def permute_dimensions(x, pattern):
    """Axes in another order."""
    return transpose(x, pattern)


@function("broadcast_to")
def broadcast_to(input, shape, name=None):  # pylint: disable=redefined-builtin,redefined-outer-name,unused-argument
    """Repeated to a shape."""
    sizes = _sizes(shape, "broadcast_to")
    if in_graph(input) or (None in sizes and current_trace() is not None):
        return apply("broadcast", [tensor(input, "broadcast_to")], {"shape": sizes})
    return at_hand(lambda v: broadcast_to(v, shape), lambda a: _np("broadcast_to")(a, sizes), [input])


@function("tile", "backend.tile")
def tile(input, multiples, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """Repeated along each axis."""
    times = [int(count) for count in to_array(multiples).reshape(-1)]
    if not in_graph(input):
        return at_hand(lambda v: tile(v, multiples), lambda a: _np("tile")(a, times), [input])
    x = tensor(input, "tile")
    if x.batch_axis is not None and times[0] != 1:
        raise NotImplementedError("tile: the batch cannot be repeated; its entry of multiples must be 1")
    for axis, count in enumerate(times):
        if count != 1:
            x = concat([x] * count, axis)
    return x


@function("repeat", "backend.repeat_elements")
def repeat(input, repeats, axis=None, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """Each element several times in a row."""
    if not in_graph(input):
        return at_hand(lambda v: repeat(v, repeats, axis), lambda a: a.repeat(to_array(repeats), axis), [input])
    place = _axis(input, axis)
    more = expand_dims(input, place + 1)
    sizes = list(shape_of(more))
    sizes[place + 1] = int(repeats)
    wide = broadcast_to(more, sizes)
    return reshape(wide, sizes[:place] + [sizes[place] * int(repeats)] + sizes[place + 2 :])


@function("concat", "backend.concatenate")
def concat(values, axis=-1, name="concat"):  # pylint: disable=unused-argument
    """Tensors one after another along an axis."""
    values = list(values) if isinstance(values, (list, tuple)) else [values]
    if not in_graph(values):
        return at_hand(lambda *v: concat(list(v), axis), lambda *a: _concatenate(a, axis), values)
    tensors = [current_trace().tensor(value) for value in values]
    batched = [item for item in tensors if item.batch_axis is not None]
    if any(item.batch_axis for item in tensors) or (batched and axis % len(tensors[0].shape) == 0):
        raise NotImplementedError("concat along the batch is not supported while a graph is made")
    if batched and len(batched) < len(tensors):
        tensors = [item if item.batch_axis is not None else broadcast_to(item, [None] + list(item.shape[1:])) for item in tensors]
    return apply("concat", tensors, {"axis": axis % len(tensors[0].shape)}) if len(tensors) > 1 else tensors[0]


def _concatenate(arrays, axis):
    import numpy as np

    return np.concatenate(arrays, axis)


@function("stack", "backend.stack")
def stack(values, axis=0, name="stack"):  # pylint: disable=unused-argument
    """Tensors side by side along a new axis."""
    values = list(values)
    if not in_graph(values):
        return at_hand(lambda *v: stack(list(v), axis), lambda *a: _np_stack(a, axis), values)
    tensors = [tensor(value, "stack") for value in values]
    batched = [item for item in tensors if item.batch_axis is not None]
    position = axis % (len(tensors[0].stored_shape) + 1)
    if not batched and not tensors[0].stored_shape:
        # Numbers side by side.
        return concat([reshape(item, [1]) for item in tensors], 0)
    if batched and position == 0:
        result = apply("stack", tensors, {"axis": 1})
        return GraphTensor(result.trace, result.index, result.dtype, 1)
    if not batched:
        return concat([expand_dims(item, position) for item in tensors], position)
    return apply("stack", tensors, {"axis": position})


def _np_stack(arrays, axis):
    import numpy as np

    return np.stack(arrays, axis)


@function("unstack")
def unstack(value, num=None, axis=0, name="unstack"):  # pylint: disable=unused-argument
    """A list of the slices along an axis."""
    position = _axis(value, axis)
    count = shape_of(value)[position]
    if count is None:
        raise NotImplementedError("unstack along the batch is not supported while a graph is made")
    return [take(value, index, position) for index in range(count)]


def take(value, index: int, axis: int):
    """The slice `index` of an axis, without that axis."""
    key = [slice(None)] * axis + [index]
    return getitem(value, tuple(key))


@function("split")
def split(value, num_or_size_splits, axis=0, num=None, name="split"):  # pylint: disable=unused-argument
    """Parts along an axis: so many equal ones, or of the sizes of a list."""
    position = _axis(value, axis)
    total = shape_of(value)[position]
    if total is None:
        raise NotImplementedError("split along the batch is not supported while a graph is made")
    if isinstance(num_or_size_splits, int):
        if total % num_or_size_splits:
            raise ValueError(f"split: {total} elements cannot be cut into {num_or_size_splits} equal parts")
        sizes = [total // num_or_size_splits] * num_or_size_splits
        if in_graph(value) and not current_trace().tensor(value).batch_axis and len(sizes) > 1:
            x = current_trace().tensor(value)
            return x.trace.operator("split", [x], {"axis": position, "parts": len(sizes)}, x.dtype)
    else:
        sizes = [int(size) for size in to_array(num_or_size_splits)]
        if -1 in sizes:
            sizes[sizes.index(-1)] = total - sum(sizes) - 1
    parts, first = [], 0
    for count in sizes:
        parts.append(getitem(value, (slice(None),) * position + (slice(first, first + count),)))
        first += count
    return parts


@function("slice")
def slice_(input_, begin, size, name=None):  # pylint: disable=redefined-outer-name,unused-argument
    """A block: `size` elements from `begin` of each axis; -1: all that are left."""
    begins, sizes = _sizes(begin, "slice"), _sizes(size, "slice")
    return getitem(input_, tuple(slice(b, None if s in (-1, None) else b + s) for b, s in zip(begins, sizes)))


@function("strided_slice")
def strided_slice(input_, begin, end, strides=None, name=None):  # pylint: disable=unused-argument
    """Elements from `begin` to `end` of each axis."""
    steps = strides or [1] * len(begin)
    return getitem(input_, tuple(slice(b, e, s) for b, e, s in zip(begin, end, steps)))


@function("__operators__.getitem")
def getitem(x, slice_spec):
    """x[slice_spec]"""
    if not in_graph(x):
        key = map_structure(lambda item: int(item) if isinstance(item, EagerTensor) and not item.shape else item, slice_spec)
        return at_hand(lambda v: getitem(v, slice_spec), lambda a: a[_key_at_hand(key)], [x])
    return _GraphSlice(current_trace().tensor(x), slice_spec).result()


def _key_at_hand(key):
    """Parts that are tensors as arrays; a list of slices, as files hold it, as a tuple."""

    def part(item):
        return to_array(item) if isinstance(item, (EagerTensor, Variable)) else item

    if isinstance(key, list) and any(item is None or isinstance(item, slice) or item is Ellipsis for item in key):
        key = tuple(key)
    return tuple(part(item) for item in key) if isinstance(key, tuple) else part(key)


class _GraphSlice:
    """x[key] by operators of a graph."""

    def __init__(self, x: GraphTensor, key):
        self.x = x
        key = list(key) if isinstance(key, (tuple, list)) else [key]
        missing = len(x.shape) - sum(item is not None and item is not Ellipsis for item in key)
        at = next((i for i, item in enumerate(key) if item is Ellipsis), None)
        if at is None:
            key = key + [slice(None)] * missing
        else:
            key = key[:at] + [slice(None)] * missing + key[at + 1 :]
        self.key = key

    def result(self):
        """Slices first, then new and dropped axes by one reshape."""
        value, new_shape, axis = self.x, [], 0
        for item in self.key:
            if item is None:
                new_shape.append(1)
                continue
            size_ = value.shape[axis]
            if isinstance(item, slice):
                value = self._cut(value, axis, item)
                new_shape.append(value.shape[axis])
            elif isinstance(item, bool) or not hasattr(item, "__index__") or isinstance(item, GraphTensor):
                raise NotImplementedError(f"x[{item!r}]: while a graph is made only numbers, slices, ... and None are supported")
            else:
                index = int(item)
                if size_ is None:
                    raise NotImplementedError(f"x[{index}] of the batch is not supported while a graph is made")
                if not -size_ <= index < size_:
                    raise IndexError(f"index {index} of axis {axis} is outside of the shape {tuple(value.shape)}")
                index %= size_
                value = self._cut(value, axis, slice(index, index + 1))
            axis += 1
        if new_shape == list(value.shape):
            return value
        if value.batch_axis and new_shape.index(None) != 0:
            raise NotImplementedError(f"a slice of {value!r} is not supported; keep the batch first")
        if value.batch_axis:
            value = GraphTensor(value.trace, value.index, value.dtype, 0)
        return apply("reshape", [value], {"shape": new_shape})

    def _cut(self, value: GraphTensor, axis: int, part: slice) -> GraphTensor:
        total = value.shape[axis]
        if total is None:
            if part.start not in (None, 0) or part.stop is not None or part.step not in (None, 1):
                raise NotImplementedError(f"{part} of the batch is not supported while a graph is made")
            return value
        first, end, step = part.indices(total)
        if (first, end, step) == (0, total, 1):
            return value
        if step < 0:
            count = len(range(first, end, step))
            if count == 0:
                raise ValueError(f"{part} of {total} elements is empty")
            value = self._operator("reverse", value, axis, {"axis": self._stored(value, axis)})
            return self._cut(value, axis, slice(total - 1 - first, total - 1 - first + (count - 1) * -step + 1, -step))
        count = len(range(first, end, step))
        if count == 0:
            raise ValueError(f"{part} of {total} elements is empty")
        if step > 1:
            return self._every(value, axis, first, count, step)
        stored = self._stored(value, axis)
        begin = [0] * len(value.stored_shape)
        sizes = list(value.stored_shape)
        begin[stored], sizes[stored] = first, count
        return self._operator("slice", value, axis, {"begin": begin, "size": sizes})

    def _every(self, value, axis, first, count, step):
        """Every `step`-th element: rows of `step` elements of which the first are kept."""
        stored = self._stored(value, axis)
        total = value.stored_shape[stored]
        missing = first + count * step - total
        if missing > 0:
            padding = [[0, 0]] * len(value.stored_shape)
            padding = [list(pair) for pair in padding]
            padding[stored][1] = missing
            value = self._operator("pad", value, axis, {"padding": padding})
        value = self._cut(value, axis, slice(first, first + count * step))
        sizes = list(value.stored_shape)
        rows = sizes[:stored] + [count, step] + sizes[stored + 1 :]
        wide = self._operator("reshape", value, axis, {"shape": rows})
        begin = [0] * len(rows)
        kept = list(rows)
        kept[stored + 1] = 1
        first_ones = self._operator("slice", wide, axis, {"begin": begin, "size": kept})
        return self._operator("reshape", first_ones, axis, {"shape": sizes[:stored] + [count] + sizes[stored + 1 :]})

    @staticmethod
    def _stored(value, axis: int) -> int:
        if value.batch_axis:
            return axis + 1 if axis < value.batch_axis else axis
        return axis

    @staticmethod
    def _operator(name, value, _, attributes):
        return value.trace.operator(name, [value], attributes, value.dtype, value.batch_axis or 0)[0]


@function("reverse", "backend.reverse")
def reverse(tensor, axis, name=None):  # pylint: disable=redefined-outer-name,unused-argument
    """The elements of axes in the opposite order."""
    axes = axis if isinstance(axis, (list, tuple)) else [axis]
    key = [slice(None)] * len(shape_of(tensor))
    for item in axes:
        key[_axis(tensor, int(item))] = slice(None, None, -1)
    return getitem(tensor, tuple(key))


@function("pad", "compat.v1.pad")
def pad(tensor, paddings, mode="CONSTANT", constant_values=0, name=None):  # pylint: disable=redefined-outer-name,unused-argument
    """Elements around a tensor: CONSTANT, REFLECT or SYMMETRIC."""
    pairs = [[int(before), int(after)] for before, after in to_array(paddings)]
    kind = mode.upper()
    if not in_graph(tensor):
        modes = {"CONSTANT": "constant", "REFLECT": "reflect", "SYMMETRIC": "symmetric"}
        more = {"constant_values": constant_values} if kind == "CONSTANT" else {}
        return at_hand(lambda v: pad(v, paddings, mode, constant_values), lambda a: _np_pad(a, pairs, modes[kind], more), [tensor])
    if kind != "CONSTANT":
        for axis, (before, after) in enumerate(pairs):
            tensor = _mirror(tensor, axis, before, after, 1 if kind == "REFLECT" else 0)
        return tensor
    if constant_values:
        moved = subtract(tensor, constant_values)
        return add(pad(moved, pairs), constant_values)
    x = current_trace().tensor(tensor)
    if x.batch_axis:
        raise NotImplementedError(f"pad of {x!r} is not supported; keep the batch first")
    if x.batch_axis == 0 and pairs[0] != [0, 0]:
        raise NotImplementedError("pad: the batch cannot get more samples; its padding must be (0, 0)")
    return apply("pad", [x], {"padding": pairs})


def _np_pad(array, pairs, mode, more):
    import numpy as np

    return np.pad(array, pairs, mode=mode, **more)


def _mirror(x, axis: int, before: int, after: int, skip: int):
    total = shape_of(x)[axis]
    parts = [x]
    front = (slice(None),) * axis
    if before:
        parts.insert(0, reverse(getitem(x, front + (slice(skip, skip + before),)), axis))
    if after:
        parts.append(reverse(getitem(x, front + (slice(total - skip - after, total - skip),)), axis))
    return concat(parts, axis) if len(parts) > 1 else x


@function("gather", "backend.gather")
def gather(params, indices, validate_indices=None, axis=0, batch_dims=0, name=None):  # pylint: disable=unused-argument
    """The slices of an axis at indices."""
    if batch_dims:
        raise NotImplementedError("gather(batch_dims=...) is not supported")
    if not in_graph(params, indices):
        return at_hand(lambda p, i: gather(p, cast(i, "float32"), axis=axis), lambda p, i: p.take(i.astype("int64"), axis), [params, indices])
    if isinstance(indices, (GraphTensor, KerasTensor)):
        table = current_trace().tensor(params)
        if table.batch_axis is not None or len(table.shape) != 2 or axis != 0:
            raise NotImplementedError("gather with indices that are not known needs a table [rows, columns] and axis=0")
        return apply("gather", [table, indices], dtype=_common_dtype([params]))
    numbers = to_array(indices)
    position = _axis(params, axis)
    parts = [getitem(params, (slice(None),) * position + (slice(int(i), int(i) + 1 or None),)) for i in numbers.reshape(-1)]
    rows = concat(parts, position) if len(parts) > 1 else parts[0]
    sizes = list(shape_of(rows))
    return reshape(rows, sizes[:position] + list(numbers.shape) + sizes[position + 1 :])


# -- reductions


def _axes(x, axis):
    count = len(shape_of(x))
    if axis is None:
        return list(range(count))
    items = to_array(axis).reshape(-1) if not isinstance(axis, int) else [axis]
    return sorted({_axis(x, int(item)) for item in items})


def _reduce(operator: str, compute, x, axis, keepdims):
    if not in_graph(x):
        axes = tuple(_axes(x, axis))
        again = FUNCTIONS[f"math.{operator}"]
        return at_hand(lambda v: again(v, axis, keepdims), lambda a: compute(a, axis=axes, keepdims=bool(keepdims)), [x])
    value = current_trace().tensor(x)
    axes = _axes(value, axis)
    if not axes:
        return value
    if value.batch_axis is None or value.batch_axis not in axes:
        return _reduce_samples(operator, value, axes, keepdims)
    rest = [item for item in axes if item != value.batch_axis]
    if rest:
        value = _reduce_samples(operator, value, rest, True)
    stored = [item for item in value.stored_shape]
    if operator == "reduce_max":
        raise NotImplementedError("the maximum and minimum over the batch are not supported while a graph is made")
    total = value.trace.operator("reduce_sum", [value], {"axes": [0], "keep_dims": False}, value.dtype)[0]
    if operator == "reduce_mean":
        total = divide_operator(total, value.trace.operator("batch_size", [value])[0])
    sizes = [1 if item in axes else size_ for item, size_ in enumerate(value.shape)]
    if not keepdims:
        sizes = [size_ for item, size_ in enumerate(sizes) if item not in axes]
    return reshape(total, sizes) if sizes != stored[1:] else total


def _reduce_samples(operator, value: GraphTensor, axes, keepdims):
    """Over axes other than the batch."""
    at = value.batch_axis
    stored = [axis + 1 if at and axis < at else axis for axis in axes]
    attributes = {"axes": sorted(stored), "keep_dims": bool(keepdims)}
    result = value.trace.operator(operator, [value], attributes, value.dtype, 0)[0]
    if at:
        result.batch_axis = at if keepdims else at - sum(axis < at for axis in axes)
    return result


@function("math.reduce_sum", "reduce_sum", "backend.sum")
def reduce_sum(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """The sum over axes."""
    return _reduce("reduce_sum", _np_method("sum"), input_tensor, axis, keepdims)


@function("math.reduce_mean", "reduce_mean", "backend.mean")
def reduce_mean(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """The mean over axes."""
    return _reduce("reduce_mean", _np_method("mean"), input_tensor, axis, keepdims)


@function("math.reduce_max", "reduce_max", "backend.max")
def reduce_max(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """The largest value over axes."""
    return _reduce("reduce_max", _np_method("max"), input_tensor, axis, keepdims)


@function("math.reduce_min", "reduce_min", "backend.min")
def reduce_min(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """The smallest value over axes."""
    if in_graph(input_tensor):
        return negative(reduce_max(negative(input_tensor), axis, keepdims))
    return _reduce("reduce_min", _np_method("min"), input_tensor, axis, keepdims)


def _np_method(name: str):
    def compute(array, axis, keepdims):
        import numpy as np

        if name in ("sum", "mean") and array.dtype == np.float32:
            return getattr(np, name)(array, axis=axis, keepdims=keepdims, dtype=np.float32)
        if name == "mean" and array.dtype.kind in "iu":
            # As TensorFlow: the mean of whole numbers is one.
            return (np.sum(array, axis=axis, keepdims=keepdims) // (array.size // max(1, np.sum(array, axis=axis).size))).astype(array.dtype)
        result = getattr(np, name)(array, axis=axis, keepdims=keepdims)
        return result.astype(array.dtype) if name == "sum" else result

    return compute


@function("math.reduce_prod", "reduce_prod", "backend.prod")
def reduce_prod(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """The product over axes."""
    if not in_graph(input_tensor):
        return _reduce("reduce_prod", _np_method("prod"), input_tensor, axis, keepdims)
    for item in reversed(_axes(input_tensor, axis)):
        product = None
        for part in unstack(input_tensor, axis=item):
            product = part if product is None else multiply(product, part)
        input_tensor = expand_dims(product, item) if keepdims else product
    return input_tensor


@function("math.reduce_any", "reduce_any", "backend.any")
def reduce_any(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """Whether one holds."""
    if in_graph(input_tensor):
        return reduce_max(input_tensor, axis, keepdims)
    return _reduce("reduce_any", _np_method("any"), input_tensor, axis, keepdims)


@function("math.reduce_all", "reduce_all", "backend.all")
def reduce_all(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """Whether all hold."""
    if in_graph(input_tensor):
        return reduce_min(input_tensor, axis, keepdims)
    return _reduce("reduce_all", _np_method("all"), input_tensor, axis, keepdims)


@function("math.reduce_variance", "backend.var")
def reduce_variance(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """The variance over axes, without Bessel's correction."""
    mean = reduce_mean(input_tensor, axis, True)
    return reduce_mean(square(subtract(input_tensor, mean)), axis, keepdims)


@function("math.reduce_std", "backend.std")
def reduce_std(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """The standard deviation over axes."""
    return sqrt(reduce_variance(input_tensor, axis, keepdims))


@function("math.reduce_euclidean_norm")
def reduce_euclidean_norm(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """The Euclidean norm over axes."""
    return sqrt(reduce_sum(square(input_tensor), axis, keepdims))


@function("norm", "linalg.norm")
def norm(tensor, ord="euclidean", axis=None, keepdims=None, name=None):  # pylint: disable=redefined-builtin,redefined-outer-name,unused-argument
    """The norm over axes: euclidean (2) or 1."""
    if ord in ("euclidean", 2):
        return reduce_euclidean_norm(tensor, axis, bool(keepdims))
    if ord == 1:
        return reduce_sum(abs(tensor), axis, bool(keepdims))
    raise NotImplementedError(f"norm(ord={ord!r}) is not supported; there are 'euclidean', 1 and 2")


@function("math.reduce_logsumexp", "reduce_logsumexp", "backend.logsumexp")
def reduce_logsumexp(input_tensor, axis=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """log(sum(exp(x))) over axes."""
    largest = stop_gradient(reduce_max(input_tensor, axis, True))
    total = add(log(reduce_sum(exp(subtract(input_tensor, largest)), axis, True)), largest)
    return total if keepdims else squeeze(total, _axes(input_tensor, axis))


@function("math.argmax", "argmax", "backend.argmax")
def argmax(input, axis=None, output_type="int64", name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The index of the first largest element of an axis."""
    place = 0 if axis is None else axis
    if not in_graph(input):
        return at_hand(None, lambda a: a.argmax(place), [input], output_type)
    x = tensor(input, "argmax")
    place = _axis(x, place)
    if x.batch_axis == 0 and place == 0:
        raise NotImplementedError("argmax over the batch is not supported while a graph is made; give axis=-1")
    order = [item for item in range(len(x.shape)) if item != place] + [place]
    return apply("arg_max", [x if place == len(order) - 1 else transpose(x, order)], dtype=output_type)


@function("math.argmin", "argmin", "backend.argmin")
def argmin(input, axis=None, output_type="int64", name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The index of the first smallest element of an axis."""
    return argmax(negative(input), axis, output_type)


@function("math.cumsum", "cumsum", "backend.cumsum")
def cumsum(x, axis=0, exclusive=False, reverse=False, name=None):  # pylint: disable=redefined-outer-name,unused-argument
    """Sums of all elements up to each one."""
    import numpy as np

    place = _axis(x, axis)
    count = shape_of(x)[place]
    order = [item for item in range(len(shape_of(x))) if item != place] + [place]
    back = list(np.argsort(order))
    included = np.tril(np.ones((count, count), "float32"), -1 if exclusive else 0)
    summed = matmul(transpose(x, order), (included if reverse else included.T))
    return transpose(summed, back)


@function("math.count_nonzero")
def count_nonzero(input, axis=None, keepdims=None, dtype="int64", name=None):  # pylint: disable=redefined-builtin,unused-argument
    """How many elements are not 0."""
    return cast(reduce_sum(cast(not_equal(input, 0), "float32"), axis, bool(keepdims)), dtype)


@function("one_hot", "backend.one_hot")
def one_hot(indices, depth, on_value=1.0, off_value=0.0, axis=-1, dtype=None, name=None):  # pylint: disable=unused-argument
    """1 at the index, else 0, along a new axis."""
    import numpy as np

    count = int(depth)
    if not in_graph(indices):

        def compute(numbers):
            rows = numbers[..., None].astype("int64") == np.arange(count)
            rows = np.where(rows, on_value, off_value)
            return np.moveaxis(rows, -1, axis) if axis != -1 else rows

        return at_hand(None, compute, [indices], dtype or "float32")
    rows = apply("one_hot", [indices], {"depth": count}, dtype="float32")
    if (on_value, off_value) != (1.0, 0.0):
        rows = add(multiply(rows, on_value - off_value), off_value)
    if axis not in (-1, len(rows.shape) - 1):
        order = list(range(len(rows.shape) - 1))
        order.insert(axis, len(order))
        rows = transpose(rows, order)
    return _as(rows, dtype or "float32")


@function("linalg.matmul", "matmul")
def matmul(a, b, transpose_a=False, transpose_b=False, name=None, **unsupported):  # pylint: disable=unused-argument
    """Products of matrices in the last two axes."""
    if any(unsupported.values()):
        raise NotImplementedError(f"matmul({', '.join(unsupported)}) is not supported")
    if not in_graph(a, b):

        def compute(x, y):
            x = x.swapaxes(-1, -2) if transpose_a else x
            return x @ (y.swapaxes(-1, -2) if transpose_b else y)

        return at_hand(lambda x, y: matmul(x, y, transpose_a, transpose_b), compute, [a, b])
    x, y = tensor(a, "matmul"), tensor(b, "matmul")
    attributes = {"transpose_a": bool(transpose_a), "transpose_b": bool(transpose_b)}
    if y.batch_axis is None:
        if x.batch_axis is not None and transpose_a:
            if len(x.shape) == 2:
                raise NotImplementedError("matmul of a transposed batch with a constant is not supported")
            x = _swap_last(x)
            attributes["transpose_a"] = False
        return apply("matmul", [x, y], attributes)
    if x.batch_axis is None:
        if len(y.shape) == 2:
            raise NotImplementedError("matmul(constant, batch of rows) is not supported; write it as matmul(batch, constant)")
        # (y' x')'
        left = y if transpose_b else _swap_last(y)
        return _swap_last(apply("matmul", [left, x], {"transpose_a": False, "transpose_b": not transpose_a}))
    if len(x.shape) == 2:
        if transpose_a and not transpose_b:
            return apply("matmul", [x, y], attributes)
        raise NotImplementedError("matmul of two batches of rows gives batch times batch numbers, which is not supported")
    return apply("batch_matmul", [x, y], attributes)


def _swap_last(x):
    order = list(range(len(x.shape)))
    order[-2:] = [order[-1], order[-2]]
    return transpose(x, order)


@function("backend.dot")
def dot(x, y):
    """The product of matrices."""
    return matmul(x, y)


@function("linalg.matvec")
def matvec(a, b, transpose_a=False, name=None):  # pylint: disable=unused-argument
    """Matrix times vector."""
    return squeeze(matmul(a, expand_dims(b, -1), transpose_a=transpose_a), [-1])


@function("tensordot")
def tensordot(a, b, axes, name=None):  # pylint: disable=unused-argument
    """Sums of products over the last axes of a and the first of b."""
    count = axes if isinstance(axes, int) else None
    if count is None:
        left, right = axes
        left = [left] if isinstance(left, int) else list(left)
        right = [right] if isinstance(right, int) else list(right)
        rank_a = len(shape_of(a))
        if [item % rank_a for item in left] != list(range(rank_a - len(left), rank_a)) or right != list(range(len(right))):
            raise NotImplementedError("tensordot sums over the last axes of a and the first ones of b only")
        count = len(left)
    if count != 1 and in_graph(a, b):
        raise NotImplementedError("tensordot over several axes is not supported while a graph is made")
    if not in_graph(a, b):
        return at_hand(lambda x, y: tensordot(x, y, axes), lambda x, y: _np("tensordot")(x, y, count), [a, b])
    rest = list(shape_of(b))[1:]
    flat = 1
    for item in rest:
        flat *= item
    product = matmul(a, reshape(b, [shape_of(b)[0], flat]))
    return reshape(product, list(shape_of(product))[:-1] + rest) if len(rest) != 1 else product


# -- values


def _filled(value):
    def make(shape, dtype="float32", name=None):  # pylint: disable=redefined-outer-name,unused-argument
        import numpy as np

        sizes = _sizes(shape, "zeros")
        if None in sizes:
            of = next(item.of for item in shape if isinstance(item, BatchSize))
            return _as(broadcast_to(add(multiply(apply("batch_size", [of]), 0.0), float(value)), sizes), dtype)
        return EagerTensor(np.full(sizes, value, as_dtype(dtype).name))

    return make


zeros = function("zeros", "backend.zeros")(_filled(0))
ones = function("ones", "backend.ones")(_filled(1))


@function("fill")
def fill(dims, value, name=None):  # pylint: disable=unused-argument
    """A tensor of one value."""
    return add(zeros(dims, _common_dtype([value]) if _has_type(value) else "float32" if isinstance(value, float) else "int32"), value)


@function("zeros_like", "backend.zeros_like")
def zeros_like(input, dtype=None, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """0 for each element."""
    if not in_graph(input):
        return at_hand(None, _np("zeros_like"), [input], dtype)
    x = current_trace().tensor(input)
    zero = EagerTensor(to_array(0.0))
    return _as(where(_as(equal(x, x), "bool"), zero, zero) if x.batch_axis is not None else zeros(x.shape), dtype or x.dtype)


@function("ones_like", "backend.ones_like")
def ones_like(input, dtype=None, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """1 for each element."""
    if not in_graph(input):
        return at_hand(None, _np("ones_like"), [input], dtype)
    return _as(add(zeros_like(input), 1.0), dtype or input.dtype)


@function("range")
def range_(start, limit=None, delta=1, dtype=None, name="range"):  # pylint: disable=unused-argument
    """Numbers from `start` to `limit`, which is not among them."""
    import numpy as np

    first, end = (0, start) if limit is None else (start, limit)
    array = to_array(np.arange(to_array(first)[()], to_array(end)[()], to_array(delta)[()]))
    if dtype is None and all(isinstance(item, int) for item in (first, end, delta)):
        dtype = "int32"
    return EagerTensor(array if dtype is None else array.astype(as_dtype(dtype).name))


@function("linspace")
def linspace(start, stop, num, name=None, axis=0):  # pylint: disable=unused-argument
    """Numbers at equal distances, both ends among them."""
    import numpy as np

    return EagerTensor(np.linspace(to_array(start), to_array(stop), int(num), axis=axis).astype("float32"))


@function("eye", "backend.eye")
def eye(num_rows, num_columns=None, batch_shape=None, dtype="float32", name=None):  # pylint: disable=unused-argument
    """1 on the diagonal, else 0."""
    import numpy as np

    return EagerTensor(np.eye(int(num_rows), None if num_columns is None else int(num_columns), dtype=as_dtype(dtype).name))


# -- neural networks


@function("nn.relu")
def relu(features, name=None):  # pylint: disable=unused-argument
    """max(x, 0)"""
    return apply("relu", [features], None, lambda x: x.clip(0))


@function("nn.softmax", "backend.softmax")
def softmax(logits, axis=-1, name=None):  # pylint: disable=unused-argument
    """exp(x) / sum(exp(x)) along an axis."""
    if not in_graph(logits):
        return at_hand(lambda v: softmax(v, axis), _float(lambda x: _softmax(x, axis)), [logits])
    x = tensor(logits, "softmax")
    place = _axis(x, axis)
    last = len(x.shape) - 1
    if place == last:
        return apply("softmax", [x])
    order = [item for item in range(last + 1) if item != place] + [place]
    back = [order.index(item) for item in range(last + 1)]
    return transpose(apply("softmax", [transpose(x, order)]), back)


def _softmax(x, axis):
    import numpy as np

    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


@function("nn.log_softmax", "math.log_softmax")
def log_softmax(logits, axis=-1, name=None):  # pylint: disable=unused-argument
    """log(softmax(x))"""
    return subtract(logits, reduce_logsumexp(logits, axis, True))


@function("nn.leaky_relu")
def leaky_relu(features, alpha=0.2, name=None):  # pylint: disable=unused-argument
    """x where x > 0, else alpha * x"""
    return apply("leaky_relu", [features], {"alpha": float(alpha)}, lambda x: _np("where")(x > 0, x, x * x.dtype.type(alpha)))


@function("nn.elu", "backend.elu")
def elu(features, name=None):  # pylint: disable=unused-argument
    """x where x > 0, else exp(x) - 1"""
    return apply("elu", [features], {"alpha": 1.0}, lambda x: _np("where")(x > 0, x, _np("expm1")(x)))


@function("nn.selu")
def selu(features, name=None):  # pylint: disable=unused-argument
    """The scaled exponential linear unit."""
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    return multiply(scale, apply("elu", [features], {"alpha": alpha}, lambda x: _np("where")(x > 0, x, alpha * _np("expm1")(x))))


@function("nn.silu", "nn.swish")
def swish(features, beta=1.0):
    """x * sigmoid(beta * x)"""
    return multiply(features, sigmoid(multiply(features, beta) if beta != 1.0 else features))


@function("nn.gelu")
def gelu(features, approximate=False, name=None):  # pylint: disable=unused-argument
    """The Gaussian error linear unit."""
    if approximate:
        inner = multiply(0.7978845608028654, add(features, multiply(0.044715, pow(features, 3))))
        return multiply(multiply(0.5, features), add(1.0, tanh(inner)))
    return multiply(multiply(0.5, features), add(1.0, erf(divide_operator(features, 1.4142135623730951))))


@function("nn.softsign", "math.softsign", "backend.softsign")
def softsign(features, name=None):  # pylint: disable=unused-argument
    """x / (1 + |x|)"""
    return divide_operator(features, add(1.0, abs(features)))


@function("backend.hard_sigmoid")
def hard_sigmoid(x):
    """0.2 x + 0.5 limited to 0 and 1."""
    return clip_by_value(add(multiply(0.2, x), 0.5), 0.0, 1.0)


@function("backend.relu")
def backend_relu(x, alpha=0.0, max_value=None, threshold=0.0):
    """The general ReLU."""
    if threshold:
        kept = multiply(x, cast(greater(x, threshold), "float32"))
        result = kept if not alpha else add(kept, multiply(alpha, minimum(subtract(x, threshold), 0.0)))
    else:
        result = leaky_relu(x, alpha) if alpha else relu(x)
    return result if max_value is None else minimum(result, float(max_value))


@function("nn.l2_normalize", "math.l2_normalize", "linalg.l2_normalize", "backend.l2_normalize")
def l2_normalize(x, axis=None, epsilon=1e-12, name=None):  # pylint: disable=unused-argument
    """x over its Euclidean norm along axes."""
    return multiply(x, rsqrt(maximum(reduce_sum(square(x), axis, True), epsilon)))


@function("nn.moments")
def moments(x, axes, shift=None, keepdims=False, name=None):  # pylint: disable=unused-argument
    """Mean and variance over axes."""
    return reduce_mean(x, axes, keepdims), reduce_variance(x, axes, keepdims)


@function("nn.bias_add", "backend.bias_add")
def bias_add(value, bias, data_format=None, name=None):  # pylint: disable=unused-argument
    """value + bias along the last axis."""
    return add(value, bias)


@function("nn.softmax_cross_entropy_with_logits")
def softmax_cross_entropy_with_logits(labels, logits, axis=-1, name=None):  # pylint: disable=unused-argument
    """The cross-entropy of labels and softmax(logits)."""
    return negative(reduce_sum(multiply(labels, log_softmax(logits, axis)), axis))


@function("nn.sparse_softmax_cross_entropy_with_logits")
def sparse_softmax_cross_entropy_with_logits(labels, logits, name=None):  # pylint: disable=unused-argument
    """The cross-entropy of whole numbers and softmax(logits)."""
    return softmax_cross_entropy_with_logits(one_hot(labels, shape_of(logits)[-1]), logits)


@function("nn.sigmoid_cross_entropy_with_logits")
def sigmoid_cross_entropy_with_logits(labels=None, logits=None, name=None):  # pylint: disable=unused-argument
    """The cross-entropy of labels and sigmoid(logits)."""
    return add(subtract(relu(logits), multiply(logits, labels)), log1p(exp(negative(abs(logits)))))


def _pair(value):
    sizes = [int(item) for item in (value if isinstance(value, (list, tuple)) else [value])]
    return sizes * 2 if len(sizes) == 1 else sizes[1:3] if len(sizes) == 4 else sizes


def _window(kernel, strides, padding, dilations=1):
    if padding.upper() not in ("SAME", "VALID"):
        raise NotImplementedError(f"padding={padding!r} is not supported; there are 'SAME' and 'VALID'")
    return {"kernel": _pair(kernel), "strides": _pair(strides), "dilations": _pair(dilations or 1), "same": padding.upper() == "SAME"}


def _batched(name, operands, attributes):
    """An operator over batches of pictures, of values at hand, too."""
    operands = list(operands)
    if in_graph(operands):
        return apply(name, [pictures(operands[0], name), *operands[1:]], attributes)
    rest = [EagerTensor(to_array(item).astype("float32")) for item in operands[1:]]
    result = run_once(lambda x: current_trace().operator(name, [current_trace().tensor(v) for v in [x, *rest]], attributes)[0], [operands[0]])
    for recorder in recorders:
        recorder(lambda *values: _batched(name, values, attributes), operands, [result])
    return result


def pictures(value, what: str) -> GraphTensor:
    """A batch of pictures in the graph that is being made."""
    x = tensor(value, what)
    if x.batch_axis is None or len(x.shape) != 4:
        raise ValueError(f"{what} needs a batch of pictures [batch, height, width, channels], got the shape {tuple(x.shape)}")
    return x


@function("nn.conv2d", "backend.conv2d")
def conv2d(input, filters, strides=1, padding="VALID", data_format="NHWC", dilations=None, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """A convolution of pictures [N, H, W, C] with filters [KH, KW, C, F]."""
    return _batched("conv_2d", [input, filters], _window(list(shape_of(filters))[:2], strides, padding, dilations))


@function("nn.depthwise_conv2d", "backend.depthwise_conv2d")
def depthwise_conv2d(input, filter, strides, padding, data_format=None, dilations=None, name=None):  # pylint: disable=redefined-builtin,unused-argument
    """A convolution of each channel with filters [KH, KW, C, M] of its own."""
    return _batched("depthwise_conv_2d", [input, filter], _window(list(shape_of(filter))[:2], strides, padding, dilations))


@function("nn.max_pool2d", "nn.max_pool")
def max_pool2d(input, ksize, strides, padding, data_format="NHWC", name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The largest value of each window."""
    return _batched("max_pool_2d", [input], _window(ksize, strides, padding))


@function("nn.avg_pool2d", "nn.avg_pool")
def avg_pool2d(input, ksize, strides, padding, data_format="NHWC", name=None):  # pylint: disable=redefined-builtin,unused-argument
    """The mean of each window."""
    return _batched("average_pool_2d", [input], _window(ksize, strides, padding))


@function("nn.dropout", "backend.dropout")
def dropout(x, rate, noise_shape=None, seed=None, name=None):  # pylint: disable=unused-argument
    """Each value 0 with the probability `rate`, else scaled by 1 / (1 - rate)."""
    if noise_shape is not None or not in_graph(x):
        raise NotImplementedError("nn.dropout is for values of a model, without noise_shape")
    value = tensor(x, "dropout")
    mask = {"rate": float(rate), "stream": value.trace.next_stream(), "shape": list(value.stored_shape)}
    return multiply(value, apply("dropout_mask", [value], mask))


@function("nn.embedding_lookup")
def embedding_lookup(params, ids, max_norm=None, name=None):  # pylint: disable=unused-argument
    """Rows of a table."""
    return gather(params, ids)


@function("backend.batch_flatten")
def batch_flatten(x):
    """Each sample as a row."""
    return reshape(x, [-1] + [_product(shape_of(x)[1:])])


def _product(sizes) -> int:
    result = 1
    for item in sizes:
        result *= item
    return result


@function("clip_by_norm")
def clip_by_norm(t, clip_norm, axes=None, name=None):  # pylint: disable=unused-argument
    """t scaled down so that its Euclidean norm is at most `clip_norm`."""
    length = sqrt(reduce_sum(square(t), axes, True))
    return multiply(t, divide_operator(clip_norm, maximum(length, clip_norm)))
