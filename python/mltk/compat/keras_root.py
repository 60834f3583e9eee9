"""`tensorflow.keras` itself."""

from mltk.keras_api.layers import Input
from mltk.keras_api.models import Model, Sequential

__version__ = "2.15.0"
