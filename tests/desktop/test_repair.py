"""Repair touches what is damaged and nothing else; tests/desktop/test_bad_input.py has the rest."""

import pytest

from desktop.app import Household
from desktop.repair import repair
from fleet.errors import StoreError
from fleet.store import HouseLock
from tests.desktop.homes import furnish


@pytest.fixture
def folder(tmp_path):
    with Household(furnish(tmp_path)):
        pass
    return tmp_path


def damage(folder, name):
    (folder / name).write_bytes(b"damaged" * 1000)


def test_a_sound_house_is_left_as_it_is(folder):
    before = sorted(file.name for file in folder.rglob("*"))
    assert repair(folder) == ()
    assert sorted(file.name for file in folder.rglob("*")) == before


def test_only_the_damaged_files_get_another_name(folder):
    damage(folder, "rollout.sqlite")
    damage(folder, "reports.sqlite")
    done = repair(folder)
    assert [one.code for one in done] == ["begins_anew_reports", "begins_anew_rollout"]
    assert [one.kept.name for one in done] == ["reports.sqlite.aside-1", "rollout.sqlite.aside-1"]
    assert (folder / "house.sqlite").exists()


def test_a_second_damage_does_not_take_the_name_of_the_first(folder):
    for number in (1, 2):
        damage(folder, "house.sqlite")
        assert repair(folder)[0].kept.name == f"house.sqlite.aside-{number}"
        with Household(folder):
            pass


def test_the_memory_of_makers_is_only_set_aside_by_consent(folder):
    damage(folder, "house.sqlite")
    damage(folder, "trust/trust.sqlite")
    with pytest.raises(StoreError, match="trust_damaged"):
        repair(folder)
    assert (folder / "house.sqlite").exists()
    assert len(repair(folder, trust=True)) == 2


def test_what_was_agreed_on_begins_anew_too(folder):
    damage(folder, "agreed.sqlite")
    assert [one.code for one in repair(folder)] == ["begins_anew_agreed"]


def test_a_house_in_use_is_not_touched(folder):
    damage(folder, "house.sqlite")
    with HouseLock(folder), pytest.raises(StoreError, match="house_locked"):
        repair(folder)
    assert (folder / "house.sqlite").exists()
