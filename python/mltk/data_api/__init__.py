"""`tf.data`: pipelines of samples. The native library runs them; Python is called inside the user's functions alone."""

from mltk.data_api import experimental
from mltk.data_api.dataset import (
    AUTOTUNE,
    INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY,
    Dataset,
    NumpyIterator,
    Options,
)
