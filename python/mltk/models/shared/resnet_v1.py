"""The image classification network of MLPerf Tiny (https://arxiv.org/abs/1512.03385)."""

from mltk.keras_api.layers import Activation, Add, AveragePooling2D, BatchNormalization, Conv2D, Dense, Flatten, Input
from mltk.keras_api.models import Model
from mltk.keras_api.regularizers import l2


def ResNet10V1(input_shape: tuple = (32, 32, 3), num_classes: int = 10, num_filters: int = 16) -> Model:
    """A convolution, three residual blocks, the mean of all places, a classifier.

    Args:
        input_shape: (height, width, channels)
        num_classes: probabilities that come out
        num_filters: channels of the first block; each further one has twice as many
    """
    inputs = Input(shape=input_shape)
    x = _relu(BatchNormalization()(_convolution(num_filters)(inputs)))
    for filters, stride in [(num_filters, 1), (2 * num_filters, 2), (4 * num_filters, 2)]:
        x = _block(x, filters, stride)
    x = AveragePooling2D(pool_size=int(min(x.shape[1:3])))(x)
    x = Dense(num_classes, activation="softmax", kernel_initializer="he_normal")(Flatten()(x))
    return Model(inputs=inputs, outputs=x)


def _convolution(filters: int, kernel_size: int = 3, strides: int = 1) -> Conv2D:
    return Conv2D(
        filters,
        kernel_size=kernel_size,
        strides=strides,
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=l2(1e-4),
    )


def _relu(x):
    return Activation("relu")(x)


def _block(inputs, filters: int, stride: int):
    x = _relu(BatchNormalization()(_convolution(filters, strides=stride)(inputs)))
    x = BatchNormalization()(_convolution(filters)(x))
    shortcut = inputs if stride == 1 else _convolution(filters, kernel_size=1, strides=stride)(inputs)
    return _relu(Add()([shortcut, x]))
