"""Layers that move pictures at random: Keras' RandomRotation, RandomZoom, RandomTranslation, RandomCrop."""

import math

from mltk.keras_api import functions
from mltk.keras_api.layers import Layer
from mltk.keras_api.more_layers import _RandomLayer, uniform
from mltk.keras_api.tensors import current_trace

_FILL_MODES = ("reflect", "wrap", "constant", "nearest")
_INTERPOLATIONS = ("nearest", "bilinear")


def limits(factor, name: str) -> tuple:
    """(low, high) of a factor f, which stands for (-f, f), or of both."""
    low, high = factor if isinstance(factor, (list, tuple)) else (-factor, factor)
    if low > high:
        raise ValueError(f"{name}={factor}, expected a number or (low, high)")
    return float(low), float(high)


def check_shares(layer, height: tuple, width: tuple):
    """Factors are shares of a side."""
    for name, factors in (("height_factor", height), ("width_factor", width)):
        if min(factors) < -1 or max(factors) > 1:
            raise ValueError(f"layer '{layer.name}': {name}={factors}, expected values from -1 to 1")


class _RandomTransform(_RandomLayer):
    """Base of layers that look each pixel up elsewhere."""

    def __init__(self, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0, **kwargs):
        super().__init__(seed, **kwargs)
        for name, value, known in (("fill_mode", fill_mode, _FILL_MODES), ("interpolation", interpolation, _INTERPOLATIONS)):
            if value not in known:
                raise NotImplementedError(f"layer '{self.name}': {name}={value!r} is not supported, only {', '.join(known)}")
        self.fill_mode, self.interpolation, self.fill_value = fill_mode, interpolation, fill_value

    def matrix(self, pictures, height: float, width: float) -> list:
        """The first six numbers of the transforms, each one for all or [batch, 1]."""
        raise NotImplementedError

    def change(self, pictures):
        trace = current_trace()
        pictures = trace.tensor(pictures)
        _, height, width, _ = pictures.shape
        one = uniform(pictures, [None, 1])
        ones = functions.add(functions.multiply(one, 0.0), 1.0)
        numbers = self.matrix(pictures, float(height), float(width)) + [0.0, 0.0]
        transforms = functions.concat([functions.multiply(ones, number) for number in numbers], axis=1)
        return transform(pictures, transforms, height, width, self.interpolation, self.fill_mode, self.fill_value)

    def between(self, pictures, low: float, high: float):
        """A number for each picture, [batch, 1]."""
        return functions.add(functions.multiply(uniform(pictures, [None, 1]), high - low), low)

    def get_config(self) -> dict:
        config = {"fill_mode": self.fill_mode, "fill_value": self.fill_value, "interpolation": self.interpolation, "seed": self._seed}
        return {**super().get_config(), **config}


def transform(pictures, transforms, height, width, interpolation, fill_mode, fill_value):
    """Pictures whose pixels (x, y) are those at ((a0 x + a1 y + a2) / k, ...) of `pictures`; transforms are [batch, 8]."""
    attributes = {
        "height": int(height), "width": int(width), "interpolation": interpolation, "fill_mode": fill_mode,
        "fill_value": float(fill_value),
    }  # fmt: skip
    return functions.apply("projective_transform", [pictures, transforms], attributes)


class RandomRotation(_RandomTransform):
    """Turns each picture.

    Args:
        factor: f or (low, high): shares of a full turn, positive counter clockwise
        fill_mode: "reflect", "wrap", "constant" or "nearest": what stands beyond the border
    """

    def __init__(self, factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0, **kwargs):
        super().__init__(fill_mode, interpolation, seed, fill_value, **kwargs)
        self.factor = factor
        self.lower, self.upper = limits(factor, "factor")

    def matrix(self, pictures, height, width):
        angle = self.between(pictures, self.lower * 2 * math.pi, self.upper * 2 * math.pi)
        sin, cos = functions.sin(angle), functions.cos(angle)
        right, bottom = width - 1, height - 1
        x = (right - (cos * right - sin * bottom)) / 2.0
        y = (bottom - (sin * right + cos * bottom)) / 2.0
        return [cos, -sin, x, sin, cos, y]

    def get_config(self) -> dict:
        return {**super().get_config(), "factor": self.factor}


