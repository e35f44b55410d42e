"""Shelly's first generation."""

import json

import pytest

from fleet.capability import Capability, values
from fleet.dialects.shelly1 import Shelly1
from fleet.identity import measured
from fleet.model import Availability, Device, Install, Phase, Unknown, Version
from fleet.registry import Registry
from fleet.steps import HttpRequest, Offer, Publish, Refusal
from fleet.topics import matches
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = Shelly1()
ID = "shelly1pm-00007F"
PLACE = f"shellies/{ID}"
MAC = ("mac", "02005E00007F")
OLD, NEW = "20220809-123240/v1.12.1-g99f7e0b", "20230913-112003/v1.14.0-gcb84623"


def announcement(**more: object) -> dict[str, object]:
    return {
        "id": ID,
        "model": "SHSW-PM",
        "mac": "02005E00007F",
        "ip": "192.168.1.64",
        "new_fw": False,
        "fw_ver": OLD,
    } | more


def info(**more: object) -> dict[str, object]:
    return {
        "wifi_sta": {"connected": True, "ssid": "home", "ip": "192.168.1.64", "rssi": -59},
        "mac": "02005E00007F",
        "uptime": 12,
        "update": {
            "status": "pending",
            "has_update": True,
            "new_version": NEW,
            "old_version": OLD,
        },
    } | more


def known(**more: object) -> Device:
    return only(house(message("shellies/announce", announcement(**more))))


def offer(url: str = "http://192.168.1.2:8917/t/abc.zip") -> Offer:
    return Offer(
        transfer="t", version=NEW, sha256="0", size=1, path="p", url=url, mirror="",
        facts={"format": "zip"},
    )  # fmt: skip


# --- who it is ------------------------------------------------------------------------------------


def test_an_announcement_says_who_it_is() -> None:
    device = known()
    assert device.ids == {MAC, ("shelly1", ID)}
    assert (device.name, device.vendor, device.model) == ("Shelly 1PM 00007F", "Shelly", "SHSW-PM")
    assert (device.version, device.kind) == (Version(OLD, plain="1.12.1"), "switch")
    assert (device.availability, device.radio) == (Availability.ONLINE, "wifi")
    assert device.caps.install == {Install.HTTP, Install.OWN}
    assert not device.caps.checks_signature


def test_its_own_topic_announces_it_too() -> None:
    assert only(house(message(f"{PLACE}/announce", announcement()))).ids == known().ids


@pytest.mark.parametrize(
    ("device", "name"), [("hall lamp", "hall lamp"), ("shellies/Küche/em3", "em3")]
)
def test_an_id_of_the_owner_is_its_name_and_may_have_slashes(device: str, name: str) -> None:
    registry = house(
        message("shellies/announce", announcement(id=device, model="SHEM-3")),
        message(f"shellies/{device}/emeter/0/power", "41.5"),
    )
    found = only(registry)
    assert (found.name, found.readings) == (name, {"emeter/0/power": 41.5})


def test_a_relay_that_rolls_is_a_cover() -> None:
    assert known(model="SHSW-25", mode="roller").kind == "cover"


def test_a_model_nobody_told_us_of_keeps_its_code() -> None:
    assert known(model="SHNEW-9").model == "SHNEW-9"


def test_a_script_that_announces_a_later_generation_makes_none_of_the_first() -> None:
    assert DIALECT.read(message("shellies/announce", announcement(gen=2)), ()) == ()


def test_what_it_says_before_it_announces_itself_is_the_same_device() -> None:
    registry = house(
        message(f"{PLACE}/relay/0", "on"), message("shellies/announce", announcement())
    )
    assert only(registry).readings == {"relay/0": "on"}


