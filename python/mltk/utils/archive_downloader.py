"""Download archives, check and extract them, once."""

import json
import os
import sys
import urllib.error
import urllib.request
from typing import Optional, Sequence

from mltk.utils.archive import clean_destination, extract_archive
from mltk.utils.hasher import hash_file
from mltk.utils.path import create_user_dir, fullpath, get_user_setting, write_file

#: End of a URL that stands for the files `URL.chunk0.bin`, `URL.chunk1.bin`, ... one after another.
MLTK_CHUNK_DELIMITER = "?mltk_chunk_count="

_ALGORITHM_BY_LENGTH = {32: "md5", 40: "sha1", 64: "sha256"}
#: Stands in the details file until all is extracted: what an interrupted run left is not taken for a whole data set.
_EXTRACTING = {"extracting": True}
_BLOCK_BYTES = 1 << 18
_TIMEOUT_S = 30


def download_verify_extract(
    url: str,
    dest_dir: Optional[str] = None,
    dest_subdir: Optional[str] = None,
    download_dir: Optional[str] = None,
    archive_fname: Optional[str] = None,
    show_progress: bool = False,
    file_hash: Optional[str] = None,
    file_hash_algorithm: str = "auto",
    logger=None,
    extract_nested: bool = False,
    remove_root_dir: bool = False,
    clean_dest_dir: bool = True,
    update_onchange_only: bool = True,
    download_details_fname: Optional[str] = None,
    extract: bool = True,
    return_uptodate: bool = False,
    mirrors: Sequence[str] = (),
):
    """Download an archive, check its hash and extract it, unless that has been done.

    The archive is kept in `download_dir`; one that is there is not downloaded again. A destination that has files, and
    neither an archive nor an earlier extraction to explain them, was filled by the user: it is taken as it is.

    Args:
        dest_dir: folder to extract to, by default `dest_subdir` of the user folder
        dest_subdir: by default the file name of the archive without its extension
        download_dir: by default `downloads` in the user folder
        archive_fname: file name of the archive, by default that of the URL
        show_progress: print percentages
        file_hash: MD5, SHA-1 or SHA-256 in hexadecimal
        file_hash_algorithm: `auto` follows from the length of `file_hash`
        extract_nested, remove_root_dir, clean_dest_dir: see `extract_archive`
        update_onchange_only: False downloads and extracts in any case
        download_details_fname: name of the file in the destination that tells what was extracted
        extract: False only downloads
        return_uptodate: return (path, whether nothing had to be done)
        mirrors: other URLs of the same file, asked when `url` fails

    Returns:
        path of the folder, or that of the archive with `extract=False`

    Raises:
        ValueError: the hash of the file is not the expected one
        ConnectionError: the file cannot be downloaded
    """
    download_dir = create_user_dir(base_dir=download_dir) if download_dir else create_user_dir("downloads")
    archive_fname = archive_fname or os.path.basename(url.partition("?")[0])
    archive_path = f"{download_dir}/{archive_fname}"
    details_name = download_details_fname or f"{archive_fname}-mltk.json"
    if extract:
        path = _destination(dest_dir, dest_subdir, archive_fname)
        details_path = f"{path}/{details_name}"
    else:
        path = archive_path
        details_path = f"{download_dir}/{details_name}"
    details = {
        "url": url,
        "retval": path,
        "archive_path": archive_path,
        "file_hash": file_hash,
        "file_hash_algorithm": file_hash_algorithm,
        "remove_root_dir": remove_root_dir,
    }
    if update_onchange_only and _is_up_to_date(details_path, details):
        return (path, True) if return_uptodate else path

    if extract and update_onchange_only and not os.path.exists(archive_path) and _was_filled_by_hand(path):
        if logger is not None:
            logger.info("Taking the files in %s; remove them to download %s", path, url)
        return (path, True) if return_uptodate else path
    _download_verified(url, mirrors, archive_path, file_hash, file_hash_algorithm, show_progress, logger)
    if extract:
        if logger is not None:
            logger.info("Extracting %s to %s", archive_path, path)
        clean_destination(path, clean_dest_dir)
        _write_details(details_path, _EXTRACTING)
        extract_archive(archive_path, path, extract_nested, remove_root_dir, clean_dest_dir=False)
    _write_details(details_path, details)
    return (path, False) if return_uptodate else path


