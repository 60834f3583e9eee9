"""Keras metrics by class; the native library computes them."""

from mltk import _core
from mltk.keras_api.losses import class_name_of


class Metric:
    """Base of all metrics."""

    _name = None

    def __init__(self, name=None, dtype=None, **arguments):
        if self._name is None:
            raise NotImplementedError(f"{type(self).__name__}: metrics written in Python are not supported yet")
        self.name = name or self._name
        self._config = {key: value for key, value in arguments.items() if value is not None}

    def get_config(self) -> dict:
        return dict(self._config)


_NAMES = list(_core.metric_names()) + list(_core.loss_names())
METRICS = {
    class_name_of(name): type(class_name_of(name), (Metric,), {"_name": name, "__module__": __name__, "__doc__": f"Keras' {name}."})
    for name in _NAMES
}
globals().update(METRICS)
Accuracy = type("Accuracy", (Metric,), {"_name": "accuracy", "__module__": __name__, "__doc__": "Keras' accuracy."})


def serialize(metric):
    """Name or {class_name, config, log_name} for the native library."""
    if isinstance(metric, str):
        return metric
    if isinstance(metric, Metric):
        return {"class_name": metric._name, "config": metric.get_config(), "log_name": metric.name}
    raise NotImplementedError(
        f"metric {getattr(metric, '__name__', type(metric).__name__)}: metrics written in Python are not supported yet; there "
        f"are: accuracy, {', '.join(_NAMES)}"
    )


