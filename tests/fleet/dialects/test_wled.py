import json
import time

import pytest

from fleet.capability import Capability, Reading, typed
from fleet.dialects.wled import Wled, located, read_info
from fleet.identity import Record, measured
from fleet.model import Availability, Device, Install, Message, Observation, Route, Unknown
from fleet.registry import Registry
from fleet.replay import replay
from fleet.steps import HttpRequest, Offer, Publish, Refusal
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = Wled()
TOPIC = "wled/0f3e77"
INFO = {
    "ver": "0.15.3",
    "release": "ESP32",
    "name": "Stairs",
    "arch": "esp32",
    "brand": "WLED",
    "mac": "02005e0f3e77",
    "ip": "192.0.2.9",
    "uptime": 32,
    "wifi": {"bssid": "02:00:5E:00:00:01", "rssi": -57},
}


def state(name: str = "Stairs", **values: int) -> str:
    known = {"ac": 128, "fx": 7, "sx": 128, "ix": 100, "fp": 2, "wv": -1, "ps": -1, "cy": 0}
    known |= values
    colour = "<cl>255</cl><cl>160</cl><cl>0</cl><cs>1</cs><cs>2</cs><cs>3</cs>"
    tags = "".join(f"<{tag}>{value}</{tag}>" for tag, value in known.items() if tag != "ac")
    return (
        f'<?xml version="1.0" ?><vs><ac>{known["ac"]}</ac>{colour}{tags}'
        f"<ds>{name}</ds><ss>0</ss></vs>"
    )


def said(word: str, payload: str, topic: str = TOPIC) -> Message:
    return message(f"{topic}/{word}", payload)


def strip(*more: Message, topic: str = TOPIC, name: str = "Stairs") -> Device:
    return only(house(said("v", state(name), topic), *more))


def offer(**facts: str) -> Offer:
    return Offer(
        transfer="t",
        version="0.15.4",
        sha256="0",
        size=1,
        path="fw/wled/WLED_0.15.4_ESP32.bin",
        url="http://192.0.2.2/t/f.bin",
        mirror="",
        facts=facts,
    )


def known(topic: str = TOPIC, **changed: object) -> Device:
    """Return a strip that was asked over HTTP."""
    registry = house(said("v", state(), topic))
    seen = read_info(json.dumps(INFO | changed).encode(), only(registry))
    assert isinstance(seen, Observation)
    registry.fold([seen], 9)
    return only(registry)


def test_a_state_says_what_the_strip_does() -> None:
    device = strip()
    assert device.ids == {("wled", TOPIC)}
    assert (device.name, device.vendor, device.kind) == ("Stairs", "WLED", "light")
    assert device.version is None
    assert device.caps.install == {Install.HTTP}
    assert device.readings == {
        "on": True, "bri": 128, "col": "#ffa000", "fx": 7, "fp": 2, "ps": -1, "sx": 128, "ix": 100,
        "playlist": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Desk & Shelf", "Desk & Shelf"),
        ("</ds><ds>", "</ds><ds>"),
        ("<ac>9</ac>", "<ac>9</ac>"),
        ("Stairs (live)", "Stairs"),
        ("WLED", "WLED 0f3e77"),
        ("WLED (live)", "WLED 0f3e77"),
        ("", "WLED 0f3e77"),
        ("灯 🌈", "灯 🌈"),
        ("سلالم", "سلالم"),
    ],
)
def test_a_name_is_its_owners(given: str, name: str) -> None:
    device = strip(name=given)
    assert (device.name, device.readings["bri"]) == (name, 128)


@pytest.mark.parametrize("topic", ["garage", "house/garage", "a/b/c", "Küche Licht"])
def test_a_topic_is_its_owners(topic: str) -> None:
    device = strip(said("status", "offline", topic), said("g", "0", topic), topic=topic)
    assert device.availability is Availability.OFFLINE
    assert device.readings["on"] is False


