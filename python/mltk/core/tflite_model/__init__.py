"""`.tflite` models."""

from mltk.core.tflite_model.tflite_model import TfliteModel

__all__ = ["TfliteModel"]
