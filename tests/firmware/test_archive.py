"""The strict zip reader: what is written is read, and every way to hide something is refused."""

import io
import re
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import archive
from firmware.errors import TrustError
from firmware.sources import pieces

PLAIN = re.compile(r"[a-z.]+(/[a-z.]+)*")
NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}", fullmatch=True)
FILES = {"a": b"first", "b/c": b"second", "d": b""}


def bad(why, member):
    return TrustError("bundle_bad", why=why, member=member)


def read(body):
    file = io.BytesIO(body)
    found = archive.members(file, PLAIN, bad)
    return {name: b"".join(pieces(file, *where)) for name, where in found.items()}


def refused(body):
    with pytest.raises(TrustError) as raised:
        read(body)
    return raised.value.facts["why"]


@pytest.fixture
def good(tmp_path):
    archive.write(tmp_path / "good", FILES)
    return (tmp_path / "good").read_bytes()


def entries(body, signature=b"PK\1\2"):
    return [found.start() for found in re.finditer(re.escape(signature), body)]


def patched(body, at, form, *values):
    changed = bytearray(body)
    struct.pack_into(form, changed, at, *values)
    return bytes(changed)


def made(*infos):
    """A zip by the stock writer, from (what is said of a member, its bytes)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for info, body in infos:
            zipped.writestr(info, body)
    return out.getvalue()


@given(files=st.dictionaries(NAMES, st.binary(max_size=300), max_size=8))
def test_what_was_written_is_what_is_read(tmp_path_factory, files):
    to = tmp_path_factory.getbasetemp() / "round"
    archive.write(to, files)
    assert read(to.read_bytes()) == files


def test_the_same_files_give_the_same_bytes_wherever_they_come_from(tmp_path, good):
    (tmp_path / "source").write_bytes(b"second")
    archive.write(tmp_path / "again", {"d": b"", "b/c": tmp_path / "source", "a": b"first"})
    assert (tmp_path / "again").read_bytes() == good


def test_the_stock_reader_reads_it_too(good):
    with zipfile.ZipFile(io.BytesIO(good)) as zipped:
        assert zipped.testzip() is None
        assert {name: zipped.read(name) for name in zipped.namelist()} == FILES


def test_a_name_that_is_there_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        body = made(("a", b"1"), ("a", b"2"))
    assert refused(body) == "duplicate_name"


@pytest.mark.parametrize("name", ["../a", "a/../b", "/a", "a//b", "a/", "A", "a\\b", "C:/a", "ä"])
def test_a_name_that_is_not_plain_is_refused(name):
    assert refused(made((name, b""))) == "bad_name"


def test_a_deflated_member_is_refused():
    info = zipfile.ZipInfo("a")
    info.compress_type = zipfile.ZIP_DEFLATED
    assert refused(made((info, b"x" * 100))) == "compressed"


@pytest.mark.parametrize(
    ("flag", "why"),
    [(1, "encrypted"), (0x40, "encrypted"), (8, "data_descriptor"), (0x800, "bad_flags")],
)
def test_a_flag_is_refused_by_its_name(good, flag, why):
    assert refused(patched(good, entries(good)[0] + 8, "<H", flag)) == why


def test_a_comment_of_the_file_is_refused(good):
    commented = patched(good, len(good) - 2, "<H", 4) + b"note"
    assert refused(commented) == "comment"


def test_a_comment_of_a_member_is_refused():
    info = zipfile.ZipInfo("a")
    info.comment = b"note"
    assert refused(made((info, b""))) == "comment"


def test_an_extra_field_in_the_directory_is_refused():
    info = zipfile.ZipInfo("a")
    info.extra = struct.pack("<2HL", 0x7075, 4, 0)
    assert refused(made((info, b""))) == "extra_field"


def test_an_extra_field_beside_the_bytes_is_refused():
    """The stock writer puts the field into both: here the directory's is taken out again."""
    info = zipfile.ZipInfo("a")
    info.extra = struct.pack("<2HL", 0x7075, 4, 0)
    body = made((info, b""))
    entry = entries(body)[0]
    body = patched(body, entry + 30, "<H", 0)
    body = body[: entry + 47] + body[entry + 55 :]
    length = len(body) - 22 - entry
    assert refused(patched(body, len(body) - 10, "<L", length)) == "extra_field"


