"""Layers that are functions of `functions`: attention with several heads, random changes of pictures."""

from mltk.keras_api import functions
from mltk.keras_api.layers import Layer
from mltk.keras_api.tensors import current_trace


class _Projection(Layer):
    """Rows times a kernel [in, ...], plus a bias [...]."""

    def __init__(self, inner: int, kernel_shape, bias_shape, options: dict, name: str):
        super().__init__(name=name)
        self._inner = inner  # axes of the kernel that are summed over
        self._shape = kernel_shape
        self._bias_shape = bias_shape
        self._options = options

    def build(self, input_shape):
        options = self._options
        shape = self._shape if self._inner > 1 else (input_shape[-1], *self._shape)
        part = {key: options[f"kernel_{key}"] for key in ("initializer", "regularizer", "constraint")}
        self.kernel = self.add_weight(name="kernel", shape=shape, **part)
        self.bias = None
        if options["use_bias"]:
            part = {key: options[f"bias_{key}"] for key in ("initializer", "regularizer", "constraint")}
            self.bias = self.add_weight(name="bias", shape=self._bias_shape, **part)

    def call(self, inputs):
        shape = list(self.kernel.shape)
        rows = columns = 1
        for size in shape[: self._inner]:
            rows *= size
        for size in shape[self._inner :]:
            columns *= size
        result = functions.matmul(inputs, functions.reshape(self.kernel, [rows, columns]))
        return result if self.bias is None else functions.add(result, functions.reshape(self.bias, [columns]))


class MultiHeadAttention(Layer):
    """Keras' MultiHeadAttention over sequences [batch, steps, features].

    Args:
        num_heads: attentions side by side
        key_dim: features of queries and keys of a head
        value_dim: features of values of a head; key_dim when not given
        dropout: share of attention scores that become 0
        output_shape: features of the result; those of the query when not given
    """

    supports_masking = True

    def __init__(self, num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None, attention_axes=None,
                 kernel_initializer="glorot_uniform", bias_initializer="zeros", kernel_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, kernel_constraint=None, bias_constraint=None, query_shape=None, key_shape=None,
                 value_shape=None, **kwargs):  # pylint: disable=unused-argument
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if attention_axes not in (None, 1, [1], (1,)):
            raise NotImplementedError(f"layer '{self.name}': attention_axes={attention_axes} is not supported; the steps are axis 1")
        if isinstance(output_shape, (list, tuple)):
            if len(output_shape) != 1:
                raise NotImplementedError(f"layer '{self.name}': output_shape={output_shape} is not supported; give a number")
            output_shape = output_shape[0]
        self._arguments_given = {
            "num_heads": num_heads, "key_dim": key_dim, "value_dim": value_dim or key_dim, "dropout": dropout, "use_bias": use_bias,
            "output_shape": output_shape, "attention_axes": [1], "kernel_initializer": kernel_initializer,
            "bias_initializer": bias_initializer, "kernel_regularizer": kernel_regularizer, "bias_regularizer": bias_regularizer,
            "activity_regularizer": activity_regularizer, "kernel_constraint": kernel_constraint, "bias_constraint": bias_constraint,
        }  # fmt: skip

    def build(self, input_shape):
        # Keras' files tell the shapes, from which it builds the layer.
        self._shapes = {"query_shape": list(input_shape), "key_shape": list(input_shape), "value_shape": list(input_shape)}
        given = self._arguments_given
        heads, features = given["num_heads"], given["output_shape"] or input_shape[-1]

        def part(name, size):
            return _Projection(1, (heads, size), (heads, size), given, name)

        self._query_dense, self._key_dense = part("query", given["key_dim"]), part("key", given["key_dim"])
        self._value_dense = part("value", given["value_dim"])
        self._output_dense = _Projection(2, (heads, given["value_dim"], features), (features,), given, "attention_output")

    def call(self, query, value, key=None, attention_mask=None, return_attention_scores=False, training=None):
        """What the steps of `value` give to each step of `query`."""
        if attention_mask is not None:
            raise NotImplementedError(f"layer '{self.name}': attention_mask is not supported")
        key = value if key is None else key
        self._shapes.update(key_shape=list(key.shape), value_shape=list(value.shape))
        given = self._arguments_given
        queries = self._heads(self._query_dense(query), given["key_dim"])
        keys = self._heads(self._key_dense(key), given["key_dim"])
        values = self._heads(self._value_dense(value), given["value_dim"])
        scores = functions.matmul(functions.multiply(queries, given["key_dim"] ** -0.5), keys, transpose_b=True)
        scores = functions.softmax(scores)
        weights = functions.dropout(scores, given["dropout"]) if training and given["dropout"] else scores
        mixed = functions.transpose(functions.matmul(weights, values), [0, 2, 1, 3])
        steps = mixed.shape[1]
        result = self._output_dense(functions.reshape(mixed, [-1, steps, given["num_heads"] * given["value_dim"]]))
        return (result, scores) if return_attention_scores else result

    def _heads(self, rows, size: int):
        """[batch, steps, heads * size] to [batch, heads, steps, size]."""
        parts = functions.reshape(rows, [-1, rows.shape[1], self._arguments_given["num_heads"], size])
        return functions.transpose(parts, [0, 2, 1, 3])

    def get_config(self) -> dict:
        shapes = self.__dict__.get("_shapes", {"query_shape": None, "key_shape": None, "value_shape": None})
        return {"name": self.name, "trainable": self.trainable, "dtype": "float32", **self._arguments_given, **shapes}