def test_home_assistants_announcement_of_it_is_the_same_device() -> None:
    said = {
        "name": "Relay 0",
        "stat_t": f"{PLACE}/relay/0",
        "cmd_t": f"{PLACE}/relay/0/command",
        "uniq_id": "shelly1pm-00007f-relay-0",
        "avty": [{"t": f"{PLACE}/online", "pl_avail": "true", "pl_not_avail": "false"}],
        "dev": {"cns": [["mac", "02:00:5e:00:00:7f"]], "name": "Porch", "mdl": "Shelly 1PM"},
    }
    registry = house(
        message(f"homeassistant/switch/{ID}-relay-0/config", said, retain=True),
        message(f"{PLACE}/relay/0", "on"),
        message(f"{PLACE}/online", "true", retain=True),
        message("shellies/announce", announcement()),
    )
    device = only(registry)
    assert device.dialects == ("shelly1", "homeassistant")
    assert (device.name, device.model) == ("Porch", "SHSW-PM")
    assert device.readings["relay/0"] == "on"


# --- online, offline, asleep ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "away"),
    [
        ("SHSW-PM", Availability.OFFLINE),
        ("SHHT-1", Availability.SLEEPING),
        ("SHMOS-01", Availability.SLEEPING),
    ],
)
def test_the_last_will_of_a_sleeper_says_that_it_sleeps(model: str, away: Availability) -> None:
    registry = house(
        message("shellies/announce", announcement(model=model)),
        message(f"{PLACE}/online", "false", retain=True),
    )
    assert only(registry).availability is away


def test_a_sleepers_family_is_enough_to_know_that_it_sleeps() -> None:
    registry = house(
        message("shellies/shellyht-00007F/online", "true"),
        message("shellies/shellyht-00007F/sensor/battery", "81"),
        message("shellies/shellyht-00007F/online", "false"),
    )
    device = only(registry)
    assert (device.availability, device.battery) == (Availability.SLEEPING, 81)


def test_how_often_a_sleeper_wakes_is_known_of_its_model() -> None:
    assert known(model="SHDW-2").wakes_s == 6 * 3600
    assert known(model="SHBTN-1").wakes_s is None


def test_a_name_anybody_could_have_is_asked_before_it_is_a_device() -> None:
    registry = Registry([DIALECT])
    heard = registry.hear(message("shellies/porch/online", "true", retain=True))
    assert (heard.keys, heard.unknown) == ((), "")
    assert [ask.step for ask in heard.asks] == [
        Publish(topic="shellies/porch/command", payload=b"announce", qos=1)
    ]
    assert not registry.hear(message("shellies/porch/online", "false")).asks
    assert registry.settle() == {}


def test_an_id_of_the_factory_is_a_device_and_is_asked_who_it_is_once_an_hour() -> None:
    registry = Registry([DIALECT])
    heard = registry.hear(message(f"{PLACE}/online", "true", retain=True))
    assert len(heard.keys) == 1
    assert [(ask.step.payload, ask.rest_s) for ask in heard.asks] == [(b"announce", 3600)]
    assert not registry.hear(message(f"{PLACE}/online", "false")).asks
    assert only(registry).availability is Availability.OFFLINE


# --- what it measures -----------------------------------------------------------------------------


def test_readings_are_typed() -> None:
    registry = house(
        message(f"{PLACE}/relay/0", "on"),
        message(f"{PLACE}/relay/0/power", "42.50"),
        message(f"{PLACE}/relay/0/energy", "1200"),
        message(f"{PLACE}/temperature", "35.2"),
        message(f"{PLACE}/input/0", "1"),
        message(f"{PLACE}/input_event/0", {"event": "S", "event_cnt": 3}),
        message(f"{PLACE}/overtemperature", "0"),
    )
    device = only(registry)
    found = {
        name: (value.capability, value.value, value.unit)
        for name, _, value in values(device.features, device.readings)
    }
    assert found == {
        "relay/0": (Capability.ON_OFF, True, ""),
        "relay/0/power": (Capability.POWER, 42.5, "W"),
        "relay/0/energy": (Capability.ENERGY, 1200, "W·min"),
        "temperature": (Capability.TEMPERATURE, 35.2, "°C"),
        "input/0": (Capability.ON_OFF, True, ""),
        "input_event/0": (Capability.BUTTON, "S", ""),
        "input_event/0/count": (Capability.NUMBER, 3, ""),
        "overtemperature": (Capability.PROBLEM, False, ""),
    }


