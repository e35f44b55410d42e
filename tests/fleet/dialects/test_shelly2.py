"""Shelly's second generation and later."""

import json

import pytest

from fleet.capability import Capability, values
from fleet.dialects.shelly2 import Shelly2
from fleet.identity import measured
from fleet.model import Availability, Device, Install, Message, Phase, Unknown, Version
from fleet.registry import Heard, Registry
from fleet.steps import Offer, Publish, Refusal
from fleet.topics import matches
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = Shelly2()
ID = "shellyplus1pm-02005e00007f"
MAC = ("mac", "02005E00007F")
BUILD, NEW = "20231219-133956/1.1.0-g34b5d4f", "20241011-114449/1.4.4-g6d2a586"


def notified(params: object, *, method: str = "NotifyStatus", prefix: str = ID) -> Message:
    said = {"src": ID, "dst": f"{prefix}/events", "method": method, "params": params}
    return message(f"{prefix}/events/rpc", said)


def happened(*events: object) -> Message:
    return notified({"ts": 1.0, "events": list(events)}, method="NotifyEvent")


def answered(result: object, *, number: int = 1, prefix: str = ID, **more: object) -> Message:
    said = {"id": number, "src": ID, "dst": f"orangery/shelly/{prefix}", "result": result} | more
    return message(f"orangery/shelly/{prefix}/rpc", said)


def refused(code: int, text: str, number: int = 4) -> Message:
    said = {"id": number, "src": ID, "dst": "x", "error": {"code": code, "message": text}}
    return message(f"orangery/shelly/{ID}/rpc", said)


def identity(**more: object) -> dict[str, object]:
    return {
        "id": ID,
        "mac": "02005E00007F",
        "model": "SNSW-001P16EU",
        "app": "Plus1PM",
        "gen": 2,
        "name": None,
        "ver": "1.1.0",
        "fw_id": BUILD,
        "auth_en": False,
    } | more


def known(**more: object) -> Device:
    return only(house(answered(identity(**more))))


def offer(url: str = "http://192.0.2.2:8917/t/abc.zip") -> Offer:
    return Offer(
        transfer="t", version=NEW, sha256="0", size=1, path="p", url=url, mirror="",
        facts={"format": "zip"},
    )  # fmt: skip


def asked(heard: Heard) -> list[tuple[str, str]]:
    return [(ask.step.topic, json.loads(ask.step.payload)["method"]) for ask in heard.asks]


def sent(step: object) -> dict[str, object]:
    assert isinstance(step, Publish)
    frame: dict[str, object] = json.loads(step.payload)
    return frame


# --- who it is ------------------------------------------------------------------------------------


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


# --- who is asked ---------------------------------------------------------------------------------


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


# --- what it measures -----------------------------------------------------------------------------


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


# --- asleep ---------------------------------------------------------------------------------------


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


# --- what is behind it ----------------------------------------------------------------------------

COMPONENTS = [
    {
        "key": "bthomedevice:200",
        "status": {"rssi": -58, "battery": 97, "fw_ver": "v1.1.4"},
        "config": {"addr": "02:00:5e:00:00:7e", "name": "Terrace"},
        "attrs": {"model_id": 3},
    },
    {
        "key": "bthomesensor:203",
        "status": {"value": 23.5},
        "config": {"addr": "02:00:5e:00:00:7e", "obj_id": 69, "idx": 0},
    },
    {
        "key": "number:200",
        "status": {"value": 40},
        "config": {
            "name": "Limit", "min": 0, "max": 90, "meta": {"ui": {"unit": "A", "step": 5}},
        },
    },
]  # fmt: skip


def gateway() -> Registry:
    listing = {"components": COMPONENTS, "offset": 0, "total": 3}
    return house(answered(identity()), answered(listing, number=6))


def of(registry: Registry, name: str) -> Device:
    registry.settle()
    return next(device for device in registry.devices.values() if device.name == name)


