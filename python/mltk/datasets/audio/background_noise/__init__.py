"""Recordings of noise, to be mixed behind sounds."""

from . import ambient, brd2601, esc50
