"""`tf.data.experimental`: the older names."""

from mltk.data_api.dataset import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset, Options

Counter = Dataset.counter


def cardinality(dataset: Dataset) -> int:
    """`dataset.cardinality()`."""
    return dataset.cardinality()


def unbatch():
    """For `apply`: `dataset.unbatch()`."""
    return lambda dataset: dataset.unbatch()


def enumerate_dataset(start=0):
    """For `apply`: `dataset.enumerate(start)`."""
    return lambda dataset: dataset.enumerate(start)
