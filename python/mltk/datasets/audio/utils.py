"""What data sets of sound share: downloads, and files of another rate."""

import os
from typing import List, Optional, Tuple, Union

from mltk.core.preprocess.utils import audio
from mltk.datasets.archives import Archive
from mltk.utils.archive_downloader import download_url


def download(dest_dir: str, urls: Union[str, List[str]], sample_rate_hertz: int = 16000, logger=None) -> List[str]:
    """Download sound files, unless they are there, and bring them to a rate.

    Returns:
        Paths of the files

    Raises:
        ConnectionError: a file cannot be downloaded; says which file to put where
    """
    os.makedirs(dest_dir, exist_ok=True)
    paths = []
    for url in [urls] if isinstance(urls, str) else urls:
        path = download_url(url, os.path.join(dest_dir, os.path.basename(url.partition("?")[0])), logger=logger)
        change_rate(path, sample_rate_hertz)
        paths.append(path)
    return paths


def download_and_extract(
    dest_dir: str,
    urls: Union[str, Tuple[str, str], List[Union[str, Tuple[str, str]]]],
    logger=None,
    clean_dest_dir: bool = False,
) -> List[str]:
    """Download and extract archives into one folder.

    Args:
        urls: each a URL, or (URL, SHA-1); a single tuple is one archive
        clean_dest_dir: delete first what the folder has

    Returns:
        The folder, once an archive
    """
    folders = []
    for item in [urls] if isinstance(urls, (str, tuple)) else urls:
        url, sha1 = (item, None) if isinstance(item, str) else item
        folders.append(Archive(url, sha1).extract(dest_dir, logger=logger, clean_dest_dir=clean_dest_dir)[0])
        clean_dest_dir = False
    return folders


def change_rate(path: str, sample_rate_hertz: int, to_path: Optional[str] = None):
    """Write a sound file at another rate, by default in its place; one of that rate stays as it is."""
    sample, rate = audio.read_audio_file(path, return_sample_rate=True)
    if rate != sample_rate_hertz or to_path:
        sample = audio.resample(sample, orig_sr=rate, target_sr=sample_rate_hertz)
        audio.write_audio_file(to_path or path, sample, sample_rate=sample_rate_hertz)


def wav_files(folder: str) -> List[str]:
    """Paths of the WAV files in a folder, by name."""
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".wav")]
