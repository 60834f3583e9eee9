"""TensorFlow's element types and shapes."""


class DType:
    """A TensorFlow element type."""

    def __init__(self, name: str):
        self.name = name
        self.__name__ = name

    @property
    def as_numpy_dtype(self):
        import numpy as np

        return np.dtype(self.name).type

    @property
    def is_floating(self) -> bool:
        return self.name.startswith("float")

    @property
    def is_integer(self) -> bool:
        return self.name.lstrip("u").startswith("int")

    @property
    def is_bool(self) -> bool:
        return self.name == "bool"

    @property
    def size(self) -> int:
        import numpy as np

        return np.dtype(self.name).itemsize

    @property
    def min(self):
        return self._limit("min")

    @property
    def max(self):
        return self._limit("max")

    def _limit(self, name: str):
        import numpy as np

        info = np.finfo if self.is_floating else np.iinfo
        return getattr(info(self.name), name)

    def __eq__(self, other) -> bool:
        return getattr(other, "name", getattr(other, "__name__", other)) == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"tf.{self.name}"


TYPES = {
    name: DType(name)
    for name in (
        "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "string",
        "complex64", "complex128",
    )
}  # fmt: skip


def as_dtype(value) -> DType:
    """The type of a name, a NumPy type or a DType."""
    if isinstance(value, DType):
        return value
    if value is float or value is int:
        return TYPES["float32" if value is float else "int32"]
    if isinstance(value, str) and value in TYPES:
        return TYPES[value]
    import numpy as np

    dtype = np.dtype(value)
    if dtype.kind in "SUO":
        return TYPES["string"]
    if dtype.name not in TYPES:
        raise TypeError(f"{dtype.name} is no type of a tensor; there are: {', '.join(TYPES)}")
    return TYPES[dtype.name]


class TensorShape(tuple):
    """Sizes of the axes of a tensor; None is the batch."""

    def __new__(cls, dims=()):
        if dims is None:
            raise ValueError("shapes of unknown rank are not supported; give the sizes of all axes but the batch")
        if isinstance(dims, int):
            dims = (dims,)
        return super().__new__(cls, (None if size is None else int(size) for size in dims))

    @property
    def rank(self) -> int:
        return len(self)

    ndims = rank

    @property
    def dims(self) -> list:
        return list(self)

    def as_list(self) -> list:
        """The sizes as a list."""
        return list(self)

    def is_fully_defined(self) -> bool:
        """Whether every size is known."""
        return None not in self

    def num_elements(self):
        """Product of the sizes; None when one is not known."""
        count = 1
        for size in self:
            if size is None:
                return None
            count *= size
        return count

    def is_compatible_with(self, other) -> bool:
        """Whether a tensor could have both shapes: as many axes, and sizes that are equal where both are known."""
        other = TensorShape(other)
        return len(self) == len(other) and all(a is None or b is None or a == b for a, b in zip(self, other))

    def assert_is_compatible_with(self, other):
        """Raise ValueError unless `is_compatible_with`."""
        if not self.is_compatible_with(other):
            raise ValueError(f"the shapes {tuple(self)} and {tuple(other)} are not compatible")

    def concatenate(self, other) -> "TensorShape":
        """The axes of both, one after the other."""
        return TensorShape(tuple(self) + tuple(other))

    __add__ = concatenate

    def __getitem__(self, key):
        value = super().__getitem__(key)
        return TensorShape(value) if isinstance(key, slice) else value

    def __eq__(self, other) -> bool:
        return isinstance(other, (tuple, list)) and tuple(self) == tuple(other)

    def __ne__(self, other) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(tuple(self))
