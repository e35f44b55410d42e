"""What a device pulls over MQTT arrives whole, whatever becomes of the messages on the way."""

from __future__ import annotations

import json
import random

import pytest
from tuf.api.exceptions import DownloadError, DownloadHTTPError

from firmware import chunks
from firmware.agent_chunks import ChunkFetcher
from fleet.dialects.native import CHUNK

PREFIX = "orangery/v1/dev/lamp"


class LossyHouse:
    """Answers requests as the house does, but loses, repeats and mixes what it sends."""

    def __init__(self, files: dict[str, bytes] | None, loss: float = 0.0) -> None:
        self.files, self.loss, self.random = files, loss, random.Random(7)
        self.fetcher = ChunkFetcher("t", self.ask, patience_s=20)
        self.asked = 0

    def ask(self, asked: dict[str, object]) -> None:
        self.asked += 1
        request = chunks.read(json.dumps(asked).encode())
        assert request is not None
        steps_ = list(chunks.answer(PREFIX, request, self.files))
        self.random.shuffle(steps_)
        for step in steps_:
            *_, stream, part = step.topic.split("/")
            if self.random.random() >= self.loss:
                self.fetcher.take(stream, part, step.payload)
                self.fetcher.take(stream, part, step.payload)


BODY = bytes(range(256)) * 500


def test_chunks_arrive_whole_though_they_are_mixed_and_repeated():
    house = LossyHouse({"targets/f": BODY})
    assert b"".join(house.fetcher.fetch("mqtt:/targets/f")) == BODY
    assert house.asked <= len(BODY) // (8 * CHUNK) + 2


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
        list(ChunkFetcher("t", lambda _: None, patience_s=0.1).fetch("mqtt:/f"))


@pytest.mark.parametrize("head", [b"", b"[]", b'{"size":-1,"chunk":1}', b'{"size":1,"chunk":0}'])
def test_a_head_that_makes_no_sense_is_an_error(head):
    fetcher = ChunkFetcher("t", lambda asked: fetcher.take(asked["stream"], "head", head))
    with pytest.raises(DownloadError):
        list(fetcher.fetch("mqtt:/f"))