def test_a_last_will_under_its_own_root_is_enough() -> None:
    device = only(house(said("status", "online")))
    assert (device.name, device.availability) == ("WLED 0f3e77", Availability.ONLINE)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("garage/status", "online"),
        ("wled/a/b/status", "online"),
        ("wled/all", "ON"),
        ("wled/all/status", "hello"),
        ("inverter/v", "230.1"),
        ("inverter/v", '<?xml version="1.0"?><rss/>'),
        ("inverter/v", "<?xml"),
        ("wled/x/g", "128"),
        ("wled/x/c", "#ffffff"),
        ("a/b/c/d/v", "<?xml"),
        ("/v", "<?xml"),
        ("v", "<?xml"),
    ],
)
def test_noise_makes_no_device(topic: str, payload: str) -> None:
    assert not house(message(topic, payload)).devices


def test_its_own_last_will_is_asked_for_when_it_is_known() -> None:
    registry = house(said("v", state(), "garage"))
    assert "garage/status" in [topic for topic, _ in registry.new_filters()]


@pytest.mark.parametrize(
    ("colour", "readings"),
    [
        ("#FFA000", {"col": "#ffa000"}),
        ("#000000", {"col": "#000000"}),
        ("#4010203", {"col": "#010203", "white": 4}),
        ("#80FF0000", {"col": "#ff0000", "white": 128}),
    ],
)
def test_a_colour_may_have_white_in_front(colour: str, readings: dict[str, Reading]) -> None:
    device = strip(said("c", colour))
    assert {name: device.readings.get(name) for name in readings} == readings


@pytest.mark.parametrize(
    ("feature", "capability", "value"),
    [
        ("on", Capability.ON_OFF, True),
        ("bri", Capability.LEVEL, 50.2),
        ("col", Capability.COLOUR, "#ffa000"),
        ("fx", Capability.NUMBER, 7),
        ("ps", Capability.NUMBER, -1),
    ],
)
def test_values_have_their_meaning(feature: str, capability: Capability, value: Reading) -> None:
    device = strip()
    meant = typed(device.features[feature], device.readings[feature])
    assert meant is not None
    assert (meant.capability, meant.value) == (capability, value)


@pytest.mark.parametrize(
    ("feature", "wish", "topic", "payload"),
    [
        ("on", True, TOPIC, b"ON"),
        ("on", False, TOPIC, b"OFF"),
        ("bri", 50.0, TOPIC, b"128"),
        ("col", "#08ffaa", f"{TOPIC}/col", b"#08FFAA"),
        ("fx", 9.0, f"{TOPIC}/api", b"FX=9"),
        ("fp", 11.0, f"{TOPIC}/api", b"FP=11"),
        ("ps", 3.0, f"{TOPIC}/api", b"PL=3"),
    ],
)
def test_orders(feature: str, wish: Reading, topic: str, payload: bytes) -> None:
    assert DIALECT.act(strip(), feature, wish) == (Publish(topic=topic, payload=payload, qos=1),)


@pytest.mark.parametrize(
    ("feature", "wish", "refusal"),
    [
        ("sx", 1.0, Refusal("not_settable", "sx")),
        ("ps", 0.0, Refusal("wish_refused", "1 to 250")),
        ("bri", 101.0, Refusal("wish_refused", "0 to 100 %")),
    ],
)
def test_orders_it_does_not_take(feature: str, wish: Reading, refusal: Refusal) -> None:
    assert DIALECT.act(strip(), feature, wish) == refusal


def test_a_topic_with_wildcards_is_neither_learned_nor_written_to() -> None:
    registry = house(said("v", state(), "x+y"))
    assert not [topic for topic, _ in registry.new_filters() if "x+y" in topic]
    assert DIALECT.act(only(registry), "on", True) == Refusal("no_command_topic")


@pytest.mark.parametrize(
    ("word", "payload", "reason"),
    [
        ("status", "perhaps", "last_will_unknown"),
        ("g", "300", "strip_not_understood"),
        ("g", "bright", "strip_not_understood"),
        ("c", "red", "strip_not_understood"),
        ("v", "<vs></vs>", "strip_not_understood"),
        ("v", "{}", "strip_not_understood"),
        ("v", "<?xml" + " " * 5_000, "not_text"),
    ],
)
def test_what_it_cannot_read_has_a_reason(word: str, payload: str, reason: str) -> None:
    registry = house(said("v", state()))
    assert registry.hear(said(word, payload)).unknown == reason


