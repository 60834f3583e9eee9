"""The keyword spotting network of MLPerf Tiny, first published as DS-CNN for Arm's microcontrollers."""

from mltk.keras_api.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    Input,
)
from mltk.keras_api.models import Model
from mltk.keras_api.regularizers import l2

_BLOCKS = 4


def DepthwiseSeparableConv2D_ARM(input_shape: tuple = (50, 10, 1), num_classes: int = 12, filters=64, regularizer=None) -> Model:
    """A convolution, four depthwise separable ones, the mean of all places, a classifier.

    Args:
        input_shape: (time steps, features, 1)
        num_classes: probabilities that come out
        filters: channels of each convolution
        regularizer: of the convolutions' weights, `l2(1e-4)` by default
    """
    regularizer = regularizer or l2(1e-4)

    def normalized(x):
        return Activation("relu")(BatchNormalization()(x))

    inputs = Input(shape=input_shape)
    x = Conv2D(filters, (10, 4), strides=(2, 2), padding="same", kernel_regularizer=regularizer)(inputs)
    x = Dropout(rate=0.2)(normalized(x))
    for _ in range(_BLOCKS):
        x = normalized(DepthwiseConv2D(depth_multiplier=1, kernel_size=(3, 3), padding="same")(x))
        x = normalized(Conv2D(filters, (1, 1), padding="same", kernel_regularizer=regularizer)(x))
    x = Dropout(rate=0.4)(x)
    x = AveragePooling2D(pool_size=x.shape[1:3])(x)
    x = Dense(num_classes, activation="softmax")(Flatten()(x))
    return Model(inputs=inputs, outputs=x)
