"""Keyword spotting with broadcasted residuals (https://arxiv.org/abs/2106.04140)."""

import tensorflow as tf  # the compatibility module of this package

from mltk.keras_api.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    SpatialDropout2D,
)
from mltk.keras_api.models import Model


def BCResNet(
    input_shape,
    label_count,
    first_filters=16,
    last_filters=32,
    blocks_n=(2, 2, 4, 4),
    filters=(8, 12, 16, 20),
    dilations=((1, 1), (2, 1), (4, 1), (8, 1)),
    strides=((1, 1), (1, 2), (1, 2), (1, 1)),
    dropouts=(0.1, 0.1, 0.1, 0.1),
    pools=(1, 1, 1, 1),
    paddings="same",
    max_pool=False,
    return_softmax=True,
) -> Model:
    """Stages of blocks that convolve over frequency, and over time what is the mean of all frequencies.

    Args:
        input_shape: (time, frequency, channels), or an input tensor
        label_count: outputs
        first_filters, last_filters: channels of the first convolution, and before the last one
        blocks_n, filters, dilations, strides, dropouts, pools: of each stage; `blocks_n` counts the blocks behind its first
        paddings: of the convolutions
        max_pool: a stage's pooling takes the largest value, else the mean
        return_softmax: probabilities, else logits
    """
    inputs = Input(shape=input_shape) if isinstance(input_shape, (list, tuple)) else input_shape
    x = Conv2D(first_filters, 5, strides=(1, 2), padding=paddings)(inputs)
    for count, channels, dilation, stride, dropout, pool in zip(blocks_n, filters, dilations, strides, dropouts, pools):
        x = BatchNormalization()(Conv2D(channels, 1, strides=stride, use_bias=False)(x))
        x = _block(tf.keras.activations.relu(x), channels, dilation, dropout, "same", paddings)
        for _ in range(count):
            x = _block(x, channels, dilation, dropout, paddings, paddings, identity=x)
        if pool > 1:
            pooling = MaxPooling2D if max_pool else AveragePooling2D
            x = pooling(pool_size=(pool, 1), strides=(pool, 1))(x)
    x = DepthwiseConv2D(5, padding=paddings)(x)
    x = tf.keras.backend.mean(x, axis=2, keepdims=True)
    x = GlobalAveragePooling2D(keepdims=True)(Conv2D(last_filters, 1, use_bias=False)(x))
    x = tf.squeeze(Conv2D(label_count, 1, use_bias=False)(x), [1, 2])
    return Model(inputs, Activation("softmax")(x) if return_softmax else x)


def _block(x, filters, dilation, dropout, frequency_padding, time_padding, identity=None):
    """relu(identity + over frequency + over time of its mean over frequency)"""
    x = DepthwiseConv2D((1, 3), dilation_rate=dilation, padding=frequency_padding, use_bias=False)(x)
    over_frequency = BatchNormalization()(x)
    x = tf.keras.backend.mean(over_frequency, axis=2, keepdims=True)
    x = DepthwiseConv2D((3, 1), dilation_rate=dilation, padding=time_padding, use_bias=False)(x)
    x = tf.keras.activations.swish(BatchNormalization()(x))
    x = SpatialDropout2D(rate=dropout)(Conv2D(filters, 1, use_bias=False)(x))
    if identity is not None:
        x = x + identity
    return tf.keras.activations.relu(x + over_frequency)
