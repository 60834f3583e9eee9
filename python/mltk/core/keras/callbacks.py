"""Keras callbacks of MLTK 0.20."""

import itertools
from typing import List, Optional, Tuple

from mltk.keras_api import backend
from mltk.keras_api.callbacks import Callback


class SteppedLearnRateScheduler(Callback):
    """Sets the learning rate by the number of steps, which are counted over all epochs.

    Training ends after the last step of the schedule.

    Args:
        learning_rate: (number of steps, learning rate), one after another
    """

    def __init__(self, learning_rate: List[Tuple[int, float]]):
        super().__init__()
        if not learning_rate:
            raise ValueError(
                "SteppedLearnRateScheduler: learning_rate is empty, expected a list of (steps, learning rate)"
            )
        self._rates = [rate for _, rate in learning_rate]
        self._last_steps = list(itertools.accumulate(steps for steps, _ in learning_rate))
        self._step = 0

    def on_train_batch_begin(self, batch: int, logs: Optional[dict] = None):
        """Set the rate of this step."""
        self._step += 1
        rate = next((rate for rate, last in zip(self._rates, self._last_steps) if self._step <= last), None)
        if rate is None:
            self.model.stop_training = True
        else:
            backend.set_value(self.model.optimizer.lr, rate)

    def on_train_batch_end(self, batch: int, logs: Optional[dict] = None):
        """Add the rate to the logs of the batch."""
        if logs is not None:
            logs["lr"] = backend.get_value(self.model.optimizer.lr)
