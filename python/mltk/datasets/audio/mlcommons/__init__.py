"""Subsets of the speech corpora of MLCommons."""

from . import ml_commons_keywords, ml_commons_voice
