"""Google Speech Commands v2: 105,829 recordings of 35 words by many speakers, a second each, 16 kHz, CC-BY 4.0.

`FOLDER/WORD/SPEAKER_nohash_NUMBER.wav`, and long recordings of noise in `_background_noise_`.
"""

import itertools
import math
import os
import shutil
from typing import List, Optional, Tuple

from mltk.core.utils import get_mltk_logger
from mltk.datasets.archives import Archive
from mltk.datasets.audio.speech_commands.invalid_samples import INVALID_SAMPLES, INVALID_SPEAKERS
from mltk.utils.path import recursive_listdir, write_file

DOWNLOAD_URL = "http://download.tensorflow.org/data/speech_commands_v0.02.tar.gz"
VERIFY_SHA1 = "4264eb9753e38eef2ec1d15dfac8441f09751ca9"

# fmt: off
#: Words; the names of their folders are in lower case.
CLASSES = [
    "Yes", "No", "Up", "Down", "Left", "Right", "On", "Off", "Stop", "Go",
    "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
    "Bed", "Bird", "Cat", "Dog", "Happy", "House", "Marvin", "Sheila", "Tree", "Wow",
]
# fmt: on

_ARCHIVE = Archive(
    DOWNLOAD_URL,
    VERIFY_SHA1,
    mirrors=("https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.02.tar.gz",),
)
_CLEANED_MARK = ".clean_stats.txt"


def load_data(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/speech_commands/v2",
    clean_dest_dir: bool = False,
) -> str:
    """Download and extract the data set; returns its folder. The arguments are those of `Archive.extract`."""
    return _ARCHIVE.extract(dest_dir, dest_subdir, clean_dest_dir=clean_dest_dir)[0]


def load_clean_data(
    dest_dir: Optional[str] = None,
    dest_subdir: str = "datasets/speech_commands/v2_cleaned",
    clean_in_place: bool = True,
    clean_dest_dir: bool = False,
) -> str:
    """Download and extract the data set without its bad recordings (`invalid_samples`); returns its folder.

    Args:
        clean_in_place: delete them; False copies the good ones to `_cleaned` of the folder, and returns that
    """
    source = load_data(dest_dir, dest_subdir, clean_dest_dir)
    target = source if clean_in_place else f"{source}/_cleaned"
    mark = f"{target}/{_CLEANED_MARK}"
    if os.path.exists(mark):
        return target
    removed = {word: _clean(source, target, word) for word in _words(source)}
    if not clean_in_place and os.path.isdir(f"{source}/_background_noise_"):
        shutil.copytree(f"{source}/_background_noise_", f"{target}/_background_noise_", dirs_exist_ok=True)
    stats = "".join(f"{word}: {count} bad recordings left out\n" for word, count in removed.items() if count)
    get_mltk_logger().info("%s:\n%s", target, stats)
    write_file(mark, stats)
    return target


def list_valid_filenames_in_directory(
    base_directory: str,
    search_class: str,
    white_list_formats=None,
    split: Optional[Tuple[float, float]] = None,
    follow_links: bool = False,
    shuffle_index_directory: Optional[str] = None,
) -> Tuple[str, List[str]]:
    """The recordings of a word, all those of a speaker on one side of the split.

    Validation is the first files by name; its end moves back to where a speaker begins.

    Args:
        white_list_formats: endings of file names, a tuple, a list or one
        split: (0, share) for validation, (share, 1) for training, None for all

    Returns:
        (search_class, paths relative to `base_directory`)

    Raises:
        ValueError: `shuffle_index_directory` is given, which would part a speaker's recordings
        RuntimeError: there are no files
    """
    if shuffle_index_directory is not None:
        raise ValueError(
            f"shuffle_index_directory is {shuffle_index_directory!r}, but speech_commands_v2 keeps the recordings of a "
            "speaker together; set my_model.shuffle_dataset_enabled = False"
        )
    endings = (white_list_formats,) if isinstance(white_list_formats, str) else tuple(white_list_formats or ("",))
    names = recursive_listdir(
        f"{base_directory}/{search_class}",
        followlinks=follow_links,
        regex=lambda path: path.lower().endswith(endings),
        return_relative_paths=True,
    )
    paths = sorted(f"{search_class}/{name}" for name in names)
    if not paths:
        raise RuntimeError(f"No samples found for class: {search_class} (in {base_directory})")
    if not split:
        return search_class, paths
    if split[0] == 0:
        return search_class, paths[: _speaker_begin(paths, split[1])]
    return search_class, paths[_speaker_begin(paths, split[0]) :]


def _speaker(path: str) -> str:
    return os.path.basename(path).partition("_nohash_")[0]


def _speaker_begin(paths: List[str], share: float) -> int:
    """Index of the first file of the speaker who is at `share` of the files."""
    index = min(math.ceil(share * len(paths)), len(paths))
    while 0 < index < len(paths) and _speaker(paths[index - 1]) == _speaker(paths[index]):
        index -= 1
    return index


def _words(folder: str) -> List[str]:
    return sorted(
        name for name in os.listdir(folder) if not name.startswith((".", "_")) and os.path.isdir(f"{folder}/{name}")
    )


def _clean(source: str, target: str, word: str) -> int:
    """Delete a word's bad recordings, or copy the good ones to another folder; returns how many are bad."""
    names = os.listdir(f"{source}/{word}")
    bad = {name for name in names if _is_bad(word, name)}
    if source == target:
        for name in bad:
            os.remove(f"{source}/{word}/{name}")
    else:
        os.makedirs(f"{target}/{word}", exist_ok=True)
        for name in itertools.filterfalse(bad.__contains__, names):
            shutil.copy2(f"{source}/{word}/{name}", f"{target}/{word}/{name}")
    return len(bad)


def _is_bad(word: str, name: str) -> bool:
    return word in INVALID_SAMPLES and (_speaker(name) in INVALID_SPEAKERS or name in INVALID_SAMPLES[word])
