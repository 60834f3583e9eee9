"""A dictionary that firmware can read: values of few types, stored as a FlatBuffer by the native library."""

import numbers
from typing import Any, Optional, Tuple


def _list_of(convert):
    def converted(value):
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"a {type(value).__name__} is no list")
        return [convert(item) for item in value]

    return converted


def _binary(value) -> bytes:
    if not isinstance(value, (bytes, bytearray, list, tuple)):
        raise TypeError(f"a {type(value).__name__} is no bytes")
    return bytes(value)


#: Type names that `put` takes, and what a Python value is converted to.
_CONVERSIONS = {
    "bool": bool,
    "int8": int,
    "uint8": int,
    "int16": int,
    "uint16": int,
    "int32": int,
    "uint32": int,
    "int64": int,
    "uint64": int,
    "float": float,
    "double": float,
    "str": str,
    "str_list": _list_of(str),
    "int32_list": _list_of(int),
    "float_list": _list_of(float),
    "bin": _binary,
}

#: Positive numbers that a float32 holds without becoming denormal or infinite.
_FLOAT32_MIN = 1.175494351e-38
_FLOAT32_MAX = 3.402823466e38


class DictionaryValue:
    """A value that was stored with an explicit type."""

    def __init__(self, value, dtype: str):
        self.value = value
        self.dtype = dtype

    def __eq__(self, other):
        return isinstance(other, DictionaryValue) and (self.value, self.dtype) == (other.value, other.dtype)

    def __repr__(self) -> str:
        return f"DictionaryValue({self.value!r}, {self.dtype!r})"

    def __str__(self) -> str:
        return str(self.value)


class FlatbufferDictionary(dict):
    """Parameters by name, in the order in which they were added.

    A value is a bool, an integer, a float, a string, bytes, or a list of strings, integers or floats. Integers are
    stored in the smallest type that holds them, positive floats as float32, other floats as float64.
    """

    def put(self, key: str, value: Any, dtype: Optional[str] = None):
        """Store a value.

        Args:
            dtype: one of bool, int8, uint8, int16, uint16, int32, uint32, int64, uint64, float, double, str, str_list,
                int32_list, float_list, bin; None chooses by the value

        Raises:
            ValueError: the value cannot be stored as this type
        """
        if dtype is not None:
            value = DictionaryValue(value, dtype)
        _typed(key, value)
        super().__setitem__(key, value)

    def __setitem__(self, key: str, value):
        self.put(key, value)

    def serialize(self) -> bytes:
        """The bytes of the FlatBuffer."""
        from mltk import _core

        entries = [
            (key, *_typed(key, value))
            for key, value in self.items()
            if not (isinstance(value, DictionaryValue) and value.value is None)
        ]
        return _core.parameters_serialize(entries)

    @staticmethod
    def deserialize(serialized_data: bytes) -> "FlatbufferDictionary":
        """Read the bytes of a FlatBuffer."""
        return _deserialize_into(FlatbufferDictionary(), serialized_data)

    def summary(self) -> str:
        """One `key: value` a line, sorted by key; long values are cut."""
        return "\n".join(f"{key}: {_summarize(self[key])}" for key in sorted(self))

    def __str__(self) -> str:
        return self.summary()


def _deserialize_into(dictionary: FlatbufferDictionary, data: bytes) -> FlatbufferDictionary:
    from mltk import _core

    for key, _, value in _core.parameters_deserialize(bytes(data)):
        dict.__setitem__(dictionary, key, value)
    return dictionary


def _typed(key: str, value) -> Tuple[str, Any]:
    """Type name and plain Python value."""
    if not isinstance(key, str):
        raise ValueError(f"parameter {key!r}: the name is a {type(key).__name__}, expected a string")
    if isinstance(value, DictionaryValue):
        dtype, value = value.dtype, value.value
        if dtype not in _CONVERSIONS:
            raise ValueError(f"parameter {key}: type {dtype!r} is unknown, expected one of {', '.join(_CONVERSIONS)}")
        if value is None:
            return dtype, None
        try:
            value = _CONVERSIONS[dtype](value)
        except (TypeError, ValueError) as error:
            raise ValueError(f"parameter {key}: {value!r} cannot be stored as {dtype}: {error}") from error
        return dtype, _in_range(key, value, dtype)
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, numbers.Integral):
        return _integer_type(key, int(value)), int(value)
    if isinstance(value, numbers.Real):
        value = float(value)
        return ("float" if _FLOAT32_MIN <= value <= _FLOAT32_MAX else "double"), value
    if isinstance(value, str):
        return "str", value
    if isinstance(value, (bytes, bytearray)):
        return "bin", bytes(value)
    if isinstance(value, (list, tuple)) or (isinstance(value, (set, frozenset)) and not value):
        return _list_type(key, list(value))
    raise ValueError(
        f"parameter {key}: is a {type(value).__name__}, expected bool, int, float, str, bytes or a list of "
        "str, int or float"
    )


def _integer_type(key: str, value: int) -> str:
    # The unsigned types come first: firmware casts from any type, and existing files are written so.
    for dtype in ("uint8", "uint16", "uint32", "uint64") if value >= 0 else ("int8", "int16", "int32", "int64"):
        if _fits(value, dtype):
            return dtype
    raise ValueError(f"parameter {key}: {value} does not fit into 64 bits")


def _fits(value: int, dtype: str) -> bool:
    bits = int(dtype.lstrip("uint"))
    low, high = (0, 2**bits) if dtype.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1))
    return low <= value < high


def _in_range(key: str, value, dtype: str):
    integers = value if dtype == "int32_list" else [value] if dtype.lstrip("uint").isdigit() else []
    for integer in integers:
        if not _fits(integer, dtype.replace("_list", "")):
            raise ValueError(f"parameter {key}: {integer} does not fit into {dtype}")
    return value


def _list_type(key: str, values: list) -> Tuple[str, list]:
    if not values or all(isinstance(value, str) for value in values):
        return "str_list", values
    if all(isinstance(value, numbers.Integral) and not isinstance(value, bool) for value in values):
        return "int32_list", _in_range(key, [int(value) for value in values], "int32_list")
    if isinstance(values[0], numbers.Real) and not isinstance(values[0], numbers.Integral):
        if all(isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral) for value in values):
            return "float_list", [float(value) for value in values]
    kinds = sorted({type(value).__name__ for value in values})
    raise ValueError(
        f"parameter {key}: is a list of {', '.join(kinds)}, expected a list of only str, only int or only float"
    )


def _summarize(value) -> str:
    if isinstance(value, DictionaryValue):
        value = value.value
    if isinstance(value, (list, tuple)):
        text = ", ".join(str(item) for item in value)
    elif isinstance(value, (bytes, bytearray)):
        text = f"<{len(value)} bytes>"
    else:
        text = str(value)
    return text if len(text) <= 64 else text[:61] + "..."
