"""The part that has the stage looked after: only at idle, told of, and mended where it matters."""

import pytest

from desktop import door, wire
from desktop.upkeep import Upkeep
from firmware.scrub import EVERY_S, Damage, Scrub
from firmware.stage import Keep, Stage
from firmware.trust import Trust
from fleet.house import Batch
from fleet.model import Snapshot
from tests.desktop.scripted import Later, ScriptedHouse
from tests.firmware.simulator import LAMP, Simulator

NOW = 1_795_770_000.0


class Rig:
    def __init__(self, folder):
        self.folder = folder
        self.sim = Simulator(folder / "mirror")
        self.sim.publish()
        self.trust = Trust(folder / "trust", [self.sim.maker()])
        [self.lamp] = self.trust.refresh("acme").targets
        self.stage = Stage(folder / "stage")
        self.path = self.stage.fetch(self.trust, "acme", self.lamp).path
        self.house, self.pool = ScriptedHouse(), Later()
        self.scrub = Scrub(self.stage, folder / "scrub.json")
        self.part = Upkeep(self.house, self.trust, self.stage, self.pool, self.scrub)

    def turn(self, now=NOW):
        outcome = self.part.take(Batch(now=now, devices={}))
        for action in outcome.then:
            action()
        self.house.settle(outcome)
        return outcome

    def read_all(self):
        while self.turn().then:
            self.pool.run()

    @property
    def damage(self):
        return self.house.facts["damage"].get(self.lamp.sha256)


@pytest.fixture
def rig(tmp_path):
    found = Rig(tmp_path)
    yield found
    found.scrub.close()
    found.trust.close()


def test_one_piece_at_a_time_is_read(rig):
    assert rig.turn().then
    assert not rig.turn().then
    rig.pool.run()
    assert rig.turn().then


def test_a_spoilt_file_that_is_held_is_fetched_anew_and_told_of(rig):
    rig.path.write_bytes(b"spoilt")
    rig.stage.hold({rig.lamp.sha256: Keep.STAGED})
    rig.read_all()
    assert rig.path.read_bytes() == rig.sim.files[LAMP]
    told = Damage(sha256=rig.lamp.sha256, at=NOW, name=LAMP, held="staged")
    assert rig.damage == told


def test_a_spoilt_file_that_nobody_holds_is_only_removed(rig):
    rig.path.write_bytes(b"spoilt")
    rig.stage.hold({})
    rig.read_all()
    assert not rig.path.exists()
    assert (rig.damage.name, rig.damage.held) == (LAMP, "")


def test_what_cannot_be_fetched_anew_is_said_with_the_reason(rig):
    rig.path.write_bytes(b"spoilt")
    rig.sim.target().unlink()
    rig.stage.hold({rig.lamp.sha256: Keep.UNDO})
    rig.read_all()
    assert rig.damage.why == "target_missing"


def test_an_image_of_an_earlier_week_is_lost_and_said_to_be(rig):
    rig.path.write_bytes(b"spoilt")
    rig.stage.hold({rig.lamp.sha256: Keep.UNDO})
    rig.sim.files = {LAMP: b"lamp firmware 1.1"}
    rig.sim.publish()
    rig.trust.refresh("acme")
    rig.read_all()
    assert (rig.damage.why, rig.damage.name) == ("target_unknown", rig.lamp.sha256[:12])


def test_after_a_week_it_is_no_news_any_more(rig):
    rig.path.write_bytes(b"spoilt")
    rig.read_all()
    rig.turn(NOW + EVERY_S + 1)
    assert rig.damage is None


def test_a_disk_that_takes_nothing_is_left_alone_for_an_hour(rig):
    (rig.folder / "scrub.json.part").mkdir()  # its note cannot be written
    assert rig.turn().then
    rig.pool.run()
    assert rig.turn().then  # of the one file; then comes the note
    rig.pool.run()
    assert not rig.turn(NOW + 3599).then
    assert rig.turn(NOW + 3601).then


@pytest.mark.parametrize(("why", "code"), [("", "blob_damaged"), ("target_unknown", "blob_lost")])
def test_a_person_is_told_in_words(tmp_path, why, code):
    damage = Damage(sha256="a" * 64, at=NOW, name="lamp.bin", why=why)
    now = Snapshot(number=1, devices={}, facts={"damage": {"a" * 64: damage}})
    assert [one.code for one in door.troubles(now, tmp_path)] == ["no_broker", code]


def test_damage_crosses_the_socket():
    assert wire.FACTS["damage"] is Damage
