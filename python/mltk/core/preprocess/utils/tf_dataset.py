"""Data sets of files, and functions that run in several processes, for pipelines of `tf.data`."""

import collections
import os
import wave
from typing import Callable, Dict, List, Optional, Tuple

from mltk.core.preprocess.utils.list_directory import list_dataset_directory
from mltk.core.utils import get_mltk_logger
from mltk.data_api import Dataset
from mltk.data_api.specs import TensorSpec
from mltk.utils.path import create_tempdir
from mltk.utils.process_pool import ProcessPool, calculate_n_jobs

_UNKNOWN_LABEL = "_unknown_"
_SILENCE_LABEL = "_silence_"
_DEFAULT_SAMPLE_RATE_HZ = 16000


def load_audio_directory(
    directory: str,
    classes: List[str],
    unknown_class_percentage: float = 1.0,
    silence_class_percentage: float = 1.0,
    class_counts: Optional[Dict[str, int]] = None,
    onehot_encode: bool = False,
    shuffle: bool = False,
    seed: Optional[int] = None,
    split: Optional[Tuple[float, float]] = None,
    max_samples_per_class: int = -1,
    sample_rate_hz: Optional[int] = None,
    return_audio_data: bool = False,
    return_audio_sample_rate: bool = False,
    white_list_formats: Optional[List[str]] = None,
    follow_links: bool = False,
    shuffle_index_directory: Optional[str] = None,
    list_valid_filenames_in_directory_function: Optional[Callable] = None,
    process_samples_function: Optional[Callable] = None,
) -> Tuple[Dataset, Dataset]:
    """(samples, labels) of a folder with a folder for each class.

    Class `_unknown_` has samples of the other folders, `_silence_` a file of zeros; the other arguments are those of
    `list_dataset_directory`.

    Args:
        onehot_encode: labels are int32 rows with a single 1, else int32 class ids
        sample_rate_hz: of the file of zeros; None is 16000
        return_audio_data: samples are float32 audio of one channel, else absolute paths
        return_audio_sample_rate: with `return_audio_data`, samples are (audio, rate)
        white_list_formats: ends of the names of samples; None is `.wav`
    """
    paths, class_ids = list_dataset_directory(
        directory=directory,
        classes=classes,
        unknown_class_percentage=unknown_class_percentage,
        unknown_class_label=_UNKNOWN_LABEL,
        empty_class_percentage=silence_class_percentage,
        empty_class_label=_SILENCE_LABEL,
        class_counts=class_counts,
        shuffle=shuffle,
        seed=seed,
        split=split,
        max_samples_per_class=max_samples_per_class,
        white_list_formats=white_list_formats or (".wav",),
        follow_links=follow_links,
        shuffle_index_directory=shuffle_index_directory,
        return_absolute_paths=True,
        list_valid_filenames_in_directory_function=list_valid_filenames_in_directory_function,
        process_samples_function=process_samples_function,
    )
    if None in paths:
        silence = _silence_file(sample_rate_hz or _DEFAULT_SAMPLE_RATE_HZ)
        paths = [silence if path is None else path for path in paths]
    features = Dataset.from_tensor_slices(paths)
    if return_audio_data:
        from mltk.core.preprocess.utils.audio import read_audio_file

        def read(path):
            audio, rate = read_audio_file(_text(path), return_sample_rate=True, return_numpy=True)
            return (audio, rate) if return_audio_sample_rate else audio

        features = features.map(read)
    return features, _labels(class_ids, len(classes), onehot_encode)


