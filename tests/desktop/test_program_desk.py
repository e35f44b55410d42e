"""The part of the house that keeps the program fresh: when, what it tells, what people may ask."""

import time

import pytest

from desktop import program_commands as ask
from desktop.build import Packaged
from desktop.program_desk import LOOK_S, Doors, ProgramDesk
from desktop.selfupdate.facts import Mode, Step
from firmware.plan import PRESETS, Plan
from firmware.release import Channel
from fleet.errors import CommandError
from fleet.house import Batch
from tests.desktop.scripted import Later, ScriptedHouse
from tests.desktop.selfupdate.renewing import Clock, Program, copy, shelf
from tests.firmware.simulator import Server

HOUR, DAY = 3600.0, 86_400.0


class Told(ScriptedHouse):
    """Remembers each thing that was told of the program."""

    def __init__(self):
        super().__init__()
        self.steps = []

    def tell(self, facts):
        super().tell(facts)
        self.steps += [one.step for one in facts.get("program", {}).values()]


class Rig:
    def __init__(self, folder, link, packaged=Packaged.VERSIONS, place=None, **doors):
        self.clock, self.kept = Clock(time.time()), shelf(folder)
        self.renewal = copy(folder, link, packaged=packaged, clock=self.clock, place=place)
        self.house, self.pool = Told(), Later()
        self.metered, self.writing, self.plan = False, False, Plan()
        self.desk = ProgramDesk(
            self.renewal,
            self.pool,
            Doors(
                metered=lambda: self.metered,
                writing=lambda: self.writing,
                plan=lambda: self.plan,
                **{"restart": lambda: None, **doors},
            ),
        )
        self.house.add = lambda part: None
        self.desk.join(self.house)

    @property
    def program(self):
        return self.house.facts["program"]["here"]

    def turn(self):
        outcome = self.desk.take(Batch(now=self.clock.now, devices={}))
        for action in outcome.then:
            action()
        self.pool.run()
        return outcome

    def wait(self, seconds):
        """Let time go by, as the house does: looking every half minute is not needed here."""
        self.clock.now += seconds
        self.turn()

    def until_friday(self):
        self.turn()
        self.clock.now = self.renewal.now().next_check
        self.turn()

    def asked(self, command):
        answer = self.house.send(command)
        self.pool.run()
        return answer.result()


@pytest.fixture
def maker(tmp_path):
    made = Program(tmp_path / "maker")
    made.days = dict.fromkeys(made.days, 400.0)
    made.ship("0.2.0")
    return made


@pytest.fixture
def server(maker):
    with Server(maker.folder) as running:
        yield running


@pytest.fixture
def rig(tmp_path, maker, server):
    return Rig(tmp_path, maker.link(server))


def fetched(server):
    return [path for path, _ in server.requests if "/fw/" in path]


def test_the_first_start_asks_nobody(rig, server):
    rig.turn()
    rig.wait(LOOK_S)
    assert server.requests == []
    assert rig.program.mode is Mode.RENEW


def test_on_friday_it_fetches_what_is_new_and_says_that_it_is_ready(rig):
    rig.until_friday()
    assert (rig.program.ready, rig.program.step) == ("0.2.0", Step.READY)
    kinds = list(dict.fromkeys(rig.house.steps))
    assert kinds == [Step.IDLE, Step.CHECKING, Step.FETCHING, Step.UNPACKING, Step.READY]


def test_whoever_only_wants_to_be_told_is_told_also_where_nobody_looks(rig, server, caplog):
    rig.asked(ask.ChooseRenewal(mode=Mode.TELL))
    rig.until_friday()
    assert "version 0.2.0 of this program is there" in caplog.text
    assert (rig.program.offer.version, rig.program.ready) == ("0.2.0", "")
    assert fetched(server) == []


def test_never_means_never(rig, server):
    rig.asked(ask.ChooseRenewal(mode=Mode.NEVER))
    rig.turn()
    rig.wait(30 * DAY)
    assert server.requests == []


def test_where_the_network_is_paid_by_the_byte_it_waits_until_it_is_not(rig, server):
    rig.metered = True
    rig.until_friday()
    assert (rig.program.offer.version, rig.program.waits) == ("0.2.0", "program_metered")
    assert fetched(server) == []
    rig.metered = False
    rig.wait(HOUR)
    assert (rig.program.ready, rig.program.waits) == ("0.2.0", "")


def test_the_household_may_let_it_fetch_where_it_is_paid_by_the_byte(rig):
    rig.metered, rig.plan = True, Plan(metered=True)
    rig.until_friday()
    assert rig.program.ready == "0.2.0"


def test_a_person_may_fetch_it_now_whatever_the_network(rig):
    rig.metered = True
    assert rig.asked(ask.RenewProgram()).ready == "0.2.0"


def test_after_a_check_that_failed_it_tries_again_in_an_hour(rig, maker, server):
    timestamp = maker.metadata / "timestamp.json"
    body = timestamp.read_bytes()
    timestamp.unlink()
    rig.until_friday()
    assert rig.program.code == "mirror_unreachable"
    timestamp.write_bytes(body)
    server.requests.clear()
    rig.wait(HOUR / 2)
    assert server.requests == []
    rig.wait(HOUR / 2)
    assert rig.program.ready == "0.2.0"


def test_what_another_process_did_is_seen(tmp_path, rig, maker, server):
    rig.turn()
    copy(tmp_path, maker.link(server), clock=rig.clock, versions=rig.kept).renew()
    rig.wait(LOOK_S)
    assert rig.program.ready == "0.2.0"


