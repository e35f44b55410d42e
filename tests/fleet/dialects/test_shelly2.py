"""Shelly's second generation and later: who it is and what it says."""

import json

import pytest

from fleet.capability import Capability, values
from fleet.identity import measured
from fleet.model import Availability, Install, Unknown, Version
from fleet.registry import Registry
from tests.fleet.dialects.saying import house, message, one, only
from tests.fleet.dialects.shelly2_saying import (
    BUILD,
    DIALECT,
    ID,
    MAC,
    answered,
    asked,
    happened,
    identity,
    known,
    notified,
    sent,
)

# --- who it is -----------------------------------------------------------------------------------


def test_its_answer_says_who_it_is() -> None:
    device = known()
    assert device.ids == {MAC, ("shelly2", ID)}
    assert (device.name, device.vendor) == ("Shelly Plus 1PM 00007F", "Shelly")
    assert (device.model, device.kind, device.radio) == ("SNSW-001P16EU", "switch", "wifi")
    assert device.version == Version(BUILD, plain="1.1.0")
    assert device.availability is Availability.ONLINE
    assert device.caps.install == {Install.URL, Install.OWN}
    assert device.caps.checks_signature
    assert device.caps.progress


@pytest.mark.parametrize(
    ("given", "prefix", "name"),
    [
        ("Hall", ID, "Hall"),
        ("Hall", "home/porch plug", "Hall"),
        (None, "home/porch plug", "porch plug"),
        (None, ID, "Shelly Plus 1PM 00007F"),
    ],
)
def test_its_own_name_is_better_than_its_prefix(given: object, prefix: str, name: str) -> None:
    assert only(house(answered(identity(name=given), prefix=prefix))).name == name


@pytest.mark.parametrize(
    ("device", "name", "kind"),
    [
        ("shellyplugusg4-02005e00007f", "Shelly Plug US Gen4 00007F", "plug"),
        ("shellyfloodsg4-02005e00007f", "Shelly Flood S Gen4 00007F", "sensor"),
        ("ShellyWallDisplay-02005E00007F", "Shelly Wall Display 00007F", "display"),
        ("shellyblugw-02005e00007f", "Shelly Blu GW 00007F", "gateway"),
        ("shellypro3em-02005e00007f", "Shelly Pro 3EM 00007F", "meter"),
        ("shellyplusht-02005e00007f", "Shelly Plus HT 00007F", "sensor"),
        ("shellyplusi4-02005e00007f", "Shelly Plus I4 00007F", "button"),
        ("shelly2pmg3-02005e00007f", "Shelly 2PM Gen3 00007F", "switch"),
    ],
)
def test_an_id_tells_the_family_before_it_answers(device: str, name: str, kind: str) -> None:
    found = only(house(message(f"{device}/online", "true", retain=True)))
    assert (found.name, found.kind, found.availability) == (name, kind, Availability.ONLINE)
    assert found.ids == {("shelly2", device), MAC}


def test_whether_a_password_is_set_is_seen() -> None:
    device = known(auth_en=True)
    assert device.readings == {"sys.auth_en": True}
    assert device.features["sys.auth_en"].aside


def test_a_relay_that_drives_a_cover_is_one() -> None:
    assert known(app="Plus2PM", profile="cover").kind == "cover"


def test_what_is_built_on_its_platform_names_its_own_maker() -> None:
    said = {
        "id": 1,
        "src": "st1820-02005e00007f",
        "dst": "x",
        "result": {"id": "st1820-02005e00007f", "gen": 3, "fw_id": "20250318-152132/g01dd7ff"},
    }
    device = only(house(message("other/rpc", said)))
    assert (device.vendor, device.model, device.kind) == ("", "ST1820", "thermostat")
    assert device.version == Version("20250318-152132/g01dd7ff")


def test_a_build_without_a_version_keeps_the_one_said_before() -> None:
    config = {"sys": {"device": {"name": "Hall", "fw_id": "20250804-114929/gc6a6e5c"}}}
    answer = answered(identity(fw_id="20250804-114929/gc6a6e5c", ver="1.6.1"))
    device = only(house(answer, answered(config, number=2)))
    assert device.version == Version("20250804-114929/gc6a6e5c", plain="1.6.1")


def test_a_script_may_announce_it_as_the_first_generation_does() -> None:
    device = only(house(message("shellies/announce", identity())))
    assert (device.dialects, device.model) == (("shelly2",), "SNSW-001P16EU")


def test_home_assistants_announcement_of_it_is_the_same_device() -> None:
    said = {
        "name": "Switch 0",
        "stat_t": f"{ID}/status/switch:0",
        "cmd_t": f"{ID}/rpc",
        "uniq_id": "02005e00007f-switch-0",
        "dev": {"cns": [["mac", "02:00:5e:00:00:7f"]], "name": "Porch", "mdl": "Shelly Plus 1PM"},
    }
    topic = "homeassistant/switch/02005e00007f/switch-0/config"
    registry = house(message(topic, said, retain=True), answered(identity()))
    device = only(registry)
    assert device.dialects == ("shelly2", "homeassistant")
    assert device.name == "Porch"


