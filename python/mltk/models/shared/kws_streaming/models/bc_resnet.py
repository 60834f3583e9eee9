"""Keyword spotting with broadcasted residuals (https://arxiv.org/abs/2106.04140), as classes of layers."""

import ast

import tensorflow as tf  # the compatibility module of this package

from mltk.models.shared.kws_streaming.layers import speech_features
from mltk.models.shared.kws_streaming.layers.sub_spectral_normalization import SubSpectralNormalization


class _Block(tf.keras.layers.Layer):
    """relu(over frequency + over time of its mean over frequency + `_identity`).

    Args:
        filters: channels of the result
        dilation, stride: of the convolutions
        padding: only `same`; the streaming forms are not part of this package
        dropout: rate of whole channels
        use_one_step: kept; concerns streaming
        sub_groups: bands of frequencies that are normalized by themselves
    """

    def __init__(
        self, filters=8, dilation=1, stride=1, padding="same", dropout=0.5, use_one_step=True, sub_groups=5, **kwargs
    ):  # fmt: skip
        super().__init__(**kwargs)
        if padding != "same":
            raise NotImplementedError(f"{type(self).__name__}: padding is {padding!r}, expected 'same'; streaming is not supported")
        self.filters = filters
        self.dilation = dilation
        self.stride = stride
        self.padding = padding
        self.dropout = dropout
        self.use_one_step = use_one_step
        self.sub_groups = sub_groups
        self.frequency_dw_conv = self._depthwise((1, 3))
        self.spectral_norm = SubSpectralNormalization(sub_groups)
        self.temporal_dw_conv = self._depthwise((3, 1))
        self.temporal_norm = tf.keras.layers.BatchNormalization()
        self.pointwise = tf.keras.layers.Conv2D(filters, 1, use_bias=False)
        self.spatial_drop = tf.keras.layers.SpatialDropout2D(rate=dropout)

    def _depthwise(self, kernel_size):
        return tf.keras.layers.DepthwiseConv2D(kernel_size, dilation_rate=self.dilation, padding="same", use_bias=False)

    def _broadcast(self, inputs):
        """What is over frequency, and what is added to it over time."""
        over_frequency = self.spectral_norm(self.frequency_dw_conv(inputs))
        net = tf.keras.backend.mean(over_frequency, axis=2, keepdims=True)
        net = tf.keras.activations.swish(self.temporal_norm(self.temporal_dw_conv(net)))
        return over_frequency, self.spatial_drop(self.pointwise(net))

    def get_config(self):
        names = ("filters", "dilation", "stride", "padding", "dropout", "use_one_step", "sub_groups")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


class TransitionBlock(_Block):
    """The first block of a stage, which changes the number of channels and the size."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.entry = tf.keras.layers.Conv2D(self.filters, 1, strides=self.stride, use_bias=False)
        self.entry_norm = tf.keras.layers.BatchNormalization()

    def call(self, inputs):
        over_frequency, over_time = self._broadcast(tf.keras.activations.relu(self.entry_norm(self.entry(inputs))))
        return tf.keras.activations.relu(over_time + over_frequency)


class NormalBlock(_Block):
    """A block that keeps channels and size, and adds its input."""

    def call(self, inputs):
        over_frequency, over_time = self._broadcast(inputs)
        return tf.keras.activations.relu(over_time + inputs + over_frequency)


def model(flags):
    """Sounds or spectrograms to logits, or to probabilities with `flags.return_softmax`.

    Args:
        flags: settings under kws_streaming's names; lists such as `filters` are texts, one value for each stage

    Raises:
        ValueError: lists of different lengths
        NotImplementedError: a setting that is not supported
    """
    names = ("blocks_n", "filters", "dilations", "strides", "dropouts", "pools")
    stages = {name: _values(flags[name]) for name in names}
    if len({len(values) for values in stages.values()}) != 1:
        lengths = ", ".join(f"{name} {len(values)}" for name, values in stages.items())
        raise ValueError(f"there must be a value for each stage: {lengths}")
    inputs = tf.keras.layers.Input(shape=_input_shape(flags), batch_size=flags["batch_size"])
    net = inputs
    if flags["preprocess"] == "raw":
        net = speech_features.SpeechFeatures(speech_features.SpeechFeatures.get_params(flags))(net)
    net = tf.keras.backend.expand_dims(net, axis=3)
    net = tf.keras.layers.Conv2D(flags["first_filters"], 5, strides=(1, 2), padding="same")(net)
    for count, filters, dilation, stride, dropout, pool in zip(*stages.values()):
        settings = dict(padding=flags["paddings"], dropout=dropout, sub_groups=flags["sub_groups"])
        net = TransitionBlock(filters, dilation, stride, **settings)(net)
        for _ in range(count):
            net = NormalBlock(filters, dilation, 1, **settings)(net)
        if pool > 1:
            pooling = tf.keras.layers.MaxPooling2D if flags["max_pool"] else tf.keras.layers.AveragePooling2D
            net = pooling(pool_size=(pool, 1), strides=(pool, 1))(net)
    net = tf.keras.layers.DepthwiseConv2D(5, padding="same")(net)
    net = tf.keras.backend.mean(net, axis=2, keepdims=True)
    net = tf.keras.layers.Conv2D(flags["last_filters"], 1, use_bias=False)(net)
    net = tf.keras.layers.GlobalAveragePooling2D(keepdims=True)(net)
    net = tf.keras.layers.Conv2D(flags["label_count"], 1, use_bias=False)(net)
    net = tf.squeeze(net, [1, 2])
    return tf.keras.Model(inputs, tf.keras.layers.Activation("softmax")(net) if flags["return_softmax"] else net)


def _values(text) -> list:
    """`"1, 2"` or `"(1, 1), (1, 2)"` as a list."""
    if not isinstance(text, str):
        return list(text)
    values = ast.literal_eval(text)
    return list(values) if isinstance(values, tuple) else [values]


def _input_shape(flags) -> tuple:
    if flags["preprocess"] == "raw":
        return (flags["desired_samples"],)
    return (flags["spectrogram_length"], flags.get("dct_num_features") or flags["mel_num_bins"])
