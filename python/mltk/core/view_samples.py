"""A page with samples as the network sees them."""

import html
import itertools
import os
import webbrowser
from typing import Iterator, NamedTuple, Optional

from mltk.core.errors import MissingSettingError
from mltk.core.model import DatasetMixin, MltkModel
from mltk.core.sample_figures import figure, sound, spectrogram
from mltk.data_api import Dataset
from mltk.utils.path import write_file

_STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #1f2328; background: #fff; }
h1 { font-size: 1.3rem; margin: 0 0 .3rem; } p { margin: 0 0 1.2rem; color: #59636e; }
main { display: flex; flex-wrap: wrap; gap: 14px; }
figure { margin: 0; padding: 8px; border: 1px solid #d1d9e0; border-radius: 6px; }
img { display: block; image-rendering: pixelated; background: #eee; } svg, audio { display: block; margin-top: 4px; }
audio { width: 320px; height: 32px; }
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
        rate_hz = getattr(source, "sample_rate_hz", 0)
        figures = [_figure(sample, mltk_model, rate_hz) for sample in _samples(source, epoch, count)]
    finally:
        mltk_model.unload_dataset()
    if not figures:
        raise ValueError(f"{mltk_model.name}: the {subset} data have no samples")
    path = output or os.path.join(mltk_model.create_log_dir("view_samples"), f"{subset}-epoch-{epoch}.html")
    title = f"{mltk_model.name}: what the network sees"
    about = (
        f"{len(figures)} samples of the {subset} data in epoch {epoch}. "
        "Pictures, spectrograms and curves go from their smallest to their largest value; in spectrograms time goes to the "
        "right and frequency up. Sounds are what the spectrograms were made of."
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


class _Sample(NamedTuple):
    inputs: list  # an array for each input of the network
    label: Optional[object]
    sound: Optional[object]  # [samples] that the inputs were made of


def _samples(source, epoch: int, count: int) -> Iterator[_Sample]:
    """The first samples of an epoch."""
    batches = itertools.zip_longest(_batches(source, epoch, count), _sound_batches(source, epoch))
    return itertools.islice((sample for batch, sounds in batches for sample in _rows(batch, sounds)), count)


def _rows(batch, sounds) -> Iterator[_Sample]:
    x, y = (batch[0], batch[1] if len(batch) > 1 else None) if isinstance(batch, tuple) else (batch, None)
    inputs = list(x.values()) if isinstance(x, dict) else list(x) if isinstance(x, (tuple, list)) else [x]
    labels = y[0] if isinstance(y, (tuple, list)) else y
    for row in range(len(inputs[0])):
        yield _Sample(
            [part[row] for part in inputs],
            None if labels is None else labels[row],
            None if sounds is None else sounds[row],
        )


def _sound_batches(source, epoch: int):
    """The sounds of each batch; nothing when there are none."""
    sounds = source.sounds() if hasattr(source, "sounds") else None
    if sounds is None:
        return
    try:
        sounds.start_epoch(epoch)
        for batch in iter(lambda: next(sounds, None), None):
            yield batch[0] if isinstance(batch, tuple) else batch
    finally:
        sounds.shutdown()


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


def _figure(sample: "_Sample", mltk_model, rate_hz: int) -> str:
    import numpy as np

    arrays = [np.asarray(part, dtype=np.float64) for part in sample.inputs]
    least, most = min(part.min() for part in arrays), max(part.max() for part in arrays)
    mean = np.mean([part.mean() for part in arrays])
    draw = spectrogram if sample.sound is not None and arrays[0].ndim > 1 else figure
    pictures = "".join(map(draw, arrays))
    if sample.sound is not None:
        heard = sound(sample.sound, rate_hz)
        # A network that sees the sound itself needs no second picture of it.
        pictures = pictures + heard if draw is spectrogram else heard
    shape = ", ".join(" x ".join(map(str, part.shape)) for part in arrays)
    name = html.escape(_label(sample.label, _classes(mltk_model)))
    return (
        f"<figure>{pictures}<figcaption><b>{name}</b><small>{shape}<br>"
        f"{least:.4g} to {most:.4g}, mean {mean:.4g}</small></figcaption></figure>"
    )


def _classes(mltk_model) -> list:
    """Names of the classes; a model may have none."""
    try:
        return list(getattr(mltk_model, "classes", None) or [])
    except MissingSettingError:
        return []


def _label(label, classes: list) -> str:
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
    return str(classes[class_id]) if 0 <= class_id < len(classes) else str(class_id)

