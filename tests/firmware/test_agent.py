"""The reference device installs only what was signed for it, and no power cut leaves it dark."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface

from firmware.agent import Agent, Habits
from firmware.agent_slots import TRIES, Header, Last, Slots, image, read_header
from firmware.agent_verify import (
    Me,
    Offered,
    RefusedError,
    UnreachableError,
    Verifier,
)
from firmware.serve import FileServer
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.model import BrokerState, Connection, Message, Publish
from tests.firmware.releases import Maker, Release, staged

ME = Me(id="lamp", vendor="acme", model="lamp", hardware="A")
FACTORY = Header(vendor="acme", model="lamp", version="1.0.0", counter=1, hardware=("A", "B"))
PREFIX = "orangery/v1/dev/lamp"


# --- slots: a power cut at every step ------------------------------------------------------------


class PowerCutError(BaseException):
    """Nothing runs after it, not even an `except Exception`."""


def life(slots: Slots, release: Release, hardware: str) -> str:
    """One install and all boots after it; returns the version that runs in the end."""
    slots.found(FACTORY)
    slots.remember(Last("t1", "accepted"))
    slots.part.write_bytes(release.image)
    slots.remember(Last("t1", "installing"))
    slots.install("t1")
    return boots(slots, hardware)


def boots(slots: Slots, hardware: str) -> str:
    while (booted := slots.boot()).trial:
        if booted.passes(hardware):
            slots.commit(booted.trial)
        else:
            slots.fall_back(booted.trial, "self test")
    return booted.header.version


def steps(release: Release, hardware: str, folder) -> list[str]:
    seen: list[str] = []
    life(Slots(folder, seen.append), release, hardware)
    return seen


GOOD, BAD = Release(), Release(fails_on=("A",))


@pytest.mark.parametrize(("release", "ends"), [(GOOD, "2.0.0"), (BAD, "1.0.0")])
def test_without_a_power_cut_a_good_image_is_committed_and_a_bad_one_given_up(
    release, ends, tmp_path
):
    assert life(Slots(tmp_path), release, "A") == ends


CUTS = {"good": (GOOD, 27), "bad": (BAD, 24)}  # release, steps of its life


@pytest.mark.parametrize("name", CUTS)
def test_every_step_of_the_installer_is_cut(name, tmp_path):
    release, count = CUTS[name]
    assert len(steps(release, "A", tmp_path)) == count


@pytest.mark.parametrize(
    ("release", "point"), [(one, point) for one, count in CUTS.values() for point in range(count)]
)
def test_a_power_cut_at_any_step_leaves_the_old_or_the_new(release, point, tmp_path):
    left = iter(range(point + 1))

    def cut(name: str) -> None:
        if next(left) == point:
            raise PowerCutError(name)

    with pytest.raises(PowerCutError):
        life(Slots(tmp_path / "device", cut), release, "A")
    again = Slots(tmp_path / "device")
    again.found(FACTORY)
    version = boots(again, "A")
    allowed = {"1.0.0", "2.0.0"} if release is GOOD else {"1.0.0"}
    assert version in allowed
    whole = {"1.0.0": image(FACTORY, b"factory"), "2.0.0": release.image}[version]
    assert (again.folder / again.active / "image").read_bytes() == whole
    if (last := again.last) is not None:
        assert last.phase in {"committed", "rolled_back", "failed"}, "it says how it ended"
        assert (last.phase == "committed") is (version == "2.0.0")


def test_a_slot_that_never_gets_to_its_commit_is_given_up_after_its_tries(tmp_path):
    slots = Slots(tmp_path)
    slots.found(FACTORY)
    slots.part.write_bytes(GOOD.image)
    slots.install("t1")
    assert [slots.boot().header.version for _ in range(TRIES + 1)] == ["2.0.0"] * TRIES + ["1.0.0"]
    assert slots.last is not None
    assert slots.last.phase == "rolled_back"


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


# --- its own checks ------------------------------------------------------------------------------


class Mirror(FetcherInterface):
    """A mirror in memory, to be tampered with."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def _fetch(self, url: str) -> Iterator[bytes]:
        name = url.removeprefix("mqtt:/").lstrip("/")
        if name not in self.files:
            raise DownloadHTTPError("not found", 404)
        return iter([self.files[name]])


