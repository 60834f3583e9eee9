"""The archive that a data set comes as."""

from dataclasses import dataclass
from typing import Optional, Tuple

from mltk.core.utils import get_mltk_logger
from mltk.utils.archive_downloader import download_verify_extract
from mltk.utils.path import create_user_dir, fullpath


@dataclass(frozen=True)
class Archive:
    """A file on the web that holds a data set."""

    url: str
    sha1: str
    mirrors: Tuple[str, ...] = ()  #: other URLs of the same file
    file_name: Optional[str] = None  #: in the folder of downloads; by default that of the URL
    remove_root_dir: bool = False  #: leave out its only folder

    def extract(
        self,
        dest_dir: Optional[str] = None,
        dest_subdir: Optional[str] = None,
        logger=None,
        clean_dest_dir: bool = False,
    ) -> Tuple[str, bool]:
        """Download, check and extract, unless that has been done; returns (folder, whether it is extracted just now).

        A folder that the user has filled is taken as it is, see `download_verify_extract`.

        Args:
            dest_dir: folder to extract to, by default `dest_subdir` of the user folder
            clean_dest_dir: delete first what other archives left in it

        Raises:
            ConnectionError: neither the URL nor a mirror answers; says which file to put where
            ValueError: the file is damaged
        """
        logger = logger or get_mltk_logger()
        folder = fullpath(dest_dir) if dest_dir else create_user_dir(dest_subdir)
        try:
            folder, done_before = download_verify_extract(
                self.url,
                dest_dir=folder,
                archive_fname=self.file_name,
                show_progress=True,
                file_hash=self.sha1,
                logger=logger,
                remove_root_dir=self.remove_root_dir,
                clean_dest_dir=clean_dest_dir,
                return_uptodate=True,
                mirrors=self.mirrors,
            )
        except ConnectionError as error:
            raise ConnectionError(f"{error}, or its content in {folder}") from error
        return folder, not done_before