class RandomZoom(_RandomTransform):
    """Zooms each picture: factors are added to 1, positive ones make it smaller.

    Args:
        height_factor: f or (low, high)
        width_factor: the same; None keeps the ratio of sides
    """

    def __init__(self, height_factor, width_factor=None, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0,
                 **kwargs):
        super().__init__(fill_mode, interpolation, seed, fill_value, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._height = limits(height_factor, "height_factor")
        self._width = None if width_factor is None else limits(width_factor, "width_factor")
        check_shares(self, self._height, self._width or (0.0, 0.0))

    def matrix(self, pictures, height, width):
        y_zoom = self.between(pictures, 1 + self._height[0], 1 + self._height[1])
        x_zoom = y_zoom if self._width is None else self.between(pictures, 1 + self._width[0], 1 + self._width[1])
        x = (1.0 - x_zoom) * ((width - 1) / 2)
        y = (1.0 - y_zoom) * ((height - 1) / 2)
        return [x_zoom, 0.0, x, 0.0, y_zoom, y]

    def get_config(self) -> dict:
        return {**super().get_config(), "height_factor": self.height_factor, "width_factor": self.width_factor}


class RandomTranslation(_RandomTransform):
    """Shifts each picture.

    Args:
        height_factor: f or (low, high): shares of the height, positive downwards
        width_factor: the same of the width, positive to the right
    """

    def __init__(self, height_factor, width_factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0, **kwargs):
        super().__init__(fill_mode, interpolation, seed, fill_value, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._height, self._width = limits(height_factor, "height_factor"), limits(width_factor, "width_factor")
        check_shares(self, self._height, self._width)

    def matrix(self, pictures, height, width):
        down = self.between(pictures, *self._height) * height
        right = self.between(pictures, *self._width) * width
        return [1.0, 0.0, -right, 0.0, 1.0, -down]

    def get_config(self) -> dict:
        return {**super().get_config(), "height_factor": self.height_factor, "width_factor": self.width_factor}


class RandomCrop(_RandomLayer):
    """Cuts a part of each picture out, at a place of its own; outside of training the picture is cut and resized to the size.

    Args:
        height, width: of the result
    """

    def __init__(self, height, width, seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.height, self.width = int(height), int(width)

    def call(self, inputs, training=None):
        _, height, width, _ = inputs.shape
        if training and height >= self.height and width >= self.width:
            return self.change(inputs)
        return self._resize(inputs, height, width)

    def change(self, pictures):
        pictures = current_trace().tensor(pictures)
        _, height, width, _ = pictures.shape
        places = [
            functions.floor(functions.multiply(uniform(pictures, [None, 1]), float(have - want + 1)))
            for have, want in ((height, self.height), (width, self.width))
        ]
        zero = functions.multiply(places[0], 0.0)
        one = functions.add(zero, 1.0)
        transforms = functions.concat([one, zero, places[1], zero, one, places[0], zero, zero], axis=1)
        return transform(pictures, transforms, self.height, self.width, "nearest", "nearest", 0.0)

    def _resize(self, pictures, height: int, width: int):
        """The largest part in the middle with the ratio of the result, resized."""
        part_height = min(int(width * self.height / self.width), height)
        part_width = min(int(height * self.width / self.height), width)
        top, left = (height - part_height) // 2, (width - part_width) // 2
        part = pictures[:, top : top + part_height, left : left + part_width, :]
        return functions.FUNCTIONS["image.resize"](part, [self.height, self.width])

    def get_config(self) -> dict:
        return {**super().get_config(), "height": self.height, "width": self.width, "seed": self._seed}


class _ChangesShape(Layer):
    def __init__(self, *args, **kwargs):  # pylint: disable=unused-argument,super-init-not-called
        raise NotImplementedError(
            f"{type(self).__name__} gives pictures of another size in each step, and the sizes of a network are fixed; use "
            "RandomZoom, which stretches them within their size"
        )


class RandomHeight(_ChangesShape):
    """Not available: it changes the shape."""


class RandomWidth(_ChangesShape):
    """Not available: it changes the shape."""
