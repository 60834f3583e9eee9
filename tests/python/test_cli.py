"""Printing and exiting of scripts."""

import pytest

from mltk import cli


def test_logger_writes_to_the_console(capsys):
    cli.get_logger(verbose=False).info("hello")
    cli.get_logger().debug("not shown")
    captured = capsys.readouterr()
    assert captured.err == "hello\n" and captured.out == ""
    cli.get_logger(verbose=True).debug("shown")
    assert capsys.readouterr().err == "shown\n"


def test_logger_is_filelike(capsys):
    logger = cli.get_logger()
    print("a line", file=logger)
    assert capsys.readouterr().err == "a line\n"


def test_messages(capsys):
    cli.print_info("info")
    cli.print_error("bad")
    assert capsys.readouterr() == ("info\n", "bad\n")


def test_abort(capsys):
    with pytest.raises(SystemExit) as info:
        cli.abort(3, "no")
    assert info.value.code == 3 and capsys.readouterr().err == "error: no\n"


def test_handle_exception(capsys):
    with pytest.raises(SystemExit) as info:
        cli.handle_exception("While reading", ValueError("bad"))
    assert info.value.code == 1 and "error: While reading: bad" in capsys.readouterr().err


def test_did_you_mean(capsys):
    cli.print_did_you_mean_error("No such command", "trian", ["train", "profile"])
    assert "Did you mean?\ntrain" in capsys.readouterr().err
