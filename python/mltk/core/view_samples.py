"""A page with samples as the network sees them."""

import base64
import html
import os
import webbrowser
from typing import Iterator, List, Optional, Tuple

from mltk.core.model import DatasetMixin, MltkModel
from mltk.data_api import Dataset
from mltk.utils.path import write_file

#: Edge of a picture on the page, in CSS pixels; the picture is enlarged by a whole number.
_EDGE = 160
#: Points of the curve of a sample with one axis.
_MOST_POINTS = 1000

_STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #1f2328; background: #fff; }
h1 { font-size: 1.3rem; margin: 0 0 .3rem; } p { margin: 0 0 1.2rem; color: #59636e; }
main { display: flex; flex-wrap: wrap; gap: 14px; }
figure { margin: 0; padding: 8px; border: 1px solid #d1d9e0; border-radius: 6px; }
img { display: block; image-rendering: pixelated; background: #eee; } svg { display: block; }
figcaption { margin-top: 6px; } figcaption b { display: block; } small { color: #59636e; }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117; } figure { border-color: #30363d; } p, small { color: #9198a1; }
}
"""


def view_samples(
    mltk_model: MltkModel,
    epoch: int = 0,
    count: int = 32,
    subset: str = "training",
    output: Optional[str] = None,
    show: bool = False,
) -> str:
    """Write a page with the first samples of an epoch, augmented and normalized; returns its path.

    Args:
        epoch: whose order and augmentation are shown; the first is 0
        subset: `training` or `validation`
        output: path of the page; None is `view_samples/SUBSET-epoch-N.html` in the log folder
        show: open it

    Raises:
        ValueError: the specification has no data set, or the subset has no samples
    """
    if not isinstance(mltk_model, DatasetMixin):
        raise ValueError(f"{mltk_model.name}: has no data set; its class needs one of the dataset mixins")
    mltk_model.load_dataset(subset="training", test=mltk_model.test_mode_enabled)
    try:
        source = _source(mltk_model, subset)
        if source is None:
            raise ValueError(f"{mltk_model.name}: there are no {subset} data")
        figures = [_figure(sample, label, mltk_model) for sample, label in _samples(source, epoch, count)]
    finally:
        mltk_model.unload_dataset()
    if not figures:
        raise ValueError(f"{mltk_model.name}: the {subset} data have no samples")
    path = output or os.path.join(mltk_model.create_log_dir("view_samples"), f"{subset}-epoch-{epoch}.html")
    title = f"{mltk_model.name}: what the network sees"
    about = (
        f"{len(figures)} samples of the {subset} data in epoch {epoch}. "
        "Pictures are stretched from their smallest to their largest value."
    )
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1><p>{html.escape(about)}</p>"
        f"<main>{''.join(figures)}</main></body></html>\n"
    )
    write_file(path, page)
    if show:
        webbrowser.open(f"file://{os.path.abspath(path)}")
    return path


def _source(mltk_model, subset: str):
    """x, or (x, y) when the labels stand beside it."""
    source = mltk_model.validation_data
    if subset == "training":
        source = mltk_model.x if mltk_model.y is None else (mltk_model.x, mltk_model.y)
    return source


def _samples(source, epoch: int, count: int) -> Iterator[Tuple[list, Optional[object]]]:
    """(inputs of a sample, its label) of the first samples of an epoch."""
    left = count
    for batch in _batches(source, epoch, count):
        x, y = (batch[0], batch[1] if len(batch) > 1 else None) if isinstance(batch, tuple) else (batch, None)
        inputs = list(x.values()) if isinstance(x, dict) else list(x) if isinstance(x, (tuple, list)) else [x]
        labels = y[0] if isinstance(y, (tuple, list)) else y
        for row in range(len(inputs[0])):
            if left == 0:
                return
            left -= 1
            yield [part[row] for part in inputs], None if labels is None else labels[row]


def _batches(source, epoch: int, count: int):
    import numpy as np

    if isinstance(source, tuple) or isinstance(source, np.ndarray):
        x, y = source if isinstance(source, tuple) else (source, None)
        parts = [x] if isinstance(x, np.ndarray) else x
        yield [part[:count] for part in parts], None if y is None else np.asarray(y)[:count]
    elif isinstance(source, Dataset):
        yield from source.one_pass(epoch)
    elif hasattr(source, "start_epoch"):
        source.start_epoch(epoch)
        yield from iter(lambda: next(source, None), None)
    else:
        yield from source


def _figure(inputs: list, label, mltk_model) -> str:
    import numpy as np

    arrays = [np.asarray(part, dtype=np.float64) for part in inputs]
    least, most = min(part.min() for part in arrays), max(part.max() for part in arrays)
    mean = np.mean([part.mean() for part in arrays])
    pictures = "".join(_picture(part) for part in arrays)
    shape = ", ".join(" x ".join(map(str, part.shape)) for part in arrays)
    name = html.escape(_label(label, getattr(mltk_model, "classes", None)))
    return (
        f"<figure>{pictures}<figcaption><b>{name}</b><small>{shape}<br>"
        f"{least:.4g} to {most:.4g}, mean {mean:.4g}</small></figcaption></figure>"
    )


def _label(label, classes) -> str:
    import numpy as np

    if label is None:
        return ""
    values = np.asarray(label).reshape(-1)
    if values.size > 1:
        if values.size > 100 or not ((values == 0) | (values == 1)).all() or values.sum() != 1:
            return "" if values.size > 100 else ", ".join(f"{value:.3g}" for value in values)
        class_id = int(values.argmax())
    else:
        class_id = int(values[0])
        if class_id != values[0]:
            return f"{values[0]:.4g}"
    return str(classes[class_id]) if classes and 0 <= class_id < len(classes) else str(class_id)


def _picture(array) -> str:
    """A sample with two axes, or three with 1, 3 or 4 channels, as an image; any other one as a curve."""
    import numpy as np
    from mltk import _core

    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[-1] not in (1, 3, 4) or min(array.shape[:2]) < 2:
        return _curve(array.reshape(-1))
    low, high = array.min(), array.max()
    levels = ((array - low) * (255 / (high - low) if high > low else 0)).astype(np.uint8)
    data = base64.b64encode(_core.encode_png(levels)).decode()
    scale = max(1, _EDGE // max(array.shape[:2]))
    height, width = (scale * size for size in array.shape[:2])
    return f'<img src="data:image/png;base64,{data}" width="{width}" height="{height}" alt="">'


def _curve(values) -> str:
    import numpy as np

    step = max(1, -(-len(values) // _MOST_POINTS))
    values = values[::step]
    low, high = values.min(), values.max()
    y = 55 - 50 * (values - low) / (high - low if high > low else 1)
    x = np.linspace(0, 2 * _EDGE, num=len(values))
    points: List[str] = [f"{a:.1f},{b:.1f}" for a, b in zip(x, y)]
    return (
        f'<svg width="{2 * _EDGE}" height="60"><polyline points="{" ".join(points)}" fill="none" stroke="#2f6fde"/></svg>'
    )