# --- who is asked --------------------------------------------------------------------------------


def test_online_alone_makes_no_device_but_is_asked() -> None:
    registry = Registry([DIALECT])
    heard = registry.hear(message("home/porch/online", "true", retain=True))
    assert (heard.keys, heard.unknown) == ((), "")
    assert asked(heard) == [("home/porch/rpc", "Shelly.GetDeviceInfo")]
    frame = sent(heard.asks[0].step)
    assert frame == {"id": 1, "src": "orangery/shelly/home/porch", "method": "Shelly.GetDeviceInfo"}
    assert heard.asks[0].rest_s == 3600
    assert registry.settle() == {}


@pytest.mark.parametrize("payload", ["false", "online", "1", "", b"\xff"])
def test_other_words_on_online_are_asked_nothing(payload: object) -> None:
    registry = Registry([DIALECT])
    heard = registry.hear(message("porch/online", payload))
    assert (heard.asks, registry.settle()) == ((), {})


def test_the_answer_tells_where_the_asked_one_speaks() -> None:
    registry = house(
        answered(identity(), prefix="home/porch"),
        message("home/porch/status/switch:0", {"id": 0, "output": True}),
        message("home/porch/online", "false", retain=True),
    )
    device = only(registry)
    assert device.readings["switch:0.output"] is True
    assert device.availability is Availability.OFFLINE
    assert sent(DIALECT.verify(device)[0])["src"] == "orangery/shelly/home/porch"
    assert DIALECT.verify(device)[0].topic == "home/porch/rpc"


def test_whoever_is_met_is_asked_who_and_how_it_is_and_again_when_it_comes_back() -> None:
    registry = Registry([DIALECT])
    first = registry.hear(notified({"ts": 1.0, "switch:0": {"id": 0, "output": True}}))
    everything = ["Shelly.GetDeviceInfo", "Shelly.GetStatus", "MQTT.GetConfig"]
    assert [method for _, method in asked(first)] == everything
    assert asked(registry.hear(notified({"ts": 2.0, "switch:0": {"output": False}}))) == []
    assert asked(registry.hear(message(f"{ID}/online", "false"))) == []
    back = registry.hear(message(f"{ID}/online", "true"))
    assert [method for _, method in asked(back)] == everything[:2]
    assert {ask.rest_s for ask in back.asks} == {60}


def test_a_prefix_given_to_another_device_is_the_other_ones() -> None:
    other = ID.replace("7f", "7e")
    later = notified({"ts": 1.0, "switch:0": {"id": 0, "apower": 7}}, prefix="porch")
    said = json.loads(later.payload) | {"src": other}
    registry = house(
        notified({"ts": 1.0, "switch:0": {"id": 0, "apower": 5}}, prefix="porch"),
        message("porch/events/rpc", said),
        message("porch/status/switch:0", {"apower": 9}),
    )
    found = {dict(each.ids)["shelly2"]: each.readings for each in registry.devices.values()}
    assert found == {ID: {"switch:0.apower": 5}, other: {"switch:0.apower": 9}}


# --- what it measures ----------------------------------------------------------------------------


def test_readings_are_typed_and_come_in_parts() -> None:
    whole = {
        "ts": 1.0,
        "switch:0": {"id": 0, "output": False, "apower": 0.0, "aenergy": {"total": 12.5}},
        "input:0": {"id": 0, "state": None},
        "temperature:0": {"id": 0, "tC": 21.4, "tF": 70.5},
        "wifi": {"sta_ip": "192.0.2.7", "ssid": "home", "rssi": -58},
        "sys": {"mac": "02005E00007F", "uptime": 12, "available_updates": {}},
    }
    registry = house(
        notified(whole, method="NotifyFullStatus"),
        notified({"ts": 2.0, "switch:0": {"id": 0, "output": True, "source": "MQTT"}}),
        notified({"ts": 3.0, "switch:0": {"id": 0, "apower": 42.0}}),
    )
    device = only(registry)
    found = {
        name: (value.capability, value.value, value.unit)
        for name, feature, value in values(device.features, device.readings)
        if not feature.aside
    }
    assert found == {
        "switch:0.output": (Capability.ON_OFF, True, ""),
        "switch:0.apower": (Capability.POWER, 42.0, "W"),
        "switch:0.aenergy.total": (Capability.ENERGY, 12.5, "Wh"),
        "temperature:0.tC": (Capability.TEMPERATURE, 21.4, "°C"),
    }
    assert device.readings["wifi.rssi"] == -58
    assert not [name for name in device.readings if "ssid" in name or "mac" in name]


