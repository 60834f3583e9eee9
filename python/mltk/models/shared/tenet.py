"""Keyword spotting with convolutions over time (TENet, https://arxiv.org/abs/2010.09960).

A spectrogram [T, F] is a series [T, 1, F]: its frequencies are channels.
"""

import itertools
from typing import List, Optional, Sequence, Union

import numpy as np
import tensorflow as tf  # the compatibility module of this package

from mltk.keras_api.layers import (
    Add,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    Input,
    Layer,
    ReLU,
)
from mltk.keras_api.models import Model

#: Numbers of the blocks' layers, counted over all models of a process.
_block_ids = itertools.count()


def TENet(
    input_shape,
    classes: int,
    channels: int = 32,
    blocks: int = 3,
    block_depth: int = 4,
    scales: Sequence[int] = (9,),
    channel_increase: float = 0.0,
    include_head=True,
    return_model=True,
    input_layer=None,
    dropout: float = 0.1,
    *args,
    **kwargs,
):
    """Groups of inverted bottlenecks, each of which halves the time.

    Args:
        input_shape: (T, 1, F)
        classes: probabilities that come out
        channels: of the convolutions
        blocks: groups
        block_depth: bottlenecks of a group; the first one has a stride of 2
        scales: sizes of the filters over time, odd and from 3 on; their results are added
        channel_increase: share of `channels` by which each group has more
        include_head: with mean, dropout and classifier
        return_model: a model, else the output tensor
        input_layer: an input tensor, in place of one of `input_shape`
        dropout: in front of the classifier
    """
    if args or kwargs:
        raise TypeError(f"TENet has no argument '{next(iter(kwargs), 'at position 12')}'")
    x = input_layer = _input_of(input_shape) if input_layer is None else input_layer
    x = BatchNormalization()(Conv2D(channels, (3, 1), padding="same", use_bias=True)(x))
    for group, i in itertools.product(range(blocks), range(block_depth)):
        width = int(channels * (1 + channel_increase * (1 + group)))
        x = InvertedBottleneckBlock(x, channels=width, stride=2 if i == 0 else 1, scales=scales)
    if include_head:
        x = Flatten()(AveragePooling2D(pool_size=(x.shape[1], 1))(x))
        x = Dense(classes, activation="softmax")(Dropout(dropout)(x))
    return Model(input_layer, x, name="TENet") if return_model else x


def _input_of(shape):
    sizes = tuple(shape)
    if len(sizes) != 3 or sizes[1] != 1:
        raise ValueError(f"TENet: input_shape is {sizes}, expected (time, 1, frequencies)")
    return Input(shape=sizes)


def _variant(input_shape, classes, mtconv, kwargs, **defaults):
    scales = [9, 7, 5, 3] if mtconv else [9]
    return TENet(input_shape=input_shape, classes=classes, **{"scales": scales, **defaults, **kwargs})


def TENet12(input_shape, classes: int, mtconv: bool = False, **kwargs) -> Model:
    """Three groups of four bottlenecks; with `mtconv`, filters of four sizes. Other arguments as `TENet`."""
    return _variant(input_shape, classes, mtconv, kwargs, channels=32, blocks=3, block_depth=4)


def TENet6(input_shape, classes: int, mtconv: bool = False, **kwargs) -> Model:
    """Three groups of two bottlenecks."""
    return _variant(input_shape, classes, mtconv, kwargs, channels=32, blocks=3, block_depth=2)


def TENet12Narrow(input_shape, classes: int, mtconv: bool = False, **kwargs) -> Model:
    """TENet12 with half of its channels."""
    return _variant(input_shape, classes, mtconv, kwargs, channels=16, blocks=3, block_depth=4)


def TENet6Narrow(input_shape, classes: int, mtconv: bool = False, **kwargs) -> Model:
    """TENet6 with half of its channels."""
    return _variant(input_shape, classes, mtconv, kwargs, channels=16, blocks=3, block_depth=2)


def HFTENet12(input_shape, classes: int, mtconv: bool = False, **kwargs) -> Model:
    """TENet12 that gets wider as the time gets shorter."""
    return _variant(input_shape, classes, mtconv, kwargs, channels=32, blocks=3, block_depth=4, channel_increase=0.125)


