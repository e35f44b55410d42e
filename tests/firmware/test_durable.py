"""What was written is read back, and what cannot be is told with its file."""

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
