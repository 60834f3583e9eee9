"""What a training returns."""

import os
from typing import Optional, Tuple

#: Metrics that describe a result, best first, and whether larger is better.
_RANKED_METRICS = (
    ("accuracy", True),
    ("mse", False),
    ("mean_squared_error", False),
    ("mae", False),
    ("mean_absolute_error", False),
    ("mape", False),
    ("mean_absolute_percentage_error", False),
    ("msle", False),
    ("mean_squared_logarithmic_error", False),
)


class TrainingResults:
    """Model, history and archive of a training.

    Attributes:
        mltk_model: the specification's model object
        keras_model: the trained Keras model
        epochs: 0-based indices of the epochs that ran
        params: `verbose`, `epochs`, `steps` of the run
        history: metric name -> one value an epoch
        model_archive_path: the archive, or None when none was made
        target: name of the board that the model was made for, or None
    """

    def __init__(
        self, mltk_model, keras_model, history, model_archive_path: Optional[str] = None, target: Optional[str] = None
    ):
        self.mltk_model = mltk_model
        self.keras_model = keras_model
        self.epochs = list(history.epoch)
        self.params = dict(history.params)
        self.history = {name: [float(value) for value in values] for name, values in history.history.items()}
        self.model_archive_path = model_archive_path
        self.target = target

    def asdict(self) -> dict:
        """The content of `training-history.json`."""
        return {"epochs": self.epochs, "params": self.params, "history": self.history}

    def get_best_metric(self) -> Tuple[Optional[str], float]:
        """Name and best value of the first metric of accuracy, mse, mae, ... that was measured, validation first."""
        for name, larger_is_better in _RANKED_METRICS:
            for key in (f"val_{name}", name):
                values = self.history.get(key)
                if values:
                    return key, max(values) if larger_is_better else min(values)
        return None, 0

    def best_epoch(self) -> Optional[int]:
        """Number of the epoch, from 1, with the value of `get_best_metric`; None when nothing of it was measured."""
        name, best = self.get_best_metric()
        return None if name is None else self.epochs[self.history[name].index(best)] + 1

    def write_history(self, output_dir: str):
        """Write `training-history.json` and `training-history.png`."""
        import json

        from mltk import _core

        _core.write_text(os.path.join(output_dir, "training-history.json"), json.dumps(self.asdict(), indent=2))
        if self.epochs:
            _core.write_history_plot(os.path.join(output_dir, "training-history.png"), list(self.history.items()))

    def write_report(self) -> str:
        """Write `report.html` into the log folder and the archive; returns its path."""
        from mltk.core.report import write_report

        return write_report(self.mltk_model, self.target)

    def show(self):
        """Open the report in the browser."""
        import webbrowser

        webbrowser.open("file://" + os.path.abspath(self.write_report()))

    def __str__(self) -> str:
        name, value = self.get_best_metric()
        return f"Best training {name} = {value:.3f}" if name else "Training results"
