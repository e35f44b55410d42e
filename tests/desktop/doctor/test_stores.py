"""Databases of all kinds of harm, who has the house open, and what faults left behind."""

import os
import time

import pytest

from desktop.app import Household
from desktop.doctor import patient, stores
from desktop.doctor.finding import Mark
from desktop.doctor.patient import Patient
from fleet.store import HouseLock
from tests.desktop.homes import furnish
from tests.desktop.older_houses import DAYS, furnish_of, of_tomorrow


@pytest.fixture
def folder(tmp_path):
    with Household(furnish(tmp_path / "house")):
        pass
    return tmp_path / "house"


def found(look, folder):
    return list(look(Patient(folder=folder, now=time.time())))


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_whole_databases_are_good_and_nothing_is_left_by_looking(folder):
    before = names(folder)
    (good,) = found(stores.databases, folder)
    assert (good.mark, good.code, good.facts["count"]) == (Mark.GOOD, "database_good", "5")
    assert names(folder) == before


def test_each_damaged_one_is_named_and_what_to_do_is_that_of_the_error(folder):
    for name in ("house.sqlite", "trust/trust.sqlite"):
        (folder / name).write_bytes(b"damaged" * 1_000)
    ill = found(stores.databases, folder)
    assert [one.code for one in ill] == ["store_corrupt", "store_corrupt"]
    assert [one.facts["path"].removeprefix(f"{folder}/") for one in ill] == [
        "trust/trust.sqlite",
        "house.sqlite",
    ]


def test_one_of_a_newer_program_is_wrong(folder):
    of_tomorrow(folder / "house.sqlite")
    (ill,) = found(stores.databases, folder)
    assert (ill.mark, ill.code) == (Mark.WRONG, "store_newer")


def test_one_of_an_earlier_program_is_to_be_looked_at(tmp_path):
    folder = furnish_of(min(DAYS), tmp_path / "old")
    ill = found(stores.databases, folder)
    assert {one.code for one in ill} == {"database_waits"}
    assert "measure" in [one.facts["change"] for one in ill]


def test_settings_that_cannot_be_read_are_told_there_too(folder):
    (folder / "settings.json").write_text('{"theme":')
    (folder / "brokers.json").write_text("{")
    ill = patient.of(folder)
    assert [one.code for one in stores.databases(ill)] == ["settings_unreadable", "settings_broken"]


def test_no_databases_cannot_be_looked_at(tmp_path):
    assert [one.code for one in found(stores.databases, tmp_path)] == ["database_none"]


# --- who has it open -----------------------------------------------------------------------------


def test_a_closed_house_is_good(folder):
    (good,) = found(stores.owner, folder)
    assert (good.mark, good.code) == (Mark.GOOD, "house_not_open")


def test_a_house_that_runs_is_good_and_says_whose_it_is(folder):
    with Household(folder):
        (good,) = stores.owner(patient.of(folder))
    assert good.code == "house_runs"
    assert good.facts == {"pid": str(os.getpid()), "devices": "0"}


def test_one_that_holds_the_house_and_does_not_answer_is_wrong(folder):
    with HouseLock(folder):
        (ill,) = stores.owner(patient.of(folder))
    assert (ill.mark, ill.code, ill.facts["pid"]) == (Mark.WRONG, "house_silent", str(os.getpid()))


def test_a_pid_that_was_left_in_the_lock_holds_nothing(folder):
    (folder / "lock").write_text("1\n")
    assert [one.code for one in found(stores.owner, folder)] == ["house_not_open"]


def test_no_house_is_to_be_looked_at(tmp_path):
    assert [one.code for one in found(stores.owner, tmp_path / "none")] == ["house_missing"]