def test_status_topics_say_the_same() -> None:
    registry = house(
        message(f"{ID}/status/rgb:0", {"id": 0, "output": True, "rgb": [255, 160, 0]}),
        message(f"{ID}/status/wifi", {"rssi": -60, "sta_ip": "192.0.2.7"}),
        message(f"{ID}/status/mqtt", {"connected": True}),
    )
    assert only(registry).readings == {
        "rgb:0.output": True,
        "rgb:0.rgb": "#ffa000",
        "wifi.rssi": -60,
    }


def test_a_press_is_what_happened_last() -> None:
    registry = house(happened({"component": "input:1", "event": "double_push", "ts": 7.5}))
    device = only(registry)
    assert device.readings == {"input:1.event": "double_push", "input:1.event_at": 7.5}
    assert device.features["input:1.event"].capability is Capability.BUTTON


def test_a_word_under_a_known_prefix_is_a_measure_and_no_more() -> None:
    said = notified({"ts": 1.0, "switch:0": {"id": 0, "apower": 1.0}})
    registry = house(said)
    (record,) = (registry.record(key) for key in registry.devices)
    assert record is not None
    routes = [
        route for source in record.sources for route in source.routes if route.role == "events"
    ]
    again = one(DIALECT, notified({"ts": 2.0, "switch:0": {"id": 0, "apower": 2.0}}), routes)
    assert measured(record, again, 1.0) is not None


# --- asleep --------------------------------------------------------------------------------------


def test_a_sleeper_says_how_often_it_wakes_and_when_it_goes() -> None:
    status = {
        "ts": 1.0,
        "sys": {"mac": "02005E00007F", "wakeup_period": 7200},
        "devicepower:0": {"id": 0, "battery": {"V": 5.1, "percent": 81}},
        "humidity:0": {"id": 0, "rh": 55.0},
    }
    registry = house(notified({"ts": 0.5, "mqtt": {"connected": True}}))
    registry.hear(notified(status, method="NotifyFullStatus"))
    device = only(registry)
    assert (device.wakes_s, device.battery) == (7200, 81)
    registry.hear(message(f"{ID}/online", "false"))
    assert only(registry).availability is Availability.SLEEPING
    registry.hear(message(f"{ID}/online", "true"))
    registry.hear(happened({"component": "sys", "event": "sleep", "ts": 9.0}))
    assert only(registry).availability is Availability.SLEEPING


def test_a_family_that_sleeps_is_asleep_when_first_met_away() -> None:
    said = message("shellyhtg3-02005e00007f/online", "false", retain=True)
    assert only(house(said)).availability is Availability.SLEEPING


def test_a_retained_word_is_no_sign_of_life() -> None:
    said = {"src": ID, "method": "NotifyStatus", "params": {"ts": 1.0}}
    device = only(house(message(f"{ID}/events/rpc", said, retain=True)))
    assert device.availability is Availability.UNKNOWN


def test_what_is_away_and_does_not_sleep_is_offline() -> None:
    registry = house(answered(identity()), message(f"{ID}/online", "false"))
    assert only(registry).availability is Availability.OFFLINE


# --- what is not understood ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        (f"{ID}/events/rpc", "{", "not_json_object"),
        (f"{ID}/events/rpc", "{}", "names_no_device"),
        (f"{ID}/events/rpc", '{"src": "pump", "method": "NotifyStatus"}', "names_no_device"),
        (
            f"{ID}/events/rpc",
            f'{{"src": "{ID}", "method": "NotifyStatus"}}',
            "notification_not_understood",
        ),
        (f"{ID}/status/switch:0", "[]", "not_json_object"),
        ("hub/rpc", "[]", "not_json_object"),
        ("hub/rpc", '{"src": "x"}', "answer_not_understood"),
    ],
)
def test_what_it_cannot_read_has_a_reason(topic: str, payload: str, reason: str) -> None:
    assert DIALECT.read(message(topic, payload), ()) == Unknown(reason)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (f"{ID}/rpc", '{"id": 1, "src": "hub", "method": "Switch.Set"}'),
        ("hub/rpc", '{"id": 1, "src": "somebody", "result": {}}'),
        (f"{ID}/events/rpc", f'{{"src": "{ID}", "method": "NotifyWhat", "params": {{}}}}'),
        ("orangery/shelly/porch/rpc", '{"id": 1, "src": "pump", "result": {"gen": 9}}'),
        (f"{ID}/events/rpc", ""),
    ],
)
def test_what_is_no_word_of_a_device_makes_none(topic: str, payload: str) -> None:
    assert DIALECT.read(message(topic, payload), ()) == ()


@pytest.mark.parametrize(
    "topic",
    [
        "porch/status/temperature",
        "a/status/switch:0",
        "a/b",
        "shellies/shelly1-00007F/online",
        "/status/",
    ],
)
def test_other_topics_are_not_its(topic: str) -> None:
    assert DIALECT.read(message(topic, "on"), ()) is None
