"""`tf.keras.optimizers.legacy`: the optimizers of Keras before 2.11."""

from mltk.keras_api.optimizers import LEGACY_OPTIMIZERS, Optimizer  # pylint: disable=unused-import

globals().update(LEGACY_OPTIMIZERS)
