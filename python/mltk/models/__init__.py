"""Networks that specifications share."""
