"""MobileNet v1, by default the quarter of it that MLPerf Tiny's visual wake words take (https://arxiv.org/abs/1704.04861)."""

from mltk.keras_api.layers import Activation, AveragePooling2D, BatchNormalization, Conv2D, Dense, DepthwiseConv2D, Flatten, Input
from mltk.keras_api.models import Model
from mltk.keras_api.regularizers import l2

#: Of each depthwise separable convolution: channels as a multiple of the first convolution's, stride.
_BLOCKS = [(2, 1), (4, 2), (4, 1), (8, 2), (8, 1), (16, 2), *[(16, 1)] * 5, (32, 2), (32, 1)]


def MobileNetV1(input_shape: tuple = (96, 96, 3), num_classes=2, num_filters=8) -> Model:
    """A convolution, thirteen depthwise separable ones, the mean of all places, a classifier.

    Args:
        input_shape: (height, width, channels)
        num_classes: probabilities that come out
        num_filters: channels of the first convolution; MobileNet with a width of 1 has 32
    """

    def normalized(x):
        return Activation("relu")(BatchNormalization()(x))

    def convolution(filters, kernel_size, strides):
        return Conv2D(
            filters, kernel_size, strides, padding="same", kernel_initializer="he_normal", kernel_regularizer=l2(1e-4)
        )

    inputs = Input(shape=input_shape)
    x = normalized(convolution(num_filters, 3, 2)(inputs))
    for multiple, stride in _BLOCKS:
        x = normalized(DepthwiseConv2D(kernel_size=3, strides=stride, padding="same")(x))
        x = normalized(convolution(multiple * num_filters, 1, 1)(x))
    x = AveragePooling2D(pool_size=x.shape[1:3])(x)
    x = Dense(num_classes, activation="softmax")(Flatten()(x))
    return Model(inputs=inputs, outputs=x)
