"""The auto-encoder of MLPerf Tiny, after the baseline of the ToyADMOS data set (https://arxiv.org/abs/1908.03299)."""

import math

from mltk.keras_api.layers import Activation, BatchNormalization, Dense, Flatten, Input, Reshape
from mltk.keras_api.models import Model

_LAYERS_EACH_SIDE = 4


def FullyConnectedAutoEncoder(input_shape: tuple = (5, 128, 1), dense_units: int = 128, latent_units: int = 8) -> Model:
    """Dense layers down to a few values and up again to the input's shape.

    Args:
        input_shape: of the values to rebuild
        dense_units: values between the layers on both sides
        latent_units: values in the middle
    """
    sides = [dense_units] * _LAYERS_EACH_SIDE
    inputs = Input(shape=input_shape)
    x = Flatten()(inputs)
    for units in [*sides, latent_units, *sides]:
        x = Activation("relu")(BatchNormalization()(Dense(units)(x)))
    x = Reshape(input_shape)(Dense(math.prod(input_shape))(x))
    return Model(inputs, x)
