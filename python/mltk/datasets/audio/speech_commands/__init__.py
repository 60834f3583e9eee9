"""Google's recordings of spoken commands."""
