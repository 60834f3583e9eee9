"""Functions for samples of sound."""

from mltk.core.preprocess.audio.audio_feature_generator import AudioFeatureGenerator, AudioFeatureGeneratorSettings


def apply_frontend(sample, settings: AudioFeatureGeneratorSettings, dtype="float32"):
    """The spectrogram of a sample.

    Args:
        sample: [sample_length] or [sample_length, 1]; int16, or floats of which 1.0 is full scale
        settings: of the `AudioFeatureGenerator`
        dtype: int8, uint16 or float32, see `AudioFeatureGenerator.process_sample`

    Returns:
        [n_features, n_channels] of `dtype`
    """
    import numpy as np

    sample = np.asarray(sample)
    if np.issubdtype(sample.dtype, np.floating):
        sample = (sample * 32768).astype(np.int16)
    if sample.ndim == 2:
        sample = np.squeeze(sample, axis=-1)
    return AudioFeatureGenerator(settings).process_sample(sample, dtype=dtype)
