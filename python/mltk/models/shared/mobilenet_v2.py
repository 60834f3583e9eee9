"""MobileNet v2 with a width for microcontrollers (https://arxiv.org/abs/1801.04381)."""

from mltk.keras_api.layers import (
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Input,
    ReLU,
    ZeroPadding2D,
)
from mltk.keras_api.models import Model

#: Of each group of blocks: channels, blocks, stride of the first one.
_GROUPS = [(16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)]
_EXPANSION = 6
_LAST_FILTERS = 1280


def MobileNetV2(
    input_shape=None,
    alpha=0.35,
    include_top=True,
    pooling=None,
    classes=1000,
    classifier_activation="softmax",
    last_block_filters=None,
    **kwargs,
) -> Model:
    """Inverted residual blocks with linear bottlenecks, named as in `keras.applications`.

    Args:
        input_shape: (height, width, channels)
        alpha: width: channels are this share of the original's, rounded to multiples of 8
        include_top: with the mean of all places and a classifier
        pooling: without a classifier: None, `avg` or `max`
        classes: outputs of the classifier
        classifier_activation: `softmax`, or None for logits
        last_block_filters: channels of the last convolution, 1280 by default
        kwargs: `weights` may be None; there are no trained ones
    """
    if kwargs.pop("weights", None) is not None:
        raise ValueError("MobileNetV2: weights: there are no trained weights, expected None. Load them with load_weights.")
    if kwargs:
        raise TypeError(f"MobileNetV2 has no argument '{next(iter(kwargs))}'")

    inputs = Input(shape=input_shape)
    x = Conv2D(_divisible(32 * alpha), 3, strides=(2, 2), padding="same", use_bias=False, name="Conv1")(inputs)
    x = ReLU(6.0, name="Conv1_relu")(_normalized(x, "bn_Conv1"))
    block = 0
    for filters, count, first_stride in _GROUPS:
        for i in range(count):
            x = _block(x, block, filters=_divisible(int(filters * alpha)), stride=first_stride if i == 0 else 1)
            block += 1
    last = last_block_filters or (_divisible(_LAST_FILTERS * alpha) if alpha > 1 else _LAST_FILTERS)
    x = Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
    x = ReLU(6.0, name="out_relu")(_normalized(x, "Conv_1_bn"))
    if include_top:
        x = Dense(classes, activation=classifier_activation, name="predictions")(GlobalAveragePooling2D()(x))
    elif pooling == "avg":
        x = GlobalAveragePooling2D()(x)
    elif pooling == "max":
        x = GlobalMaxPooling2D()(x)
    return Model(inputs, x, name=f"mobilenetv2_{alpha:0.2f}_{input_shape[0]}")


def _normalized(x, name: str):
    return BatchNormalization(epsilon=1e-3, momentum=0.999, name=name)(x)


def _block(inputs, block: int, filters: int, stride: int):
    """Expand, convolve each channel, project; the first block does not expand."""
    prefix = f"block_{block}_" if block else "expanded_conv_"
    channels = inputs.shape[-1]
    x = inputs
    if block:
        x = Conv2D(_EXPANSION * channels, 1, padding="same", use_bias=False, name=prefix + "expand")(x)
        x = ReLU(6.0, name=prefix + "expand_relu")(_normalized(x, prefix + "expand_BN"))
    padding = "same"
    if stride == 2:
        x = ZeroPadding2D(_padding_of_stride_2(x.shape), name=prefix + "pad")(x)
        padding = "valid"
    x = DepthwiseConv2D(3, strides=stride, padding=padding, use_bias=False, name=prefix + "depthwise")(x)
    x = ReLU(6.0, name=prefix + "depthwise_relu")(_normalized(x, prefix + "depthwise_BN"))
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=prefix + "project")(x)
    x = _normalized(x, prefix + "project_BN")
    return Add(name=prefix + "add")([inputs, x]) if stride == 1 and channels == filters else x


def _padding_of_stride_2(shape) -> tuple:
    """For filters of 3: one before, if the size is odd, and one after."""
    return tuple((size % 2, 1) for size in shape[1:3])


def _divisible(value: float, divisor: int = 8) -> int:
    """The nearest multiple, at least one, that takes no more than a tenth away."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded if rounded >= 0.9 * value else rounded + divisor