LAUGHS = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 90))
DECLARED = '<?xml version="1.0"?><!DOCTYPE v [<!ENTITY '
BOMBS = (
    f'{DECLARED}a0 "ha">{LAUGHS}]><vs><ac>1</ac><ds>&a89;</ds></vs>',
    f'{DECLARED}x SYSTEM "file:///etc/passwd">]><vs><ac>1</ac><ds>&x;</ds></vs>',
    "<?xml" + "<vs>" * 500 + "<ac>1</ac>",
    "<?xml" + "<ac>1</ac>" * 380 + "<vs>",
    "<?xml<vs>" + "<ac>" * 900,
    "<?xml<vs>" + "<ds>" * 900,
)


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_bombs_are_only_text(bomb: str) -> None:
    registry = Registry([DIALECT])
    for payload in (bomb, bomb * 200):
        registry.hear(said("v", payload))
        registry.hear(said("v", state()))
        registry.hear(said("v", payload))
    registry.settle()
    (device,) = registry.devices.values()
    assert "passwd" not in device.name or "&x;" in device.name
    assert len(device.name) <= 200


def test_a_megabyte_is_put_down_at_once() -> None:
    registry = Registry([DIALECT])
    registry.hear(said("v", state()))
    began = time.perf_counter()
    for _ in range(100):
        registry.hear(said("v", "<?xml" + "<ac>1</ac>" * 100_000))
    assert time.perf_counter() - began < 1


def test_its_answer_over_http_says_what_it_is_and_runs() -> None:
    device = known()
    assert device.ids == {("wled", TOPIC), ("mac", "02005E0F3E77")}
    assert (device.vendor, device.model, device.hardware) == ("WLED", "ESP32", "esp32")
    assert (str(device.version), device.access) == ("0.15.3", "02005E000001")
    assert DIALECT.verify(device) == (HttpRequest(url="http://192.0.2.9/json/info"),)


def test_an_older_strip_tells_no_release() -> None:
    device = known(release=None, arch="esp8266", wifi=None)
    assert (device.model, device.hardware) == ("esp8266", "esp8266")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html>", "not_json_object"),
        (b"[]", "not_json_object"),
        (b"{}", "names_no_device"),
        (json.dumps(INFO | {"mac": "x"}).encode(), "names_no_device"),
        (json.dumps(INFO | {"mac": "02005e999999"}).encode(), "another_device_answers"),
    ],
)
def test_an_answer_that_is_not_its_own_is_not_believed(answer: bytes, reason: str) -> None:
    assert read_info(answer, strip()) == Unknown(reason)


def test_a_strip_whose_mac_is_known_is_known_by_that() -> None:
    device = known("garage")
    other = json.dumps(INFO | {"mac": "02005e999999"}).encode()
    assert read_info(other, device) == Unknown("another_device_answers")


@pytest.mark.parametrize(
    ("page", "status", "body"),
    [("/json/info", 503, json.dumps(INFO).encode()), ("/update", 200, json.dumps(INFO).encode())],
)
def test_other_answers_say_nothing(page: str, status: int, body: bytes) -> None:
    request = HttpRequest(url=f"http://192.0.2.9{page}")
    assert DIALECT.answered(strip(), request, status, body) == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (json.dumps(INFO | {"mac": "02005e999999"}).encode(), "another_device_answers"),
        (b"[" * 100_000, "not_json_object"),
    ],
)
def test_nothing_is_sent_where_another_answers(body: bytes, code: str) -> None:
    request = HttpRequest(url="http://192.0.2.9/json/info")
    assert DIALECT.answered(strip(), request, 200, body) == Refusal(code)


def test_its_own_answer_is_read() -> None:
    request = HttpRequest(url="http://192.0.2.9/json/info")
    read = DIALECT.answered(strip(), request, 200, json.dumps(INFO).encode())
    assert isinstance(read, tuple)
    assert str(read[0].version) == "0.15.3"


