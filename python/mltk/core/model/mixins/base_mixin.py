"""What mixins of a model share."""


class BaseMixin:
    """Base of the mixins of `MltkModel`."""
