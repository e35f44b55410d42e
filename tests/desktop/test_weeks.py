"""The part that holds weeks against devices, without a thread or a clock."""

import hashlib

import pytest

from desktop.commands import CheckNow, StageWeek
from desktop.weeks import Weeks
from firmware.orders import RecallFiles
from firmware.release import Fit, Misfit
from firmware.stage import Stage
from firmware.trust import Trust, TrustError
from fleet.errors import StoreError
from fleet.house import Batch
from fleet.model import Caps, Device, Endpoint, Version
from tests.desktop.scripted import Later, ScriptedHouse
from tests.firmware.simulator import LAMP, Simulator

HOUR = 3600.0


def device(key="lamp", version="0.9", model="Lamp 1"):
    end = Endpoint(dialect="native", broker="home", id=key, data={"prefix": f"p/{key}"})
    return Device(
        key=key,
        name=key,
        vendor="Acme",
        model=model,
        version=Version(version),
        dialects=("native",),
        endpoints={"native": end},
        caps=Caps(install=frozenset({"url"})),
    )


class Rig:
    def __init__(self, folder) -> None:
        self.sim = Simulator(folder / "mirror")
        self.sim.publish()
        self.house, self.pool = ScriptedHouse(), Later()
        self.trust = Trust(folder / "trust", [self.sim.maker()])
        self.weeks = Weeks(
            self.house,
            self.trust,
            Stage(folder / "stage", 1 << 20),
            self.pool,
            check_every_s=HOUR,
        )
        self.weeks.know("acme")
        self.devices = {}

    def check(self, **words):
        answer = self.house.send(CheckNow(**words))
        self.pool.run()
        return answer

    def turn(self, *changed, now=1000.0):
        self.devices.update({one.key: one for one in changed})
        keys = frozenset(one.key for one in changed)
        outcome = self.weeks.take(Batch(now=now, devices=self.devices, changed=keys))
        self.house.tell(outcome.facts)
        for action in outcome.then:
            action()
        return outcome.facts.get("fit", {})


@pytest.fixture
def rig(tmp_path):
    one = Rig(tmp_path)
    yield one
    one.trust.close()


def test_without_a_week_every_device_is_told_so(rig):
    assert rig.turn(device()) == {"lamp": Misfit(code="no_week")}


def test_a_new_week_is_held_against_devices_that_did_not_change(rig):
    rig.turn(device())
    rig.check()
    assert isinstance(rig.turn()["lamp"], Fit)


def test_a_fit_is_told_once_and_again_only_when_it_changes(rig):
    rig.check()
    assert rig.turn(device())
    assert rig.turn(device()) == {}
    assert rig.turn(device(version="1.1"))["lamp"].code == "already_there"


def test_a_device_that_is_gone_takes_its_fit_along(rig):
    rig.turn(device())
    del rig.devices["lamp"]
    assert rig.turn() == {"lamp": None}
    assert rig.turn() == {}


def test_a_start_asks_no_maker_but_each_interval_does(rig):
    rig.turn(now=1000.0)
    assert not rig.pool.waiting
    rig.turn(now=1000.0 + HOUR - 1)
    assert not rig.pool.waiting
    rig.turn(now=1000.0 + HOUR)
    assert len(rig.pool.waiting) == 1
    rig.pool.run()
    assert rig.house.facts["week"]["acme"].id == "2026-W47"


def test_a_failed_check_tells_its_reason_and_keeps_the_week(rig):
    rig.check()
    rig.sim.folder.rename(rig.sim.folder.with_name("away"))
    assert rig.check().exception().code == "mirror_unreachable"
    assert rig.house.facts["trust"]["acme"].code == "mirror_unreachable"
    assert rig.weeks.current("").id == "2026-W47"


def test_a_recalled_file_is_recalled_in_the_running_rollout(rig):
    bad = hashlib.sha256(rig.sim.files[LAMP]).hexdigest()
    rig.sim.on_train = lambda train: train.update(recalled=[bad])
    rig.sim.publish()
    rig.check()
    assert RecallFiles(sha256s=(bad,)) in rig.house.done


def test_a_device_that_runs_a_version_of_the_week_has_arrived(rig):
    rig.check()
    assert rig.weeks.arrived(device(version="1.1")) == "2026-W47"
    assert rig.weeks.arrived(device(version="0.9")) == ""


def test_only_what_fits_somebody_is_staged(rig):
    rig.check()
    assert rig.house.send(StageWeek()).done() is False
    rig.pool.run()
    rig.turn(device())
    answer = rig.house.send(StageWeek())
    rig.pool.run()
    assert answer.result() == (LAMP,)


def test_without_a_maker_there_is_one_clear_no(tmp_path):
    house = ScriptedHouse()
    trust = Trust(tmp_path / "trust")
    weeks = Weeks(house, trust, Stage(tmp_path / "s", 1), Later(), check_every_s=HOUR)
    with pytest.raises(TrustError, match="no_maker"):
        weeks.current("")
    assert house.send(CheckNow()).exception().code == "no_maker"
    trust.close()


def test_a_maker_that_is_not_known_is_named(rig):
    answer = rig.check(maker="nobody")
    assert answer.exception().code == "maker_unknown"
    assert answer.exception().facts["maker"] == "nobody"


def test_a_maker_without_its_root_is_refused_by_name_and_others_go_on(rig):
    rig.weeks.refuse("lost", StoreError("root_missing", maker="lost", fact="gone"))
    assert rig.check(maker="lost").exception().code == "root_missing"
    assert rig.house.facts["trust"]["lost"].code == "root_missing"
    assert rig.check().result().id == "2026-W47"
