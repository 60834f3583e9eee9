"""What an evaluation returns. The scores, texts, files and pictures are computed by the native library."""

import json
import os

from mltk.utils.path import write_file


class EvaluationResults(dict):
    """Results by name; a custom evaluation function stores what it measured and returns one.

    Args:
        name: of the model
        model_type: `generic`, `classification` or `auto_encoder`
    """

    def __init__(self, *args, name: str = "my_model", model_type: str = "generic", **kwargs):
        super().__init__(*args, name=name, model_type=model_type, **kwargs)

    @property
    def name(self) -> str:
        return self["name"]

    @property
    def model_type(self) -> str:
        return self["model_type"]

    def generate_summary(self, include_all: bool = True) -> str:
        """The results as text, one `key: value` a line."""
        lines = [f"Name: {self.name}", f"Model Type: {self.model_type}"]
        if include_all:
            lines += [f"{key}: {value}" for key, value in self.items() if key not in ("name", "model_type")]
        return "\n".join(lines)

    def generate_plots(self, show: bool = True, output_dir=None, logger=None):
        """Draw diagrams into `output_dir`; a subclass that has some implements it."""
        raise NotImplementedError(f"{type(self).__name__} has no plots")

    def write(self, output_dir: str):
        """Write `eval-results.json`, `summary.txt` and the plots into `output_dir`."""
        write_file(os.path.join(output_dir, "eval-results.json"), self.to_json())
        write_file(os.path.join(output_dir, "summary.txt"), self.generate_summary())
        try:
            self.generate_plots(show=False, output_dir=output_dir)
        except NotImplementedError:
            pass

    def to_json(self) -> str:
        return json.dumps(self)

    def __str__(self) -> str:
        return self.generate_summary()


def _properties(*names):
    """A class decorator that reads the named keys as properties."""

    def decorate(cls):
        for name in names:
            setattr(cls, name, property(lambda self, key=name: self[key], doc=f"The value of `{name}`."))
        return cls

    return decorate


@_properties(
    "classes",
    "overall_accuracy",
    "class_accuracies",
    "fpr",
    "tpr",
    "roc_auc",
    "roc_thresholds",
    "roc_auc_avg",
    "precision",
    "recall",
    "confusion_matrix",
)
class ClassifierEvaluationResults(EvaluationResults):
    """Scores of a classifier.

    `tpr`, `fpr` [class][threshold], `roc_auc` [class], `roc_thresholds` (0.00 to 1.00 in steps of 0.01), `precision`
    and `recall` [class][point], `confusion_matrix` [actual][predicted].
    """

    def __init__(self, *args, classes=None, name: str = "my_model", **kwargs):
        super().__init__(*args, name=name, model_type="classification", **kwargs)
        self["classes"] = classes
        self._native = None

    @classmethod
    def from_predictions(cls, name, classes, y, y_pred) -> "ClassifierEvaluationResults":
        """Score `y_pred` [N, classes] or [N] against the class ids `y` [N]."""
        results = cls(name=name, classes=classes)
        results.calculate(y, y_pred)
        return results

    def calculate(self, y, y_pred):
        """Score `y_pred` [N, classes] or [N] against the class ids `y` [N]."""
        import numpy as np

        from mltk import _core

        y = np.ascontiguousarray(y, dtype=np.int32)
        y_pred = np.ascontiguousarray(y_pred, dtype=np.float32)
        classes = self["classes"] or [str(i) for i in range(max(2, y_pred.shape[-1] if y_pred.ndim > 1 else 2))]
        self._native = _core.evaluate_classifier(self.name, list(classes), y, y_pred)
        self.update(json.loads(self._native.to_json()))

    @property
    def false_positive_rate(self):
        return self["fpr"]

    def generate_plots(self, show: bool = True, output_dir=None, logger=None):
        """Draw the diagrams into `output_dir` as PNG files."""
        if output_dir:
            self._native.write_plots(output_dir)

    def to_json(self) -> str:
        return self._native.to_json()

    def generate_summary(self, include_all: bool = True) -> str:
        return self._native.summary()


@_properties(
    "classes",
    "all_scores",
    "thresholds",
    "overall_accuracy",
    "overall_precision",
    "overall_recall",
    "overall_pr_accuracy",
    "overall_tpr",
    "overall_fpr",
    "overall_roc_auc",
    "class_stats",
)
class AutoEncoderEvaluationResults(EvaluationResults):
    """Scores of an auto-encoder that tells normal samples (the first class) from abnormal ones."""

    def __init__(self, *args, classes=None, name: str = "my_model", **kwargs):
        super().__init__(*args, name=name, model_type="auto_encoder", **kwargs)
        self["classes"] = classes
        self._native = None

    @property
    def overall_thresholds(self):
        """The thresholds of the overall figures."""
        return self["thresholds"]

    def calculate(self, y, y_pred, all_scores, thresholds=None):
        """Compute all figures from `all_scores` [class][sample]; `y` and `y_pred` say the same and are not needed.

        Raises:
            NotImplementedError: `thresholds` were given: they follow from the scores
        """
        if thresholds is not None:
            raise NotImplementedError("thresholds cannot be given: 101 of them are spread over the scores; leave them out")
        self._native = None
        computed = type(self).from_scores(self.name, self["classes"], all_scores)
        self.update(computed)
        self._native = computed._native

    @classmethod
    def from_scores(cls, name, classes, all_scores) -> "AutoEncoderEvaluationResults":
        """`all_scores` [class][sample]: reconstruction errors, of the normal class first."""
        from mltk import _core

        results = cls(name=name, classes=classes)
        results._native = _core.evaluate_autoencoder(name, list(classes), all_scores)
        results.update(json.loads(results._native.to_json()))
        return results

    def generate_plots(self, show: bool = True, output_dir=None, logger=None):
        """Draw the diagrams into `output_dir` as PNG files."""
        if output_dir:
            self._native.write_plots(output_dir)

    def to_json(self) -> str:
        return self._native.to_json()

    def generate_summary(self, include_all: bool = True) -> str:
        return self._native.summary()
