"""Keras losses of MLTK 0.20."""

import tensorflow as tf  # the compatibility module of this package

from mltk.keras_api.losses import Loss, MeanAbsoluteError, MeanSquaredError


class ContrastiveLoss(Loss):
    """For a model that gives the distance of two inputs: matches, label 0, are drawn together, others pushed apart.

    mean((1 - y) * d^2 + y * max(margin - d, 0)^2) for distance d [N, 1] and label y [N, 1].

    Args:
        margin: distance beyond which inputs that do not match add nothing
    """

    def __init__(self, margin: float = 1, **kwargs):
        super().__init__(**kwargs)
        self.margin = margin

    def call(self, y_true, y_pred):
        """The loss as a scalar."""
        missing = tf.math.maximum(self.margin - y_pred, 0)
        return tf.math.reduce_mean((1 - y_true) * tf.math.square(y_pred) + y_true * tf.math.square(missing))

    def get_config(self) -> dict:
        """The arguments that make an equal loss."""
        return {**super().get_config(), "margin": self.margin}


def mse_loss_func(original, decoded):
    """Mean squared difference."""
    return MeanSquaredError()(original, decoded)


def mae_loss_func(original, decoded):
    """Mean absolute difference."""
    return MeanAbsoluteError()(original, decoded)
