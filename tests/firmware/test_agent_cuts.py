"""A power cut at every step of the installer, of both classes: it always boots, and says what.

The steps are enumerated by tests/firmware/cuts.py: each write, fsync, rename, unlink, truncation
and new folder, with what nobody synced lost or half there; and once more during the recovery.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware.agent_offer import Me, Offered
from firmware.agent_partial import PartialVerifier, read_pins
from firmware.agent_report import Reporter
from firmware.agent_slots import Header, Last, Slots, image
from firmware.agent_verify import Verifier
from tests.firmware.cuts import Cuts, World, cut, never_neither, operations, stop
from tests.firmware.releases import Chunked, Maker, Mirror, Release

ME = Me(id="lamp", vendor="acme", model="lamp", hardware="A")
FACTORY = Header(vendor="acme", model="lamp", version="1.0.0", counter=1, hardware=("A", "B"))
OLD = image(FACTORY, b"factory")
BODY = b"new firmware " * 1_500
GOOD, BAD = Chunked(body=BODY), Chunked(body=BODY, fails_on=("A",))
ENDS = {"committed", "rolled_back", "failed"}


class Device:
    """One device's code over whatever folder it is given."""

    def __init__(self, kind: str, release: Release) -> None:
        self.kind, self.release = kind, release
        maker = Maker()
        self.files = maker.publish(release)
        self.root = maker.root
        self.pins = read_pins(self.files["metadata/1.targets.json"], "lamp")

    def life(self, folder: Path) -> str:
        """From the first boot over one update to the last word on it."""
        slots = self.started(folder)
        self.update(slots)
        return self.boots(slots)

    def started(self, folder: Path) -> Slots:
        slots = Slots(folder)
        slots.found(FACTORY)
        Reporter(ME.id, slots).report()
        return slots

    def update(self, slots: Slots) -> None:
        offer = Offered(transfer="t1", path=self.release.path)
        mirror = Mirror(self.files)
        checker = (
            Verifier(slots.folder, self.root, ME, offer, mirror)
            if self.kind == "full"
            else PartialVerifier(slots, self.pins, ME, offer, mirror)
        )
        checker.judge(slots.runs)
        slots.remember(Last("t1", "accepted"))
        about = checker.fetch(slots.part, lambda _: None)
        slots.remember(Last("t1", "installing"))
        slots.install("t1", about.counter)
        slots.remember(Last("t1", "rebooting"))

    def boots(self, slots: Slots) -> str:
        while (booted := slots.boot()).trial:
            if wrong := booted.unwell(ME.hardware):
                slots.fall_back(booted.trial, wrong)
            else:
                slots.commit(booted.trial)
        return booted.header.version

    def revived(self, folder: Path) -> str:
        """Boot after a cut, assert what must hold, and return the version that runs."""
        slots = self.started(folder)
        version = self.boots(slots)
        whole = {"1.0.0": OLD, "2.0.0": self.release.image}[version]
        assert (folder / slots.active / "image").read_bytes() == whole
        assert slots.runs.counter == {"1.0.0": 1, "2.0.0": 2}[version]
        assert Reporter(ME.id, slots).report().version == version
        if (last := slots.last) is not None:
            assert last.phase in ENDS, "it says how it ended"
            assert (last.phase == "committed") is (version == "2.0.0")
        return version

    def takes_the_next(self, folder: Path) -> None:
        """Assert that the same update, offered anew, still succeeds."""
        slots = Slots(folder)
        if slots.runs.header.version == "1.0.0":
            self.update(slots)
            assert self.boots(slots) == "2.0.0"


@pytest.fixture(params=["full", "partial"])
def kind(request) -> str:
    return request.param


def worlds(tmp_path: Path, action: Callable[[Path], object]) -> Cuts:
    folder = tmp_path / "device"
    return cut(folder, lambda: action(folder))


def each(found: Cuts, tmp_path: Path, look: Callable[[World, Path], None]) -> None:
    for number, world in enumerate(found.worlds):
        place = tmp_path / f"world-{number}"
        place.mkdir()
        try:
            look(world, world.lay(place))
        except BaseException as error:
            error.add_note(f"after the cut {world.name}")
            raise
        shutil.rmtree(place)


def test_a_cut_at_any_step_leaves_the_old_or_the_new_and_the_next_update_works(kind, tmp_path):
    device = Device(kind, GOOD)
    found = worlds(tmp_path, device.life)
    assert {"create", "write", "fsync", "replace", "unlink", "mkdir"} <= operations(
        found.operations
    )
    seen = set()

    def look(world: World, folder: Path) -> None:
        version = device.revived(folder)
        seen.add(version)
        assert version == "2.0.0" or not world.told
        device.takes_the_next(folder)

    each(found, tmp_path, look)
    assert seen == {"1.0.0", "2.0.0"}


def test_a_cut_at_any_step_of_a_bad_image_leaves_the_old(kind, tmp_path):
    device = Device(kind, BAD)

    def look(world: World, folder: Path) -> None:
        assert device.revived(folder) == "1.0.0", world.name

    each(worlds(tmp_path, device.life), tmp_path, look)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_second_cut_during_the_recovery_leaves_the_old_or_the_new(kind, tmp_path):
    device = Device(kind, GOOD)
    found = worlds(tmp_path, device.life)
    pairs = 0

    def look(world: World, folder: Path) -> None:
        nonlocal pairs
        if not any(word in world.name for word in ("replace", "unlink", "told", "truncate")):
            return
        again = cut(folder, lambda: device.revived(folder))
        for number, second in enumerate(again.worlds):
            pairs += 1
            place = folder.with_name(f"{folder.name}-{number}")
            place.mkdir()
            version = device.revived(second.lay(place))
            assert version == "2.0.0" or not world.told, second.name
            shutil.rmtree(place)

    each(found, tmp_path, look)
    assert pairs > len(found.worlds), "cuts in pairs"


def test_a_key_once_told_is_the_devices_for_ever(tmp_path):
    def look(folder: Path) -> str:
        slots = Slots(folder)
        slots.found(FACTORY)
        had = (folder / "key").exists()
        key = Reporter(ME.id, slots).pubkey
        assert Reporter(ME.id, slots).pubkey == key
        return key if had else ""

    house = tmp_path / "device"
    Slots(house).found(FACTORY)
    never_neither(tmp_path / "look", house, lambda: Reporter(ME.id, Slots(house)).pubkey, look)


def test_the_key_is_never_readable_by_others_at_any_instant(tmp_path):
    modes = set()

    def note(number: int) -> bool:
        slots = Slots(tmp_path / f"device-{number}")
        slots.found(FACTORY)
        more = stop(slots.folder, lambda: Reporter(ME.id, slots).pubkey, number, after=True)
        modes.update(file.stat().st_mode & 0o077 for file in slots.folder.glob("key*"))
        return more

    number = 0
    while note(number):
        number += 1
    assert modes == {0}


def test_a_reports_number_once_told_is_never_told_again(tmp_path):
    house = tmp_path / "device"
    slots = Slots(house)
    slots.found(FACTORY)
    Reporter(ME.id, slots).report()

    def look(folder: Path) -> int:
        return Reporter(ME.id, Slots(folder)).report().number

    never_neither(tmp_path / "look", house, lambda: look(house), look)
