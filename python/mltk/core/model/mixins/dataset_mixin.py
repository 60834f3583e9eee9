"""Where the samples of a model come from."""

from typing import Any

from mltk.core.errors import at_line
from mltk.core.model.mixins.base_mixin import BaseMixin
from mltk.core.model.model_attributes import setting
from mltk.core.model.model_event import MltkModelEvent

_SUBSETS = ("training", "validation", "evaluation")


class MltkDataset:
    """Base of a specification's own data set: `my_model.dataset = MyDataset()`."""

    def load_dataset(self, subset: str, test: bool = False, **kwargs):
        """Load a subset.

        Args:
            subset: `training`, `validation` or `evaluation`
            test: only a few samples are needed, for a dry run

        Returns:
            None when it sets `x`, `y`, `validation_data` of the model itself, or `x`, `(x, y)`, or
            `(x, y, validation_data)`; `y` may be None
        """

    def unload_dataset(self):
        """Free what `load_dataset` made."""

    def summarize_dataset(self) -> str:
        """A text about the loaded samples; an empty one is replaced by the class counts."""
        return ""

    @staticmethod
    def summarize_class_counts(class_counts: dict) -> str:
        """Text of {class: count}, or of {subset: {class: count}}."""
        if not all(isinstance(counts, dict) for counts in class_counts.values()):
            return _class_counts_text(f"Dataset found {sum(class_counts.values())} samples:", class_counts)
        return "".join(
            _class_counts_text(f"Dataset subset: {subset}, found {sum(counts.values())} samples:", counts)
            for subset, counts in class_counts.items()
            if sum(counts.values()) > 0
        )


def _class_counts_text(title: str, counts: dict) -> str:
    width = max((len(str(name)) for name in counts), default=0)
    return "".join([f"{title}\n"] + [f"  {str(name).rjust(width)}: {count}\n" for name, count in counts.items()])


class DatasetMixin(BaseMixin):
    """Data set of a model, and the arguments of `fit()` that belong to it."""

    dataset = setting(
        "dataset.dataset", object, doc="A `MltkDataset`, or a function, object or module that loads data."
    )
    x = setting("dataset.x", None, doc="Samples: array, data set, sequence or generator.")
    y = setting("dataset.y", None, doc="Labels, when `x` has none.")
    validation_data = setting("dataset.validation_data", None, doc="(x, y), or as `x`.")
    validation_split = setting(
        "dataset.validation_split", float, 0.0, doc="Last fraction of the arrays x, y that is used for validation."
    )
    shuffle = setting("dataset.shuffle", bool, True, doc="Whether each epoch has its own order of samples.")
    class_weights = setting(
        "dataset.class_weights",
        (str, dict, list),
        doc="`balanced`, {class: weight} or a list of weights; None or `none` is off.",
    )
    class_counts = setting(
        "dataset.class_counts",
        dict,
        factory=lambda: {subset: {} for subset in _SUBSETS},
        doc="{subset: {class: number of samples}}, filled by the loader.",
    )
    sample_weight = setting("dataset.sample_weight", object, doc="Array: weight of each sample.")
    steps_per_epoch = setting("dataset.steps_per_epoch", int, doc="Steps of an epoch; None is all.")
    validation_steps = setting("dataset.validation_steps", int, doc="Steps of a validation; None is all.")
    validation_batch_size = setting("dataset.validation_batch_size", int, doc="None is `batch_size`.")
    validation_freq = setting("dataset.validation_freq", int, 1, doc="Validate each n-th epoch.")

    def _register_attributes(self):
        self._attributes.register("dataset.loaded_subset", dtype=str, normalize=self._check_subset)

    @property
    def loaded_subset(self):
        """`training`, `validation`, `evaluation`, or None when nothing is loaded."""
        return self._attributes.get_value("dataset.loaded_subset", default=None)

    @loaded_subset.setter
    def loaded_subset(self, value):
        self._attributes["dataset.loaded_subset"] = value

    @staticmethod
    def _check_subset(value: str) -> str:
        if value.lower() not in _SUBSETS:
            raise ValueError(at_line(f"subset is {value!r}, expected one of {', '.join(_SUBSETS)}"))
        return value.lower()

    def load_dataset(self, subset: str, test: bool = False, **kwargs):
        """Load a subset into `x`, `y` and `validation_data`; `kwargs` go to the loader."""
        self.loaded_subset = subset
        self.x = self.y = self.validation_data = None
        dataset = self.dataset
        if dataset is None:
            return
        self.trigger_event(MltkModelEvent.BEFORE_LOAD_DATASET, subset=subset, test=test, **kwargs)
        if isinstance(dataset, MltkDataset) or not callable(dataset):
            loader = getattr(dataset, "load_dataset", None)
            if loader is None or isinstance(dataset, (str, dict)):
                line = self._attributes.line("dataset.dataset")
                raise ValueError(
                    at_line(
                        f"my_model.dataset is {dataset!r} ({type(dataset).__name__}), expected an "
                        "MltkDataset, a function, or an object or module with load_dataset()",
                        line,
                    )
                )
        else:
            loader = dataset
        self._take_loaded(loader(subset=subset, test=test, mltk_model=self, **kwargs))
        self.trigger_event(MltkModelEvent.AFTER_LOAD_DATASET, subset=subset, test=test, **kwargs)

    def _take_loaded(self, loaded: Any):
        if loaded is None:
            return
        if isinstance(loaded, str) or (isinstance(loaded, tuple) and not 1 <= len(loaded) <= 3):
            what = f"a tuple of {len(loaded)}" if isinstance(loaded, tuple) else repr(loaded)
            raise ValueError(
                at_line(
                    f"the loader of my_model.dataset returned {what}, expected x, (x, y) or (x, y, validation_data)",
                    self._attributes.line("dataset.dataset"),
                )
            )
        parts = loaded if isinstance(loaded, tuple) else (loaded,)
        for name, part in zip(("x", "y", "validation_data"), parts):
            setattr(self, name, part)

    def unload_dataset(self):
        """Let the data set free what it loaded."""
        self.loaded_subset = None
        self.trigger_event(MltkModelEvent.BEFORE_UNLOAD_DATASET)
        unload = self._dataset_method("unload_dataset")
        if unload is not None:
            unload()
        self.trigger_event(MltkModelEvent.AFTER_UNLOAD_DATASET)

    def summarize_dataset(self) -> str:
        """A text about the loaded samples."""
        summarize = self._dataset_method("summarize_dataset")
        summary = summarize() if summarize is not None else ""
        if not summary and self.class_counts:
            summary = MltkDataset.summarize_class_counts(self.class_counts)
        return self._offer_summary(summary)

    def _offer_summary(self, summary: str) -> str:
        """The summary as the handlers of SUMMARIZE_DATASET leave it."""
        holder = {"value": summary}
        self.trigger_event(MltkModelEvent.SUMMARIZE_DATASET, summary=summary, summary_dict=holder)
        return holder["value"]

    def _dataset_method(self, name: str):
        dataset = self.dataset
        if dataset is None or (callable(dataset) and not isinstance(dataset, MltkDataset)):
            return None
        return getattr(dataset, name, None)