def test_bytes_before_the_first_member_are_refused(good):
    assert refused(b"#!/bin/sh\n" + good) == "gap"


def test_bytes_between_two_members_are_refused(good):
    second = entries(good, b"PK\3\4")[1]
    moved = good[:second] + b"hidden" + good[second:]
    for entry in entries(moved)[1:]:
        moved = patched(moved, entry + 42, "<L", struct.unpack_from("<L", moved, entry + 42)[0] + 6)
    assert refused(patched(moved, len(moved) - 6, "<L", entries(moved)[0])) == "gap"


def test_bytes_before_the_directory_are_refused(good):
    entry = entries(good)[0]
    moved = good[:entry] + b"hidden" + good[entry:]
    assert refused(patched(moved, len(moved) - 6, "<L", entry + 6)) == "gap"


def test_two_members_over_the_same_bytes_are_refused(good):
    assert refused(patched(good, entries(good)[1] + 42, "<L", 0)) == "overlapping"


def test_a_member_that_reaches_into_the_directory_is_refused(good):
    last = entries(good)[-1]
    local = entries(good, b"PK\3\4")[-1]
    longer = patched(patched(good, last + 20, "<LL", 9, 9), local + 18, "<LL", 9, 9)
    assert refused(longer) == "overlapping"


@pytest.mark.parametrize(
    ("at", "form", "value"),
    [(14, "<L", 7), (18, "<L", 1), (22, "<L", 1), (8, "<H", 8), (30, "B", 98)],
)
def test_a_member_whose_own_header_says_something_else_is_refused(good, at, form, value):
    assert refused(patched(good, at, form, value)) == "header_differs"


def test_a_member_that_the_directory_leaves_out_is_refused(good):
    first = entries(good)[0]
    second = entries(good)[1]
    body = good[:first] + good[second:]
    body = patched(body, len(body) - 14, "<HHLL", 2, 2, len(body) - 22 - first, first)
    assert refused(body) == "gap"


def test_a_count_that_is_not_the_directorys_is_refused(good):
    assert refused(patched(good, len(good) - 14, "<HH", 2, 2)) == "not_a_zip"


def test_more_members_than_allowed_are_refused(monkeypatch, good):
    monkeypatch.setattr(archive, "MEMBERS_MAX", 2)
    assert refused(good) == "too_many_members"


def test_a_huge_directory_said_in_an_unneeded_zip64_record_is_not_read():
    """The stock reader prefers that record even where the plain one fits."""
    hole = 64 * 1024**2
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, hole, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, hole, 1)
    body = bytes(hole) + record + locator + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 46, 0, 0)
    tracemalloc.start()
    assert refused(body) == "too_many_members"
    assert tracemalloc.get_traced_memory()[1] < hole * 1.5  # the copy that BytesIO holds, no more
    tracemalloc.stop()


@pytest.mark.parametrize("keep", [0, 4, 21, 30, 60])
def test_a_cut_file_is_refused(good, keep):
    assert refused(good[:keep]) == "not_a_zip"


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_refused_or_read_and_nothing_else(body, ends):
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, min(46, len(body)), 0, 0)
    try:
        read(body + tail * ends)
    except TrustError:
        return


@given(st.data())
def test_a_changed_byte_is_refused_or_changes_only_a_members_content(tmp_path_factory, data):
    to = tmp_path_factory.getbasetemp() / "flip"
    archive.write(to, FILES)
    body = bytearray(to.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(body))
    except TrustError:
        return
    assert {len(one) for one in found.values()} == {len(one) for one in FILES.values()}
