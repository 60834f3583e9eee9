"""Helpers of specifications that load their own data."""

from mltk.core.preprocess.utils.list_directory import (
    list_dataset_directory,
    list_valid_filenames_in_directory,
    shuffle_file_list_by_group,
    split_file_list,
)
from mltk.core.preprocess.utils.normalize import normalize
