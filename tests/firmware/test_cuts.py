"""A power cut at any instant of staging, of a refresh, of a key or of a bundle: old or new."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware import bundle, durable, keys
from firmware.stage import Stage
from firmware.trust import Maker, Trust, TrustError
from fleet import store
from tests.firmware.cuts import World, cut, never_neither, operations, stop
from tests.firmware.simulator import LAMP, Simulator

WORDS = "correct horse battery"
NAMES = store.migrations("names")


@NAMES()
def create(db):
    db["name"].create({"name": str})


# --- the enumerator itself -----------------------------------------------------------------------


def test_a_file_that_is_not_synced_is_found_broken(tmp_path):
    def careless():
        (tmp_path / "house" / "a.part").write_bytes(b"whole")
        (tmp_path / "house" / "a.part").rename(tmp_path / "house" / "a")

    left = {world.tree.get("a") for world in cut(tmp_path / "house", careless).worlds}
    assert left == {None, b"", b"wh", bytes(5), b"whole"}


def test_a_rename_whose_folder_is_not_synced_may_be_undone(tmp_path):
    house = tmp_path / "house"

    def careless():
        with (house / "a.part").open("wb") as file:
            file.write(b"whole")
            file.flush()
            os.fsync(file.fileno())
        (house / "a.part").rename(house / "a")

    ends = [world.tree for world in cut(house, careless).worlds if world.told]
    assert ends == [{"a": b"whole"}, {}]


def test_a_durable_write_is_on_the_disk_when_it_returns_with_the_folders_above(tmp_path):
    house = tmp_path / "house"
    found = cut(house, lambda: durable.write(house / "b" / "c" / "a", b"whole"))
    assert [world.tree for world in found.worlds if world.told] == [
        {"b": None, "b/c": None, "b/c/a": b"whole"}
    ]
    assert {world.tree.get("b/c/a") for world in found.worlds} == {None, b"whole"}
    assert operations(found.operations) == {"mkdir", "create", "write", "fsync", "replace"}


def test_what_is_durably_removed_stays_away(tmp_path):
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "a").write_bytes(b"x")
    found = cut(tmp_path / "house", lambda: durable.remove(tmp_path / "house" / "a"))
    assert [world.tree for world in found.worlds if world.told] == [{}]


def test_a_renamed_folder_has_one_of_its_names_and_in_it_what_was_synced(tmp_path):
    house = tmp_path / "house"

    def renamed():
        durable.write(house / "a.part" / "synced", b"whole")
        (house / "a.part" / "not").write_bytes(b"lost")
        (house / "a.part").rename(house / "a")

    ends = [world.tree for world in cut(house, renamed).worlds if world.told]
    assert {frozenset(tree) for tree in ends} >= {
        frozenset({"a", "a/synced", "a/not"}),
        frozenset({"a.part", "a.part/synced"}),
    }
    assert {tree.get("a/synced", tree.get("a.part/synced")) for tree in ends} == {b"whole"}


def test_a_renamed_folder_whose_parent_is_synced_has_its_new_name(tmp_path):
    house = tmp_path / "house"

    def renamed():
        durable.write(house / "a.part" / "synced", b"whole")
        (house / "a.part").rename(house / "a")
        handle = os.open(house, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)

    ends = [world.tree for world in cut(house, renamed).worlds if world.told]
    assert ends == [{"a": None, "a/synced": b"whole"}]


@pytest.mark.parametrize(("full", "left"), [(True, [1]), (False, [0, 1])])
def test_a_commit_is_on_the_disk_only_where_sqlite_syncs_it(tmp_path, full, left):
    house = tmp_path / "house"
    store.Store.open(house / "a.sqlite", NAMES, durable=True).close()

    def insert():
        kept.append(store.Store.open(house / "a.sqlite", NAMES, durable=full))
        with kept[0].write() as db:
            db.execute("INSERT INTO name VALUES ('x')")

    def rows(world: World, place: Path) -> int:
        with store.Store.open(world.lay(place) / "a.sqlite", NAMES) as file:
            return len(file.rows("SELECT * FROM name"))

    kept: list[store.Store] = []
    found = cut(house, insert)
    kept[0].close()  # within the action it would bring the log into the file
    assert "commit a.sqlite" in found.operations
    counts = [
        rows(world, tmp_path / f"world-{number}")
        for number, world in enumerate(found.worlds)
        if world.told
    ]
    assert sorted(set(counts)) == left


def test_an_action_is_stopped_before_and_after_each_operation_and_does_nothing_more(tmp_path):
    for after, there in ((False, [0, 0, 0, 0, 1]), (True, [0, 0, 0, 1, 1])):
        for number, expected in enumerate(there):
            house = tmp_path / f"house-{after}-{number}"
            assert stop(house, lambda at=house: durable.write(at / "a", b"x"), number, after=after)
            assert (house / "a").exists() is bool(expected)
    house = tmp_path / "house"
    assert not stop(house, lambda: durable.write(house / "a", b"x"), 5, after=False)


# --- the house -----------------------------------------------------------------------------------


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.files = {LAMP: os.urandom(3_000)}
    mirror.add_bundle()
    mirror.publish()
    return mirror


def refreshed(folder: Path, maker: Maker) -> None:
    trust = Trust(folder, [maker])
    try:
        trust.refresh("acme")
    finally:
        trust.close()


@pytest.fixture
def opened():
    """Houses that stay open: closing the store would sync what a commit should have."""
    houses: list[Trust] = []
    yield houses
    for trust in houses:
        trust.close()


def refreshing(opened: list[Trust], folder: Path, maker: Maker) -> Callable[[], None]:
    def action() -> None:
        opened.append(Trust(folder, [maker]))
        opened[-1].refresh("acme")

    return action


def whole_memory(trust: Trust) -> int:
    """The week's counter, after a look at whether all that is kept belongs to that week."""
    week = trust.standing("acme").week
    kept = trust.mirror_files("acme")
    if week is None:
        return 0
    [manifest] = [body for name, body in kept.items() if name.startswith("targets/")]
    assert json.loads(manifest)["counter"] == week.counter
    timestamp = json.loads(kept["metadata/timestamp.json"])["signed"]["version"]
    assert timestamp == week.counter
    snapshot = json.loads(kept[f"metadata/{timestamp}.snapshot.json"])["signed"]
    for role, meta in snapshot["meta"].items():
        assert f"metadata/{meta['version']}.{role}" in kept
    return week.counter


