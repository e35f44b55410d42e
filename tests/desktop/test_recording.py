"""A recording of a live broker: what is in it, what is not, and that `replay` reads it."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading

import pytest
from click.testing import CliRunner

from desktop import recording
from desktop.cli import main
from desktop.demo.simulated.tasmota import TasmotaPlug
from desktop.demo.wires import PluggedIn
from desktop.recording import Wanted, record
from fleet import brokers
from fleet.brokers import BrokerSettings, free_port
from fleet.errors import BrokerError, StoreError
from fleet.replay import replay
from fleet.topics import matches
from tests.desktop.homes import Listener, Voice, furnish

pytestmark = pytest.mark.broker
LIMIT = 40


def settings(port, **words):
    return BrokerSettings(host="127.0.0.1", port=port, **words)


def until_heard(*topics):
    """Let a recording end as soon as it has met each of these topics; see `heard`."""
    return lambda *_: not all(any(matches(one, each) for each in heard) for one in topics)


heard: list[str] = []


@pytest.fixture(autouse=True)
def listens(monkeypatch):
    """Know which topics a recording has heard."""
    heard.clear()
    put = recording.Registry.hear

    def hear(self, message):
        heard.append(message.topic)
        return put(self, message)

    monkeypatch.setattr(recording.Registry, "hear", hear)


@pytest.fixture
def plug(broker):
    """A simulated Tasmota plug at the broker."""
    device = TasmotaPlug(topic="desk", mac="02005E0000A7", name="Desk plug")
    plugged = PluggedIn(device, settings(broker.port))
    yield device
    plugged.stop()


def taken(port, file, *topics, **wanted):
    asked = Wanted(seconds=LIMIT, **wanted)
    return record(settings(port), "", file, asked, until_heard(*topics))


def said(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_replay_of_it_gives_the_same_devices(tmp_path, broker, plug):
    file = tmp_path / "house.jsonl"
    with Voice(broker.port):
        topics = ("tele/+/LWT", "tasmota/discovery/+/config", "orangery/v1/dev/+/hello")
        done = taken(broker.port, file, *topics)
    found = replay(file.read_text().splitlines())["devices"]
    assert sorted(one["name"] for one in found) == ["Desk plug", "Hall lamp"]
    assert (done.devices, done.heard, done.messages) == (2, 2, len(said(file)))
    assert {one["version"] for one in found} >= {"0.9"}


def test_nothing_of_the_home_is_in_it(tmp_path, broker):
    file = tmp_path / "house.jsonl"
    with Voice(broker.port) as other:
        secret = {"Wifi": {"SSId": "MyHomeNet", "BSSId": "24:A1:60:F1:E2:D3"}, "POWER": "ON"}
        other.publish("tele/plug_F1E2D4/STATE", json.dumps(secret).encode())
        other.publish("tele/plug_F1E2D4/INFO1", b'{"Info1":{"Module":"x","Version":"13.1.0"}}')
        done = taken(broker.port, file, "tele/+/STATE", "tele/+/INFO1")
        for word in ("STATE", "INFO1"):
            other.publish(f"tele/plug_F1E2D4/{word}", b"")
    text = file.read_text()
    assert "MyHomeNet" not in text
    assert "F1:E2:D3" not in text
    assert '\\"BSSId\\":\\"24:A1:60' in text
    assert done.replaced["secret"] >= 1
    assert done.replaced["address"] >= 1


def test_what_it_learns_from_announcements_is_recorded_too(tmp_path, broker):
    file = tmp_path / "house.jsonl"
    config = b'{"name":"T","uniq_id":"t1","stat_t":"desk/t/state","dev":{"ids":"t1","name":"T"}}'
    with Voice(broker.port) as other:
        other.publish("homeassistant/sensor/t1/config", config)
        other.publish("desk/t/state", b"21.5")
        other.publish("odd/box", b"1")
        taken(broker.port, file, "desk/t/state")
        for topic in ("homeassistant/sensor/t1/config", "desk/t/state", "odd/box"):
            other.publish(topic, b"")
    assert {"desk/t/state"} <= {one["topic"] for one in said(file)}
    assert "odd/box" not in {one["topic"] for one in said(file)}


def test_with_all_of_it_also_what_nobody_understands_is(tmp_path, broker):
    file = tmp_path / "house.jsonl"
    with Voice(broker.port) as other:
        other.publish("odd/box", b"1")
        asked = Wanted(seconds=1.0, everything=True)
        record(settings(broker.port), "", file, asked, lambda *_: True)
        other.publish("odd/box", b"")
    assert {"odd/box", "orangery/v1/dev/lamp-1/hello"} <= {one["topic"] for one in said(file)}


def test_of_one_device_only_what_is_about_it(tmp_path, broker, plug):
    file = tmp_path / "plug.jsonl"
    with Voice(broker.port):
        topics = ("tele/+/LWT", "tasmota/discovery/+/config", "orangery/v1/dev/+/hello")
        ids = frozenset({("mac", "02005E0000A7")})
        done = taken(broker.port, file, *topics, ids=ids)
    (found,) = replay(file.read_text().splitlines())["devices"]
    assert (found["name"], done.devices) == ("Desk plug", 1)


def test_only_this_person_can_read_it(tmp_path, broker):
    file = tmp_path / "house.jsonl"
    record(settings(broker.port), "", file, Wanted(seconds=LIMIT), lambda *_: False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_stays_as_it_is(tmp_path, broker):
    file = tmp_path / "house.jsonl"
    file.write_text("precious")
    with pytest.raises(StoreError, match="file_exists"):
        record(settings(broker.port), "", file, Wanted(), lambda *_: False)
    assert file.read_text() == "precious"


def test_a_folder_that_is_closed_or_absent_is_said_at_once(tmp_path, broker):
    with pytest.raises(StoreError, match="file_unwritable"):
        record(settings(broker.port), "", tmp_path / "no" / "f", Wanted(), lambda *_: False)


def test_without_a_connection_there_is_no_file(tmp_path):
    file = tmp_path / "house.jsonl"
    with pytest.raises(BrokerError, match="broker_unreachable"):
        record(settings(free_port()), "", file, Wanted(), lambda *_: True)
    assert not file.exists()


def test_binary_messages_are_counted_and_left_out(tmp_path, broker):
    file = tmp_path / "house.jsonl"
    with Voice(broker.port) as other:
        other.publish("tele/odd/STATE", b"\xff\xfe")
        done = taken(broker.port, file, "tele/odd/STATE")
        other.publish("tele/odd/STATE", b"")
    assert done.binary == 1
    assert "tele/odd/STATE" not in {one["topic"] for one in said(file)}


def test_it_ends_where_it_is_as_large_as_asked_for(tmp_path, broker):
    with Voice(broker.port):
        asked = Wanted(seconds=LIMIT, limit=10)
        done = record(settings(broker.port), "", tmp_path / "f", asked, lambda *_: True)
    assert (done.full, done.messages) == (True, 1)


def test_nothing_is_published_for_it(tmp_path, broker):
    with Listener(broker.port, "#") as watcher:
        done = record(settings(broker.port), "", tmp_path / "f", Wanted(seconds=1), lambda *_: True)
        assert done.messages == 0
        assert watcher.all() == []


# --- on the command line -------------------------------------------------------------------------


def orangery(folder, *words):
    return CliRunner().invoke(main, ["--folder", str(folder), "--lang", "en", *words])


def test_the_command_says_what_was_replaced_and_how_to_read_it(tmp_path, broker):
    folder, file = furnish(tmp_path / "house", broker.port), tmp_path / "f.jsonl"
    with Voice(broker.port):
        done = orangery(folder, "record", str(file), "--seconds", "1.5")
    assert done.exit_code == 0, done.output
    assert f'"orangery replay {file}" gives 1 device(s)' in done.stdout
    assert "look at it before you share it" in done.stdout


def test_a_broker_that_the_house_does_not_have_is_said(tmp_path, broker):
    folder = furnish(tmp_path / "house", broker.port)
    done = orangery(folder, "record", str(tmp_path / "f"), "--broker", "attic")
    assert (done.exit_code, "no broker named attic" in done.stderr) == (1, True)
    assert not (tmp_path / "f").exists()


def test_ctrl_c_ends_it_and_keeps_what_was_heard(tmp_path, broker):
    folder, file = furnish(tmp_path / "house"), tmp_path / "f.jsonl"
    brokers.save(folder, [settings(broker.port)])
    with Voice(broker.port), Listener(broker.port, "$SYS/broker/version"):
        command = [sys.executable, "-m", "desktop", "--folder", str(folder)]
        command += ["record", str(file), "--seconds", "600", "--json"]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        ready = threading.Event()

        def wait_for_it():
            while not file.exists() and child.poll() is None:
                ready.wait(0.05)
            ready.wait(2.0)

        wait_for_it()
        os.kill(child.pid, signal.SIGINT)
        out, words = child.communicate(timeout=LIMIT)
    assert child.returncode == 0, (out, words)
    assert json.loads(out)["recorded"]["devices"] == 1
    assert replay(file.read_text().splitlines())["devices"][0]["name"] == "Hall lamp"
