"""Numbers with units, and times as text."""

import ast
import datetime
import operator
from typing import Optional, Union

_UNITS_10 = [
    ("T", 1e12),
    ("G", 1e9),
    ("M", 1e6),
    ("k", 1e3),
    ("", 1),
    ("m", 1e-3),
    ("u", 1e-6),
    ("n", 1e-9),
    ("p", 1e-12),
]
_UNITS_2 = [("T", 1024**4), ("G", 1024**3), ("M", 1024**2), ("k", 1024), ("", 1)]
_BYTE_UNITS = {"k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4, "p": 1024**5, "e": 1024**6}
_BYTE_NAMES = {"kilo": "k", "mega": "m", "giga": "g", "tera": "t", "peta": "p", "exa": "e"}
_OPERATORS = {ast.Mult: operator.mul, ast.Add: operator.add, ast.Sub: operator.sub, ast.Div: operator.truediv}


class FormattedInt(int):
    """An integer whose text has a unit."""

    def __str__(self):
        return format_units(int(self))


class FormattedFloat(float):
    """A float whose text has a unit."""

    def __str__(self):
        return format_units(float(self))


def format_units(
    value: Union[int, float, None],
    precision: int = 3,
    add_space: bool = True,
    ljust: int = 0,
    rjust: int = 0,
    memory_units: bool = False,
) -> Optional[str]:
    """`71408` -> `71.408 k`.

    Args:
        precision: digits after the point
        add_space: put a space before the unit
        ljust, rjust: pad to this width
        memory_units: k is 1024
    """
    if value is None:
        return None
    if value == 0:
        return "0"
    units = _UNITS_2 if memory_units else _UNITS_10
    unit, divisor = next(((unit, divisor) for unit, divisor in units if abs(value) >= divisor), units[-1])
    scaled = value if divisor == 1 else value / divisor
    text = f"{scaled:.{precision}f}" if precision > 0 or divisor == 1 else str(int(scaled))
    if unit:
        text += (" " if add_space else "") + unit
    return text.ljust(ljust).rjust(rjust)


def convert_units(v: Union[str, int, float, None]) -> Optional[int]:
    """Number of bytes of a text: `32kb` -> 32768, `2*128M` -> 268435456, `0x10` -> 16."""
    if v is None:
        return None
    if isinstance(v, (int, float)):
        return int(v)
    if not isinstance(v, str):
        raise ValueError(f"{v!r} is a {type(v).__name__}, expected a number or a text such as '32kb'")
    text = v.lower().strip()
    if text.startswith("0x"):
        return int(text, 16)
    number = text.rstrip("s")
    number = number[:-4] if number.endswith("byte") else number[:-1] if number.endswith("b") else number
    factor = 1
    for name, letter in {**_BYTE_NAMES, **{letter: letter for letter in _BYTE_UNITS}}.items():
        if number.endswith(name):
            number, factor = number[: -len(name)], _BYTE_UNITS[letter]
            break
    try:
        return int(_calculate(ast.parse(number.strip(), mode="eval").body) * factor)
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"{v!r} is not a size, expected a text such as '32kb' or '2*128M'") from error


def _calculate(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_calculate(node.left), _calculate(node.right))
    raise ValueError("not arithmetic")


def pretty_time_str() -> str:
    """`2026-01-19 23:20:25`, local time."""
    return datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")


def iso_time_str(timestamp: Optional[float] = None) -> str:
    """`2026-01-19T23:20:25.459Z` of seconds since 1970, or of now."""
    utc = datetime.timezone.utc
    time = datetime.datetime.now(utc) if timestamp is None else datetime.datetime.fromtimestamp(timestamp, utc)
    return time.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def iso_time_filename_str() -> str:
    """`2026-01-19T23-20-25-459`: UTC, for file names."""
    return iso_time_str()[:-1].replace(":", "-").replace(".", "-")