@pytest.fixture
def maker() -> Maker:
    return Maker()


def install(tmp_path, maker, files, release=GOOD, me=ME, **lies: str) -> Header:
    """What the device does with an offer: judge, fetch, compare."""
    offer = Offered(transfer="t", path=release.path, **lies)
    verifier = Verifier(tmp_path, maker.root, me, offer, Mirror(files))
    size = verifier.judge(FACTORY)
    assert size == len(release.image)
    return verifier.fetch(tmp_path / "part", lambda _: None)


def refused(*args, **more) -> str:
    with pytest.raises(RefusedError) as raised:
        install(*args, **more)
    return raised.value.code


def test_a_signed_file_for_this_device_is_taken(tmp_path, maker):
    assert install(tmp_path, maker, maker.publish(GOOD)).version == "2.0.0"
    assert (tmp_path / "part").read_bytes() == GOOD.image


def altered(files: dict[str, bytes], word: str) -> dict[str, bytes]:
    """The hacked house's mirror: one byte of the file that has `word` in its name is another."""
    (name,) = [one for one in files if word in one]
    return {**files, name: files[name][:-2] + bytes([files[name][-2] ^ 1]) + files[name][-1:]}


def test_an_image_tampered_with_in_a_hacked_house_is_refused(tmp_path, maker):
    assert refused(tmp_path, maker, altered(maker.publish(GOOD), "lamp-2.0.0")) == "image_tampered"


@pytest.mark.parametrize("word", ["timestamp", "snapshot", "1.targets", "build-", "train-"])
def test_tampered_metadata_are_refused(word, tmp_path, maker):
    files = altered(maker.publish(GOOD), word)
    assert refused(tmp_path, maker, files) == "metadata_refused"


def test_a_longer_image_is_refused(tmp_path, maker):
    files = maker.publish(GOOD)
    (name,) = [one for one in files if "lamp-2.0.0" in one]
    assert refused(tmp_path, maker, {**files, name: files[name] + b"x"}) == "image_tampered"


def test_a_rolled_back_mirror_is_refused(tmp_path, maker):
    old = maker.publish(GOOD)
    install(tmp_path, maker, maker.publish(GOOD))
    assert refused(tmp_path, maker, old) == "metadata_refused"


def test_another_makers_mirror_is_refused(tmp_path, maker):
    maker.publish(GOOD)
    assert refused(tmp_path, maker, Maker().publish(GOOD)) == "metadata_refused"


@pytest.mark.parametrize(
    ("release", "code"),
    [
        (Release(hardware=("B",)), "other_hardware"),
        (Release(model="plug"), "other_model"),
        (Release(counter=1), "counter_too_old"),
        (Release(body=b""), "image_unreadable"),
    ],
)
def test_a_signed_file_that_is_not_for_this_device_is_refused(release, code, tmp_path, maker):
    assert refused(tmp_path, maker, maker.publish(release), release) == code


def test_a_train_and_a_build_that_name_different_bytes_are_refused(tmp_path, maker):
    files = maker.publish(GOOD, train={GOOD.path: "0" * 64})
    assert refused(tmp_path, maker, files) == "week_disagrees"


def test_a_file_the_train_does_not_ship_is_refused(tmp_path, maker):
    other = Release(version="3.0.0", counter=3)
    assert refused(tmp_path, maker, maker.publish(GOOD), other) == "not_in_week"


def test_a_recalled_file_is_refused(tmp_path, maker):
    files = maker.publish(GOOD, recalled=(GOOD.target.sha256,))
    assert refused(tmp_path, maker, files) == "recalled"


def test_a_house_that_promises_other_bytes_is_refused(tmp_path, maker):
    assert refused(tmp_path, maker, maker.publish(GOOD), sha256="f" * 64) == "offer_disagrees"


