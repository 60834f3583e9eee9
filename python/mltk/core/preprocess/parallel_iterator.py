"""Iterators over the batches of a source of the native library, for every kind of data."""

import inspect
import os
import random
from typing import Callable, List, Optional

#: What a hook may name among its arguments, besides the parameters and the sample.
_OPTIONAL_ARGUMENTS = ("class_id", "filename", "batch_index", "batch_class_ids", "batch_filenames")


def sample_hook(function: Optional[Callable], params) -> Optional[Callable]:
    """`hook(x, info) -> x` for the native library: `function(params, x, ...)` with the items of `info` it names."""
    if function is None:
        return None
    named = inspect.getfullargspec(function)
    names = [name for name in _OPTIONAL_ARGUMENTS if name in named.args + named.kwonlyargs]

    def hook(x, info: dict):
        return function(params, x, **{name: info[name] for name in names})

    return hook


class ParallelIterator:
    """Batches of a source, epoch after epoch; a Keras `Sequence`.

    An iteration is one epoch: each sample once, the last batch as long as it is. The order of the samples and their
    augmentation follow from the seed and the number of the epoch.

    Attributes:
        source: makes the batches: `samples()`, `batches()`, `start_epoch(epoch)`, `next()`, `shutdown()`
        batch_size: samples of a batch
        batch_shape: (batch,) + shape of a sample
        n, samples: number of samples
        max_samples: an iteration ends after so many samples; -1 is all
    """

    def __init__(self, source, batch_shape):
        self.source = source
        self.batch_shape = tuple(batch_shape)
        self.max_samples = -1
        self._epoch = -1
        self._position: Optional[int] = None
        self._produced = 0

    @property
    def batch_size(self) -> int:
        return self.batch_shape[0]

    @property
    def n(self) -> int:
        return self.source.samples()

    @property
    def samples(self) -> int:
        return self.source.samples()

    @property
    def sample_count(self) -> int:
        """Number of samples of an iteration."""
        return self.source.samples()

    @property
    def sample_weight(self):
        """None: batches have no weights."""
        return None

    @property
    def is_running(self) -> bool:
        """Whether an epoch has been begun and not finished."""
        return self._position is not None

    @property
    def is_shutdown(self) -> bool:
        """Whether there is no source any more."""
        return self.source is None

    def reset(self):
        """Leave the running epoch; the next batch is the first of a new one."""
        self._position = None

    def shutdown(self, wait: bool = True):  # pylint: disable=unused-argument
        """Stop the workers of the source."""
        if self.source is not None:
            self.source.shutdown()
        self._position = None

    def on_epoch_end(self):
        """Do nothing: the source knows its epochs."""

    def __len__(self) -> int:
        return self.source.batches()

    def __iter__(self):
        self.start_epoch(self._epoch + 1)
        return self

    def __next__(self):
        if self._position is None:
            self.start_epoch(self._epoch + 1)
        batch = None
        if not 0 < self.max_samples <= self._produced:
            batch = self.source.next()
        if batch is None:
            self._position = None
            raise StopIteration
        self._position += 1
        self._produced += _batch_length(batch)
        return batch

    def next(self):
        """The next batch."""
        return next(self)

    def __getitem__(self, index: int):
        """Batch `index` of the running epoch."""
        if not 0 <= index < len(self):
            raise IndexError(f"batch {index}: there are {len(self)} batches")
        if self._position is None or index < self._position:
            self.start_epoch(max(self._epoch, 0))
        while self._position < index:
            next(self)
        return next(self)

    def start_epoch(self, epoch: int):
        """Go on with the first batch of an epoch."""
        self._epoch = epoch
        self._position = 0
        self._produced = 0
        self.source.start_epoch(epoch)


class ArrayIterator(ParallelIterator):
    """Batches of arrays.

    Attributes:
        x, y: the arrays, not augmented; y may be None
    """

    def __init__(self, source, batch_shape, x, y):
        super().__init__(source, batch_shape)
        self.x = x
        self.y = y


