"""Data sets of speech and noise."""

from . import background_noise, direction_commands, hey_gecko, mit_ir_survey, mlcommons, on_off, ten_digits, yes_no
from .speech_commands import speech_commands_v2
