from dataclasses import replace

import pytest

from fleet.capability import Capability, Reading, typed
from fleet.dialects.openbeken import OpenBeken, announced
from fleet.dialects.tasmota import Tasmota
from fleet.identity import Record, measured
from fleet.model import Availability, Device, Install, Message, Phase, Route, Version
from fleet.registry import Registry
from fleet.replay import replay
from fleet.steps import Offer, Publish, Refusal
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = OpenBeken()
CLIENT = "obk5E001526"
BERRY = Version("1.17.551_berry", "berry", "1.17.551")
BUILD = "OpenBK7231N 1.17.551 Jul 24 2026 10:41:55"
OLD_BUILD = "Build on Nov 12 2022 12:39:44 version 1.0.0"
PAGE = "http://192.0.2.7/index"


def said(word: str, payload: str, client: str = CLIENT) -> Message:
    return message(f"{client}/{word}", payload)


def plug(*more: Message, build: str = BUILD) -> Device:
    return only(house(said("build", build), *more))


def offer(name: str = "OpenBK7231N_1.18.2.rbl", **facts: str) -> Offer:
    return Offer(
        transfer="t",
        version="1.18.2",
        sha256="0",
        size=1,
        path=f"fw/openbeken/{name}",
        url=f"http://192.0.2.2:8917/t/{name}",
        mirror="",
        facts=facts,
    )


def announcement(client: str = CLIENT, **device: object) -> dict[str, object]:
    about = {"ids": ["Hall plug 1"], "name": "Hall", "sw": "1.16.0", "mdl": "BK7231T", "cu": PAGE}
    return {
        "dev": about | device,
        "~": client,
        "avty_t": "~/connected",
        "stat_t": "~/1/get",
        "cmd_t": "~/1/set",
        "uniq_id": "Hall_plug_1_relay_1",
    }


def test_a_build_says_chip_and_version() -> None:
    seen = one(DIALECT, said("build", BUILD))
    assert seen.ids == {("openbeken", CLIENT), ("tasmota", CLIENT)}
    assert (seen.vendor, seen.model, seen.hardware) == ("OpenBeken", "BK7231N", "BK7231N")
    assert seen.version == Version("1.17.551")
    assert seen.caps is not None
    assert seen.caps.install == {Install.URL}


@pytest.mark.parametrize(
    ("build", "version"),
    [
        ("OpenBK7231N 1.17.551_berry Jul 24 2026 10:41:55", BERRY),
        ("OpenW800_ALT 1.18.2 Jul  4 2026 10:41:55", Version("1.18.2")),
        (OLD_BUILD, Version("1.0.0")),
        ("Built on Jul 24 2026 10:41:55 version 1.17.551", Version("1.17.551")),
        ("OpenLIN Lin_Test Jul 24 2026 10:41:55", Version("Lin_Test")),
    ],
)  # fmt: skip
def test_every_spelling_of_a_build_has_its_version(build: str, version: Version) -> None:
    assert one(DIALECT, said("build", build)).version == version


def test_it_says_the_rest_once_it_is_known() -> None:
    device = plug(
        said("mac", "02:00:5E:00:15:26"),
        said("host", "Küche 厨房"),
        said("ip", "192.0.2.7"),
        said("rssi", "-61"),
        said("connected", "offline"),
    )
    assert ("mac", "02005E001526") in device.ids
    assert device.name == "Küche 厨房"
    assert device.endpoints["openbeken"].data == {"chip": "BK7231N", "ip": "192.0.2.7"}
    assert device.readings == {"rssi": -61}
    assert device.availability is Availability.OFFLINE


@pytest.mark.parametrize("client", ["obk/08C65DE9", "obk/kitchen/mySwitch1", "Küche Licht", "灯"])
def test_a_client_name_is_its_owners(client: str) -> None:
    device = only(
        house(said("build", BUILD, client), said("1/get", "1", client), said("my/x", "1", client))
    )
    assert (device.name, device.readings) == (client, {"1": 1})
    steps = DIALECT.verify(device)
    assert steps == (Publish(topic=f"cmnd/{client}/publishAll", payload=b"", qos=1),)


