"""What Welcome says and asks: addresses, brokers found, families, answers."""

from __future__ import annotations

from dataclasses import replace as alter

import pytest

from desktop.commands import SetChannel
from desktop.models import welcome as rules
from desktop.models.mirror import Mirror
from desktop.models.welcome import Care, Step, Typed
from desktop.welcome_commands import Search
from feedback.outcome import Level
from firmware.plan import PRESETS
from firmware.release import Channel
from fleet.brokers import BrokerSettings
from fleet.examined import Examined, Own, Tree
from fleet.found import Answer, Found
from fleet.model import BrokerState, Connection
from tests.desktop import fake_house


def house(**facts) -> Mirror:
    return Mirror(fake_house.house(**facts))


def found(**more) -> Found:
    known = {"host": "homeassistant.local", "port": 1883, "tls": False, "address": "192.168.1.4"}
    return Found(**{**known, "answer": Answer.OPEN, "by": ("mdns", "name"), **more})


# --- addresses ---


@pytest.mark.parametrize(
    ("text", "host", "port", "tls"),
    [
        ("192.168.1.4", "192.168.1.4", 1883, False),
        ("  broker.local ", "broker.local", 1883, False),
        ("broker.local:1884", "broker.local", 1884, False),
        ("[fd00::1]:1884", "fd00::1", 1884, False),
        ("mqtt://broker.local", "broker.local", 1883, False),
        ("mqtts://broker.local", "broker.local", 8883, True),
        ("MQTTS://broker.local:9000/", "broker.local", 9000, True),
        ("ssl://10.0.0.2", "10.0.0.2", 8883, True),
    ],
)
def test_an_address_is_a_host_a_host_with_a_port_or_a_link(text, host, port, tls) -> None:
    typed = rules.read_address(text, Typed())
    assert (typed.host, typed.port, typed.tls) == (host, port, tls)


def test_a_link_may_bring_user_password_and_websockets() -> None:
    typed = rules.read_address("wss://ana:two%20words@b.local/ws", Typed())
    assert (typed.user, typed.password) == ("ana", "two words")
    assert (typed.transport, typed.path, typed.port) == ("websockets", "/ws", 8883)


@pytest.mark.parametrize(
    "text", ["http://b.local", "mqtt://", "mqtt://b:99999x", "mqtt://[::1", ""]
)
def test_what_is_no_broker_s_link_stays_as_it_was_typed(text) -> None:
    assert rules.read_address(text, Typed(port=1900)) == Typed(host=text, port=1900)


def test_the_usual_port_goes_along_with_tls_and_another_one_stays() -> None:
    assert rules.other_port(Typed(port=1883), tls=True).port == 8883
    assert rules.other_port(Typed(port=8883, tls=True), tls=False).port == 1883
    assert rules.other_port(Typed(port=1900), tls=True).port == 1900


def test_what_is_kept_of_a_broker_has_no_password() -> None:
    assert not hasattr(Typed(host="b", password="x").settings(), "password")


# --- what was found ---


def test_each_broker_says_how_it_was_found_and_what_it_wants() -> None:
    mirror = house(
        connection={},
        found_broker={
            "a": found(title="Home Assistant", answer=Answer.PASSWORD),
            "b": found(host="10.0.0.1", port=8883, tls=True, by=("gateway",)),
        },
    )
    first, second = rules.offers(mirror)
    assert (first.title, first.look.word) == ("Home Assistant", "Needs a password")
    assert first.under == "192.168.1.4:1883 · announces itself · at a usual name"
    assert second.look.word == "Found"
    assert "encrypted" in second.under


def test_a_broker_that_is_connected_is_reached() -> None:
    link = Connection(
        broker="home", state=BrokerState.CONNECTED, address="homeassistant.local:1883"
    )
    mirror = house(connection={"home": link}, found_broker={"a": found(answer=Answer.PASSWORD)})
    assert rules.offers(mirror)[0].look.word == "Reached"


@pytest.mark.parametrize(
    ("search", "count", "said", "going"),
    [
        (None, 0, "", False),
        (Search(), 0, "Listening for announcements…", True),
        (Search(done=3, all=12), 1, "Asking: 3 of 12", True),
        (Search(ended=True), 0, "None found", False),
        (Search(ended=True), 2, "2 broker", False),
    ],
)
def test_how_far_the_search_is(search, count, said, going) -> None:
    facts = {"found_broker": {str(at): found() for at in range(count)}}
    if search is not None:
        facts["broker_search"] = {"now": search}
    words, is_going = rules.search(house(**facts))
    assert words.startswith(said)
    assert is_going is going