def test_a_light_says_its_colour_in_one() -> None:
    said = {"ison": True, "mode": "color", "red": 255, "green": 160, "blue": 0, "gain": 60}
    device = only(house(message(f"{PLACE}/color/0/status", said)))
    assert device.readings == {
        "color/0": "on",
        "color/0/gain": 60,
        "color/0/mode": "color",
        "color/0/colour": "#ffa000",
    }


def test_a_roller_that_was_never_calibrated_knows_no_position() -> None:
    registry = house(message(f"{PLACE}/roller/0", "stop"), message(f"{PLACE}/roller/0/pos", "-1"))
    assert only(registry).readings == {"roller/0": "stop"}


@pytest.mark.parametrize(
    ("part", "readings"),
    [
        ({"relays": [{"ison": False}], "meters": [{"power": 0.5}]},
         {"relay/0": "off", "relay/0/power": 0.5}),
        ({"rollers": [{"state": "open", "current_pos": 70}]},
         {"roller/0": "open", "roller/0/pos": 70}),
        ({"rollers": [{"state": "stop", "current_pos": -1}]}, {"roller/0": "stop"}),
        ({"emeters": [{"power": 3.5, "total": 9.0}]},
         {"emeter/0/power": 3.5, "emeter/0/total": 9}),
        ({"tmp": {"value": 21.5, "tC": 21.5}, "hum": {"value": 40}, "bat": {"value": 77}},
         {"sensor/temperature": 21.5, "sensor/humidity": 40, "sensor/battery": 77}),
        ({"tmp": {"tC": 35.0}, "temperature": 35.0}, {"temperature": 35}),
        ({"ext_temperature": {"0": {"tC": 4.5}}, "ext_humidity": {"1": {"hum": 60}}},
         {"ext_temperature/0": 4.5, "ext_humidity/1": 60}),
        ({"thermostats": [{"pos": 9, "target_t": {"value": 21}, "tmp": {"value": 19.5}}]},
         {"thermostat/0/pos": 9, "thermostat/0/target_t": 21, "thermostat/0/temperature": 19.5}),
        ({"lights": [{"ison": True, "brightness": 55, "mode": "white"}]},
         {"light/0": "on", "light/0/brightness": 55, "light/0/mode": "white"}),
        ({"gas_sensor": {"alarm_state": "none"}, "concentration": {"ppm": 3}},
         {"sensor/gas": "none", "sensor/concentration": 3}),
    ],
)  # fmt: skip
def test_info_says_what_the_topics_say(part: dict, readings: dict) -> None:
    device = only(house(message(f"{PLACE}/info", info(**part))))
    always = {"uptime": 12, "wifi_sta/rssi": -59}
    assert device.readings == always | readings


def test_a_motion_sensor_says_all_in_one_status() -> None:
    said = {"motion": True, "vibration": False, "active": True, "lux": 12, "bat": 84}
    device = only(house(message("shellies/shellymotion-00007F/status", said)))
    assert device.readings["sensor/motion"] is True
    assert (device.readings["sensor/lux"], device.battery) == (12, 84)


def test_a_word_on_a_known_topic_is_a_measure_and_no_more() -> None:
    registry = house(message(f"{PLACE}/relay/0/power", "1"))
    (record,) = (registry.record(key) for key in registry.devices)
    assert record is not None
    routes = [route for source in record.sources for route in source.routes]
    again = one(DIALECT, message(f"{PLACE}/relay/0/power", "2"), routes)
    assert measured(record, again, 1.0) is not None


# --- its update -----------------------------------------------------------------------------------


