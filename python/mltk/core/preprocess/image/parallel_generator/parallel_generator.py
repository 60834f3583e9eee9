"""The image data generator of specifications: its settings, checked, for the native library."""

import numbers
import os
import warnings
from typing import Callable, Dict, List, Optional

from mltk.core.errors import at_line, did_you_mean
from mltk.core.preprocess.arguments import (
    CLASS_MODES,
    SUBSETS,
    ArgumentCheck,
    dtype_name,
    is_number,
    is_numbers,
    split_of,
)
from mltk.core.preprocess.image.parallel_generator.process_params import ParallelProcessParams
from mltk.core.preprocess.parallel_iterator import (
    FunctionSource,
    ParallelDirectoryIterator,
    ParallelIterator,
    list_function,
    number_of_workers,
    sample_hook,
)

#: Order of samples and augmentation when no seed is given.
DEFAULT_SEED = 42
#: Ends of the names of files that are taken for images.
WHITE_LIST_FORMATS = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff", "npy")

_FILL_MODES = ("constant", "nearest", "reflect", "wrap")
_NOISE_KINDS = ("gauss", "poisson", "s&p", "speckle")
_COLOR_CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
_INTERPOLATIONS = ("none", "nearest", "bilinear", "bicubic", "lanczos", "box", "hamming", None)

_CHECK = ArgumentCheck("ParallelImageDataGenerator")

#: Arguments of the generator that the native library reads under the same names.
_NATIVE_ARGUMENTS = (
    "rotation_range",
    "width_shift_range",
    "height_shift_range",
    "brightness_range",
    "contrast_range",
    "shear_range",
    "zoom_range",
    "channel_shift_range",
    "fill_mode",
    "cval",
    "interpolation_order",
    "horizontal_flip",
    "vertical_flip",
    "noise",
    "rescale",
    "samplewise_center",
    "samplewise_std_normalization",
    "max_batches_pending",
    "save_to_dir",
    "save_prefix",
    "save_format",
)


