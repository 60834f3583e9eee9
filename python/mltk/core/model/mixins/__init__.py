"""What a model can do: one mixin each."""
