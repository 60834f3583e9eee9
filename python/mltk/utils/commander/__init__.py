"""Boards on a debug probe. Silicon Labs' program for them is neither downloaded nor run: every call says so."""


def _refuse(what: str):
    raise NotImplementedError(
        f"{what} needs Silicon Labs' Simplicity Commander and a board, which are not supported; "
        "mltk profile estimates a board's memory and latency without it"
    )


def issue_command(*args, **kwargs):
    """Refused."""
    _refuse("a command of Commander")


def query_platform(*args, **kwargs):
    """Refused."""
    _refuse("asking for the connected board")
