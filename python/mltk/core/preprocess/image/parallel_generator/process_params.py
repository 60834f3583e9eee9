"""What hooks of a specification are told about a data set of images."""


class ParallelProcessParams:
    """What a hook is told about the data set. Each argument is an attribute.

    Args:
        image_data_generator: the generator
        target_size: (height, width)
        batch_shape: (batch,) + shape of a sample
        color_mode, class_mode, interpolation, data_format, subset, directory: as given to `flow_from_directory`
        class_indices: {label: class id}
        dtype: of the batches
        split: (begin, end) of the files of each class, or None
    """

    def __init__(
        self,
        image_data_generator,
        target_size,
        batch_shape,
        color_mode,
        data_format,
        save_to_dir,
        save_prefix,
        save_format,
        subset,
        interpolation,
        class_indices,
        dtype,
        directory,
        class_mode,
        get_batch_function,
        preprocessing_function,
        noaug_preprocessing_function,
        split=None,
    ):
        import numpy as np

        self.image_data_generator = image_data_generator
        self.target_size = tuple(target_size)
        self.batch_shape = batch_shape
        self.color_mode = color_mode
        self.data_format = data_format
        self.save_to_dir = save_to_dir
        self.save_prefix = save_prefix
        self.save_format = save_format
        self.subset = subset
        self.interpolation = interpolation
        self.class_indices = class_indices
        self.dtype = np.dtype(dtype)
        self.directory = directory
        self.class_mode = class_mode
        self.validation_split = image_data_generator.validation_split
        self.split = split
        self.get_batch_function = get_batch_function
        self.preprocessing_function = preprocessing_function
        self.noaug_preprocessing_function = noaug_preprocessing_function

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.class_indices)

    def content_check(self) -> dict:
        """What the native library looks for in pictures; empty when a function of the specification reads the files."""
        if self.get_batch_function is not None:
            return {}
        height, width = self.target_size if (self.interpolation or "none") != "none" else (0, 0)
        return {"kind": "picture", "height": height, "width": width}
