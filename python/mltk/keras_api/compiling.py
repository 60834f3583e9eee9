"""What `Model.compile` takes, in the form of the native library and of Keras' files."""

from typing import List, Optional

from mltk import _core
from mltk.keras_api import losses as keras_losses, metrics as keras_metrics, optimizers as keras_optimizers
from mltk.keras_api.steps import CompiledLoss, CompiledMetrics


class Compilation:
    """Optimizer, losses and metrics of a model."""

    def __init__(self, optimizer, loss, metrics, loss_weights, output_names: List[str], weighted_metrics=None):
        self.optimizer = keras_optimizers.get(optimizer)
        self.loss = loss
        self.metrics = metrics
        self.loss_weights = loss_weights
        self._outputs = output_names
        self.weighted_metrics = weighted_metrics
        self._losses = [] if loss is None else [keras_losses.serialize(item) for item in _per_output(loss, output_names, "loss")]
        self._metrics = _serialize_metrics(metrics, output_names)
        self._weighted_metrics = _serialize_metrics(weighted_metrics, output_names)

    def config(self) -> dict:
        """For the native trainer."""
        weights = [] if self.loss_weights is None else _per_output(self.loss_weights, self._outputs, "loss_weights")
        if not self._losses:
            raise ValueError("compile() needs a loss, e.g. loss=my_model.loss")
        return {
            "optimizer": self.optimizer.serialize(),
            "losses": [self._native(loss) for loss in self._losses],
            "loss_weights": [float(weight) for weight in weights],
            "metrics": [[self._native(metric) for metric in group] for group in self._all_metrics()],
        }

    def loss_names(self) -> List[str]:
        """Names of the losses as Keras' functions have them, one for each output; those of others are their class's."""
        names = [loss if isinstance(loss, str) else loss.get("class_name", "") for loss in self._losses]
        return [_core.snake_case(name) for name in names]

    def objects(self) -> list:
        """What Python computes; "python" in `config` is an index of it."""
        parts = self._losses + [metric for group in self._all_metrics() for metric in group]
        return [part["python"] for part in parts if isinstance(part, dict) and "python" in part]

    def _native(self, part):
        if not isinstance(part, dict) or "python" not in part:
            return part
        return {**part, "python": [item is part["python"] for item in self.objects()].index(True)}

    def _all_metrics(self) -> List[list]:
        return [
            unweighted + [_weighted(metric, unweighted) for metric in weighted]
            for unweighted, weighted in zip(self._metrics, self._weighted_metrics)
        ]

    def compiled_loss(self) -> CompiledLoss:
        """The losses for a step written in Python."""
        losses = [] if self.loss is None else [keras_losses.as_loss(item) for item in _per_output(self.loss, self._outputs, "loss")]
        weights = _per_output(1.0 if self.loss_weights is None else self.loss_weights, self._outputs, "loss_weights")
        return CompiledLoss(losses, weights)

    def compiled_metrics(self) -> CompiledMetrics:
        """The metrics for a step written in Python."""
        return CompiledMetrics(
            *(
                [[keras_metrics.get(metric) for metric in _as_list(item)] for item in _metrics_per_output(metrics, self._outputs)]
                for metrics in (self.metrics, self.weighted_metrics)
            )
        )

    def metric_names(self) -> List[str]:
        """Names of the metrics in the logs."""
        several = len(self._outputs) > 1
        return [
            f"{output}_{_log_name(metric)}" if several else _log_name(metric)
            for output, metrics in zip(self._outputs, self._all_metrics())
            for metric in metrics
        ]

    def training_config(self) -> dict:
        """The `training_config` attribute of Keras' .h5 files."""
        def configs(metrics):
            return [[keras_metrics.keras_config(metric) for metric in group] for group in metrics]

        losses = [keras_losses.keras_config(loss) for loss in self._losses]
        return {
            "loss": losses[0] if len(losses) == 1 else losses,
            "metrics": configs(self._metrics),
            "weighted_metrics": configs(self._weighted_metrics) if any(self._weighted_metrics) else None,
            "loss_weights": self.loss_weights,
            "optimizer_config": self.optimizer.keras_config(),
        }

    @classmethod
    def from_training_config(cls, config: dict, output_names: List[str]) -> Optional["Compilation"]:
        """What a file was compiled with; None when it used something that is not supported."""
        try:
            metrics, weighted = (
                [[keras_metrics.from_config(metric) for metric in group] for group in _groups(config.get(key))] or None
                for key in ("metrics", "weighted_metrics")
            )
            return cls(
                keras_optimizers.from_config(config["optimizer_config"]),
                config["loss"],
                metrics,
                config["loss_weights"],
                output_names,
                weighted,
            )
        except (KeyError, TypeError, ValueError, NotImplementedError):
            return None  # as Keras: the model can be used, and compiled again


def _groups(metrics) -> list:
    """Metrics of each output; files of one output may hold them without a list around."""
    metrics = metrics or []
    return metrics if all(isinstance(group, list) for group in metrics) else [metrics]


def _serialize_metrics(metrics, output_names: List[str]) -> List[list]:
    return [[keras_metrics.serialize(metric) for metric in _as_list(item)] for item in _metrics_per_output(metrics, output_names)]


def _log_name(metric) -> str:
    return metric if isinstance(metric, str) else metric.get("log_name") or metric["class_name"]


def _weighted(metric, others) -> dict:
    """As in Keras, a name that is taken gets the prefix `weighted_`."""
    config = {"class_name": metric, "config": {}} if isinstance(metric, str) else metric
    name = _log_name(metric)
    taken = name in [_log_name(other) for other in others]
    return {**config, "log_name": f"weighted_{name}" if taken else name, "weighted": True}


def _as_list(value) -> list:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _per_output(value, output_names: List[str], what: str) -> list:
    if isinstance(value, dict) and "class_name" not in value:
        missing = [name for name in output_names if name not in value]
        if missing and what != "loss_weights":
            raise ValueError(f"compile({what}=...): output '{missing[0]}' has none; the outputs are: {', '.join(output_names)}")
        return [value.get(name, 1.0) for name in output_names]
    if isinstance(value, (list, tuple)):
        if len(value) != len(output_names):
            raise ValueError(f"compile({what}=...) has {len(value)} entries, the model has {len(output_names)} outputs")
        return list(value)
    return [value] * len(output_names)


def _metrics_per_output(metrics, output_names: List[str]) -> list:
    if isinstance(metrics, dict):
        return [metrics.get(name) for name in output_names]
    metrics = _as_list(metrics)
    if metrics and all(isinstance(item, (list, tuple)) for item in metrics):
        return metrics + [None] * (len(output_names) - len(metrics))
    return [metrics] * len(output_names)
