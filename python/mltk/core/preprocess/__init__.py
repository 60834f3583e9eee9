"""Data generators: read, augment and normalize samples."""