def test_a_bluetooth_device_is_a_child_of_its_gateway() -> None:
    registry = gateway()
    child, hub = of(registry, "Terrace"), of(registry, "Shelly Plus 1PM 00007F")
    assert child.ids == {("mac", "02005E00007E"), ("shelly2", f"{ID}/bthomedevice:200")}
    assert (child.via, child.radio, child.model) == (hub.key, "ble", "SBHT-003C")
    assert child.version == Version("v1.1.4", plain="1.1.4")
    assert (child.battery, child.readings) == (97, {"rssi": -58, "temperature": 23.5})


def test_one_whose_address_an_example_has_is_known_by_its_place_alone() -> None:
    address = "11:22:33:44:55:66"
    listing = [part | {"config": part["config"] | {"addr": address}} for part in COMPONENTS[:2]]
    registry = house(answered({"components": listing, "offset": 0, "total": 2}, number=6))
    registry.hear(notified({"ts": 1.0, "bthomesensor:203": {"id": 203, "value": 24.0}}))
    child = of(registry, "Terrace")
    assert child.ids == {("shelly2", f"{ID}/bthomedevice:200")}
    assert child.readings["temperature"] == 24.0


def test_a_child_s_firmware_is_not_ours_to_bring() -> None:
    child = of(gateway(), "Terrace")
    assert not child.caps.install
    assert DIALECT.plan(child, None) == Refusal("no_way_to_install")
    assert DIALECT.check(child) == Refusal("no_way_to_install")
    assert DIALECT.verify(child) == ()


def test_later_words_name_only_the_sensor_and_still_find_whose_it_is() -> None:
    registry = gateway()
    registry.hear(notified({"ts": 1.0, "bthomesensor:203": {"id": 203, "value": 24.0}}))
    registry.hear(message(f"{ID}/status/bthomedevice:200", {"id": 200, "rssi": -70}))
    registry.hear(happened({"component": "bthomedevice:200", "event": "single_push", "ts": 4.0}))
    child = of(registry, "Terrace")
    assert child.readings == {
        "rssi": -70, "temperature": 24.0, "event": "single_push", "event_at": 4.0,
    }  # fmt: skip


def test_whose_a_sensor_is_stays_known_when_its_gateway_is_met_anew() -> None:
    registry = gateway()
    registry.hear(notified({"ts": 1.0, "sys": {"wakeup_period": 3600}}))
    registry.hear(notified({"ts": 2.0, "bthomesensor:203": {"id": 203, "value": 25.0}}))
    assert of(registry, "Terrace").readings["temperature"] == 25.0


def test_what_was_added_is_asked_for_page_by_page() -> None:
    registry = house(answered(identity()))
    full = {"ts": 1.0, "bthomedevice:200": {"id": 200, "rssi": -58}}
    heard = registry.hear(notified(full, method="NotifyFullStatus"))
    assert [sent(ask.step)["params"] for ask in heard.asks] == [
        {"dynamic_only": True, "include": ["status", "config"], "offset": 0}
    ]
    listing = {"components": COMPONENTS, "offset": 0, "total": 7}
    (ask,) = registry.hear(answered(listing, number=6)).asks
    assert sent(ask.step)["params"]["offset"] == 3
    assert not registry.hear(answered({**listing, "offset": 4}, number=6)).asks


def test_a_component_of_the_owner_is_what_its_configuration_says() -> None:
    device = of(gateway(), "Shelly Plus 1PM 00007F")
    feature = device.features["number:200.value"]
    assert (feature.label, feature.unit, feature.high) == ("Limit", "A", 90)
    assert sent(DIALECT.act(device, "number:200.value", 45)[0])["params"] == {
        "id": 200,
        "value": 45,
    }


def test_a_radiator_valve_takes_its_order_through_the_gateway() -> None:
    status = {"ts": 1.0, "blutrv:200": {"id": 200, "target_C": 19, "current_C": 18.5, "pos": 40}}
    registry = house(answered(identity()), notified(status))
    valve = next(each for each in registry.devices.values() if each.via)
    assert valve.features["pos"].capability is Capability.POSITION
    (step,) = DIALECT.act(valve, "target_C", 21.5)
    assert step.topic == f"{ID}/rpc"
    assert (sent(step)["method"], sent(step)["params"]) == (
        "BluTrv.Call",
        {"id": 200, "method": "TRV.SetTarget", "params": {"id": 0, "target_C": 21.5}},
    )


