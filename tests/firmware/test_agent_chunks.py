"""What a device pulls over MQTT arrives whole, whatever becomes of the messages on the way."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from collections import deque
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tuf.api.exceptions import DownloadError, DownloadHTTPError

from firmware import chunks
from firmware.agent_chunks import ChunkFetcher, Pull
from fleet.brokers import BrokerSettings, OwnBroker
from fleet.bus import Bus
from fleet.dialects.native import CHUNK
from fleet.model import BrokerState
from fleet.steps import Publish
from tests.firmware.serving import PREFIX, serving, staged


class LossyHouse:
    """Answers requests as the house does, but loses, repeats and mixes what it sends."""

    def __init__(
        self, files: dict[str, bytes] | None, loss: float = 0.0, seed: int = 7, **habits
    ) -> None:
        self.files, self.loss, self.random = files, loss, random.Random(seed)
        self.fetcher = ChunkFetcher("t", self.ask, **{"patience_s": 20, "gap_s": 0.005} | habits)
        self.asked = 0
        self.sent: list[str] = []
        self.largest = 0
        self.until: int | None = None  # messages, then the house is gone

    def ask(self, asked: dict[str, object]) -> None:
        self.asked += 1
        request = chunks.read(json.dumps(asked).encode())
        assert request is not None
        steps_ = list(chunks.answer(PREFIX, request, self.files, self.largest))
        self.random.shuffle(steps_)
        for step in steps_:
            *_, stream, part = step.topic.split("/")
            if self.until is not None and len(self.sent) >= self.until:
                return
            self.sent.append(part)
            if self.random.random() >= self.loss:
                self.fetcher.take(stream, part, step.payload)
                self.fetcher.take(stream, part, step.payload)


BODY = bytes(range(256)) * 500


def test_chunks_arrive_whole_though_they_are_mixed_and_repeated():
    house = LossyHouse({"targets/f": BODY})
    assert b"".join(house.fetcher.fetch("mqtt:/targets/f")) == BODY
    assert house.asked <= len(BODY) // (4 * CHUNK) + 2  # half a window at a time


def test_lost_chunks_are_asked_for_again():
    house = LossyHouse({"f": BODY[:60_000]}, loss=0.1)
    assert b"".join(house.fetcher.fetch("mqtt:/f")) == BODY[:60_000]


def test_an_empty_file_is_a_file():
    assert b"".join(LossyHouse({"f": b""}).fetcher.fetch("mqtt:/f")) == b""


@pytest.mark.parametrize(("files", "status"), [({}, 404), (None, 410)])
def test_what_the_house_does_not_give_is_told_as_http_would(files, status):
    with pytest.raises(DownloadHTTPError) as raised:
        list(LossyHouse(files).fetcher.fetch("mqtt:/f"))
    assert raised.value.status_code == status


def test_a_house_that_says_nothing_is_given_up():
    with pytest.raises(DownloadError):
        list(ChunkFetcher("t", lambda _: None, patience_s=0.1, gap_s=0.01).fetch("mqtt:/f"))


@pytest.mark.parametrize(
    "head", [b"", b"[]", b"[" * 9999, b'{"size":-1,"chunk":1}', b'{"size":1,"chunk":0}']
)
def test_a_head_that_makes_no_sense_is_an_error(head):
    fetcher = ChunkFetcher("t", lambda asked: fetcher.take(asked["stream"], "head", head))
    with pytest.raises(DownloadError):
        list(fetcher.fetch("mqtt:/f"))


# --- losses --------------------------------------------------------------------------------------


@given(
    count=st.integers(0, 200),
    window=st.integers(1, 16),
    lost=st.sets(st.integers(0, 400)),
    twice=st.sets(st.integers(0, 400)),
    late=st.sets(st.integers(0, 400)),
)
def test_every_chunk_comes_whatever_is_lost_doubled_or_late(count, window, lost, twice, late):
    """`lost`, `twice`, `late`: which messages, counted as they are sent."""
    pull, wire, here, sent = Pull(range(count), window), deque(), set(), 0
    asking = pull.next()
    while len(here) < count:
        assert len(asking) <= window
        for number in asking:
            if sent not in lost:
                wire.extend([number] * (1 + (sent in twice)))
            if sent in late:
                wire.rotate(1)  # overtaken by what was sent before it
            sent += 1
        if wire:
            number = wire.popleft()
            here.add(number)
            pull.came(number)
            asking = pull.next()
        else:
            asking = pull.next(silence=True)
            assert asking
    assert sent <= 2 * count + 401 * window  # never more than what was lost or held for lost


def test_no_more_than_a_window_is_under_way_and_half_of_it_is_asked_for_at_once():
    pull = Pull(range(100), 8)
    assert pull.next() == list(range(8))
    for number in range(3):
        pull.came(number)
        assert pull.next() == []
    pull.came(3)
    assert pull.next() == [8, 9, 10, 11]


def test_a_gap_is_asked_for_with_the_next_chunks_without_waiting_for_silence():
    pull = Pull(range(100), 8)
    pull.next()
    for number in (0, 1, 3, 4):  # 2 is lost
        pull.came(number)
    assert pull.next() == [8, 9, 10, 11]
    for number in (5, 6, 7, 8):
        pull.came(number)
    assert pull.next()[0] == 2


def test_two_in_a_hundred_lost_cost_few_requests_and_no_silence():
    body = bytes(1 << 20)
    house = LossyHouse({"f": body}, loss=0.02)
    assert b"".join(house.fetcher.fetch("mqtt:/f")) == body
    assert len(house.sent) <= 256 * 1.1


@pytest.mark.parametrize(("chunk", "window"), [(16_384, 16), (65_536, 16), (1000, 3)])
def test_a_device_has_its_own_chunks_and_window(chunk, window):
    house = LossyHouse({"f": BODY}, chunk=chunk, window=window)
    assert b"".join(house.fetcher.fetch("mqtt:/f")) == BODY
    assert len(house.sent) == -(-len(BODY) // chunk) + 1


def test_what_the_broker_does_not_take_comes_in_smaller_chunks():
    house = LossyHouse({"f": BODY}, chunk=65_536)
    house.largest = 10_256
    assert b"".join(house.fetcher.fetch("mqtt:/f")) == BODY


def test_a_house_that_knows_no_wants_is_understood_all_the_same():
    house = LossyHouse({"f": BODY}, loss=0.1)
    ask = house.fetcher._ask
    house.fetcher._ask = lambda asked: ask({k: v for k, v in asked.items() if k != "want"})
    assert b"".join(house.fetcher.fetch("mqtt:/f")) == BODY


# --- power cuts ----------------------------------------------------------------------------------

BIG = bytes(range(256)) * 4000  # 250 chunks
NAME = f"targets/fw/acme/{'a' * 64}.lamp.bin"


def cut_off(folder, messages: int) -> LossyHouse:
    """A fetch that ends after so many messages, as in a power cut."""
    house = LossyHouse({NAME: BIG}, patience_s=0.05, folder=folder)
    house.until = messages
    with pytest.raises(DownloadError):
        list(house.fetcher.fetch(f"mqtt:/{NAME}"))
    return house


def test_what_came_before_a_power_cut_is_not_fetched_again(tmp_path):
    cut_off(tmp_path, 200)
    house = LossyHouse({NAME: BIG}, folder=tmp_path)
    assert b"".join(house.fetcher.fetch(f"mqtt:/{NAME}")) == BIG
    assert len(house.sent) <= 250 - 128 + 1  # what was not yet marked, and the head
    assert list(tmp_path.iterdir()) == []


def test_chunks_of_another_size_are_begun_anew(tmp_path):
    cut_off(tmp_path, 200)
    house = LossyHouse({NAME: BIG}, folder=tmp_path)
    house.largest = 2048
    assert b"".join(house.fetcher.fetch(f"mqtt:/{NAME}")) == BIG


def test_spoilt_pieces_are_handed_on_once_and_not_kept(tmp_path):
    """Whoever takes them compares the hash of the whole; then it is fetched anew."""
    cut_off(tmp_path, 200)
    (kept,) = tmp_path.glob("*.pieces")
    with kept.open("r+b") as file:
        file.write(b"?")
    for right in (False, True):
        fetcher = LossyHouse({NAME: BIG}, folder=tmp_path).fetcher
        assert (b"".join(fetcher.fetch(f"mqtt:/{NAME}")) == BIG) is right


def test_what_is_left_of_another_file_is_cleared_away(tmp_path):
    cut_off(tmp_path, 200)
    other = NAME.replace("a" * 64, "b" * 64)
    house = LossyHouse({other: BODY}, folder=tmp_path)
    assert b"".join(house.fetcher.fetch(f"mqtt:/{other}")) == BODY
    assert list(tmp_path.iterdir()) == []


def test_metadata_leaves_nothing_behind(tmp_path):
    house = LossyHouse({"metadata/1.root.json": b"{}"}, folder=tmp_path)
    assert b"".join(house.fetcher.fetch("mqtt:/metadata/1.root.json")) == b"{}"
    assert list(tmp_path.iterdir()) == []


# --- with everything real ------------------------------------------------------------------------


@pytest.mark.broker
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_file_arrives_whole_over_a_real_broker_though_messages_are_lost(protocol, tmp_path):
    body = random.Random(1).randbytes(1 << 20)
    dice, up = random.Random(2), threading.Event()
    with OwnBroker() as broker, serving() as server, ExitStack() as stack:
        file = staged(tmp_path, body=body)
        grant = server.offer(file, {}, ttl=60, prefix=PREFIX)

        def connect(took) -> Bus:
            bus = Bus(
                BrokerSettings(host="127.0.0.1", port=broker.port, protocol=protocol),
                on_message=took,
                on_state=lambda state: state.state is BrokerState.CONNECTED and up.set(),
            )
            stack.callback(bus.stop)
            up.clear()
            bus.start()
            assert up.wait(10)
            return bus

        def took(message) -> None:
            *_, stream, part = message.topic.split("/")
            if dice.random() >= 0.02:
                fetcher.take(stream, part, message.payload)

        house = connect(lambda _: None)
        house.direct(
            "orangery/v1/dev/+/fw/req",
            lambda message: server.on_request(message, house.publish, house.largest),
        )
        house.probe(10)  # so the subscription before it stands too
        device = connect(took)
        device.subscribe([(f"{PREFIX}/fw/+/+/+", 0)])
        fetcher = ChunkFetcher(
            grant.transfer,
            lambda asked: device.publish(
                Publish(topic=f"{PREFIX}/fw/req", payload=json.dumps(asked).encode(), qos=1)
            ),
            chunk=16_384,
            window=16,
        )
        name = f"targets/fw/acme/lamp/{file.target.sha256}.lamp-1.2.0.bin.gz"
        came = b"".join(fetcher.fetch(f"mqtt:/{name}"))
    assert hashlib.sha256(came).hexdigest() == file.target.sha256
