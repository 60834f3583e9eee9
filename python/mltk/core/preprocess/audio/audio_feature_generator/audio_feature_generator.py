"""From samples of sound to spectrograms."""

from mltk.core.preprocess.audio.audio_feature_generator.audio_feature_generator_settings import (
    AudioFeatureGeneratorSettings,
)


class AudioFeatureGenerator:
    """Turns a sample of sound into a spectrogram, bit for bit what MLTK's feature generator gives on a device.

    Args:
        settings: what the generator does; later changes of them do not reach it

    Raises:
        ValueError: the settings are impossible; the message names the setting, its value and what is expected
    """

    def __init__(self, settings: AudioFeatureGeneratorSettings):
        from mltk import _core

        self._native = _core.FeatureGenerator(settings)

    def process_sample(self, sample, dtype="float32"):
        """The spectrogram of a sample; each call starts from silence.

        Args:
            sample: [sample_length] int16; other numbers are cut to int16
            dtype: `uint16` for the features, `float32` for the same as floats, `int8` for quantized ones: 0..666 becomes
                -128..127, or with `quantize_dynamic_scale_enable` the range below the largest feature does

        Returns:
            [n_features, n_channels] of `dtype`

        Raises:
            ValueError: the sample has another rank or length, or the dtype is another one
        """
        import numpy as np

        sample = np.ascontiguousarray(sample, dtype=np.int16) if np.ndim(sample) == 1 else np.asarray(sample)
        if sample.ndim != 1:
            raise ValueError(
                f"audio feature generator: the sample has the shape {sample.shape}, expected [sample_length]; "
                "choose one channel, or np.squeeze() it"
            )
        return self._native.process(sample, np.dtype(dtype).name)

    def activity_was_detected(self) -> bool:
        """Whether activity was detected in the last sample; needs `activity_detection_enable`. Asking clears it."""
        return self._native.activity_was_detected()
