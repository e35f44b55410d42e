"""The weekly reading of the stage: all of it, piece by piece, and nothing spoilt stays."""

import hashlib
import os

import pytest

from firmware import scrub
from firmware.scrub import EVERY_S, Scrub
from firmware.stage import Keep, Stage
from fleet.errors import StoreError
from tests.firmware.cuts import cut

NOW = 1_795_770_000.0
BODIES = (b"lamp", os.urandom(10_000), b"plug")


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(scrub, "PIECE", 4_000)


@pytest.fixture
def stage(tmp_path):
    return filled(tmp_path / "stage")


def filled(folder):
    stage = Stage(folder)
    for body in BODIES:
        path = stage.path(hashlib.sha256(body).hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return stage


@pytest.fixture
def place(tmp_path):
    return tmp_path / "scrub.json"


def whole_round(scrub, now=NOW):
    """Every damage that one round finds."""
    found = []
    while scrub.due(now):
        found.append(scrub.step(now))
    return [one for one in found if one]


def spoil(stage, body=BODIES[1], at=9_999):
    path = stage.path(hashlib.sha256(body).hexdigest())
    path.write_bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
    return path


def test_a_stage_is_read_once_a_week(stage, place):
    reader = Scrub(stage, place)
    assert reader.due(NOW)
    assert whole_round(reader) == []
    assert not reader.due(NOW + EVERY_S - 1)
    assert reader.due(NOW + EVERY_S)


def test_a_clock_that_was_set_back_does_not_put_it_off_for_years(stage, place):
    reader = Scrub(stage, place)
    whole_round(reader)
    assert reader.due(NOW - 365 * 86_400)


def test_a_spoilt_file_is_removed_and_named_with_why_it_was_held(stage, place):
    path = spoil(stage)
    stage.hold({path.name: Keep.UNDO})
    [damage] = whole_round(Scrub(stage, place))
    assert (damage.sha256, damage.held, damage.at) == (path.name, "undo", NOW)
    assert not path.exists()
    assert len(stage.digests()) == len(BODIES) - 1


def test_a_file_that_the_disk_does_not_give_any_more_is_spoilt(stage, place, monkeypatch):
    reader = Scrub(stage, place)

    def broken(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "posix_fadvise", broken)
    assert len(whole_round(reader)) == len(BODIES)
    assert stage.digests() == []


def test_a_fault_that_says_nothing_of_the_disk_removes_nothing(stage, place, monkeypatch):
    def denied(*_):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(os, "posix_fadvise", denied)
    assert whole_round(Scrub(stage, place)) == []
    assert len(stage.digests()) == len(BODIES)


def test_a_step_reads_no_more_than_a_piece(stage, place, monkeypatch):
    read = []
    piece = Scrub._piece
    monkeypatch.setattr(
        Scrub, "_piece", lambda self, one: (piece(self, one), read.append(one.have))[0]
    )
    whole_round(Scrub(stage, place))
    assert max(now - before for before, now in zip([0, *read], read, strict=False)) <= 4_000
    assert 10_000 in read


def test_after_a_restart_the_round_goes_on_behind_the_last_whole_file(stage, place, monkeypatch):
    first = Scrub(stage, place)
    while not place.exists():
        first.step(NOW)
    first.close()
    opened = []
    path = stage.path
    monkeypatch.setattr(stage, "path", lambda sha256: (opened.append(sha256), path(sha256))[1])
    whole_round(Scrub(stage, place))
    assert opened == stage.digests()[1:]


def test_nothing_is_read_while_a_file_is_being_brought(stage, place):
    stage._claims["a" * 64] = 1
    assert not Scrub(stage, place).due(NOW)


def test_a_file_that_was_brought_anew_meanwhile_stays(stage, place):
    path = spoil(stage)
    reader = Scrub(stage, place)
    while reader._reading is None or reader._reading.sha256 != path.name:
        reader.step(NOW)
    path.with_suffix(".new").write_bytes(BODIES[1])
    path.with_suffix(".new").replace(path)
    assert whole_round(reader) == []
    assert path.read_bytes() == BODIES[1]


def test_a_file_that_is_cleaned_away_meanwhile_is_no_damage(stage, place):
    reader = Scrub(stage, place)
    reader.step(NOW)
    for digest in stage.digests():
        stage.path(digest).unlink()
    assert whole_round(reader) == []


def test_a_note_that_cannot_be_read_only_costs_another_round(stage, place):
    whole_round(Scrub(stage, place))
    place.write_bytes(b"\xff{")
    assert Scrub(stage, place).due(NOW)


def test_a_note_that_cannot_be_kept_is_said_and_the_round_goes_on_behind_the_file(stage, tmp_path):
    (tmp_path / "full").write_text("no folder")
    reader = Scrub(stage, tmp_path / "full" / "scrub.json")
    refused = [attempt(reader) for _ in range(50) if reader.due(NOW)]
    codes = [code for code in refused if code]
    assert codes == ["store_unwritable"] * (len(BODIES) + 1)


def attempt(reader):
    """Do one step; the code of what it raised."""
    try:
        reader.step(NOW)
    except StoreError as error:
        return error.code
    return ""


def test_a_power_cut_loses_only_how_far_a_round_has_come(tmp_path):
    house = tmp_path / "house"
    digests = set(filled(house / "stage").digests())
    bad = spoil(Stage(house / "stage")).name
    found = cut(house, lambda: whole_round(Scrub(Stage(house / "stage"), house / "scrub.json")))
    for number, world in enumerate(found.worlds):
        stage = Stage(world.lay(tmp_path / f"world-{number}") / "stage")
        whole_round(Scrub(stage, tmp_path / f"world-{number}" / "scrub.json"), NOW + EVERY_S)
        assert set(stage.digests()) == digests - {bad}, world.name