class ParallelImageDataGenerator:
    """Reads, augments and normalizes images. Each argument is an attribute, which may be changed.

    An image is loaded and resized, passed to `noaug_preprocessing_function`, augmented, passed to
    `preprocessing_function`, and normalized.

    Args:
        cores: share of the processors that work (a float up to 1), or their number; -1 is all
        debug: work in one thread
        max_batches_pending: batches made in advance
        get_batch_function: `f(batch_index, filenames, classes, params)` -> (batch_index, batch); makes whole batches
        preprocessing_function, noaug_preprocessing_function: `f(params, x)` -> x; may also name `class_id`, `filename`,
            `batch_index`, `batch_class_ids`, `batch_filenames` among its arguments
        validation_augmentation_enabled: augment the validation images too
        random_transforms_enabled: False augments nothing
        max_samples_per_class: -1 is all
        disable_gpu_in_subprocesses: kept for specifications; there are no sub-processes
        save_to_dir, save_prefix, save_format: write each image there
        batch_size: instead of that of `flow...`; -1 is all samples
        rotation_range: degrees
        width_shift_range, height_shift_range: a share of the size (below 1), pixels, or a list of either
        brightness_range, contrast_range: (low, high) factors; 1 changes nothing
        shear_range: degrees
        zoom_range: z stands for (1 - z, 1 + z)
        channel_shift_range: largest change of all values
        fill_mode, cval: what lies beyond the border: `nearest`, `reflect`, `wrap`, or `constant`, which is `cval`
        interpolation_order: 0 takes the nearest pixel, 1 is bilinear
        horizontal_flip, vertical_flip: mirror every other image
        noise: list of `gauss`, `poisson`, `s&p`, `speckle`; one is chosen for each image
        rescale: factor of all values, last; None is 1
        samplewise_center, samplewise_std_normalization: subtract the mean of the image, divide by its deviation
        featurewise_center, featurewise_std_normalization: the same with those of the data that `fit` was called with
        validation_split: share of the files of each class that is used for validation
        dtype: of the images and labels
    """

    def __init__(
        self,
        *,
        cores=0.25,
        debug: bool = False,
        max_batches_pending: int = 4,
        get_batch_function: Optional[Callable] = None,
        preprocessing_function: Optional[Callable] = None,
        noaug_preprocessing_function: Optional[Callable] = None,
        validation_augmentation_enabled: bool = True,
        contrast_range=None,
        noise: Optional[List[str]] = None,
        random_transforms_enabled: bool = True,
        max_samples_per_class: int = -1,
        disable_gpu_in_subprocesses: bool = True,
        save_to_dir: Optional[str] = None,
        save_prefix: Optional[str] = None,
        save_format: Optional[str] = None,
        batch_size: Optional[int] = None,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range=0.0,
        height_shift_range=0.0,
        brightness_range=None,
        shear_range: float = 0.0,
        zoom_range=0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: Optional[float] = None,
        data_format: Optional[str] = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype="float32",
        **unknown,
    ):
        arguments = {name: value for name, value in locals().items() if name not in ("self", "unknown", "__class__")}
        for name in unknown:
            raise TypeError(
                at_line(f"ParallelImageDataGenerator: has no argument '{name}'.{did_you_mean(name, arguments)}")
            )
        for name, value in arguments.items():
            setattr(self, name, value)
        self.mean = None
        self.std = None
        self._check()
        self.data_format = "channels_last"
        if samplewise_std_normalization and not samplewise_center:
            warnings.warn("samplewise_std_normalization needs samplewise_center, which is set now", stacklevel=2)
            self.samplewise_center = True
        if featurewise_std_normalization and not featurewise_center:
            warnings.warn("featurewise_std_normalization needs featurewise_center, which is set now", stacklevel=2)
            self.featurewise_center = True

    def _check(self):
        _CHECK.functions(self, "get_batch_function", "preprocessing_function", "noaug_preprocessing_function")
        for name in ("rotation_range", "shear_range", "channel_shift_range"):
            value = getattr(self, name)
            _CHECK.require(is_number(value) and value >= 0, name, value, "a number of at least 0")
        for name in ("width_shift_range", "height_shift_range"):
            value = getattr(self, name)
            _CHECK.require(is_number(value) or is_numbers(value), name, value, "a number or a list of numbers")
        _CHECK.pairs(self, "brightness_range", "contrast_range")
        zoom = self.zoom_range
        _CHECK.require(is_number(zoom) or is_numbers(zoom, 2), "zoom_range", zoom, "a number or a pair of numbers")
        _CHECK.one_of(self.fill_mode, "fill_mode", _FILL_MODES)
        for kind in self.noise or ():
            _CHECK.one_of(kind, "noise", _NOISE_KINDS)
        _CHECK.normalization(self)
        _CHECK.require(is_number(self.cval), "cval", self.cval, "a number")
        _CHECK.require(self.interpolation_order in (0, 1), "interpolation_order", self.interpolation_order, "0 or 1")
        _CHECK.one_of(self.data_format, "data_format", ("channels_last", None))
        _CHECK.require(not self.zca_whitening, "zca_whitening", self.zca_whitening, "False: whitening is not available")
        _CHECK.workers(self)
        _CHECK.at_least(self.max_samples_per_class, "max_samples_per_class", -1)
        size = self.batch_size
        valid = size is None or (isinstance(size, numbers.Integral) and (size == -1 or size >= 1))
        _CHECK.require(valid, "batch_size", size, "a positive integer, -1 or None")

    def fit(self, x, augment: bool = False, rounds: int = 1, seed: Optional[int] = None):
        """Take mean and deviation of each channel from images [N, H, W, C], for `featurewise_...`."""
        import numpy as np

        del rounds, seed
        if augment:
            raise ValueError(at_line("ParallelImageDataGenerator.fit: augment=True is not available, use plain images"))
        x = np.asarray(x, dtype=np.float32)
        if x.ndim != 4:
            raise ValueError(
                at_line(f"ParallelImageDataGenerator.fit: x has shape {list(x.shape)}, expected [N, H, W, C]")
            )
        self.mean = x.mean(axis=(0, 1, 2))
        self.std = x.std(axis=(0, 1, 2))

    def flow_from_directory(
        self,
        directory: str,
        target_size=(256, 256),
        color_mode: str = "rgb",
        classes: Optional[List[str]] = None,
        class_mode: Optional[str] = "categorical",
        batch_size: int = 32,
        batch_shape=None,
        shuffle: bool = True,
        shuffle_index_dir: Optional[str] = None,
        seed: Optional[int] = None,
        save_to_dir: Optional[str] = None,
        save_prefix: Optional[str] = None,
        save_format: str = "png",
        follow_links: bool = False,
        subset: Optional[str] = None,
        interpolation: Optional[str] = "bilinear",
        list_valid_filenames_in_directory_function: Optional[Callable] = None,
        class_counts: Optional[Dict[str, int]] = None,
    ) -> ParallelDirectoryIterator:
        """Iterate over the images of a folder that has one folder a class.

        Args:
            target_size: (height, width)
            color_mode: `grayscale`, `rgb` or `rgba`
            classes: names of the folders, in the order of the class ids; None takes all, sorted
            class_mode: labels: `categorical`, `binary`, `sparse`, `input` (the image), None
            batch_shape: (batch,) + shape of a sample; wins over `batch_size`
            shuffle: an own order for each epoch
            shuffle_index_dir: keep the files of each class shuffled, in the order listed there
            seed: of the order and the augmentation
            subset: `training`, `validation`, or None for all files
            interpolation: how images are resized; `none` leaves their size
            list_valid_filenames_in_directory_function: lists the files of a class instead
            class_counts: is filled with {class: number of samples}

        Raises:
            ValueError: a wrong argument, or a folder without images
        """
        _CHECK.one_of(color_mode, "color_mode", tuple(_COLOR_CHANNELS))
        _CHECK.one_of(class_mode, "class_mode", CLASS_MODES)
        _CHECK.one_of(interpolation, "interpolation", _INTERPOLATIONS)
        _CHECK.one_of(subset, "subset", SUBSETS)
        _CHECK.require(is_numbers(target_size) and len(target_size) >= 2, "target_size", target_size, "(height, width)")
        if not os.path.isdir(directory):
            raise FileNotFoundError(at_line(f"data folder {os.path.abspath(directory)} does not exist"))
        if classes is None:
            if shuffle_index_dir:
                raise ValueError(at_line("flow_from_directory: shuffle_index_dir needs the names of the classes"))
            classes = sorted(
                entry.name for entry in os.scandir(directory) if entry.is_dir() and not entry.name.startswith(".")
            )
        target_size = tuple(target_size[:2])
        if batch_shape is None:
            batch_shape = (batch_size,) + target_size + (_COLOR_CHANNELS[color_mode],)
        if self.batch_size is not None:
            batch_shape = (self.batch_size,) + tuple(batch_shape[1:])
        seed = DEFAULT_SEED if seed is None else seed
        split = split_of(self.validation_split, subset)
        params = ParallelProcessParams(
            image_data_generator=self,
            target_size=target_size,
            batch_shape=tuple(batch_shape),
            color_mode=color_mode,
            data_format=self.data_format,
            save_to_dir=self.save_to_dir or save_to_dir,
            save_prefix=self.save_prefix or save_prefix,
            save_format=self.save_format or save_format,
            subset=subset,
            interpolation=interpolation,
            class_indices={label: index for index, label in enumerate(classes)},
            dtype=dtype_name(self.dtype),
            directory=directory,
            class_mode=class_mode,
            get_batch_function=self.get_batch_function,
            preprocessing_function=self.preprocessing_function,
            noaug_preprocessing_function=self.noaug_preprocessing_function,
            split=split,
        )
        settings = self._native_settings(subset, seed, shuffle)
        settings.update(
            directory=directory,
            target_size=target_size,
            batch_shape=tuple(batch_shape),
            color_mode=color_mode,
            classes=list(classes),
            class_mode=class_mode,
            shuffle_index_dir=shuffle_index_dir,
            follow_links=follow_links,
            split=split,
            interpolation=interpolation or "none",
            max_samples_per_class=self.max_samples_per_class,
            save_to_dir=params.save_to_dir,
            save_prefix=params.save_prefix,
            save_format=params.save_format,
            preprocessing_function=sample_hook(self.preprocessing_function, params),
            noaug_preprocessing_function=sample_hook(self.noaug_preprocessing_function, params),
            list_class=list_function(
                list_valid_filenames_in_directory_function,
                directory,
                WHITE_LIST_FORMATS,
                split,
                follow_links,
                shuffle_index_dir,
            ),
        )
        from mltk import _core

        source = _core.ImageDirectorySource(settings)
        if class_counts is not None:
            class_counts.update(source.class_counts())
        if params.batch_shape[0] == -1:
            params.batch_shape = (source.samples(),) + params.batch_shape[1:]
        if self.get_batch_function is not None:
            source = FunctionSource(source, self.get_batch_function, params, params.batch_shape[0], shuffle, seed)
        return ParallelDirectoryIterator(source, params.batch_shape, params)

    def flow(
        self,
        x,
        y=None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight=None,
        seed: Optional[int] = None,
        save_to_dir: Optional[str] = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: Optional[str] = None,
    ) -> ParallelIterator:
        """Iterate over images [N, H, W, C] and their labels.

        The hooks of the generator are not called.

        Args:
            subset: `validation` is the first `validation_split` of the images, `training` the others
        """
        import numpy as np

        _CHECK.one_of(subset, "subset", SUBSETS)
        x = np.asarray(x)
        if x.ndim != 4:
            raise ValueError(at_line(f"flow: x has shape {list(x.shape)}, expected [samples, height, width, channels]"))
        arrays = {"x": x}
        for name, value in (("y", y), ("sample_weight", sample_weight)):
            arrays[name] = None if value is None else np.asarray(value)
            if value is not None and len(arrays[name]) != len(x):
                raise ValueError(at_line(f"flow: {name} has {len(arrays[name])} samples, x has {len(x)}"))
        if subset is not None:
            border = int(len(x) * self.validation_split)
            part = slice(None, border) if subset == "validation" else slice(border, None)
            arrays = {name: None if array is None else array[part] for name, array in arrays.items()}
        if self.batch_size is not None:
            batch_size = self.batch_size
        if batch_size == -1:
            batch_size = len(arrays["x"])
        batch_shape = (batch_size,) + x.shape[1:]
        settings = self._native_settings(subset, DEFAULT_SEED if seed is None else seed, shuffle)
        settings.update(
            batch_shape=batch_shape,
            save_to_dir=self.save_to_dir or save_to_dir,
            save_prefix=self.save_prefix or save_prefix,
            save_format=self.save_format or save_format,
        )
        from mltk import _core

        return ParallelIterator(
            _core.ArraySource(arrays["x"], arrays["y"], arrays["sample_weight"], settings), batch_shape
        )

    def _native_settings(self, subset: Optional[str], seed: int, shuffle: bool) -> dict:
        """The generator's part of the settings of a source."""
        self._check()
        settings = {name: getattr(self, name) for name in _NATIVE_ARGUMENTS}
        augment = self.random_transforms_enabled and (subset != "validation" or self.validation_augmentation_enabled)
        settings.update(
            zoom_range=_pair_around_one(self.zoom_range),
            seed=seed,
            shuffle=shuffle,
            augment=augment,
            workers=number_of_workers(self.cores, self.debug),
            dtype=dtype_name(self.dtype),
            featurewise_mean=self._featurewise("featurewise_center", self.mean),
            featurewise_std=self._featurewise("featurewise_std_normalization", self.std),
        )
        return settings

    def _featurewise(self, name: str, values):
        if not getattr(self, name):
            return None
        if values is None:
            warnings.warn(f"{name}: has no effect until fit(x) has been called", stacklevel=4)
            return None
        return [float(value) for value in values]


def _pair_around_one(value):
    return [1 - value, 1 + value] if is_number(value) else list(value)
