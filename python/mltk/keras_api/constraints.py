"""Keras constraints; the native library applies them after each update."""


class Constraint:
    """Base of all constraints; keeps the arguments."""

    def get_config(self) -> dict:
        return dict(self.__dict__)


class MaxNorm(Constraint):
    """Norms along `axis` of at most `max_value`."""

    def __init__(self, max_value=2, axis=0):
        self.max_value = max_value
        self.axis = axis


class NonNeg(Constraint):
    """No negative weights."""


class UnitNorm(Constraint):
    """Norms along `axis` of 1."""

    def __init__(self, axis=0):
        self.axis = axis


class MinMaxNorm(Constraint):
    """Norms along `axis` between two values, approached at `rate`."""

    def __init__(self, min_value=0.0, max_value=1.0, rate=1.0, axis=0):
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis


max_norm = MaxNorm
non_neg = NonNeg
unit_norm = UnitNorm
min_max_norm = MinMaxNorm
