"""`tf.GradientTape`: gradients inside of a step that is traced, and of values at hand."""

from mltk import _core
from mltk.keras_api import backend, functions
from mltk.keras_api.tensors import EagerTensor, GraphTensor, Trace, Variable, current_trace, flatten, map_structure, to_array


class GradientTape:
    """Gradients of what is computed inside of the block.

    Args:
        persistent: several calls of `gradient` are allowed
        watch_accessed_variables: variables are watched without being told
    """

    def __init__(self, persistent=False, watch_accessed_variables=True):
        self._persistent = persistent
        self._all_variables = watch_accessed_variables
        self._records: list = []
        self._used = False

    def __enter__(self):
        functions.recorders.append(self._record)
        return self

    def __exit__(self, *_):
        if self._record in functions.recorders:
            functions.recorders.remove(self._record)

    def _record(self, again, operands, results):
        self._records.append((again, list(operands), results))

    def watch(self, tensor):
        """Tensors at hand are watched anyway."""

    def stop_recording(self):
        """A block that is not recorded."""
        raise NotImplementedError("GradientTape.stop_recording is not supported; end the block of the tape")

    def reset(self):
        """Forget what was recorded."""
        self._records.clear()

    def gradient(self, target, sources, output_gradients=None, unconnected_gradients="none"):
        """Gradients of `target` with respect to `sources`, in their structure; None where it does not depend on one."""
        if output_gradients is not None:
            raise NotImplementedError("GradientTape.gradient(output_gradients=...) is not supported; multiply the target instead")
        if self._used and not self._persistent:
            raise RuntimeError("this GradientTape gave its gradients; make it with persistent=True to ask again")
        self._used = True
        parts = flatten(sources)
        if current_trace() is not None:
            gradients = _in_trace(current_trace(), target, parts)
        else:
            gradients = self._at_hand(flatten(target), parts)
        if str(getattr(unconnected_gradients, "value", unconnected_gradients)) == "zero":
            gradients = [functions.zeros_like(s) if g is None else g for s, g in zip(parts, gradients)]
        found = iter(gradients)
        return map_structure(lambda _: next(found), sources)

    def jacobian(self, *_, **__):
        """Not available."""
        raise NotImplementedError("GradientTape.jacobian is not supported")

    def _at_hand(self, targets, sources):
        """Compute again what was recorded, as a graph, and differentiate that."""
        batch = _batch_of_layers(self._records)
        attempts = [batch, None] if batch is not None else [None, _first_axis(self._records)]
        for batch in attempts[:-1]:
            try:
                return _Replay(self._records, sources, batch).gradients(targets)
            except (ValueError, NotImplementedError):
                continue  # the operators want a batch, or must have none
        return _Replay(self._records, sources, attempts[-1]).gradients(targets)


def _in_trace(trace: Trace, target, sources):
    total = None
    for item in flatten(target):
        item = trace.tensor(item)
        item = functions.reduce_sum(item) if item.shape else item
        total = item if total is None else functions.add(total, item)
    tensors = [trace.tensor(source) for source in sources]
    ids = trace.graph.differentiate(total.index, [tensor.index for tensor in tensors])
    return [
        None if index < 0 else GraphTensor(trace, index, "float32", tensor.batch_axis) for index, tensor in zip(ids, tensors)
    ]


def _of_layer(again) -> bool:
    """Whether a layer was called: what it gives depends on its weights."""
    return getattr(again, "of_layer", False)


def _batch_of_layers(records):
    """First axis of what a layer was called on; None: there is no layer."""
    for again, operands, _ in records:
        if _of_layer(again):
            return len(to_array(operands[0]))
    return None


def _first_axis(records):
    """First axis of the first operand with most axes."""
    shapes = [
        operand.shape
        for _, operands, _ in records
        for operand in operands
        if not isinstance(operand, Variable) and len(getattr(operand, "shape", ())) > 1
    ]
    return max(shapes, key=len)[0] if shapes else None


class _Replay:
    """A recorded computation as a graph, in which the first axis of values of that size is the batch."""

    def __init__(self, records, sources, batch):
        self.records = records
        self.sources = sources
        self.batch = batch

    def gradients(self, targets):
        """Of the sum of the targets."""
        self.graph = _core.Graph()
        self.fed: list = []
        self.values: dict = {}
        with Trace(self.graph, False) as trace:
            self.trace = trace
            for source in self.sources:
                self._value(source)
            for again, operands, results in self.records:
                if again is None or not (_of_layer(again) or any(self._depends(operand) for operand in operands)):
                    continue
                replayed = flatten(again(*[self._value(operand) for operand in operands]))
                for old, new in zip(results, replayed):
                    self.values[id(old)] = new
            reached = [self.values.get(id(target)) for target in targets]
            if all(item is None for item in reached):
                return [None] * len(self.sources)
            gradients = _in_trace(trace, [item for item in reached if item is not None], [self._value(s) for s in self.sources])
            wanted = [gradient for gradient in gradients if gradient is not None]
        values = self.graph.evaluate([gradient.index for gradient in wanted], self.fed, self.batch or 1, backend.next_seed(), 0)
        found = iter(values)
        return [None if gradient is None else EagerTensor(next(found)) for gradient in gradients]

    def _depends(self, operand) -> bool:
        return id(operand) in self.values or isinstance(operand, Variable) or _key(operand) in self.values

    def _value(self, operand):
        """The value in the graph: a variable, an input of its own, or what was computed from those."""
        import numpy as np

        if isinstance(operand, Variable):
            return operand
        if not hasattr(operand, "dtype"):
            return operand
        key = _key(operand)
        if key in self.values:
            return self.values[key]
        array = np.ascontiguousarray(to_array(operand), dtype="float32")
        batched = self.batch is not None and array.ndim > 0 and len(array) == self.batch
        index = self.graph.input("x", ((None,) if batched else array.shape[:1]) + array.shape[1:])
        self.fed.append(array)
        self.values[key] = GraphTensor(self.trace, index)
        self.values.setdefault("kept", []).append(operand)
        return self.values[key]


def _key(operand) -> int:
    return id(operand)
