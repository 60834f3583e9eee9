"""Keras optimizers. Each class is made from the native library's definition."""

from mltk import _core


class Optimizer:
    """Base of all optimizers; holds the hyper-parameters.

    `learning_rate` (also `lr`) may be read and set while a model trains.
    """

    _class_name = ""
    _arguments: tuple = ()

    def __init__(self, *args, name=None, **kwargs):
        for argument, value in zip(self._arguments, args):
            kwargs.setdefault(argument, value)
        if "lr" in kwargs:
            kwargs["learning_rate"] = kwargs.pop("lr")
        unknown = [key for key, value in kwargs.items() if key not in self._arguments and value is not None]
        if unknown:
            raise NotImplementedError(
                f"{self._class_name}({unknown[0]}=...) is not supported; it has: {', '.join(self._arguments)}"
            )
        self._hyper = dict(_core.optimizer_arguments(self._class_name))
        for key, value in kwargs.items():
            if key in self._hyper and value is not None:
                if callable(value) or hasattr(value, "get_config"):
                    raise NotImplementedError(f"{self._class_name}({key}=...): schedules are not supported yet; use my_model.lr_schedule")
                self._hyper[key] = float(value)
        self.name = name or self._class_name
        self._trainer = None

    def attach(self, trainer):
        """Let the learning rate be that of a running training."""
        self._trainer = trainer

    @property
    def learning_rate(self) -> float:
        return self._trainer.learning_rate if self._trainer else self._hyper["learning_rate"]

    @learning_rate.setter
    def learning_rate(self, value):
        self._hyper["learning_rate"] = float(value)
        if self._trainer:
            self._trainer.learning_rate = float(value)

    lr = learning_rate

    def serialize(self) -> dict:
        """For the native trainer."""
        return {"class_name": self._class_name, "config": self._hyper}

    def get_config(self) -> dict:
        return dict(self._hyper, name=self.name)

    def keras_config(self) -> dict:
        """The entry of Keras' .h5 files."""
        import numpy as np

        flags = {"amsgrad", "nesterov", "centered"}
        hyper = {key: bool(value) if key in flags else value for key, value in self._hyper.items()}
        # Keras keeps the rate in float32.
        hyper["learning_rate"] = float(np.float32(hyper["learning_rate"]))
        config = {
            "name": self.name,
            "weight_decay": None,
            "clipnorm": None,
            "global_clipnorm": None,
            "clipvalue": None,
            "use_ema": False,
            "ema_momentum": 0.99,
            "ema_overwrite_frequency": None,
            "jit_compile": False,
            "is_legacy_optimizer": False,
        }
        return {"class_name": f"Custom>{self._class_name}", "config": {**config, **hyper}}


OPTIMIZERS = {
    name: type(
        name,
        (Optimizer,),
        {
            "_class_name": name,
            "_arguments": tuple(argument for argument, _ in _core.optimizer_arguments(name)),
            "__doc__": f"Keras' {name}.",
            "__module__": __name__,
        },
    )
    for name in _core.optimizer_names()
}
globals().update(OPTIMIZERS)


def make(name: str, **arguments) -> Optimizer:
    """An optimizer by name, upper or lower case."""
    for known, cls in OPTIMIZERS.items():
        if known.lower() == name.lower():
            return cls(**arguments)
    raise NotImplementedError(f"optimizer '{name}' is not supported; there are: {', '.join(OPTIMIZERS)}")


def get(identifier) -> Optimizer:
    """An optimizer from a name, a Keras config or an optimizer."""
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, str):
        return make(identifier)
    if isinstance(identifier, dict):
        return make(identifier["class_name"], **identifier.get("config", {}))
    raise TypeError(f"optimizer is {type(identifier).__name__}, expected a name or an optimizer")
