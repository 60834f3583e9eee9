"""`tf.keras.applications`: networks with the names of their layers, without trained weights."""

import os

from mltk.keras_api.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Input,
    ReLU,
    Reshape,
    ZeroPadding2D,
)
from mltk.keras_api.models import Model

#: Channels and stride of the blocks of MobileNet.
_BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1)]


def _load(model: Model, weights, file: str) -> Model:
    if weights == "imagenet":
        raise ValueError(
            f"weights='imagenet': there is no download; get {file} from Keras' releases and give its path as weights, or give None"
        )
    if weights is not None:
        if not os.path.exists(weights):
            raise FileNotFoundError(f"weights={weights!r}: there is no such file; give None for initial weights")
        model.load_weights(weights)
    return model


def MobileNetV2(input_shape=None, alpha=1.0, include_top=True, weights="imagenet", input_tensor=None, pooling=None, classes=1000,
                classifier_activation="softmax", **kwargs) -> Model:  # pylint: disable=invalid-name
    """MobileNet v2.

    Args:
        input_shape: (height, width, channels)
        alpha: share of the original's channels
        include_top: with a classifier
        weights: None, or the path of a file; "imagenet" is not there
        pooling: without a classifier: None, "avg" or "max"
        classes: outputs of the classifier
    """
    from mltk.models.shared import mobilenet_v2

    if input_tensor is not None or kwargs:
        raise NotImplementedError("MobileNetV2(input_tensor=...) is not supported; give input_shape")
    if weights == "imagenet":
        return _load(None, weights, f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{float(alpha)}_{(input_shape or (224,))[0]}.h5")
    model = mobilenet_v2.MobileNetV2(
        input_shape=input_shape, alpha=alpha, include_top=include_top, pooling=pooling, classes=classes,
        classifier_activation=classifier_activation, weights=None,
    )  # fmt: skip
    return _load(model, weights, "")


def MobileNet(input_shape=None, alpha=1.0, depth_multiplier=1, dropout=0.001, include_top=True, weights="imagenet", input_tensor=None,
              pooling=None, classes=1000, classifier_activation="softmax", **kwargs) -> Model:  # pylint: disable=invalid-name
    """MobileNet; arguments as MobileNetV2.

    Args:
        depth_multiplier: filters of a depthwise convolution for each channel
        dropout: in front of the classifier
    """
    if input_tensor is not None or kwargs:
        raise NotImplementedError("MobileNet(input_tensor=...) is not supported; give input_shape")
    if weights == "imagenet":
        return _load(None, weights, f"mobilenet_{alpha}_{(input_shape or (224,))[0]}_tf.h5")
    inputs = Input(shape=input_shape or (224, 224, 3))
    x = Conv2D(int(32 * alpha), (3, 3), padding="same", use_bias=False, strides=(2, 2), name="conv1")(inputs)
    x = ReLU(6.0, name="conv1_relu")(BatchNormalization(axis=-1, name="conv1_bn")(x))
    for number, (filters, stride) in enumerate(_BLOCKS, 1):
        if stride > 1:
            x = ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
        x = DepthwiseConv2D(
            (3, 3), padding="same" if stride == 1 else "valid", depth_multiplier=depth_multiplier, strides=(stride, stride), use_bias=False,
            name=f"conv_dw_{number}",
        )(x)  # fmt: skip
        x = ReLU(6.0, name=f"conv_dw_{number}_relu")(BatchNormalization(axis=-1, name=f"conv_dw_{number}_bn")(x))
        x = Conv2D(int(filters * alpha), (1, 1), padding="same", use_bias=False, name=f"conv_pw_{number}")(x)
        x = ReLU(6.0, name=f"conv_pw_{number}_relu")(BatchNormalization(axis=-1, name=f"conv_pw_{number}_bn")(x))
    if include_top:
        x = Dropout(dropout, name="dropout")(GlobalAveragePooling2D(keepdims=True)(x))
        x = Conv2D(classes, (1, 1), padding="same", name="conv_preds")(x)
        x = Activation(classifier_activation or "linear", name="predictions")(Reshape((classes,), name="reshape_2")(x))
    elif pooling == "avg":
        x = GlobalAveragePooling2D()(x)
    elif pooling == "max":
        x = GlobalMaxPooling2D()(x)
    return _load(Model(inputs, x, name=f"mobilenet_{alpha:0.2f}_{inputs.shape[1]}"), weights, "")


def _preprocess(x, data_format=None):  # pylint: disable=unused-argument
    """Pixels of 0...255 to -1...1."""
    return x / 127.5 - 1.0


class mobilenet_v2:  # pylint: disable=invalid-name
    """`tf.keras.applications.mobilenet_v2`."""

    MobileNetV2 = staticmethod(MobileNetV2)
    preprocess_input = staticmethod(_preprocess)


class mobilenet:  # pylint: disable=invalid-name
    """`tf.keras.applications.mobilenet`."""

    MobileNet = staticmethod(MobileNet)
    preprocess_input = staticmethod(_preprocess)