def test_a_refresh_is_whole_or_was_not_and_an_older_mirror_stays_refused(sim, opened, tmp_path):
    house, older = tmp_path / "house", sim.copy(tmp_path / "older")
    sim.publish()
    middle = sim.copy(tmp_path / "middle")
    refreshed(house, sim.maker())
    sim.publish()

    def look(folder: Path) -> int:
        trust = Trust(folder, [sim.maker()])
        try:
            counter = whole_memory(trust)
            stale = older if counter == 2 else middle
            with pytest.raises(TrustError, match="mirror_rolled_back"):
                trust.refresh("acme", str(stale))
            assert whole_memory(trust) == counter
            assert trust.refresh("acme").counter == 3
        finally:
            trust.close()
        return counter

    found = never_neither(tmp_path, house, refreshing(opened, house, sim.maker()), look)
    assert {"commit", "write", "unlink", "rmdir", "replace"} <= operations(found.operations)


@pytest.mark.slow
def test_the_first_refresh_of_a_house_is_whole_or_was_not(sim, opened, tmp_path):
    def look(folder: Path) -> int:
        trust = Trust(folder / "trust", [sim.maker()])
        try:
            counter = whole_memory(trust)
            assert trust.refresh("acme").counter == 1
        finally:
            trust.close()
        return counter

    house = tmp_path / "house"
    never_neither(tmp_path, house, refreshing(opened, house / "trust", sim.maker()), look)


def test_a_newer_root_sticks_once_a_refresh_has_failed_behind_it(sim, opened, tmp_path):
    house = tmp_path / "house"
    refreshed(house, sim.maker())
    sim.rotate()
    sim.file("timestamp").write_bytes(b"{}")

    def look(folder: Path) -> bool:
        trust = Trust(folder, [sim.maker()])
        try:
            assert whole_memory(trust) == 1
            return "metadata/2.root.json" in trust.mirror_files("acme")
        finally:
            trust.close()

    never_neither(tmp_path, house, refreshing(opened, house, sim.maker()), look)


