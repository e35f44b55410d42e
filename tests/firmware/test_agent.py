"""The reference device installs only what was signed for it, and no power cut leaves it dark."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from firmware.agent import Agent, Body, Habits
from firmware.agent_offer import Me
from firmware.agent_slots import TRIES, Header, Runs, Slots, read_header
from firmware.serve import FileServer
from fleet.brokers import OwnBroker
from fleet.steps import Publish
from tests.firmware.air import PREFIX, Air, house, offer
from tests.firmware.releases import Maker, Release, altered, lay_out

ME = Me(id="lamp", vendor="acme", model="lamp", hardware="A")
FACTORY = Header(vendor="acme", model="lamp", version="1.0.0", counter=1, hardware=("A", "B"))


GOOD, BAD = Release(), Release(fails_on=("A",))


# --- slots ---------------------------------------------------------------------------------------


def test_a_slot_that_never_gets_to_its_commit_is_given_up_after_its_tries(tmp_path):
    slots = Slots(tmp_path)
    slots.found(FACTORY)
    slots.part.path.write_bytes(GOOD.image)
    slots.install("t1")
    assert [slots.boot().header.version for _ in range(TRIES + 1)] == ["2.0.0"] * TRIES + ["1.0.0"]
    assert slots.last is not None
    assert slots.last.phase == "rolled_back"


@pytest.mark.parametrize(("active", "counter"), [("a", 1), ("a 9", 9)])
def test_the_counter_that_was_signed_is_the_floor_and_in_an_old_folder_the_images_own(
    active, counter, tmp_path
):
    slots = Slots(tmp_path)
    slots.found(FACTORY)
    slots.write("active", active.encode())
    assert slots.runs == Runs(FACTORY, counter)


def test_a_trial_that_an_earlier_version_began_is_committed_with_the_images_own_counter(tmp_path):
    slots = Slots(tmp_path)
    slots.found(FACTORY)
    slots.part.path.write_bytes(GOOD.image)
    slots.install("t1")
    slots.write("trial", b'{"slot":"b","transfer":"t1","version":"2.0.0","tries":0}')
    slots.commit(slots.boot().trial)
    assert slots.runs.counter == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ORG1",
        b"ORG1\xff\xff\xff\xff",
        b"ORG1\x02\0\0\0{}x",
        b"GRO1\x02\0\0\0{}",
        GOOD.image[:60],
    ],
)
def test_what_is_no_image_is_refused(body, tmp_path):
    (tmp_path / "image").write_bytes(body)
    with pytest.raises(ValueError, match=r".+"):
        read_header(tmp_path / "image")


@pytest.fixture
def maker() -> Maker:
    return Maker()


# --- its life ------------------------------------------------------------------------------------


@contextmanager
def living(tmp_path, maker, transport="http", me=ME, body=None, **takes):
    """A device that runs in a thread beside a file server."""
    server = FileServer()
    server.start()
    air = Air(server)
    slots = Slots(tmp_path / "device")
    slots.found(FACTORY)
    habits = Habits(transport=transport, boot_s=0, patience_s=3, retry_s=0.01, **takes)
    agent = Agent(me, slots, maker.root, connect=air.connect, habits=habits, body=body)
    air.agent = agent
    thread = threading.Thread(target=agent.run)
    thread.start()
    try:
        yield air
    finally:
        agent.stop()
        thread.join()
        server.stop()


def test_it_does_what_it_is_set_to_and_answers(tmp_path, maker):
    maker.publish(GOOD)
    with living(tmp_path, maker) as air:
        assert air.until("hello")["features"][0]["settable"]
        air.order(op="set", feature="lit", value=True)
        assert air.until("ack", feature="lit")["accepted"] is True
        air.until("tele", lit=True)
        air.order(op="set", feature="speed", value=3)
        refused = air.until("ack", feature="speed")
    assert (refused["accepted"], refused["code"]) == (False, "unknown_feature")


@pytest.mark.parametrize("transport", ["http", "mqtt"])
def test_an_offer_is_verified_fetched_tried_and_committed(transport, tmp_path, maker):
    files = maker.publish(GOOD)
    with living(tmp_path, maker, transport) as air:
        air.hello("1.0.0")
        transfer = offer(air, tmp_path, files, GOOD, transport=transport)
        assert air.until("ack")["accepted"] is True
        air.hello("2.0.0")
        air.until("fw/status", transfer=transfer, phase="committed", version="2.0.0")
    phases = [word["phase"] for what, word in air.history if what == "fw/status"]
    assert list(dict.fromkeys(phases)) == [
        "accepted", "transferring", "installing", "rebooting", "verifying", "committed",
    ]  # fmt: skip
    assert phases.count("transferring") > 1  # its progress
    assert air.certain == list(dict.fromkeys(phases))  # which no phase waits behind


def test_a_device_with_room_says_what_chunks_it_takes_and_asks_for_them(tmp_path, maker):
    release = Release(body=b"x" * 100_000)
    files = maker.publish(release)
    with living(tmp_path, maker, "mqtt", chunk=16_384, window=16) as air:
        assert air.until("hello", chunk_max=16_384, window_max=16)
        offer(air, tmp_path, files, release, transport="mqtt")
        air.hello("2.0.0")
        first = {one.first for one in air.server.fetched if one.file.startswith("targets/fw/")}
    assert first == {0}  # seven chunks, all in the first window


def test_a_bad_image_falls_back_by_itself_and_says_so(tmp_path, maker):
    files = maker.publish(BAD)
    with living(tmp_path, maker) as air:
        transfer = offer(air, tmp_path, files, BAD)
        air.until("fw/status", phase="verifying")
        air.hello("1.0.0")
        said = air.until("fw/status", transfer=transfer, phase="rolled_back")
    assert "hardware A" in said["error"]
    assert not [word for what, word in air.history if "2.0.0" in str(word) and what == "hello"]


def test_a_hacked_house_is_refused_by_the_device_itself(tmp_path, maker):
    files = altered(maker.publish(GOOD), "lamp-2.0.0")
    with living(tmp_path, maker) as air:
        offer(air, tmp_path, files, GOOD)
        said = air.until("fw/status", phase="refused")
        assert said["error"].startswith("image_tampered")
        assert air.until("hello")["report"]["attack"] == "image_tampered"
        air.order(op="identify")
        air.hello("1.0.0")


def test_the_same_offer_made_twice_is_installed_once(tmp_path, maker):
    files = maker.publish(GOOD)
    with living(tmp_path, maker) as air:
        transfer = offer(air, tmp_path, files, GOOD)
        offer(air, tmp_path, files, GOOD, transfer=transfer)
        air.hello("2.0.0")
        offer(air, tmp_path, files, GOOD, transfer=transfer)
        air.order(op="nonsense")
        air.until("fw/status", phase="committed")
        air.order(op="identify")
        air.hello("2.0.0")
    phases = [word["phase"] for what, word in air.history if what == "fw/status"]
    assert phases.count("installing") == 1


def test_a_mirror_that_never_answers_is_a_failure(tmp_path, maker):
    maker.publish(GOOD)
    with living(tmp_path, maker) as air:
        air.order(op="offer", transfer="t", path=GOOD.path, mirror="http://127.0.0.1:9/x")
        air.until("fw/status", phase="failed")


def test_a_device_that_may_not_now_says_why_and_takes_it_later(tmp_path, maker):
    files, why = maker.publish(GOOD), ["battery_low", ""]
    with living(tmp_path, maker, body=Body(ready=lambda: why.pop(0))) as air:
        offer(air, tmp_path, files, GOOD)
        ack = air.until("ack")
        assert (ack["accepted"], ack["code"]) == (False, "battery_low")
        assert air.until("fw/status", phase="refused")["error"].startswith("battery_low")
        offer(air, tmp_path, files, GOOD)
        air.hello("2.0.0")


def test_an_image_that_is_not_well_after_its_boot_is_given_up(tmp_path, maker):
    files = maker.publish(GOOD)
    with living(tmp_path, maker, body=Body(unwell=lambda *_: "no sensor answers")) as air:
        offer(air, tmp_path, files, GOOD)
        air.hello("1.0.0")
        said = air.until("fw/status", phase="rolled_back")
    assert said["error"] == "no sensor answers"


def test_each_hello_bears_a_report_that_counts_upwards(tmp_path, maker):
    files = maker.publish(GOOD)
    with living(tmp_path, maker) as air:
        first = air.until("hello")["report"]
        offer(air, tmp_path, files, GOOD)
        air.hello("2.0.0")
    hellos = [word["report"] for what, word in air.history if what == "hello"]
    assert hellos[-1]["version"] == "2.0.0"
    assert hellos[-1]["number"] > first["number"]


def test_orders_that_cannot_be_read_are_ignored(tmp_path, maker):
    maker.publish(GOOD)
    with living(tmp_path, maker) as air:
        for payload in (b"", b"[" * 9000, b"[1]", b'{"op":"offer","transfer":7}', b"\xff"):
            air.give(Publish(topic=f"{PREFIX}/cmd", payload=payload))
        air.order(op="identify")
        air.hello("1.0.0")


# --- as a process, over a real broker ------------------------------------------------------------


@pytest.mark.broker
@pytest.mark.parametrize("kind", ["full", "partial"])
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_device_killed_in_the_middle_of_its_transfer_says_so_and_takes_the_next(
    protocol, kind, tmp_path, maker
):
    release = Release(body=os.urandom(3_000_000))
    files = maker.publish(release)
    lay_out(files, tmp_path)
    with OwnBroker() as broker, house(broker, protocol) as air:
        device = start(broker, protocol, kind, tmp_path)
        try:
            air.hello("1.0.0")
            first = offer(air, tmp_path, files, release, transport="mqtt")
            air.until("fw/status", phase="transferring", of=len(release.image))
            device.kill()
            device.wait()
            device = start(broker, protocol, kind, tmp_path)
            air.until("fw/status", transfer=first, phase="failed", error="interrupted")
            second = offer(air, tmp_path, files, release, transport="mqtt")
            air.hello("2.0.0")
            air.until("fw/status", transfer=second, phase="committed")
            device.send_signal(signal.SIGTERM)
            assert device.wait(20) == 0
        finally:
            device.kill()
            device.wait()


def start(broker, protocol, kind, tmp_path) -> subprocess.Popen[bytes]:
    metadata = tmp_path / "metadata"
    born = {
        "full": {"--root": metadata / "1.root.json"},
        "partial": {"--targets": metadata / "1.targets.json", "--line": "lamp"},
    }
    given = {
        "--port": broker.port, "--protocol": protocol, "--id": "lamp", "--model": "lamp",
        "--vendor": "acme", "--hardware": "A", "--folder": tmp_path / "flash",
        "--transport": "mqtt", "--boot-seconds": 0.1, **born[kind],
    }  # fmt: skip
    words = [str(word) for pair in given.items() for word in pair]
    return subprocess.Popen([sys.executable, "-m", "firmware.agent", *words])