def verify_extract(
    archive_path: str,
    dest_dir: Optional[str] = None,
    dest_subdir: Optional[str] = None,
    show_progress: bool = False,  # pylint: disable=unused-argument
    file_hash: Optional[str] = None,
    file_hash_algorithm: str = "auto",
    logger=None,
    extract_nested: bool = False,
    remove_root_dir: bool = False,
    clean_dest_dir: bool = True,
    update_onchange_only: bool = True,
    extract_details_fname: Optional[str] = None,
) -> str:
    """Check the hash of an archive and extract it, unless that has been done; returns the folder.

    The arguments are those of `download_verify_extract`; nothing is shown of the progress.
    """
    archive_path = fullpath(archive_path)
    if not os.path.isfile(archive_path):
        raise FileNotFoundError(f"{archive_path}: archive does not exist")
    archive_fname = os.path.basename(archive_path)
    path = _destination(dest_dir, dest_subdir, archive_fname)
    details_path = f"{path}/{extract_details_fname or f'{archive_fname}-mltk.json'}"
    details = {
        "archive_fname": archive_fname,
        "dest_dir": path,
        "archive_path": archive_path,
        "file_hash": file_hash,
        "file_hash_algorithm": file_hash_algorithm,
        "timestamp": os.path.getmtime(archive_path),
        "remove_root_dir": remove_root_dir,
    }
    if update_onchange_only and _is_up_to_date(details_path, details):
        return path
    if file_hash and not verify_file_hash(archive_path, file_hash, file_hash_algorithm):
        raise ValueError(_hash_message(archive_path, file_hash))
    if logger is not None:
        logger.info("Extracting %s to %s", archive_path, path)
    extract_archive(archive_path, path, extract_nested, remove_root_dir, clean_dest_dir)
    _write_details(details_path, details)
    return path


def download_url(
    url: str, dst_path: str, show_progress: bool = False, logger=None, mirrors: Sequence[str] = ()
) -> str:
    """Download a file unless `dst_path` exists; returns `dst_path`. An interrupted download goes on where it stopped.

    When the server fails, `mirrors`, other URLs of the file, are asked, then folders that have it under its name: those in the
    environment variable MLTK_MIRRORS (URLs, separated by spaces) or the list `mirrors` of the user settings.

    Raises:
        ConnectionError: no server can be reached or has the file
    """
    dst_path = fullpath(dst_path)
    if os.path.exists(dst_path):
        return dst_path
    os.makedirs(os.path.dirname(dst_path), exist_ok=True)
    if logger is not None:
        logger.info("Downloading %s to %s", url, dst_path)
    partial_path = f"{dst_path}.part"
    base, delimiter, count = url.partition(MLTK_CHUNK_DELIMITER)
    if not delimiter:
        urls = [url, *mirrors, *_mirrors(os.path.basename(dst_path))]
        _download_from_any(urls, partial_path, dst_path, show_progress)
    else:
        with open(partial_path, "wb") as target:
            for index in range(int(count)):
                chunk_path = download_url(f"{base}.chunk{index}.bin", f"{dst_path}.chunk{index}", show_progress)
                with open(chunk_path, "rb") as chunk:
                    target.write(chunk.read())
        for index in range(int(count)):
            os.remove(f"{dst_path}.chunk{index}")
    os.replace(partial_path, dst_path)
    return dst_path


def verify_file_hash(file_path: str, file_hash: str, file_hash_algorithm: str = "auto") -> bool:
    """Whether a file has this MD5, SHA-1 or SHA-256."""
    algorithm = (file_hash_algorithm or "auto").lower()
    if algorithm == "auto":
        algorithm = _ALGORITHM_BY_LENGTH.get(len(file_hash))
        if algorithm is None:
            raise ValueError(f"file_hash is {file_hash!r}, expected 32 (MD5), 40 (SHA-1) or 64 (SHA-256) digits")
    return hash_file(file_path, algorithm) == file_hash.lower()


def verify_sha1(file_path: str, expected_sha1: str) -> bool:
    """Whether a file has this SHA-1."""
    return verify_file_hash(file_path, expected_sha1, "sha1")


