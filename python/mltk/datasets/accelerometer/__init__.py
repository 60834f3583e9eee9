"""Data sets of accelerometers."""