# --- its update -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"stable": {"version": "1.4.4", "build_id": NEW}, "beta": {"version": "1.5.0-beta1"}},
         Version(NEW, plain="1.4.4")),
        ({"stable": {"version": "1.4.4"}}, Version("1.4.4")),
        ({"beta": {"version": "1.5.0-beta1"}}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_stable_one_is_the_offer(said: dict, expected: Version | None) -> None:
    registry = house(answered(identity()), answered({"stable": {"version": "9"}}, number=3))
    assert only(registry).offer == Version("9")
    registry.hear(answered(said, number=3))
    assert only(registry).offer == expected
    registry.hear(answered({"stable": {"version": "9"}}, number=3))
    registry.hear(notified({"ts": 1.0, "sys": {"available_updates": said}}))
    assert only(registry).offer == expected


def test_a_beta_is_shown_and_not_offered() -> None:
    said = {"ts": 1.0, "sys": {"available_updates": {"beta": {"version": "1.5.0-beta1"}}}}
    device = only(house(notified(said)))
    assert device.readings["sys.available_updates.beta.version"] == "1.5.0-beta1"
    assert device.offer is None


def test_the_plan_names_exactly_one_of_address_and_stage() -> None:
    device = known()
    for offered, params in (
        (offer("http://h/a.zip"), {"url": "http://h/a.zip"}),
        (None, {"stage": "stable"}),
    ):
        steps = DIALECT.plan(device, offered)
        assert isinstance(steps, tuple)
        (step,) = steps
        assert (sent(step)["method"], sent(step)["params"]) == ("Shelly.Update", params)
        assert step.topic == f"{ID}/rpc"


def test_a_check_lets_it_ask_its_maker() -> None:
    (step,) = DIALECT.check(known())
    assert sent(step)["method"] == "Shelly.CheckForUpdate"


@pytest.mark.parametrize(
    ("event", "phase", "percent", "error"),
    [
        ({"event": "ota_begin", "msg": "Update started"}, Phase.ACCEPTED, None, ""),
        ({"event": "ota_progress", "progress_percent": 48}, Phase.TRANSFERRING, 48, ""),
        ({"event": "ota_success", "msg": "rebooting"}, Phase.REBOOTING, None, ""),
        ({"event": "ota_error", "msg": "Connection error"}, Phase.FAILED, None, "Connection error"),
    ],
)
def test_its_events_are_its_word(
    event: dict, phase: Phase, percent: float | None, error: str
) -> None:
    heard = house(answered(identity())).hear(happened({"component": "sys", "ts": 1.0} | event))
    ((_, word),) = heard.words
    assert (word.phase, word.percent, word.error) == (phase, percent, error)


@pytest.mark.parametrize(
    ("answer", "phase", "error"),
    [
        (answered(None, number=4), Phase.ACCEPTED, ""),
        (refused(-109, "Already in progress!"), Phase.ACCEPTED, ""),
        (refused(-32900, "timeout"), Phase.ACCEPTED, ""),
        (refused(-114, "Resource unavailable"), Phase.REFUSED, "-114 Resource unavailable"),
        (refused(401, '{"nonce": 1}'), Phase.REFUSED, "401"),
    ],
)
def test_its_answer_to_an_update_is_its_word(answer: Message, phase: Phase, error: str) -> None:
    ((_, word),) = house(answered(identity())).hear(answer).words
    assert (word.phase, word.error) == (phase, error)


def test_an_error_of_another_question_is_no_word_on_an_update() -> None:
    assert not house(answered(identity())).hear(refused(-114, "no", number=3)).words


@pytest.mark.parametrize(
    ("version", "there"),
    [(BUILD, True), ("1.1.0", True), (NEW, False), ("20240101-000000/1.1.0-g0000000", False)],
)
def test_it_has_arrived_by_version_and_where_one_is_named_by_build(
    version: str, there: bool
) -> None:
    assert DIALECT.arrived(known(), version) is there


# --- why not --------------------------------------------------------------------------------------


def everything(device: Device) -> set[object]:
    return {
        DIALECT.plan(device, None),
        DIALECT.plan(device, offer()),
        DIALECT.check(device),
        DIALECT.act(device, "switch:0.output", wish=True),
    }


ON = {"ts": 1.0, "switch:0": {"id": 0, "output": True}}


def test_one_that_takes_no_requests_says_so() -> None:
    config = {"mqtt": {"enable_rpc": False, "rpc_ntf": True, "status_ntf": False}}
    said = {"id": 2, "src": ID, "dst": "hub", "result": {"sys": {"device": {}}} | config}
    device = only(house(notified(ON), message("hub/rpc", said)))
    assert everything(device) == {Refusal("rpc_switched_off")}


def test_one_that_never_answered_says_so() -> None:
    device = only(house(notified(ON)))
    assert everything(device) == {Refusal("rpc_not_answered")}
    assert sent(DIALECT.verify(device)[0])["method"] == "Shelly.GetDeviceInfo"


def test_one_that_wants_its_password_says_so_until_it_answers_again() -> None:
    registry = house(answered(identity()), notified(ON), refused(401, "{}", number=3))
    assert everything(only(registry)) == {Refusal("needs_password")}
    registry.hear(answered(identity()))
    assert Refusal("needs_password") not in everything(only(registry))


def test_one_that_was_heard_through_another_program_alone_has_no_known_place() -> None:
    said = {"id": 1, "src": ID, "dst": "hub", "result": identity()}
    device = only(house(message("hub/rpc", said)))
    assert DIALECT.plan(device, offer()) == Refusal("no_command_topic")


def test_notifications_switched_off_are_a_problem_it_has() -> None:
    config = {"topic_prefix": ID, "rpc_ntf": False, "status_ntf": False, "enable_rpc": True}
    device = only(house(answered(identity()), answered(config, number=7)))
    assert device.readings["mqtt.says_nothing"] is True
    assert device.features["mqtt.says_nothing"].capability is Capability.PROBLEM


def test_a_prefix_said_in_a_configuration_is_where_it_speaks() -> None:
    config = {"sys": {"device": {"fw_id": BUILD}}, "mqtt": {"topic_prefix": "home/porch"}}
    said = {"id": 2, "src": ID, "dst": "hub", "result": config}
    (step,) = DIALECT.check(only(house(message("hub/rpc", said))))
    assert step.topic == "home/porch/rpc"


# --- orders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "feature", "wish", "call", "params"),
    [
        ({"switch:1": {"output": False}}, "switch:1.output", True, "Switch.Set",
         {"id": 1, "on": True}),
        ({"light:0": {"brightness": 5}}, "light:0.brightness", 55, "Light.Set",
         {"id": 0, "brightness": 55}),
        ({"rgb:0": {"rgb": [1, 2, 3]}}, "rgb:0.rgb", "#FFA000", "RGB.Set",
         {"id": 0, "rgb": [255, 160, 0]}),
        ({"cct:0": {"ct": 3000}}, "cct:0.ct", 4000, "CCT.Set", {"id": 0, "ct": 4000}),
        ({"cover:0": {"state": "open"}}, "cover:0.state", "close", "Cover.Close", {"id": 0}),
        ({"cover:0": {"current_pos": 5}}, "cover:0.current_pos", 70, "Cover.GoToPosition",
         {"id": 0, "pos": 70}),
        ({"thermostat:0": {"target_C": 20}}, "thermostat:0.target_C", 21.5,
         "Thermostat.SetConfig", {"id": 0, "config": {"target_C": 21.5}}),
    ],
)  # fmt: skip
def test_a_wish_becomes_a_call(
    part: dict, feature: str, wish: object, call: str, params: dict
) -> None:
    device = only(house(answered(identity()), notified({"ts": 1.0, **part})))
    (step,) = DIALECT.act(device, feature, wish)
    assert step.topic == f"{ID}/rpc"
    assert sent(step) == {
        "id": 5, "src": f"orangery/shelly/{ID}", "method": call, "params": params,
    }  # fmt: skip


