"""train_step and test_step that a subclass of Model defines: traced once into the graphs that the trainer runs."""

import weakref

from mltk.keras_api.metrics import Mean, Metric, MetricResult
from mltk.keras_api.tensors import EagerTensor, GraphTensor, Trace, current_trace, to_array


class Steps:
    """What the native trainer asks for the steps of a model."""

    def __init__(self, model):
        self._model = weakref.ref(model)
        self._entries = {}
        self._structure = None

    def _native_build(self, graph, x, y, weights: int, training: bool):
        model = self._model()
        with Trace(graph, training) as trace:
            trace.gradients = []
            inputs, labels = _structured(trace, x), _structured(trace, y)
            data = (inputs,) if labels is None else (inputs, labels)
            if weights >= 0:
                data += (GraphTensor(trace, weights),)
            logs = (model.train_step if training else model.test_step)(data)
            if not isinstance(logs, dict):
                raise TypeError(
                    f"{type(model).__name__}.{'train' if training else 'test'}_step returned {type(logs).__name__}, expected a "
                    "dictionary of values for the logs"
                )
            entries, ids = [], []
            for name, value in logs.items():
                if isinstance(value, (MetricResult, Metric)):
                    entries.append((name, value.metric if isinstance(value, MetricResult) else value))
                elif isinstance(value, (GraphTensor, EagerTensor)) and not hasattr(value, "metric"):
                    entries.append((name, len(ids)))
                    ids.append(_number(trace, value, name))
                else:
                    entries.append((name, float(to_array(value))))
            trace.finish_updates()
            self._entries[training] = entries
            gradients = [(variable.native, trace.tensor(gradient).index) for gradient, variable in trace.gradients]
        return gradients, ids

    def _native_logs(self, values, training: bool) -> list:
        logs = []
        for name, entry in self._entries.get(training, []):
            if isinstance(entry, Metric):
                logs.append((name, float(entry.result())))
            elif isinstance(entry, int):
                logs.append((name, float(values[entry]) if entry < len(values) else 0.0))
            else:
                logs.append((name, entry))
        return logs

    def reset(self):
        """Forget the sums of metrics."""
        model = self._model()
        for metric in model.metrics:
            metric.reset_state()
        for entries in self._entries.values():
            for _, entry in entries:
                if isinstance(entry, Metric):
                    entry.reset_state()


def _structured(trace: Trace, ids):
    tensors = [GraphTensor(trace, index) for index in ids]
    if not tensors:
        return None
    return tensors[0] if len(tensors) == 1 else tuple(tensors)


def _number(trace: Trace, value, name: str) -> int:
    from mltk.keras_api import functions

    tensor = trace.tensor(value)
    if tensor.shape:
        tensor = trace.tensor(functions.reduce_mean(tensor))
    return tensor.index


class CompiledLoss:
    """`model.compiled_loss`: the losses of `compile`, as one function."""

    def __init__(self, losses, weights):
        self._losses = losses
        self._weights = weights
        self._mean = Mean(name="loss")
        self._called = False

    @property
    def metrics(self) -> list:
        return [self._mean] if self._called else []

    def __call__(self, y_true, y_pred, sample_weight=None, regularization_losses=None):
        from mltk.keras_api import functions

        if not self._losses:
            raise RuntimeError("compile() got no loss, so compiled_loss has nothing to compute")
        labels = list(y_true) if isinstance(y_true, (list, tuple)) else [y_true]
        predictions = list(y_pred) if isinstance(y_pred, (list, tuple)) else [y_pred]
        total = None
        for loss, weight, label, prediction in zip(self._losses, self._weights, labels, predictions):
            value = loss(label, prediction, sample_weight) if sample_weight is not None else loss(label, prediction)
            value = functions.reduce_mean(value) if functions.shape_of(value) else value
            value = value if weight == 1 else functions.multiply(value, weight)
            total = value if total is None else functions.add(total, value)
        for penalty in regularization_losses or []:
            total = functions.add(total, penalty)
        self._called = True
        if current_trace() is not None:
            batch = functions.cast(functions.shape(predictions[0])[0].tensor(), "float32")
            self._mean.total.assign_add(functions.multiply(total, batch))
            self._mean.count.assign_add(batch)
        else:
            self._mean.update_state(total)
        return total


def _weighted_mask(mask, sample_weight):
    """Weights of samples where the mask counts."""
    from mltk.keras_api import functions

    if mask is None or sample_weight is None:
        return sample_weight if mask is None else mask
    missing = len(mask.shape) - len(functions.shape_of(sample_weight))
    for _ in range(missing):
        sample_weight = functions.expand_dims(sample_weight, -1)
    return functions.multiply(mask, sample_weight)


class CompiledMetrics:
    """`model.compiled_metrics`: the metrics of `compile`, as one."""

    def __init__(self, metrics, weighted):
        self._metrics = metrics  # by output
        self._weighted = weighted
        self._called = False

    @property
    def metrics(self) -> list:
        return [metric for group in self._metrics + self._weighted for metric in group] if self._called else []

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Count a batch in every metric."""
        self._called = True
        labels = list(y_true) if isinstance(y_true, (list, tuple)) else [y_true]
        predictions = list(y_pred) if isinstance(y_pred, (list, tuple)) else [y_pred]
        for i, (label, prediction) in enumerate(zip(labels, predictions)):
            mask = getattr(prediction, "_keras_mask", None)
            weights = _weighted_mask(mask, sample_weight)
            for metric in self._metrics[i] if i < len(self._metrics) else []:
                metric.update_state(label, prediction, *([] if mask is None else [mask]))
            for metric in self._weighted[i] if i < len(self._weighted) else []:
                metric.update_state(label, prediction, weights)

    def reset_state(self):
        """Forget what was counted."""
        for metric in self.metrics:
            metric.reset_state()
