"""What hooks of a specification are told about a data set of sounds."""


class ParallelProcessParams:
    """What a hook is told about the data set. Each argument is an attribute.

    Args:
        audio_data_generator: the generator
        sample_rate: of the sounds that the network sees, in Hz
        sample_length_ms: their length
        sample_shape: shape of a sample, with its channel
        class_indices: {label: class id}
        dtype, frontend_dtype: of the batches and of the spectrograms
        directory, class_mode, subset: as given to `flow_from_directory`
        split: (begin, end) of the files of each class, or None
    """

    def __init__(
        self,
        audio_data_generator,
        sample_rate,
        sample_length_ms,
        sample_shape,
        subset,
        class_indices,
        dtype,
        frontend_dtype,
        directory,
        class_mode,
        split=None,
        save_to_dir=None,
        save_prefix=None,
        save_format=None,
    ):
        import numpy as np

        self.audio_data_generator = audio_data_generator
        self.sample_rate = sample_rate
        self.sample_length_ms = sample_length_ms
        self.sample_shape = sample_shape
        self.subset = subset
        self.class_indices = class_indices
        self.dtype = np.dtype(dtype)
        self.frontend_dtype = np.dtype(frontend_dtype)
        self.directory = directory
        self.class_mode = class_mode
        self.split = split
        self.save_to_dir = save_to_dir
        self.save_prefix = save_prefix
        self.save_format = save_format
        self.validation_split = audio_data_generator.validation_split
        self.get_batch_function = audio_data_generator.get_batch_function
        self.noaug_preprocessing_function = audio_data_generator.noaug_preprocessing_function
        self.preprocessing_function = audio_data_generator.preprocessing_function
        self.postprocessing_function = audio_data_generator.postprocessing_function
        self.frontend_enabled = audio_data_generator.frontend_enabled
        self.add_channel_dimension = audio_data_generator.add_channel_dimension

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.class_indices)

    def content_check(self) -> dict:
        """What the native library looks for in sounds; empty when a function of the specification reads the files."""
        return {} if self.get_batch_function is not None else {"kind": "sound", "rate_hz": self.sample_rate}