def test_mdns_says_where_it_is() -> None:
    seen = located(strip(), "02005e0f3e77", "192.0.2.9")
    assert seen is not None
    assert seen.endpoint is not None
    assert seen.endpoint.data == {"ip": "192.0.2.9"}


@pytest.mark.parametrize(
    ("topic", "mac"), [(TOPIC, "02005e999999"), ("garage", "02005e0f3e77"), (TOPIC, "none")]
)
def test_mdns_of_another_says_nothing_of_it(topic: str, mac: str) -> None:
    assert located(strip(topic=topic), mac, "192.0.2.9") is None


def test_its_address_is_on_no_topic() -> None:
    device = strip()
    assert DIALECT.verify(device) == ()
    assert DIALECT.plan(device, offer()) == Refusal("no_http_address")
    assert DIALECT.plan(device, None) == Refusal("no_own_updates")


def test_the_plan_hands_it_the_file() -> None:
    expected = (
        HttpRequest(url="http://192.0.2.9/json/info"),
        HttpRequest(url="http://192.0.2.9/update", method="POST", upload="update"),
    )
    assert DIALECT.plan(known(), offer(chip="ESP32")) == expected
    assert DIALECT.plan(known(), offer()) == expected


def test_it_reads_the_answer_it_asked_for_and_no_other() -> None:
    asked, other = (
        HttpRequest(url="http://192.0.2.9/json/info"),
        HttpRequest(url="http://192.0.2.9/"),
    )
    body = json.dumps(INFO).encode()
    assert DIALECT.answered(known(), asked, 200, body) == (read_info(body, known()),)
    assert DIALECT.answered(known(), other, 200, body) == ()
    assert DIALECT.answered(known(), asked, 404, b"Not found") == ()


def test_where_another_device_has_its_address_now_nothing_is_given_to_that() -> None:
    asked = HttpRequest(url="http://192.0.2.9/json/info")
    body = json.dumps(INFO | {"mac": "02005e0f3e78"}).encode()
    assert DIALECT.answered(known(), asked, 200, body) == Refusal("another_device_answers")


def test_a_file_for_another_chip_is_refused() -> None:
    refusal = Refusal("image_for_another_chip", "ESP32-C3")
    assert DIALECT.plan(known(), offer(chip="ESP32-C3")) == refusal


@pytest.mark.parametrize(("version", "expected"), [("0.15.3", True), ("0.15.4", False)])
def test_only_its_own_answer_says_that_it_arrived(version: str, expected: bool) -> None:
    assert DIALECT.arrived(known(), version) is expected
    assert not DIALECT.arrived(strip(), version)


def test_a_brightness_said_again_is_a_measure_and_no_more() -> None:
    route = Route(topic=f"{TOPIC}/g", device=("wled", TOPIC), role="g")
    before, after = (one(DIALECT, said("g", value), [route]) for value in ("1", "2"))
    record = Record(key="k", since=0.0, claims=(before,))
    assert measured(record, after, 1.0) is not None


def test_it_subscribes_to_no_whole_tree() -> None:
    topics = [topic for topic, _ in DIALECT.filters()]
    assert not [topic for topic in topics if "#" in topic or topic.endswith("+")]


EXPECTED = {
    "wled/all-stairs": ("Stairs", "online", 0, "#ffa000"),
    "wled/a1b2c3": ("WLED a1b2c3", "online", 128, "#000000"),
    "wled/desk": ("Desk & Shelf", "online", 255, "#08ffaa"),
    "wled/0f3e77": ("WLED-AP", "online", 200, "#010203"),
    "garage": ("Garage", "offline", 77, "#00ff00"),
    "wled/kids": ("Детская", "online", 90, "#ff0000"),
    "wled/balcony": ("Balcony", "online", 255, "#3c3c3c"),
}


def test_every_recorded_strip_is_what_it_says() -> None:
    heard = replay(lines("wled"))
    rows = {row["ids"][0][1]: row for row in heard["devices"]}
    assert {
        topic: (row["name"], row["availability"], row["readings"]["bri"], row["readings"]["col"])
        for topic, row in rows.items()
    } == EXPECTED
    assert not heard["unknown"]
    assert {row["vendor"] for row in heard["devices"]} == {"WLED"}
