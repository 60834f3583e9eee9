"""Keras regularizers."""


class Regularizer:
    """Base of all regularizers."""

    def get_config(self) -> dict:
        return {key: value for key, value in self.__dict__.items()}


class L1(Regularizer):
    """l1 * sum(|w|)"""

    def __init__(self, l1=0.01):
        self.l1 = float(l1)


class L2(Regularizer):
    """l2 * sum(w^2)"""

    def __init__(self, l2=0.01):
        self.l2 = float(l2)


class L1L2(Regularizer):
    """l1 * sum(|w|) + l2 * sum(w^2)"""

    def __init__(self, l1=0.0, l2=0.0):
        self.l1 = float(l1)
        self.l2 = float(l2)


class OrthogonalRegularizer(Regularizer):
    """factor times the mean absolute cosine between rows (or columns)"""

    def __init__(self, factor=0.01, mode="rows"):
        if mode not in ("rows", "columns"):
            raise ValueError(f"mode={mode!r}, expected 'rows' or 'columns'")
        self.factor = float(factor)
        self.mode = mode


orthogonal_regularizer = OrthogonalRegularizer


def l1(l1=0.01):  # pylint: disable=redefined-outer-name
    """Keras' function form of L1."""
    return L1(l1)


def l2(l2=0.01):  # pylint: disable=redefined-outer-name
    """Keras' function form of L2."""
    return L2(l2)


def l1_l2(l1=0.01, l2=0.01):  # pylint: disable=redefined-outer-name
    """Keras' function form of L1L2."""
    return L1L2(l1, l2)