def test_info_offers_what_its_maker_has() -> None:
    device = only(house(message(f"{PLACE}/info", info())))
    assert (device.version, device.offer) == (
        Version(OLD, plain="1.12.1"),
        Version(NEW, plain="1.14.0"),
    )


def update(**more: object) -> dict[str, object]:
    return info(update={"status": "idle", "has_update": False, "old_version": OLD, **more})


@pytest.mark.parametrize(
    ("after", "offer"),
    [
        (update(new_version=OLD), None),
        (update(status="unknown", new_version=""), NEW),  # right after a boot it does not know
    ],
)
def test_an_offer_goes_when_it_says_so_and_not_before(after: dict, offer: str | None) -> None:
    device = only(house(message(f"{PLACE}/info", info()), message(f"{PLACE}/info", after)))
    assert (device.offer.raw if device.offer else None) == offer


def test_an_announcement_that_something_is_new_is_asked_what() -> None:
    heard = house().hear(message("shellies/announce", announcement(new_fw=True)))
    assert [ask.step for ask in heard.asks] == [
        Publish(topic=f"{PLACE}/command", payload=b"update", qos=1)
    ]


def test_an_update_under_way_is_its_word() -> None:
    registry = house(message("shellies/announce", announcement()))
    heard = registry.hear(message(f"{PLACE}/info", update(status="updating", new_version=NEW)))
    assert [word.phase for _, word in heard.words] == [Phase.INSTALLING]


def test_a_file_is_named_over_http_at_its_own_address() -> None:
    assert DIALECT.plan(known(), offer("http://192.168.1.2/t/a b.zip?x=1")) == (
        HttpRequest(url="http://192.168.1.64/ota?url=http://192.168.1.2/t/a%20b.zip%3Fx%3D1"),
    )


@pytest.mark.parametrize("ip", ["203.0.114.9", "", None, "127.0.0.1", "evil.example"])
def test_without_an_address_in_the_home_no_file_but_its_makers_update(ip: object) -> None:
    device = known(ip=ip)
    assert DIALECT.plan(device, offer()) == Refusal("no_home_address")
    assert DIALECT.plan(device, None) == (
        Publish(topic=f"{PLACE}/command", payload=b"update_fw", qos=1),
    )


def test_an_address_said_in_info_counts() -> None:
    device = only(house(message(f"{PLACE}/info", info())))
    assert isinstance(DIALECT.plan(device, offer()), tuple)


def test_a_check_lets_it_say_all() -> None:
    assert DIALECT.check(known()) == (
        Publish(topic=f"{PLACE}/command", payload=b"announce", qos=1),
        Publish(topic=f"{PLACE}/command", payload=b"update", qos=1),
    )


def test_verify_lets_it_announce_itself() -> None:
    assert DIALECT.verify(known()) == (
        Publish(topic=f"{PLACE}/command", payload=b"announce", qos=1),
    )


@pytest.mark.parametrize(
    ("version", "there"), [(OLD, True), ("1.12.1", True), (NEW, False), ("1.12", False)]
)
def test_it_has_arrived_by_its_build_or_its_version(version: str, there: bool) -> None:
    assert DIALECT.arrived(known(), version) is there


def test_a_device_whose_name_no_topic_can_hold_takes_no_orders() -> None:
    device = known(id="a+b")
    assert DIALECT.plan(device, None) == Refusal("no_command_topic")
    assert DIALECT.check(device) == Refusal("no_command_topic")
    assert DIALECT.verify(device) == ()


# --- orders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tail", "said", "wish", "to", "payload"),
    [
        ("relay/1", "off", True, "relay/1/command", b"on"),
        ("roller/0", "stop", "open", "roller/0/command", b"open"),
        ("roller/0/pos", "10", 70, "roller/0/command/pos", b"70"),
        ("light/0", "on", False, "light/0/command", b"off"),
    ],
)
def test_a_wish_becomes_a_word(tail: str, said: str, wish: object, to: str, payload: bytes) -> None:
    device = only(house(message(f"{PLACE}/{tail}", said)))
    assert DIALECT.act(device, tail, wish) == (
        Publish(topic=f"{PLACE}/{to}", payload=payload, qos=1),
    )


