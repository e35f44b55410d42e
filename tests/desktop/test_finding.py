from __future__ import annotations

from dataclasses import replace

import pytest

from desktop import finding
from desktop.finding import NAMES, STATES, Query, Trouble, complete
from desktop.models.mirror import Mirror
from fleet.capability import Capability, Feature
from fleet.model import Endpoint
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW, device

RSSI = {"rssi": Feature(capability=Capability.SIGNAL, dialect="native", unit="dBm")}
MORE = (
    device("hub", "Multimode gateway", model="MG-3", kind="gateway"),
    device(
        "s1",
        "Attic sensor",
        room="Attic",
        kind="sensor",
        battery=12.0,
        via="hub",
        tags=frozenset({"Spare part", "north"}),
        features=RSSI,
        readings={"rssi": -88.0},
        seen=7_200,
    ),
    device("s2", "Garden sensor", battery=90.0, seen=None, spare=True, pinned=True),
    device(
        "p1",
        "Desk plug",
        kind="plug",
        dialects=("tasmota",),
        ask_first=True,
        version="9.1",
        endpoints={
            "tasmota": Endpoint(broker="home", dialect="tasmota", id="x", data={"ip": "192.0.2.7"})
        },
    ),
)


@pytest.fixture(scope="module")
def mirror() -> Mirror:
    snapshot = fake_house.house()
    return Mirror(replace(snapshot, devices={one.key: one for one in MORE}))


def found(mirror: Mirror, text: str) -> set[str]:
    query = Query(text)
    each = mirror.devices.values()
    return {one.key for one in each if query.passes(finding.traits(mirror, one), NOW)}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("tag:north", {"s1"}),
        ('tag:"spare part"', {"s1"}),
        ("gateway:multimode", {"s1"}),
        ("dialect:tasmota", {"p1"}),
        ("battery<20", {"s1"}),
        ("battery>=90%", {"s2"}),
        ("signal<40", {"s1"}),
        ("has:signal", {"s1"}),
        ("seen>1h", {"s1", "s2"}),
        ("seen<1m", {"hub", "p1"}),
        ("fw>2", {"p1"}),
        ("version=9.1", {"p1"}),
        ("is:ask-first", {"p1"}),
        ("is:pinned", {"s2"}),
        ("is:spare", {"s2"}),
        ("-kind:light -has:battery", {"hub", "p1"}),
        ("-sensor -gateway", {"p1"}),
        ("192.0.2.7", {"p1"}),
        ("kind:sens room:att", {"s1"}),
        ("is:p", {"s2"}),  # being typed: what begins so
        ("room:", {"hub", "s1", "s2", "p1"}),
        ("battery<", {"hub", "s1", "s2", "p1"}),
        ("-room:", {"hub", "s1", "s2", "p1"}),
        ('"attic sens', {"s1"}),
        ("ROOM：ATTIC", {"s1"}),  # noqa: RUF001 - a Chinese keyboard's colon
    ],
)
def test_a_word_finds_what_it_says(mirror: Mirror, text: str, keys: set[str]) -> None:
    assert found(mirror, text) == keys
    assert Query(text).wrong == []


@pytest.mark.parametrize(
    ("text", "word", "why", "possible"),
    [
        ("romm:hall", "romm:hall", Trouble.NAME, NAMES),
        ("room<3", "room<3", Trouble.NAME, NAMES),
        ("-is:broken", "is:broken", Trouble.VALUE, STATES),
        ("battery<low", "battery<low", Trouble.NUMBER, ()),
        ("seen>yesterday", "seen>yesterday", Trouble.SPAN, ()),
        ("battery<nan", "battery<nan", Trouble.NUMBER, ()),
    ],
)
def test_a_word_that_is_not_understood_is_told_with_what_could_stand_there(
    text: str, word: str, why: Trouble, possible: tuple[str, ...]
) -> None:
    (wrong,) = Query(f"lamp {text}").wrong
    assert (wrong.word, wrong.why, wrong.possible) == (word, why, possible)


@pytest.mark.parametrize("text", ["02:00:5e:00:00:01", "http://192.0.2.7", "zigbee2mqtt/lamp", "-"])
def test_addresses_and_topics_are_words_like_others(text: str) -> None:
    assert Query(text).wrong == []


VALUES = {"room": ("Attic", "Living room"), "is": STATES, "tag": ("north",)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("r", ["room:"]),
        ("b", ["battery<"]),
        ("lamp -ro", ["-room:"]),
        ("se", ["seen>"]),
        ("room:", ["room:Attic", 'room:"Living room"']),
        ("room:liv", ['room:"Living room"']),
        ("-room:room", ['-room:"Living room"']),
        ("is:off", ["is:offline"]),
        ("is:offline", []),
        ("room:attic t", ["tag:"]),
        ("", []),
        ("-", []),
        ("zzz", []),
        ("nothing:x", []),
    ],
)
def test_what_may_follow_is_offered_while_a_word_is_typed(text: str, words: list[str]) -> None:
    begin, end, offered = complete(text, len(text), lambda: VALUES)
    assert offered == words
    assert text[begin:end] == text.rpartition(" ")[2]


def test_a_value_in_quotes_is_completed_as_one() -> None:
    text = 'lamp room:"living r'
    begin, end, offered = complete(text, len(text), lambda: VALUES)
    assert text[:begin] + offered[0] + text[end:] == 'lamp room:"Living room"'


def test_values_are_gathered_only_when_a_name_is_there() -> None:
    assert complete("roo", 3, lambda: pytest.fail("asked"))[2] == ["room:"]


def test_the_values_of_a_house_are_those_its_devices_have(mirror: Mirror) -> None:
    known = finding.known_values(mirror.devices.values(), mirror)
    assert known["tag"] == ("north", "Spare part")
    assert known["gateway"] == ("Multimode gateway",)
    assert known["is"] == STATES
