"""What is wrong with the samples, told before they are trained with."""

from typing import Dict, List, Tuple

#: File names that a finding lists.
_MOST_NAMES = 5


def check_dataset(mltk_model, logger, strict: bool = False) -> List[str]:
    """Read the picture files of a loaded data set and warn of what is unusual; returns the findings.

    Unreadable files are an error in any case: training would stop at them. Data that are no folders of pictures are not
    looked at.

    Args:
        strict: every finding is an error

    Raises:
        ValueError: names the files
    """
    files = _picture_files(mltk_model)
    if not files:
        return []
    from mltk import _core

    paths = [path for _, path, _ in files]
    facts = _core.inspect_pictures(paths)
    unreadable = [error for error, _, _, _ in facts if error]
    if unreadable:
        raise ValueError(f"{len(unreadable)} picture(s) cannot be read:\n" + _lines(unreadable))
    findings = _duplicates(files, [digest for _, digest, _, _ in facts])
    findings += _too_small(mltk_model, files, facts)
    for finding in findings:
        logger.warning("Data: %s", finding)
    if strict and findings:
        raise ValueError("the data have findings, and --strict makes them errors:\n" + "\n".join(findings))
    return findings


def _picture_files(mltk_model) -> List[Tuple[str, str, int]]:
    """(subset, path, class id) of the files behind the model's iterators."""
    files = []
    for subset, source in (("training", mltk_model.x), ("validation", mltk_model.validation_data)):
        paths = getattr(source, "filepaths", None)
        if isinstance(paths, list):
            files += [(subset, path, int(label)) for path, label in zip(paths, source.classes)]
    return files


def _duplicates(files, digests: List[str]) -> List[str]:
    """Pictures that are there twice: in both subsets, under two classes, or within a class."""
    groups: Dict[str, list] = {}
    for file, digest in zip(files, digests):
        groups.setdefault(digest, []).append(file)
    across, labels, within = [], [], []
    for group in groups.values():
        if len({path for _, path, _ in group}) < 2:
            continue
        names = " = ".join(dict.fromkeys(path for _, path, _ in group))
        if len({label for _, _, label in group}) > 1:
            labels.append(names)
        elif len({subset for subset, _, _ in group}) > 1:
            across.append(names)
        else:
            within.append(names)
    texts = (
        (labels, "picture(s) are in more than one class; only one label can be right"),
        (across, "picture(s) are in the training and the validation data; the validation accuracy is too high by them"),
        (within, "picture(s) are there more than once in a class"),
    )
    return [f"{len(found)} {text}:\n{_lines(found)}" for found, text in texts if found]


def _too_small(mltk_model, files, facts) -> List[str]:
    size = getattr(mltk_model, "target_size", None) or mltk_model.input_shape[:2]
    small = [
        f"{path} ({height} x {width})"
        for (_, path, _), (_, _, height, width) in zip(files, facts)
        if height < size[0] or width < size[1]
    ]
    if not small:
        return []
    return [f"{len(small)} picture(s) are smaller than the input of {size[0]} x {size[1]}, and enlarged:\n{_lines(small)}"]


def _lines(names: List[str]) -> str:
    more = [f"  and {len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
    return "\n".join([f"  {name}" for name in names[:_MOST_NAMES]] + more)
