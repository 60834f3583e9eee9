"""Arrays of images as folders of files."""

import os
from typing import Callable, List, Optional

from mltk.core.preprocess.utils.image import write_image_file
from mltk.core.utils import get_mltk_logger
from mltk.utils.path import create_user_dir, remove_directory


def write_class_folders(
    load: Callable, classes: List[str], dest_dir: Optional[str], dest_subdir: str, clean_dest_dir: bool, logger=None
) -> str:
    """Write all images of a data set as `<folder>/<class>/<number>.jpg`, once; returns the folder.

    Args:
        load: gives ((x_train, y_train), (x_test, y_test))
        dest_dir: None is `dest_subdir` of the user folder
    """
    import numpy as np

    folder = create_user_dir(base_dir=dest_dir) if dest_dir else create_user_dir(dest_subdir)
    if clean_dest_dir:
        remove_directory(folder)
    if all(os.path.isdir(os.path.join(folder, label)) for label in classes):
        return folder
    (x_train, y_train), (x_test, y_test) = load()
    (logger or get_mltk_logger()).info("Writing the images to %s", folder)
    images, labels = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test]).reshape(-1)
    for class_id, label in enumerate(classes):
        unfinished = os.path.join(folder, f"{label}.tmp")
        remove_directory(unfinished)
        for index in np.flatnonzero(labels == class_id):
            write_image_file(os.path.join(unfinished, f"{index}.jpg"), images[index])
        os.rename(unfinished, os.path.join(folder, label))
    return folder
