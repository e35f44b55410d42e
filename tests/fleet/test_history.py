import os
import signal
import subprocess
import sys
import threading

import pytest

from fleet.archive import Archive
from fleet.capability import Capability, Feature
from fleet.history import FEATURES_MAX, FILE, HEARTBEAT_S, History
from fleet.house import Batch
from fleet.model import Device

NOW = 1_800_000_000.0
NEVER_S = 600.0  # only what is asked for is written
MAC = ("mac", "02005E000001")


def feature(capability=Capability.TEMPERATURE, **more):
    return Feature(capability=capability, dialect="x", **more)


CLIMATE = {"t": feature(unit="°C")}


def device(key="hall", ids=(MAC,), features=None, **readings):
    return Device(
        key=key,
        name=key,
        ids=frozenset(ids),
        features=CLIMATE if features is None else features,
        readings=readings,
    )


@pytest.fixture
def history(tmp_path):
    with History(tmp_path / FILE, write_s=NEVER_S) as opened:
        yield opened


def said(history, *devices, at=0.0, spoke=True, gone=(), forgotten=(), others=(), binned=()):
    known = {each.key: each for each in (*devices, *others)}
    keys = frozenset(each.key for each in devices)
    return history.take(
        Batch(
            now=NOW + at,
            devices=known,
            changed=keys | set(gone) | set(forgotten),
            spoke=keys if spoke else frozenset(),
            forgotten=frozenset(forgotten),
            binned=frozenset(binned),
        )
    )


def kept(tmp_path, history, key="hall", name="t"):
    history.flushed()
    with Archive.look(tmp_path / FILE) as reader:
        points = reader.plot(key, name, since=0, until=2 * NOW, points=10**12)
    return [(point.at - NOW, point.mean) for point in points]


def test_a_value_is_kept_when_it_changes(tmp_path, history):
    for at, value in ((0, 20.5), (30, 20.5), (60, 20.7)):
        said(history, device(t=value), at=at)
    assert kept(tmp_path, history) == [(0, 20.5), (60, 20.7)]


def test_a_value_that_stays_is_kept_at_each_heartbeat_while_its_device_speaks(tmp_path, history):
    for beat in range(4):
        said(history, device(t=20.5), at=beat * HEARTBEAT_S / 2)
    said(history, device(t=20.5), at=9 * HEARTBEAT_S, spoke=False)
    assert kept(tmp_path, history) == [(0, 20.5), (HEARTBEAT_S, 20.5)]


def test_of_many_changes_in_a_moment_the_last_counts(tmp_path, history):
    for tenth in range(9):
        said(history, device(t=20 + tenth / 10), at=tenth / 10)
    said(history, at=4.9)
    said(history, at=5)
    assert kept(tmp_path, history) == [(0, 20), (5, 20.8)]


def test_what_came_too_soon_and_went_back_is_not_kept(tmp_path, history):
    for at, value in ((0, 20.0), (1, 21.0), (2, 20.0), (6, 20.0)):
        said(history, device(t=value), at=at)
    assert kept(tmp_path, history) == [(0, 20.0)]


def test_a_switch_is_kept_faster_than_a_measure(tmp_path, history):
    for at, on in ((0, True), (1, False), (2, True)):
        said(history, device(features={"s": feature(Capability.ON_OFF)}, s=on), at=at)
    assert kept(tmp_path, history, name="s") == [(0, 1), (1, 0), (2, 1)]


@pytest.mark.parametrize(
    ("what", "reading", "expected"),
    [
        (feature(Capability.LEVEL, low=0, high=254), 127, 50.0),
        (feature(Capability.CONTACT), "open", 1.0),
        (feature(Capability.SIGNAL, aside=True), -60, -60.0),
        (feature(Capability.VOLTAGE, aside=True), 3.3, None),
        (feature(Capability.DURATION), 60, None),
        (feature(Capability.COLOUR), "#ffffff", None),
        (feature(Capability.MODE), "day", None),
        (feature(Capability.NUMBER), "many", None),
        (feature(Capability.NUMBER), "inf", None),
    ],
)
def test_what_is_kept_is_what_can_be_drawn(tmp_path, history, what, reading, expected):
    said(history, device(features={"x": what}, x=reading))
    assert kept(tmp_path, history, name="x") == ([] if expected is None else [(0, expected)])


def test_a_reading_that_nothing_explains_is_not_kept(tmp_path, history):
    said(history, device(features={}, t=20.5))
    assert kept(tmp_path, history) == []


def test_no_device_fills_the_disk_with_names(tmp_path, history):
    many = {f"n{number}": feature() for number in range(FEATURES_MAX + 9)}
    said(history, device(features=many, **dict.fromkeys(many, 1.0)))
    history.flushed()
    with Archive.look(tmp_path / FILE) as reader:
        assert len(reader.series()) == FEATURES_MAX


def test_a_device_that_comes_back_under_a_new_key_has_its_history(tmp_path, history):
    said(history, device(t=20.5))
    said(history, gone=["hall"], at=10)
    said(history, device(key="new", t=21.0), at=60)
    assert kept(tmp_path, history, key="new") == [(0, 20.5), (60, 21.0)]


