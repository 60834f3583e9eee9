"""Spectrograms of sound, with the arithmetic of the device."""

from mltk.core.preprocess.audio.audio_feature_generator.audio_feature_generator import AudioFeatureGenerator
from mltk.core.preprocess.audio.audio_feature_generator.audio_feature_generator_settings import (
    AudioFeatureGeneratorSettings,
)
