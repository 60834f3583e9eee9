"""Keras optimizers. Each class is made from the native library's definition."""

from mltk import _core
from mltk.keras_api import schedules
from mltk.keras_api.schedules import LearningRateSchedule
from mltk.keras_api.tensors import current_trace, to_array

_FLAGS = {"amsgrad", "nesterov", "centered", "use_ema", "relative_step"}


class LearningRate(float):
    """The learning rate of an optimizer: a number that can be set, as Keras' variable."""

    def __new__(cls, value: float, optimizer):
        rate = super().__new__(cls, value)
        rate._optimizer = optimizer
        return rate

    def assign(self, value):
        """Set the optimizer's rate."""
        self._optimizer.learning_rate = float(value)

    def numpy(self) -> float:
        """The number."""
        return float(self)

    value = numpy
    read_value = numpy

    def __reduce__(self):
        return float, (float(self),)


class Optimizer:
    """Base of all optimizers; holds the hyper-parameters.

    `learning_rate` (also `lr`) may be read and set while a model trains.
    """

    _class_name = ""
    _legacy = False
    _defaults: dict = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not cls.__module__.startswith("mltk.keras_api"):
            raise NotImplementedError(
                f"class {cls.__name__}: optimizers written in Python are not supported, the update of the weights is native; "
                "use one of tf.keras.optimizers, with a schedule, weight_decay or clipnorm"
            )

    def __init__(self, *args, name=None, **kwargs):
        for argument, value in zip(self._defaults, args):
            kwargs.setdefault(argument, value)
        if "lr" in kwargs:
            kwargs["learning_rate"] = kwargs.pop("lr")
        kwargs.pop("jit_compile", None)
        unknown = [key for key in kwargs if key not in self._defaults]
        if unknown:
            raise TypeError(
                f"{self._class_name}({unknown[0]}=...) is not supported; it has: {', '.join(self._defaults)}"
                + ("" if self._legacy or unknown[0] != "decay" else ". `decay` belongs to tf.keras.optimizers.legacy")
            )
        self._hyper = dict(self._defaults)
        self._schedule = None
        for key, value in kwargs.items():
            if key == "learning_rate" and isinstance(value, dict):
                value = schedules.deserialize(value)
            if key == "learning_rate" and isinstance(value, LearningRateSchedule):
                self._schedule = value
                if not value._class_name:
                    self._hyper["learning_rate"] = float(value(0))
            elif callable(value) or hasattr(value, "get_config"):
                raise NotImplementedError(
                    f"{self._class_name}({key}=...): {type(value).__name__} is not supported; give a number or a schedule of "
                    "tf.keras.optimizers.schedules"
                )
            else:
                self._hyper[key] = None if value is None else float(value)
        self.name = name or self._class_name
        self._trainer = None
        self._updater = None
        self._variables: list = []

    def attach(self, trainer):
        """Let the learning rate be that of a running training."""
        self._trainer = trainer

    @property
    def learning_rate(self) -> float:
        owner = self._trainer or self._updater
        if owner:
            return LearningRate(owner.learning_rate, self)
        return LearningRate(self._schedule(0) if self._schedule else self._hyper["learning_rate"], self)

    @learning_rate.setter
    def learning_rate(self, value):
        if self._schedule is not None:
            raise TypeError(
                f"the learning rate of {self.name} comes from {type(self._schedule).__name__} and cannot be set; give the "
                "optimizer a number, or leave out the callback that sets it"
            )
        self._hyper["learning_rate"] = float(value)
        if self._trainer:
            self._trainer.learning_rate = float(value)
        if self._updater:
            self._updater.learning_rate = float(value)

    lr = learning_rate

    def apply_gradients(self, grads_and_vars, **_):
        """Update variables by their gradients: inside of train_step when the step runs, else at once."""
        pairs = [(gradient, variable) for gradient, variable in grads_and_vars if gradient is not None]
        trace = current_trace()
        if trace is None:
            self._apply_at_hand(pairs)
            return
        if not hasattr(trace, "gradients"):
            raise RuntimeError("apply_gradients is for train_step")
        trace.gradients.extend(pairs)
        owners = trace.__dict__.setdefault("optimizers", [])
        if all(owner is not self for owner in owners):
            owners.append(self)
        if len(owners) > 1:
            raise NotImplementedError("train_step uses several optimizers; one is supported, that of compile(optimizer=...)")

    def minimize(self, loss, var_list, tape=None):
        """Update `var_list` so that `loss`, a tensor with the tape that watched it, or a function, gets smaller."""
        from mltk.keras_api.tape import GradientTape

        if callable(loss):
            with GradientTape() as tape:
                loss = loss()
        elif tape is None:
            raise ValueError("minimize(loss) of a tensor needs the tape: minimize(loss, variables, tape=tape)")
        variables = var_list() if callable(var_list) else var_list
        self.apply_gradients(list(zip(tape.gradient(loss, variables), variables)))

    @property
    def python_schedule(self):
        """A schedule written in Python: its rate is set before each step. None: there is none."""
        return self._schedule if self._schedule is not None and not self._schedule._class_name else None

    def set_rate_of(self, owner, step: int):
        """Let the running training `owner` have the rate that a schedule written in Python gives for an update."""
        if self.python_schedule is not None:
            owner.learning_rate = float(self.python_schedule(step))

    def _apply_at_hand(self, pairs):
        variables = [variable for _, variable in pairs]
        if self._updater is None or [v.native.key for v in self._variables] != [v.native.key for v in variables]:
            self._updater = _core.OptimizerAtHand(self.serialize(), [variable.native for variable in variables])
            self._variables = variables
        self.set_rate_of(self._updater, self._updater.iteration)
        self._updater.apply([to_array(gradient) for gradient, _ in pairs])

    @property
    def iterations(self) -> int:
        """Updates done so far."""
        owner = self._trainer or self._updater
        return owner.iteration if owner is not None else 0

    def serialize(self) -> dict:
        """For the native trainer."""
        config = dict(self._hyper)
        if self._schedule is not None and self._schedule._class_name:
            config["learning_rate"] = self._schedule.serialize()
        return {"class_name": self._class_name, "legacy": self._legacy, "config": config}

    def get_config(self) -> dict:
        """Arguments by name, in the order of Keras' files."""
        import numpy as np

        hyper = {key: bool(value) if key in _FLAGS else value for key, value in self._hyper.items()}
        # Keras keeps the rate in float32.
        hyper["learning_rate"] = (
            schedules.serialize(self._schedule) if self._schedule else float(np.float32(hyper["learning_rate"]))
        )
        for key in ("ema_overwrite_frequency",):
            if hyper.get(key) is not None:
                hyper[key] = int(hyper[key])
        if self._legacy:
            hyper = {key: value for key, value in hyper.items() if value is not None}
            return {"name": self.name, **hyper}
        common = ("weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "use_ema", "ema_momentum", "ema_overwrite_frequency")
        config = {"name": self.name, **{key: hyper[key] for key in common}, "jit_compile": False, "is_legacy_optimizer": False}
        return {**config, **{key: value for key, value in hyper.items() if key not in common}}

    def keras_config(self) -> dict:
        """The entry of Keras' .h5 files."""
        return {"class_name": self._class_name if self._legacy else f"Custom>{self._class_name}", "config": self.get_config()}


def _make_class(name: str, legacy: bool, module: str) -> type:
    attributes = {
        "_class_name": name,
        "_legacy": legacy,
        "_defaults": dict(_core.optimizer_arguments(name, legacy)),
        "__doc__": f"Keras' {'legacy ' if legacy else ''}{name}.",
        "__module__": module,
    }
    return type(name, (Optimizer,), attributes)


OPTIMIZERS = {name: _make_class(name, False, __name__) for name in _core.optimizer_names(False)}
LEGACY_OPTIMIZERS = {name: _make_class(name, True, f"{__name__}.legacy") for name in _core.optimizer_names(True)}
globals().update(OPTIMIZERS)


def make(name: str, legacy: bool = False, /, **arguments) -> Optimizer:
    """An optimizer by name, upper or lower case."""
    classes = LEGACY_OPTIMIZERS if legacy else OPTIMIZERS
    for known, cls in classes.items():
        if known.lower() == name.lower():
            return cls(**arguments)
    raise NotImplementedError(f"optimizer '{name}' is not supported; there are: {', '.join(classes)}")


def get(identifier) -> Optimizer:
    """An optimizer from a name, a Keras config or an optimizer."""
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, str):
        return make(identifier)
    if isinstance(identifier, dict):
        return from_config(identifier)
    raise TypeError(f"optimizer is {type(identifier).__name__}, expected a name or an optimizer")


def from_config(config: dict) -> Optimizer:
    """The optimizer of a Keras file's entry."""
    name = config["class_name"].rsplit(">", 1)[-1]
    given = dict(config.get("config", {}))
    # Files of legacy optimizers have no prefix and a decay; Nadam's stands for another number there.
    legacy = ">" not in config["class_name"] and "decay" in given
    given.pop("is_legacy_optimizer", None)
    if legacy and name == "Nadam":
        given.pop("decay")
    return make(name, legacy, **given)
