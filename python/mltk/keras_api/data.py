"""What `fit`, `evaluate` and `predict` take as data, as sources of the native library."""

import math

from mltk import _core
from mltk.data_api import Dataset


def make_source(x, y, sample_weight, batch_size: int, shuffle: bool, seed: int, keep_infinite: bool = False):
    """A native source of batches from arrays, a `tf.data.Dataset`, a generator of this package, or any iterable.

    With `keep_infinite`, each epoch goes on in a Dataset without an end instead of beginning it again.
    """
    import numpy as np

    if x is None:
        raise ValueError("there is no data: x is None. Did the specification's load_dataset set my_model.x?")
    if isinstance(x, Dataset):
        return x.native_source(keep_infinite)
    native = getattr(x, "source", None)
    if isinstance(native, _core.BatchSource):
        return native
    if _is_arrays(x):
        arrays = list(x.values()) if isinstance(x, dict) else x
        labels = list(y.values()) if isinstance(y, dict) else y
        if labels is not None and not isinstance(labels, (list, tuple)):
            labels = np.asarray(labels)
        return _core.array_source(
            arrays, labels, None if sample_weight is None else np.asarray(sample_weight), batch_size, bool(shuffle), seed
        )
    length = len(x) if hasattr(x, "__len__") else -1
    return _core.python_source(_make_iterator(x, length), length)


def _is_arrays(x) -> bool:
    import numpy as np

    if isinstance(x, np.ndarray):
        return True
    if isinstance(x, dict):
        return all(isinstance(item, np.ndarray) for item in x.values())
    return isinstance(x, (list, tuple)) and len(x) > 0 and all(isinstance(item, np.ndarray) for item in x)


def _make_iterator(x, length: int):
    """Iterators for epoch after epoch: a Sequence by index, an iterable anew, a generator on and on."""
    if hasattr(x, "__getitem__") and length >= 0:

        def by_index(epoch):  # pylint: disable=unused-argument
            for index in range(length):
                yield x[index]
            if hasattr(x, "on_epoch_end"):
                x.on_epoch_end()

        return by_index
    return lambda epoch: iter(x)


def split_validation(x, y, sample_weight, fraction: float):
    """Keras' `validation_split`: the last fraction of the samples, before shuffling."""
    import numpy as np

    if not _is_arrays(x):
        raise ValueError("validation_split needs arrays in x and y; give validation_data instead")

    def cut(value, part):
        if value is None:
            return None
        if isinstance(value, (list, tuple)):
            return [item[part] for item in value]
        return np.asarray(value)[part]

    count = len(x[0]) if isinstance(x, (list, tuple)) else len(x)
    at = int(math.floor(count * (1.0 - fraction)))
    if at in (0, count):
        raise ValueError(f"validation_split={fraction} of {count} samples leaves nothing to train on or to validate with")
    first, rest = slice(0, at), slice(at, None)
    validation = (cut(x, rest), cut(y, rest)) + (() if sample_weight is None else (cut(sample_weight, rest),))
    return cut(x, first), cut(y, first), cut(sample_weight, first), validation
