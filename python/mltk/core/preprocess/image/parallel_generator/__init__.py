"""Batches of augmented images from folders or arrays; the native library makes them, in parallel."""

from mltk.core.preprocess.image.parallel_generator.iterator import (
    ParallelDirectoryIterator,
    ParallelIterator,
    ParallelProcessParams,
)
from mltk.core.preprocess.image.parallel_generator.parallel_generator import ParallelImageDataGenerator
