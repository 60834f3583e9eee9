"""Helpers that specifications use."""
