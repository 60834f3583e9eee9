"""Keras metrics by class; the native library computes them, or Python says how their state changes."""

import functools
import inspect

from mltk import _core
from mltk.keras_api import backend, custom_objects, functions, initializers
from mltk.keras_api.losses import FUNCTIONS as LOSS_FUNCTIONS, TracedLoss, name_of
from mltk.keras_api.tensors import GraphTensor, Trace, Variable, current_trace, run_once, to_array

#: Metrics whose automatic names Keras counts: auc, auc_1, ...
_COUNTED = {
    "AUC", "Precision", "Recall", "TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "SensitivityAtSpecificity",
    "SpecificityAtSensitivity", "PrecisionAtRecall", "RecallAtPrecision", "MeanIoU", "IoU", "OneHotMeanIoU", "OneHotIoU", "BinaryIoU",
}  # fmt: skip
#: Names that differ from the function's.
_KERAS_NAMES = {"KLDivergence": "kullback_leibler_divergence", "LogCoshError": "logcosh"}


class MetricResult:
    """`metric.result()` inside of train_step: the value after the step, for the logs."""

    def __init__(self, metric):
        self.metric = metric

    def __getattr__(self, name):
        raise NotImplementedError(
            f"the result of metric '{self.metric.name}' is only there for the logs: return it from train_step as it is"
        )


