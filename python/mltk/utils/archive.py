"""Extract and make archives."""

import gzip
import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from typing import Callable, Optional, Union

from mltk.utils.path import copy_directory, fullpath, recursive_listdir, remove_directory

_ARCHIVE_ENDINGS = (".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tar.xz", ".7z")


def extract_archive(
    archive_path: str,
    dest_dir: str,
    extract_nested: bool = False,
    remove_root_dir: bool = False,
    clean_dest_dir: Union[bool, Callable[[str], None]] = True,
):
    """Extract an archive: `.zip`, `.tar` (plain, gz, bz2, xz), `.gz`; others with an installed 7-Zip.

    Args:
        extract_nested: extract archives that are in it too
        remove_root_dir: it has one folder, whose content goes to `dest_dir`
        clean_dest_dir: delete what is in `dest_dir` first; a function is called with it instead

    Raises:
        ValueError: the archive is damaged, or has no single folder to remove
        RuntimeError: it needs 7-Zip, which is not installed
    """
    dest_dir = fullpath(dest_dir)
    clean_destination(dest_dir, clean_dest_dir)
    os.makedirs(dest_dir, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(dest_dir)) as folder:
        _extract(archive_path, folder)
        if extract_nested:
            for path in recursive_listdir(folder, regex=lambda path: path.lower().endswith(_ARCHIVE_ENDINGS)):
                _extract(path, os.path.dirname(path))
                os.remove(path)
        copy_directory(_root_dir(archive_path, folder) if remove_root_dir else folder, dest_dir)


def clean_destination(dest_dir: str, clean_dest_dir: Union[bool, Callable[[str], None]]):
    """Delete a folder before an archive is extracted to it; a function is called with it instead, False keeps it."""
    if callable(clean_dest_dir):
        clean_dest_dir(dest_dir)
    elif clean_dest_dir:
        remove_directory(dest_dir)


def gzip_file(src_path: str, dst_path: Optional[str] = None) -> str:
    """Compress a file to `dst_path`, by default `src_path.gz`; returns that path."""
    dst_path = dst_path or f"{src_path}.gz"
    with open(src_path, "rb") as source, gzip.open(dst_path, "wb") as target:
        shutil.copyfileobj(source, target)
    return dst_path


def gzip_directory_files(src_dir: str, dst_archive: Optional[str] = None, regex=None) -> str:
    """Put the files of a folder into a `.tar.gz`, by default `src_dir.tar.gz`; returns its path.

    Args:
        regex: only files whose relative path the expression matches, or the function accepts
    """
    dst_archive = dst_archive or f"{src_dir}.tar.gz"
    with tarfile.open(dst_archive, "w:gz") as archive:
        for path in recursive_listdir(src_dir, regex=regex, return_relative_paths=True):
            archive.add(os.path.join(src_dir, path), arcname=path)
    return dst_archive


def _root_dir(archive_path: str, folder: str) -> str:
    entries = os.listdir(folder)
    if len(entries) != 1 or not os.path.isdir(os.path.join(folder, entries[0])):
        raise ValueError(
            f"{archive_path}: has {len(entries)} entries at its top, expected one folder (remove_root_dir)"
        )
    return os.path.join(folder, entries[0])


def _extract(archive_path: str, folder: str):
    name = archive_path.lower()
    try:
        if name.endswith(".zip"):
            with zipfile.ZipFile(archive_path) as archive:
                archive.extractall(folder)
        elif name.endswith((".tar", ".tgz")) or ".tar." in name:
            with tarfile.open(archive_path) as archive:
                _extract_tar(archive, folder)
        elif name.endswith(".gz"):
            target = os.path.join(folder, os.path.basename(archive_path)[: -len(".gz")])
            with gzip.open(archive_path, "rb") as source, open(target, "wb") as file:
                shutil.copyfileobj(source, file)
        else:
            _extract_with_7zip(archive_path, folder)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
        raise ValueError(f"{archive_path}: is not a complete archive ({error}); delete it and try again") from error


def _extract_tar(archive: tarfile.TarFile, folder: str):
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    # Python before 3.9.17: refuse what would land outside of the folder.
    for member in archive.getmembers():
        path = os.path.realpath(os.path.join(folder, member.name))
        if not path.startswith(os.path.realpath(folder) + os.sep) and path != os.path.realpath(folder):
            raise tarfile.TarError(f"member {member.name} is outside of the archive's folder")
        if member.issym() or member.islnk() or member.isdev():
            raise tarfile.TarError(f"member {member.name} is a link or a device")
    archive.extractall(folder)


def _extract_with_7zip(archive_path: str, folder: str):
    program = next((name for name in ("7z", "7zz", "7za", "7zr") if shutil.which(name)), None)
    if program is None:
        raise RuntimeError(f"{archive_path}: needs 7-Zip, which is not installed; run: apt-get install 7zip")
    command = [program, "x", "-y", f"-o{folder}", archive_path]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        raise ValueError(f"{archive_path}: {program} failed:\n{result.stdout.strip()}")
