"""The steps of a dialect are done in their order, and what came of them is told."""

from __future__ import annotations

import hashlib
import queue
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from firmware import errands
from firmware.errands import Errand, Errands
from firmware.jobs import Heard, Served, Unfit, Unsent
from fleet.dialects.base import Listener
from fleet.errors import BrokerError
from fleet.lan_http import Answer, LanError
from fleet.model import Device, Observation, Phase, UpdateWord, Version
from fleet.steps import Delay, HttpRequest, Lay, Publish, PublishFile, Refusal
from tests.firmware.serving import BODY, staged
from tests.fleet.test_lan_http import Device as WebDevice

FIRST, SECOND = Publish(topic="a", payload=b"1"), Publish(topic="b", payload=b"2")
INDEX = Lay(name="index.json", payload=b"[]")
ASK = HttpRequest(url="http://192.168.1.5/ota?url=x")
GIVE = HttpRequest(url="http://192.168.1.5/update", method="POST", upload="update")
SEEN = Observation(dialect="wled", ids=frozenset({("wled", "d")}), version=Version("0.15.3"))


class Wled(Listener):
    name, rank = "wled", 5

    def answered(self, device, request, status, body):
        if body == b"another":
            return Refusal("another_device_answers")
        return [SEEN] if body == b"0.15.3" else ()


class AtOnce(ThreadPoolExecutor):
    def submit(self, fn, /, *args, **more):
        done: Future = Future()
        done.set_result(fn(*args, **more))
        return done


class Hands:
    """Errands whose doors only remember."""

    def __init__(self, monkeypatch) -> None:
        self.did, self.told, self.seen, self.asked = [], [], [], []
        self.largest, self.published = 0, []
        self.away, self.wanted, self.answer = False, True, Answer(status=200, body=b"")
        doors = SimpleNamespace(
            pool=AtOnce(1),
            publish=self.publish,
            sent=lambda device, broker, step: self.did.append((device, broker, step.topic)),
            observe=lambda message, read: self.seen.append((message.topic, read)),
            loopback=lambda: False,
            largest=lambda _: self.largest,
        )
        self.errands = Errands(
            doors,
            lay=lambda transfer, step: self.did.append((transfer, step.name)),
            tell=self.told.append,
            wanted=lambda *_: self.wanted,
        )
        monkeypatch.setattr(errands.lan_http, "send", self.send)

    def publish(self, broker, step):
        if self.away:
            raise BrokerError("broker_away")
        self.published.append(step)

    def send(self, request, *, upload, loopback):
        self.asked.append((request, b"".join(upload.pieces) if upload else None))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def go(self, *steps, now: float = 0.0, **more) -> bool:
        values = {"device": Device(key="d", name="D"), "broker": "home", "transfer": "t"}
        one = Errand(dialect=Wled(), steps=steps, **{**values, **more})
        return self.errands.go(one, now)


@pytest.fixture
def hands(monkeypatch):
    return Hands(monkeypatch)


def test_steps_are_done_in_their_order_and_let_known(hands):
    assert hands.go(INDEX, FIRST, SECOND)
    assert hands.did == [("t", "index.json"), ("d", "home", "a"), ("d", "home", "b")]
    assert hands.told == []


def test_after_a_delay_it_goes_on_with_the_rest_once(hands):
    hands.go(FIRST, Delay(seconds=5), SECOND, now=100)
    assert len(hands.did) == 1
    assert hands.errands.due(104) == []
    (rest,) = hands.errands.due(105)
    assert hands.errands.due(106) == []
    hands.errands.go(rest, 105)
    assert hands.did == [("d", "home", "a"), ("d", "home", "b")]


def test_what_does_not_leave_the_house_is_told(hands):
    hands.away = True
    assert not hands.go(FIRST)
    assert hands.told == [Unsent("d", "broker_away")]


def test_a_question_that_does_not_leave_is_no_trouble_of_an_update(hands):
    hands.away = True
    assert not hands.go(FIRST, transfer="")
    assert hands.told == []


def test_nothing_is_done_for_an_update_that_has_ended(hands):
    hands.wanted = False
    assert not hands.go(INDEX, FIRST, ASK)
    assert (hands.did, hands.asked) == ([], [])


def test_a_name_that_cannot_be_laid_ends_the_update_as_a_fault(hands, caplog):
    hands.errands._lay = lambda *_: (_ for _ in ()).throw(ValueError("no name"))
    hands.go(INDEX, FIRST)
    assert [type(one) for one in hands.told] == [Unfit]
    assert hands.told[0].code == "fault"
    assert hands.did == []


# --- over HTTP ----------------------------------------------------------------------------------


def test_a_device_that_takes_the_request_has_accepted(hands):
    hands.go(ASK)
    assert hands.asked == [(ASK, None)]
    assert hands.told == [Heard("d", UpdateWord(phase=Phase.ACCEPTED, transfer="t"))]


def test_what_follows_a_request_waits_for_its_answer(hands):
    hands.go(ASK, FIRST)
    assert hands.did == []
    rest = hands.told[-1]
    assert isinstance(rest, Errand)
    hands.errands.go(rest, 0)
    assert hands.did == [("d", "home", "a")]


def test_its_dialect_reads_the_answer_for_the_house(hands):
    hands.answer = Answer(status=200, body=b"0.15.3")
    hands.go(ASK, transfer="")
    assert hands.seen == [(ASK.url, (SEEN,))]
    assert hands.told == []


def test_where_another_device_answers_nothing_more_is_done(hands):
    hands.answer = Answer(status=200, body=b"another")
    hands.go(ASK, GIVE)
    assert hands.told == [Unfit("d", "another_device_answers", "")]
    assert [request for request, _ in hands.asked] == [ASK]


