"""What a built folder weighs, by its parts."""

import os

import pytest

from benchmarks import package


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("orangery", "all modules in Python"),
        ("_internal/PySide6/Qt/lib/libicudata.so.73", "ICU"),
        ("_internal/PySide6/Qt/plugins/platforms/libqxcb.so", "Qt's libraries and plugins"),
        ("_internal/PySide6/QtCore.abi3.so", "Qt's bindings"),
        ("_internal/python3.11/lib-dynload/_ssl.so", "Python itself"),
        ("_internal/pillow.libs/libjpeg.so.62", "Pillow"),
        ("_internal/zeroconf/_dns.so", "zeroconf"),
        ("_internal/LICENSE", "LICENSE"),
    ],
)
def test_a_file_belongs_to_a_part_that_a_reader_knows(place, part):
    assert package.part(place) == part


@pytest.fixture
def folder(tmp_path):
    internal = tmp_path / "_internal"
    for n in range(12):
        file = internal / f"part{n:02}" / "data"
        file.parent.mkdir(parents=True)
        file.write_bytes(b"\0" * 1_000_000 * (n + 1))
    (internal / "link").symlink_to("part00/data")
    return tmp_path


def test_a_link_weighs_nothing(folder):
    assert package.size(folder) == 78_000_000


def test_the_ten_largest_parts_are_told_and_the_rest_together(folder):
    lines = package.parts(folder, quick=True).splitlines()
    assert [line.split()[0] for line in lines[1:11]] == [f"part{n:02}" for n in range(11, 1, -1)]
    assert lines[1].split()[1:] == ["12.0", "0.0"]
    assert lines[-1].split() == ["2", "more", "3.0"]


def test_the_kernel_tells_the_memory_of_a_process():
    seen = package._memory(os.getpid())
    assert seen["Rss"] >= seen["Pss"] > 0


def test_the_kernel_says_what_a_process_took_of_a_processor():
    before = package._processor(os.getpid())
    sum(range(1_000_000))
    assert package._processor(os.getpid()) > before > 0
