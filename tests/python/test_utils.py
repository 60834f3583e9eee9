"""Helpers for specifications."""

import hashlib
import http.server
import io
import json
import os
import tarfile
import threading
import zipfile

import pytest

from mltk.utils import archive, archive_downloader, hasher, path, python, string_formatting


def test_paths(tmp_path, monkeypatch, user_dir):
    monkeypatch.setenv("FOLDER", str(tmp_path))
    assert path.fullpath("$FOLDER/a/../b") == f"{tmp_path}/b"
    assert path.create_user_dir("datasets/x") == f"{user_dir}/datasets/x" and os.path.isdir(f"{user_dir}/datasets/x")
    assert path.extension("a/b.tar.gz") == "gz" and path.has_filename("a/b.c") and not path.has_filename("a.d/b")


def test_readonly_user_folder_is_not_made(monkeypatch, user_dir):
    monkeypatch.setenv("MLTK_READONLY", "1")
    assert path.create_user_dir("a") == f"{user_dir}/a" and not user_dir.exists()


def test_recursive_listdir_and_walk(tmp_path):
    for name in ("a/1.txt", "a/b/2.txt", "a/b/c/3.bin"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    names = path.recursive_listdir(str(tmp_path), regex=r".*\.txt", return_relative_paths=True)
    assert names == ["a/1.txt", "a/b/2.txt"]
    assert path.recursive_listdir(str(tmp_path), regex=lambda name: name.endswith(".bin")) == [
        f"{tmp_path}/a/b/c/3.bin"
    ]
    assert len(list(path.walk_with_depth(str(tmp_path), depth=1))) == 2


def test_pushd(tmp_path):
    before = os.getcwd()
    with path.pushd(str(tmp_path)):
        assert os.getcwd() == str(tmp_path)
    assert os.getcwd() == before


@pytest.mark.parametrize(
    "value, text",
    [
        (71408, "71.408 k"),
        (0, "0"),
        (None, None),
        (12, "12.000"),
        (-1500, "-1.500 k"),
        (0.0314, "31.400 m"),
        (2e9, "2.000 G"),
    ],
)
def test_format_units(value, text):
    assert string_formatting.format_units(value) == text


def test_format_units_options():
    assert string_formatting.format_units(2048, memory_units=True, precision=1, add_space=False) == "2.0k"
    assert string_formatting.format_units(2500, precision=0, rjust=6) == "   2 k"


@pytest.mark.parametrize(
    "text, number", [("32kb", 32768), ("2*128M", 268435456), ("0x10", 16), ("5", 5), ("1 megabyte", 1 << 20), (3.7, 3)]
)
def test_convert_units(text, number):
    assert string_formatting.convert_units(text) == number


def test_convert_units_runs_no_code():
    with pytest.raises(ValueError, match="is not a size"):
        string_formatting.convert_units("__import__('os').getpid()")


def test_hashes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert hasher.hash_file(str(tmp_path / "a"), "sha1") == hashlib.sha1(b"abc").hexdigest()
    assert hasher.hash_file(str(tmp_path / "none")) is None
    assert hasher.generate_hash({"a": [1, b"x"]}) == hashlib.md5(b"a1x").hexdigest()


def test_dictionaries_and_lists():
    default = python.DefaultDict({"a": {"b": 1}}, c=2)
    assert default["x"] is None and default["a"]["y"] is None and default["c"] == 2
    assert python.DictObject(a=1).a == 1
    with pytest.raises(AttributeError):
        python.DictObject().missing  # pylint: disable=expression-not-assigned
    assert python.merge_dict({"a": {"b": 1}}, {"a": {"c": 2}}) == {"a": {"b": 1, "c": 2}}
    assert (
        python.as_list("a, b", split=",") == ["a", "b"] and python.as_list(None) == [] and python.as_list("a") == ["a"]
    )
    assert python.flatten_list([1, [2, (3, "ab")]]) == [1, 2, 3, "ab"]
    assert python.get_case_insensitive("A", ["b", "a"]) == "a"
    assert str(python.prepend_exception_msg(ValueError("b"), "a")) == "a, b"


def test_json_with_comments(tmp_path):
    file = tmp_path / "a.json"
    file.write_text('{"url": "http://x", // comment\n /* more\n */ "list": [1, 2,],\n}')
    assert python.load_json_safe(str(file)) == {"url": "http://x", "list": [1, 2]}


def test_installed_packages_are_not_installed_again(monkeypatch):
    monkeypatch.setattr("subprocess.run", lambda *args, **kwargs: pytest.fail("pip was run"))
    python.install_pip_package("pytest>=3")
    python.install_pip_package("some-name", "json")


@pytest.fixture
def zip_bytes():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("root/a.txt", "content")
    return buffer.getvalue()


def test_extract(tmp_path, zip_bytes):
    (tmp_path / "a.zip").write_bytes(zip_bytes)
    archive.extract_archive(str(tmp_path / "a.zip"), str(tmp_path / "out"), remove_root_dir=True)
    assert (tmp_path / "out" / "a.txt").read_text() == "content"
    (tmp_path / "cut.zip").write_bytes(zip_bytes[:40])
    with pytest.raises(ValueError, match="cut.zip: is not a complete archive"):
        archive.extract_archive(str(tmp_path / "cut.zip"), str(tmp_path / "out2"))


def test_extract_refuses_paths_outside(tmp_path):
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as file:
        info = tarfile.TarInfo("../evil.txt")
        file.addfile(info, io.BytesIO())
    with pytest.raises(ValueError):
        archive.extract_archive(str(tmp_path / "a.tar.gz"), str(tmp_path / "out"))


@pytest.fixture
def server(zip_bytes):
    """A server of `/a.zip` that understands ranges; its URL and the ranges that were asked for."""
    ranges = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            ranges.append(self.headers.get("Range"))
            if self.path != "/a.zip":
                self.send_error(404)
                return
            begin = int((ranges[-1] or "bytes=0-")[6:-1])
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(zip_bytes) - begin))
            self.end_headers()
            self.wfile.write(zip_bytes[begin:])

        def log_message(self, *args):
            pass

    instance = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=instance.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{instance.server_port}", ranges
    instance.shutdown()
    thread.join()
    instance.server_close()


