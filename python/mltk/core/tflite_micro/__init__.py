"""The device's interpreter: single inferences, profiles and recordings with TensorFlow Lite Micro's arithmetic."""

from mltk.core.tflite_micro.tflite_micro import TfliteMicro
from mltk.core.tflite_micro.tflite_micro_memory_plan import (
    TfliteMicroMemoryPlan,
    TfliteMicroMemoryPlanBuffer,
    TfliteMicroMemoryPlanner,
)
from mltk.core.tflite_micro.tflite_micro_model import (
    TfliteMicroLayerError,
    TfliteMicroModel,
    TfliteMicroProfiledLayerResult,
)
from mltk.core.tflite_micro.tflite_micro_model_details import TfliteMicroModelDetails
