"""The image data generator of specifications: its settings, checked, for the native library."""

import copy
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
    ArrayIterator,
    FunctionSource,
    ParallelDirectoryIterator,
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
_SAVE_FORMATS = ("png", "jpg", "jpeg", None)
#: Labels of a table of files: those of folders, and the values of one column or several.
_TABLE_CLASS_MODES = ("categorical", "binary", "sparse", "input", "raw", "multi_output", None)

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
        zca_whitening, zca_epsilon: make the values of an image uncorrelated over the data of `fit`
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
        self.zca_whitening_matrix = None
        self._check()
        self.data_format = "channels_last"
        if samplewise_std_normalization and not samplewise_center:
            warnings.warn("samplewise_std_normalization needs samplewise_center, which is set now", stacklevel=2)
            self.samplewise_center = True
        if featurewise_std_normalization and not featurewise_center:
            warnings.warn("featurewise_std_normalization needs featurewise_center, which is set now", stacklevel=2)
            self.featurewise_center = True
        if zca_whitening and not featurewise_center:
            warnings.warn("zca_whitening needs featurewise_center, which is set now", stacklevel=2)
            self.featurewise_center = True
        if zca_whitening and featurewise_std_normalization:
            warnings.warn("zca_whitening stands in for featurewise_std_normalization, which is off now", stacklevel=2)
            self.featurewise_std_normalization = False

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
        _CHECK.require(is_number(self.zca_epsilon) and self.zca_epsilon > 0, "zca_epsilon", self.zca_epsilon, "above 0")
        _CHECK.one_of(self.save_format, "save_format", _SAVE_FORMATS)
        _CHECK.workers(self)
        _CHECK.at_least(self.max_samples_per_class, "max_samples_per_class", -1)
        size = self.batch_size
        valid = size is None or (isinstance(size, numbers.Integral) and (size == -1 or size >= 1))
        _CHECK.require(valid, "batch_size", size, "a positive integer, -1 or None")

    def fit(self, x, augment: bool = False, rounds: int = 1, seed: Optional[int] = None):
        """Take what `featurewise_...` and `zca_whitening` need from images [N, H, W, C].

        Args:
            augment: take it from `rounds` augmented copies of each image
            seed: of these copies
        """
        import numpy as np

        x = np.array(x, dtype=np.float32)
        if x.ndim != 4:
            raise ValueError(
                at_line(f"ParallelImageDataGenerator.fit: x has shape {list(x.shape)}, expected [N, H, W, C]")
            )
        if augment:
            plain = copy.copy(self)
            for name in ("rescale", "samplewise_center", "samplewise_std_normalization", "zca_whitening"):
                setattr(plain, name, None)
            plain.featurewise_center = plain.featurewise_std_normalization = False
            batches = plain.flow(x, shuffle=False, seed=seed)
            x = np.concatenate([batch for _ in range(rounds) for batch in batches])
        if self.rescale:
            x *= self.rescale
        self.mean = x.mean(axis=(0, 1, 2))
        self.std = x.std(axis=(0, 1, 2))
        if self.zca_whitening:
            if self.featurewise_center:
                x -= self.mean
            columns = x.reshape(len(x), -1).T
            directions, deviations, _ = np.linalg.svd(columns, full_matrices=False)
            scales = np.sqrt(len(x)) / (deviations + self.zca_epsilon)
            self.zca_whitening_matrix = (directions * scales) @ directions.T

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
            list_valid_filenames_in_directory_function: lists the files of a class instead; an entry may be a tuple of
                paths, one for each input of the model
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
        split = split_of(self.validation_split, subset)
        return self._iterate_files(
            directory=directory,
            target_size=target_size,
            color_mode=color_mode,
            classes=list(classes),
            class_mode=class_mode,
            batch_size=batch_size,
            batch_shape=batch_shape,
            shuffle=shuffle,
            seed=seed,
            save=(save_to_dir, save_prefix, save_format),
            subset=subset,
            interpolation=interpolation,
            class_counts=class_counts,
            listing=dict(
                shuffle_index_dir=shuffle_index_dir,
                follow_links=follow_links,
                split=split,
                max_samples_per_class=self.max_samples_per_class,
                list_class=list_function(
                    list_valid_filenames_in_directory_function,
                    directory,
                    WHITE_LIST_FORMATS,
                    split,
                    follow_links,
                    shuffle_index_dir,
                ),
            ),
        )

    def flow_from_dataframe(
        self,
        dataframe,
        directory: Optional[str] = None,
        x_col: str = "filename",
        y_col="class",
        weight_col: Optional[str] = None,
        target_size=(256, 256),
        color_mode: str = "rgb",
        classes: Optional[List[str]] = None,
        class_mode: Optional[str] = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: Optional[int] = None,
        save_to_dir: Optional[str] = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: Optional[str] = None,
        interpolation: Optional[str] = "nearest",
        validate_filenames: bool = True,
    ) -> ParallelDirectoryIterator:
        """Iterate over the images of a table: pandas' DataFrame, or a dictionary of columns.

        Args:
            directory: that the paths in `x_col` are relative to
            x_col: column of the paths
            y_col: column of the labels; a list of columns for class_mode `raw` and `multi_output`
            weight_col: column of the weights of samples
            classes: labels in the order of the class ids; None takes those of the table, sorted. Other rows are left out
            class_mode: as of `flow_from_directory`, or `raw`: the values themselves
            subset: `validation` is the first `validation_split` of the rows, `training` the others
            validate_filenames: leave out files that do not exist, with a warning

        Raises:
            ValueError: a wrong argument, or a table without images
        """
        import numpy as np

        _CHECK.one_of(class_mode, "class_mode", _TABLE_CLASS_MODES)
        _CHECK.one_of(color_mode, "color_mode", tuple(_COLOR_CHANNELS))
        _CHECK.one_of(interpolation, "interpolation", _INTERPOLATIONS)
        _CHECK.one_of(subset, "subset", SUBSETS)
        raw = class_mode in ("raw", "multi_output")
        labelled = raw or class_mode in ("categorical", "binary", "sparse")
        columns = _columns(dataframe, [x_col] + ([y_col] if labelled else []) + ([weight_col] if weight_col else []))
        paths = [str(path) for path in columns[0]]
        keep = np.ones(len(paths), dtype=bool)
        if validate_filenames:
            keep = np.array([os.path.isfile(os.path.join(directory or "", path)) for path in paths], dtype=bool)
            if not keep.all():
                missing = [path for path, there in zip(paths, keep) if not there]
                warnings.warn(f"flow_from_dataframe: {len(missing)} file(s) do not exist, e.g. {missing[0]}", stacklevel=2)
        if labelled and not raw:
            names = [str(label) for label in columns[1]]
            classes = sorted(set(names)) if classes is None else [str(label) for label in classes]
            keep &= np.array([name in classes for name in names], dtype=bool)
            ids = [classes.index(name) if name in classes else 0 for name in names]
        else:
            classes, ids = [], [0] * len(paths)
        rows = np.flatnonzero(keep)
        border = int(len(rows) * self.validation_split)
        rows = rows if subset is None else rows[:border] if subset == "validation" else rows[border:]
        if len(rows) == 0:
            raise ValueError(at_line(f"flow_from_dataframe: no row of the {len(paths)} is left for subset {subset}"))
        return self._iterate_files(
            directory=directory or "",
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=None if raw else class_mode,
            batch_size=batch_size,
            batch_shape=None,
            shuffle=shuffle,
            seed=seed,
            save=(save_to_dir, save_prefix, save_format),
            subset=subset,
            interpolation=interpolation,
            class_counts=None,
            listing=dict(
                rows=[(paths[row], ids[row]) for row in rows],
                labels=_take(columns[1], rows) if raw else None,
                sample_weight=_take(columns[-1], rows) if weight_col else None,
                split=None,
            ),
        )

    def _iterate_files(
        self, directory, target_size, color_mode, classes, class_mode, batch_size, batch_shape, shuffle, seed, save,
        subset, interpolation, class_counts, listing,
    ) -> ParallelDirectoryIterator:  # fmt: skip
        """An iterator over the files that the settings `listing` of the native library say."""
        target_size = tuple(target_size[:2])
        if batch_shape is None:
            batch_shape = (batch_size,) + target_size + (_COLOR_CHANNELS[color_mode],)
        if self.batch_size is not None:
            batch_shape = (self.batch_size,) + tuple(batch_shape[1:])
        seed = DEFAULT_SEED if seed is None else seed
        save_to_dir, save_prefix, save_format = save
        _CHECK.one_of(self.save_format or save_format, "save_format", _SAVE_FORMATS)
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
            split=listing["split"],
        )
        settings = self._native_settings(subset, seed, shuffle)
        settings.update(
            listing,
            directory=directory,
            target_size=target_size,
            batch_shape=tuple(batch_shape),
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            interpolation=interpolation or "none",
            save_to_dir=params.save_to_dir,
            save_prefix=params.save_prefix,
            save_format=params.save_format,
            preprocessing_function=sample_hook(self.preprocessing_function, params),
            noaug_preprocessing_function=sample_hook(self.noaug_preprocessing_function, params),
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
    ) -> ArrayIterator:
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

        source = _core.ArraySource(arrays["x"], arrays["y"], arrays["sample_weight"], settings)
        return ArrayIterator(source, batch_shape, arrays["x"], arrays["y"])

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
            whitening=self._whitening(),
        )
        return settings

    def _featurewise(self, name: str, values):
        if not getattr(self, name):
            return None
        if values is None:
            warnings.warn(f"{name}: has no effect until fit(x) has been called", stacklevel=4)
            return None
        return [float(value) for value in values]

    def _whitening(self):
        if self.zca_whitening and self.zca_whitening_matrix is None:
            warnings.warn("zca_whitening: has no effect until fit(x) has been called", stacklevel=4)
        return self.zca_whitening_matrix if self.zca_whitening else None


def _columns(table, names: list) -> list:
    """Columns of a table as lists; of a list of names, an array with a column each."""
    import numpy as np

    for name in names:
        for one in name if isinstance(name, (list, tuple)) else [name]:
            if one not in table:
                known = [str(column) for column in table]
                raise ValueError(at_line(f"flow_from_dataframe: there is no column '{one}'.{did_you_mean(str(one), known)}"))
    return [
        np.stack([np.asarray(table[one]) for one in name], axis=-1) if isinstance(name, (list, tuple)) else list(table[name])
        for name in names
    ]


def _take(values, rows):
    """These rows, numbers in single precision."""
    import numpy as np

    return np.asarray(values)[rows].astype(np.float32)


def _pair_around_one(value):
    return [1 - value, 1 + value] if is_number(value) else list(value)
