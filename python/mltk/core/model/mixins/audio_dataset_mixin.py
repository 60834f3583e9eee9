"""Clips of sound from folders, one a class."""

from typing import List, Optional, Tuple

from mltk.core.errors import PropertyError, at_line
from mltk.core.model.mixins.data_generator_dataset_mixin import TEST_SAMPLES, DataGeneratorDatasetMixin
from mltk.core.model.model_attributes import setting
from mltk.core.model.model_event import MltkModelEvent


class _Generator(setting):
    """A setting that takes an audio data generator."""

    def write(self, model, value):
        if value is not None and not hasattr(value, "frontend_settings"):
            raise PropertyError(
                at_line(f"my_model.{self.name} is a {type(value).__name__}, expected a ParallelAudioDataGenerator")
            )
        super().write(model, value)


class AudioDatasetMixin(DataGeneratorDatasetMixin):
    """Audio data set of a model; its samples are spectrograms unless the generator's front-end is off."""

    _datagen_example = "ParallelAudioDataGenerator(frontend_settings=AudioFeatureGeneratorSettings())"

    audio_classes = setting(
        "audio.classes",
        (list, tuple),
        label="classes",
        doc="Names of the classes; may have `_unknown_` and `_silence_`.",
    )
    class_mode = setting("audio.class_mode", str, "categorical", doc="Labels: `categorical`, `binary`, `sparse`, ...")
    follow_links = setting("audio.follow_links", bool, True, doc="Whether links to folders are followed.")
    shuffle_dataset_enabled = setting(
        "audio.shuffle_dataset_enabled",
        bool,
        False,
        doc="Whether files are shuffled, once, before they are split into subsets; else they are sorted by name.",
    )
    datagen = _Generator("audio.datagen", object, doc="Reads and augments clips and makes their spectrograms.")
    validation_datagen = _Generator(
        "audio.validation_datagen", object, doc="The same for validation and evaluation; None is `datagen`."
    )

    def _register_attributes(self):
        def write_input_shape(value):
            self.audio_input_shape = value

        self._attributes.register(
            "audio.input_shape", lambda: self.audio_input_shape, setter=write_input_shape, label="my_model.input_shape"
        )
        self._attributes.register("audio.manual_in_shape", dtype=(list, tuple), label="my_model.input_shape")

        def add_parameters():
            self.add_model_parameter_populate_callback(self._add_normalization_parameters)
            self.add_model_parameter_populate_callback(self._add_frontend_parameters)

        return add_parameters

    @property
    def audio_input_shape(self) -> Tuple[int, ...]:
        """Shape of a sample: that of the spectrogram, or what was assigned when the front-end is off."""
        generator = self.datagen
        if generator is not None and generator.frontend_enabled:
            shape = tuple(generator.frontend_settings.spectrogram_shape)
            return shape + (1,) if generator.add_channel_dimension else shape
        if not self._attributes.value_is_set("audio.manual_in_shape"):
            raise (
                self._missing_datagen()
                if generator is None
                else self.missing_setting(
                    "input_shape", "my_model.input_shape = (height, width, depth), as the generator has no front-end"
                )
            )
        return self._attributes["audio.manual_in_shape"]

    @audio_input_shape.setter
    def audio_input_shape(self, value):
        generator = self.datagen
        if generator is not None and generator.frontend_enabled:
            raise PropertyError(
                at_line("my_model.input_shape: follows from datagen.frontend_settings and cannot be assigned")
            )
        self._attributes["audio.manual_in_shape"] = value

    @property
    def frontend_settings(self):
        """Settings of the generator's front-end."""
        return self._needed_datagen().frontend_settings

    @property
    def sample_length_ms(self) -> int:
        """Length of a clip in milliseconds."""
        return self.frontend_settings.sample_length_ms

    @sample_length_ms.setter
    def sample_length_ms(self, value: int):
        self.frontend_settings.sample_length_ms = value

    @property
    def sample_rate_hz(self) -> int:
        """Sampling rate of the clips."""
        return self.frontend_settings.sample_rate_hz

    @sample_rate_hz.setter
    def sample_rate_hz(self, value: int):
        self.frontend_settings.sample_rate_hz = value

    def _add_frontend_parameters(self):
        if self.datagen is not None:
            self.model_parameters.update(self.datagen.frontend_settings)

    def load_dataset(  # pylint: disable=arguments-differ
        self,
        subset: str,
        classes: Optional[List[str]] = None,
        max_samples_per_class: int = -1,
        test: bool = False,
        **kwargs,
    ):
        """Load a subset into `x` and `validation_data`: iterators over batches.

        Args:
            subset: `training`, `validation`, or `evaluation`, which has the samples of the validation
            classes: instead of the model's
            max_samples_per_class: -1 for all
            test: a dry run, with few samples
        """
        self.loaded_subset = subset
        self.trigger_event(MltkModelEvent.BEFORE_LOAD_DATASET, subset=subset, test=test, **kwargs)
        self._needed_datagen()
        classes = list(classes or self.classes)
        if test:
            self._prepare_test_mode()
            max_samples_per_class = TEST_SAMPLES
        if max_samples_per_class == -1 and subset == "evaluation":
            max_samples_per_class = getattr(self, "eval_max_samples_per_class", -1)
        folder = self._load_data()
        if not isinstance(folder, str):
            raise ValueError(
                at_line(
                    f"my_model.dataset loaded a {type(folder).__name__}, expected the path of a folder",
                    self._attributes.line("dataset.dataset"),
                )
            )
        train_counts, validation_counts = {}, {}
        train = None
        if subset == "training":
            train = self._flow(folder, "training", subset, classes, max_samples_per_class, train_counts)
        validation = self._flow(folder, "validation", subset, classes, max_samples_per_class, validation_counts)
        self._set_loaded(subset, train, validation, train_counts, validation_counts)
        self.trigger_event(MltkModelEvent.AFTER_LOAD_DATASET, subset=subset, test=test, **kwargs)

    def _flow(self, folder: str, part: str, subset: str, classes, max_samples_per_class: int, counts: dict):
        generator = self.get_datagen_creator(subset if part == "validation" else part)
        shuffle = True
        if subset == "evaluation":
            shuffle = getattr(self, "eval_shuffle", False)
            generator.validation_augmentation_enabled = getattr(self, "eval_augment", False)
        return generator.flow_from_directory(
            folder,
            classes=classes,
            class_mode=self.class_mode,
            batch_size=self._batch_size(),
            follow_links=self.follow_links,
            shuffle=shuffle,
            shuffle_index_dir=self.get_shuffle_index_dir() if self.shuffle_dataset_enabled else None,
            seed=getattr(self, "seed", None),
            subset=part,
            max_samples_per_class=max_samples_per_class,
            list_valid_filenames_in_directory_function=getattr(self.dataset, "list_valid_filenames_in_directory", None),
            class_counts=counts,
        )
