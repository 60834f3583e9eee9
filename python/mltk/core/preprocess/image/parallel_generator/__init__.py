"""Batches of augmented images from folders or arrays; the native library makes them, in parallel."""

from mltk.core.preprocess.image.parallel_generator.parallel_generator import ParallelImageDataGenerator
from mltk.core.preprocess.image.parallel_generator.process_params import ParallelProcessParams
from mltk.core.preprocess.parallel_iterator import ParallelDirectoryIterator, ParallelIterator
