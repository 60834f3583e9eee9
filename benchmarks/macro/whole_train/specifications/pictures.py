"""A folder of pictures for each class, with the augmentation of MLTK's image_example1."""

import tensorflow as tf

import mltk.core as mltk_core
from mltk.core.preprocess.image.parallel_generator import ParallelImageDataGenerator
from mltk.utils.path import create_user_dir


# @mltk_model
class Pictures(mltk_core.MltkModel, mltk_core.TrainMixin, mltk_core.ImageDatasetMixin, mltk_core.EvaluateClassifierMixin):
    """Tells three kinds of pictures apart."""


my_model = Pictures()
my_model.version = 1
my_model.description = "Pictures in folders, augmented"
my_model.epochs = 30
my_model.batch_size = 32
my_model.optimizer = "adam"
my_model.loss = "categorical_crossentropy"
my_model.metrics = ["accuracy"]
my_model.checkpoint["monitor"] = "val_accuracy"
my_model.reduce_lr_on_plateau = dict(monitor="loss", factor=0.95, min_delta=0.0001, patience=1)
my_model.dataset = create_user_dir() + "/datasets/rock_paper_scissors/v1"
my_model.class_mode = "categorical"
my_model.classes = ["rock", "paper", "scissor"]
my_model.class_weights = "balanced"
my_model.input_shape = (96, 96, 1)
my_model.datagen = ParallelImageDataGenerator(
    cores=1.0,
    max_batches_pending=8,
    validation_split=0.2,
    validation_augmentation_enabled=False,
    rotation_range=35,
    width_shift_range=5,
    height_shift_range=5,
    brightness_range=(0.50, 1.70),
    contrast_range=(0.50, 1.70),
    noise=["gauss", "poisson", "s&p"],
    samplewise_center=True,
    samplewise_std_normalization=True,
    horizontal_flip=True,
    vertical_flip=True,
)
my_model.tflite_converter["optimizations"] = ["DEFAULT"]
my_model.tflite_converter["supported_ops"] = ["TFLITE_BUILTINS_INT8"]
my_model.tflite_converter["inference_input_type"] = "float32"
my_model.tflite_converter["inference_output_type"] = "float32"
my_model.tflite_converter["representative_dataset"] = "generate"


def build(model):
    """Three convolutions and a classifier."""
    layers = tf.keras.layers
    keras_model = tf.keras.models.Sequential(
        [
            layers.Conv2D(24, 3, strides=2, padding="same", activation="relu", input_shape=model.input_shape),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 3, strides=2, activation="relu"),
            layers.Conv2D(24, 3),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(model.n_classes, activation="softmax"),
        ],
        name=model.name,
    )
    keras_model.compile(loss=model.loss, optimizer=model.optimizer, metrics=model.metrics)
    return keras_model


my_model.build_model_function = build
