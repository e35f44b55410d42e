"""What a program for computers says of itself: the archive nothing, the list of its files all."""

import lzma

import pytest

from desktop.selfupdate import shipped
from desktop.selfupdate.shipped import File, FileList
from firmware.image import inspect_bytes

LISTED = shipped.write(
    FileList(
        version="7.1.0",
        platform="linux-x86_64",
        commit="c" * 40,
        files={"orangery": File(mode="755", sha256="a" * 64, size=1)},
    )
)


def test_a_list_says_version_and_platform_and_commit():
    found = inspect_bytes(LISTED)
    assert (found.format, found.version, found.model) == (
        "program-files",
        "7.1.0",
        "linux-x86_64.files",
    )
    assert (found.details, found.problems) == ({"commit": "c" * 40}, ())


def test_a_list_that_ends_early_is_truncated_and_one_of_another_head_is_bad():
    assert inspect_bytes(LISTED[:-3]).problems == ("truncated",)
    assert inspect_bytes(LISTED.replace(b"7.1.0", b"7 1 0")).problems == ("header_bad",)


def test_an_archive_is_whole_from_end_to_end():
    body = lzma.compress(b"a program " * 500)
    assert (inspect_bytes(body).format, inspect_bytes(body).problems) == ("xz", ())


@pytest.mark.parametrize("size", [8, 32, 60, -1, -4])
def test_an_archive_that_ends_early_is_truncated(size):
    body = lzma.compress(b"a program " * 500)
    assert inspect_bytes(body[:size]).problems == ("truncated",)