def load_image_directory(
    directory: str,
    classes: List[str],
    unknown_class_percentage: float = 1.0,
    class_counts: Optional[Dict[str, int]] = None,
    onehot_encode: bool = False,
    shuffle: bool = False,
    seed: Optional[int] = None,
    split: Optional[Tuple[float, float]] = None,
    max_samples_per_class: int = -1,
    return_image_data: bool = False,
    white_list_formats: Optional[List[str]] = None,
    follow_links: bool = False,
    shuffle_index_directory: Optional[str] = None,
    list_valid_filenames_in_directory_function: Optional[Callable] = None,
    process_samples_function: Optional[Callable] = None,
) -> Tuple[Dataset, Dataset]:
    """(samples, labels) of a folder with a folder for each class.

    Class `_unknown_` has samples of the other folders; the other arguments are those of `list_dataset_directory`.

    Args:
        onehot_encode: labels are int32 rows with a single 1, else int32 class ids
        return_image_data: samples are images [height, width, channels] uint8 of their own size, else absolute paths
        white_list_formats: ends of the names of samples; None is `.png` and `.jpg`
    """
    paths, class_ids = list_dataset_directory(
        directory=directory,
        classes=classes,
        unknown_class_percentage=unknown_class_percentage,
        unknown_class_label=_UNKNOWN_LABEL,
        class_counts=class_counts,
        shuffle=shuffle,
        seed=seed,
        split=split,
        max_samples_per_class=max_samples_per_class,
        white_list_formats=white_list_formats or (".png", ".jpg"),
        follow_links=follow_links,
        shuffle_index_directory=shuffle_index_directory,
        return_absolute_paths=True,
        list_valid_filenames_in_directory_function=list_valid_filenames_in_directory_function,
        process_samples_function=process_samples_function,
    )
    features = Dataset.from_tensor_slices(paths)
    if return_image_data:
        from mltk.core.preprocess.utils.image import read_image_file

        features = features.map(lambda path: read_image_file(_text(path), return_numpy=True))
    return features, _labels(class_ids, len(classes), onehot_encode)


def parallel_process(
    dataset: Dataset,
    callback: Callable,
    dtype="float32",
    n_jobs=4,
    job_batch_size: Optional[int] = None,
    pool: Optional[ProcessPool] = None,
    name: str = "ParallelProcess",
    env: Optional[Dict[str, str]] = None,
    disable_gpu_in_subprocesses: bool = True,
) -> Tuple[Dataset, ProcessPool]:
    """A data set of `callback(*element)`, called in several processes; the order is kept.

    Elements become arrays of NumPy, strings `bytes`. An exception of the callback ends the pass, and the pool, with a
    WorkerError that names the sample; so does a worker that dies.

    Args:
        callback: function at the root of a module, which the processes import
        dtype: of the result; a list of them when the callback gives several arrays
        n_jobs: see `ProcessPool`
        job_batch_size: calls that are under way at a time; None is `n_jobs`
        pool: use this one

    Returns:
        the data set and the pool, which `unload_dataset()` of the specification shuts down
    """
    n_jobs = calculate_n_jobs(n_jobs)
    pending = job_batch_size or n_jobs
    workers = pool or ProcessPool(
        callback,
        n_jobs=n_jobs,
        name=name,
        env=env,
        disable_gpu_in_subprocesses=disable_gpu_in_subprocesses,
        logger=get_mltk_logger(),
    )
    several = isinstance(dtype, (list, tuple))
    signature = tuple(TensorSpec(None, item) for item in dtype) if several else TensorSpec(None, dtype)

    def process(elements):
        futures: collections.deque = collections.deque()
        for element in elements:
            futures.append(workers.submit(*(element if isinstance(element, tuple) else (element,))))
            if len(futures) > pending:
                yield futures.popleft().result()
        while futures:
            yield futures.popleft().result()

    return dataset.transform(process, signature), workers


def enable_numpy_behavior() -> bool:
    """Whether the random transformations of `tf.keras.preprocessing.image` take the values of `tf.image`."""
    from mltk.compat.names import module_attributes

    return "random_shear" in module_attributes("tensorflow.keras.preprocessing.image")


def _labels(class_ids: List[int], classes: int, onehot_encode: bool) -> Dataset:
    import numpy as np

    ids = np.asarray(class_ids, dtype=np.int32)
    return Dataset.from_tensor_slices(np.eye(classes, dtype=np.int32)[ids] if onehot_encode else ids)


def _text(path) -> str:
    return path.numpy().decode()


def _silence_file(sample_rate_hz: int) -> str:
    """A WAV file of a second of zeros."""
    path = os.path.join(create_tempdir("temp"), f"silence_{sample_rate_hz}hz.wav")
    if not os.path.exists(path):
        temporary = f"{path}.{os.getpid()}"
        with wave.open(temporary, "wb") as file:
            file.setparams((1, 2, sample_rate_hz, sample_rate_hz, "NONE", "not compressed"))
            file.writeframes(bytes(2 * sample_rate_hz))
        os.replace(temporary, path)
    return path
