"""Keras losses by class and function name; the native library computes them, or Python says what they are made of."""

from mltk import _core
from mltk.keras_api import custom_objects, functions
from mltk.keras_api.tensors import GraphTensor, Trace, current_trace, flatten, run_once, to_array


class Reduction:
    """`tf.keras.losses.Reduction`."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"


class Loss:
    """Base of all losses. A subclass defines `call(y_true, y_pred)` with functions of `tf.*`: it runs once.

    Args:
        reduction: "auto" or "sum_over_batch_size" (the mean), "sum", or "none"
        name: of the loss
    """

    _name = None
    _class_name = ""
    _arguments: tuple = ()

    def __init__(self, *args, reduction="auto", name=None, **arguments):
        order = self._arguments + ("reduction", "name")
        given = dict(zip(order, args), **arguments)
        self.reduction = given.pop("reduction", reduction) or "auto"
        self.name = given.pop("name", name) or self._name or _core.snake_case(type(self).__name__)
        unknown = [key for key in given if key not in self._arguments]
        if unknown:
            raise TypeError(f"{type(self).__name__}() has no argument '{unknown[0]}'; it has: {', '.join(order)}")
        self._config = {key: value for key, value in given.items() if value is not None}

    def call(self, y_true, y_pred):
        """The loss of each sample."""
        if self._name is None:
            raise NotImplementedError(f"{type(self).__name__} must define call(y_true, y_pred)")
        return _values(self._name, self._config, y_true, y_pred)

    def __call__(self, y_true, y_pred, sample_weight=None):
        """The loss of a batch, reduced."""
        if not functions.in_graph(y_true, y_pred, sample_weight):
            return _at_hand(self, [y_true, y_pred] + ([] if sample_weight is None else [sample_weight]))
        values = functions.convert_to_tensor(self.call(y_true, y_pred))
        trace = current_trace()
        weights = None if sample_weight is None else trace.tensor(sample_weight)
        if self.reduction == "none":
            return values if weights is None else functions.multiply(values, weights)
        if not values.shape:
            return values if weights is None else functions.reduce_mean(functions.multiply(values, weights))
        if values.batch_axis is None:
            values = functions.multiply(values, 1.0 if weights is None else weights)
            reduce = functions.reduce_sum if self.reduction == "sum" else functions.reduce_mean
            return reduce(values)
        mask = trace.graph.mask(trace.tensor(y_pred).index)
        index = _core.reduce_losses(trace.graph, values.index, -1 if weights is None else weights.index, mask, self.reduction)
        return GraphTensor(trace, index)

    def get_config(self) -> dict:
        return {"reduction": self.reduction, "name": self.name, **self.__dict__.get("_config", {})}

    @classmethod
    def from_config(cls, config: dict):
        """The loss of `get_config`."""
        return cls(**config)

    def serialize(self):
        """For the native library and Keras' files."""
        if type(self) not in LOSSES.values():
            config = {"reduction": self.reduction, "name": self.name}
            return {"class_name": type(self).__name__, "config": config, "log_name": self.name, "python": TracedLoss(self)}
        if not self._config and self.reduction in ("auto", "sum_over_batch_size"):
            return self._name
        return {"class_name": self._class_name, "config": self.get_config()}


class TracedLoss:
    """A loss, or the function of a metric, written in Python: lets it add operators to a graph."""

    def __init__(self, loss):
        self.loss = loss

    def _native_build(self, graph, labels: int, predictions: int) -> int:
        call = self.loss.call if isinstance(self.loss, Loss) else self.loss
        with Trace(graph, True) as trace:
            value = call(GraphTensor(trace, labels), GraphTensor(trace, predictions))
            if value is None:
                raise TypeError(f"{name_of(self.loss)} returned None, expected the loss of each sample or one number")
            tensor = functions.tensor(value, f"the loss {name_of(self.loss)}")
            if tensor.batch_axis is not None and tensor.dtype.is_bool:
                tensor = functions.cast(tensor, "float32")
            trace.finish_updates()
            return tensor.index


def name_of(function) -> str:
    """The name of a function or an object."""
    return getattr(function, "__name__", None) or getattr(function, "name", None) or _core.snake_case(type(function).__name__)


def _at_hand(compute, operands):
    """A loss of values at hand, as operators of a graph that runs once."""
    import numpy as np

    batch = len(to_array(operands[0]))
    arrays = [to_array(operand) for operand in operands]
    arrays = [array if array.shape else np.broadcast_to(array, (batch,)) for array in arrays]
    result = run_once(compute, arrays)
    for recorder in functions.recorders:
        recorder(compute, operands, flatten(result))
    return result


