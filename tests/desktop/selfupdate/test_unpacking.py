"""What comes out of the archive of a version: exactly what its signed list says, or nothing."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

import msgspec
import pytest

from desktop.selfupdate import shipped, unpacking
from desktop.selfupdate.shipped import FileList
from desktop.selfupdate.versions import Versions
from firmware.errors import TrustError
from fleet.errors import CommandError, StoreError
from tests.desktop.selfupdate.toys import Toys, add, came_up


@pytest.fixture
def toy(tmp_path: Path) -> Toys:
    made = Toys(tmp_path)
    made.begin()
    return made


def there(toy: Toys) -> list[str]:
    return sorted(one.name for one in (toy.root / "versions").iterdir())


def test_only_what_the_list_names_is_unpacked_with_its_bytes_modes_and_links(toy: Toys) -> None:
    archive, files = toy.archive("2.0", more={"_internal/also": "library"})
    heard: list[tuple[int, int]] = []
    Versions(toy.root, "1.0").unpack(archive, "2.0", files, lambda *at: heard.append(at))
    folder = toy.root / "versions" / "2.0"
    assert shipped.differences(folder, files) == ()
    assert (folder / shipped.NAME).read_bytes() == shipped.write(files)
    assert (folder / "_internal" / "also").readlink() == Path("library")
    assert heard[-1] == (files.size, files.size)
    assert (toy.root / "state").read_text() == "now=1.0\n", "nor what else is in the archive"


def test_unpacking_what_is_here_and_whole_does_nothing(toy: Toys) -> None:
    archive, files = toy.archive("2.0")
    known = Versions(toy.root, "1.0")
    known.unpack(archive, "2.0", files)
    known.unpack(toy.folder / "not read at all", "2.0", files)


def test_a_damaged_version_that_is_not_started_is_unpacked_anew(toy: Toys) -> None:
    archive, files = toy.archive("2.0")
    known = Versions(toy.root, "1.0")
    known.unpack(archive, "2.0", files)
    library = toy.root / "versions/2.0/_internal/library"
    library.write_text("broken")
    known.unpack(archive, "2.0", files)
    assert library.read_text() == "of 2.0"


def test_a_damaged_version_that_is_to_be_started_is_left_alone(toy: Toys) -> None:
    archive, files = toy.archive("2.0")
    known = Versions(toy.root, "1.0")
    known.unpack(archive, "2.0", files)
    known.switch("2.0")
    (toy.root / "versions/2.0/_internal/library").write_text("broken")
    with pytest.raises(CommandError, match="version_in_use"):
        known.unpack(archive, "2.0", files)


BASE = "orangery/versions/2.0"
ROOT = ["orangery", "state", "versions", "working"]


def rebuilt(toy: Toys, change) -> tuple[Path, FileList]:
    """Return the archive with its members changed by `change(tar, member, body)`."""
    archive, files = toy.archive("2.0", more={"_internal/also": "library"})
    other = toy.folder / "other.tar.xz"
    with tarfile.open(archive) as old, tarfile.open(other, "w:xz") as new:
        for member in old:
            body = old.extractfile(member) if member.isreg() else None
            change(new, member, body.read() if body else b"")
    return other, files


def keep(tar: tarfile.TarFile, member: tarfile.TarInfo, body: bytes) -> None:
    if member.isreg():
        add(tar, member.name, body, mode=member.mode)
    else:
        tar.addfile(member)


def bytes_changed(tar, member, body):
    keep(tar, member, body.replace(b"of 2.0", b"of 6.6"))


def longer(tar, member, body):
    keep(tar, member, body + b"x" if member.name.endswith("library") else body)


def one_missing(tar, member, body):
    if not member.name.endswith("library"):
        keep(tar, member, body)


def list_missing(tar, member, body):
    if not member.name.endswith(shipped.NAME):
        keep(tar, member, body)


def another_list(tar, member, body):
    keep(tar, member, body.replace(b"toy", b"top") if member.name.endswith(".json") else body)


def one_more(tar, member, body):
    keep(tar, member, body)
    if member.name.endswith("library"):
        add(tar, f"{BASE}/_internal/more", b"")


def twice(tar, member, body):
    keep(tar, member, body)
    if member.name.endswith("library"):
        keep(tar, member, body)


def out_of_it(tar, member, body):
    keep(tar, member, body)
    if member.name.endswith("library"):
        add(tar, f"{BASE}/../../more/orangery", b"taken over")


def linked_elsewhere(tar, member, body):
    if member.issym():
        member.linkname = "../../../1.0/orangery"
    keep(tar, member, body)


def file_for_link(tar, member, body):
    if member.issym():
        add(tar, member.name, b"library")
    else:
        keep(tar, member, body)


def link_for_file(tar, member, body):
    if member.name.endswith("library"):
        add(tar, member.name, b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")
    else:
        keep(tar, member, body)


def hard_link(tar, member, body):
    if member.name.endswith("library"):
        add(tar, member.name, b"", type=tarfile.LNKTYPE, linkname=f"{BASE}/orangery")
    else:
        keep(tar, member, body)


def a_device(tar, member, body):
    if member.name.endswith("library"):
        add(tar, member.name, b"", type=tarfile.CHRTYPE)
    else:
        keep(tar, member, body)


def no_text(tar, member, body):
    keep(tar, member, body)
    if member.name.endswith("library"):
        add(tar, f"{BASE}/_internal/\udcff\udcfe", b"")


def sparse(tar, member, body):
    if member.name.endswith("library"):
        holes = {"GNU.sparse.map": f"0,{len(body)}", "GNU.sparse.size": str(10**15)}
        add(tar, member.name, body, pax_headers=holes)
    else:
        keep(tar, member, body)


def endless(tar, member, body):
    keep(tar, member, body)
    if member.name == "orangery/state":
        add(tar, "orangery/bomb", b"\0" * (3 << 20))


@pytest.mark.parametrize(
    "change",
    [
        *(bytes_changed, longer, one_missing, list_missing, another_list, one_more, twice),
        *(out_of_it, linked_elsewhere, file_for_link, link_for_file, hard_link, a_device, endless),
        *(no_text, sparse),
    ],
)
def test_an_archive_that_is_not_its_list_leaves_nothing(toy: Toys, change) -> None:
    archive, files = rebuilt(toy, change)
    known = Versions(toy.root, "1.0")
    with pytest.raises(TrustError, match="archive_differs") as told:
        known.unpack(archive, "2.0", files)
    msgspec.json.encode(dict(told.value.facts))  # it is remembered, and told
    assert there(toy) == ["1.0"]
    assert sorted(one.name for one in toy.root.iterdir()) == ROOT
    assert came_up(toy.start()) == "1.0"


def test_an_archive_that_was_only_written_anew_is_the_same(toy: Toys) -> None:
    archive, files = rebuilt(toy, keep)
    Versions(toy.root, "1.0").unpack(archive, "2.0", files)
    assert shipped.differences(toy.root / "versions/2.0", files) == ()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_else_may_write_there_whatever_the_umask(toy: Toys, umask: int) -> None:
    archive, files = toy.archive("2.0", more={"_internal/also": "library"})
    before = os.umask(umask)
    try:
        Versions(toy.root, "1.0").unpack(archive, "2.0", files)
    finally:
        os.umask(before)
    made = toy.root / "versions" / "2.0"
    for one in (made, *made.rglob("*")):
        assert one.is_symlink() or not one.stat().st_mode & 0o022
    assert shipped.differences(made, files) == ()


@pytest.mark.parametrize("body", [b"", b"no archive", b"\xfd7zXZ\0" + bytes(64)])
def test_what_is_no_archive_is_refused(toy: Toys, body: bytes) -> None:
    archive, files = toy.archive("2.0")
    archive.write_bytes(body)
    with pytest.raises(TrustError, match="archive_differs"):
        Versions(toy.root, "1.0").unpack(archive, "2.0", files)


def test_an_archive_cut_short_is_refused(toy: Toys) -> None:
    archive, files = toy.archive("2.0")
    archive.write_bytes(archive.read_bytes()[:-40])
    with pytest.raises(TrustError, match="archive_differs"):
        Versions(toy.root, "1.0").unpack(archive, "2.0", files)


@pytest.mark.parametrize("name", ["2.1", "..", "2.0.part", ""])
def test_a_list_of_another_version_is_refused(toy: Toys, name: str) -> None:
    archive, files = toy.archive("2.0")
    with pytest.raises(TrustError, match="archive_differs"):
        Versions(toy.root, "1.0").unpack(archive, name, files)


def test_a_full_disk_is_told_before_anything_is_written(toy: Toys, monkeypatch) -> None:
    archive, files = toy.archive("2.0")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 8, 1_000_000))
    with pytest.raises(StoreError) as refused:
        Versions(toy.root, "1.0").unpack(archive, "2.0", files)
    assert refused.value.code == "version_no_room"
    assert refused.value.facts["free"] == "1"
    assert there(toy) == ["1.0"]


def test_a_disk_that_fills_meanwhile_is_told_and_leaves_nothing(toy: Toys, monkeypatch) -> None:
    archive, files = toy.archive("2.0")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(unpacking.os, "fsync", full)
    with pytest.raises(StoreError, match="disk_full"):
        Versions(toy.root, "1.0").unpack(archive, "2.0", files)
    assert there(toy) == ["1.0"]


def test_only_one_process_works_at_a_time(toy: Toys) -> None:
    archive, files = toy.archive("2.0")
    known = Versions(toy.root, "1.0")
    with known._working(), pytest.raises(CommandError, match="renewal_under_way"):
        known.unpack(archive, "2.0", files)
    with known._working():
        assert known.tidy() == ()
