"""The functions of `tf.keras.utils` that specifications use."""

import random

from mltk.keras_api import backend


from mltk.keras_api.custom_objects import (  # noqa: F401  pylint: disable=unused-import
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    register_keras_serializable,
)


class control_flow_util:  # pylint: disable=invalid-name
    """`keras.utils.control_flow_util`."""

    @staticmethod
    def smart_cond(pred, true_fn=None, false_fn=None, name=None):  # pylint: disable=unused-argument
        """What a function gives, chosen by a condition that is known."""
        from mltk.keras_api.tensors import GraphTensor

        if isinstance(pred, GraphTensor):
            raise NotImplementedError("smart_cond of a tensor is not supported in a model: use tf.where of both results")
        return true_fn() if pred else false_fn()


class Sequence:
    """Base of data sets that give batches by index."""

    def __getitem__(self, index):
        raise NotImplementedError

    def __len__(self):
        raise NotImplementedError

    def on_epoch_end(self):
        """Called after each epoch."""

    def __iter__(self):
        for index in range(len(self)):
            yield self[index]


def set_random_seed(seed: int):
    """Seed Python's, NumPy's and the initial weights' random numbers, as Keras does."""
    import numpy as np

    random.seed(seed)
    np.random.seed(seed % 2**32)
    backend.set_seed(seed)


def to_categorical(y, num_classes=None, dtype="float32"):
    """Class ids as rows with a single 1. y [...]    returns [..., num_classes]"""
    import numpy as np

    labels = np.asarray(y, dtype="int64")
    shape = labels.shape[:-1] if labels.ndim > 1 and labels.shape[-1] == 1 else labels.shape
    flat = labels.reshape(-1)
    count = int(flat.max()) + 1 if num_classes is None else num_classes
    rows = np.zeros((flat.size, count), dtype=dtype)
    rows[np.arange(flat.size), flat] = 1
    return rows.reshape(shape + (count,))


def unpack_x_y_sample_weight(data):
    """(x, y, sample_weight) of a batch with any of the last two missing."""
    if not isinstance(data, tuple):
        return data, None, None
    return data + (None,) * (3 - len(data))


def load_img(path, color_mode="rgb", target_size=None, **_):
    """A picture as an array [height, width, channels]; like an image of Pillow it has `width`, `height` and `close()`."""
    import numpy as np
    from mltk import _core

    class Picture(np.ndarray):
        """Values of a picture."""

        width = property(lambda self: self.shape[1])
        height = property(lambda self: self.shape[0])

        def close(self):
            """Do nothing: the file is closed."""

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.close()

    return np.asarray(_core.load_image(str(path), color_mode, tuple(target_size) if target_size else None)).view(Picture)


def img_to_array(img, dtype="float32", **_):
    """A picture of `load_img` as an array [height, width, channels]."""
    import numpy as np

    return np.asarray(img, dtype=dtype)


def array_to_img(x, data_format=None, scale: bool = True, dtype=None):  # pylint: disable=unused-argument
    """An array [height, width, channels] as an image of Pillow.

    Args:
        scale: stretch the values to 0..255

    Raises:
        ImportError: Pillow is not installed
    """
    import numpy as np
    from PIL import Image

    if data_format == "channels_first":
        raise ValueError("array_to_img: data_format is channels_first, expected channels_last")
    array = np.asarray(x, dtype=np.float32)
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise ValueError(f"array_to_img: x has the shape {array.shape}, expected (height, width, 1, 3 or 4)")
    if scale:
        array = array - array.min()
        array = array * (255 / array.max()) if array.max() > 0 else array
    pixels = array.astype(np.uint8)
    return Image.fromarray(pixels[..., 0] if array.shape[2] == 1 else pixels)


def plot_model(*_, **__):
    """Not available."""
    raise NotImplementedError("plot_model is not supported; `mltk summarize` prints the layers")


def smart_resize(x, size, interpolation: str = "bilinear"):
    """The middle of an image, of the proportions of `size`, resized without smoothing.

    Args:
        x: [height, width, channels]
        size: (height, width)
        interpolation: `bilinear` or `nearest`

    Returns:
        array of NumPy, float32
    """
    import numpy as np

    if interpolation not in ("bilinear", "nearest"):
        raise ValueError(f"smart_resize: interpolation is {interpolation!r}, expected bilinear or nearest")
    image = np.asarray(x, dtype=np.float32)
    if image.ndim != 3:
        raise ValueError(f"smart_resize: the image is {list(image.shape)}, expected [height, width, channels]")
    height, width = image.shape[:2]
    inner = (min(height, int(width * size[0] / size[1])), min(width, int(height * size[1] / size[0])))
    top, left = ((outer - part) // 2 for outer, part in zip((height, width), inner))
    image = image[top : top + inner[0], left : left + inner[1]]
    for axis in (0, 1):
        image = _resize_axis(image, axis, int(size[axis]), interpolation)
    return image


def _resize_axis(image, axis: int, size: int, interpolation: str):
    """Resize along one axis; the centres of the outer pixels keep half a pixel's distance from the border."""
    import numpy as np

    count = image.shape[axis]
    at = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(count / size)
    if interpolation == "nearest":
        return image.take(np.minimum(at.astype(np.int64), count - 1), axis=axis)
    at = np.clip(at - np.float32(0.5), 0, count - 1)
    before = at.astype(np.int64)
    shape = [1, 1, 1]
    shape[axis] = size
    share = (at - before).reshape(shape)
    return image.take(before, axis=axis) * (1 - share) + image.take(np.minimum(before + 1, count - 1), axis=axis) * share
