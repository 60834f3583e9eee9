"""`tf.data.Dataset`."""

import glob
from typing import Callable, Optional

import numpy as np

from mltk.core.errors import at_line
from mltk.data_api.specs import TensorSpec, dtype_name, front_of, spec_of, with_front, without_front
from mltk.data_api.tensors import as_arrays, map_structure, plain, wrap

#: Leaves the choice of a number to the library.
AUTOTUNE = -1
INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2

#: Seed of `shuffle` when none is given: two runs of a specification see the same order.
_DEFAULT_SEED = 42
#: Elements that a thread works ahead when the number is left to the library.
_AHEAD = 2
#: `cycle_length` of `interleave` when it is left to the library; the order of the elements depends on it.
_CYCLE_LENGTH = 4


class Options:
    """`tf.data.Options`: read and kept; results are deterministic and the same whatever they say."""

    def __init__(self):
        self.deterministic: Optional[bool] = None
        self.experimental_deterministic: Optional[bool] = None
        self.experimental_slack: Optional[bool] = None
        self.autotune = _OptionGroup()
        self.distribute = _OptionGroup()
        self.experimental_distribute = self.distribute
        self.experimental_optimization = _OptionGroup()
        self.threading = _OptionGroup()
        self.experimental_threading = self.threading


class _OptionGroup:
    """A group of options, which takes any."""


