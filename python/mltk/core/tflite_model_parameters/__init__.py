"""The parameters in the metadata of a `.tflite`."""

from mltk.core.tflite_model_parameters.flatbuffer_dictionary import DictionaryValue, FlatbufferDictionary
from mltk.core.tflite_model_parameters.tflite_model_parameters import TFLITE_METADATA_TAG, TfliteModelParameters