@pytest.mark.parametrize("prefix", ["porch", "home/porch"])
def test_its_orders_are_within_the_rights_it_asks_for(prefix: str) -> None:
    device = only(house(answered(identity(), prefix=prefix)))
    steps = [*DIALECT.plan(device, None), *DIALECT.check(device), *DIALECT.verify(device)]
    assert len(steps) == 3
    for step in steps:
        assert any(matches(each, step.topic) for each in DIALECT.writes), step.topic


def test_a_measure_is_not_set() -> None:
    device = only(house(answered(identity()), notified({"ts": 1.0, "switch:0": {"apower": 1}})))
    assert DIALECT.act(device, "switch:0.apower", 5) == Refusal("not_settable", "switch:0.apower")


# --- what is not understood -----------------------------------------------------------------------


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


# --- recorded -------------------------------------------------------------------------------------

RECORDED = {  # id -> what is known of its model, what can be compared of its version
    "shellyplus1pm-441793a2e1c2": ("Shelly Plus 1PM", ""),
    "shellypro1pm-c4d8d5a1b2c3": ("Shelly Pro 1PM", ""),
    "shellyblugw-b0b21c87da71": ("SNGW-BT01", "1.1.0"),
    "shellyblugw-b0b21c42221f": ("SNGW-BT01", "1.2.0"),
    "shellyplusplugit-e465b8f00d2f": ("SNPL-00110IT", "1.1.0"),
    "shellypro4pm-08b61fcee536": ("SPSW-004PE16EU", "1.0.3"),
    "st1820-a8032a9d7a13": ("ST1820", "1.5.1"),
    "shelly1g4-b0b21cabeb3b": ("Shelly 1 Gen4", "1.7.4"),
    "shellyplugusg4-08b61f0e63ec": ("Shelly Plug US Gen4", ""),
    "shellyplugusg4-a8032a92effe": ("Shelly Plug US Gen4", ""),
    "shellyplugusg4-c4d8d5be8dbf": ("Shelly Plug US Gen4", ""),
    "shellyplugusg4-B0B21C031003": ("Shelly Plug US Gen4", "2.0.0-beta2"),
    "shellyfloodsg4-08b61fa12aa2": ("Shelly Flood S Gen4", "20260115-183849/gad8663f"),
    "shellyplugmg3-b0b21c75e80a": ("Shelly Plug M Gen3", "1.7.4"),
    "shellyplugpmg3-08b61f14b413": ("Shelly Plug PM Gen3", "1.7.1"),
    "shellyplus1pm-c4d8d5fe1970": ("Shelly Plus 1PM", "1.7.4"),
    "shellyplusrgbwpm-08b61fd79011": ("Shelly Plus RGBWPM", "1.7.5"),
    "shellypstripg4-b0b21c7b4bcf": ("Shelly PSTRIP Gen4", "20250804-114929/gc6a6e5c"),
    "shellypro3em-08b61f01c4c8": ("Shelly Pro 3EM", "1.6.1"),
    "ShellyWallDisplay-B0B21CB842E5": ("Shelly Wall Display", "2.6.1"),
    "eve01-c4d8d5bbad98": ("EVE01", "20250821-190155/g7a8da83"),
}
CHILDREN = {
    "Shelly BLU H&T Display ZB": ("SBHT-103C", ""),
    "Terrasse": ("SBHT-203C", "1.1.10"),
    "FourButtonSwitch": ("SBBT-104CUS", "1.1.4"),
}


def test_all_recorded_devices_are_found_with_what_their_messages_carry() -> None:
    registry = Registry([DIALECT])
    for number, line in enumerate(lines("shelly_gen2")):
        said = json.loads(line)
        heard = registry.hear(
            message(said["topic"], said["payload"], retain=said["retain"], at=float(number))
        )
        assert not heard.unknown, (said["topic"], heard.unknown)
    registry.settle()
    own, children = {}, {}
    for device in registry.devices.values():
        known_as = device.model, device.version.comparable if device.version else ""
        if device.via:
            children[device.name] = known_as
            continue
        own[next(value for scheme, value in device.ids if scheme == "shelly2")] = known_as
        assert device.availability is not Availability.UNKNOWN
        assert Install.URL in device.caps.install
    assert own == RECORDED
    assert children == CHILDREN
