"""Keras callbacks: those of the native library by their arguments, and the base class of a specification's own."""

from typing import List

from mltk import _core


class Callback:
    """Base of callbacks written in Python; methods are called with Keras' arguments.

    Attributes:
        model: the model that is trained; `self.model.stop_training = True` ends the training
        params: `verbose`, `epochs`, `steps`
    """

    def __init__(self):
        self.model = None
        self.params: dict = {}

    def set_model(self, model):
        self.model = model

    def set_params(self, params: dict):
        self.params = params

    def on_train_begin(self, logs=None):
        """Called once before the first epoch."""

    def on_train_end(self, logs=None):
        """Called once after the last epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        """Called before epoch `epoch` (from 0)."""

    def on_epoch_end(self, epoch, logs=None):
        """Called after an epoch; what is put into `logs` is kept in the history."""

    def on_batch_begin(self, batch, logs=None):
        """Called before a step."""

    def on_batch_end(self, batch, logs=None):
        """Called after a step."""

    def on_train_batch_begin(self, batch, logs=None):
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        self.on_batch_end(batch, logs)

    def on_test_begin(self, logs=None):
        """Called before a validation or an evaluation."""

    def on_test_end(self, logs=None):
        """Called after it, with its values."""

    def on_test_batch_begin(self, batch, logs=None):
        """Called before one of its batches."""

    def on_test_batch_end(self, batch, logs=None):
        """Called after one of its batches."""

    def on_predict_begin(self, logs=None):
        """Called before a prediction."""

    def on_predict_end(self, logs=None):
        """Called after a prediction."""

    def on_predict_batch_begin(self, batch, logs=None):
        """Not called: a prediction is one call."""

    def on_predict_batch_end(self, batch, logs=None):
        """Not called: a prediction is one call."""

    def _wants_batches(self) -> bool:
        names = (
            "on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end", "on_test_batch_begin", "on_test_batch_end",
        )  # fmt: skip
        return any(getattr(type(self), name) is not getattr(Callback, name) for name in names)

    def _added_logs(self) -> List[str]:
        return []


# Attributes may be missing when a subclass does not call super().__init__().
Callback.model = None
Callback.params = {}


class History(Callback):
    """What `fit` returns.

    Attributes:
        epoch: 0-based epochs that ran
        history: name -> one value an epoch
        interrupted: stopped by Ctrl-C
    """

    def __init__(self):
        super().__init__()
        self.epoch: list = []
        self.history: dict = {}
        self.interrupted = False


#: Order of Keras' arguments.
_POSITIONS = {
    "ModelCheckpoint": ("filepath", "monitor", "verbose", "save_best_only", "save_weights_only", "mode", "save_freq"),
    "EarlyStopping": ("monitor", "min_delta", "patience", "verbose", "mode", "baseline", "restore_best_weights", "start_from_epoch"),
    "ReduceLROnPlateau": ("monitor", "factor", "patience", "verbose", "mode", "min_delta", "cooldown", "min_lr"),
    "CSVLogger": ("filename", "separator", "append"),
}


class _Native(Callback):
    """A callback that runs in the native library.

    Attributes:
        arguments: those of the constructor, by name
    """

    def __init__(self, *args, **arguments):
        super().__init__()
        order = _POSITIONS.get(type(self).__name__, ())
        if len(args) > len(order):
            raise TypeError(f"{type(self).__name__}() takes {len(order)} positional arguments, got {len(args)}")
        arguments = {**dict(zip(order, args)), **arguments}
        self.arguments = arguments
        for name, value in arguments.items():
            setattr(self, name, value)
        self._native = _core.make_callback(type(self).__name__, {k: v for k, v in arguments.items() if v is not None})


def _make_class(name: str):
    return type(name, (_Native,), {"__doc__": f"Keras' {name}.", "__module__": __name__})


_CLASSES = {name: _make_class(name) for name in _core.callback_names()}
globals().update(_CLASSES)


class NativeCallback(Callback):
    """Wraps a callback that other parts of the native library made."""

    def __init__(self, native):
        super().__init__()
        self._native = native


class TensorBoard(_Native):
    """Keras' TensorBoard: scalars of each epoch as event files."""

    def __init__(self, log_dir="logs", histogram_freq=0, write_graph=True, write_images=False, write_steps_per_second=False,
                 update_freq="epoch", profile_batch=0, embeddings_freq=0, embeddings_metadata=None, **kwargs):  # pylint: disable=super-init-not-called
        Callback.__init__(self)
        if kwargs:
            raise TypeError(f"TensorBoard() has no argument '{next(iter(kwargs))}'")
        self.log_dir = log_dir
        self.arguments = {"log_dir": log_dir}
        self._native = _core.tensorboard_callback(str(log_dir))


class LearningRateScheduler(Callback):
    """Sets the learning rate of each epoch from a function of (epoch, rate) or (epoch)."""

    def __init__(self, schedule, verbose=0):
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose
        self.arguments = {"schedule": schedule, "verbose": verbose}

    def on_epoch_begin(self, epoch, logs=None):
        rate = float(self.model.optimizer.learning_rate)
        try:
            rate = self.schedule(epoch, rate)
        except TypeError:
            rate = self.schedule(epoch)
        if not isinstance(rate, float) and not hasattr(rate, "dtype"):
            raise ValueError(f"lr_schedule returned {type(rate).__name__} for epoch {epoch}, expected a float")
        self.model.optimizer.learning_rate = float(rate)

    def on_epoch_end(self, epoch, logs=None):
        logs["lr"] = float(self.model.optimizer.learning_rate)

    def _added_logs(self) -> List[str]:
        return ["lr"]


class PythonSchedule(Callback):
    """Sets the rate of each step from a schedule that is written in Python."""

    def __init__(self, optimizer, trainer):
        super().__init__()
        self._optimizer = optimizer
        self._trainer = trainer
        self._step = trainer.iteration

    def on_train_batch_begin(self, batch, logs=None):
        self._optimizer.set_rate_of(self._trainer, self._step)
        self._step += 1


class LambdaCallback(Callback):
    """Calls functions given as keyword arguments (`on_epoch_end=...`)."""

    def __init__(self, **functions):
        super().__init__()
        for name, function in functions.items():
            if not hasattr(Callback, name):
                raise TypeError(f"LambdaCallback() has no argument '{name}'")
            if function is not None:
                setattr(self, name, function)