class Metric:
    """Base of all metrics. A subclass makes its state with `add_weight` and defines `update_state(y_true, y_pred,
    sample_weight=None)`, which runs once with functions of `tf.*`, and `result()`.

    Args:
        name: in the logs
    """

    _name = None
    _class_name = ""
    _arguments: tuple = ()
    _name_first = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "result" in cls.__dict__:
            own = cls.__dict__["result"]

            @functools.wraps(own)
            def result(self):
                return MetricResult(self) if current_trace() is not None else own(self)

            cls.result = result

    def __init__(self, *args, name=None, dtype=None, **arguments):  # pylint: disable=unused-argument
        if self._name is None:
            names = dict(zip(("name", "dtype"), args))
            self.name = names.get("name", name) or _core.snake_case(type(self).__name__)
            if arguments:
                raise TypeError(f"{type(self).__name__}() has no argument '{next(iter(arguments))}'")
            return
        order = ("name", "dtype") + self._arguments if self._name_first else self._arguments + ("name", "dtype")
        given = dict(zip(order, args), **arguments)
        name = given.pop("name", name)
        given.pop("dtype", None)
        unknown = [key for key in given if key not in self._arguments]
        if unknown:
            raise TypeError(f"{self._class_name}() has no argument '{unknown[0]}'; it has: {', '.join(order)}")
        if name is None and self._class_name in _COUNTED:
            name = backend.unique_name(_core.snake_case(self._class_name))
        self.name = name or _KERAS_NAMES.get(self._class_name, self._name)
        self._config = {key: value for key, value in given.items() if value is not None}

    # -- state

    def add_weight(self, name=None, shape=(), aggregation=None, synchronization=None, initializer="zeros", dtype=None):  # pylint: disable=unused-argument
        """Make a part of the state."""
        value = initializers.draw(initializer, tuple(shape or ()))
        variable = Variable.of(_core.make_variable(f"{name or 'state'}:0", value, False, None))
        self.__dict__.setdefault("_state", []).append((variable, value))
        return variable

    @property
    def variables(self) -> list:
        return [variable for variable, _ in self.__dict__.get("_state", [])]

    weights = variables

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Count a batch."""
        if self._name is None:
            raise NotImplementedError(f"{type(self).__name__} must define update_state(y_true, y_pred, sample_weight=None)")
        if not functions.in_graph(y_true, y_pred, sample_weight):
            _update_at_hand(self, [y_true, y_pred] + ([] if sample_weight is None else [sample_weight]))
            return
        trace = current_trace()
        labels, predictions = trace.tensor(y_true), trace.tensor(y_pred)
        weights = -1 if sample_weight is None else trace.tensor(sample_weight).index
        if len(labels.shape) + 1 == len(predictions.shape) and predictions.shape[-1] == 1:
            labels = functions.expand_dims(labels, -1)
        sums = _core.metric_sums(trace.graph, self._name, self._config, labels.index, predictions.index, weights)
        self._shapes = (labels.shape, predictions.shape)
        if "_state" not in self.__dict__:
            for index in sums:
                self.add_weight(shape=GraphTensor(trace, index).shape)
        for (variable, _), index in zip(self._state, sums):
            variable.assign_add(GraphTensor(trace, index))

    def result(self):
        """The value so far."""
        if current_trace() is not None:
            return MetricResult(self)
        if "_state" not in self.__dict__:
            return functions.constant(0.0)
        sums = [variable.native.value() for variable in self.variables]
        values = _core.metric_result(self._name, self._config, sums, *self._shapes)
        return functions.constant(values[0] if len(values) == 1 else values)

    def reset_state(self):
        """Forget what was counted."""
        for variable, first in self.__dict__.get("_state", []):
            variable.native.assign(first)

    def reset_states(self):
        """As reset_state."""
        self.reset_state()

    def __call__(self, *args, **kwargs):
        """update_state, then result."""
        self.update_state(*args, **kwargs)
        return self.result()

    # -- files and the native library

    def get_config(self) -> dict:
        return {"name": self.name, "dtype": "float32", **self.__dict__.get("_config", {})}

    @classmethod
    def from_config(cls, config: dict):
        """The metric of `get_config`."""
        return cls(**config)

    def _native_build(self, graph, labels: int, predictions: int, weights: int):
        with Trace(graph, False) as trace:
            more = {}
            if weights >= 0 and "sample_weight" in inspect.signature(self.update_state).parameters:
                more["sample_weight"] = GraphTensor(trace, weights)
            self.update_state(GraphTensor(trace, labels), GraphTensor(trace, predictions), **more)
            trace.finish_updates()

    def _native_result(self) -> float:
        return float(self.result())

    def serialize(self) -> dict:
        """For the native library."""
        if self._name is None:
            return {"class_name": type(self).__name__, "config": {}, "log_name": self.name, "python": self}
        return {"class_name": self._class_name, "config": self._config, "log_name": self.name}


def _update_at_hand(metric: Metric, operands):
    import numpy as np

    arrays = [to_array(operand) for operand in operands]
    arrays = [array.reshape(1) if not array.shape else array for array in arrays]

    def compute(*tensors):
        metric.update_state(*tensors)
        return functions.constant(np.zeros(()))

    run_once(compute, arrays)


class Mean(Metric):
    """Keras' Mean of values."""

    _weighted = True

    def __init__(self, name="mean", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_weight("total")
        self.count = self.add_weight("count")

    def update_state(self, values, sample_weight=None):
        """Count values, each by its weight."""
        values = functions.cast(values, "float32")
        if sample_weight is not None:
            weights = functions.cast(sample_weight, "float32")
            while len(functions.shape_of(weights)) < len(functions.shape_of(values)):
                weights = functions.expand_dims(weights, -1)
            weights = functions.multiply(functions.ones_like(values), weights)
            values = functions.multiply(values, weights)
            count = functions.reduce_sum(weights)
        else:
            count = functions.cast(functions.size(values), "float32") if functions.shape_of(values) else 1.0
        self.total.assign_add(functions.reduce_sum(values))
        if self._weighted:
            self.count.assign_add(count)

    def result(self):
        """The mean so far; 0 before the first value."""
        return functions.divide_no_nan(self.total, self.count)


class Sum(Mean):
    """Keras' Sum of values."""

    _weighted = False

    def __init__(self, name="sum", dtype=None):
        super().__init__(name=name, dtype=dtype)

    def result(self):
        """The sum so far."""
        return functions.identity(self.total)


class MeanMetricWrapper(Mean):
    """The mean of a function of labels and predictions."""

    def __init__(self, fn, name=None, dtype=None, **kwargs):
        super().__init__(name=name or name_of(fn), dtype=dtype)
        self._function = functools.partial(fn, **kwargs) if kwargs else fn

    def update_state(self, y_true, y_pred, sample_weight=None):  # pylint: disable=arguments-renamed
        """Count a batch."""
        if not functions.in_graph(y_true, y_pred, sample_weight):
            _update_at_hand(self, [y_true, y_pred] + ([] if sample_weight is None else [sample_weight]))
            return
        super().update_state(self._function(y_true, y_pred), sample_weight)


def _make_class(class_name: str, name: str, arguments, name_first: bool) -> type:
    attributes = {
        "_name": name,
        "_class_name": class_name,
        "_arguments": tuple(arguments),
        "_name_first": name_first,
        "__module__": __name__,
        "__doc__": f"Keras' {class_name}.",
    }
    return type(class_name, (Metric,), attributes)


METRICS = {}
for _name, _class_name, _, _arguments in _core.loss_definitions():
    if _class_name not in ("Huber",):
        _known_as = "LogCoshError" if _class_name == "LogCosh" else _class_name
        METRICS[_known_as] = _make_class(_known_as, _name, _arguments, True)
for _name, _class_name, _, _arguments in _core.metric_definitions():
    METRICS[_class_name] = _make_class(_class_name, _name, _arguments, _class_name in ("BinaryAccuracy", "CosineSimilarity"))
globals().update(METRICS)
for _name, _function in LOSS_FUNCTIONS.items():
    globals().setdefault(_name, _function)


def _accuracy_function(name: str, compute):
    def function(y_true, y_pred, *args):
        return compute(y_true, y_pred, *args)

    function.__name__ = name
    function.__doc__ = f"Keras' {name} of each sample."
    return function


def _same(a, b):
    return functions.cast(functions.equal(a, b), "float32")


def _classes(labels):
    shape = functions.shape_of(labels)
    return functions.squeeze(labels, [-1]) if len(shape) > 1 and shape[-1] == 1 else labels


categorical_accuracy = _accuracy_function(
    "categorical_accuracy", lambda y, p: _same(functions.argmax(y, -1), functions.argmax(p, -1))
)
sparse_categorical_accuracy = _accuracy_function(
    "sparse_categorical_accuracy",
    lambda y, p: _same(functions.cast(_classes(y), "float32"), functions.cast(functions.argmax(p, -1), "float32")),
)
binary_accuracy = _accuracy_function(
    "binary_accuracy",
    lambda y, p, threshold=0.5: functions.reduce_mean(_same(y, functions.cast(functions.greater(p, threshold), "float32")), -1),
)
_NAMED = {cls._name for cls in METRICS.values()}


def serialize(metric):
    """Name or {class_name, config, log_name} for the native library; "python" holds what Python computes."""
    if isinstance(metric, str):
        own = custom_objects.find(metric)
        if own is not None and metric not in METRICS and metric not in _NAMED:
            return serialize(own() if isinstance(own, type) else own)
        return METRICS[metric]().serialize() if metric in METRICS else metric
    if isinstance(metric, type) and issubclass(metric, Metric):
        metric = metric()
    if isinstance(metric, Metric):
        return metric.serialize()
    name = name_of(metric)
    if callable(metric) and name in _NAMED and getattr(metric, "__module__", "").startswith("mltk.keras_api"):
        return name
    if callable(metric):
        return {"class_name": name, "config": {}, "log_name": name, "python": TracedLoss(metric)}
    raise TypeError(
        f"metric is {type(metric).__name__}, expected a name, a metric or a function of (y_true, y_pred); there are: accuracy, "
        f"{', '.join(sorted(METRICS))}"
    )


def get(identifier) -> Metric:
    """A metric from a name, a config, a function or itself."""
    if isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, dict):
        return get(from_config(identifier))
    if isinstance(identifier, str):
        own = custom_objects.find(identifier)
        if own is not None:
            return get(own() if isinstance(own, type) else own)
        if identifier in METRICS:
            return METRICS[identifier]()
        made = object.__new__(Metric)
        made._name, made._class_name, made._config, made.name = identifier, identifier, {}, identifier
        return made
    return MeanMetricWrapper(identifier)


def keras_config(metric) -> dict:
    """The entry of Keras' files for what `serialize` gave."""
    if isinstance(metric, str):
        return {"class_name": "MeanMetricWrapper", "config": {"name": metric, "dtype": "float32", "fn": metric}}
    if "python" in metric:
        own = metric["python"]
        if isinstance(own, Metric):
            return {"class_name": type(own).__name__, "config": own.get_config()}
        name = name_of(own.loss)
        return {"class_name": "MeanMetricWrapper", "config": {"name": name, "dtype": "float32", "fn": name}}
    return {"class_name": metric["class_name"], "config": {"name": metric["log_name"], "dtype": "float32", **metric["config"]}}


def from_config(config: dict):
    """The metric of a Keras file's entry."""
    if isinstance(config, str):
        return custom_objects.find(config, config)
    cls = custom_objects.find_class(config["class_name"])
    if cls is not None:
        return cls.from_config(config["config"])
    if config["class_name"] in METRICS:
        return METRICS[config["class_name"]](**{key: value for key, value in config["config"].items() if key != "fn"})
    name = config["config"].get("fn") or config["config"]["name"]
    return custom_objects.find(name, name)
