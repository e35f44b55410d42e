"""What lies where the program was started from: told with a disk and a clock of the test's own."""

import sys
from pathlib import Path

import msgspec
import pytest

from desktop import build
from desktop.build import Build
from desktop.selfupdate import place
from desktop.selfupdate.place import SETTLED_S, Place, file_at
from tests.desktop.selfupdate.renewing import Clock

ABOUT = Path("_internal/resources/build.json")


class Disk:
    """A program in a folder; what is put there gets a new inode, as dpkg and rpm do it."""

    def __init__(self, folder: Path) -> None:
        self.program, self.about = folder / "orangery", folder / ABOUT
        self.inodes: dict[Path, int] = {}
        self.about.parent.mkdir(parents=True)
        self.put(self.program)
        self.put_about("0.2.0")

    def put(self, path: Path) -> None:
        self.inodes[path] = max(self.inodes.values(), default=0) + 1

    def put_about(self, version: str) -> None:
        self.about.write_bytes(msgspec.json.encode(Build(version=version)))
        self.put(self.about)

    def look(self, path: Path) -> tuple[int, int] | None:
        return (1, self.inodes[path]) if path in self.inodes else None


@pytest.fixture
def disk(tmp_path) -> Disk:
    return Disk(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock(1_000.0)


@pytest.fixture
def here(disk, clock) -> Place:
    return Place(disk.program, clock=clock, look=disk.look)


def test_as_long_as_nobody_touches_it_nothing_is_said(here, clock) -> None:
    assert here.exchanged() == ""
    clock.now += 86_400
    assert here.exchanged() == ""
    assert not here.moved


def test_another_version_is_told_once_nothing_moves_there_any_more(here, disk, clock) -> None:
    disk.put(disk.program)
    assert here.moved
    assert here.exchanged() == ""
    clock.now += SETTLED_S / 2
    disk.put_about("0.3.0")  # the package is still being unpacked
    assert here.exchanged() == ""
    clock.now += SETTLED_S / 2
    assert here.exchanged() == ""
    clock.now += SETTLED_S / 2
    assert here.exchanged() == "0.3.0"


def test_the_same_version_built_anew_is_another_program_too(here, disk, clock) -> None:
    disk.put(disk.program)
    here.exchanged()
    clock.now += SETTLED_S
    assert here.exchanged() == "0.2.0"


def test_what_was_only_removed_cannot_be_begun_again(here, disk, clock) -> None:
    del disk.inodes[disk.program]
    here.exchanged()
    clock.now += SETTLED_S
    assert here.exchanged() == ""
    assert not here.moved


@pytest.mark.parametrize("body", [b"", b"{}", b"not json"])
def test_half_a_version_is_none(here, disk, clock, body) -> None:
    disk.put(disk.program)
    disk.about.write_bytes(body)
    here.exchanged()
    clock.now += SETTLED_S
    assert here.exchanged() == ""


def test_a_clock_that_was_set_back_keeps_nobody_waiting_for_years(here, disk, clock) -> None:
    disk.put(disk.program)
    disk.put_about("0.3.0")
    here.exchanged()
    clock.now -= 86_400
    assert here.exchanged() == "0.3.0"


def test_a_file_is_known_by_its_inode_while_it_is_open(tmp_path) -> None:
    file, beside = tmp_path / "orangery", tmp_path / "orangery.dpkg-new"
    file.write_bytes(b"old")
    with file.open("rb"):  # as the kernel holds what runs
        before = file_at(file)
        beside.write_bytes(b"new")
        beside.rename(file)
        assert file_at(file) != before
    file.unlink()
    assert file_at(file) is None


def test_from_source_nobody_looks() -> None:
    assert place.here() is None


def test_a_packaged_program_looks_at_itself(tmp_path, monkeypatch) -> None:
    (tmp_path / "orangery").touch()
    monkeypatch.setattr(build, "folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "orangery"))
    assert place.here().exchanged() == ""
