"""Keras' learning rate schedules. Each class is made from the native library's definition."""

import json

from mltk import _core
from mltk.keras_api import custom_objects as objects


class LearningRateSchedule:
    """Base of all schedules: the learning rate as a function of the updates done so far."""

    _class_name = ""
    _arguments: dict = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not cls.__dict__.get("_class_name"):
            cls._class_name = ""  # written in Python: defines __call__(step), which gives the rate

    def __init__(self, *args, name=None, **kwargs):
        if not self._class_name:
            self.name = name
            return
        if len(args) > len(self._arguments):
            raise TypeError(f"{self._class_name}() takes {len(self._arguments)} arguments, got {len(args)}")
        given = {**dict(zip(self._arguments, args)), **kwargs}
        missing = [key for key, default in self._arguments.items() if not default and key not in given]
        unknown = [key for key in given if key not in self._arguments]
        if missing or unknown:
            raise TypeError(
                f"{self._class_name}(): " + (f"'{missing[0]}' is missing" if missing else f"there is no argument '{unknown[0]}'")
            )
        self._config = {key: given.get(key, json.loads(default) if default else None) for key, default in self._arguments.items()}
        self.name = name

    def __call__(self, step) -> float:
        """The rate after `step` updates."""
        if not self._class_name:
            raise NotImplementedError(f"{type(self).__name__} must define __call__(step)")
        return _core.schedule_rate(self._class_name, self._config, int(step))

    def get_config(self) -> dict:
        return {**self.__dict__.get("_config", {}), "name": self.name} if self._class_name else {}

    @classmethod
    def from_config(cls, config: dict):
        """The schedule of `get_config`."""
        return cls(**config)

    def serialize(self) -> dict:
        """For the native trainer."""
        return {"class_name": self._class_name, "config": self._config}


SCHEDULES: dict = {}
for _name, _arguments in _core.schedule_definitions():
    SCHEDULES[_name] = type(
        _name,
        (LearningRateSchedule,),
        {"_class_name": _name, "_arguments": dict(_arguments), "__module__": __name__, "__doc__": f"Keras' {_name}."},
    )
globals().update(SCHEDULES)
CosineDecayRestarts = SCHEDULES["CosineDecayRestarts"]


def serialize(schedule) -> dict:
    """Keras' form in files."""
    return {
        "module": "keras.optimizers.schedules",
        "class_name": type(schedule).__name__,
        "config": schedule.get_config(),
        "registered_name": None,
    }


def deserialize(config: dict, custom_objects=None) -> LearningRateSchedule:
    """The schedule of `serialize`."""
    name = config["class_name"]
    own = objects.find_class(name)
    if own is not None:
        return own.from_config(config["config"])
    if name not in SCHEDULES:
        raise NotImplementedError(f"learning rate schedule '{name}' is not supported; there are: {', '.join(SCHEDULES)}")
    return SCHEDULES[name](**config["config"])