@pytest.mark.parametrize(
    ("feature", "wish", "payload"),
    [
        ("light/0/brightness", 55, {"turn": "on", "brightness": 55}),
        ("light/0/temp", 3000, {"turn": "on", "temp": 3000}),
        ("light/0/colour", "#FFA000", {"turn": "on", "red": 255, "green": 160, "blue": 0}),
    ],
)
def test_a_wish_for_light_becomes_one_member(feature: str, wish: object, payload: dict) -> None:
    said = {"ison": True, "brightness": 5, "temp": 4000, "red": 1, "green": 2, "blue": 3}
    device = only(house(message(f"{PLACE}/light/0/status", said)))
    steps = DIALECT.act(device, feature, wish)
    assert isinstance(steps, tuple)
    assert steps[0].topic == f"{PLACE}/light/0/set"
    assert json.loads(steps[0].payload) == payload


def test_its_orders_are_within_the_rights_it_asks_for() -> None:
    registry = house(
        message("shellies/announce", announcement()),
        message(f"{PLACE}/relay/0", "on"),
        message(f"{PLACE}/roller/0/pos", "10"),
        message(f"{PLACE}/light/0/status", {"brightness": 5}),
        message(f"{PLACE}/info", info(thermostats=[{"target_t": {"value": 19.5}}])),
    )
    device = only(registry)
    wishes = {"relay/0": True, "roller/0/pos": 5, "light/0/brightness": 5}
    steps = [step for name, wish in wishes.items() for step in DIALECT.act(device, name, wish)]
    steps += DIALECT.act(device, "thermostat/0/target_t", 20)
    steps += [*DIALECT.plan(device, None), *DIALECT.check(device), *DIALECT.verify(device)]
    assert len(steps) == 8
    for step in steps:
        assert any(matches(each, step.topic) for each in DIALECT.writes), step.topic


def test_a_thermostats_target_is_a_number() -> None:
    said = info(thermostats=[{"target_t": {"value": 19.5}}])
    device = only(house(message(f"{PLACE}/info", said)))
    (step,) = DIALECT.act(device, "thermostat/0/target_t", 21.5)
    assert (step.topic, step.payload) == (f"{PLACE}/thermostat/0/command/target_t", b"21.5")
    assert DIALECT.act(device, "thermostat/0/target_t", 50) == Refusal("wish_refused", "4 to 31 °C")


# --- what is not its own --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        ("shellies/announce", "{", "not_json_object"),
        ("shellies/announce", "{}", "names_no_device"),
        (f"{PLACE}/info", "[]", "not_json_object"),
        (f"{PLACE}/online", "perhaps", "last_will_unknown"),
        (f"{PLACE}/relay/0", b"\xff", "not_text"),
    ],
)
def test_what_it_cannot_read_has_a_reason(topic: str, payload: bytes, reason: str) -> None:
    assert DIALECT.read(message(topic, payload), ()) == Unknown(reason)


@pytest.mark.parametrize(
    "topic",
    [
        "shellies",
        "shellies/x",
        "shellies/x/status/switch:0",
        "shellies/x/events/rpc",
        "shellies//relay/0",
        "other/shelly1-00007F/relay/0",
    ],
)
def test_other_topics_are_not_its(topic: str) -> None:
    assert DIALECT.read(message(topic, "on"), ()) is None


@pytest.mark.parametrize(
    "topic", ["command", "relay/0/command", "light/0/set", "roller/0/command/pos"]
)
def test_an_order_is_no_word_of_a_device(topic: str) -> None:
    assert DIALECT.read(message(f"{PLACE}/{topic}", "on"), ()) == ()


def test_a_retained_word_is_no_sign_of_life() -> None:
    device = only(house(message(f"{PLACE}/relay/0", "on", retain=True)))
    assert device.availability is Availability.UNKNOWN
