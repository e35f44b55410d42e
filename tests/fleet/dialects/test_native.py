import json

import msgspec
import pytest

import resources
from fleet.capability import Reading, values
from fleet.dialects import native
from fleet.dialects.native import Native
from fleet.model import Availability, Device, Install, Phase, Unknown
from fleet.steps import Offer, Publish, Refusal
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = Native()
PREFIX = "orangery/v1/dev/lamp-7f"
OFFER = Offer(
    transfer="t1",
    version="1.3.0",
    sha256="ab" * 32,
    size=65536,
    path="fw/acme/lamp/lamp-1.3.0.bin",
    url="http://h/x/lamp.bin",
    mirror="http://h/x/",
    minimum="1.0.0",
)


def hello(**more: object) -> dict[str, object]:
    return {
        "id": "lamp-7f",
        "macs": ["02:00:5e:00:00:7f", "NoMAC"],
        "name": "Hall lamp",
        "maker": "acme",
        "model": "lamp",
        "hw": "B",
        "components": [
            {"slot": "radio", "version": "9"},
            {"slot": "main", "version": "1.2.0", "digest": "00"},
        ],
        "caps": {"install": ["url"], "checks_signature": True, "keeps_previous": True},
    } | more


def test_hello_says_who_it_is_and_what_it_runs() -> None:
    seen = one(DIALECT, message(f"{PREFIX}/hello", hello(battery=80, via="hub")))
    assert seen.ids == {("orangery", "lamp-7f"), ("mac", "02005E00007F")}
    assert (seen.name, seen.vendor, seen.model, seen.hardware) == ("Hall lamp", "acme", "lamp", "B")
    assert (str(seen.version), seen.battery, seen.via) == ("1.2.0", 80, ("orangery", "hub"))
    assert seen.caps is not None
    assert seen.caps.checks_signature
    assert seen.endpoint is not None
    assert seen.endpoint.data == {"prefix": PREFIX}


def test_hello_says_which_router_and_access_point_it_is_at() -> None:
    said = hello(parent="plug-3", access="02:00:5e:00:00:01")
    device = only(house(message(f"{PREFIX}/hello", said)))
    assert (device.parent, device.access) == ("plug-3", "02005E000001")
    nowhere = only(house(message(f"{PREFIX}/hello", hello())))
    assert (nowhere.parent, nowhere.access) == ("", "")


@pytest.mark.parametrize("word", ["online", "offline", "sleeping"])
def test_state(word: str) -> None:
    seen = one(DIALECT, message(f"{PREFIX}/state", word))
    assert seen.availability == Availability(word)


def test_status_tells_phase_and_percent() -> None:
    said = {"transfer": "t1", "phase": "transferring", "have": 16384, "of": 65536}
    word = one(DIALECT, message(f"{PREFIX}/fw/status", said)).word
    assert word is not None
    assert (word.phase, word.percent, word.transfer) == (Phase.TRANSFERRING, 25, "t1")


def test_a_refusal_carries_the_devices_words() -> None:
    said = {"transfer": "t1", "accepted": False, "code": "bad_signature", "text": "no root"}
    word = one(DIALECT, message(f"{PREFIX}/ack", said)).word
    assert word is not None
    assert (word.phase, word.error) == (Phase.REFUSED, "bad_signature no root")


def test_an_empty_hello_removes_it() -> None:
    registry = house(message(f"{PREFIX}/hello", hello()), message(f"{PREFIX}/hello"))
    assert registry.devices == {}


def test_what_we_say_and_what_it_logs_are_no_observations() -> None:
    for word in ("cmd", "log", "fw/req", "fw/t1/s/0"):
        assert DIALECT.read(message(f"{PREFIX}/{word}", b"\x00"), ()) == ()


@pytest.mark.parametrize(
    ("word", "payload", "reason"),
    [
        ("hello", "{}", "hello_not_understood"),
        ("hello", '{"id": "other"}', "hello_of_another"),
        ("state", "perhaps", "state_not_understood"),
        ("ack", "[]", "ack_not_understood"),
        ("fw/status", '{"transfer": "t", "phase": "dancing"}', "status_not_understood"),
        ("tele", "7", "not_json_object"),
    ],
)
def test_what_it_cannot_read_has_a_reason(word: str, payload: str, reason: str) -> None:
    assert DIALECT.read(message(f"{PREFIX}/{word}", payload), ()) == Unknown(reason)


def test_the_offer_has_every_field_and_goes_to_its_own_topic() -> None:
    device = only(house(message(f"{PREFIX}/hello", hello())))
    steps = DIALECT.plan(device, OFFER)
    assert isinstance(steps, tuple)
    (step,) = steps
    assert isinstance(step, Publish)
    assert (step.topic, step.qos, step.retain) == (f"{PREFIX}/cmd", 1, False)
    assert json.loads(step.payload) == {
        "op": "offer",
        "transfer": "t1",
        "version": "1.3.0",
        "sha256": "ab" * 32,
        "size": 65536,
        "path": "fw/acme/lamp/lamp-1.3.0.bin",
        "minimum": "1.0.0",
        "mirror": "http://h/x/",
        "chunks": False,
    }