def test_the_channel_and_how_far_it_goes_are_told_at_once(rig):
    chosen = rig.asked(ask.ChooseRenewal(channel=Channel.STABLE, mode=Mode.TELL))
    assert (chosen.channel, chosen.mode) == (Channel.STABLE, Mode.TELL)
    assert (rig.program.channel, rig.program.mode) == (Channel.STABLE, Mode.TELL)


def test_another_channel_is_looked_at_right_away(rig, maker):
    maker.add_stable(week="2026-W40")
    maker.ship("0.3.0")
    rig.asked(ask.ChooseRenewal(channel=Channel.STABLE))
    assert (rig.program.offer.version, rig.program.offer.week) == ("0.3.0", "2026-W40")


def test_a_copy_without_a_maker_is_told_and_never_looked_after(tmp_path):
    rig = Rig(tmp_path, "")
    assert rig.turn().then == ()
    assert (rig.program.maker, rig.program.version) == ("", "0.1.0")


# --- starting again ------------------------------------------------------------------------------


def test_it_is_never_restarted_while_a_device_writes(tmp_path, maker, server):
    ended = []
    rig = Rig(tmp_path, maker.link(server), restart=lambda: ended.append(True))
    rig.writing = True
    with pytest.raises(CommandError) as told:
        rig.asked(ask.RestartProgram())
    assert told.value.code == "program_device_writes"
    rig.writing = False
    rig.asked(ask.RestartProgram())
    assert rig.program.step is Step.RESTARTING
    assert ended == []  # who asked is answered first
    rig.turn()
    assert ended == [True]


def test_a_house_that_nobody_can_begin_again_says_so_and_asks_nobody(tmp_path, maker, server):
    rig = Rig(tmp_path, maker.link(server), restart=None)
    assert rig.turn().then == ()
    with pytest.raises(CommandError) as told:
        rig.asked(ask.RestartProgram())
    assert told.value.code == "program_not_restarted"


def unattended(folder, link):
    return Rig(folder, link, restart=lambda: None, by_itself=True)


def test_where_nobody_looks_it_starts_again_when_it_is_ready(tmp_path, maker, server):
    rig = unattended(tmp_path, maker.link(server))
    rig.until_friday()
    rig.wait(LOOK_S)
    assert [one for one in rig.house.done if isinstance(one, ask.RestartProgram)]


def test_where_nobody_looks_it_waits_for_a_device_that_writes(tmp_path, maker, server):
    rig = unattended(tmp_path, maker.link(server))
    rig.writing = True
    rig.until_friday()
    rig.wait(LOOK_S)
    assert not rig.house.done
    rig.writing = False
    rig.wait(LOOK_S)
    assert rig.house.done == [ask.RestartProgram()]


def test_where_nobody_looks_it_waits_for_the_hours_of_the_home(tmp_path, maker, server):
    rig = unattended(tmp_path, maker.link(server))
    rig.plan = Plan(windows=PRESETS["every_night"].windows, zone="UTC")
    rig.until_friday()
    rig.clock.now = rig.clock.now // DAY * DAY + DAY + 12 * HOUR
    rig.turn()
    assert not rig.house.done
    rig.wait(14 * HOUR)
    assert rig.house.done


def test_a_window_is_never_restarted_without_a_word(tmp_path, maker, server):
    rig = Rig(tmp_path, maker.link(server), restart=lambda: None)
    rig.until_friday()
    rig.wait(LOOK_S)
    assert not rig.house.done


# --- exchanged by others -------------------------------------------------------------------------


class Lying:
    """The place of a program: the test says which version lies there."""

    version = ""

    def exchanged(self):
        return self.version


@pytest.fixture
def installed(tmp_path):
    """A service that a package manager has put here, and that nobody signs new versions of."""
    lies = Lying()
    return Rig(tmp_path, "", packaged=Packaged.DEB, place=lies, by_itself=True), lies


def test_a_service_whose_program_was_exchanged_begins_again_at_any_hour(installed):
    rig, lies = installed
    rig.plan = Plan(windows=())
    rig.turn()
    assert not rig.house.done
    lies.version = "0.3.0"
    rig.wait(LOOK_S)
    assert rig.house.done == [ask.RestartProgram()]


def test_a_service_whose_program_was_exchanged_lets_a_device_finish(installed):
    rig, lies = installed
    rig.writing, lies.version = True, "0.3.0"
    rig.turn()
    rig.wait(LOOK_S)
    assert rig.program.exchanged == "0.3.0"
    assert not rig.house.done
    rig.writing = False
    rig.wait(LOOK_S)
    assert rig.house.done == [ask.RestartProgram()]


def test_a_window_whose_program_was_exchanged_only_says_so(tmp_path):
    lies = Lying()
    rig = Rig(tmp_path, "", packaged=Packaged.DEB, place=lies)
    rig.turn()
    lies.version = "0.3.0"
    rig.wait(LOOK_S)
    assert rig.program.exchanged == "0.3.0"
    assert not rig.house.done


# --- stopping ------------------------------------------------------------------------------------


def test_a_person_can_stop_it(rig, server):
    answer = rig.house.send(ask.RenewProgram())
    rig.house.send(ask.StopRenewing())
    rig.pool.run()
    assert answer.result().ready == ""
    assert rig.asked(ask.RenewProgram()).ready == "0.2.0"


def test_a_house_that_closes_fetches_no_further(rig):
    answer = rig.house.send(ask.RenewProgram())
    rig.desk.close()
    rig.pool.run()
    assert answer.result().ready == ""
