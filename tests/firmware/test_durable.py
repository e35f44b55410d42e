"""What was written is read back, and what cannot be is told with its file."""

import os
import stat

import pytest

from firmware import durable
from fleet.errors import StoreError


def test_what_was_written_is_read_as_what_it_is(tmp_path):
    durable.write(tmp_path / "a.json", b'{"lamp": 1}')
    assert durable.read(tmp_path / "a.json", dict[str, int], "x") == {"lamp": 1}


def test_where_nothing_was_written_there_is_nothing(tmp_path):
    assert durable.read(tmp_path / "a.json", dict[str, int], "x") is None


@pytest.mark.parametrize("held", [b"", b"{", b"[1]", b'{"lamp": "on"}', b"\xff"])
def test_what_cannot_be_read_is_told_with_its_code(tmp_path, held):
    (tmp_path / "a.json").write_bytes(held)
    with pytest.raises(StoreError, match="settings_unreadable"):
        durable.read(tmp_path / "a.json", dict[str, int], "settings_unreadable")
    assert (tmp_path / "a.json").read_bytes() == held


def left_open(part, mine):
    part.write_bytes(b"of a killed process, or of somebody who waits for it")
    part.chmod(0o666)


def link_to_mine(part, mine):
    part.symlink_to(mine)


def link_to_nothing(part, mine):
    part.symlink_to(mine.with_name("made"))


@pytest.mark.parametrize("lay", [left_open, link_to_mine, link_to_nothing])
def test_what_lies_where_it_is_written_first_is_not_written_through(tmp_path, lay):
    mine = tmp_path / "mine"
    mine.write_bytes(b"mine")
    lay(tmp_path / "secret.part", mine)
    durable.write(tmp_path / "secret", b"secret", mode=0o600)
    assert (tmp_path / "secret").read_bytes() == b"secret"
    assert (tmp_path / "secret").lstat().st_mode == stat.S_IFREG | 0o600
    assert mine.read_bytes() == b"mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["mine", "secret"]


def test_folders_are_never_for_anybody_to_write(tmp_path):
    before = os.umask(0)
    try:
        durable.write(tmp_path / "a" / "b" / "file", b"x")
        durable.make_folder(tmp_path / "c" / "own", mode=0o700)
    finally:
        os.umask(before)
    modes = {path: (tmp_path / path).stat().st_mode & 0o777 for path in ("a", "a/b", "c", "c/own")}
    assert modes == {"a": 0o775, "a/b": 0o775, "c": 0o775, "c/own": 0o700}
