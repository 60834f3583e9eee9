"""`tf.random`: numbers that follow from seeds."""

from mltk import _core
from mltk.keras_api import backend, functions
from mltk.keras_api.dtypes import as_dtype
from mltk.keras_api.functions import BatchSize, function
from mltk.keras_api.tensors import EagerTensor, current_trace, to_array


def next_pair(seed=None) -> tuple:
    """Two numbers for a stateless function: the caller's, or new ones."""
    return (int(seed), backend.next_seed()) if seed is not None else (backend.next_seed(), backend.next_seed())


def words(seed, count: int):
    """The first `count` words of the generator of a seed, two numbers."""
    first, second = (int(item) for item in to_array(seed).reshape(-1))
    return _core.random_words(first, second, count)


def stateless_uniform(seed, low=0.0, high=1.0) -> float:
    """One number of `tf.random.stateless_uniform`."""
    return float(to_array(_uniform(seed, (), low, high)))


def _unit(seed, shape):
    import numpy as np

    count = int(np.prod(shape, dtype="int64"))
    bits = (words(seed, count) & 0x7FFFFF) | 0x3F800000
    return (bits.astype("uint32").view("float32") - np.float32(1)).reshape(shape)


def _uniform(seed, shape, low, high):
    import numpy as np

    low, high = np.float32(low), np.float32(high)
    return EagerTensor(np.asarray(_unit(seed, shape) * (high - low) + low, "float32"))


def _sizes(shape) -> tuple:
    return tuple(int(item) for item in to_array(shape).reshape(-1))


@function("random.stateless_uniform")
def stateless_uniform_tensor(shape, seed, minval=0, maxval=None, dtype="float32", name=None, alg="auto_select"):  # pylint: disable=unused-argument
    """Numbers between minval and maxval."""
    if as_dtype(dtype).is_integer:
        import numpy as np

        span = int(maxval) - int(minval)
        count = int(np.prod(_sizes(shape), dtype="int64"))
        numbers = int(minval) + words(seed, count).astype("int64") % span
        return EagerTensor(numbers.reshape(_sizes(shape)).astype(as_dtype(dtype).name))
    return _uniform(seed, _sizes(shape), minval, 1.0 if maxval is None else maxval)


@function("random.stateless_normal")
def stateless_normal(shape, seed, mean=0.0, stddev=1.0, dtype="float32", name=None, alg="auto_select"):  # pylint: disable=unused-argument
    """Normal numbers."""
    import numpy as np

    count = int(np.prod(_sizes(shape), dtype="int64"))
    raw = _unit(seed, (count + 1) // 2 * 2).reshape(-1, 2)
    radius = np.sqrt(np.float32(-2) * np.log(np.maximum(raw[:, 0], np.float32(1e-7))))
    angle = (2 * np.pi * raw[:, 1].astype("float64")).astype("float32")
    pairs = np.stack([np.sin(angle) * radius, np.cos(angle) * radius], -1).reshape(-1)[:count]
    return EagerTensor((pairs * np.float32(stddev) + np.float32(mean)).astype("float32").reshape(_sizes(shape)))


@function("random.split", "random.experimental.stateless_split")
def stateless_split(seed, num=2, alg="auto_select"):  # pylint: disable=unused-argument
    """`num` new seeds of a seed: [num, 2]."""
    return EagerTensor(words(seed, 2 * int(num)).astype("uint32").view("int32").reshape(-1, 2))


@function("random.fold_in", "random.experimental.stateless_fold_in")
def stateless_fold_in(seed, data, alg="auto_select"):  # pylint: disable=unused-argument
    """A new seed of a seed and a number."""
    import numpy as np

    return EagerTensor(np.array([words(seed, 1).astype("uint32").view("int32")[0], int(to_array(data))], "int32"))


def _random(name, draw):
    """Inside of a model new numbers in each step, else at once."""

    def random(shape, *args, **kwargs):
        sizes = [None if isinstance(size, BatchSize) else size for size in shape] if isinstance(shape, (tuple, list)) else shape
        if isinstance(sizes, list) and None in sizes and current_trace() is not None:
            of = next(size.of for size in shape if isinstance(size, BatchSize))
            return draw(sizes, of, *args, **kwargs)
        return draw(shape, None, *args, **kwargs)

    random.__name__ = name
    random.__doc__ = f"`tf.random.{name}`."
    functions.FUNCTIONS[f"random.{name}"] = random
    return random


def _normal(shape, of, mean=0.0, stddev=1.0, dtype="float32", seed=None, name=None):  # pylint: disable=unused-argument
    if of is None:
        return stateless_normal(shape, next_pair(seed), mean, stddev, dtype)
    trace = current_trace()
    sizes = [None if size is None else int(to_array(size)) for size in shape]
    attributes = {"mean": float(mean), "stddev": float(stddev), "stream": trace.next_stream(), "shape": sizes}
    return functions.apply("random_normal", [of], attributes)


def _uniform_anew(shape, of, minval=0, maxval=None, dtype="float32", seed=None, name=None):  # pylint: disable=unused-argument
    if of is not None:
        from mltk.keras_api.more_layers import uniform as numbers

        low, high = float(minval), 1.0 if maxval is None else float(maxval)
        sizes = [None if size is None else int(to_array(size)) for size in shape]
        return functions.add(low, functions.multiply(numbers(of, sizes), high - low))
    return stateless_uniform_tensor(shape, next_pair(seed), minval, maxval, dtype)


normal = _random("normal", _normal)
uniform = _random("uniform", _uniform_anew)
functions.FUNCTIONS["backend.random_normal"] = normal
functions.FUNCTIONS["backend.random_uniform"] = uniform


def shuffle(value, seed=None, name=None):  # pylint: disable=unused-argument
    """The rows in another order."""
    import random

    order = list(range(len(to_array(value))))
    random.Random(next_pair(seed)[0] if seed is None else seed).shuffle(order)
    return EagerTensor(to_array(value)[order])


functions.FUNCTIONS["random.shuffle"] = shuffle