class ParallelDirectoryIterator(ParallelIterator):
    """Batches of the files of a folder.

    Attributes:
        directory: the folder
        class_indices: {label: class id}
        filenames: paths relative to `directory`, class after class; a tuple for a sample of several files
        classes: class id of each file
        subset: `training`, `validation`, or None for all files
    """

    def __init__(self, source, batch_shape, params):
        super().__init__(source, batch_shape)
        self.directory = params.directory
        self.class_indices = params.class_indices
        self.class_mode = params.class_mode
        self.subset = params.subset
        self.process_params = params
        self.filenames: List[str] = list(source.filenames())
        self._class_ids = source.class_ids()

    def content_check(self) -> dict:
        """What is looked for in the content of the files, see `inspect_dataset`; empty is nothing."""
        return getattr(self.process_params, "content_check", dict)()

    @property
    def filepaths(self) -> List[str]:
        """Paths of the files; None where a sample has none."""
        return [_joined(self.directory, name) for name in self.filenames]

    @property
    def num_classes(self) -> int:
        return len(self.class_indices)

    @property
    def class_labels(self) -> List[str]:
        """Labels in the order of their class ids."""
        return list(self.class_indices)

    @property
    def classes(self):
        import numpy as np

        return np.asarray(self._class_ids, dtype=np.int32)

    @property
    def labels(self):
        """Class ids; None when batches have no labels."""
        return self.classes if self.class_mode in ("categorical", "binary", "sparse") else None


class FunctionSource:
    """Batches that a `get_batch_function` of a specification makes from file names.

    Args:
        listing: source of the native library that knows the files
        function: `f(batch_index, filenames, classes, params)` -> (batch_index, batch)
        batch_size: files of a batch
        seed: of the order, when `shuffle`
    """

    def __init__(
        self, listing, function: Callable, params, batch_size: int, shuffle: bool, seed
    ):
        self._listing = listing
        self._function = function
        self._params = params
        self._batch_size = batch_size
        self._shuffle = shuffle
        self._seed = seed
        self._epoch = 0
        self._order = None
        self._batch_index = 0

    def samples(self) -> int:
        return self._listing.samples()

    def batches(self) -> int:
        return -(-self.samples() // self._batch_size)

    def filenames(self) -> List[str]:
        return self._listing.filenames()

    def class_ids(self) -> List[int]:
        return self._listing.class_ids()

    def class_counts(self) -> dict:
        return self._listing.class_counts()

    def start_epoch(self, epoch: int):
        """Begin with the first batch of an epoch."""
        import numpy as np

        generator = np.random.default_rng((self._seed, epoch))
        self._epoch = epoch
        self._order = generator.permutation(self.samples()) if self._shuffle else np.arange(self.samples())
        self._batch_index = 0

    def next(self):
        """The next batch, or None at the end of the epoch."""
        import numpy as np

        begin = self._batch_index * self._batch_size
        indices = self._order[begin : begin + self._batch_size]
        if len(indices) == 0:
            return None
        filenames, class_ids = self.filenames(), self.class_ids()
        # A function that draws from the global generators gives the same batches in every run.
        random.seed(f"{self._seed} {self._epoch} {self._batch_index}")
        np.random.seed(random.getrandbits(32))
        _, batch = self._function(
            self._batch_index, [filenames[i] for i in indices], [class_ids[i] for i in indices], self._params
        )
        self._batch_index += 1
        return batch

    def shutdown(self):
        """Stop the listing's workers."""
        self._listing.shutdown()


def _joined(directory: str, name):
    if isinstance(name, tuple):
        return tuple(_joined(directory, part) for part in name)
    return None if name is None else os.path.join(directory, name)


def _batch_length(batch) -> int:
    x = batch[0] if isinstance(batch, tuple) else batch
    return len(x[0]) if isinstance(x, (list, tuple)) else len(x)


def list_function(
    function: Optional[Callable], directory: str, formats, split, follow_links: bool, shuffle_index_dir
) -> Optional[Callable]:
    """`paths_of(label)` for the native library by the specification's own function; None leaves it to the library."""
    if function is None:
        return None

    def paths_of(label: str) -> List[str]:
        _, paths = function(
            base_directory=directory,
            search_class=label,
            white_list_formats=formats,
            split=split,
            follow_links=follow_links,
            shuffle_index_directory=shuffle_index_dir,
        )
        return list(paths)

    return paths_of


def number_of_workers(cores, debug: bool) -> int:
    """Threads for `cores`: a share of the processors, their number, or -1 for all."""
    available = os.cpu_count() or 1
    if debug:
        return 1
    count = round(available * cores) if isinstance(cores, float) else cores
    return available if count == -1 else min(max(count, 1), available)
