"""The settings of the feature generator, which travel in the model file as parameters `fe.*`."""

import copy
from typing import Tuple

from mltk.core.errors import did_you_mean

#: Sizes and rates are above 0 and at most this.
_LARGEST_SIZE = 10_000_000


class _Setting:
    """A property of the settings: the item `fe.NAME`, converted when it is assigned.

    Args:
        kind: int, float or bool
        default: value of new settings
        text: what it means
        size: whether it must be in (0, 10^7]
        sets_fft_length: whether `fft_length` follows from it
    """

    def __init__(self, kind: type, default, text: str, size: bool = False, sets_fft_length: bool = False):
        self.kind = kind
        self.default = default
        self.size = size
        self.sets_fft_length = sets_fft_length
        self.__doc__ = f"{text}, default {default}"

    def __set_name__(self, owner, name: str):
        self.name = name

    def __get__(self, settings, owner=None):
        return self if settings is None else settings["fe." + self.name]

    def __set__(self, settings, value):
        converted = self.kind(value)
        if self.size and not 0 < converted <= _LARGEST_SIZE:
            remedy = "multiply seconds by 1000" if self.name.endswith("_ms") and 0 < value < 1 else "change it"
            raise ValueError(f"Invalid {self.name}: {value}, expected more than 0 and at most {_LARGEST_SIZE}; {remedy}")
        settings["fe." + self.name] = converted
        if self.sets_fft_length:
            settings._update_fft_length()  # pylint: disable=protected-access


class AudioFeatureGeneratorSettings(dict):
    """Settings of the `AudioFeatureGenerator`: a dictionary with the keys `fe.*`, each also an attribute.

        frontend_settings = AudioFeatureGeneratorSettings()
        frontend_settings.sample_length_ms = 1200
        my_model.model_parameters.update(frontend_settings)

    Args:
        **kwargs: settings by the name of the attribute, or items by their keys (`fe.*`)

    Raises:
        TypeError: a name that is neither
    """

    sample_rate_hz = _Setting(int, 16000, "Sample rate in Hz", size=True, sets_fft_length=True)
    sample_length_ms = _Setting(int, 1000, "Length of a sample in milliseconds", size=True)
    window_size_ms = _Setting(int, 25, "Length of a frame in milliseconds", size=True, sets_fft_length=True)
    window_step_ms = _Setting(int, 10, "From the start of a frame to the next, in milliseconds", size=True)

    filterbank_n_channels = _Setting(int, 32, "Channels of the filter bank, the width of the spectrogram", size=True)
    filterbank_upper_band_limit = _Setting(float, 7500.0, "Highest frequency in Hz, at most half of the sample rate")
    filterbank_lower_band_limit = _Setting(float, 125.0, "Lowest frequency in Hz")

    noise_reduction_enable = _Setting(bool, False, "Subtract what is steady in each channel")
    noise_reduction_smoothing_bits = _Setting(int, 10, "Signals are scaled by 2^smoothing_bits for the estimate")
    noise_reduction_even_smoothing = _Setting(float, 0.025, "Smoothing of channels 0, 2, ...")
    noise_reduction_odd_smoothing = _Setting(float, 0.06, "Smoothing of channels 1, 3, ...")
    noise_reduction_min_signal_remaining = _Setting(float, 0.05, "Fraction of the signal that always remains")

    pcan_enable = _Setting(bool, False, "Control the gain of each channel; needs noise reduction")
    pcan_strength = _Setting(float, 0.95, "Exponent of the gain")
    pcan_offset = _Setting(float, 80.0, "Added to the noise before the gain is computed")
    pcan_gain_bits = _Setting(int, 21, "Fraction bits of the gain")

    log_scale_enable = _Setting(bool, True, "Take the logarithm of the channels")
    log_scale_shift = _Setting(int, 6, "Logarithms are scaled by 2^scale_shift")

    activity_detection_enable = _Setting(bool, False, "Watch for activity")
    activity_detection_alpha_a = _Setting(float, 0.5, "Coefficient of the fast filter, (1 - k) * in + k * out")
    activity_detection_alpha_b = _Setting(float, 0.8, "Coefficient of the slow filter")
    activity_detection_arm_threshold = _Setting(float, 0.75, "Armed when fast < slow * this")
    activity_detection_trip_threshold = _Setting(float, 0.8, "Activity when armed and fast > slow * this")

    dc_notch_filter_enable = _Setting(bool, False, "Remove the constant part of the sound")
    dc_notch_filter_coefficient = _Setting(float, 0.95, "k of H(z) = (1 - z^-1) / (1 - k * z^-1)")

    quantize_dynamic_scale_enable = _Setting(bool, False, "int8: map the largest feature to 127")
    quantize_dynamic_scale_range_db = _Setting(float, 40.0, "and what is this many dB below it to -128")

    def __init__(self, **kwargs):
        super().__init__()
        settings = {name: value for name, value in vars(type(self)).items() if isinstance(value, _Setting)}
        for name, setting in settings.items():
            setattr(self, name, setting.default)
        for name, value in kwargs.items():
            if name in settings:
                setattr(self, name, value)
            elif name.startswith("fe."):
                self[name] = value
            else:
                raise TypeError(f"AudioFeatureGeneratorSettings has no setting '{name}'.{did_you_mean(name, settings)}")

    @property
    def sample_length(self) -> int:
        """Length of a sample in values: sample_length_ms * sample_rate_hz // 1000."""
        return self._values(self.sample_length_ms)

    @property
    def spectrogram_shape(self) -> Tuple[int, int]:
        """(height, width) of the spectrogram: (frames in a sample, filterbank_n_channels)."""
        height = (self.sample_length - self._values(self.window_size_ms)) // self._values(self.window_step_ms) + 1
        return (height, self.filterbank_n_channels)

    @property
    def fft_length(self) -> int:
        """Points of the Fourier transform: the smallest power of 2 that holds a window."""
        return self["fe.fft_length"]

    def copy(self) -> "AudioFeatureGeneratorSettings":
        """A deep copy."""
        return copy.deepcopy(self)

    def _values(self, milliseconds: int) -> int:
        return int(milliseconds * self.sample_rate_hz / 1000)

    def _update_fft_length(self):
        window = self._values(self.get("fe.window_size_ms", 0))
        self["fe.fft_length"] = 1 << max(window - 1, 0).bit_length()
