"""What the data sets of synthetic speech share."""


def generate_dataset(out_dir=None):  # pylint: disable=unused-argument
    """Not supported: the data set was spoken by the paid text-to-speech services of three clouds.

    Raises:
        NotImplementedError: always
    """
    raise NotImplementedError(
        "generate_dataset() needs mltk.utils.audio_dataset_generator and paid text-to-speech services, which are not "
        "supported; download() gets the data set that they made"
    )
