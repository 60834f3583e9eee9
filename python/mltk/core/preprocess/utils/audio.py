"""Functions for samples of sound."""

import os
import time
from typing import Optional

from mltk.core.errors import at_line
from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGenerator, AudioFeatureGeneratorSettings


def read_audio_file(path, return_sample_rate: bool = False, return_numpy: bool = True, **kwargs):
    """Read a WAV, FLAC or Ogg file; the first channel of several.

    Args:
        path: str, or what a data set of paths holds: bytes, a string of NumPy, a tensor
        return_sample_rate: return the rate too
        return_numpy: kept for specifications; the result is an array of NumPy
        kwargs: ignored

    Returns:
        Floats [samples] of which 1.0 is full scale; (samples, rate in Hz) with `return_sample_rate`

    Raises:
        ValueError: a file that is empty, cut off, or no sound
    """
    from mltk import _core

    del return_numpy, kwargs
    sample, rate = _core.read_sound(_path_text(path))
    return (sample, rate) if return_sample_rate else sample


def write_audio_file(path, sample, sample_rate: int) -> str:
    """Write a 16-bit WAV file of one channel.

    Args:
        path: of the file; one that does not end in `.wav` is a folder, in which a file is named by the time
        sample: [samples] or [samples, 1]; int16, or floats of which 1.0 is full scale
        sample_rate: in Hz

    Returns:
        Path of the file
    """
    import numpy as np

    from mltk import _core

    path = _path_text(path)
    if not path.endswith(".wav"):
        path = os.path.join(path, f"{int(time.time() * 1000)}.wav")
    sample = np.asarray(sample)
    if sample.dtype == np.int16:
        sample = sample / 32768
    if sample.ndim == 2:
        sample = np.squeeze(sample, axis=-1)
    _core.write_wav(path, _floats(sample), int(sample_rate))
    return path


def resample(y, orig_sr: float, target_sr: float, axis: int = -1):
    """Change the rate of a sound, along `axis`; ceil(n * target_sr / orig_sr) samples."""
    import numpy as np

    from mltk import _core

    y = np.asarray(y)
    if orig_sr == target_sr:
        return y
    return np.apply_along_axis(lambda sound: _core.resample(_floats(sound), float(orig_sr), float(target_sr)), axis, y)


def adjust_length(
    sample,
    target_sr: Optional[float] = None,
    original_sr: Optional[float] = None,
    out_length: Optional[int] = None,
    offset: float = 0.0,
    trim_threshold_db: Optional[float] = 30.0,
):
    """Cut the silence off a sound and give it a length: a piece of a longer one, a shorter one between zeros.

    Args:
        sample: [samples], or [samples, channels]
        target_sr, original_sr: change the rate first, if both are given
        out_length: in samples; None is the length before the silence is cut off
        offset: share of what is cut off or added that lies before, 0 to 1
        trim_threshold_db: silence is so much quieter than the loudest part; None or 0 cuts nothing

    Returns:
        [out_length], or [out_length, channels]
    """
    import numpy as np

    from mltk import _core

    sample = np.asarray(sample)
    if not 0 <= offset <= 1:
        raise ValueError(at_line(f"adjust_length: offset is {offset}, expected 0 to 1"))
    if target_sr and original_sr and original_sr != target_sr:
        sample = resample(sample, orig_sr=original_sr, target_sr=target_sr, axis=0)
    length = len(sample) if out_length is None else int(out_length)
    if trim_threshold_db and len(sample) > 0:
        mono = sample if sample.ndim == 1 else sample.mean(axis=-1)
        first, last = _core.trimmed_range(_floats(mono), int(trim_threshold_db))
        sample = sample[first:last]
    channels = [sample] if sample.ndim == 1 else list(sample.T)
    fitted = [_core.fit_length(_floats(channel), length, float(offset)) for channel in channels]
    return fitted[0] if sample.ndim == 1 else np.stack(fitted, axis=-1)


def apply_frontend(sample, settings: AudioFeatureGeneratorSettings, dtype="float32"):
    """The spectrogram of a sample.

    Args:
        sample: [sample_length] or [sample_length, 1]; int16, or floats of which 1.0 is full scale; those beyond it are clipped
        settings: of the `AudioFeatureGenerator`
        dtype: int8, uint16 or float32, see `AudioFeatureGenerator.process_sample`

    Returns:
        [n_features, n_channels] of `dtype`
    """
    import numpy as np

    sample = np.asarray(sample)
    if np.issubdtype(sample.dtype, np.floating):
        sample = np.clip(sample * 32768.0, -32768, 32767).astype(np.int16)
    if sample.ndim == 2:
        sample = np.squeeze(sample, axis=-1)
    return AudioFeatureGenerator(settings).process_sample(sample, dtype=dtype)


def _path_text(path) -> str:
    if hasattr(path, "numpy"):
        path = path.numpy()
    if isinstance(path, bytes):
        return path.decode("utf-8")
    return os.fspath(path) if isinstance(path, os.PathLike) else str(path)


def _floats(sample):
    import numpy as np

    return np.ascontiguousarray(sample, dtype=np.float32)
