"""Images from folders, one a class, or from arrays."""

from typing import List, Optional

from mltk.core.errors import PropertyError, at_line
from mltk.core.model.mixins.data_generator_dataset_mixin import TEST_SAMPLES, DataGeneratorDatasetMixin
from mltk.core.model.model_attributes import setting
from mltk.core.model.model_event import MltkModelEvent
from mltk.core.utils import get_mltk_logger


class _Generator(setting):
    """A setting that takes an image data generator."""

    def write(self, model, value):
        if value is not None and not (hasattr(value, "flow_from_directory") and hasattr(value, "flow")):
            raise PropertyError(
                at_line(f"my_model.{self.name} is a {type(value).__name__}, expected a ParallelImageDataGenerator")
            )
        super().write(model, value)


class ImageDatasetMixin(DataGeneratorDatasetMixin):
    """Image data set of a model."""

    _datagen_example = "ParallelImageDataGenerator(rescale=1/255, validation_split=0.1)"

    image_classes = setting(
        "image.classes", (list, tuple), label="classes", doc="Names of the classes; folders of the data set."
    )
    image_input_shape = setting("image.input_shape", (list, tuple), label="input_shape", doc="(height, width, depth)")
    target_size = setting(
        "image.target_size", (list, tuple), doc="(height, width) that images are resized to; None is `input_shape`."
    )
    class_mode = setting(
        "image.class_mode", str, "categorical", doc="Labels: `categorical`, `binary`, `sparse`, `input` or None."
    )
    color_mode = setting(
        "image.color_mode", str, "auto", doc="`grayscale`, `rgb`, `rgba`, or `auto`: from the depth of `input_shape`."
    )
    interpolation = setting(
        "image.interpolation",
        str,
        "bilinear",
        doc="How images are resized: `none`, `nearest`, `bilinear`, `bicubic`, `lanczos`, `box` or `hamming`.",
    )
    follow_links = setting("image.follow_links", bool, True, doc="Whether links to folders are followed.")
    shuffle_dataset_enabled = setting(
        "image.shuffle_dataset_enabled",
        bool,
        False,
        doc="Whether files are shuffled, once, before they are split into subsets; else they are sorted by name.",
    )
    datagen = _Generator("image.datagen", object, doc="Reads and augments images.")
    validation_datagen = _Generator(
        "image.validation_datagen", object, doc="The same for validation and evaluation; None is `datagen`."
    )

    def _register_attributes(self):
        def add_parameters():
            self.add_model_parameter_populate_callback(self._add_normalization_parameters)

        return add_parameters

    def check_dataset_settings(self):
        super().check_dataset_settings()
        if len(self.input_shape) != 3:
            raise ValueError(
                at_line(
                    f"my_model.input_shape is {tuple(self.input_shape)}, expected (height, width, depth)",
                    self._attributes.line("image.input_shape"),
                )
            )

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
        classes = list(classes or self.classes)
        self._needed_datagen()
        if test:
            self._prepare_test_mode()
            max_samples_per_class = TEST_SAMPLES
        if max_samples_per_class == -1 and subset == "evaluation":
            max_samples_per_class = getattr(self, "eval_max_samples_per_class", -1)

        data = self._load_data()
        load = self._load_folder if isinstance(data, str) else self._load_arrays
        train_counts = {} if subset == "training" else None
        validation_counts = {}
        train = None
        if subset == "training":
            train = load(data, "training", subset, classes, max_samples_per_class, train_counts)
        validation = load(data, "validation", subset, classes, max_samples_per_class, validation_counts)
        self._set_loaded(subset, train, validation, train_counts or {}, validation_counts)
        self.trigger_event(MltkModelEvent.AFTER_LOAD_DATASET, subset=subset, test=test, **kwargs)

    def _load_folder(self, folder: str, part: str, subset: str, classes, max_samples_per_class: int, counts: dict):
        generator = self.get_datagen_creator(subset if part == "validation" and subset == "evaluation" else part)
        if max_samples_per_class != -1:
            generator.max_samples_per_class = max_samples_per_class
        shuffle = True
        if subset == "evaluation":
            shuffle = getattr(self, "eval_shuffle", False)
            generator.validation_augmentation_enabled = getattr(self, "eval_augment", False)
        shape = tuple(self.input_shape)
        return generator.flow_from_directory(
            folder,
            target_size=tuple(self.target_size or shape[:2]),
            batch_shape=(self._batch_size(),) + shape,
            classes=classes,
            class_mode=self.class_mode,
            color_mode=self._color_mode(),
            interpolation=self.interpolation,
            follow_links=self.follow_links,
            shuffle=shuffle,
            shuffle_index_dir=self.get_shuffle_index_dir() if self.shuffle_dataset_enabled else None,
            seed=getattr(self, "seed", None),
            subset=part,
            list_valid_filenames_in_directory_function=getattr(self.dataset, "list_valid_filenames_in_directory", None),
            class_counts=counts,
        )

    def _load_arrays(self, data, part: str, subset: str, classes, max_samples_per_class: int, counts: dict):
        x, y = self._split_arrays(data)[part]
        class_ids = self._class_ids(y, len(classes))
        if max_samples_per_class > 0 and class_ids is not None:
            import numpy as np

            keep = np.sort(
                np.concatenate([np.flatnonzero(class_ids == i)[:max_samples_per_class] for i in range(len(classes))])
            )
            x, y, class_ids = x[keep], y[keep], class_ids[keep]
        if class_ids is not None:
            counts.update({label: int((class_ids == i).sum()) for i, label in enumerate(classes)})
        generator = self.get_datagen_creator(subset if part == "validation" else part)
        shuffle = getattr(self, "eval_shuffle", False) if subset == "evaluation" else True
        return generator.flow(x, y, batch_size=self._batch_size(), shuffle=shuffle, seed=getattr(self, "seed", None))

    def _split_arrays(self, data) -> dict:
        if isinstance(data, (tuple, list)) and len(data) == 2:
            (x_train, y_train), (x_test, y_test) = data
        elif isinstance(data, (tuple, list)) and len(data) == 4:
            x_train, y_train, x_test, y_test = data
        else:
            raise ValueError(
                at_line(
                    f"my_model.dataset loaded a {type(data).__name__}, expected the path of a folder, "
                    "((x_train, y_train), (x_test, y_test)) or (x_train, y_train, x_test, y_test)",
                    self._attributes.line("dataset.dataset"),
                )
            )
        return {"training": (x_train, y_train), "validation": (x_test, y_test)}

    def _class_ids(self, y, n_classes: int):
        if self.class_mode == "categorical":
            if y.ndim != 2 or y.shape[-1] != n_classes:
                raise ValueError(
                    f"my_model.dataset: the labels have shape {list(y.shape)}, expected [samples, {n_classes}] for "
                    "class_mode 'categorical'; use keras.utils.to_categorical(y) or class_mode 'sparse'"
                )
            return y.argmax(axis=-1)
        if self.class_mode in ("sparse", "binary"):
            return y.reshape(-1)
        return None

    def _color_mode(self) -> str:
        depth = tuple(self.input_shape)[-1]
        expected = {1: "grayscale", 3: "rgb", 4: "rgba"}.get(depth)
        if self.color_mode == "auto":
            if expected not in ("grayscale", "rgb"):
                raise ValueError(
                    at_line(
                        f"my_model.input_shape is {tuple(self.input_shape)}: no color_mode follows from depth {depth}, "
                        "expected 1 (grayscale) or 3 (rgb); set my_model.color_mode",
                        self._attributes.line("image.input_shape"),
                    )
                )
            return expected
        if self.color_mode != expected:
            get_mltk_logger().warning(
                "my_model.color_mode is %s, but the depth of input_shape is %s", self.color_mode, depth
            )
        return self.color_mode