def test_a_test_says_what_was_heard() -> None:
    tried = Examined(
        broker="home",
        address="b:1883",
        protocol="5",
        tls=False,
        own=Own.READ_ONLY,
        trees={"tasmota": Tree.HEARD, "wled": Tree.NOTHING},
        topics={"tasmota": 7, "wled": 0},
    )
    said = rules.tested(tried)
    assert said == "Reached: MQTT 5, not encrypted. Heard there: Tasmota."
    assert "Nothing has been heard" in rules.tested(alter(tried, topics={"tasmota": 0}))


def test_why_a_connection_does_not_stand_is_said_with_what_to_do() -> None:
    link = Connection(
        broker="home", state=BrokerState.REFUSED, address="b:1883", error="broker_wrong_password"
    )
    said, hint = rules.trouble(link)
    assert said == "The broker at b:1883 does not accept this name and password."
    assert hint
    assert rules.trouble(alter(link, error="")) == ("", "")


def test_the_broker_that_the_house_has_is_what_the_fields_begin_with() -> None:
    assert rules.kept(house(broker={})) == Typed()
    known = BrokerSettings(host="b.local", port=1900, user="ana")
    assert rules.kept(house(broker={"home": known})) == Typed(host="b.local", port=1900, user="ana")


# --- what is seen ---


def test_devices_are_counted_by_family_the_most_first() -> None:
    mirror = house()
    seen = rules.seen(mirror)
    assert [bar.count for bar in seen.families] == sorted(
        (bar.count for bar in seen.families), reverse=True
    )
    assert sum(bar.count for bar in seen.families) == len(mirror.devices)
    assert seen.families[0].share == 1.0
    assert seen.newest.startswith("Heard last: Multimode gateway")


def test_a_house_in_which_nobody_spoke_yet_says_what_helps() -> None:
    mirror = house()
    mirror.devices.clear()
    seen = rules.seen(mirror)
    assert seen.hint.startswith("Nothing yet? Most devices speak within five minutes.")
    assert (seen.families, seen.newest) == ((), "")


def test_new_is_a_house_without_a_broker_and_without_devices() -> None:
    mirror = house(connection={})
    assert not rules.is_new(mirror)
    mirror.devices.clear()
    assert rules.is_new(mirror)


# --- how careful ---


def test_careful_answers_change_nothing_in_a_careful_house() -> None:
    mirror = house(plan={}, consent={}, channel={})
    care = rules.care_now(mirror)
    assert care == Care()
    assert rules.plan_to_set(mirror, care) is None
    assert rules.level_to_set(mirror, care) is None
    assert rules.channels_to_set(mirror, care) == {}


def test_only_what_is_answered_otherwise_is_asked_for() -> None:
    chosen = {"acme": SetChannel(channel=Channel.STABLE, maker="acme")}
    mirror = house(plan={}, consent={}, channel=chosen)
    care = Care(beta=True, at_night=True, outcomes=True)
    assert rules.plan_to_set(mirror, care) == PRESETS["every_night"]
    assert rules.level_to_set(mirror, care) is Level.OUTCOMES
    assert rules.channels_to_set(mirror, care) == {"acme": Channel.ORANGE}


def test_the_way_back_to_careful_is_asked_for_too() -> None:
    mirror = house(plan={"house": PRESETS["weekend"]})
    assert rules.care_now(mirror).at_night
    assert rules.plan_to_set(mirror, Care()) == PRESETS["by_hand"]


def test_steps_say_where_one_is() -> None:
    assert [head.now for head in rules.heads(Step.SEEN)] == [False, True, False]
    assert rules.heads(Step.SEEN)[1].said == "Step 2 of 3: What we see"


@pytest.mark.parametrize(
    ("text", "is_one"), [(" Orangery:maker?name=a", True), ("orangery:enroll?hub=x", False)]
)
def test_a_makers_link_is_no_invitation(text, is_one) -> None:
    assert rules.is_maker_link(text) is is_one
