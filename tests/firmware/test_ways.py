"""An update goes in the best dialect that takes it; where none does, each says why."""

from __future__ import annotations

import pytest

from firmware.ways import Way, choose
from fleet.dialects.base import Listener
from fleet.model import Caps, Device, Install, No
from fleet.steps import HttpRequest, Offer, Publish, Refusal

PUBLISH = Publish(topic="t", payload=b"")
ASK = HttpRequest(url="http://192.168.1.5/update")
OFFER = Offer(
    transfer="t", version="2", sha256="aa", size=10, path="p", url="http://h/t/x",
    mirror="http://h/t/m", place="http://h/t/",
    facts={"format": "zip"},
)  # fmt: skip
URL = Caps(install=frozenset({Install.URL}))


class Speaks(Listener):
    """A dialect with one answer."""

    def __init__(self, name: str, answer: object) -> None:
        self.name, self.rank, self.answer, self.asked = name, 1, answer, 0

    def plan(self, device, offer):
        self.asked += 1
        return self.answer


def device(caps: Caps = URL) -> Device:
    return Device(key="d", name="D", caps=caps)


def chosen(*dialects: Speaks, offer: Offer | None = OFFER, http: bool = False, caps: Caps = URL):
    return choose(dialects, device(caps), offer, http=http)


def test_the_first_that_takes_it_is_the_way():
    best, other = Speaks("best", [PUBLISH]), Speaks("other", [PUBLISH])
    way = chosen(best, other)
    assert isinstance(way, Way)
    assert (way.dialect, way.steps, other.asked) == (best, (PUBLISH,), 0)


def test_a_refusal_leads_to_the_next_best():
    way = chosen(
        Speaks("best", Refusal("url_too_long", "120")), other := Speaks("other", [PUBLISH])
    )
    assert isinstance(way, Way)
    assert way.dialect is other


def test_where_all_refuse_all_are_told_in_their_order():
    told = chosen(Speaks("best", Refusal("url_too_long", "120")), Speaks("x", Refusal("needs_url")))
    assert told == (No("best", "url_too_long", "120"), No("x", "needs_url"))


def test_who_speaks_nothing_we_know_has_no_way():
    assert chosen() == (No("", "no_way_to_install"),)


def test_a_header_that_does_not_suit_is_a_refusal_before_the_dialect_is_asked():
    tasmota = Speaks("tasmota", [PUBLISH])
    assert chosen(tasmota) == (No("tasmota", "image_of_another_kind", "zip"),)
    assert not tasmota.asked


def test_its_makers_own_update_has_no_header_to_look_at():
    way = chosen(Speaks("tasmota", [PUBLISH]), offer=None)
    assert isinstance(way, Way)
    assert (way.install, way.fetches) == (Install.OWN, False)


def test_http_is_a_way_only_where_the_household_allows_it():
    wled = Speaks("wled", [ASK])
    caps = Caps(install=frozenset({Install.HTTP}))
    offer = replace_facts(OFFER)
    assert chosen(wled, offer=offer, caps=caps) == (No("wled", "http_not_allowed"),)
    way = chosen(wled, offer=offer, caps=caps, http=True)
    assert isinstance(way, Way)
    assert (way.install, way.fetches) == (Install.HTTP, False)


def replace_facts(offer: Offer) -> Offer:
    return Offer(**{name: getattr(offer, name) for name in OFFER.__slots__} | {"facts": {}})


def test_who_refuses_for_http_leaves_it_to_one_that_needs_none():
    way = chosen(Speaks("a", [ASK]), other := Speaks("b", [PUBLISH]))
    assert isinstance(way, Way)
    assert way.dialect is other


@pytest.mark.parametrize(
    ("step", "way", "fetches"),
    [
        (Publish(topic="OtaUrl", payload=b"http://h/t/x"), Install.URL, True),
        (Publish(topic="z", payload=b'{"url": "http://h/t/index.json"}'), Install.URL, True),
        (Publish(topic="cmd", payload=b'{"mirror": "http://h/t/m"}'), Install.URL, True),
        (Publish(topic="cmd", payload=b'{"chunks": true}'), Install.CHUNKS, False),
        (HttpRequest(url="http://192.168.1.5/ota?url=http%3A%2F%2Fh%2Ft%2Fx"), Install.HTTP, True),
        (HttpRequest(url="http://192.168.1.5/update", upload="update"), Install.HTTP, False),
    ],
)
def test_who_is_told_an_address_of_ours_has_to_come_for_the_file(step, way, fetches):
    found = chosen(Speaks("a", [step]), http=True)
    assert isinstance(found, Way)
    assert (found.install, found.fetches) == (way, fetches)
