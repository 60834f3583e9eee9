"""Noise of public places, from mixkit.co (licence: https://mixkit.co/license/#sfxFree)."""

from typing import List, Optional, Union

from mltk.datasets.audio import utils

#: Crowds in a pub, people talking, a restaurant, a keyboard, an office, a hotel's lobby.
DOWNLOAD_URLS = [
    f"https://assets.mixkit.co/active_storage/sfx/{number}/{number}.wav" for number in (360, 364, 444, 1386, 447, 453)
]


def download(
    dest_dir: str, sample_rate_hertz: int = 16000, urls: Optional[Union[str, List[str]]] = None, logger=None
) -> List[str]:
    """Download the recordings, or those at `urls`, at a rate; returns their paths. See `utils.download`."""
    return utils.download(dest_dir, urls or DOWNLOAD_URLS, sample_rate_hertz, logger)
