"""Which samples a folder of classes has, and how they are split into subsets."""

import math
import os
import random
from typing import Callable, Dict, List, Optional, Tuple

from mltk.core.utils import get_mltk_logger
from mltk.utils.path import write_file

#: Seed of the joint order of samples, and of the choice of unknown ones, when none is given.
_DEFAULT_SEED = 43
#: Names that are no classes when unknown samples are looked for.
_HIDDEN = ("_", "~", ".")
#: File names that a message lists.
_MOST_NAMES = 5


def list_valid_filenames_in_directory(
    base_directory: str,
    search_class: str,
    white_list_formats=None,
    split=None,
    follow_links: bool = False,
    shuffle_index_directory: Optional[str] = None,
) -> Tuple[str, List[str]]:
    """(class, paths of its samples relative to `base_directory`, with forward slashes).

    The order is kept in `.index/<class>.txt`, of `base_directory` or of `shuffle_index_directory`, so that a sample
    stays in its subset. Each call looks at the folder: files that were added or removed since are told, and follow
    behind the others or are left out.

    Args:
        white_list_formats: ends of the names of samples, in any case; None is all
        split: see `split_file_list`
        shuffle_index_directory: keep a shuffled order there instead of that of the names
    """
    present = _samples_in(base_directory, search_class, _suffixes(white_list_formats), follow_links)
    index_path = os.path.join(shuffle_index_directory or base_directory, ".index", f"{search_class}.txt")
    kept = _read_index(index_path)
    if kept is None:
        if shuffle_index_directory:
            random.Random(f"{_DEFAULT_SEED} {search_class}").shuffle(present)
        paths = present
    else:
        paths = _updated(kept, present, search_class, keep_order=bool(shuffle_index_directory))
    if paths != kept:
        _write_index(index_path, paths)
    return search_class, split_file_list(paths, split)


def split_file_list(paths: List[str], split=None) -> List[str]:
    """The part (a, b) of a list: the first ceil(b * n) paths when a is 0, else those behind the first ceil(a * n).

    `(0, share)` and `(share, 1)` cut a list in two. None is the whole list.
    """
    if not split:
        return paths
    begin, end = split
    if begin == 0:
        return paths[: math.ceil(end * len(paths))]
    return paths[math.ceil(begin * len(paths)) :]


def shuffle_file_list_by_group(paths: List[str], group_callback: Callable[[str], str], seed: int = 42) -> List[str]:
    """Paths in a random order of their groups, sorted within a group.

    A split of the result then cuts one group at most, e.g. the files of a speaker.

    Args:
        group_callback: `f(path)` -> group of the path
    """
    import numpy as np

    groups: Dict[str, List[str]] = {}
    for path in sorted(paths):
        groups.setdefault(group_callback(path), []).append(path)
    order = sorted(groups)
    np.random.RandomState(seed).shuffle(order)
    return [path for group in order for path in groups[group]]


def list_dataset_directory(
    directory: str,
    classes: List[str],
    unknown_class_percentage: float = 1.0,
    unknown_class_label: Optional[str] = None,
    empty_class_percentage: float = 1.0,
    empty_class_label: Optional[str] = None,
    class_counts: Optional[Dict[str, int]] = None,
    shuffle: bool = False,
    seed: Optional[int] = None,
    split=None,
    max_samples_per_class: int = -1,
    white_list_formats=None,
    follow_links: bool = False,
    shuffle_index_directory: Optional[str] = None,
    return_absolute_paths: bool = False,
    list_valid_filenames_in_directory_function: Optional[Callable] = None,
    process_samples_function: Optional[Callable] = None,
) -> Tuple[list, List[int]]:
    """(paths of samples, their class ids) of a folder with a folder for each class; class after class.

    Args:
        unknown_class_percentage: samples of class `unknown_class_label`, relative to the average class; they are taken
            from the folders that are no class
        empty_class_percentage: the same of `empty_class_label`, whose paths are None
        class_counts: is updated with {class: number of samples}
        shuffle: mix the classes, by `seed`
        split: see `split_file_list`; of each class
        max_samples_per_class: -1 is all
        return_absolute_paths: else they are relative to `directory`
        list_valid_filenames_in_directory_function: lists a class instead; an entry may be a tuple of paths
        process_samples_function: changes {class: paths} in place; called by name with `directory`, `sample_paths`,
            `split`, `follow_links`, `white_list_formats`, `shuffle`, `seed`

    Raises:
        RuntimeError: a class has no samples
    """
    import numpy as np

    if not os.path.isdir(directory):
        raise FileNotFoundError(f"data folder {os.path.abspath(directory)} does not exist")
    lister = list_valid_filenames_in_directory_function or list_valid_filenames_in_directory

    def list_class(label: str) -> list:
        _, paths = lister(
            base_directory=directory,
            search_class=label,
            white_list_formats=white_list_formats,
            split=split,
            follow_links=follow_links,
            shuffle_index_directory=shuffle_index_directory,
        )
        return list(paths)

    def limit(samples: Dict[str, list]):
        for label, paths in samples.items():
            if max_samples_per_class > 0:
                samples[label] = paths[:max_samples_per_class]

    unknown = unknown_class_label if unknown_class_percentage and unknown_class_label in classes else None
    empty = empty_class_label if empty_class_percentage and empty_class_label in classes else None
    known = [label for label in classes if label not in (unknown_class_label, empty_class_label)]
    samples = {label: list_class(label) for label in known}
    limit(samples)
    average = sum(len(paths) for paths in samples.values()) // max(len(known), 1)
    if unknown is not None:
        count = max(int(average * unknown_class_percentage), 1)
        samples[unknown] = _unknown_samples(directory, classes, list_class, count, seed)
    if empty is not None:
        samples[empty] = [None] * max(1, int(average * empty_class_percentage))
    samples = {label: samples.get(label, []) for label in classes}
    if process_samples_function is not None:
        process_samples_function(
            directory=directory,
            sample_paths=samples,
            split=split,
            follow_links=follow_links,
            white_list_formats=white_list_formats,
            shuffle=shuffle,
            seed=seed,
        )
        limit(samples)
    missing = [label for label in classes if not samples.get(label)]
    if missing:
        raise RuntimeError("\n".join(f"No samples found for class: {label}" for label in missing) + f"\n({directory})")
    if class_counts is not None:
        class_counts.update({label: len(samples[label]) for label in classes})

    paths = [path for label in classes for path in samples[label]]
    class_ids = [class_id for class_id, label in enumerate(classes) for _ in samples[label]]
    if shuffle:
        order = np.arange(len(paths))
        np.random.RandomState(seed or _DEFAULT_SEED).shuffle(order)
        paths, class_ids = [paths[i] for i in order], [class_ids[i] for i in order]
    if return_absolute_paths:
        paths = [_absolute(directory, path) for path in paths]
    return paths, class_ids


