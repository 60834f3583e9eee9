"""Keras metrics by class; the native library computes them."""

from mltk import _core
from mltk.keras_api import backend

#: Metrics whose automatic names Keras counts: auc, auc_1, ...
_COUNTED = {
    "AUC", "Precision", "Recall", "TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "SensitivityAtSpecificity",
    "SpecificityAtSensitivity", "PrecisionAtRecall", "RecallAtPrecision", "MeanIoU", "IoU", "OneHotMeanIoU", "OneHotIoU", "BinaryIoU",
}  # fmt: skip
#: Names that differ from the function's.
_KERAS_NAMES = {"KLDivergence": "kullback_leibler_divergence", "LogCoshError": "logcosh"}


class Metric:
    """Base of all metrics.

    Args:
        name: in the logs
    """

    _name = None
    _class_name = ""
    _arguments: tuple = ()
    _name_first = False

    def __init__(self, *args, name=None, dtype=None, **arguments):  # pylint: disable=unused-argument
        if self._name is None:
            raise NotImplementedError(f"{type(self).__name__}: metrics written in Python are not supported yet")
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

    def get_config(self) -> dict:
        return {"name": self.name, "dtype": "float32", **self._config}

    def serialize(self) -> dict:
        """For the native library."""
        return {"class_name": self._class_name, "config": self._config, "log_name": self.name}


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


def serialize(metric):
    """Name or {class_name, config, log_name} for the native library."""
    if isinstance(metric, str):
        return METRICS[metric]().serialize() if metric in METRICS else metric
    if isinstance(metric, Metric):
        return metric.serialize()
    if callable(metric) and getattr(metric, "__name__", "") in {cls._name for cls in METRICS.values()}:
        return metric.__name__
    raise NotImplementedError(
        f"metric {getattr(metric, '__name__', type(metric).__name__)}: metrics written in Python are not supported yet; there "
        f"are: accuracy, {', '.join(sorted(METRICS))}"
    )


def keras_config(metric) -> dict:
    """The entry of Keras' files for what `serialize` gave."""
    if isinstance(metric, str):
        return {"class_name": "MeanMetricWrapper", "config": {"name": metric, "dtype": "float32", "fn": metric}}
    return {"class_name": metric["class_name"], "config": {"name": metric["log_name"], "dtype": "float32", **metric["config"]}}


def from_config(config: dict):
    """The metric of a Keras file's entry."""
    if config["class_name"] in METRICS:
        return METRICS[config["class_name"]](**{key: value for key, value in config["config"].items() if key != "fn"})
    return config["config"].get("fn") or config["config"]["name"]
