"""Mel spectrograms of floats; those of a device come from `AudioFeatureGenerator`."""

from typing import Optional

#: Decibels below the loudest value that are kept.
_TOP_DB = 80.0
#: Powers below this one count as this one.
_LEAST_POWER = 1e-10


def melspectrogram_transform(
    x,
    window_length: int,
    window_stride: int,
    n_bins: int,
    sample_rate: int,
    fmin: float = 0,
    fmax: Optional[float] = None,
    center: bool = False,
):
    """The mel spectrogram [time, bins] of a sound [samples], in decibels below its loudest value, 80 at most.

    Source: `librosa.feature.melspectrogram` and `librosa.power_to_db`, with Slaney's mel scale and norm.

    Args:
        window_length, window_stride: in samples; the Fourier transform has the next power of two
        fmax: None or 0 is the highest whole number of Hz below half of the rate
        center: windows are centred on multiples of the stride, zeros lie beyond the ends
    """
    import numpy as np

    x = np.asarray(x, dtype=np.float32)
    length = 1 << max(0, int(window_length) - 1).bit_length()
    if center:
        x = np.pad(x, length // 2)
    if len(x) < length:
        raise ValueError(f"melspectrogram_transform: x has {len(x)} samples, expected {length} at least")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_length) / window_length)
    before = (length - window_length) // 2
    window = np.pad(window, (before, length - window_length - before)).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(x, length)[::window_stride]
    powers = np.abs(np.fft.rfft(frames * window)) ** 2
    mel = powers @ _mel_weights(sample_rate, length, n_bins, fmin, fmax or sample_rate // 2 - 1).T
    decibels = 10 * np.log10(np.maximum(mel, _LEAST_POWER))
    decibels -= 10 * np.log10(max(mel.max(), _LEAST_POWER))
    return np.maximum(decibels, decibels.max() - _TOP_DB).astype(np.float32)


def _mel_weights(sample_rate: int, length: int, n_bins: int, fmin: float, fmax: float):
    """Triangles [bins, frequencies] whose area is 1 Hz each."""
    import numpy as np

    edges = _hertz_of(np.linspace(*_mel_of(np.array([fmin, fmax], dtype=np.float64)), n_bins + 2))
    frequencies = np.fft.rfftfreq(length, 1 / sample_rate)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (frequencies - low) / (middle - low)
    falling = (high - frequencies) / (high - middle)
    return np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)


#: Slaney's scale: linear below 1 kHz, logarithmic above.
_HERTZ_A_MEL = 200 / 3
_BREAK_HERTZ = 1000.0
_BREAK_MEL = _BREAK_HERTZ / _HERTZ_A_MEL
_LOG_STEPS = 27


def _mel_of(hertz):
    import numpy as np

    log_part = _BREAK_MEL + _LOG_STEPS * np.log(np.maximum(hertz, 1e-9) / _BREAK_HERTZ) / np.log(6.4)
    return np.where(hertz >= _BREAK_HERTZ, log_part, hertz / _HERTZ_A_MEL)


def _hertz_of(mel):
    import numpy as np

    log_part = _BREAK_HERTZ * 6.4 ** ((mel - _BREAK_MEL) / _LOG_STEPS)
    return np.where(mel >= _BREAK_MEL, log_part, mel * _HERTZ_A_MEL)
