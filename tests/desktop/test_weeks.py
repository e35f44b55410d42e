"""The part that holds weeks against devices, without a thread or a clock."""

import hashlib
import time
from dataclasses import replace

import pytest

from desktop.commands import AdmitStale, CheckNow, StageWeek, TrustOf
from desktop.weeks import Weeks
from firmware.catalogue import Circumstances
from firmware.orders import RecallFiles
from firmware.release import Channel, Fit, Misfit
from firmware.stage import Stage
from firmware.trust import Trust, TrustError
from fleet.errors import CommandError, StoreError
from fleet.house import Batch
from fleet.model import OWNER, Actor, Caps, Device, Endpoint, Version
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
        self.around = Circumstances()
        self.trust = Trust(folder / "trust", [self.sim.maker()])
        self.weeks = Weeks(
            self.house,
            self.trust,
            Stage(folder / "stage", 1 << 20),
            self.pool,
            check_every_s=HOUR,
            circumstances=lambda: self.around,
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


def opening(*rings):
    """Let a week be published with rings of (percent, opens)."""

    def say(train):
        said = [{"name": str(at), "percent": percent, "opens": at} for percent, at in rings]
        train.update(rings=said, salt="s")

    return say


def test_a_device_is_held_against_the_week_anew_when_its_ring_opens(rig):
    rig.sim.on_train = opening((0, 2000), (100, 3000))
    rig.sim.publish()
    rig.check()
    assert rig.turn(device(), now=1000.0)["lamp"].until == 3000.0
    assert rig.turn(now=2999.0) == {}
    assert isinstance(rig.turn(now=3000.0)["lamp"], Fit)
    assert rig.turn(now=3001.0) == {}


def test_every_device_gets_the_week_with_its_own_ring(rig):
    rig.sim.on_train = opening((20, 2000), (60, 3000), (100, 4000))
    rig.sim.publish()
    rig.check()
    many = [device(str(number)) for number in range(60)]
    waiting = rig.turn(*many, now=1000.0)
    assert {one.until for one in waiting.values()} == {2000.0, 3000.0, 4000.0}
    for now in (2000.0, 3500.0, 9000.0):
        due = {key for key, one in waiting.items() if one.until <= now}
        got = rig.turn(now=now)
        assert got.keys() == due
        assert all(isinstance(one, Fit) for one in got.values())
        waiting = {key: one for key, one in waiting.items() if key not in due}
    assert not waiting


def test_a_ring_that_its_maker_lets_open_earlier_counts_at_once(rig):
    rig.sim.on_train = opening((100, 3000))
    rig.sim.publish()
    rig.check()
    rig.turn(device(), now=1000.0)
    rig.sim.on_train = opening((100, 900))
    rig.sim.publish()
    rig.check()
    assert isinstance(rig.turn(now=1001.0)["lamp"], Fit)


def test_what_a_device_has_installed_counts_without_a_word_of_its_own(rig):
    rig.check()
    rig.turn(device())
    rig.around = replace(rig.around, counters={"lamp": 99})
    assert rig.turn()["lamp"].code == "counter_lower"
    assert rig.turn() == {}


def test_where_the_home_is_counts_for_every_device(rig):
    rig.sim.about[LAMP] = {"regions": ["DE"]}
    rig.sim.publish()
    rig.check()
    assert rig.turn(device())["lamp"].code == "region_unknown"
    rig.around = replace(rig.around, region="DE")
    assert isinstance(rig.turn()["lamp"], Fit)


def test_a_held_week_says_so_and_goes_on_when_the_hold_is_lifted(rig):
    rig.sim.on_train = lambda train: train.update(held={"en": "We look at a report."})
    rig.sim.publish()
    rig.check()
    assert rig.turn(device())["lamp"].code == "week_held"
    rig.sim.on_train = lambda _: None
    rig.sim.publish()
    rig.check()
    assert isinstance(rig.turn()["lamp"], Fit)


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


def test_a_week_past_its_date_bars_itself_while_nobody_asks(rig):
    rig.turn(device())
    week = rig.check().result()
    assert isinstance(rig.turn(now=week.expires - 1)["lamp"], Fit)
    assert rig.turn(now=week.expires) == {"lamp": Misfit(code="week_barred", fact="2026-W47")}
    told = rig.house.facts["trust"]["acme"]
    assert (told.code, told.facts["role"]) == ("metadata_expired", "train-orange")
    assert told.week == week
    with pytest.raises(TrustError, match="metadata_expired"):
        rig.weeks.current("")
    assert rig.house.send(StageWeek()).exception().code == "metadata_expired"


def test_a_newer_week_lets_devices_have_something_again(rig):
    rig.turn(device())
    week = rig.check().result()
    rig.turn(now=week.expires)
    rig.sim.days = dict.fromkeys(rig.sim.days, 90.0)
    rig.sim.publish()
    rig.check()
    assert isinstance(rig.turn(now=week.expires)["lamp"], Fit)
    assert rig.house.facts["trust"]["acme"].code == ""


def test_while_a_check_found_something_false_nothing_is_offered(rig):
    rig.turn(device())
    rig.check()
    rig.turn()
    rig.sim.signers["train-orange"] = rig.sim.keys["train-orange"][:1]
    rig.sim.publish()
    rig.check()
    assert rig.turn() == {"lamp": Misfit(code="week_barred", fact="2026-W47")}
    with pytest.raises(TrustError, match="threshold_missing"):
        rig.weeks.current("")


def test_a_mirror_that_is_away_bars_nothing(rig):
    rig.turn(device())
    rig.check()
    rig.turn()
    rig.sim.folder.rename(rig.sim.folder.with_name("away"))
    rig.check()
    assert rig.turn() == {}
    assert rig.weeks.current("").id == "2026-W47"


def expired_stick(rig, days=-1.0):
    """A copy of the mirror whose timestamp is past its date."""
    rig.sim.days["timestamp"] = days
    rig.sim.publish()
    stick = rig.sim.copy(rig.sim.folder.with_name("stick"))
    rig.sim.days["timestamp"] = 28.0
    return str(stick)


def admit(rig, actor=OWNER, **said):
    answer = rig.house.send(AdmitStale(**said), actor)
    rig.pool.run()
    return answer


def test_an_expired_stick_is_taken_on_somebodys_word_which_is_kept(rig):
    stick = expired_stick(rig)
    assert rig.check(source=stick).exception().code == "metadata_expired"
    assert admit(rig, source=stick, reason=" no line ", by="Ana").result().id == "2026-W47"
    admitted = rig.house.facts["trust"]["acme"].admitted
    assert (admitted.by, admitted.reason, admitted.source) == ("Ana", "no line", stick)
    rig.turn(device())
    assert isinstance(rig.house.facts["fit"]["lamp"], Fit)


def test_who_takes_it_is_not_what_they_say_where_the_house_knows_better(rig):
    stick = expired_stick(rig)
    admit(rig, Actor("chen"), source=stick, reason="x", by="Ana")
    assert rig.house.facts["trust"]["acme"].admitted.by == "chen"


@pytest.mark.parametrize(
    ("said", "code"),
    [({"reason": "  "}, "reason_missing"), ({"source": ""}, "source_missing")],
)
def test_an_expired_stick_is_not_taken_without_saying_what_and_why(rig, said, code):
    known = {"source": expired_stick(rig), "reason": "no line", **said}
    answer = admit(rig, **known)
    assert isinstance(answer.exception(), CommandError)
    assert answer.exception().code == code


def test_a_word_does_not_help_a_stick_that_is_below_what_was_seen(rig):
    stick = expired_stick(rig)
    rig.sim.publish()
    rig.check()
    answer = admit(rig, source=stick, reason="it is the only one")
    assert answer.exception().code == "mirror_rolled_back"
    assert rig.house.facts["trust"]["acme"].admitted is None


def test_what_is_believed_can_be_asked_for(rig):
    stick = expired_stick(rig)
    admit(rig, source=stick, reason="no line", by="Ana")
    found = rig.house.send(TrustOf()).result()
    assert (found.maker, found.channel, found.urls) == (
        "acme",
        Channel.ORANGE,
        (str(rig.sim.folder),),
    )
    assert found.floors["counter:train|orange"] == 2
    assert [one.reason for one in found.admissions] == ["no line"]
    assert found.standing.silent_since is not None


def test_a_withdrawn_week_keeps_its_way_back(rig):
    other = "fw/acme/lamp/back.bin"
    rig.sim.files[other] = b"lamp firmware 0.9"
    rig.sim.about[other] = {"version": "0.9", "counter": 99, "undoes": ["1.1"]}

    def stands_apart(train):
        train["back"] = [one for one in train["files"] if one["path"] == other]
        train["files"] = [one for one in train["files"] if one["path"] != other]

    rig.sim.on_train = stands_apart
    rig.sim.publish()
    rig.check()
    rig.sim.on_train = lambda train: (stands_apart(train), train.update(withdrawn={"en": "No."}))
    rig.sim.publish()
    rig.check()
    (recalled,) = (one for one in rig.house.done if isinstance(one, RecallFiles))
    assert recalled.sha256s == (hashlib.sha256(rig.sim.files[LAMP]).hexdigest(),)
    assert [one.path for one in rig.weeks.current("").targets] == [other]


def test_a_withdrawn_week_takes_back_what_was_to_come_of_it(rig):
    rig.check()
    good = hashlib.sha256(rig.sim.files[LAMP]).hexdigest()
    rig.sim.on_train = lambda train: train.update(withdrawn={"en": "It drains batteries."})
    rig.sim.publish()
    rig.check()
    assert RecallFiles(sha256s=(good,)) in rig.house.done
    rig.turn(device())
    assert rig.house.facts["fit"]["lamp"].code == "week_withdrawn"


def test_the_week_of_the_other_train_is_not_this_houses(rig):
    rig.sim.add_stable(week="2026-W44")
    rig.sim.publish()
    rig.check()
    rig.turn(device())
    (maker,) = rig.trust.makers
    rig.trust.add(replace(maker, channel=Channel.STABLE))
    rig.weeks.know("acme")
    assert rig.house.facts["week"]["acme"] is None
    assert rig.turn() == {"lamp": Misfit(code="no_week")}
    with pytest.raises(CommandError, match="week_unknown"):
        rig.weeks.current("")
    rig.weeks.look("acme")
    rig.pool.run()
    assert rig.house.facts["week"]["acme"].id == "2026-W44"


def test_a_late_answer_of_the_other_train_changes_nothing(rig):
    answer = rig.house.send(CheckNow())
    waiting = rig.pool.waiting.pop()
    orange = waiting[1]
    rig.sim.add_stable(week="2026-W44")
    rig.sim.publish()
    (maker,) = rig.trust.makers
    report = rig.weeks._report

    def change_then_report(checked):
        rig.trust.add(replace(maker, channel=Channel.STABLE))
        report(checked)

    rig.weeks._report = change_then_report
    orange()
    assert not answer.done()
    assert rig.house.facts["week"]["acme"] is None


def test_a_week_that_was_past_its_date_at_the_start_is_barred_by_the_first_turn(rig):
    week = rig.check().result()
    rig.weeks.know("acme")
    rig.turn(device(), now=week.expires + time.time())
    assert rig.house.facts["fit"]["lamp"].code == "week_barred"