@pytest.fixture
def trust(sim, tmp_path):
    house = Trust(tmp_path / "trust", [sim.maker()])
    house.refresh("acme")
    yield house
    house.close()


def staged(folder: Path, trust: Trust, sim: Simulator) -> bool:
    """Whether the file is in the stage, whole; then it is brought there."""
    [target] = trust.standing("acme").week.targets
    stage = Stage(folder / "stage")
    there = stage.has(target.sha256)
    assert not there or stage.path(target.sha256).read_bytes() == sim.files[LAMP]
    assert stage.fetch(trust, "acme", target).path.read_bytes() == sim.files[LAMP]
    return there


def test_a_staged_file_is_whole_or_absent_and_is_fetched_on(trust, sim, tmp_path):
    house = tmp_path / "house"
    found = never_neither(
        tmp_path, house, lambda: staged(house, trust, sim), lambda at: staged(at, trust, sim)
    )
    assert operations(found.operations) == {"mkdir", "create", "write", "fsync", "replace"}


def test_a_part_that_was_spoilt_by_one_cut_survives_the_next(trust, sim, tmp_path):
    house = tmp_path / "house"
    [target] = trust.standing("acme").week.targets
    part = Stage(house / "stage").path(target.sha256).with_suffix(".part")
    durable.write(part, bytes(1_000))
    never_neither(
        tmp_path, house, lambda: staged(house, trust, sim), lambda at: staged(at, trust, sim)
    )


# --- keys and bundles ----------------------------------------------------------------------------


def test_a_key_is_there_with_both_halves_or_making_it_again_finishes_it(tmp_path):
    house = tmp_path / "house"

    def make(folder: Path) -> keys.PublicKey:
        return keys.make(folder / "keys", "anna", WORDS, stretch=keys.Stretch(2**14))

    def look(folder: Path) -> str:
        for key in keys.listed(folder / "keys"):
            assert keys.sign(key, WORDS, b"still here")
            return key.keyid
        return ""

    found = never_neither(tmp_path, house, lambda: make(house), look)
    unfinished = [world for world in found.worlds if "keys/anna.pem" in world.tree]
    for number, world in enumerate([found.worlds[0], *unfinished]):
        folder = world.lay(tmp_path / f"again-{number}")
        if not look(folder):
            made = make(folder)
            assert keys.listed(folder / "keys") == (made,)


@pytest.mark.slow
def test_a_private_key_is_never_readable_by_others_at_any_instant(tmp_path):
    house = tmp_path / "house"
    modes = set()

    def note(number: int) -> bool:
        at = tmp_path / f"house-{number}"
        more = stop(at, lambda: keys.make(at, "anna", WORDS), number, after=True)
        modes.update(file.stat().st_mode & 0o077 for file in at.glob("anna.pem*"))
        return more

    number = 0
    while note(number):
        number += 1
    assert modes == {0}
    assert not house.exists()


def test_a_bundle_is_the_old_one_or_the_new_one(sim, tmp_path):
    house = tmp_path / "house"
    stick = house / "acme.bundle"
    bundle.write(sim.folder, sim.week, stick)
    sim.publish()

    def look(folder: Path) -> int:
        trust = Trust(folder / "trust", [sim.maker("http://127.0.0.1:9/")])
        try:
            return trust.refresh("acme", str(folder / stick.name)).counter
        finally:
            trust.close()

    never_neither(tmp_path, house, lambda: bundle.write(sim.folder, sim.week, stick), look)


def test_a_first_bundle_is_whole_or_absent(sim, tmp_path):
    house = tmp_path / "house"

    def look(folder: Path) -> bool:
        there = (folder / "out" / "acme.bundle").exists()
        if there:
            bundle.Bundle(folder / "out" / "acme.bundle").close()
        return there

    stick = house / "out" / "acme.bundle"
    never_neither(tmp_path, house, lambda: bundle.write(sim.folder, sim.week, stick), look)
