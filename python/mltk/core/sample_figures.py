"""Samples of a data set as pieces of a page: pictures, heat maps, curves, sounds. Pages need nothing beside themselves."""

import base64
import io
import wave

#: Edge of a picture on the page, in CSS pixels; the picture is enlarged by a whole number.
_EDGE = 160
#: Points of a curve.
_MOST_POINTS = 1000
#: A sample with two axes and more columns is a heat map, with fewer a curve for each column.
_MOST_CURVES = 9
_CURVE_COLOURS = ("#2f6fde", "#d1541f", "#1a8f55", "#9a4fd0", "#b8860b", "#c2336c", "#0f8a94", "#7a6a58", "#6b7683")
#: From the least to the most, evenly apart; neighbours differ in brightness too.
_HEAT = ((20, 12, 60), (72, 18, 112), (140, 35, 105), (205, 63, 68), (244, 118, 31), (252, 190, 50), (252, 250, 180))


def figure(array) -> str:
    """A sample: three axes are a picture (1, 3 or 4 channels), two a heat map or curves, any others one curve."""
    if array.ndim == 3 and array.shape[-1] == 1 and _is_series(array[..., 0]):
        array = array[..., 0]
    if array.ndim == 2 and _is_series(array):
        return _curves(array)
    if array.ndim == 2 and min(array.shape) > 1:
        return _heat_map(array)
    if array.ndim == 3 and array.shape[-1] in (1, 3, 4) and min(array.shape[:2]) > 1:
        return _picture(array)
    return _curves(array.reshape(-1, 1))


def spectrogram(array) -> str:
    """[time, frequency] or [time, frequency, 1]: time goes to the right, frequency up."""
    array = array.reshape(array.shape[:2])
    return _heat_map(array.T[::-1], (2 * _EDGE, _EDGE))


def sound(samples, rate_hz: int) -> str:
    """A curve of a sound [samples], 1.0 is full scale, and a player."""
    import numpy as np

    samples = np.clip(np.asarray(samples, dtype=np.float64), -1, 1)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate_hz)
        writer.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    data = base64.b64encode(file.getvalue()).decode()
    return (
        f'{_curves(samples.reshape(-1, 1))}<audio controls preload="none" src="data:audio/wav;base64,{data}"></audio>'
    )


def _is_series(array) -> bool:
    return array.shape[-1] <= _MOST_CURVES and array.shape[0] > 2 * array.shape[-1]


def _levels(array, most: int):
    """Whole numbers 0..most of values between the least and the greatest."""
    import numpy as np

    low, high = array.min(), array.max()
    return np.round((array - low) * (most / (high - low) if high > low else 0)).astype(np.int64)


def _picture(array) -> str:
    import numpy as np

    return _image(_levels(array, 255).astype(np.uint8))


def _heat_map(array, size=None) -> str:
    import numpy as np

    heat = np.asarray(_HEAT, dtype=np.float64)
    stops = np.linspace(0, 255, len(heat))
    colours = np.stack([np.interp(np.arange(256), stops, heat[:, channel]) for channel in range(3)], axis=-1)
    return _image(colours.round().astype(np.uint8)[_levels(array, 255)], size)


def _image(pixels, size=None) -> str:
    """`size`: (width, height) in CSS pixels; else a whole multiple of the picture's own."""
    from mltk import _core

    data = base64.b64encode(_core.encode_png(pixels)).decode()
    scale = max(1, _EDGE // max(pixels.shape[:2]))
    width, height = size or (scale * pixels.shape[1], scale * pixels.shape[0])
    return f'<img src="data:image/png;base64,{data}" width="{width}" height="{height}" alt="">'


def _curves(columns) -> str:
    """A curve for each column; of many values, the least and the greatest of each stretch."""
    import numpy as np

    low, high = columns.min(), columns.max()
    lines = []
    for index, column in enumerate(columns.T):
        values = _thinned(column)
        y = 55 - 50 * (values - low) / (high - low if high > low else 1)
        x = np.linspace(0, 2 * _EDGE, num=len(values))
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y))
        lines.append(f'<polyline points="{points}" fill="none" stroke="{_CURVE_COLOURS[index]}"/>')
    return f'<svg width="{2 * _EDGE}" height="60">{"".join(lines)}</svg>'


def _thinned(values):
    import numpy as np

    if len(values) <= _MOST_POINTS:
        return values
    stretches = np.array_split(values, _MOST_POINTS // 2)
    return np.array([extreme for stretch in stretches for extreme in (stretch.min(), stretch.max())])