@pytest.mark.parametrize(
    ("word", "payload", "kind"),
    [
        ("mac", "02:00:5E:00:15:26", ""),
        ("1/get", "1", ""),
        ("63/get", "-5", ""),
        ("led_dimmer/get", "50", "light"),
        ("led_enableAll", "0", "light"),
        ("led_finalcolor_rgbcw/get", "FFFFFF0000", "light"),
        ("energycounter/get", "0.007", ""),
    ],
)
def test_what_nobody_else_says_makes_it_known(word: str, payload: str, kind: str) -> None:
    device = only(house(said(word, payload)))
    assert (device.name, device.kind) == (CLIENT, kind)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("lamp/connected", "online"),
        ("lamp/host", "lamp"),
        ("lamp/build", "42"),
        ("lamp/build", "Open the door please"),
        ("lamp/mac", "AA:BB:CC:DD:EE:FF"),
        ("lamp/mac", "none"),
        ("zigbee2mqtt/lamp/get", '{"state": ""}'),
        ("zigbee2mqtt/1/get", '{"state": ""}'),
        ("zigbee2mqtt/1/get", ""),
        ("lamp/64/get", "1"),
        ("lamp/1/get", "on"),
        ("lamp/1/get", b"\xff"),
        ("lamp/1/get", "1" * 2_000),
        ("lamp/state/get", "1"),
        ("cmnd/lamp/led_dimmer", "50"),
        ("stat/x/1/get", "1"),
        ("a/b/c/d/1/get", "1"),
        ("/get", "1"),
        ("1/get", "1"),
    ],
)
def test_noise_makes_no_device(topic: str, payload: str | bytes) -> None:
    assert not house(message(topic, payload)).devices


def test_a_live_build_is_a_sign_of_life_and_a_stored_one_is_none() -> None:
    assert plug().availability is Availability.ONLINE
    stored = message(f"{CLIENT}/build", BUILD, retain=True)
    assert only(house(stored)).availability is Availability.UNKNOWN


def test_who_is_back_at_the_broker_has_ended_what_it_left_for() -> None:
    registry = house(said("build", BUILD))
    back = registry.hear(said("connected", "online"))
    assert [word.phase for _, word in back.words] == [Phase.REBOOTING]
    assert not registry.hear(message(f"{CLIENT}/connected", "online", retain=True)).words
    assert not registry.hear(said("connected", "offline")).words


def test_its_last_will_is_asked_for_when_it_is_known() -> None:
    registry = house(message("lamp/connected", "online"))
    assert not registry.devices
    assert f"{CLIENT}/connected" not in [topic for topic, _ in registry.filters()]
    registry.hear(said("build", BUILD))
    assert f"{CLIENT}/connected" in [topic for topic, _ in registry.new_filters()]


def test_a_new_device_is_asked_for_the_rest() -> None:
    (ask,) = one(DIALECT, said("1/get", "1")).asks
    assert ask.step == Publish(topic=f"cmnd/{CLIENT}/publishAll", payload=b"", qos=1)
    assert not one(DIALECT, said("1/get", "1", "x+y")).asks


def test_its_values_are_not_subscribed_to_twice() -> None:
    registry = house(said("build", BUILD))
    assert not [topic for topic, _ in registry.new_filters() if topic.endswith("/get")]


def test_no_topic_with_wildcards_is_learned_from_a_client_name() -> None:
    registry = house(said("build", BUILD, "x+y"))
    assert not [topic for topic, _ in registry.new_filters() if "x+y" in topic]
    assert DIALECT.verify(only(registry)) == ()


