"""Files of images for specifications that load their own data."""

import os
import time


def read_image_file(path, target_channels: int = 0, return_numpy: bool = False):
    """An image as [height, width, channels] uint8.

    Args:
        path: of the file; text, bytes, or a value of a data set
        target_channels: 1, 3 or 4; 0 and None keep those of the file
        return_numpy: an array of NumPy instead of a value with `.numpy()`

    Raises:
        ValueError: the file is no picture that can be read; names it
    """
    import numpy as np
    from mltk import _core

    from mltk.data_api.tensors import wrap

    path = path.item() if isinstance(path, np.ndarray) else path
    path = path.decode() if isinstance(path, bytes) else os.fspath(path)
    image = _core.read_image(path, target_channels or 0)
    return image if return_numpy else wrap(image)


def write_image_file(path: str, sample, auto_scale: bool = True, batch_size=None):
    """Write an image, PNG or JPEG by the end of the name; returns its path.

    Args:
        path: of the file; without the end `.jpg` or `.png` a folder, where the file is named by the time
        sample: [height, width, channels] or [height, width]; int8 is shifted to 0..255
        auto_scale: scale floats by their range to 0..255, else they are cut off there
        batch_size: write as many images of [N, height, width, channels], each its own file; returns None
    """
    import numpy as np
    from mltk import _core

    sample = np.asarray(sample)
    if batch_size is not None and sample.ndim == 4:
        for one in sample[:batch_size]:
            write_image_file(path, one, auto_scale=auto_scale)
        return None
    if sample.ndim == 2:
        sample = sample[..., None]
    if sample.ndim != 3 or sample.shape[-1] not in (1, 3, 4):
        raise ValueError(f"{path}: the image is {list(sample.shape)}, expected [height, width, 1, 3 or 4]")
    if sample.dtype == np.int8:
        sample = sample.astype(np.float32) + 128
    elif auto_scale and sample.dtype.kind == "f":
        sample = sample * (255 / ((sample.max() - sample.min()) + 1e-6))
    image = np.clip(sample, 0, 255).astype(np.uint8)
    if not path.lower().endswith((".jpg", ".png")):
        os.makedirs(path, exist_ok=True)
        path = _unused(path)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    encoded = _core.encode_png(image) if path.lower().endswith(".png") else _core.encode_jpeg(image)
    with open(path, "wb") as file:
        file.write(encoded)
    return path


def _unused(folder: str) -> str:
    """A file name from the time in milliseconds."""
    stamp = int(time.time() * 1000)
    while os.path.exists(f"{folder}/{stamp}.jpg"):
        stamp += 1
    return f"{folder}/{stamp}.jpg"
