"""Evaluation of an auto-encoder that finds anomalies."""

from typing import Callable

from mltk.core.errors import at_line
from mltk.core.model.mixins.evaluate_classifier_mixin import EvaluateClassifierMixin
from mltk.core.model.model_attributes import setting


class EvaluateAutoEncoderMixin(EvaluateClassifierMixin):
    """An auto-encoder; the distance of input and output tells normal samples from the others."""

    scoring_function = setting(
        "eval_autoencoder.scoring_function",
        (),
        doc="`f(original, decoded)` -> score of a sample, larger for less normal ones; None follows from `loss`.",
    )
    eval_classes = setting(
        "eval_autoencoder.classes",
        (list, tuple),
        factory=lambda: ["normal", "abnormal"],
        doc="Classes of the evaluation, the normal one first.",
    )

    def get_scoring_function(self) -> Callable:
        """`scoring_function`, or the function of the loss: mean squared or mean absolute error, or correlation."""
        if self.scoring_function:
            return self.scoring_function
        loss = self.loss
        name = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
        for function, names in _SCORES.items():
            if name in names or type(loss).__name__ in names:
                return function
        raise ValueError(
            at_line(
                f"my_model.loss is {loss!r}: no scoring function follows from it, expected one of mse, mae, corr; "
                "set my_model.scoring_function",
                self._attributes.line("train.loss"),
            )
        )


def _mean_squared_error(original, decoded) -> float:
    import numpy as np

    return float(np.mean(np.square(np.asarray(original, np.float32) - np.asarray(decoded, np.float32))))


def _mean_absolute_error(original, decoded) -> float:
    import numpy as np

    return float(np.mean(np.abs(np.asarray(original, np.float32) - np.asarray(decoded, np.float32))))


def _negative_correlation(original, decoded) -> float:
    import numpy as np

    return float(-np.corrcoef(np.ravel(original), np.ravel(decoded))[0, 1])


_SCORES = {
    _mean_squared_error: ("mse", "mean_squared_error", "MeanSquaredError"),
    _mean_absolute_error: ("mae", "mean_absolute_error", "MeanAbsoluteError"),
    _negative_correlation: ("corr", "correlation", "Correlation"),
}