@pytest.mark.parametrize(
    ("word", "payload", "capability", "value", "unit"),
    [
        ("led_enableAll/get", "1", Capability.ON_OFF, True, ""),
        ("led_dimmer/get", "55", Capability.LEVEL, 55.0, "%"),
        ("led_basecolor_rgb/get", "00FF00", Capability.COLOUR, "#00ff00", ""),
        ("led_basecolor_rgb/get", "003700", Capability.COLOUR, "#003700", ""),
        ("led_temperature/get", "500", Capability.COLOUR_TEMPERATURE, 2000, "K"),
        ("voltage/get", "230.0", Capability.VOLTAGE, 230.0, "V"),
        ("power/get", "463.00", Capability.POWER, 463.0, "W"),
        ("current/get", "2.200", Capability.CURRENT, 2.2, "A"),
        ("temp", "48.30", Capability.TEMPERATURE, 48.3, "°C"),
        ("rssi", "-61", Capability.SIGNAL, -61, "dBm"),
        ("1/get", "0", Capability.ON_OFF, False, ""),
        ("5/get", "72", Capability.NUMBER, 72, ""),
    ],
)
def test_values_have_their_meaning(
    word: str, payload: str, capability: Capability, value: Reading, unit: str
) -> None:
    device = plug(said(word, payload))
    name = word.removesuffix("/get")
    known = typed(device.features[name], device.readings[name])
    assert known is not None
    assert (known.capability, known.value, known.unit) == (capability, value, unit)


def test_energy_has_no_unit_that_we_would_have_to_guess() -> None:
    device = plug(said("energycounter/get", "0.007"))
    assert "energycounter" not in device.features
    assert device.readings["energycounter"] == 0.007


def test_a_script_may_publish_what_it_likes() -> None:
    device = plug(said("DATA/get", '{"ROOM": "KITCHEN", "HUMIDITY": 66}'), said("x/get", "hot"))
    assert device.readings == {"DATA.ROOM": "KITCHEN", "DATA.HUMIDITY": 66, "x": "hot"}


def test_a_value_said_again_is_a_measure_and_no_more() -> None:
    route = Route(topic=f"{CLIENT}/+/get", device=("openbeken", CLIENT), role="get")
    before, after = (one(DIALECT, said("led_dimmer/get", value), [route]) for value in ("50", "60"))
    record = Record(key="k", since=0.0, claims=(before,))
    assert measured(record, after, 1.0) is not None


@pytest.mark.parametrize(
    ("feature", "wish", "topic", "payload"),
    [
        ("1", True, f"{CLIENT}/1/set", b"1"),
        ("1", False, f"{CLIENT}/1/set", b"0"),
        ("5", 30.0, f"{CLIENT}/5/set", b"30"),
        ("led_enableAll", True, f"cmnd/{CLIENT}/led_enableAll", b"1"),
        ("led_dimmer", 40.0, f"cmnd/{CLIENT}/led_dimmer", b"40"),
        ("led_basecolor_rgb", "#00ff7f", f"cmnd/{CLIENT}/led_basecolor_rgb", b"00FF7F"),
        ("led_temperature", 4000.0, f"cmnd/{CLIENT}/led_temperature", b"250"),
    ],
)
def test_orders(feature: str, wish: Reading, topic: str, payload: bytes) -> None:
    device = plug(
        said("1/get", "1"),
        said("5/get", "72"),
        *(
            said(f"{word}/get", value)
            for word, value in (
                ("led_enableAll", "0"),
                ("led_dimmer", "1"),
                ("led_basecolor_rgb", "000000"),
                ("led_temperature", "200"),
            )
        ),
    )
    assert DIALECT.act(device, feature, wish) == (Publish(topic=topic, payload=payload, qos=1),)


@pytest.mark.parametrize(
    ("feature", "wish", "refusal"),
    [
        ("rssi", -1.0, Refusal("not_settable", "rssi")),
        ("1", 5.0, Refusal("wish_refused", "on, off")),
        ("nothing", True, Refusal("not_settable", "nothing")),
    ],
)
def test_orders_it_does_not_take(feature: str, wish: Reading, refusal: Refusal) -> None:
    device = plug(said("1/get", "1"), said("rssi", "-61"))
    assert DIALECT.act(device, feature, wish) == refusal


