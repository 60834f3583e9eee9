"""Look at samples that are no files before the training: arrays, pipelines, sequences."""

import contextlib
import random
from collections import Counter
from typing import Iterator, List, Optional, Tuple

#: Rows of an array that are looked at together.
_ROWS = 1024
#: Samples of a pipeline or a sequence that are looked at; making them may take long.
_MOST_MADE = 20_000


class _NotLookedAt(Exception):
    """Why samples are not looked at before the training."""


def inspect_samples(mltk_model) -> Tuple[List[tuple], List[str]]:
    """What is odd with the samples in `x`, `y` and `validation_data` of a model, those from files excepted.

    That is: NaN or infinite values, samples of a single value, equal samples (in one split, in both, in two classes),
    other shapes, values of another size in the two splits, classes without samples, labels that are no class.

    Returns:
        ([(what, names of samples)], [what was not looked at]). Nothing is taken from a generator or from a pipeline
        that may have no end.
    """
    from mltk import _core

    inspector = _core.SampleInspector()
    findings, notes = [], []
    with _kept_random_state():
        for name, (x, y) in _splits(mltk_model).items():
            labels = _Labels(name)
            try:
                for inputs, y_batch in _batches(x, y):
                    inspector.add(inputs, labels.add(y_batch, len(inputs[0])), name == "validation")
            except _NotLookedAt as reason:
                notes.append(f"The {name} data {reason}")
            findings += labels.findings(_classes(mltk_model))
    return inspector.findings() + findings, notes


@contextlib.contextmanager
def _kept_random_state():
    """Functions of a specification may draw random numbers while samples are made."""
    import numpy as np

    states = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


def _splits(mltk_model) -> dict:
    from mltk.keras_api.data import split_validation

    x, y, validation = mltk_model.x, mltk_model.y, mltk_model.validation_data
    if validation is None and mltk_model.validation_split and _arrays_of(x):
        x, y, _, validation = split_validation(x, y, None, mltk_model.validation_split)
    parts = validation if isinstance(validation, tuple) else (validation, None)
    splits = {"training": (x, y), "validation": (parts[0], parts[1] if len(parts) > 1 else None)}
    return {name: split for name, split in splits.items() if split[0] is not None}


def _batches(x, y) -> Iterator[tuple]:
    """([array of each input], labels) of all samples, in their order."""
    from mltk.core.preprocess.parallel_iterator import ArrayIterator
    from mltk.data_api import Dataset

    if hasattr(x, "content_check"):
        return
    if isinstance(x, ArrayIterator):
        x, y = x.x, x.y
    inputs = _arrays_of(x)
    if inputs:
        y = y.numpy() if hasattr(y, "numpy") else y
        for begin in range(0, len(inputs[0]), _ROWS):
            rows = slice(begin, begin + _ROWS)
            yield [array[rows] for array in inputs], None if _is_several(y) or y is None else y[rows]
        return
    if isinstance(x, Dataset):
        if x.cardinality() < 0:
            raise _NotLookedAt("are a pipeline that may have no end: its samples are not looked at before the training")
        yield from _made(x.one_pass(0))
    elif hasattr(x, "__getitem__") and hasattr(x, "__len__"):
        yield from _made(x[index] for index in range(len(x)))
    else:
        raise _NotLookedAt(
            f"come from a {type(x).__name__}, which looking would use up: samples are not looked at before the training"
        )


def _made(batches) -> Iterator[tuple]:
    left = _MOST_MADE
    for batch in batches:
        x, y = (batch[0], batch[1] if len(batch) > 1 else None) if isinstance(batch, tuple) else (batch, None)
        inputs = _arrays_of(x)
        if not inputs or any(array.ndim == 0 for array in inputs):
            raise _NotLookedAt("are no batches of arrays: their samples are not looked at before the training")
        yield inputs, None if _is_several(y) else y
        left -= len(inputs[0])
        if left <= 0:
            raise _NotLookedAt(f"are long: {_MOST_MADE - left} samples are looked at before the training, no more")


def _arrays_of(x) -> list:
    """The arrays of the inputs; none when `x` is something else."""
    import numpy as np

    parts = list(x.values()) if isinstance(x, dict) else list(x) if isinstance(x, (list, tuple)) else [x]
    parts = [part.numpy() if hasattr(part, "numpy") else part for part in parts]
    return parts if all(isinstance(part, (np.ndarray, np.generic)) and part.dtype.kind in "fiub" for part in parts) else []


def _is_several(y) -> bool:
    return isinstance(y, (list, tuple, dict))


def _classes(mltk_model) -> list:
    from mltk.core.errors import MissingSettingError

    try:
        return list(getattr(mltk_model, "classes", None) or [])
    except MissingSettingError:
        return []


class _Labels:
    """The labels of a split: counts of classes, and what is odd."""

    def __init__(self, name: str):
        self._name = name
        self._width = 0
        self._are_classes = True
        self._samples = 0
        self._not_finite: List[str] = []
        self._ids: List[int] = []

    def add(self, y, count: int) -> List[int]:
        """Class ids of the next `count` samples; none when the labels are no classes."""
        import numpy as np

        first, self._samples = self._samples, self._samples + count
        if y is None:
            self._are_classes = False
            return []
        y = np.asarray(y)
        rows = y.reshape(len(y), -1)
        if y.dtype.kind == "f":
            self._not_finite += [f"{self._name}[{first + row}]" for row in np.flatnonzero(~np.isfinite(rows).all(axis=1))]
        ids = self._class_ids(rows)
        if ids is None or len(ids) != count:
            self._are_classes = False
            return []
        self._ids += ids
        return ids

    def _class_ids(self, rows) -> Optional[List[int]]:
        """Of one-hot rows, or of whole numbers."""
        import numpy as np

        if rows.dtype.kind not in "fiub":
            return None
        if rows.shape[1] == 1:
            column = rows[:, 0]
            whole = np.isfinite(column).all() and (column == np.floor(column)).all()
            return [int(value) for value in column] if whole else None
        if not (((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all()):
            return None
        self._width = rows.shape[1]
        return rows.argmax(axis=1).tolist()

    def findings(self, classes: list) -> List[tuple]:
        """What is odd, given the names of the classes (which may not be known)."""
        found = []
        if self._not_finite:
            found.append(("with a label that is NaN or infinite", self._not_finite))
        number = len(classes) or self._width
        if not self._are_classes or not self._ids or number == 0:
            return found
        outside = [f"{self._name}[{row}] ({label})" for row, label in enumerate(self._ids) if not 0 <= label < number]
        if outside:
            found.append((f"with a label that is none of the {number} classes", outside))
        counts = Counter(self._ids)
        empty = [str(classes[i]) if classes else str(i) for i in range(number) if not counts[i]]
        if empty:
            found.append((f"classes without samples in the {self._name} data", empty))
        return found
