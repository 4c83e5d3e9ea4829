"""Calling the command line in this process, and what it may print."""

import pytest

from bss_core.__main__ import main
from bss_core.errors import BSSError

QUICK = ["--image-size", "16", "--mels", "16", "--epochs", "1", "--device", "cpu"]


def failing(capsys, words):
    """The one sentence on standard error of a command that fails, with nothing else printed."""
    capsys.readouterr()
    assert main(words) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = [line for line in printed.err.replace("\r", "\n").split("\n") if line.strip() and "[00:" not in line]
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    assert "Traceback" not in printed.err
    return lines[0].removeprefix("error: ")


def text_of(capsys, words):
    """What a command that succeeds prints."""
    capsys.readouterr()
    assert main(words) == 0
    return capsys.readouterr().out


def assert_matches(pattern, said):
    """``said`` contains the pattern; through pytest, for its message."""
    with pytest.raises(BSSError, match=pattern):
        raise BSSError(said)