def test_the_plan_is_one_address() -> None:
    wanted = offer()
    assert DIALECT.plan(plug(), wanted) == (
        Publish(topic=f"cmnd/{CLIENT}/ota_http", payload=wanted.url.encode(), qos=1),
    )


@pytest.mark.parametrize(
    ("build", "name", "chip", "refusal"),
    [
        (BUILD, "OpenBK7231T_1.18.2.rbl", "", Refusal("image_for_another_chip", "BK7231T")),
        (
            BUILD,
            "OpenBK7231N_1.18.2.rbl",
            "W800",
            Refusal("image_for_another_chip", "BK7231N, W800"),
        ),
        (BUILD, "firmware.rbl", "", Refusal("file_names_no_chip", "BK7231N")),
        (BUILD, "OpenBK7231N_QIO_1.18.2.bin", "", Refusal("file_of_another_kind", ".rbl")),
        (OLD_BUILD, "OpenBK7231N_1.18.2.rbl", "", Refusal("chip_unknown")),
        ("OpenBL602 1.2.3 x", "OpenBL602_1.3.img", "", Refusal("chip_fetches_nothing", "BL602")),
        ("OpenBK7252 1.2.3 x", "OpenBK7252_1.3.rbl", "", Refusal("chip_fetches_nothing", "BK7252")),
        ("OpenESP32 1.2.3 x", "OpenESP32_1.3.img", "", Refusal("chip_fetches_nothing", "ESP32")),
    ],
)
def test_a_file_that_is_not_surely_for_its_chip_is_refused(
    build: str, name: str, chip: str, refusal: Refusal
) -> None:
    facts = {"chip": chip} if chip else {}
    assert DIALECT.plan(plug(build=build), offer(name, **facts)) == refusal


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (BUILD, "OpenBK7231N_ALT_1.18.2.rbl"),
        (BUILD, "OpenBK7231N_1.18.2_berry.rbl"),
        ("OpenW800 1.17.551 x", "OpenW800_1.18.2.img"),
        ("OpenECR6600 1.17.551 x", "OpenECR6600_1.18.2_ota.img"),
    ],
)
def test_a_file_for_its_chip_is_taken(build: str, name: str) -> None:
    assert isinstance(DIALECT.plan(plug(build=build), offer(name)), tuple)


def test_a_chip_that_fetches_nothing_is_told_before_the_tap() -> None:
    assert not plug(build="OpenBL602 1.17.551 x").caps.install


def test_the_chip_may_be_known_from_its_announcement() -> None:
    device = only(
        house(said("build", OLD_BUILD), message("homeassistant/switch/x/config", announcement()))
    )
    assert isinstance(DIALECT.plan(device, offer("OpenBK7231T_1.18.2.rbl")), tuple)
    refused = DIALECT.plan(device, offer("OpenBK7231N_1.18.2.rbl"))
    assert refused == Refusal("image_for_another_chip", "BK7231N")


def test_addresses_and_makers_updates_that_it_cannot_take() -> None:
    device = plug()
    assert DIALECT.plan(device, None) == Refusal("no_own_updates")
    assert DIALECT.plan(device, replace(offer(), url="")) == Refusal("needs_url")
    long = replace(offer(), url="http://h/" + "a" * 247)
    assert DIALECT.plan(device, long) == Refusal("url_too_long", "256")


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ("OpenBK7231N 1.18.2 Jul 24 2026", True),
        ("OpenBK7231N 1.18.2_berry Jul 24 2026", True),
        ("OpenBK7231N 1.18.20 Jul 24 2026", False),
        (BUILD, False),
    ],
)
def test_only_its_own_build_says_that_it_arrived(build: str, expected: bool) -> None:
    assert DIALECT.arrived(plug(build=build), "1.18.2") is expected