class MultiScaleTemporalConvolution(Layer):
    """The sum of depthwise convolutions over time with filters of several sizes; `fuse` makes one of them.

    Args:
        stride: over time
        scales: size of each filter, odd and from 3 on
    """

    def __init__(self, stride: int = 1, scales: Union[None, int, List[int]] = None, **kwargs):
        scales = [scales] if isinstance(scales, int) else list(scales or [3, 5, 7, 9])
        wrong = [scale for scale in scales if scale < 3 or scale % 2 == 0]
        if wrong:
            raise ValueError(f"MultiScaleTemporalConvolution: scales has {wrong[0]}, expected odd numbers from 3 on")
        super().__init__(**kwargs)
        self.scales = scales
        self.stride = stride
        self.temporal_convolutions: List[DepthwiseConv2D] = []
        self._built_shape: Optional[tuple] = None

    def get_config(self) -> dict:
        """The arguments that make an equal layer."""
        return {**super().get_config(), "stride": self.stride, "scales": self.scales}

    def build(self, input_shape):
        """Make a convolution for each filter."""
        self._built_shape = input_shape
        self.temporal_convolutions = [self._convolution(scale, f"mtconv{scale}-{i}-0") for i, scale in enumerate(self.scales)]
        return super().build(input_shape)

    def _convolution(self, scale: int, name: str) -> DepthwiseConv2D:
        convolution = DepthwiseConv2D((scale, 1), strides=self.stride, padding="same", use_bias=False, name=name)
        convolution.build(self._built_shape)
        return convolution

    def call(self, inputs, *args, **kwargs):
        """Sum of all convolutions: [N, T, 1, C] to [N, ceil(T / stride), 1, C]."""
        branches = [convolution(inputs) for convolution in self.temporal_convolutions]
        return branches[0] if len(branches) == 1 else tf.reduce_sum(tf.stack(branches, axis=0), axis=0)

    def compute_output_shape(self, input_shape):
        """Shape of the sum."""
        return self.temporal_convolutions[0].compute_output_shape(input_shape)

    def fused(self) -> DepthwiseConv2D:
        """One convolution that computes the same: smaller filters lie in the middle of the largest one."""
        largest = max(self.scales)
        weights = sum(
            np.pad(convolution.get_weights()[0], [((largest - scale) // 2,) * 2, (0, 0), (0, 0), (0, 0)])
            for scale, convolution in zip(self.scales, self.temporal_convolutions)
        )
        convolution = self._convolution(largest, "mtconv_superimposed-0")
        convolution.set_weights([weights])
        return convolution

    def fuse(self):
        """Replace the convolutions by the fused one."""
        self.temporal_convolutions = [self.fused()]
        self.scales = [max(self.scales)]


def InvertedBottleneckBlock(
    x, channels: int, stride: int, expansion_ratio: Union[float, int] = 3, scales: Optional[Sequence[int]] = None
):
    """Expand, convolve over time, contract, add what came in.

    Args:
        x: [N, T, 1, C]
        channels: that come out; C if the stride is 1
        stride: over time
        expansion_ratio: channels in between, as a multiple
        scales: sizes of the filters over time
    """
    if len(x.shape) != 4 or x.shape[-2] != 1:
        raise ValueError(f"InvertedBottleneckBlock: input is {tuple(x.shape)}, expected (N, time, 1, channels)")
    if stride == 1 and x.shape[-1] != channels:
        raise ValueError(
            f"InvertedBottleneckBlock: input has {x.shape[-1]} channels, output {channels}: without a stride they are added "
            "and must be as many"
        )
    block = next(_block_ids)
    inputs = x
    x = Conv2D(int(channels * expansion_ratio), 1, use_bias=False, name=f"pointwise_expand_conv-{block}")(x)
    x = ReLU()(BatchNormalization()(x))
    x = MultiScaleTemporalConvolution(stride=stride, scales=list(scales or [9]), name=f"mtconv-{block}")(x)
    x = ReLU()(BatchNormalization()(x))
    x = Conv2D(channels, 1, use_bias=False, name=f"pointwise_contract_conv-{block}")(x)
    x = BatchNormalization()(x)
    if stride == 1:
        return ReLU()(Add()([x, inputs]))
    residual = Conv2D(channels, 1, strides=stride, padding="same", use_bias=False, name=f"strided_residual-{block}")(inputs)
    return ReLU()(Add()([x, ReLU()(BatchNormalization()(residual))]))
