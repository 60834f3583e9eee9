"""Vectors of 140 values through an auto-encoder, which tells the unusual ones by its error."""

import numpy as np
import tensorflow as tf

import mltk.core as mltk_core
from mltk.utils.path import create_user_dir


# @mltk_model
class Vectors(mltk_core.MltkModel, mltk_core.TrainMixin, mltk_core.DatasetMixin, mltk_core.EvaluateAutoEncoderMixin):
    """Learns normal heartbeats."""


my_model = Vectors()
my_model.version = 1
my_model.description = "Auto-encoder of heartbeats"
my_model.epochs = 30
my_model.batch_size = 64
my_model.optimizer = "adam"
my_model.loss = "mean_absolute_error"
my_model.metrics = ["mean_absolute_error"]
my_model.checkpoint["monitor"] = "val_loss"
my_model.classes = ["normal", "abnormal"]
my_model.input_shape = (140,)
my_model.tflite_converter["optimizations"] = ["DEFAULT"]
my_model.tflite_converter["supported_ops"] = ["TFLITE_BUILTINS_INT8"]
my_model.tflite_converter["inference_input_type"] = "float32"
my_model.tflite_converter["inference_output_type"] = "float32"
my_model.tflite_converter["representative_dataset"] = "generate"


def load(subset=None, test=False, classes=None, **kwargs):
    """Normal beats [n, 140] in 0..1 to learn from and to validate; to evaluate, those of the class asked for."""
    table = np.loadtxt(create_user_dir() + "/datasets/ecg500.csv", delimiter=",", dtype=np.float32)
    beats, normal = (table[:, :-1] + 1) / 3, table[:, -1] == 1
    count = int(len(beats) * 0.8)
    if subset == "training":
        train, validation = beats[:count][normal[:count]], beats[count:][normal[count:]]
        return train, train, (validation, validation)
    beats, normal = beats[count:], normal[count:]
    wanted = beats[normal if classes is None or "normal" in classes else ~normal]
    return wanted, wanted


my_model.dataset = load


def build(model):
    """Dense layers of 32, 16, 8, 16 and 32."""
    keras_model = tf.keras.models.Sequential(name=model.name)
    keras_model.add(tf.keras.layers.Dense(32, activation="relu", input_shape=model.input_shape))
    for units in (16, 8, 16, 32):
        keras_model.add(tf.keras.layers.Dense(units, activation="relu"))
    keras_model.add(tf.keras.layers.Dense(140, activation="sigmoid"))
    keras_model.compile(loss=model.loss, optimizer=model.optimizer, metrics=model.metrics)
    return keras_model


my_model.build_model_function = build
