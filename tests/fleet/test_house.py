import logging
import queue
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import dataclass

import msgspec
import pytest

from fleet import commands, rows
from fleet.errors import CommandError, StoreError
from fleet.house import MIGRATIONS, House, Outcome
from fleet.identity import Record
from fleet.model import (
    OWNER,
    Actor,
    BrokerState,
    Connection,
    Message,
    Observation,
    Phase,
    UpdateWord,
    Version,
)
from fleet.registry import Registry
from fleet.store import Store, migrations
from fleet.trace import Trace
from tests.fleet.plain import Plain, message

WAIT = 10
MAC = ["mac", "02005E000001"]
GUEST = Actor("guest", frozenset())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "house.sqlite"


@pytest.fixture
def build(path):
    """Make houses over the same file; all are stopped at the end."""
    made = []

    def build(**settings):
        store = Store.open(path, MIGRATIONS)
        settings.setdefault("tick_s", 30)
        house = House(registry=Registry([Plain()]), trace=Trace(), store=store, **settings)
        made.append((house, store))
        return house

    yield build
    for house, store in made:
        house.stop()
        store.close()


@pytest.fixture
def house(build):
    started = build()
    started.start()
    return started


def post(house, *messages):
    for each in messages:
        house.post(each)
    house.announced().result(WAIT)


def only(house):
    (device,) = house.snapshot().devices.values()
    return device


def do(house, command):
    return house.send(command).result(WAIT)


