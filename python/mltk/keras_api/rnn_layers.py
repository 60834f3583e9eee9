"""Recurrent cells by themselves, and the layer that runs any cell over the steps of a sequence."""

from mltk.keras_api import activations, functions, layers as keras_layers
from mltk.keras_api.layers import Layer
from mltk.keras_api.tensors import current_trace, flatten, map_structure


def zeros(size: int):
    """A state of zeros, [batch, size]."""
    trace = current_trace()
    return trace.operator("broadcast", [trace.tensor(0.0)], {"shape": [None, size]}, "float32", 0)[0]


class _Cell(Layer):
    """Base of Keras' cells: a step from (inputs [batch, features], states) to (output, new states)."""

    #: Parts of the kernels.
    _gates = 1

    def __init__(self, units, activation="tanh", use_bias=True, kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal",
                 bias_initializer="zeros", kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
                 kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        if dropout or recurrent_dropout:
            raise NotImplementedError(
                f"layer '{self.name}': dropout and recurrent_dropout of a cell are not supported; the layers SimpleRNN, GRU and LSTM "
                "have them"
            )
        self.units = self.state_size = self.output_size = int(units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self._given_arguments = {
            "units": self.units, "activation": activation, "use_bias": use_bias, "kernel_initializer": kernel_initializer,
            "recurrent_initializer": recurrent_initializer, "bias_initializer": bias_initializer,
            "kernel_regularizer": kernel_regularizer, "recurrent_regularizer": recurrent_regularizer,
            "bias_regularizer": bias_regularizer, "kernel_constraint": kernel_constraint,
            "recurrent_constraint": recurrent_constraint, "bias_constraint": bias_constraint, "dropout": dropout,
            "recurrent_dropout": recurrent_dropout,
        }  # fmt: skip

    def _weight(self, name: str, part: str, shape, initializer=None):
        given = self._given_arguments
        initializer = initializer or given[f"{part}_initializer"]
        more = {key: given[f"{part}_{key}"] for key in ("regularizer", "constraint")}
        return self.add_weight(name=name, shape=shape, initializer=initializer, **more)

    def build(self, input_shape):
        width = self._gates * self.units
        self.kernel = self._weight("kernel", "kernel", (input_shape[-1], width))
        self.recurrent_kernel = self._weight("recurrent_kernel", "recurrent", (self.units, width))
        self.bias = self._weight("bias", "bias", self._bias_shape(), self._first_bias()) if self.use_bias else None

    def _bias_shape(self) -> tuple:
        return (self._gates * self.units,)

    def _first_bias(self):
        return None

    def _biased(self, value, row=None):
        if self.bias is None:
            return value
        return functions.add(value, self.bias if row is None else self.bias[row])

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):  # pylint: disable=unused-argument
        """Zeros for each state."""
        return map_structure(zeros, self.state_size)

    def get_config(self) -> dict:
        given = {key: functions_config(value) for key, value in self._given_arguments.items()}
        return {"name": self.name, "trainable": self.trainable, "dtype": "float32", **given}


def functions_config(value):
    """An argument for a file: names of functions, configs of objects."""
    if hasattr(value, "get_config"):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    return getattr(value, "__name__", value)


class SimpleRNNCell(_Cell):
    """Keras' SimpleRNNCell: activation(inputs @ kernel + state @ recurrent_kernel + bias)."""

    def call(self, inputs, states, training=None):  # pylint: disable=unused-argument
        """Output and states after a step."""
        state = flatten(states)[0]
        total = functions.add(self._biased(functions.matmul(inputs, self.kernel)), functions.matmul(state, self.recurrent_kernel))
        output = self.activation(total)
        return output, [output]


class GRUCell(_Cell):
    """Keras' GRUCell; gates in the order update, reset, new values."""

    _gates = 3

    def __init__(self, units, activation="tanh", recurrent_activation="sigmoid", use_bias=True, reset_after=True, **kwargs):
        super().__init__(units, activation, use_bias, **kwargs)
        self.reset_after = reset_after
        self.recurrent_activation = activations.get(recurrent_activation)
        self._given_arguments.update(recurrent_activation=recurrent_activation, reset_after=reset_after)

    def _bias_shape(self) -> tuple:
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def call(self, inputs, states, training=None):  # pylint: disable=unused-argument
        """Output and states after a step."""
        state = flatten(states)[0]
        row = 0 if self.reset_after else None
        update, reset, new = functions.split(self._biased(functions.matmul(inputs, self.kernel), row), 3, axis=1)
        if self.reset_after:
            inner = self._biased(functions.matmul(state, self.recurrent_kernel), 1)
            of_update, of_reset, of_new = functions.split(inner, 3, axis=1)
        else:
            of_update, of_reset = (functions.matmul(state, self._part(i)) for i in range(2))
        update = self.recurrent_activation(functions.add(update, of_update))
        reset = self.recurrent_activation(functions.add(reset, of_reset))
        if self.reset_after:
            of_new = functions.multiply(reset, of_new)
        else:
            of_new = functions.matmul(functions.multiply(reset, state), self._part(2))
        values = self.activation(functions.add(new, of_new))
        output = functions.add(functions.multiply(update, state), functions.multiply(functions.subtract(1.0, update), values))
        return output, [output]

    def _part(self, i: int):
        return self.recurrent_kernel[:, i * self.units : (i + 1) * self.units]


class LSTMCell(_Cell):
    """Keras' LSTMCell; gates in the order input, forget, cell, output."""

    _gates = 4

    def __init__(self, units, activation="tanh", recurrent_activation="sigmoid", use_bias=True, unit_forget_bias=True, **kwargs):
        super().__init__(units, activation, use_bias, **kwargs)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.state_size = [self.units, self.units]
        self.unit_forget_bias = unit_forget_bias
        self._given_arguments.update(recurrent_activation=recurrent_activation, unit_forget_bias=unit_forget_bias)

    def _first_bias(self):
        if not self.unit_forget_bias:
            return None
        from mltk.keras_api import initializers

        given = self._given_arguments["bias_initializer"]

        def first(shape, dtype=None):  # pylint: disable=unused-argument
            import numpy as np

            bias = np.array(initializers.draw(given, shape))
            bias[self.units : 2 * self.units] = 1
            return bias

        return first

    def call(self, inputs, states, training=None):  # pylint: disable=unused-argument
        """Output and states after a step."""
        hidden, carry = flatten(states)
        total = functions.add(functions.matmul(inputs, self.kernel), functions.matmul(hidden, self.recurrent_kernel))
        parts = functions.split(self._biased(total), 4, axis=1)
        taken, kept, given = (self.recurrent_activation(parts[i]) for i in (0, 1, 3))
        carry = functions.add(functions.multiply(kept, carry), functions.multiply(taken, self.activation(parts[2])))
        output = functions.multiply(given, self.activation(carry))
        return output, [output, carry]


class StackedRNNCells(Layer):
    """Cells one upon the other, as one cell.

    Args:
        cells: list of cells
    """

    def __init__(self, cells, **kwargs):
        super().__init__(**kwargs)
        for cell in cells:
            if not hasattr(cell, "state_size"):
                raise ValueError(f"layer '{self.name}': {type(cell).__name__} has no state_size, so it is no cell")
        self.cells = list(cells)

    @property
    def state_size(self):
        """Of each cell."""
        return tuple(cell.state_size for cell in self.cells)

    @property
    def output_size(self):
        """Of the last cell."""
        return getattr(self.cells[-1], "output_size", flatten(self.cells[-1].state_size)[0])

    def call(self, inputs, states, training=None):  # pylint: disable=unused-argument
        """Output of the last cell, states of all."""
        rest, after = flatten(states), []
        for cell in self.cells:
            count = len(flatten(cell.state_size))
            inputs, new = cell(inputs, rest[:count])
            rest = rest[count:]
            after += flatten(new)
        return inputs, after

    def get_config(self) -> dict:
        return {"name": self.name, "trainable": self.trainable, "dtype": "float32", "cells": [keras_layers.serialize(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config: dict):
        config = dict(config)
        return cls([keras_layers.deserialize(cell) for cell in config.pop("cells")], **config)


class RNN(Layer):
    """Runs a cell over the steps of sequences [batch, steps, ...]; the number of steps is fixed.

    Args:
        cell: has `state_size` and `call(inputs, states)` -> (output, new states); a list is stacked
        return_sequences: give the outputs of all steps instead of the last one's
        return_state: give the last states, too
        go_backwards: from the last step to the first
        zero_output_for_mask: outputs of masked steps are 0, not those before
    """

    def __init__(self, cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
                 time_major=False, zero_output_for_mask=False, **kwargs):
        super().__init__(**kwargs)
        for name, value in (("stateful", stateful), ("time_major", time_major)):
            if value:
                raise NotImplementedError(f"layer '{self.name}': {name}=True is not supported; leave it out")
        cell = StackedRNNCells(cell) if isinstance(cell, (list, tuple)) else cell
        if not hasattr(cell, "state_size") or not callable(getattr(cell, "call", None)):
            raise ValueError(f"layer '{self.name}': {type(cell).__name__} is no cell: it needs state_size and call(inputs, states)")
        self.cell = cell
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.unroll = go_backwards, unroll
        self.zero_output_for_mask = zero_output_for_mask

    def call(self, inputs, mask=None, training=None, initial_state=None):  # pylint: disable=unused-argument
        """The output, and the last states when the layer returns them."""
        if isinstance(inputs, (list, tuple)):
            inputs, initial_state = inputs[0], list(inputs[1:]) or initial_state
        steps = functions.unstack(inputs, axis=1)
        masks = [None] * len(steps) if mask is None else [functions.expand_dims(m, -1) for m in functions.unstack(mask, axis=1)]
        if self.go_backwards:
            steps, masks = steps[::-1], masks[::-1]
        states = flatten(initial_state) if initial_state is not None else [zeros(size) for size in flatten(self.cell.state_size)]
        outputs: list = []
        for step, counts in zip(steps, masks):
            output, after = self.cell(step, states)
            after = flatten(after)
            if counts is not None:
                before = functions.zeros_like(output) if self.zero_output_for_mask or not outputs else outputs[-1]
                output = functions.where(counts, output, before)
                after = [functions.where(counts, new, old) for new, old in zip(after, states)]
            outputs.append(output)
            states = after
        result = functions.stack(outputs, axis=1) if self.return_sequences else outputs[-1]
        return [result, *states] if self.return_state else result

    def compute_mask(self, inputs, mask=None):
        """That of the input when the layer returns all steps."""
        mask = flatten(mask)[0] if mask is not None else None
        return mask if self.return_sequences else None

    def get_config(self) -> dict:
        names = ("return_sequences", "return_state", "go_backwards", "unroll")
        config = {"stateful": False, "time_major": False, **{name: getattr(self, name) for name in names}}
        if self.zero_output_for_mask:
            config["zero_output_for_mask"] = True
        return {"name": self.name, "trainable": self.trainable, "dtype": "float32", **config, "cell": keras_layers.serialize(self.cell)}

    @classmethod
    def from_config(cls, config: dict):
        config = dict(config)
        return cls(keras_layers.deserialize(config.pop("cell")), **config)