def test_an_image_whose_header_is_not_what_was_signed_is_refused(tmp_path, maker):
    class Lying(Release):
        @property
        def custom(self) -> dict[str, object]:
            return super().custom | {"counter": 99}

    assert refused(tmp_path, maker, maker.publish(Lying()), Lying()) == "image_disagrees"


def test_a_mirror_that_is_not_there_is_no_refusal(tmp_path, maker):
    maker.publish(GOOD)
    with pytest.raises(UnreachableError):
        install(tmp_path, maker, {})


# --- its life ------------------------------------------------------------------------------------


class Air:
    """An MQTT line in memory: keeps what the device says, and gives it what a house would say."""

    def __init__(self, server: FileServer) -> None:
        self.said: queue.Queue[tuple[str, object]] = queue.Queue()
        self.history: list[tuple[str, object]] = []
        self.server = server
        self.agent: Agent | None = None

    def connect(self, agent: Agent) -> Air:
        self.agent = agent
        return self

    def start(self) -> None:
        state = Connection(broker="home", state=BrokerState.CONNECTED)
        assert self.agent is not None
        self.agent.on_state(state)

    def stop(self) -> None:
        pass

    def subscribe(self, filters: object) -> None:
        pass

    def publish(self, step: Publish) -> None:
        part = step.topic.removeprefix(f"{PREFIX}/")
        if part == "fw/req":
            asked = Message(broker="home", topic=step.topic, payload=step.payload)
            self.server.on_request(asked, self.give)
        elif part != "state":
            self.said.put((part, json.loads(step.payload)))

    def give(self, step: Publish) -> None:
        assert self.agent is not None
        self.agent.on_message(Message(broker="home", topic=step.topic, payload=step.payload))

    def order(self, **order: object) -> None:
        self.give(Publish(topic=f"{PREFIX}/cmd", payload=json.dumps(order).encode()))

    def until(self, what: str, **said: object) -> dict[str, object]:
        """Wait for a word with these members; 20 s at most."""
        deadline = time.monotonic() + 20
        while True:
            word = self.said.get(timeout=max(0.01, deadline - time.monotonic()))
            self.history.append(word)
            if word[0] == what and said.items() <= word[1].items():
                return word[1]

    def hello(self, version: str) -> None:
        while self.until("hello")["components"] != [{"slot": "main", "version": version}]:
            pass


@contextmanager
def living(tmp_path, maker, transport="http", me=ME):
    """A device that runs in a thread beside a file server."""
    server = FileServer()
    server.start()
    air = Air(server)
    slots = Slots(tmp_path / "device")
    slots.found(FACTORY)
    habits = Habits(transport=transport, boot_s=0, patience_s=3, retry_s=0.01)
    agent = Agent(me, slots, maker.root, connect=air.connect, habits=habits)
    air.agent = agent
    thread = threading.Thread(target=agent.run)
    thread.start()
    try:
        yield air
    finally:
        agent.stop()
        thread.join()
        server.stop()


def offer(air: Air, tmp_path, files, release=GOOD, *, transport="http", transfer="") -> str:
    """Offer as the house does; `files` is the maker's mirror."""
    blob = tmp_path / "blob"
    blob.write_bytes(files[f"targets/fw/acme/lamp/{release.target.sha256}.{_name(release)}"])
    grant = air.server.offer(
        staged(blob, release.target), files, ttl=60, prefix=PREFIX, transfer=transfer
    )
    chunked = transport == "mqtt"
    mirror = "" if chunked else grant.mirror
    air.order(op="offer", transfer=grant.transfer, path=release.path, mirror=mirror, chunks=chunked)
    return grant.transfer


def _name(release: Release) -> str:
    return release.path.rpartition("/")[2]