FORGETS_AND_DIES = """
import os, signal, sys
from pathlib import Path
from fleet import commands
from fleet.house import MIGRATIONS, House
from fleet.registry import Registry
from fleet.store import Store
from fleet.trace import Trace
from tests.fleet.plain import Plain, message

store = Store.open(Path(sys.argv[1]), MIGRATIONS)
house = House(registry=Registry([Plain()]), trace=Trace(), store=store)
house.start()
house.post(message("plain/a", name="Lamp"))
house.announced().result(10)
(key,) = house.snapshot().devices
house.send(commands.SetRoom(device=key, room="Hall")).result(10)
house.send(commands.Forget(device=key, back_s=600)).result(10)
print(key, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


class Recorder:
    """A part that remembers its batches and answers what it is told to."""

    def __init__(self, outcome=None):
        self.batches = queue.Queue()
        self.devices = []
        self.outcome = outcome or Outcome()

    def take(self, batch):
        self.devices.append(dict(batch.devices))
        self.batches.put(batch)
        return self.outcome


def test_a_message_becomes_a_device_in_the_snapshot_and_in_the_file(house, path):
    post(house, message("plain/a", name="Lamp", version="1.0"))
    assert only(house).name == "Lamp"
    with Store.open(path, MIGRATIONS) as other:
        (row,) = other.rows(
            "SELECT key, name, version, last_seen FROM device JOIN measure USING (key)"
        )
    assert row == {"key": only(house).key, "name": "Lamp", "version": "1.0", "last_seen": 100.0}


def test_what_is_announced_is_already_committed(house, path):
    seen = queue.Queue()

    def look(changes):
        with Store.open(path, MIGRATIONS) as other:
            seen.put(({row["key"] for row in other.rows("SELECT key FROM device")}, changes))

    house.listen(look)
    post(house, message("plain/a"))
    rows, changes = seen.get(timeout=WAIT)
    assert rows == set(changes.devices) != set()


def test_a_batch_is_one_announcement_numbered_without_a_gap(build):
    house = build()
    announced = []
    house.listen(announced.append)
    for n in range(4_500):
        house.post(message(f"plain/d{n}"))
    house.start()
    house.announced().result(WAIT)
    assert [len(changes.devices) for changes in announced] == [2_000, 2_000, 500]
    numbers = [changes.number for changes in announced]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    assert house.snapshot().number == numbers[-1]


def test_a_listener_that_stopped_hears_nothing_and_one_that_raises_stops_nobody(house, caplog):
    heard = []
    house.listen(lambda changes: 1 / 0)
    stop = house.listen(heard.append)
    post(house, message("plain/a"))
    stop()
    post(house, message("plain/b"))
    assert len(heard) == 1
    assert "a listener of the house failed" in caplog.text


def test_a_device_is_restored_with_key_name_room_and_marks(house, build):
    post(house, message("plain/a", name="Lamp", model="M", availability="online"))
    key = only(house).key
    for command in (
        commands.Rename(device=key, name="Mine"),
        commands.SetRoom(device=key, room="Hall"),
        commands.SetAskFirst(device=key),
        commands.SkipVersion(device=key, version="9"),
    ):
        do(house, command)
    house.stop()
    again = build()
    again.start()
    device = only(again)
    assert (device.key, device.name, device.room, device.model) == (key, "Mine", "Hall", "M")
    assert (device.ask_first, device.skipped) == (True, {"9"})
    assert device.availability == "unknown"
    post(again, message("plain/a", availability="online"))
    assert (only(again).key, only(again).availability) == (key, "online")


def test_topics_learned_before_a_restart_are_filters_after_it(house, build):
    post(house, message("plain/a"))
    post(house, message("plain/a", routes=["t/1"]))  # the device looks the same
    house.stop()
    again = build()
    again.start()
    assert again.filters() == [("plain/+", 1), ("t/1", 1)]


def test_a_forgotten_device_leaves_the_file(house, path):
    post(house, message("plain/a"))
    key = only(house).key
    do(house, commands.Forget(device=key))
    assert house.snapshot().devices == {}
    assert house.trace.last(key, 9) == ()
    with Store.open(path, MIGRATIONS) as other:
        assert other.rows("SELECT * FROM device") == []


class TestBin:
    """A device that was forgotten a moment ago comes back whole."""

    FORGET_S = 60.0

    @pytest.fixture
    def now(self):
        return [100.0]

    @pytest.fixture
    def house(self, build, now):
        started = build(clock=lambda: now[0], tick_s=0.01)
        started.start()
        post(started, message("plain/a", ids=[MAC], name="Lamp"))
        do(started, commands.SetRoom(device=only(started).key, room="Hall"))
        do(started, commands.SetTags(device=only(started).key, tags=frozenset({"test"})))
        return started

    def forgotten(self, house):
        key = only(house).key
        do(house, commands.Forget(device=key, back_s=self.FORGET_S))
        assert house.snapshot().devices == {}
        return key

    def test_it_comes_back_as_it_was(self, house):
        before = only(house)
        key = self.forgotten(house)
        do(house, commands.Restore(device=key))
        assert only(house) == before
        assert [each.topic for each in house.trace.last(key, 9)] == ["plain/a"]

    def test_what_spoke_meanwhile_is_the_same_thing_again(self, house):
        key = self.forgotten(house)
        post(house, message("plain/a", ids=[MAC], name="Lamp", version="2"))
        assert only(house).key != key
        do(house, commands.Restore(device=key))
        back = only(house)
        assert (back.key, back.room, back.version) == (key, "Hall", Version("2"))

    def test_names_that_other_hardware_has_now_stay_with_it(self, house):
        key = self.forgotten(house)
        post(house, message("plain/a", ids=[["mac", "02005E0000FF"]], name="New"))
        do(house, commands.Restore(device=key))
        lamp, new = house.snapshot().devices[key], only_other(house, key)
        assert (lamp.room, lamp.ids) == ("Hall", {tuple(MAC)})
        assert ("plain", "a") in new.ids

    def test_it_is_still_there_after_a_restart(self, house, build, now):
        key = self.forgotten(house)
        house.stop()
        again = build(clock=lambda: now[0])
        again.start()
        do(again, commands.Restore(device=key))
        assert (only(again).name, only(again).room) == ("Lamp", "Hall")

    def test_it_is_still_there_after_a_kill(self, path, build):
        said = subprocess.run(
            [sys.executable, "-c", FORGETS_AND_DIES, str(path)],
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert said.returncode == -signal.SIGKILL, said.stderr
        again = build()
        again.start()
        assert again.snapshot().devices == {}
        do(again, commands.Restore(device=said.stdout.decode().strip()))
        assert (only(again).name, only(again).room) == ("Lamp", "Hall")

    def test_when_its_time_is_over_nothing_of_it_is_kept(self, house, path, now):
        parts = Recorder()
        house._parts.append(parts)
        key = self.forgotten(house)
        now[0] += self.FORGET_S
        refused = house.send(commands.Restore(device="none")).exception(WAIT)
        assert refused.code == "unknown_device"
        assert any(key in batch.forgotten for batch in parts.batches.queue)
        assert house.trace.last(key, 9) == ()
        assert house.send(commands.Restore(device=key)).exception(WAIT).code == "unknown_device"
        with Store.open(path, MIGRATIONS) as other:
            assert other.rows("SELECT * FROM forgotten") == []

    def test_it_leaves_the_file_and_is_in_the_bin_in_one_commit(self, house, path):
        key = self.forgotten(house)
        with Store.open(path, MIGRATIONS) as other:
            assert other.rows("SELECT key FROM device") == []
            assert other.rows("SELECT key FROM forgotten") == [{"key": key}]


def only_other(house, key):
    (other,) = [one for one in house.snapshot().devices.values() if one.key != key]
    return other


def test_a_row_that_cannot_be_read_stays_and_stops_nothing(house, build, path, caplog):
    post(house, message("plain/a"))
    house.stop()
    with Store.open(path, MIGRATIONS) as other, other.write() as db:
        db.execute("INSERT INTO device (key, body) VALUES ('odd', '{}')")
    again = build()
    again.start()
    assert only(again).key != "odd"
    assert "odd" in caplog.text
    with Store.open(path, MIGRATIONS) as other:
        assert len(other.rows("SELECT * FROM device")) == 2


def test_unknown_and_broken_messages_are_facts_and_stop_nothing(house, caplog):
    post(
        house,
        message("elsewhere", raw=b"?"),
        message("plain/x", raw=b"{"),
        message("plain/y", raw=b"boom"),
        message("plain/a"),
    )
    assert house.snapshot().facts["unknown"] == {
        "elsewhere": "no_dialect",
        "plain/x": "not_json",
        "plain/y": "fault_in_plain",
    }
    assert len(house.snapshot().devices) == 1


def test_a_topic_understood_later_is_unknown_no_more(house):
    post(house, message("plain/x", raw=b"{"))
    post(house, message("plain/x"))
    assert "unknown" not in house.snapshot().facts


def test_only_the_last_200_unknown_topics_are_kept(house):
    post(house, *(message(f"elsewhere/{n}") for n in range(250)))
    unknown = house.snapshot().facts["unknown"]
    assert (len(unknown), "elsewhere/49" in unknown, "elsewhere/50" in unknown) == (
        200,
        False,
        True,
    )


def test_messages_dropped_by_a_full_inbox_are_a_fact(build):
    house = build()
    for n in range(20_003):
        house.post(message(f"elsewhere/{n}"))
    house.start()
    house.announced().result(WAIT)
    assert house.snapshot().facts["inbox"] == {"dropped": 3}


def test_a_quiet_house_writes_nothing(build, monkeypatch):
    writes = []
    write = Store.write
    monkeypatch.setattr(Store, "write", lambda store: (writes.append(1), write(store))[1])
    house, part = build(tick_s=0.01), Recorder()
    house.add(part)
    house.start()
    post(house, message("plain/a"))
    while part.batches.qsize():
        part.batches.get()
    for _ in range(5):
        part.batches.get(timeout=WAIT)
    assert len(writes) == 1


def test_messages_are_traced_for_their_device(house):
    post(house, message("plain/a", name="Lamp"))
    (traced,) = house.trace.last(only(house).key, 9)
    assert (traced.topic, traced.payload) == ("plain/a", b'{"name": "Lamp"}')


@dataclass(frozen=True)
class Ask:
    text: str = ""


def test_commands_are_carried_out_in_order_and_answered(build):
    house = build()
    house.handle(Ask, "admin", lambda command, actor: f"{actor.name}: {command.text}")
    house.start()
    answers = [house.send(Ask(str(n))) for n in range(3)]
    assert [each.result(WAIT) for each in answers] == ["owner: 0", "owner: 1", "owner: 2"]


def test_a_handler_that_works_in_a_pool_is_answered_by_that(build):
    house, work = build(), Future()
    house.handle(Ask, "admin", lambda command, actor: work)
    house.start()
    answer = house.send(Ask())
    post(house, message("plain/a"))
    assert not answer.done()
    work.set_result("later")
    assert answer.result(WAIT) == "later"


def test_a_command_inside_another_is_checked_like_any(build):
    house = build()
    house.handle(Ask, "", lambda command, actor: house.do(commands.Forget(device="x"), actor))
    house.start()
    for actor, code in ((OWNER, "unknown_device"), (GUEST, "not_allowed")):
        roles = Actor(actor.name, actor.roles | {""})
        assert house.send(Ask(), roles).exception(WAIT).code == code


def test_a_command_without_the_role_is_refused(house):
    refused = house.send(commands.Forget(device="x"), GUEST).exception(WAIT)
    assert isinstance(refused, CommandError)
    assert (refused.code, refused.facts) == ("not_allowed", {"actor": "guest", "role": "admin"})


def test_a_command_nobody_handles_is_refused(house):
    assert house.send(Ask()).exception(WAIT).code == "unknown_command"


def test_a_command_to_no_device_is_refused(house):
    assert house.send(commands.Forget(device="x")).exception(WAIT).code == "unknown_device"


def test_a_handler_that_fails_stops_nothing(build, caplog):
    house = build()
    house.handle(Ask, "admin", lambda command, actor: 1 / 0)
    house.start()
    assert isinstance(house.send(Ask()).exception(WAIT), ZeroDivisionError)
    assert "the handler of Ask failed" in caplog.text
    post(house, message("plain/a"))


def test_a_command_after_the_end_is_refused(house):
    house.stop()
    assert house.send(Ask()).exception(WAIT).code == "house_closed"


def test_a_handler_may_settle_facts_and_what_follows(build):
    house = build()
    followed = threading.Event()
    house.handle(
        Ask,
        "admin",
        lambda command, actor: house.settle(
            Outcome(facts={"report": {"r1": command.text}}, then=(followed.set,))
        ),
    )
    house.start()
    house.send(Ask("hello")).result(WAIT)
    assert house.snapshot().facts["report"] == {"r1": "hello"}
    assert followed.wait(WAIT)


def test_a_part_sees_what_the_turn_brought(build):
    house, part = build(), Recorder()
    house.add(part)
    house.start()
    house.tell({"connection": {"home": Connection(broker="home", state=BrokerState.CONNECTED)}})
    part.batches.get(timeout=WAIT)
    post(house, message("plain/a", word="installing"))
    batch = part.batches.get(timeout=WAIT)
    key = only(house).key
    assert (batch.changed, batch.spoke, batch.connected) == ({key}, {key}, {"home"})
    assert [(of, word.phase) for of, word in batch.words] == [(key, "installing")]
    assert set(part.devices[-1]) == {key}
    house.tell({"connection": {"home": Connection(broker="home", state=BrokerState.LOST)}})
    assert part.batches.get(timeout=WAIT).connected == frozenset()


def test_a_part_is_asked_at_each_tick_without_any_message(build):
    house, part = build(tick_s=0.01, clock=lambda: 7.0), Recorder()
    house.add(part)
    house.start()
    assert [part.batches.get(timeout=WAIT).now for _ in range(3)] == [7.0, 7.0, 7.0]


def test_what_a_part_wants_done_comes_after_the_announcement(build):
    house, done = build(), queue.Queue()
    house.add(Recorder(Outcome(facts={"rollout": {"r": "x"}}, then=(lambda: done.put("then"),))))
    house.listen(lambda changes: done.put("announced"))
    house.start()
    house.tell({})
    assert [done.get(timeout=WAIT), done.get(timeout=WAIT)] == ["announced", "then"]


def test_a_part_that_fails_and_a_then_that_fails_stop_nothing(build, caplog):
    class Broken:
        def take(self, batch):
            raise RuntimeError

    house = build()
    house.add(Broken())
    house.add(Recorder(Outcome(then=(lambda: 1 / 0,))))
    house.start()
    post(house, message("plain/a"))
    post(house, message("plain/b"))
    assert len(house.snapshot().devices) == 2
    assert "Broken failed" in caplog.text
    assert "what should follow" in caplog.text


def test_the_same_fact_again_is_not_announced(house):
    heard = []
    house.listen(heard.append)
    for _ in range(2):
        house.tell({"kind": {"id": "value"}})
        house.announced().result(WAIT)
    house.tell({"kind": {"id": None}})
    house.announced().result(WAIT)
    assert [changes.facts for changes in heard] == [
        {"kind": {"id": "value"}},
        {"kind": {"id": None}},
    ]
    assert house.snapshot().facts == {}


def test_new_topics_are_handed_out_after_the_commit(build):
    handed = queue.Queue()
    house = build(on_filters=handed.put)
    house.start()
    post(house, message("plain/a", routes=["t/1"]))
    assert handed.get(timeout=WAIT) == [("t/1", 1)]
    assert house.filters() == [("plain/+", 1), ("t/1", 1)]


def test_a_disk_that_is_full_for_a_while_loses_nothing(build, path, monkeypatch):
    house = build()
    house.start()
    write, full = Store.write, threading.Event()

    def write_or_fail(store):
        if full.is_set():
            raise StoreError("disk_full", path=store.path)
        return write(store)

    monkeypatch.setattr(Store, "write", write_or_fail)
    post(house, message("plain/a"))
    full.set()
    post(house, message("plain/b"))
    assert house.snapshot().facts["store"] == {"house": "disk_full"}
    assert len(house.snapshot().devices) == 1
    (key,) = house.snapshot().devices
    assert house.send(commands.Rename(device=key, name="N")).exception(WAIT).code == "disk_full"
    full.clear()
    post(house, message("plain/c"))
    assert "store" not in house.snapshot().facts
    assert len(house.snapshot().devices) == 3
    with Store.open(path, MIGRATIONS) as other:
        assert len(other.rows("SELECT * FROM device")) == 3


def test_stopping_drains_and_commits_what_waits(build, path, caplog):
    caplog.set_level(logging.ERROR)
    house = build()
    house.start()
    for n in range(4_500):
        house.post(message(f"plain/d{n}"))
    house.stop()
    with Store.open(path, MIGRATIONS) as other:
        assert other.rows("SELECT count(*) AS n FROM device") == [{"n": 4_500}]


def test_a_message_of_readings_writes_a_short_row_and_leaves_the_record_alone(house, path):
    post(house, message("plain/a", name="Lamp", readings={"t": 1.0}))
    with Store.open(path, MIGRATIONS) as other:
        (before,) = other.rows("SELECT * FROM device")
    post(house, message("plain/a", name="Lamp", at=200.0, readings={"t": 2.0}))
    with Store.open(path, MIGRATIONS) as other:
        assert other.rows("SELECT * FROM device") == [before]
        (row,) = other.rows("SELECT last_seen, body FROM measure")
    assert (row["last_seen"], '"t":2.0' in row["body"]) == (200.0, True)


def test_what_was_measured_last_is_restored(house, build):
    for n in range(3):
        post(
            house, message("plain/a", at=100.0 + n, name="Lamp", readings={"t": n}, battery=50 - n)
        )
    before = only(house)
    assert (before.readings, before.battery, before.last_seen) == ({"t": 2}, 48, 102.0)
    house.stop()
    again = build()
    again.start()
    assert only(again) == before


def test_a_file_from_before_measures_had_a_table_is_read(build, path):
    old = migrations("house")
    old()(rows.create)
    record = Record(key="k", since=1.0, name="Mine", last_seen=5.0)
    with Store.open(path, old) as store, store.write() as db:
        body = msgspec.json.encode(record).decode()
        db.execute("INSERT INTO device (key, last_seen, body) VALUES ('k', 5.0, ?)", (body,))
    house = build()
    house.start()
    assert (only(house).name, only(house).last_seen) == ("Mine", 5.0)


def test_what_a_device_answers_past_the_brokers_is_heard_like_a_message(build):
    house, part = build(), Recorder()
    house.add(part)
    house.start()
    post(house, message("plain/a", version="1.0"))
    part.batches.get(timeout=WAIT)
    key = only(house).key
    word = UpdateWord(phase=Phase.COMMITTED)
    read = Observation(
        dialect="plain", ids=frozenset({("plain", "a")}), version=Version("2.0"), word=word
    )
    asked = Message(broker="", topic="http://192.168.1.5/info", payload=b"2.0", at=5.0)
    house.observe(asked, [read])
    batch = part.batches.get(timeout=WAIT)
    assert (batch.spoke, batch.words) == ({key}, ((key, word),))
    house.announced().result(WAIT)
    assert only(house).version == Version("2.0")
    assert house.trace.last(key, 1)[0].topic == asked.topic


def test_an_answer_that_breaks_the_registry_stops_nothing(house, caplog):
    house.observe(Message(broker="", topic="http://192.168.1.5/info", payload=b""), [object()])
    post(house, message("plain/a"))
    assert only(house).dialects == ("plain",)
    assert "http://192.168.1.5/info" in caplog.text
