"""Keras' `preprocessing.image`."""

from typing import Callable, Optional

from mltk.core.preprocess.image.parallel_generator.parallel_generator import ParallelImageDataGenerator
from mltk.core.preprocess.parallel_iterator import ParallelDirectoryIterator as DirectoryIterator  # noqa: F401
from mltk.core.preprocess.parallel_iterator import ParallelIterator as Iterator  # noqa: F401
from mltk.keras_api.utils import array_to_img, img_to_array, load_img, smart_resize  # noqa: F401


class ImageDataGenerator(ParallelImageDataGenerator):
    """Keras' generator of augmented images: `ParallelImageDataGenerator` with Keras' arguments in Keras' order.

    Args:
        preprocessing_function: `f(x)` -> x, called on each augmented image [H, W, C]
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range=0.0,
        height_shift_range=0.0,
        brightness_range=None,
        shear_range: float = 0.0,
        zoom_range=0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: Optional[float] = None,
        preprocessing_function: Optional[Callable] = None,
        data_format: Optional[str] = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype="float32",
    ):
        given = {name: value for name, value in locals().items() if name not in ("self", "__class__")}
        given["preprocessing_function"] = preprocessing_function and _without_params(preprocessing_function)
        given["dtype"] = dtype or "float32"
        super().__init__(**given)


def _without_params(function: Callable) -> Callable:
    """`f(x)` as the hook `f(params, x)` of `ParallelImageDataGenerator`."""

    def hook(_, x):
        return function(x)

    return hook