@pytest.mark.parametrize("transport", ["http", "mqtt"])
def test_an_offer_is_verified_fetched_tried_and_committed(transport, tmp_path, maker):
    files = maker.publish(GOOD)
    with living(tmp_path, maker, transport) as air:
        air.hello("1.0.0")
        transfer = offer(air, tmp_path, files, transport=transport)
        assert air.until("ack")["accepted"] is True
        air.hello("2.0.0")
        air.until("fw/status", transfer=transfer, phase="committed", version="2.0.0")
    phases = [word["phase"] for what, word in air.history if what == "fw/status"]
    assert list(dict.fromkeys(phases)) == [
        "accepted", "transferring", "installing", "rebooting", "verifying", "committed",
    ]  # fmt: skip


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
        offer(air, tmp_path, files)
        said = air.until("fw/status", phase="refused")
        assert said["error"].startswith("image_tampered")
        air.order(op="identify")
        air.hello("1.0.0")


def test_the_same_offer_made_twice_is_installed_once(tmp_path, maker):
    files = maker.publish(GOOD)
    with living(tmp_path, maker) as air:
        transfer = offer(air, tmp_path, files)
        offer(air, tmp_path, files, transfer=transfer)
        air.hello("2.0.0")
        offer(air, tmp_path, files, transfer=transfer)
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


def test_orders_that_cannot_be_read_are_ignored(tmp_path, maker):
    maker.publish(GOOD)
    with living(tmp_path, maker) as air:
        for payload in (b"", b"[" * 9000, b"[1]", b'{"op":"offer","transfer":7}', b"\xff"):
            air.give(Publish(topic=f"{PREFIX}/cmd", payload=payload))
        air.order(op="identify")
        air.hello("1.0.0")


# --- as a process, over a real broker ------------------------------------------------------------


@pytest.mark.broker
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_device_killed_in_the_middle_of_its_transfer_says_so_and_takes_the_next(
    protocol, tmp_path, maker
):
    release = Release(body=os.urandom(3_000_000))
    files = maker.publish(release)
    (tmp_path / "root.json").write_bytes(maker.root)
    with OwnBroker() as broker, house(broker, protocol) as air:
        device = start(broker, protocol, tmp_path)
        try:
            air.hello("1.0.0")
            first = offer(air, tmp_path, files, release, transport="mqtt")
            air.until("fw/status", phase="transferring", of=len(release.image))
            device.kill()
            device.wait()
            device = start(broker, protocol, tmp_path)
            air.until("fw/status", transfer=first, phase="failed", error="interrupted")
            second = offer(air, tmp_path, files, release, transport="mqtt")
            air.hello("2.0.0")
            air.until("fw/status", transfer=second, phase="committed")
            device.send_signal(signal.SIGTERM)
            assert device.wait(20) == 0
        finally:
            device.kill()
            device.wait()


def start(broker, protocol, tmp_path) -> subprocess.Popen[bytes]:
    given = {
        "--port": broker.port, "--protocol": protocol, "--id": "lamp", "--model": "lamp",
        "--vendor": "acme", "--hardware": "A", "--folder": tmp_path / "flash",
        "--root": tmp_path / "root.json", "--transport": "mqtt", "--boot-seconds": 0.1,
    }  # fmt: skip
    words = [str(word) for pair in given.items() for word in pair]
    return subprocess.Popen([sys.executable, "-m", "firmware.agent", *words])


@contextmanager
def house(broker, protocol):
    """The house's half: a file server and a bus that answers requests for chunks."""
    server = FileServer()
    server.start()
    air = Air(server)
    settings = BrokerSettings(port=broker.port, protocol=protocol)
    up = threading.Event()

    def heard(message: Message) -> None:
        if message.payload and not message.topic.endswith("/state"):
            word = (message.topic.removeprefix(f"{PREFIX}/"), json.loads(message.payload))
            air.said.put(word)

    def on_state(state: Connection) -> None:
        if state.state is BrokerState.CONNECTED:
            up.set()

    bus = Bus(settings, on_message=heard, on_state=on_state)
    bus.subscribe([(f"{PREFIX}/{what}", 1) for what in ("hello", "ack", "fw/status")])
    bus.direct(f"{PREFIX}/fw/req", lambda message: server.on_request(message, bus.publish))
    air.give = bus.publish
    bus.start()
    assert up.wait(10)
    try:
        yield air
    finally:
        bus.stop()
        server.stop()
