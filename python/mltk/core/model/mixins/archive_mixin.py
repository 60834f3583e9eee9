"""The archive `NAME.mltk.zip` of a model: specification, trained models, logs and results in one file."""

import ast
import contextlib
import io
import os
import re
import tokenize
import zipfile
from typing import Dict, Optional

import mltk
from mltk.core.errors import train_command
from mltk.core.model.mixins.base_mixin import BaseMixin
from mltk.core.utils import ArchiveFileNotFoundError, get_mltk_logger
from mltk.utils.path import create_tempdir, write_file

MLTK_ARCHIVE_EXTENSION = ".mltk.zip"
MLTK_ARCHIVE_TEST_EXTENSION = "-test.mltk.zip"
#: Stands for the specification in `add_archive_file`.
SPECIFICATION = "__mltk_model_spec__"


class ArchiveMixin(BaseMixin):
    """Reads and writes the archive of a model. It is written whole or not at all.

    Changes go to a file beside the archive, which replaces it when complete, so a reader and a killed run find the
    archive as it was before or as it is after.
    """

    def _register_attributes(self):
        self._archive_path: Optional[str] = None
        self._pending_members: Optional[Dict[str, bytes]] = None
        self._pending_create_new = False

    @property
    def archive_path(self) -> str:
        """Path of the archive, beside the specification."""
        if self._archive_path:
            return self._archive_path
        folder = os.path.dirname(self.model_specification_path or "") or os.getcwd()
        extension = MLTK_ARCHIVE_TEST_EXTENSION if self.test_mode_enabled else MLTK_ARCHIVE_EXTENSION
        return f"{folder}/{self.name}{extension}".replace("\\", "/")

    @property
    def h5_archive_path(self) -> str:
        """Path of the archive's trained Keras model, extracted to a temporary folder."""
        return self.get_archive_file(self._archived_model_name(".h5"))

    @property
    def tflite_archive_path(self) -> str:
        """Path of the archive's quantized model, extracted to a temporary folder."""
        return self.get_archive_file(self._archived_model_name(".tflite"))

    def _archived_model_name(self, extension: str) -> str:
        return f"{self.name}{'.test' if self.test_mode_enabled else ''}{extension}"

    def check_archive_file_is_writable(self, throw_exception: bool = False) -> bool:
        """Whether the archive can be written. If not, warn, or raise PermissionError with `throw_exception`."""
        path = self.archive_path
        probe = f"{path}.{os.getpid()}.tmp"
        try:
            if os.path.exists(path) and not os.access(path, os.W_OK):
                raise PermissionError("the file is write-protected")
            with open(probe, "wb"):
                pass
            os.remove(probe)
        except OSError as error:
            message = f"{path}: the archive cannot be written: {error.strerror or error}"
            if throw_exception:
                raise PermissionError(message) from error
            get_mltk_logger().warning(message)
            return False
        return True

    @contextlib.contextmanager
    def archive_transaction(self, enabled: bool = True):
        """Collect what is added inside the `with` block and write it at its end; nothing when the block fails."""
        if not enabled or self._pending_members is not None:
            yield
            return
        self._pending_members = {}
        self._pending_create_new = False
        try:
            yield
            if self._pending_members or self._pending_create_new:
                _write_archive(self.archive_path, self._pending_members, keep=not self._pending_create_new)
        finally:
            self._pending_members = None

    def get_archive_file(self, name: str, dest_dir: Optional[str] = None) -> str:
        """Extract the member `name`; returns its path.

        Args:
            dest_dir: folder to extract to, by default a temporary one

        Raises:
            ArchiveFileNotFoundError: there is no archive or no such member
        """
        path = _path_below(dest_dir or self._extraction_dir(), name)
        data = self._read_members(lambda member: member == name)
        if not data:
            raise ArchiveFileNotFoundError(f"{self.archive_path}: has no file {name}; run: {train_command(self)}")
        write_file(path, data[name])
        return path

    def get_archive_dir(self, name: str, dest_dir: Optional[str] = None) -> str:
        """Extract the members whose names start with `name`; returns the folder `name` of `dest_dir`."""
        dest_dir = dest_dir or self._extraction_dir()
        members = self._read_members(lambda member: member.startswith(name) and not member.endswith("/"))
        if not members:
            raise ArchiveFileNotFoundError(f"{self.archive_path}: has no folder {name}")
        for member, data in members.items():
            write_file(_path_below(dest_dir, member), data)
        return f"{dest_dir}/{name}"

    def add_archive_file(self, name: str):
        """Add a file.

        Args:
            name: its path; a file of the log folder keeps its relative path, any other file is stored under its bare
                name. `__mltk_model_spec__` adds the specification
        """
        with self.archive_transaction():
            if name == SPECIFICATION:
                path = self.model_specification_path
                if not path or not os.path.isfile(path):
                    raise FileNotFoundError(
                        f"{path or self.name}: the specification is not a file, so it is not archived"
                    )
                self._pending_members[f"{self.name}.py"] = _versioned_source(path)
                return
            path = os.path.abspath(name)
            if not os.path.isfile(path):
                raise FileNotFoundError(f"{name}: does not exist, so it cannot be added to {self.archive_path}")
            relative = os.path.relpath(path, self.log_dir)
            member = os.path.basename(path) if relative.startswith("..") else relative.replace("\\", "/")
            self._pending_members[member] = _read_file(path)

    def add_archive_dir(self, base_dir: str, create_new: bool = False, recursive: bool = False):
        """Add the files of folder `base_dir` of the log folder; a folder that does not exist adds nothing.

        Args:
            create_new: drop what the archive has
            recursive: add the files of its sub-folders too
        """
        log_dir = self.log_dir
        with self.archive_transaction():
            if create_new:
                self._pending_members.clear()
                self._pending_create_new = True
            for folder, folders, files in os.walk(os.path.join(log_dir, base_dir)):
                folders.sort()
                for file in sorted(files):
                    path = os.path.join(folder, file)
                    self._pending_members[os.path.relpath(path, log_dir).replace("\\", "/")] = _read_file(path)
                if not recursive:
                    break

    def _extraction_dir(self) -> str:
        return create_tempdir(f"models/{self.name}/extracted_archive")

    def _read_members(self, wanted) -> Dict[str, bytes]:
        """The members whose name `wanted` accepts, as they will be after the running transaction."""
        members = {}
        in_transaction = self._pending_members is not None
        if os.path.exists(self.archive_path) and not (in_transaction and self._pending_create_new):
            with _open_archive(self.archive_path) as archive:
                members = {name: archive.read(name) for name in archive.namelist() if wanted(name)}
        elif not in_transaction:
            raise ArchiveFileNotFoundError(
                f"{self.archive_path}: does not exist; the model is not trained yet, run: {train_command(self)}"
            )
        if in_transaction:
            members.update({name: data for name, data in self._pending_members.items() if wanted(name)})
        return members


