"""Keras activations: functions of tensors, also by name for `activation=`."""

from mltk.keras_api import custom_objects, functions
from mltk.keras_api.functions import backend_relu as _relu, hard_sigmoid as _hard_sigmoid


def _named(name: str, compute):
    def function(x):
        return compute(x)

    function.__name__ = name
    function.__doc__ = f"The activation '{name}'."
    return function


def relu(x, alpha=0.0, max_value=None, threshold=0.0):
    """max(x, 0), or the general form."""
    if alpha == 0.0 and max_value is None and threshold == 0.0:
        return functions.relu(x)
    return _relu(x, alpha, max_value, threshold)


def elu(x, alpha=1.0):
    """x where x > 0, else alpha * (exp(x) - 1)"""
    if alpha == 1.0:
        return functions.elu(x)
    return functions.where(functions.greater(x, 0.0), x, functions.multiply(alpha, functions.expm1(x)))


def softmax(x, axis=-1):
    """exp(x) / sum(exp(x)) along an axis."""
    return functions.softmax(x, axis)


def gelu(x, approximate=False):
    """The Gaussian error linear unit."""
    return functions.gelu(x, approximate)


linear = _named("linear", lambda x: x)
relu6 = _named("relu6", functions.relu6)
sigmoid = _named("sigmoid", functions.sigmoid)
tanh = _named("tanh", functions.tanh)
swish = _named("swish", functions.swish)
silu = swish
exponential = _named("exponential", functions.exp)
selu = _named("selu", functions.selu)
softplus = _named("softplus", functions.softplus)
softsign = _named("softsign", functions.softsign)
hard_sigmoid = _named("hard_sigmoid", _hard_sigmoid)
mish = _named("mish", lambda x: functions.multiply(x, functions.tanh(functions.softplus(x))))


def get(identifier):
    """The function of a name, None or a function."""
    if identifier is None:
        return linear
    if callable(identifier):
        return identifier
    found = custom_objects.find(identifier) or globals().get(identifier)
    if not callable(found):
        raise ValueError(f"activation '{identifier}' is not known")
    return found


def serialize(activation) -> str:
    """The name of a function."""
    return activation.__name__


def deserialize(name, custom_objects=None):  # pylint: disable=redefined-outer-name
    """As get."""
    return (custom_objects or {}).get(name) or get(name)
