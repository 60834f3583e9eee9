"""What data sets that come from data generators share."""

import copy
import os
from typing import Dict, Optional

from mltk.core.errors import at_line
from mltk.core.model.mixins.dataset_mixin import DatasetMixin
from mltk.core.utils import ArchiveFileNotFoundError, get_mltk_logger
from mltk.utils.path import fullpath

#: Samples of a class, and batch size, in a dry run.
TEST_SAMPLES = 3


class DataGeneratorContext:
    """The iterators that are loaded.

    Attributes:
        subset: `training`, `validation` or `evaluation`
        train_datagen, validation_datagen, evaluation_datagen: iterators or None
        train_class_counts, validation_class_counts, evaluation_class_counts: {class: number of samples}
    """

    def __init__(
        self,
        subset: str,
        train_datagen,
        validation_datagen,
        train_class_counts: Dict[str, int],
        validation_class_counts: Dict[str, int],
    ):
        self.subset = subset
        self.train_datagen = train_datagen
        self.validation_datagen = validation_datagen
        self.evaluation_datagen = train_datagen if validation_datagen is None else validation_datagen
        self.train_class_counts = train_class_counts
        self.validation_class_counts = validation_class_counts
        self.evaluation_class_counts = validation_class_counts or train_class_counts

    def shutdown(self):
        """Stop the iterators."""
        for iterator in (self.train_datagen, self.validation_datagen):
            if hasattr(iterator, "shutdown"):
                iterator.shutdown()

    def __str__(self) -> str:
        parts = []
        if self.subset == "training":
            parts.append(("Training", self.train_class_counts))
        if self.subset in ("training", "validation"):
            parts.append(("Validation", self.validation_class_counts))
        if self.subset == "evaluation":
            parts.append(("Evaluation", self.evaluation_class_counts))
        return "\n".join(_counts_text(name, counts) for name, counts in parts if counts)


def _counts_text(name: str, counts: Dict[str, int]) -> str:
    lines = [f"{name} dataset: Found {sum(counts.values())} samples belonging to {len(counts)} classes:"]
    return "\n".join(lines + [f"{label.rjust(10)} = {count}" for label, count in counts.items()])


class DataGeneratorDatasetMixin(DatasetMixin):
    """Loads subsets from the generators `datagen` and `validation_datagen` of a subclass."""

    def _register_attributes(self):
        self._attributes.register("datagen.context", dtype=DataGeneratorContext)

    @property
    def datagen_context(self) -> Optional[DataGeneratorContext]:
        """The loaded iterators, or None."""
        return self._attributes.get_value("datagen.context", default=None)

    @datagen_context.setter
    def datagen_context(self, value: Optional[DataGeneratorContext]):
        self._attributes["datagen.context"] = value

    def get_datagen_creator(self, subset: str):
        """A copy of the generator for `subset`: `validation_datagen` if set and the subset is not training."""
        generator = self.datagen
        if subset != "training" and self.validation_datagen:
            generator = self.validation_datagen
        if generator is None:
            raise self._missing_datagen()
        generator = copy.deepcopy(generator)
        if self.test_mode_enabled:
            generator.debug = True
        return generator

    def _missing_datagen(self):
        return self.missing_setting("datagen", f"my_model.datagen = {self._datagen_example}")

    def _needed_datagen(self):
        if self.datagen is None:
            raise self._missing_datagen()
        return self.datagen

    def get_shuffle_index_dir(self) -> str:
        """Folder of the shuffled lists of files: that of the training in the archive when evaluating, if it has one."""
        if self.loaded_subset in ("evaluation", "validation"):
            try:
                return self.get_archive_dir("dataset")
            except ArchiveFileNotFoundError:
                pass
        return self.create_log_dir("dataset")

    def check_dataset_settings(self):
        """Check that what the generators need is set, and that a data folder that is given by its path exists."""
        self._needed_datagen()
        if self.dataset is None:
            raise self.missing_setting("dataset", "my_model.dataset = 'path/to/folder/with/one/folder/a/class'")
        if isinstance(self.dataset, str):
            self._check_folder(self.dataset)
        self.classes, self.input_shape  # each raises when it is not set  # pylint: disable=pointless-statement

    def _check_folder(self, folder: str) -> str:
        path = fullpath(folder)
        if not os.path.isdir(path):
            raise FileNotFoundError(
                at_line(
                    f"my_model.dataset: data folder {path} does not exist", self._attributes.line("dataset.dataset")
                )
            )
        return path

    def _load_data(self):
        """What `my_model.dataset` stands for: a folder, or what its loader returns."""
        dataset = self.dataset
        if dataset is None:
            raise self.missing_setting("dataset", "my_model.dataset = 'path/to/folder/with/one/folder/a/class'")
        if callable(dataset):
            loaded = dataset()
        elif isinstance(dataset, (str, list, tuple)):
            loaded = dataset
        elif hasattr(dataset, "load_data"):
            loaded = dataset.load_data()
        else:
            raise ValueError(
                at_line(
                    f"my_model.dataset is {dataset!r} ({type(dataset).__name__}), expected the path "
                    "of a folder, a function, or an object or module with load_data()",
                    self._attributes.line("dataset.dataset"),
                )
            )
        return self._check_folder(loaded) if isinstance(loaded, str) else loaded

    def _prepare_test_mode(self):
        if self.has_attribute("batch_size"):
            self.batch_size = TEST_SAMPLES
        self.datagen.max_batches_pending = 1

    def _batch_size(self) -> int:
        batch_size = getattr(self, "batch_size", None)
        if batch_size is None:
            get_mltk_logger().warning("The model has no TrainMixin, so no batch_size; using 32")
            return 32
        return batch_size

    def _set_loaded(self, subset: str, train, validation, train_counts: dict, validation_counts: dict):
        """Take over the iterators of a loaded subset."""
        self.datagen_context = DataGeneratorContext(subset, train, validation, train_counts, validation_counts)
        self.class_counts["training"] = train_counts
        self.class_counts["validation"] = validation_counts
        self.y = None
        self.x = {"training": train, "validation": None, "evaluation": validation}[subset]
        self.validation_data = None if subset == "evaluation" else validation

    def _add_normalization_parameters(self):
        """Model parameters that tell the firmware how samples are normalized."""
        generator = self.datagen
        if generator is None:
            return
        self.model_parameters["samplewise_norm.rescale"] = float(generator.rescale or 0)
        self.model_parameters["samplewise_norm.mean_and_std"] = bool(
            generator.samplewise_center and generator.samplewise_std_normalization
        )

    def summarize_dataset(self) -> str:
        """The number of samples of each class of the loaded subsets."""
        return self._offer_summary(str(self.datagen_context) if self.datagen_context else "No dataset loaded")

    def unload_dataset(self):
        """Stop the iterators and let the data set free what it loaded."""
        super().unload_dataset()
        if self.datagen_context is not None:
            self.datagen_context.shutdown()
            self.datagen_context = None