class _RandomLayer(Layer):
    """Base of random changes: nothing happens outside of training."""

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self._seed = seed

    def call(self, inputs, training=None):
        return self.change(inputs) if training else inputs

    def change(self, pictures):
        """Pictures [batch, height, width, channels], changed."""
        raise NotImplementedError

    @staticmethod
    def numbers(pictures):
        """A number of [0, 1) for each picture, [batch, 1, 1, 1]."""
        trace = current_trace()
        return uniform(trace.tensor(pictures), [None, 1, 1, 1])


def uniform(of, sizes):
    """Numbers of [0, 1) for a batch, new ones in each step: a normal number's place in its distribution."""
    trace = current_trace()
    attributes = {"mean": 0.0, "stddev": 1.0, "stream": trace.next_stream(), "shape": sizes}
    normal = functions.apply("random_normal", [of], attributes)
    return functions.multiply(0.5, functions.add(1.0, functions.erf(functions.multiply(normal, 0.5**0.5))))


class RandomFlip(_RandomLayer):
    """Mirrors half of the pictures.

    Args:
        mode: "horizontal", "vertical" or "horizontal_and_vertical", each by itself
    """

    def __init__(self, mode="horizontal_and_vertical", seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        if mode not in ("horizontal", "vertical", "horizontal_and_vertical"):
            raise ValueError(f"layer '{self.name}': mode={mode!r}, expected 'horizontal', 'vertical' or 'horizontal_and_vertical'")
        self.mode = mode

    def change(self, pictures):
        for name, axis in (("horizontal", 2), ("vertical", 1)):
            if name in self.mode:
                chosen = functions.greater(self.numbers(pictures), 0.5)
                pictures = functions.where(chosen, functions.reverse(pictures, [axis]), pictures)
        return pictures

    def get_config(self) -> dict:
        return {**super().get_config(), "mode": self.mode, "seed": self._seed}


def _limits(factor, name: str) -> tuple:
    low, high = factor if isinstance(factor, (list, tuple)) else (-factor, factor)
    if low > high:
        raise ValueError(f"{name}: factor={factor}, expected a number or (low, high)")
    return float(low), float(high)


class RandomBrightness(_RandomLayer):
    """Adds a number to each picture.

    Args:
        factor: f or (low, high): shares of the range of values
        value_range: of the pictures
    """

    def __init__(self, factor, value_range=(0, 255), seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.factor = factor
        self._low, self._high = _limits(factor, "RandomBrightness")
        self.value_range = tuple(value_range)

    def change(self, pictures):
        low, high = (float(value) for value in self.value_range)
        delta = functions.multiply(self.numbers(pictures), (self._high - self._low) * (high - low))
        return functions.clip_by_value(functions.add(functions.add(pictures, delta), self._low * (high - low)), low, high)

    def get_config(self) -> dict:
        return {**super().get_config(), "factor": self.factor, "value_range": list(self.value_range), "seed": self._seed}


class RandomContrast(_RandomLayer):
    """Changes the distance of each picture's values to the means of its channels.

    Args:
        factor: f: between 1 - f and 1 + f times; or (f, g): between 1 - f and 1 + g times
    """

    def __init__(self, factor, seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.factor = factor
        self._below, self._above = factor if isinstance(factor, (list, tuple)) else (factor, factor)

    def change(self, pictures):
        scale = functions.add(1.0 - self._below, functions.multiply(self.numbers(pictures), float(self._below + self._above)))
        mean = functions.reduce_mean(pictures, [1, 2], True)
        changed = functions.add(functions.multiply(functions.subtract(pictures, mean), scale), mean)
        return functions.clip_by_value(changed, 0.0, 255.0)

    def get_config(self) -> dict:
        return {**super().get_config(), "factor": self.factor, "seed": self._seed}