def _values(name: str, config: dict, y_true, y_pred):
    """Keras' function of labels and predictions."""
    if not functions.in_graph(y_true, y_pred):
        return _at_hand(lambda labels, predictions: _values(name, config, labels, predictions), [y_true, y_pred])
    trace = current_trace()
    labels, predictions = trace.tensor(y_true), trace.tensor(y_pred)
    if len(labels.shape) + 1 == len(predictions.shape) and predictions.shape[-1] == 1 and "sparse" not in name:
        labels = functions.expand_dims(labels, -1)
    return GraphTensor(trace, _core.loss_values(trace.graph, name, config, labels.index, predictions.index))


#: Definitions of the native library: name, class name, aliases, arguments.
_DEFINITIONS = _core.loss_definitions()
LOSSES = {
    class_name: type(
        class_name,
        (Loss,),
        {
            "_name": name,
            "_class_name": class_name,
            "_arguments": tuple(arguments),
            "__module__": __name__,
            "__doc__": f"Keras' {name}.",
        },
    )
    for name, class_name, _, arguments in _DEFINITIONS
}
globals().update(LOSSES)


def _make_function(name: str, arguments):
    def function(y_true, y_pred, *args, **kwargs):
        if len(args) > len(arguments):
            raise TypeError(f"{name}() takes {len(arguments) + 2} positional arguments, got {len(args) + 2}")
        config = {**dict(zip(arguments, args)), **kwargs}
        if config.pop("axis", -1) != -1:
            raise NotImplementedError(f"{name}(axis=...) is not supported; the classes are the last axis")
        return _values(name, config, y_true, y_pred)

    function.__name__ = name
    function.__doc__ = f"Keras' {name}: the loss of each sample."
    return function


FUNCTIONS = {name: _make_function(name, tuple(arguments)) for name, _, _, arguments in _DEFINITIONS}
globals().update(FUNCTIONS)
for _name, _, _aliases, _ in _DEFINITIONS:
    for _alias in _aliases:
        globals().setdefault(_alias, FUNCTIONS[_name])
_NAMES = {known for name, class_name, aliases, _ in _DEFINITIONS for known in (name, class_name, *aliases)}


def serialize(loss):
    """Name or {class_name, config} for the native library; "python" holds what Python computes."""
    if isinstance(loss, str) and loss not in _NAMES and custom_objects.find(loss) is not None:
        loss = custom_objects.find(loss)
        loss = loss() if isinstance(loss, type) else loss
    if isinstance(loss, str):
        return loss
    if isinstance(loss, dict):
        return from_config(loss).serialize()
    if isinstance(loss, type) and issubclass(loss, Loss):
        loss = loss()
    if isinstance(loss, Loss):
        return loss.serialize()
    if callable(loss) and loss in FUNCTIONS.values():
        return loss.__name__
    if callable(loss):
        name = name_of(loss)
        return {"class_name": name, "config": {}, "log_name": name, "python": TracedLoss(loss)}
    raise TypeError(f"loss is {type(loss).__name__}, expected a name, a loss or a function of (y_true, y_pred)")


def keras_config(serialized):
    """The entry of Keras' files for what `serialize` gave."""
    if not isinstance(serialized, dict) or "python" not in serialized:
        return serialized
    loss = serialized["python"].loss
    return {"class_name": type(loss).__name__, "config": loss.get_config()} if isinstance(loss, Loss) else name_of(loss)


def from_config(config: dict) -> Loss:
    """The loss of a Keras file's entry."""
    name = config["class_name"]
    cls = custom_objects.find_class(name) or LOSSES.get(name)
    if cls is None:
        raise NotImplementedError(
            f"loss '{name}' is not known; give its class as custom_objects={{'{name}': {name}}}, or use one of: {', '.join(LOSSES)}"
        )
    given = {key: value for key, value in config["config"].items() if key != "fn"}
    return cls.from_config(given) if cls not in LOSSES.values() else cls(**given)


class FunctionLoss(Loss):
    """A function of labels and predictions as a loss."""

    def __init__(self, function):
        super().__init__(name=name_of(function))
        self._function = function

    def call(self, y_true, y_pred):
        return self._function(y_true, y_pred)


def as_loss(identifier) -> Loss:
    """What `compile` takes, as an object that is called with labels, predictions and weights."""
    found = get(identifier)
    return found if isinstance(found, Loss) else FunctionLoss(found)


def get(identifier):
    """A loss or its function from a name, a config or itself."""
    if isinstance(identifier, dict):
        return from_config(identifier)
    if isinstance(identifier, str):
        found = custom_objects.find(identifier) or globals().get(identifier)
        if found is None:
            raise ValueError(f"loss '{identifier}' is not known; there are: {', '.join(sorted(FUNCTIONS))}")
        return found() if isinstance(found, type) else found
    return identifier
