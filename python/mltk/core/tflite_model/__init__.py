"""`.tflite` models: their tensors and layers, metadata and inference."""

from mltk.core.tflite_model.tflite_layer import (
    TfliteAddLayer,
    TfliteAddLayerOptions,
    TfliteConv2dLayer,
    TfliteConv2DLayerOptions,
    TfliteDepthwiseConv2dLayer,
    TfliteDepthwiseConv2DLayerOptions,
    TfliteDequantizeLayer,
    TfliteFullyConnectedLayer,
    TfliteFullyConnectedLayerOptions,
    TfliteLayer,
    TfliteLayerOptions,
    TfliteMulLayer,
    TfliteMulLayerOptions,
    TflitePool2DLayerOptions,
    TflitePooling2dLayer,
    TfliteQuantizeLayer,
    TfliteReshapeLayer,
    TfliteTransposeConvLayer,
    TfliteTransposeConvLayerOptions,
    TfliteUnidirectionalLstmLayer,
    TfliteUnidirectionalLstmLayerOptions,
)
from mltk.core.tflite_model.tflite_model import TfliteFileError, TfliteModel, TfliteOpCode
from mltk.core.tflite_model.tflite_tensor import TfliteQuantization, TfliteShape, TfliteTensor
from mltk.core.tflite_model.tflite_types import (
    TfliteActivation,
    TfliteConvParams,
    TfliteDepthwiseConvParams,
    TfliteFullyConnectedParams,
    TflitePadding,
    TflitePoolParams,
    TfliteTransposeConvParams,
)

__all__ = [name for name in dir() if name.startswith("Tflite")]
