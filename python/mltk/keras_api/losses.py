"""Keras losses by class; the native library computes them."""


from mltk import _core


def class_name_of(name: str) -> str:
    """`mean_squared_error` -> `MeanSquaredError`."""
    return "".join(part.capitalize() for part in name.split("_"))



class Loss:
    """Base of all losses."""

    _name = None

    def __init__(self, reduction="auto", name=None, **arguments):
        if self._name is None:
            raise NotImplementedError(f"{type(self).__name__}: losses written in Python are not supported yet")
        if reduction not in ("auto", "sum_over_batch_size"):
            raise NotImplementedError(f"{type(self).__name__}(reduction={reduction!r}) is not supported")
        self.name = name or self._name
        self._config = {key: value for key, value in arguments.items() if value is not None}

    def get_config(self) -> dict:
        return dict(self._config)


LOSSES = {
    class_name_of(name): type(class_name_of(name), (Loss,), {"_name": name, "__module__": __name__, "__doc__": f"Keras' {name}."})
    for name in _core.loss_names()
}
globals().update(LOSSES)


def serialize(loss):
    """Name or {class_name, config} for the native library."""
    if isinstance(loss, (str, dict)):
        return loss
    if isinstance(loss, Loss):
        return {"class_name": loss._name, "config": loss.get_config()} if loss.get_config() else loss._name
    if callable(loss) and getattr(loss, "__name__", "") in _core.loss_names():
        return loss.__name__
    raise NotImplementedError(
        f"loss {getattr(loss, '__name__', type(loss).__name__)}: losses written in Python are not supported yet; there are: "
        + ", ".join(_core.loss_names())
    )
