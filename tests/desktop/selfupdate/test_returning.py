"""The first start after going back: the house of before opens, and a report is offered once."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from desktop import crashes, repair
from desktop.app import Household
from desktop.crashes import Crash, Ended
from desktop.house_file import STORES
from desktop.opening import Opening
from desktop.selfupdate import returning
from desktop.selfupdate.versions import Versions
from fleet.errors import StoreError
from fleet.store import Store
from tests.desktop.older_houses import DAYS, furnish_of, of_tomorrow
from tests.desktop.selfupdate.toys import Toys
from tests.firmware.cuts import cut, operations

NOW = 1_764_000_000.0


@pytest.fixture
def versions(tmp_path: Path, monkeypatch) -> Versions:
    """This process is version 1.0, to which the launcher went back from 2.0."""
    toy = Toys(tmp_path)
    known = toy.begin()
    went_back(known)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(toy.root / "versions/1.0/orangery"))
    return known


def went_back(known: Versions, more: str = "") -> None:
    (known.root / "state").write_text(f"now=1.0\nproven=yes\nfailed=2.0\n{more}")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house whose databases version 2.0 changed before it failed."""
    folder = furnish_of(min(DAYS), tmp_path / "home")
    with Household(folder):
        pass
    for name in ("house.sqlite", "rollout.sqlite"):
        of_tomorrow(folder / name)
    return folder


def test_a_house_that_the_failed_version_changed_opens_again(house, versions) -> None:
    with Household(house) as opened:
        assert len(opened.client.snapshot().devices) == 1
    assert sorted(one.name for one in house.glob("*.aside-1")) == [
        "house.sqlite.aside-1",
        "rollout.sqlite.aside-1",
    ]
    assert crashes.take(house).put_back == 2


def test_so_does_the_window(house, versions) -> None:
    with Opening(house) as opening:
        opening.begin().result(30)
        assert len(opening.snapshot().devices) == 1


@pytest.mark.timeout(300)
def test_a_cut_at_any_step_of_it_leaves_a_house_that_the_next_start_opens(
    house, versions, tmp_path
) -> None:
    found = cut(house, lambda: returning.put_back(house))
    for number, world in enumerate(found.worlds):
        place = tmp_path / f"world-{number}"
        place.mkdir()
        world.lay(place)
        returning.put_back(place)
        assert repair.newer(place) == (), world.name
        for name, migrations in STORES.items():
            with Store.open(place / name, migrations) as store:
                assert name != "house.sqlite" or len(store.rows("SELECT * FROM device")) == 1
        shutil.rmtree(place)
    assert {"replace", "commit", "fsync"} <= operations(found.operations)
    assert len(found.worlds) > 50


def test_a_report_is_offered_once_with_the_traces_that_the_version_left(tmp_path, versions) -> None:
    crashes.leave(tmp_path, a_crash("2.0", "Traceback\nKeyError: 3"))
    crashes.leave(tmp_path, a_crash("0.9", "of another day"))
    returning.tell(tmp_path, 0, now=NOW)
    assert crashes.take(tmp_path) == Crash(
        ended=Ended.WENT_BACK,
        at=NOW,
        what="start",
        version="2.0",
        trace="Traceback\nKeyError: 3",
        others=1,
    )
    returning.tell(tmp_path, 0, now=NOW + 60)
    assert (crashes.take(tmp_path), versions.state().failed) == (None, "2.0")


def a_crash(version: str, trace: str) -> Crash:
    return Crash(ended=Ended.EXCEPTION, at=NOW - 9, what="window", version=version, trace=trace)


def test_of_a_version_that_had_worked_nothing_is_put_back_unasked(house, versions) -> None:
    went_back(versions, "worked=yes\ntold=yes\n")
    with pytest.raises(StoreError, match="store_newer"), Household(house):
        pass
    assert crashes.take(house) is None


def test_where_no_copy_fits_the_house_says_so_and_the_report_waits(house, versions) -> None:
    for copy in repair.copies(house):
        copy.file.unlink()
    with pytest.raises(StoreError, match="no_copy_fits"), Household(house):
        pass
    assert not versions.state().told


def test_a_version_that_is_started_by_hand_changes_nothing(house, versions, monkeypatch) -> None:
    monkeypatch.setattr(sys, "executable", str(versions.root / "versions/2.0/orangery"))
    returning.tell(house, 0)
    assert (returning.put_back(house), versions.state().told) == (0, False)
    assert repair.newer(house)


@pytest.mark.parametrize(
    "said",
    ["now=1.0\nproven=yes\n", "now=1.0\nbefore=0.9\nfailed=0.9.5\n"],
    ids=["nothing failed", "on trial itself"],
)
def test_any_other_start_changes_nothing(house, versions, said) -> None:
    (versions.root / "state").write_text(said)
    returning.tell(house, 0)
    assert (returning.put_back(house), crashes.take(house)) == (0, None)
