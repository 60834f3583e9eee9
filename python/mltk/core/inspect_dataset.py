"""Look at the data set of a model before the training."""

from typing import List

from mltk.core.inspect_samples import inspect_samples

#: Files or samples of a finding that are named; the others are counted.
_NAMED = 5


def inspect_dataset(mltk_model, logger, strict: bool = False):
    """Tell what is odd with the data that a model has loaded.

    Of files: equal ones, in one split or in both or in two classes, a speaker in both splits, and what is odd with their
    content. Of arrays, pipelines and sequences: see `inspect_samples`. What is not looked at is told too.

    Args:
        strict: what is odd is an error

    Raises:
        ValueError: names the files that cannot be read, or with `strict` those that are odd
    """
    _inspect_files(mltk_model, logger, strict)
    findings, notes = inspect_samples(mltk_model)
    for note in notes:
        logger.info("%s", note)
    _tell("samples are odd", findings, logger, strict)


def _inspect_files(mltk_model, logger, strict: bool):
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
    _tell(f"files in {directory} are odd", findings, logger, strict)


def _tell(title: str, findings: list, logger, strict: bool):
    if not findings:
        return
    text = _lines([f"{what} ({len(names)}): {_listed(names)}" for what, names in findings])
    if strict:
        raise ValueError(f"{title}:\n{text}\nRemove them, or leave out --strict")
    logger.warning("%s (--strict makes this an error):\n%s", title[0].upper() + title[1:], text)


def _files(iterators: list, validation: bool):
    """Paths and class ids of the files that the iterators of a split read; samples without a file are left out."""
    paths, class_ids, seen = [], [], set()
    for iterator in iterators:
        if (iterator.subset == "validation") == validation:
            for path, class_id in zip(iterator.filenames, iterator.classes):
                # A file may belong to several samples of several files.
                for part in path if isinstance(path, tuple) else (path,):
                    if part is not None and part not in seen:
                        seen.update({part} if isinstance(path, tuple) else ())
                        paths.append(part)
                        class_ids.append(int(class_id))
    return paths, class_ids


def _listed(names: List[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _lines(texts: List[str]) -> str:
    return "\n".join(f"  {text}" for text in texts[: 4 * _NAMED])
