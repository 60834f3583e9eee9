"""Batches of augmented sounds, or their spectrograms, from folders; the native library makes them, in parallel."""

from mltk.core.preprocess.audio.parallel_generator.parallel_generator import ParallelAudioDataGenerator
from mltk.core.preprocess.audio.parallel_generator.process_params import ParallelProcessParams
