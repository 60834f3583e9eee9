"""`tensorflow.lite`: the names that converter settings are written with."""

import enum


class Optimize(enum.Enum):
    """`tf.lite.Optimize`."""

    DEFAULT = "DEFAULT"
    OPTIMIZE_FOR_SIZE = "OPTIMIZE_FOR_SIZE"
    OPTIMIZE_FOR_LATENCY = "OPTIMIZE_FOR_LATENCY"
    EXPERIMENTAL_SPARSITY = "EXPERIMENTAL_SPARSITY"


class OpsSet(enum.Enum):
    """`tf.lite.OpsSet`."""

    TFLITE_BUILTINS = "TFLITE_BUILTINS"
    SELECT_TF_OPS = "SELECT_TF_OPS"
    TFLITE_BUILTINS_INT8 = "TFLITE_BUILTINS_INT8"
    EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8 = (
        "EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"
    )


class TargetSpec:
    """`tf.lite.TargetSpec`, for `my_model.tflite_converter['target_spec']`.

    Args:
        supported_ops: members of `OpsSet`
        supported_types: types of constants, e.g. `[tf.float16]`
    """

    def __init__(self, supported_ops=None, supported_types=None):
        self.supported_ops = supported_ops
        self.supported_types = supported_types
