"""The audio data generator of specifications: its settings, checked, for the native library."""

import os
import warnings
from typing import Callable, Dict, List, Optional

from mltk.core.errors import at_line
from mltk.core.preprocess.arguments import (
    CLASS_MODES,
    SUBSETS,
    ArgumentCheck,
    dtype_name,
    is_number,
    is_numbers,
    split_of,
)
from mltk.core.preprocess.audio.parallel_generator.iterator import AudioDirectoryIterator
from mltk.core.preprocess.audio.parallel_generator.process_params import ParallelProcessParams
from mltk.core.preprocess.parallel_iterator import (
    FunctionSource,
    list_function,
    number_of_workers,
    sample_hook,
)

#: Order of samples and augmentation when no seed is given.
DEFAULT_SEED = 42
#: Ends of the names of files that are taken for sounds.
WHITE_LIST_FORMATS = ("wav", "flac", "ogg")

_CHECK = ArgumentCheck("ParallelAudioDataGenerator")
_NOISE_COLORS = ["white", "brown", "blue", "pink", "violet"]
_FRONTEND_DTYPES = ("int8", "uint16", "float32")
_RANGES = ("offset_range", "loudness_range", "speed_range", "vtlp_range", "noise_color_range", "bg_noise_range")

#: Arguments of the generator that the native library reads under the same names.
_NATIVE_ARGUMENTS = (
    "trim_threshold_db",
    "noise_color_range",
    "speed_range",
    "vtlp_range",
    "loudness_range",
    "bg_noise_range",
    "unknown_class_percentage",
    "silence_class_percentage",
    "rescale",
    "samplewise_center",
    "samplewise_std_normalization",
    "samplewise_normalize_range",
)