def test_it_is_known_again_after_a_restart(tmp_path):
    with History(tmp_path / FILE, write_s=NEVER_S) as before:
        said(before, device(t=20.5))
    with History(tmp_path / FILE, write_s=NEVER_S) as after:
        said(after, device(key="new", t=21.0), at=60)
        assert kept(tmp_path, after, key="new") == [(0, 20.5), (60, 21.0)]


def test_two_that_turn_out_to_be_one_have_one_history(tmp_path, history):
    name = ("ha", "lamp")
    said(history, device(t=20.5), device(key="second", ids=[name], t=22.0))
    both = device(ids=[MAC, name], t=21.0)
    said(history, both, gone=["second"], at=60)
    assert kept(tmp_path, history) == [(0, 20.5), (60, 21.0)]
    assert kept(tmp_path, history, key="second") == []


def test_a_name_given_to_other_hardware_brings_no_history_along(tmp_path, history):
    name = ("tasmota", "plug")
    said(history, device(ids=[MAC, name], t=20.5))
    said(history, gone=["hall"], at=10)
    said(history, device(key="new", ids=[("mac", "02005E000002"), name], t=5.0), at=60)
    assert kept(tmp_path, history, key="new") == [(60, 5.0)]


def test_a_living_devices_history_is_not_taken_away(tmp_path, history):
    name = ("tasmota", "plug")
    old = device(ids=[name], t=20.5)
    said(history, old)
    said(history, device(key="new", ids=[name], t=5.0), at=60, others=[old])
    assert kept(tmp_path, history) == [(0, 20.5)]


def test_of_a_forgotten_device_nothing_stays(tmp_path, history):
    said(history, device(t=20.5))
    said(history, forgotten=["hall"], at=10)
    assert kept(tmp_path, history) == []
    said(history, device(key="new", t=21.0), at=60)
    assert kept(tmp_path, history, key="new") == [(60, 21.0)]


def test_what_could_not_be_written_waits_and_is_told(tmp_path):
    place = tmp_path / FILE
    place.mkdir()
    with History(place, write_s=NEVER_S) as history:
        said(history, device(t=20.5))
        with pytest.raises(TimeoutError):
            history.flushed(0.2)
        code = said(history, at=1).facts["store"]["history"]
        assert code in {"store_unwritable", "store_io"}
        assert said(history, at=2).facts == {}
        place.rmdir()
        assert kept(tmp_path, history) == [(0, 20.5)]
        assert said(history, at=3).facts == {"store": {"history": None}}


def test_its_end_writes_what_is_left(tmp_path):
    with History(tmp_path / FILE, write_s=NEVER_S) as history:
        said(history, device(t=20.5))
    with Archive.look(tmp_path / FILE) as reader:
        assert len(reader.plot("hall", "t", since=0, until=2 * NOW, points=5)) == 1


def test_many_readers_read_while_it_writes(tmp_path, history):
    said(history, device(t=0.0))
    history.flushed()
    found: list[int] = []

    def read():
        with Archive.look(tmp_path / FILE) as reader:
            found.append(len(reader.plot("hall", "t", since=0, until=2 * NOW, points=10**6)))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for number, reader in enumerate(readers, 1):
        said(history, device(t=float(number)), at=number * 10)
        reader.start()
    history.flushed()
    for reader in readers:
        reader.join()
    assert min(found) >= 1


KILLED = """
import sys, time
from tests.fleet.test_history import device, said
from fleet.history import History
from pathlib import Path
history = History(Path(sys.argv[1]), write_s=0.05).__enter__()
for number in range(10**9):
    said(history, device(t=float(number)), at=number * 10)
    if number == 50:
        history.flushed()
        print("written", flush=True)
"""


def test_a_kill_loses_no_more_than_the_last_beat_and_harms_nothing(tmp_path):
    path = tmp_path / FILE
    command = [sys.executable, "-c", KILLED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        os.kill(process.pid, signal.SIGKILL)
    with Archive.open(path) as archive:
        points = archive.plot("hall", "t", since=0, until=2 * NOW, points=10**12)
        assert [point.mean for point in points[:51]] == [float(number) for number in range(51)]
        assert archive._store.rows("PRAGMA integrity_check")[0]["integrity_check"] == "ok"


def test_nobody_takes_the_history_of_what_may_yet_be_brought_back(tmp_path, history):
    said(history, device(t=20.0))
    said(history, gone=("hall",), binned=("hall",), at=1)
    said(history, device("new", t=21.0), binned=("hall",), at=60)
    assert kept(tmp_path, history) == [(0, 20.0)]
    assert kept(tmp_path, history, "new") == [(60, 21.0)]
    said(history, device(t=22.0), gone=("new",), at=120)  # brought back, with what spoke meanwhile
    assert kept(tmp_path, history) == [(0, 20.0), (60, 21.0), (120, 22.0)]


def test_of_what_is_not_brought_back_nothing_is_kept(tmp_path, history):
    said(history, device(t=20.0))
    said(history, gone=("hall",), binned=("hall",), at=1)
    said(history, device("new", t=21.0), binned=("hall",), at=60)
    said(history, forgotten=("hall",), others=(device("new"),), at=120)
    assert kept(tmp_path, history) == []
    assert kept(tmp_path, history, "new") == [(60, 21.0)]
