"""Look into the files of a data set before the training."""

from typing import List

#: Files of a finding that are named; the others are counted.
_NAMED_FILES = 5


def inspect_dataset(mltk_model, logger, strict: bool = False):
    """Tell what is odd with the files that the loaded iterators of a model read.

    That is: equal files, in one split or in both or in two classes, a speaker in both splits, and what is odd with
    their content. Data sets that are no folders of files are not looked at.

    Args:
        strict: what is odd is an error

    Raises:
        ValueError: names the files that cannot be read, or with `strict` those that are odd
    """
    context = getattr(mltk_model, "datagen_context", None)
    iterators = [context.train_datagen, context.validation_datagen] if context else []
    iterators = [iterator for iterator in iterators if hasattr(iterator, "content_check")]
    if not iterators:
        return
    from mltk import _core

    directory = iterators[0].directory
    training, validation = (_files(iterators, validation) for validation in (False, True))
    unreadable, findings = _core.inspect_files(directory, *training, *validation, iterators[0].content_check())
    if unreadable:
        raise ValueError(f"{len(unreadable)} files of the data set cannot be read:\n{_lines(unreadable)}")
    if not findings:
        return
    text = _lines([f"{what} ({len(files)}): {_listed(files)}" for what, files in findings])
    if strict:
        raise ValueError(f"files in {directory} are odd:\n{text}\nRemove them, or leave out --strict")
    logger.warning("Files in %s are odd (--strict makes this an error):\n%s", directory, text)


def _files(iterators: list, validation: bool):
    """Paths and class ids of the files that the iterators of a split read; samples without a file are left out."""
    paths, class_ids = [], []
    for iterator in iterators:
        if (iterator.subset == "validation") == validation:
            for path, class_id in zip(iterator.filenames, iterator.classes):
                if path is not None:
                    paths.append(path)
                    class_ids.append(int(class_id))
    return paths, class_ids


def _listed(names: List[str]) -> str:
    more = len(names) - _NAMED_FILES
    return ", ".join(names[:_NAMED_FILES]) + (f" and {more} more" if more > 0 else "")


def _lines(texts: List[str]) -> str:
    return "\n".join(f"  {text}" for text in texts[: 4 * _NAMED_FILES])
