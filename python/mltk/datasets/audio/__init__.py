"""Data sets of speech and noise."""

from . import direction_commands, hey_gecko, mlcommons, on_off, ten_digits, yes_no
from .speech_commands import speech_commands_v2
