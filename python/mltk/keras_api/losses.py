"""Keras losses by class and function name; the native library computes them."""

from mltk import _core


class Loss:
    """Base of all losses.

    Args:
        reduction: "auto" or "sum_over_batch_size" (the mean), or "sum"
        name: of the loss
    """

    _name = None
    _class_name = ""
    _arguments: tuple = ()

    def __init__(self, *args, reduction="auto", name=None, **arguments):
        if self._name is None:
            raise NotImplementedError(f"{type(self).__name__}: losses written in Python are not supported yet")
        order = self._arguments + ("reduction", "name")
        given = dict(zip(order, args), **arguments)
        self.reduction = given.pop("reduction", reduction) or "auto"
        self.name = given.pop("name", name) or self._name
        unknown = [key for key in given if key not in self._arguments]
        if unknown:
            raise TypeError(f"{self._class_name}() has no argument '{unknown[0]}'; it has: {', '.join(order)}")
        self._config = {key: value for key, value in given.items() if value is not None}

    def get_config(self) -> dict:
        return {"reduction": self.reduction, "name": self.name, **self._config}

    def serialize(self):
        """For the native library and Keras' files."""
        if not self._config and self.reduction in ("auto", "sum_over_batch_size"):
            return self._name
        return {"class_name": self._class_name, "config": self.get_config()}


#: Definitions of the native library: name, class name, aliases, arguments.
_DEFINITIONS = _core.loss_definitions()
LOSSES = {
    class_name: type(
        class_name,
        (Loss,),
        {
            "_name": name,
            "_class_name": class_name,
            "_arguments": tuple(arguments),
            "__module__": __name__,
            "__doc__": f"Keras' {name}.",
        },
    )
    for name, class_name, _, arguments in _DEFINITIONS
}
globals().update(LOSSES)
_NAMES = {known for name, class_name, aliases, _ in _DEFINITIONS for known in (name, class_name, *aliases)}


def serialize(loss):
    """Name or {class_name, config} for the native library."""
    if isinstance(loss, str):
        return loss
    if isinstance(loss, dict):
        return from_config(loss).serialize()
    if isinstance(loss, Loss):
        return loss.serialize()
    if callable(loss) and getattr(loss, "__name__", "") in _NAMES:
        return loss.__name__
    raise NotImplementedError(
        f"loss {getattr(loss, '__name__', type(loss).__name__)}: losses written in Python are not supported yet; there are: "
        + ", ".join(name for name, *_ in _DEFINITIONS)
    )


def from_config(config: dict) -> Loss:
    """The loss of a Keras file's entry."""
    name = config["class_name"]
    if name not in LOSSES:
        raise NotImplementedError(f"loss '{name}' is not supported; there are: {', '.join(LOSSES)}")
    return LOSSES[name](**{key: value for key, value in config["config"].items() if key != "fn"})
