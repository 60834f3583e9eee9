"""Functions for samples."""