def test_home_assistants_row_and_its_own_are_one() -> None:
    for order in (1, -1):
        messages = [
            said("build", BUILD),
            message("homeassistant/switch/x/config", announcement()),
        ][::order]
        device = only(house(*messages))
        assert set(device.dialects) == {"openbeken", "homeassistant"}
        assert str(device.version) == "1.17.551"


def test_what_it_says_like_tasmota_is_of_the_same_device() -> None:
    device = only(house(message(f"tele/{CLIENT}/STATE", {"POWER": "ON"}), said("build", BUILD)))
    assert device.dialects == ("openbeken", "tasmota")
    assert device.readings["POWER"] == "ON"
    assert Tasmota().plan(device, offer()) == Refusal("no_way_to_install")


@pytest.mark.parametrize(
    ("availability", "page", "expected"),
    [
        ("a/b/connected", PAGE, ("openbeken", "a/b")),
        ("a/connected", "http://192.0.2.7/", None),
        ("a/connected", "", None),
        ("a/status", PAGE, None),
        ("/connected", PAGE, None),
    ],
)
def test_an_announcement_is_known_by_its_will_and_its_page(
    availability: str, page: str, expected: object
) -> None:
    assert announced(availability, page) == expected


@pytest.mark.parametrize(
    ("word", "payload", "reason"),
    [
        ("connected", "perhaps", "last_will_unknown"),
        ("build", "42", "not_a_version"),
        ("1/get", b"\xff", "not_text"),
        ("1/get", "1" * 2_000, "not_text"),
    ],
)
def test_what_it_cannot_read_has_a_reason(word: str, payload: str | bytes, reason: str) -> None:
    registry = house(said("build", BUILD))
    assert registry.hear(message(f"{CLIENT}/{word}", payload)).unknown == reason


def test_it_subscribes_to_no_whole_tree() -> None:
    topics = [topic for topic, _ in DIALECT.filters()]
    assert not [topic for topic in topics if "#" in topic or topic.endswith("+")]


def test_requests_say_nothing() -> None:
    registry = house(said("build", BUILD))
    assert registry.hear(said("1/get", "")).keys == ()
    assert registry.hear(message(f"{CLIENT}/mac", "NoMAC")).keys == ()


EXPECTED = {
    "myTestDevice": ("OpenBeken", "", "", "light"),
    "fakeRGBbulb": ("OpenBeken", "", "", "light"),
    "obk/08C65DE9": ("OpenBeken", "", "", ""),
    "obk/kitchen/mySwitch1": ("OpenBeken", "", "", ""),
    "powerDevice": ("OpenBeken", "", "", ""),
    "rgbcwBulb": ("OpenBeken", "", "", "light"),
    **{f"obk_lamp{number}": ("OpenBeken", "", "", "light") for number in range(1, 7)},
    "obkEnumDemo": ("OpenBeken", "LIN", "", "sensor"),
    "Salƣo de Festas": ("OpenBeken", "LIN", "", "switch"),
    "Windows Fake BL0942": ("Linux", "LIN", "", "sensor"),
    "Windows Fake Toggle": ("Linux", "LIN", "", "switch"),
    "LinuxSim_EECAFFEE": ("Linux", "LIN", "", "light"),
}


def test_every_recorded_module_is_what_it_says() -> None:
    heard = replay(lines("openbeken"))
    by_id = {value: row for row in heard["devices"] for _, value in row["ids"]}
    fields = ("vendor", "model", "version", "kind")
    assert {key: tuple(by_id[key][field] for field in fields) for key in EXPECTED} == EXPECTED
    assert {row["name"] for row in heard["devices"] if not row["vendor"]} == {"miscDevice"}


def test_a_house_full_of_other_programs_is_not_openbekens() -> None:
    for name in ("zigbee2mqtt", "shelly_gen1", "shelly_gen2", "homie", "valetudo", "esphome"):
        rows = replay(lines(name))["devices"]
        assert not [row for row in rows if "openbeken" in row["dialects"]]


def test_no_device_is_made_of_another_registrys_leftovers() -> None:
    assert Registry([DIALECT]).filters() == list(DIALECT.filters())
