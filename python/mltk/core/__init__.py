"""The API for specifications, scripts and notebooks. A name is imported when it is first used."""

import importlib
import sys
import types

import mltk

#: module -> the names it exports here
_MODULES = {
    "mltk.core.utils": ("get_mltk_logger", "set_mltk_logger", "command_logger", "ArchiveFileNotFoundError"),
    "mltk.core.model": (
        "MltkModel",
        "MltkModelEvent",
        "TrainMixin",
        "DatasetMixin",
        "MltkDataset",
        "DataGeneratorDatasetMixin",
        "ImageDatasetMixin",
        "AudioDatasetMixin",
        "EvaluateMixin",
        "EvaluateClassifierMixin",
        "EvaluateAutoEncoderMixin",
        "SshMixin",
        "WeightsAndBiasesMixin",
        "load_mltk_model",
        "load_mltk_model_with_path",
        "list_mltk_models",
        "load_tflite_or_keras_model",
        "load_tflite_model",
    ),
    "mltk.core.keras": ("KerasModel",),
    "mltk.core.train_model": ("train_model",),
    "mltk.core.training_results": ("TrainingResults",),
    "mltk.core.quantize_model": ("quantize_model",),
    "mltk.core.summarize_model": ("summarize_model",),
    "mltk.core.view_model": ("view_model",),
    "mltk.core.update_model_parameters": ("update_model_parameters",),
    "mltk.core.evaluate_model": ("evaluate_model", "evaluate_classifier", "evaluate_autoencoder"),
    "mltk.core.evaluation_results": (
        "EvaluationResults",
        "ClassifierEvaluationResults",
        "AutoEncoderEvaluationResults",
    ),
    "mltk.core.profile_model": ("profile_model",),
    "mltk.core.profiling_results": ("ProfilingModelResults",),
    "mltk.core.tflite_model_parameters": ("TfliteModelParameters", "TFLITE_METADATA_TAG"),
    "mltk.core.tflite_model": (
        "TfliteModel",
        "TfliteOpCode",
        "TfliteLayer",
        "TfliteLayerOptions",
        "TfliteAddLayer",
        "TfliteAddLayerOptions",
        "TfliteConv2dLayer",
        "TfliteConv2DLayerOptions",
        "TfliteTransposeConvLayer",
        "TfliteTransposeConvLayerOptions",
        "TfliteTransposeConvParams",
        "TfliteFullyConnectedLayer",
        "TfliteFullyConnectedLayerOptions",
        "TfliteDepthwiseConv2dLayer",
        "TfliteDepthwiseConv2DLayerOptions",
        "TflitePooling2dLayer",
        "TflitePool2DLayerOptions",
        "TfliteReshapeLayer",
        "TfliteQuantizeLayer",
        "TfliteDequantizeLayer",
        "TfliteMulLayer",
        "TfliteMulLayerOptions",
        "TfliteUnidirectionalLstmLayer",
        "TfliteUnidirectionalLstmLayerOptions",
        "TfliteTensor",
        "TfliteQuantization",
        "TfliteShape",
        "TfliteActivation",
        "TflitePadding",
        "TfliteFullyConnectedParams",
        "TfliteConvParams",
        "TfliteDepthwiseConvParams",
        "TflitePoolParams",
    ),
}
#: Names of MLTK that this version does not have.
_ABSENT = ("compile_model",)
_EXPORTS = {name: module for module, names in _MODULES.items() for name in names}

__all__ = list(_EXPORTS)


def __getattr__(name):
    module = _EXPORTS.get(name)
    if name in _ABSENT:
        raise ImportError(f"mltk.core.{name} is not in mltk {mltk.__version__}; docs/compatibility.md lists what is")
    if module is None:
        from mltk.core.errors import did_you_mean

        raise AttributeError(f"mltk.core has no name '{name}'.{did_you_mean(name, _EXPORTS)}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(set(globals()) | set(_EXPORTS))


class _CoreModule(types.ModuleType):
    """Keeps `mltk.core.train_model` the function when the module of the same name gets imported."""

    def __setattr__(self, name, value):
        if isinstance(value, types.ModuleType) and name in _EXPORTS:
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _CoreModule
