"""Paths of the models that MLTK's own tests read. The files are MLTK's and no part of this package: copy them here to
run its tests."""

import os

_folder = os.path.dirname(os.path.abspath(__file__)).replace("\\", "/")

IMAGE_EXAMPLE1_TFLITE_PATH = f"{_folder}/image_example1.tflite"
IMAGE_EXAMPLE1_H5_PATH = f"{_folder}/image_example1.h5"
TFLITE_MICRO_SPEECH_TFLITE_PATH = f"{_folder}/tflite_micro_speech.tflite"
IMAGE_CLASSIFICATION_TFLITE_PATH = f"{_folder}/image_classification.tflite"
ANOMALY_DETECTION_TFLITE_PATH = f"{_folder}/anomaly_detection.tflite"
TEST_MODEL_WEIGHTS = f"{_folder}/test_model_weights.h5"