def test_download_verify_extract_once(server, zip_bytes, user_dir):
    url, ranges = server
    arguments = dict(
        url=f"{url}/a.zip", dest_subdir="datasets/a", file_hash=hashlib.sha1(zip_bytes).hexdigest().upper()
    )
    folder, up_to_date = archive_downloader.download_verify_extract(**arguments, return_uptodate=True)
    assert folder == f"{user_dir}/datasets/a" and not up_to_date and os.path.exists(f"{folder}/root/a.txt")
    with open(f"{folder}/a.zip-mltk.json", encoding="utf-8") as file:
        assert sorted(json.load(file)) == [
            "archive_path",
            "file_hash",
            "file_hash_algorithm",
            "remove_root_dir",
            "retval",
            "url",
        ]
    assert archive_downloader.download_verify_extract(**arguments, return_uptodate=True) == (folder, True)
    assert len(ranges) == 1


def test_wrong_hash_is_told(server, user_dir):
    with pytest.raises(ValueError, match="its md5 is .*, expected 0000"):
        archive_downloader.download_verify_extract(f"{server[0]}/a.zip", file_hash="0" * 32)
    assert not os.path.exists(f"{user_dir}/downloads/a.zip")


def test_interrupted_download_goes_on(server, zip_bytes, tmp_path):
    url, ranges = server
    (tmp_path / "a.zip.part").write_bytes(zip_bytes[:10])
    file = archive_downloader.download_url(f"{url}/a.zip", str(tmp_path / "a.zip"))
    assert open(file, "rb").read() == zip_bytes and ranges == ["bytes=10-"]


def test_failed_downloads_say_what_to_do(server, tmp_path):
    with pytest.raises(ConnectionError, match="the server answered 404"):
        archive_downloader.download_url(f"{server[0]}/none.zip", str(tmp_path / "none.zip"))
    with pytest.raises(ConnectionError, match=f"Without a network, put the file at {tmp_path}/b.zip"):
        archive_downloader.download_url("http://127.0.0.1:9/b.zip", str(tmp_path / "b.zip"))


def test_mirror_is_asked_when_the_url_does_not_answer(server, zip_bytes, user_dir):
    folder = archive_downloader.download_verify_extract(
        "http://127.0.0.1:9/a.zip",
        dest_subdir="datasets/a",
        file_hash=hashlib.sha1(zip_bytes).hexdigest(),
        mirrors=[f"{server[0]}/none.zip", f"{server[0]}/a.zip"],
    )
    assert folder == f"{user_dir}/datasets/a" and os.path.exists(f"{folder}/root/a.txt")
    with pytest.raises(ConnectionError, match="127.0.0.1:9/b.zip: cannot be downloaded"):
        archive_downloader.download_verify_extract("http://127.0.0.1:9/b.zip", mirrors=[f"{server[0]}/none.zip"])


def test_interrupted_extraction_is_repeated(server, monkeypatch, user_dir):
    def interrupted(_archive, folder, *_args, **_kwargs):
        os.makedirs(f"{folder}/root")
        raise KeyboardInterrupt

    arguments = dict(url=f"{server[0]}/a.zip", dest_subdir="datasets/a", return_uptodate=True)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(archive_downloader, "extract_archive", interrupted)
        archive_downloader.download_verify_extract(**arguments)
    assert archive_downloader.download_verify_extract(**arguments) == (f"{user_dir}/datasets/a", False)
    assert os.path.exists(f"{user_dir}/datasets/a/root/a.txt")