def test_a_device_without_http_is_offered_chunks() -> None:
    device = only(house(message(f"{PREFIX}/hello", hello(caps={"install": ["chunks"]}))))
    assert device.caps.install == {Install.CHUNKS}
    steps = DIALECT.plan(device, OFFER)
    assert isinstance(steps, tuple)
    assert isinstance(steps[0], Publish)
    order = msgspec.json.decode(steps[0].payload, type=native.Order)
    assert (order.chunks, order.mirror) == (True, "")


def test_a_device_that_takes_no_updates_is_offered_none() -> None:
    device = only(house(message(f"{PREFIX}/hello", hello(caps={}))))
    assert DIALECT.plan(device, OFFER) == Refusal("takes_no_updates")


def test_verify_asks_it_to_say_hello_again() -> None:
    device = only(house(message(f"{PREFIX}/hello", hello())))
    (step,) = DIALECT.verify(device)
    assert json.loads(step.payload) == {"op": "identify"}


def test_arrived_is_the_very_version() -> None:
    device = only(house(message(f"{PREFIX}/hello", hello())))
    assert DIALECT.arrived(device, "1.2.0")
    assert not DIALECT.arrived(device, "1.2")


@pytest.mark.parametrize("name", list(native.SCHEMAS))
def test_a_schema_in_resources_is_that_of_its_type(name: str) -> None:
    kept = json.loads(resources.path(f"schemas/{name}.json").read_text())
    assert kept == json.loads(msgspec.json.encode(native.schemas()[name]))


FEATURES = [
    {"name": "power", "capability": "on_off", "settable": True},
    {"name": "brightness", "capability": "level", "low": 0, "high": 254, "settable": True},
    {"name": "climate.temperature", "capability": "temperature", "unit": "°C"},
    {"name": "mode", "capability": "mode", "words": ["day", "night"], "settable": True},
    {"name": "restart", "capability": "button", "settable": True},
    {"name": "shine", "capability": "something_new", "settable": True},
    {"name": "power", "capability": "number"},
]


def featured() -> Device:
    tele = {"power": True, "brightness": 127, "climate": {"temperature": 21.5}, "mode": "day"}
    said = message(f"{PREFIX}/hello", hello(features=FEATURES))
    return only(house(said, message(f"{PREFIX}/tele", tele)))


def test_a_hello_says_what_its_readings_are() -> None:
    device = featured()
    found = values(device.features, device.readings)
    assert {name: (value.value, value.unit) for name, _, value in found} == {
        "power": (True, ""),
        "brightness": (50, "%"),
        "climate.temperature": (21.5, "°C"),
        "mode": ("day", ""),
    }


@pytest.mark.parametrize(
    ("feature", "wish", "order"),
    [
        ("power", False, {"op": "set", "feature": "power", "value": False}),
        ("brightness", 50, {"op": "set", "feature": "brightness", "value": 127}),
        ("mode", "NIGHT", {"op": "set", "feature": "mode", "value": "night"}),
        ("restart", None, {"op": "set", "feature": "restart"}),
    ],
)
def test_a_wish_becomes_a_command_that_soon_expires(
    feature: str, wish: Reading | None, order: dict[str, object]
) -> None:
    found = DIALECT.act(featured(), feature, wish)
    assert not isinstance(found, Refusal)
    (step,) = found
    assert (step.topic, json.loads(step.payload)) == (f"{PREFIX}/cmd", order)
    assert (step.expiry, step.response_topic) == (30, f"{PREFIX}/ack")


@pytest.mark.parametrize(
    ("feature", "wish", "code"),
    [
        ("climate.temperature", 20, "not_settable"),
        ("shine", True, "not_settable"),
        ("mode", "noon", "wish_refused"),
        ("brightness", 101, "wish_refused"),
    ],
)
def test_what_it_does_not_take_is_refused(feature: str, wish: Reading, code: str) -> None:
    refused = DIALECT.act(featured(), feature, wish)
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_the_answer_to_a_wish_is_no_word_on_an_update() -> None:
    registry = house(message(f"{PREFIX}/hello", hello(features=FEATURES)))
    heard = registry.hear(message(f"{PREFIX}/ack", {"feature": "power", "accepted": False}))
    assert (heard.words, heard.unknown) == ((), "")


def test_a_hello_with_more_features_than_it_may_is_not_understood() -> None:
    many = [{"name": f"n{number}", "capability": "number"} for number in range(65)]
    read = DIALECT.read(message(f"{PREFIX}/hello", hello(features=many)), ())
    assert read == Unknown("hello_not_understood")


def test_an_offer_says_nothing_of_features() -> None:
    steps = DIALECT.plan(only(house(message(f"{PREFIX}/hello", hello()))), OFFER)
    assert isinstance(steps, tuple)
    assert isinstance(steps[0], Publish)
    assert not {"feature", "value"} & json.loads(steps[0].payload).keys()