def _unknown_samples(directory: str, classes: List[str], list_class: Callable, count: int, seed) -> list:
    """`count` samples of the folders that are no class, as many of each as can be."""
    import numpy as np

    names = sorted(
        entry.name
        for entry in os.scandir(directory)
        if entry.is_dir() and entry.name not in classes and not entry.name.startswith(_HIDDEN)
    )
    candidates = [paths for paths in (list_class(name) for name in names) if paths]
    if not candidates:
        raise RuntimeError(f"{directory}: unknown samples are wanted, but every folder is one of the classes")
    each = max(count // len(candidates), 1)
    chosen: list = []
    for paths in candidates:
        np.random.RandomState(seed or _DEFAULT_SEED).shuffle(paths)
        chosen += paths[:each]
        if len(chosen) >= count:
            break
    return chosen


def _absolute(directory: str, path):
    if isinstance(path, (tuple, list)):
        return type(path)(_absolute(directory, part) for part in path)
    # An empty path stands for a sample that the specification chooses later.
    return path if not path or os.path.isabs(path) else f"{directory}/{path}"


def _suffixes(white_list_formats) -> Optional[Tuple[str, ...]]:
    if white_list_formats is None:
        return None
    formats = (white_list_formats,) if isinstance(white_list_formats, str) else white_list_formats
    return tuple(suffix.lower() for suffix in formats)


def _samples_in(base_directory: str, label: str, suffixes, follow_links: bool) -> List[str]:
    paths = []
    for folder, folders, files in os.walk(os.path.join(base_directory, label), followlinks=follow_links):
        if follow_links:
            folders[:] = [name for name in folders if not _leads_back(os.path.join(folder, name))]
        for name in files:
            if suffixes is None or name.lower().endswith(suffixes):
                paths.append(os.path.relpath(os.path.join(folder, name), base_directory).replace("\\", "/"))
    return sorted(paths)


def _leads_back(folder: str) -> bool:
    """Whether this is a link to a folder that it lies in."""
    parent = os.path.realpath(os.path.dirname(folder)) + os.sep
    return os.path.islink(folder) and parent.startswith(os.path.realpath(folder) + os.sep)


def _read_index(path: str) -> Optional[List[str]]:
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip()]


def _updated(kept: List[str], present: List[str], label: str, keep_order: bool) -> List[str]:
    """The files that are there, in the kept order with new ones behind, or sorted."""
    here, known = set(present), set(kept)
    added = [path for path in present if path not in known]
    removed = [path for path in kept if path not in here]
    for what, paths in (("added", added), ("removed", removed)):
        if paths:
            more = f" and {len(paths) - _MOST_NAMES} more" if len(paths) > _MOST_NAMES else ""
            get_mltk_logger().warning(
                "class %s: %d file(s) %s since the last listing: %s%s",
                label, len(paths), what, ", ".join(paths[:_MOST_NAMES]), more,
            )  # fmt: skip
    if not keep_order:
        return present
    random.Random(f"{_DEFAULT_SEED} {label} {len(kept)}").shuffle(added)
    return [path for path in kept if path in here] + added


def _write_index(path: str, paths: List[str]):
    """Keep the order; a folder that cannot be written to, e.g. a shared data set, is listed anew each time."""
    try:
        write_file(path, "".join(f"{line}\n" for line in paths))
    except OSError as error:
        get_mltk_logger().debug("%s: the order of the files is not kept: %s", path, error)