class ParallelAudioDataGenerator:
    """Reads and augments sounds and makes their spectrograms. Each argument is an attribute, which may be changed.

    A sound is read as floats (1.0 is full scale), passed to `noaug_preprocessing_function`, augmented, given the rate
    and the length of `frontend_settings`, passed to `preprocessing_function`, turned into a spectrogram, passed to
    `postprocessing_function`, normalized.

    Args:
        cores: share of the processors that work (a float up to 1), or their number; -1 is all
        debug: work in one thread
        max_batches_pending: batches made in advance
        get_batch_function: `f(batch_index, filenames, classes, params)` -> (batch_index, batch); makes whole batches; a
            file name of `_silence_` is None
        noaug_preprocessing_function, preprocessing_function, postprocessing_function: `f(params, x)` -> x; may also name
            `class_id`, `filename`, `batch_index`, `batch_class_ids`, `batch_filenames` among its arguments
        samplewise_center, samplewise_std_normalization: subtract the mean of a spectrogram, divide by its deviation
        samplewise_normalize_range: (smallest, largest) value of a spectrogram, last
        rescale: factor of all values, first; None is 1
        validation_split: share of the files of each class that is used for validation
        validation_augmentation_enabled: augment the validation sounds too
        dtype: of the samples and labels
        frontend_dtype: of the spectrograms: int8, uint16 or float32; None is `dtype`
        trim_threshold_db: silence before and after a sound that is so much quieter than its loudest part is cut off;
            None or 0 cuts nothing
        noise_colors: list of `white`, `brown`, `blue`, `pink`, `violet`, `none`, or `"all"`; one is taken for each sound
        noise_color_range: (low, high) peak of that noise, 1.0 is full scale
        speed_range: (low, high) factor of the speed, the pitch stays
        pitch_range: (low, high) semitones; floats are octaves
        vtlp_range: (low, high) factor of the vocal tract's frequencies
        loudness_range: (low, high) factor
        bg_noise_range: (low, high) factor of the background noise
        bg_noise_dir: folder with sounds of noise, absolute or in the data set's folder. With `noise_colors` too, each
            sound gets one of the two kinds
        offset_range: (low, high) share of the added zeros that lies before a sound, or of what is cut off a longer one
        unknown_class_percentage, silence_class_percentage: size of the classes `_unknown_` and `_silence_`, if there,
            relative to the mean of the others
        disable_random_transforms: augment nothing
        frontend_settings: `AudioFeatureGeneratorSettings`
        frontend_enabled: False gives the sounds themselves, of `sample_shape`
        add_channel_dimension: spectrograms are [height, width, 1]
        disable_gpu_in_subprocesses: kept for specifications; there are no sub-processes
    """

    NOISE_COLORS = _NOISE_COLORS

    def __init__(
        self,
        cores=0.25,
        debug: bool = False,
        max_batches_pending: int = 4,
        get_batch_function: Optional[Callable] = None,
        noaug_preprocessing_function: Optional[Callable] = None,
        preprocessing_function: Optional[Callable] = None,
        postprocessing_function: Optional[Callable] = None,
        samplewise_center: bool = False,
        samplewise_std_normalization: bool = False,
        samplewise_normalize_range=None,
        rescale: Optional[float] = None,
        validation_split: float = 0.0,
        validation_augmentation_enabled: bool = True,
        dtype="float32",
        frontend_dtype=None,
        trim_threshold_db: Optional[float] = 20,
        noise_colors=None,
        noise_color_range=None,
        speed_range=None,
        pitch_range=None,
        vtlp_range=None,
        loudness_range=None,
        bg_noise_range=None,
        bg_noise_dir: Optional[str] = None,
        offset_range=(0.0, 1.0),
        unknown_class_percentage: float = 1.0,
        silence_class_percentage: float = 0.6,
        disable_random_transforms: bool = False,
        frontend_settings=None,
        frontend_enabled: bool = True,
        sample_shape=None,
        disable_gpu_in_subprocesses: bool = True,
        add_channel_dimension: bool = True,
    ):
        arguments = {name: value for name, value in locals().items() if name not in ("self", "__class__")}
        self._sample_shape = arguments.pop("sample_shape")
        for name, value in arguments.items():
            setattr(self, name, value)
        self.noise_colors = _colors(noise_colors)
        #: {name of the file without its suffix: sound} of the folder `bg_noise_dir`
        self.bg_noises: Dict[str, object] = {}
        self._check()
        if samplewise_std_normalization and not samplewise_center:
            warnings.warn("samplewise_std_normalization needs samplewise_center, which is set now", stacklevel=2)
            self.samplewise_center = True
        if self.noise_colors and noise_color_range is None:
            warnings.warn("noise_colors has no effect without noise_color_range", stacklevel=2)
        if bg_noise_dir and bg_noise_range is None:
            warnings.warn("bg_noise_dir has no effect without bg_noise_range", stacklevel=2)

    def _check(self):
        settings = self.frontend_settings
        _CHECK.require(
            hasattr(settings, "spectrogram_shape"), "frontend_settings", settings, "an AudioFeatureGeneratorSettings"
        )
        _CHECK.functions(
            self,
            "get_batch_function",
            "noaug_preprocessing_function",
            "preprocessing_function",
            "postprocessing_function",
        )
        _CHECK.pairs(self, "samplewise_normalize_range", "pitch_range", *_RANGES)
        for name in ("speed_range", "vtlp_range"):
            value = getattr(self, name)
            _CHECK.require(value is None or min(value) > 0, name, value, "factors above 0")
        offset = self.offset_range
        _CHECK.require(not offset or 0 <= min(offset) <= max(offset) <= 1, "offset_range", offset, "shares from 0 to 1")
        for color in self.noise_colors:
            _CHECK.one_of(color, "noise_colors", (*_NOISE_COLORS, "none"))
        for name in ("unknown_class_percentage", "silence_class_percentage", "trim_threshold_db"):
            value = getattr(self, name)
            _CHECK.require(not value or (is_number(value) and value > 0), name, value, "a number of at least 0")
        _CHECK.normalization(self)
        _CHECK.workers(self)
        frontend_dtype = self._frontend_dtype()
        if self.frontend_enabled:
            _CHECK.one_of(frontend_dtype, "frontend_dtype (or dtype)", _FRONTEND_DTYPES)
        else:
            shape = self._sample_shape
            _CHECK.require(
                is_numbers(shape), "sample_shape", shape, "the shape of a sample, as there are no spectrograms"
            )

    def _frontend_dtype(self) -> str:
        return dtype_name(self.dtype if self.frontend_dtype is None else self.frontend_dtype)

    @property
    def sample_shape(self) -> tuple:
        """Shape of a spectrogram without its channel; what was given when there is no front-end."""
        if self.frontend_enabled:
            return tuple(self.frontend_settings.spectrogram_shape)
        return tuple(self._sample_shape)

    @sample_shape.setter
    def sample_shape(self, value):
        if self.frontend_enabled:
            raise ValueError(at_line("ParallelAudioDataGenerator: sample_shape follows from frontend_settings"))
        self._sample_shape = value

    @property
    def sample_length(self) -> int:
        """Samples of a sound."""
        return int(self.sample_length_ms * self.sample_rate_hz / 1000)

    @property
    def sample_length_ms(self) -> int:
        return self.frontend_settings.sample_length_ms

    @sample_length_ms.setter
    def sample_length_ms(self, value: int):
        self.frontend_settings.sample_length_ms = value

    @property
    def sample_rate_hz(self) -> int:
        return self.frontend_settings.sample_rate_hz

    @sample_rate_hz.setter
    def sample_rate_hz(self, value: int):
        self.frontend_settings.sample_rate_hz = value

    @property
    def default_transform(self) -> dict:
        """A transform that only gives a sound its length."""
        return dict(
            offset_percentage=0.0,
            loudness_factor=1.0,
            noise_color="none",
            noise_color_factor=0.0,
            bg_noise=None,
            bg_noise_factor=0.0,
            speed_factor=1.0,
            pitch_factor=0,
            vtlp_factor=1.0,
        )

    def get_random_transform(self) -> dict:
        """What is drawn for a sound: the keys of `default_transform`. Random as NumPy's global generator is."""
        from mltk import _core

        if self.disable_random_transforms:
            return self.default_transform
        return _core.random_transform(self._augmentation(), list(self.bg_noises), _numpy_seed())

    def apply_transform(self, sample, orignal_sr: int, params: dict, whole_sample: bool = False):
        """Change a sound [samples] of the rate `orignal_sr`.

        Args:
            params: as `get_random_transform` gives it
            whole_sample: leave its length

        Returns:
            The changed sound at `sample_rate_hz`
        """
        from mltk import _core

        settings = self._augmentation()
        if whole_sample:
            settings["sample_length"] = 0
        noise = None if params.get("bg_noise") is None else self.bg_noises[params["bg_noise"]]
        return _core.apply_transform(_floats(sample), int(orignal_sr), dict(params), noise, settings, _numpy_seed())

    def adjust_length(
        self, sample, orignal_sr: int, offset: float = 0.0, whole_sample: bool = False, out_length: Optional[int] = None
    ):
        """Give a sound [samples] of the rate `orignal_sr` the rate and the length of the generator, or `out_length`."""
        from mltk.core.preprocess.utils import audio

        if whole_sample:
            return audio.resample(sample, orig_sr=orignal_sr, target_sr=self.sample_rate_hz)
        return audio.adjust_length(
            sample,
            target_sr=self.sample_rate_hz,
            original_sr=orignal_sr,
            out_length=out_length or self.sample_length,
            offset=offset,
            trim_threshold_db=self.trim_threshold_db,
        )

    def apply_frontend(self, sample, dtype="float32"):
        """The spectrogram [height, width] of a sound."""
        from mltk.core.preprocess.utils import audio

        return audio.apply_frontend(sample, self.frontend_settings, dtype=dtype)

    def standardize(self, sample):
        """Normalize a spectrogram by the settings of the generator."""
        from mltk.core.preprocess.utils import normalize

        return normalize(
            sample,
            rescale=self.rescale,
            samplewise_center=self.samplewise_center,
            samplewise_std_normalization=self.samplewise_std_normalization,
            samplewise_normalize_range=self.samplewise_normalize_range,
            dtype=dtype_name(self.dtype),
        )

    def flow_from_directory(
        self,
        directory: str,
        classes: List[str],
        class_mode: Optional[str] = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        shuffle_index_dir: Optional[str] = None,
        seed: Optional[int] = None,
        follow_links: bool = False,
        subset: Optional[str] = None,
        max_samples_per_class: int = -1,
        list_valid_filenames_in_directory_function: Optional[Callable] = None,
        class_counts: Optional[Dict[str, int]] = None,
        **kwargs,
    ) -> AudioDirectoryIterator:
        """Iterate over the sounds of a folder that has one folder a class.

        Args:
            classes: names of the folders, in the order of the class ids; `_unknown_` is made of the folders that are no
                classes, `_silence_` of nothing
            class_mode: labels: `categorical`, `binary`, `sparse`, `input` (the sample), None
            batch_size: -1 is all samples
            shuffle: an own order for each epoch
            shuffle_index_dir: keep the files of each class shuffled, in the order listed there
            seed: of the order and the augmentation
            subset: `training`, `validation`, or None for all files
            max_samples_per_class: -1 is all
            list_valid_filenames_in_directory_function: lists the files of a class instead
            class_counts: is filled with {class: number of samples}
            kwargs: ignored, as MLTK does

        Raises:
            ValueError: a wrong argument, or a folder without sounds
        """
        del kwargs
        _CHECK.one_of(class_mode, "class_mode", CLASS_MODES)
        _CHECK.one_of(subset, "subset", SUBSETS)
        if not os.path.isdir(directory):
            raise FileNotFoundError(at_line(f"data folder {os.path.abspath(directory)} does not exist"))
        self._check()
        self._load_noises(directory)
        seed = DEFAULT_SEED if seed is None else seed
        split = split_of(self.validation_split, subset)
        shape = self.sample_shape
        if self.frontend_enabled and self.add_channel_dimension:
            shape += (1,)
        params = ParallelProcessParams(
            audio_data_generator=self,
            sample_rate=self.sample_rate_hz,
            sample_length_ms=self.sample_length_ms,
            sample_shape=shape,
            subset=subset,
            class_indices={label: index for index, label in enumerate(classes)},
            dtype=dtype_name(self.dtype),
            frontend_dtype=self._frontend_dtype(),
            directory=directory,
            class_mode=class_mode,
            split=split,
        )
        settings = dict(
            self._augmentation(),
            directory=directory,
            classes=list(classes),
            class_mode=class_mode,
            batch_shape=(batch_size,) + shape,
            dtype=params.dtype.name,
            shuffle=shuffle,
            shuffle_index_dir=shuffle_index_dir,
            seed=seed,
            follow_links=follow_links,
            split=split,
            max_samples_per_class=max_samples_per_class,
            augment=self._augments(subset),
            bg_noises=self.bg_noises,
            workers=number_of_workers(self.cores, self.debug),
            frontend_settings=self.frontend_settings if self.frontend_enabled else None,
            frontend_dtype=params.frontend_dtype.name,
            noaug_preprocessing_function=sample_hook(self.noaug_preprocessing_function, params),
            preprocessing_function=sample_hook(self.preprocessing_function, params),
            postprocessing_function=sample_hook(self.postprocessing_function, params),
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

        source = _core.SoundDirectorySource(settings)
        if class_counts is not None:
            class_counts.update(source.class_counts())
        if batch_size == -1:
            batch_size = source.samples()
        if self.get_batch_function is None and any(isinstance(name, tuple) for name in source.filenames()):
            raise ValueError(at_line("samples of several sounds need a get_batch_function, which makes the batches"))
        if self.get_batch_function is not None:
            source = FunctionSource(source, self.get_batch_function, params, batch_size, shuffle, seed)
            settings = None
        return AudioDirectoryIterator(source, (batch_size,) + shape, params, settings)

    def _augments(self, subset: Optional[str]) -> bool:
        return not self.disable_random_transforms and (
            subset != "validation" or self.validation_augmentation_enabled
        )

    def _augmentation(self) -> dict:
        """The generator's part of the settings of a source."""
        return dict(
            {name: getattr(self, name) for name in _NATIVE_ARGUMENTS},
            sample_rate_hz=self.sample_rate_hz,
            sample_length=self.sample_length,
            offset_range=self.offset_range or (0.0, 1.0),
            noise_colors=list(self.noise_colors),
            pitch_range=_semitones(self.pitch_range),
        )

    def _load_noises(self, directory: str):
        """Read the background noises, once."""
        if not self.bg_noise_dir or self.bg_noises:
            return
        from mltk import _core

        folder = os.path.join(directory, self.bg_noise_dir)
        if not os.path.isdir(folder):
            raise FileNotFoundError(at_line(f"bg_noise_dir: the folder {os.path.abspath(folder)} does not exist"))
        self.bg_noises = _core.read_noises(folder, self.sample_rate_hz)


def _colors(noise_colors) -> List[str]:
    if noise_colors == "all":
        return list(_NOISE_COLORS)
    if noise_colors is None or noise_colors == "none":
        return []
    return [noise_colors] if isinstance(noise_colors, str) else list(noise_colors)


def _semitones(pitch_range):
    """Floats are octaves."""
    if pitch_range is None:
        return None
    return tuple(int(value * 12) if isinstance(value, float) else int(value) for value in pitch_range)


def _floats(sample):
    import numpy as np

    return np.ascontiguousarray(sample, dtype=np.float32)


def _numpy_seed() -> int:
    import numpy as np

    return int(np.random.randint(0, 2**31 - 1))