def test_a_no_over_http_ends_the_update_in_the_devices_words(hands):
    hands.answer = Answer(status=500, body=b"not for this board")
    hands.go(ASK, FIRST)
    assert hands.told == [Unfit("d", "http_refused", "500 not for this board")]


@pytest.mark.parametrize("code", ["http_unreachable", "http_address_refused"])
def test_a_device_that_was_never_reached_has_not_got_it(hands, code):
    hands.answer = LanError(code, fact="192.168.1.5:80: no route")
    hands.go(ASK, FIRST)
    assert hands.told == [Unfit("d", code, "192.168.1.5:80: no route")]


def test_a_device_that_restarts_instead_of_answering_may_have_got_it(hands):
    """Only its version tells, so nothing is said; and nothing more is asked of it now."""
    hands.answer = LanError("http_no_answer", fact="192.168.1.5:80: reset")
    hands.go(ASK, FIRST)
    assert (hands.told, hands.did) == ([], [])


def test_a_question_that_is_not_answered_is_no_trouble_of_an_update(hands):
    hands.answer = LanError("http_unreachable", fact="192.168.1.5:80: no route")
    hands.go(ASK, transfer="")
    assert hands.told == []


def test_the_verified_file_goes_along_and_each_per_cent_is_told(hands, tmp_path):
    hands.go(GIVE, staged=staged(tmp_path))
    assert hands.asked == [(GIVE, BODY)]
    *served, last = hands.told
    assert last == Heard("d", UpdateWord(phase=Phase.INSTALLING, transfer="t"))
    sent = [one.sent for one in served if isinstance(one, Served)]
    assert sent == sorted(set(sent))
    assert sent[-1] == len(BODY)


def test_a_file_that_changes_on_the_disk_does_not_go_out_whole(hands, tmp_path):
    file = staged(tmp_path)
    file.path.write_bytes(BODY[::-1])
    hands.go(GIVE, staged=file)
    assert [one.code for one in hands.told] == ["fault"]


def test_an_upload_that_breaks_off_before_its_end_has_failed(hands, tmp_path, monkeypatch):
    def breaks(request, *, upload, loopback):
        next(iter(upload.pieces))
        raise LanError("http_no_answer", fact="reset")

    monkeypatch.setattr(errands.lan_http, "send", breaks)
    hands.go(GIVE, staged=staged(tmp_path))
    assert hands.told[-1] == Unfit("d", "http_no_answer", "reset")


def test_an_upload_that_is_not_answered_may_be_in(hands, tmp_path):
    hands.answer = LanError("http_no_answer", fact="reset")
    hands.go(GIVE, staged=staged(tmp_path))
    assert all(isinstance(one, Served) for one in hands.told)


def test_an_upload_ends_with_its_update(hands, tmp_path, monkeypatch):
    def given_up(request, *, upload, loopback):
        pieces = iter(upload.pieces)
        next(pieces)
        hands.wanted = False
        with pytest.raises(OSError, match="ended"):
            next(pieces)
        raise LanError("http_no_answer", fact="we hung up")

    monkeypatch.setattr(errands.lan_http, "send", given_up)
    hands.go(GIVE, staged=staged(tmp_path))
    assert hands.told[-1] == Unfit("d", "http_no_answer", "we hung up")


def test_a_dialect_that_asks_for_a_file_where_none_is_offered_is_a_fault(hands):
    hands.go(GIVE)
    assert [one.code for one in hands.told] == ["fault"]


WHOLE = PublishFile(topic="homie/d/$implementation/ota/firmware/")


def test_a_file_that_goes_as_one_message_goes_whole(hands, tmp_path) -> None:
    assert hands.go(WHOLE, SECOND, staged=staged(tmp_path))
    assert hands.published == [], "the house thread reads no file"
    (rest,) = hands.told
    hands.errands.go(rest, 0)
    assert hands.published[0].payload == BODY
    assert hands.published[0].topic == WHOLE.topic + hashlib.md5(BODY).hexdigest()
    assert hands.published[1] == SECOND


def test_a_message_that_the_broker_would_not_take_is_not_sent(hands, tmp_path) -> None:
    hands.largest = 2048
    hands.go(WHOLE, SECOND, staged=staged(tmp_path))
    assert hands.published == []
    assert hands.told == [Unfit("d", "broker_packet_limit", "2 KiB")]


def test_a_device_with_a_web_page_really_gets_the_file(tmp_path):
    """The whole way once without anything replaced: request, form, bytes, answer, next step."""
    device = WebDevice()
    try:
        told: queue.Queue = queue.Queue()
        doors = SimpleNamespace(
            pool=(pool := ThreadPoolExecutor(1)),
            publish=lambda *_: None,
            sent=lambda *_: None,
            observe=lambda *_: None,
            loopback=lambda: True,
        )
        real = Errands(doors, lay=lambda *_: None, tell=told.put, wanted=lambda *_: True)
        give = HttpRequest(url=f"{device.url}/update", method="POST", upload="update")
        one = Errand(
            device=Device(key="d", name="D"),
            broker="home",
            dialect=Wled(),
            steps=(give, FIRST),
            transfer="t",
            staged=staged(tmp_path),
        )
        assert real.go(one, 0)
        pool.shutdown()
    finally:
        device.stop()
    *_, word, rest = told.queue
    assert word == Heard("d", UpdateWord(phase=Phase.INSTALLING, transfer="t"))
    assert rest.steps == (FIRST,)
    ((_, path, _, body),) = device.asked
    assert path == "/update"
    assert BODY in body
