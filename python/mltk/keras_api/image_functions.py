"""`tf.image`: pictures [H, W, C] or batches of them [N, H, W, C]."""

from mltk.keras_api import functions
from mltk.keras_api.functions import at_hand, function, in_graph, shape_of
from mltk.keras_api.random_functions import stateless_uniform
from mltk.keras_api.tensors import current_trace, run_once, to_array


class ResizeMethod:
    """`tf.image.ResizeMethod`."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"


@function("image.resize")
def resize(images, size, method="bilinear", preserve_aspect_ratio=False, antialias=False, name=None):  # pylint: disable=unused-argument
    """Pictures of another size: bilinear, nearest or bicubic."""
    if preserve_aspect_ratio or antialias:
        raise NotImplementedError("image.resize(preserve_aspect_ratio, antialias) is not supported")
    if method not in ("bilinear", "nearest", "bicubic"):
        raise NotImplementedError(f"image.resize(method={method!r}) is not supported; there are bilinear, nearest and bicubic")
    height, width = (int(item) for item in to_array(size))
    attributes = {"height": height, "width": width, "interpolation": method}
    if in_graph(images):
        return functions.apply("resize", [functions.pictures(images, "image.resize")], attributes)
    array = to_array(images)
    batch = array if array.ndim == 4 else array[None]
    kept = batch.dtype if method == "nearest" else "float32"

    def compute(x):
        return current_trace().operator("resize", [current_trace().tensor(x)], attributes)[0]

    value = to_array(run_once(compute, [batch])).astype(kept)
    return at_hand(lambda v: resize(v, size, method), lambda _: value if array.ndim == 4 else value[0], [images])


def _flip(axis: int, *names):
    def flip(image):
        """The picture mirrored."""
        rank = len(shape_of(image))
        return functions.reverse(image, [rank - 3 + axis])

    return function(*names)(flip)


flip_up_down = _flip(0, "image.flip_up_down")
flip_left_right = _flip(1, "image.flip_left_right")


@function("image.transpose")
def transpose(image, name=None):  # pylint: disable=unused-argument
    """Height and width exchanged."""
    rank = len(shape_of(image))
    return functions.transpose(image, [*range(rank - 3), rank - 2, rank - 3, rank - 1])


@function("image.rot90")
def rot90(image, k=1, name=None):  # pylint: disable=unused-argument
    """Turned k times by 90 degrees, against the clock."""
    for _ in range(int(k) % 4):
        image = flip_up_down(transpose(image))
    return image


@function("image.per_image_standardization")
def per_image_standardization(image):
    """Each picture with the mean 0 and the variance 1."""
    value = functions.cast(image, "float32")
    shape = shape_of(value)
    count = 1
    for size in shape[-3:]:
        count *= size
    axes = [len(shape) - 3, len(shape) - 2, len(shape) - 1]
    mean = functions.reduce_mean(value, axes, True)
    deviation = functions.reduce_std(value, axes, True)
    return functions.divide_operator(functions.subtract(value, mean), functions.maximum(deviation, 1.0 / count**0.5))


def _unchanged_type(compute):
    """Whole numbers are scaled to 0...1, changed, and scaled back."""

    def adjust(image, *args):
        dtype = image.dtype if hasattr(image, "dtype") else to_array(image).dtype
        changed = compute(convert_image_dtype(image, "float32"), *args)
        return convert_image_dtype(changed, dtype, saturate=True)

    return adjust


@function("image.convert_image_dtype")
def convert_image_dtype(image, dtype, saturate=False, name=None):  # pylint: disable=unused-argument
    """Whole numbers and 0...1 into each other."""
    from mltk.keras_api.dtypes import as_dtype

    given = as_dtype(image.dtype if hasattr(image, "dtype") else to_array(image).dtype)
    wanted = as_dtype(dtype)
    if given == wanted:
        return functions.convert_to_tensor(image)
    if given.is_floating and wanted.is_floating:
        return functions.cast(image, wanted)
    if given.is_floating:
        scaled = functions.multiply(image, wanted.max + 0.5)
        return functions.cast(functions.clip_by_value(scaled, float(wanted.min), float(wanted.max)) if saturate else scaled, wanted)
    if wanted.is_floating:
        return functions.multiply(functions.cast(image, wanted), 1.0 / given.max)
    raise NotImplementedError(f"image.convert_image_dtype from {given.name} to {wanted.name} is not supported")


@function("image.adjust_brightness")
def adjust_brightness(image, delta):
    """delta added, of pictures of 0...1."""
    return _unchanged_type(lambda x: functions.add(x, float(to_array(delta))))(image)


@function("image.adjust_contrast")
def adjust_contrast(images, contrast_factor):
    """The distance to the mean of each channel times a factor."""

    def compute(x):
        rank = len(shape_of(x))
        mean = functions.reduce_mean(x, [rank - 3, rank - 2], True)
        return functions.add(functions.multiply(functions.subtract(x, mean), float(to_array(contrast_factor))), mean)

    return _unchanged_type(compute)(images)


def _hsv(function_of_hsv):
    def compute(array):
        import numpy as np

        r, g, b = (array[..., i] for i in range(3))
        value = array.max(-1)
        spread = value - array.min(-1)
        safe = np.where(spread == 0, 1, spread)
        hue = np.where(value == r, (g - b) / safe, np.where(value == g, 2 + (b - r) / safe, 4 + (r - g) / safe))
        hue = np.where(spread == 0, 0, hue / 6) % 1
        saturation = np.where(value == 0, 0, spread / np.where(value == 0, 1, value))
        hue, saturation, value = function_of_hsv(hue, saturation, value)
        # Each channel falls and rises with its distance from the hue.
        channels = []
        for offset in (5, 3, 1):
            k = (offset + hue * 6) % 6
            channels.append(value - value * saturation * np.clip(np.minimum(k, 4 - k), 0, 1))
        return np.stack(channels, -1).astype("float32")

    return compute


@function("image.adjust_saturation")
def adjust_saturation(image, saturation_factor, name=None):  # pylint: disable=unused-argument
    """The saturation times a factor, limited to 0...1."""
    import numpy as np

    factor = float(to_array(saturation_factor))
    return _unchanged_type(lambda x: at_hand(None, _hsv(lambda h, s, v: (h, np.clip(s * factor, 0, 1), v)), [x]))(image)


@function("image.adjust_hue")
def adjust_hue(image, delta, name=None):  # pylint: disable=unused-argument
    """The hue turned by delta of a full turn."""
    turn = float(to_array(delta))
    return _unchanged_type(lambda x: at_hand(None, _hsv(lambda h, s, v: ((h + turn) % 1, s, v)), [x]))(image)


@function("image.adjust_gamma")
def adjust_gamma(image, gamma=1, gain=1):
    """gain * image ** gamma, of pictures of 0...1."""
    return _unchanged_type(lambda x: functions.multiply(functions.pow(x, float(gamma)), float(gain)))(image)


def _stateless(name: str, change):
    def random(image, *args, seed=None, **limits):
        given = list(args) + list(limits.values())
        seed = given.pop() if seed is None else seed
        return change(image, seed, *given)

    random.__doc__ = f"`tf.image.stateless_random_{name}`: what it does follows from `seed`, two numbers."
    return function(f"image.stateless_random_{name}")(random)


stateless_random_flip_left_right = _stateless(
    "flip_left_right", lambda x, seed: flip_left_right(x) if stateless_uniform(seed) < 0.5 else functions.convert_to_tensor(x)
)
stateless_random_flip_up_down = _stateless(
    "flip_up_down", lambda x, seed: flip_up_down(x) if stateless_uniform(seed) < 0.5 else functions.convert_to_tensor(x)
)
stateless_random_brightness = _stateless(
    "brightness", lambda x, seed, max_delta: adjust_brightness(x, stateless_uniform(seed, -max_delta, max_delta))
)
stateless_random_contrast = _stateless(
    "contrast", lambda x, seed, lower, upper: adjust_contrast(x, stateless_uniform(seed, lower, upper))
)
stateless_random_saturation = _stateless(
    "saturation", lambda x, seed, lower, upper: adjust_saturation(x, stateless_uniform(seed, lower, upper))
)
stateless_random_hue = _stateless("hue", lambda x, seed, max_delta: adjust_hue(x, stateless_uniform(seed, -max_delta, max_delta)))


def _drawn(name: str, stateless):
    def random(image, *args, seed=None, **limits):
        from mltk.keras_api.random_functions import next_pair

        return stateless(image, *args, seed=next_pair(seed), **limits)

    random.__doc__ = f"`tf.image.random_{name}`: drawn anew at each call."
    return function(f"image.random_{name}")(random)


random_flip_left_right = _drawn("flip_left_right", stateless_random_flip_left_right)
random_flip_up_down = _drawn("flip_up_down", stateless_random_flip_up_down)
random_brightness = _drawn("brightness", stateless_random_brightness)
random_contrast = _drawn("contrast", stateless_random_contrast)
random_saturation = _drawn("saturation", stateless_random_saturation)
random_hue = _drawn("hue", stateless_random_hue)


@function("image.rgb_to_grayscale")
def rgb_to_grayscale(images, name=None):  # pylint: disable=unused-argument
    """One channel of three."""
    return _unchanged_type(
        lambda x: functions.reduce_sum(functions.multiply(x, functions.constant([0.2989, 0.587, 0.114])), -1, True)
    )(images)


@function("image.grayscale_to_rgb")
def grayscale_to_rgb(images, name=None):  # pylint: disable=unused-argument
    """Three equal channels of one."""
    return functions.concat([images] * 3, -1)


@function("image.crop_to_bounding_box")
def crop_to_bounding_box(image, offset_height, offset_width, target_height, target_width):
    """A part of each picture."""
    front = (slice(None),) * (len(shape_of(image)) - 3)
    rows = slice(offset_height, offset_height + target_height)
    return functions.getitem(image, front + (rows, slice(offset_width, offset_width + target_width)))


@function("image.pad_to_bounding_box")
def pad_to_bounding_box(image, offset_height, offset_width, target_height, target_width):
    """Zeros around each picture."""
    shape = shape_of(image)
    height, width = shape[-3], shape[-2]
    pairs = [[0, 0]] * (len(shape) - 3)
    pairs += [[offset_height, target_height - height - offset_height], [offset_width, target_width - width - offset_width], [0, 0]]
    return functions.pad(image, pairs)


@function("image.resize_with_crop_or_pad")
def resize_with_crop_or_pad(image, target_height, target_width):
    """The middle of each picture, or zeros around it."""
    for axis, target in ((-3, target_height), (-2, target_width)):
        shape = shape_of(image)
        missing = int(target) - shape[axis]
        place = len(shape) + axis
        if missing < 0:
            first = -missing // 2
            image = functions.getitem(image, (slice(None),) * place + (slice(first, first + int(target)),))
        elif missing > 0:
            pairs = [[0, 0]] * len(shape)
            pairs[place] = [missing // 2, missing - missing // 2]
            image = functions.pad(image, pairs)
    return image


@function("image.central_crop")
def central_crop(image, central_fraction):
    """The middle part of each picture."""
    shape = shape_of(image)
    sizes = []
    for size in shape[-3:-1]:
        first = int((size - size * central_fraction) / 2)
        sizes.append((first, size - 2 * first))
    return crop_to_bounding_box(image, sizes[0][0], sizes[1][0], sizes[0][1], sizes[1][1])


def _decode(contents, channels=0, dtype="uint8", expand_animations=True, name=None):  # pylint: disable=unused-argument
    """The picture [H, W, C] in the bytes of a file."""
    import os
    import tempfile

    import numpy as np

    from mltk import _core

    data = bytes(to_array(contents)[()]) if not isinstance(contents, bytes) else contents
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "picture")
        with open(path, "wb") as file:
            file.write(data)
        mode = {0: "rgb", 1: "grayscale", 3: "rgb", 4: "rgba"}[channels]
        array = np.asarray(_core.load_image(path, mode, None))
    return convert_image_dtype(functions.constant(array.astype("uint8")), dtype)


for _name in ("decode_image", "decode_jpeg", "decode_png", "decode_bmp"):
    functions.FUNCTIONS[f"image.{_name}"] = functions.FUNCTIONS[f"io.{_name}"] = _decode