def verify_sha256(file_path: str, expected_sha256: str) -> bool:
    """Whether a file has this SHA-256."""
    return verify_file_hash(file_path, expected_sha256, "sha256")


def _destination(dest_dir: Optional[str], dest_subdir: Optional[str], archive_fname: str) -> str:
    if dest_dir:
        return create_user_dir(base_dir=dest_dir)
    return create_user_dir(dest_subdir or os.path.splitext(archive_fname)[0])


def _download_verified(
    url: str, mirrors, path: str, file_hash: Optional[str], algorithm: str, show_progress: bool, logger
):
    """Download; a file with another hash, e.g. one that an earlier run left damaged, is downloaded once more."""
    for attempt in range(2):
        download_url(url, path, show_progress, logger, mirrors)
        if not file_hash or verify_file_hash(path, file_hash, algorithm):
            return
        message = _hash_message(path, file_hash)
        os.remove(path)
        if attempt == 1:
            raise ValueError(message)


def _hash_message(path: str, file_hash: str) -> str:
    algorithm = _ALGORITHM_BY_LENGTH.get(len(file_hash), "md5")
    return f"{path}: its {algorithm} is {hash_file(path, algorithm)}, expected {file_hash.lower()}; the file is damaged"


def _mirrors(name: str) -> list:
    folders = os.environ.get("MLTK_MIRRORS", "").split() or get_user_setting("mirrors") or []
    return [f"{folder.rstrip('/')}/{name}" for folder in folders]


def _download_from_any(urls: list, partial_path: str, dst_path: str, show_progress: bool):
    """Download from the first that works. What all of them said is the error."""
    errors = []
    for url in urls:
        try:
            _download(url, partial_path, dst_path, show_progress)
            return
        except ConnectionError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    raise ConnectionError("\n".join(str(error) for error in errors)) from errors[0]


def _was_filled_by_hand(folder: str) -> bool:
    """Whether a folder has something, and no note of an extraction."""
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return len(names) > 0 and not any(name.endswith("-mltk.json") for name in names)


def _download(url: str, partial_path: str, dst_path: str, show_progress: bool):
    begin = os.path.getsize(partial_path) if os.path.exists(partial_path) else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={begin}-"} if begin else {})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
            resumes = begin > 0 and response.status == 206
            begin = begin if resumes else 0
            total = begin + int(response.headers.get("Content-Length") or 0)
            with open(partial_path, "ab" if resumes else "wb") as file:
                _copy(response, file, begin, total, os.path.basename(dst_path) if show_progress else None)
        if total > begin and os.path.getsize(partial_path) != total:
            raise ConnectionError(f"{url}: got {os.path.getsize(partial_path)} of {total} bytes; run again to go on")
    except urllib.error.HTTPError as error:
        if error.code == 416:  # the part is longer than the file: it belongs to another version of the file
            os.remove(partial_path)
            _download(url, partial_path, dst_path, show_progress)
            return
        raise ConnectionError(
            f"{url}: the server answered {error.code} {error.reason}. Get the file elsewhere and put it at {dst_path}"
        ) from error
    except (urllib.error.URLError, TimeoutError) as error:
        raise ConnectionError(
            f"{url}: cannot be downloaded ({getattr(error, 'reason', error)}). "
            f"Without a network, put the file at {dst_path}"
        ) from error


def _copy(source, target, done: int, total: int, name: Optional[str]):
    shown = -1
    for block in iter(lambda: source.read(_BLOCK_BYTES), b""):
        target.write(block)
        done += len(block)
        percent = 100 * done // total if total else 0
        if name and sys.stderr.isatty() and percent != shown:
            print(f"\r{name} {percent} %", end="" if done < total else "\n", file=sys.stderr, flush=True)
            shown = percent


def _is_up_to_date(details_path: str, details: dict) -> bool:
    try:
        with open(details_path, encoding="utf-8") as file:
            return json.load(file) == details and os.path.exists(details.get("retval", details_path))
    except (OSError, ValueError):
        return False


def _write_details(path: str, details: dict):
    write_file(path, json.dumps(details, indent=3))