def _open_archive(path: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path}: is not a zip archive ({error}); delete it and train again") from error


def _write_archive(path: str, members: Dict[str, bytes], keep: bool):
    """Write `members`, and the other members of the present archive if `keep`, to `path`, whole or not at all."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if keep and os.path.exists(path):
            with _open_archive(path) as earlier:
                for info in earlier.infolist():
                    if info.filename not in members:
                        archive.writestr(info, earlier.read(info))
        for name, data in members.items():
            archive.writestr(name, data)
    write_file(path, file.getvalue())


def _read_file(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _path_below(folder: str, member: str) -> str:
    """Path of an archive's member in `folder`; a member that would land elsewhere is an error."""
    path = os.path.abspath(os.path.join(folder, member))
    if not path.startswith(os.path.abspath(folder) + os.sep):
        raise ValueError(f"{member}: is the name of a file outside of the archive's folder; the archive is damaged")
    return path.replace("\\", "/")


_VERSION_LINE = re.compile(r"^__mltk_version__ = .*\n\n?", re.MULTILINE)
_CODING_LINE = re.compile(r"^#!|^[ \t\f]*#.*?coding[:=]")


def _versioned_source(path: str) -> bytes:
    """The specification with the line `__mltk_version__ = '...'` where Python allows it.

    That is the top, below a `#!` and a coding line, and below imports from `__future__`.
    """
    with open(path, "rb") as file:
        encoding, _ = tokenize.detect_encoding(file.readline)
    with open(path, encoding=encoding) as file:
        source = _VERSION_LINE.sub("", file.read(), count=1)
    lines = source.splitlines(keepends=True)
    at = 0
    while at < min(2, len(lines)) and _CODING_LINE.match(lines[at]):
        at += 1
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            at = max(at, statement.end_lineno)
    lines.insert(at, f"__mltk_version__ = '{mltk.__version__}'\n\n")
    return "".join(lines).encode(encoding)