class Dataset:
    """A pipeline of elements: arrays, or tuples and dictionaries of arrays.

    Methods give new data sets. Iterating begins a pass; each pass of the same data set shuffles anew, in an order that
    follows from the seed and the number of the pass.
    """

    def __init__(self, native, spec: Callable, nested: bool = False):
        """`native` runs it, `spec()` tells its element_spec; `nested`: functions get data sets, those of windows."""
        self._native = native
        self._spec = spec
        self._nested = nested
        self._passes = 0

    # -- Sources ------------------------------------------------------------------------------------------------------

    @staticmethod
    def from_tensor_slices(tensors, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """The rows of an array, or of a tuple or dictionary of arrays, one after another."""
        value = as_arrays(tensors)
        return Dataset(_sets().from_tensor_slices(value), lambda: without_front(spec_of(value)))

    @staticmethod
    def from_tensors(tensors, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """One element."""
        value = as_arrays(tensors)
        return Dataset(_sets().from_tensors(value), lambda: spec_of(value))

    @staticmethod
    def from_generator(
        generator, output_types=None, output_shapes=None, args=None, output_signature=None, name=None
    ) -> "Dataset":  # pylint: disable=unused-argument
        """What `generator(*args)` yields.

        Args:
            output_signature: a TensorSpec, or a tuple or dictionary of them; or `output_types` and `output_shapes`

        Raises:
            TypeError: an item is not what the signature says, when it is reached
        """
        if not callable(generator):
            raise TypeError(at_line(f"from_generator: generator is a {type(generator).__name__}, expected a function"))
        if output_signature is None and output_types is None:
            raise TypeError(at_line("from_generator: needs output_signature, or output_types"))
        signature = output_signature
        if signature is None:
            signature = _signature(output_types, output_shapes)
        signature = _tuples(signature)

        def items(number):  # pylint: disable=unused-argument
            for item in generator(*(args or ())):
                yield conform(item, signature)

        return Dataset(_sets().from_generator(items), lambda: signature)

    def transform(self, function: Callable, signature) -> "Dataset":
        """What `function(elements)` yields for a pass of this data set; not of TensorFlow.

        Args:
            function: gets an iterator over the elements as arrays of NumPy
            signature: TensorSpec of the results
        """

        def items(number):
            for item in function(NumpyIterator(self._native.iterate(number))):
                yield conform(item, signature)

        return Dataset(_sets().from_generator(items), lambda: signature)

    @staticmethod
    def range(*args, output_type="int64", name=None) -> "Dataset":  # pylint: disable=unused-argument
        """Numbers: `range(stop)`, `range(start, stop)` or `range(start, stop, step)`."""
        if not 1 <= len(args) <= 3:
            raise ValueError(at_line(f"range: takes 1 to 3 numbers, got {len(args)}"))
        numbers = [int(value) for value in args]
        start, stop = (0, numbers[0]) if len(numbers) == 1 else numbers[:2]
        step = numbers[2] if len(numbers) == 3 else 1
        dtype = dtype_name(output_type)
        return Dataset(_sets().range(start, stop, step, dtype), lambda: TensorSpec((), dtype))

    @staticmethod
    def counter(start=0, step=1, dtype="int64", name=None) -> "Dataset":  # pylint: disable=unused-argument
        """start, start + step, ... without an end."""
        dtype = dtype_name(dtype)
        return Dataset(_sets().range(int(start), None, int(step), dtype), lambda: TensorSpec((), dtype))

    @staticmethod
    def zip(*args, datasets=None, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """Elements of several data sets side by side; ends with the shortest.

        Takes the data sets as arguments, or as one tuple or dictionary. Called through a data set, that is not among
        them.
        """
        if args and not isinstance(args[0], Dataset):
            datasets, args = args[0], args[1:]
        if args and datasets is not None:
            raise ValueError(at_line("zip: takes either data sets one by one, or one tuple or dictionary of them"))
        return _zipped(tuple(args) if datasets is None else datasets)

    @staticmethod
    def list_files(file_pattern, shuffle=None, seed=None, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """Paths that match a pattern, or one of several; shuffled anew each pass unless `shuffle` is False.

        Raises:
            ValueError: no file matches
        """
        patterns = [file_pattern] if isinstance(file_pattern, (str, bytes)) else list(np.ravel(file_pattern))
        patterns = [item.decode() if isinstance(item, bytes) else str(item) for item in patterns]
        paths = sorted({path for pattern in patterns for path in glob.glob(pattern)})
        if not paths:
            raise ValueError(at_line(f"list_files: no file matches {', '.join(patterns)}"))
        listed = Dataset.from_tensor_slices(np.array(paths))
        return listed if shuffle is False else listed.shuffle(len(paths), seed=seed)

    # -- Structure ----------------------------------------------------------------------------------------------------

    @property
    def element_spec(self):
        """TensorSpec of each array of an element; what follows from functions is known from the first element."""
        return self._spec()

    def cardinality(self) -> int:
        """Number of elements, INFINITE_CARDINALITY or UNKNOWN_CARDINALITY."""
        return np.int64(self._native.cardinality())

    def __len__(self) -> int:
        count = self._native.cardinality()
        if count < 0:
            raise TypeError("the data set is infinite" if count == -1 else "the length of the data set is not known")
        return count

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        count = self._native.cardinality()
        return f"<Dataset of {count if count >= 0 else 'infinitely many' if count == -1 else 'some'} elements>"

    # -- Passes -------------------------------------------------------------------------------------------------------

    def __iter__(self):
        return _Iterator(self._begin(), self._argument)

    def as_numpy_iterator(self) -> "NumpyIterator":
        """A pass whose arrays are NumPy's; those without axes are scalars."""
        return NumpyIterator(self._begin())

    def reduce(self, initial_state, reduce_func, name=None):  # pylint: disable=unused-argument
        """The last of `state = reduce_func(state, element)`."""
        state = wrap(as_arrays(initial_state))
        for element in self:
            state = wrap(as_arrays(reduce_func(state, element)))
        return state

    def get_single_element(self, name=None):  # pylint: disable=unused-argument
        """The only element."""
        elements = list(self.take(2))
        if len(elements) != 1:
            raise ValueError(at_line(f"get_single_element: the data set has {'no' if not elements else 'more'} elements"))
        return elements[0]

    def one_pass(self, number: int) -> "NumpyIterator":
        """The pass of this number, whatever passes were before: epoch `number` of a training."""
        return NumpyIterator(self._native.iterate(number))

    def native_source(self, keep_infinite: bool = False):
        """Batches for training and evaluation; see `make_dataset_source` of the native library."""
        return self._native.source(keep_infinite)

    def _begin(self):
        number = self._passes
        self._passes += 1
        return self._native.iterate(number)

    def _argument(self, element):
        """What a function of the user gets for an element."""
        if not self._nested:
            return wrap(element)
        return map_structure(Dataset.from_tensor_slices, element)

    def _call(self, function, element):
        argument = self._argument(element)
        return function(*argument) if isinstance(argument, tuple) else function(argument)

    # -- Transformations ----------------------------------------------------------------------------------------------

    def map(
        self, map_func, num_parallel_calls=None, deterministic=None, synchronous=None, use_unbounded_threadpool=False,
        name=None,
    ) -> "Dataset":  # pylint: disable=unused-argument
        """`map_func(*element)`, with the parts of a tuple as arguments.

        Calls happen one after another, in the order of the elements; with `num_parallel_calls`, in a thread that works
        as many elements ahead (`parallel_process` runs a function in several processes).
        """
        _require_callable("map", map_func)
        native = _sets().map(self._native, lambda element: as_arrays(self._call(map_func, element)))
        if num_parallel_calls is not None:
            native = _sets().prefetch(native, _ahead(num_parallel_calls))
        return Dataset(native, self._mapped_spec(native))

    def _mapped_spec(self, native):
        def spec():
            element = next(_Iterator(native.iterate(0), lambda value: value), None)
            if element is None:
                raise ValueError(at_line("element_spec: the data set has no elements to tell it from"))
            found = spec_of(element)
            # A batch whose size may differ from element to element.
            if front_of(self._spec()) is None and front_of(found) != 0:
                return with_front(without_front(found), None)
            return found

        return spec

    def filter(self, predicate, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """The elements for which `predicate(*element)` holds."""
        _require_callable("filter", predicate)
        return Dataset(
            _sets().filter(self._native, lambda element: bool(self._call(predicate, element))), self._spec, self._nested
        )

    def flat_map(self, map_func, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """The elements of the data sets that `map_func(*element)` gives, one data set after another."""
        return self._interleave("flat_map", map_func, 1, 1)

    def interleave(
        self, map_func, cycle_length=None, block_length=None, num_parallel_calls=None, deterministic=None, name=None
    ) -> "Dataset":  # pylint: disable=unused-argument
        """The elements of the data sets that `map_func(*element)` gives, `block_length` of each in turn."""
        cycle_length = _CYCLE_LENGTH if cycle_length in (None, AUTOTUNE) else int(cycle_length)
        block_length = 1 if block_length is None else int(block_length)
        result = self._interleave("interleave", map_func, cycle_length, block_length)
        return result if num_parallel_calls is None else result.prefetch(num_parallel_calls)

    def _interleave(self, name: str, map_func, cycle_length: int, block_length: int) -> "Dataset":
        _require_callable(name, map_func)

        def inner(element):
            result = self._call(map_func, element)
            if not isinstance(result, Dataset):
                raise TypeError(at_line(f"{name}: map_func returned a {type(result).__name__}, expected a Dataset"))
            return result._native  # pylint: disable=protected-access

        native = _sets().interleave(self._native, inner, cycle_length, block_length)
        return Dataset(native, lambda: spec_of(next(_Iterator(native.iterate(0), lambda value: value))))

    def batch(
        self, batch_size, drop_remainder=False, num_parallel_calls=None, deterministic=None, name=None
    ) -> "Dataset":  # pylint: disable=unused-argument
        """`batch_size` elements as one, along a new first axis; the last may be smaller unless `drop_remainder`."""
        size, drop = int(batch_size), bool(drop_remainder)
        native = _sets().batch(self._native, size, drop, False)
        return Dataset(native, lambda: with_front(self._spec(), size if drop else None))

    def padded_batch(
        self, batch_size, padded_shapes=None, padding_values=None, drop_remainder=False, name=None
    ) -> "Dataset":  # pylint: disable=unused-argument
        """As `batch`, of arrays of different sizes: what is missing is 0, or the empty string."""
        if padding_values is not None or any(size not in (None, -1) for size in _sizes(padded_shapes)):
            raise NotImplementedError(
                at_line("padded_batch: pads with zeros to the longest of a batch; leave out padding_values and sizes")
            )
        size, drop = int(batch_size), bool(drop_remainder)

        def spec():
            inner = map_structure(
                lambda one: TensorSpec(None if one.shape is None else (None,) * len(one.shape), one.dtype), self._spec()
            )
            return with_front(inner, size if drop else None)

        return Dataset(_sets().batch(self._native, size, drop, True), spec)

    def unbatch(self, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """The rows of each element, one after another."""
        return Dataset(_sets().unbatch(self._native), lambda: without_front(self._spec()))

    def window(self, size, shift=None, stride=1, drop_remainder=False, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """Data sets of up to `size` elements, each `shift` behind the one before; of a tuple, a data set for each part."""
        native = _sets().window(
            self._native, int(size), int(size if shift is None else shift), int(stride), bool(drop_remainder)
        )
        return Dataset(native, lambda: with_front(self._spec(), None), nested=True)

    def shuffle(self, buffer_size, seed=None, reshuffle_each_iteration=None, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """Draw at random from a buffer of `buffer_size` elements that this data set refills.

        Each pass, and each repetition, has an order of its own unless `reshuffle_each_iteration` is False. Without a
        seed it is the same in every run too.
        """
        size = int(buffer_size)
        if buffer_size == AUTOTUNE:
            size = max(1, len(self))
        native = _sets().shuffle(
            self._native, size, _DEFAULT_SEED if seed is None else int(seed) % 2**64, reshuffle_each_iteration is not False
        )
        return Dataset(native, self._spec, self._nested)

    def repeat(self, count=None, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """This data set `count` times; None or -1 repeats it without an end."""
        return Dataset(_sets().repeat(self._native, None if count is None else int(count)), self._spec, self._nested)

    def take(self, count, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """The first `count` elements; -1 is all."""
        return Dataset(_sets().take(self._native, int(count)), self._spec, self._nested)

    def skip(self, count, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """Without the first `count` elements; -1 leaves none."""
        return Dataset(_sets().skip(self._native, int(count)), self._spec, self._nested)

    def cache(self, filename="", name=None) -> "Dataset":  # pylint: disable=unused-argument
        """Keep the elements of the first whole pass, in memory or in a file, which later runs read too."""
        return Dataset(_sets().cache(self._native, str(filename)), self._spec, self._nested)

    def prefetch(self, buffer_size, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """Let a thread work `buffer_size` elements ahead."""
        if buffer_size == 0:
            return self
        return Dataset(_sets().prefetch(self._native, _ahead(buffer_size)), self._spec, self._nested)

    def concatenate(self, dataset: "Dataset", name=None) -> "Dataset":  # pylint: disable=unused-argument
        """This data set, then another."""
        return Dataset(_sets().concatenate(self._native, dataset._native), self._spec)

    def enumerate(self, start=0, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """(number, element)."""
        native = _sets().enumerate(self._native, int(start))
        return Dataset(native, lambda: (TensorSpec((), "int64"), self._spec()))

    def apply(self, transformation_func) -> "Dataset":
        """`transformation_func(self)`."""
        result = transformation_func(self)
        if not isinstance(result, Dataset):
            raise TypeError(at_line(f"apply: the function returned a {type(result).__name__}, expected a Dataset"))
        return result

    def with_options(self, options, name=None) -> "Dataset":  # pylint: disable=unused-argument
        """The same data set."""
        if not isinstance(options, Options):
            raise TypeError(at_line(f"with_options: options is a {type(options).__name__}, expected tf.data.Options"))
        return Dataset(self._native, self._spec, self._nested)

    def options(self) -> Options:
        """The default options."""
        return Options()


class _Iterator:
    """A pass whose elements go through a function."""

    def __init__(self, native_pass, convert: Callable):
        self._pass = native_pass
        self._convert = convert

    def __iter__(self):
        return self

    def __next__(self):
        return self._convert(self._pass.next())


class NumpyIterator(_Iterator):
    """A pass whose arrays are NumPy's."""

    def __init__(self, native_pass):
        super().__init__(native_pass, plain)


def _sets():
    from mltk import _core

    return _core.datasets


def _zipped(datasets) -> Dataset:
    # pylint: disable=protected-access
    if isinstance(datasets, Dataset):
        return datasets
    keys = list(datasets) if isinstance(datasets, dict) else []
    parts = list(datasets.values()) if isinstance(datasets, dict) else list(datasets)
    parts = [part if isinstance(part, Dataset) else _zipped(part) for part in parts]
    native = _sets().zip([part._native for part in parts], [str(key) for key in keys])
    if keys:
        return Dataset(native, lambda: {key: part._spec() for key, part in zip(keys, parts)})
    return Dataset(native, lambda: tuple(part._spec() for part in parts))


def _ahead(number) -> int:
    return _AHEAD if number == AUTOTUNE else max(1, int(number))


def _require_callable(method: str, function):
    if not callable(function):
        raise TypeError(at_line(f"Dataset.{method}: got a {type(function).__name__}, expected a function"))


def _tuples(signature):
    if isinstance(signature, (tuple, list)):
        return tuple(_tuples(item) for item in signature)
    if isinstance(signature, dict):
        return {key: _tuples(item) for key, item in signature.items()}
    return TensorSpec(signature.shape, signature.dtype, signature.name)


def _signature(types, shapes):
    if isinstance(types, (tuple, list)):
        shapes = (None,) * len(types) if shapes is None else shapes
        return tuple(_signature(item, shape) for item, shape in zip(types, shapes))
    if isinstance(types, dict):
        return {key: _signature(item, None if shapes is None else shapes[key]) for key, item in types.items()}
    return TensorSpec(None if shapes is None else tuple(shapes), types)


def conform(item, spec):
    """An item of a generator as its spec says; raises TypeError when it cannot be."""
    if isinstance(spec, tuple):
        if not isinstance(item, (tuple, list)) or len(item) != len(spec):
            raise TypeError(f"from_generator: the generator gave {_brief(item)}, expected a tuple of {len(spec)}")
        return tuple(conform(part, one) for part, one in zip(item, spec))
    if isinstance(spec, dict):
        if not isinstance(item, dict) or set(item) != set(spec):
            raise TypeError(f"from_generator: the generator gave {_brief(item)}, expected the keys {', '.join(spec)}")
        return {key: conform(item[key], one) for key, one in spec.items()}
    name = dtype_name(spec.dtype)
    array = np.asarray(item) if name == "string" else np.asarray(item, dtype=name)
    if not spec.fits(array.shape):
        raise TypeError(f"from_generator: the generator gave the shape {array.shape}, expected {spec.shape}")
    return array


def _brief(item) -> str:
    return f"a tuple of {len(item)}" if isinstance(item, (tuple, list)) else f"a {type(item).__name__}"


def _sizes(shapes) -> list:
    if shapes is None or isinstance(shapes, int):
        return [shapes]
    items = shapes.values() if isinstance(shapes, dict) else shapes
    return [size for item in items for size in _sizes(item)]
