import pytest

from fleet.dialects.tasmota import Tasmota
from fleet.identity import Record, measured
from fleet.model import Availability, Message, Observation, Phase, Unknown
from fleet.steps import Offer, Publish
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = Tasmota()
PLACE = "tasmota/discovery/02005E00007F"


def config(**more: object) -> dict[str, object]:
    return {
        "dn": "Hall plug",
        "fn": ["Hall plug", None],
        "hn": "hall-plug-0127",
        "mac": "02005E00007F",
        "md": "Sonoff Basic",
        "ofln": "Offline",
        "onln": "Online",
        "sw": "14.2.0",
        "t": "hall_plug",
        "ft": "%prefix%/%topic%/",
        "tp": ["cmnd", "stat", "tele"],
    } | more


def offer(url: str) -> Offer:
    return Offer(transfer="t", version="14.4.1", sha256="0", size=1, path="p", url=url, mirror="")


def test_a_device_that_says_it_goes_to_sleep_sleeps_and_a_deep_sleep_wake_is_awake() -> None:
    registry = house(message("tele/attic/LWT", "DeepSleep"))
    assert only(registry).availability is Availability.SLEEPING
    woken = {"Info3": {"RestartReason": "Deep-Sleep Wake", "BootCount": 41}}
    registry.hear(message("tele/attic/INFO3", woken))
    assert only(registry).availability is Availability.ONLINE


def test_how_long_it_sleeps_and_what_its_battery_holds_are_told_with_its_state() -> None:
    said = {"DeepSleep": 900, "BatteryPercentage": 71, "Wifi": {"RSSI": 60}}
    device = only(house(message("tele/attic/STATE", said)))
    assert (device.wakes_s, device.battery, device.radio) == (900, 71, "wifi")


def test_answers_under_their_commands_name_are_heard_with_setoption_4() -> None:
    registry = house(
        message(f"{PLACE}/config", config(so={"4": 1}, rl=[2])),
        message("stat/hall_plug/DIMMER", {"Dimmer": 40}),
        message("stat/hall_plug/POWER", "ON"),
        message("stat/hall_plug/OTAURL", {"OtaUrl": "http://ota.example/t.bin"}),
    )
    device = only(registry)
    assert device.readings == {"Dimmer": 40}
    assert device.endpoints["tasmota"].data["ota"] == "http://ota.example/t.bin"


def test_discovery_says_who_it_is() -> None:
    seen = one(DIALECT, message(f"{PLACE}/config", config()))
    assert seen.ids == {("tasmota", "hall_plug"), ("mac", "02005E00007F")}
    assert (seen.name, seen.model, str(seen.version)) == ("Hall plug", "Sonoff Basic", "14.2.0")


@pytest.mark.parametrize(
    ("given", "friendly", "name"),
    [
        ("Tasmota", ["Guest switch"], "Guest switch"),
        ("Tasmota", ["Tasmota"], "Tasmota"),
        ("Porch", ["Lamp", None], "Porch"),
        (None, "Old style", "Old style"),
    ],
)
def test_a_factory_name_gives_way_to_a_friendly_one(
    given: object, friendly: object, name: str
) -> None:
    seen = one(DIALECT, message(f"{PLACE}/config", config(dn=given, fn=friendly)))
    assert seen.name == name


def test_a_full_topic_of_the_owners_own_is_honoured() -> None:
    changed = config(ft="house/%topic%/%prefix%", tp=["do", "did", "says"], ofln="gone", onln="in")
    registry = house(message(f"{PLACE}/config", changed), message("house/hall_plug/says/LWT", "in"))
    device = only(registry)
    assert device.availability is Availability.ONLINE
    steps = DIALECT.plan(device, offer("http://h/a.bin"))
    assert isinstance(steps, tuple)
    assert [step.topic for step in steps if isinstance(step, Publish)] == [
        "house/hall_plug/do/OtaUrl",
        "house/hall_plug/do/OtaUrl",
        "house/hall_plug/do/Upgrade",
    ]


def test_a_device_that_sleeps_deeply_is_asleep_not_offline() -> None:
    registry = house(
        message(f"{PLACE}/config", config(dslp=1)), message("tele/hall_plug/LWT", "Offline")
    )
    assert only(registry).availability is Availability.SLEEPING


def test_without_discovery_a_last_will_and_a_boot_make_a_device() -> None:
    info = {"Info1": {"Module": "Sonoff Basic", "Version": "12.2.0(zbbridge)"}}
    registry = house(message("tele/attic/LWT", "Online"), message("tele/attic/INFO1", info))
    device = only(registry)
    assert (device.name, device.model, str(device.version)) == ("attic", "Sonoff Basic", "12.2.0")
    assert device.availability is Availability.ONLINE


def test_an_info_without_envelope_is_of_older_firmware() -> None:
    said = {"Module": "Generic", "Version": "7.0.0.3(tasmota)"}
    assert str(only(house(message("tele/attic/INFO1", said))).version) == "7.0.0.3"


def test_the_status_answers_name_the_device_its_chip_and_its_mac() -> None:
    registry = house(
        message("stat/attic/STATUS", {"Status": {"DeviceName": "Attic", "FriendlyName": ["A"]}}),
        message("stat/attic/STATUS2", {"StatusFWR": {"Version": "9.1(lite)", "Hardware": "C3"}}),
        message("stat/attic/STATUS5", {"StatusNET": {"Mac": "02:00:5E:00:00:7F"}}),
    )
    device = only(registry)
    assert (device.name, device.hardware, str(device.version)) == ("Attic", "C3", "9.1")
    assert ("mac", "02005E00007F") in device.ids


def test_status_0_says_all_at_once() -> None:
    said = {
        "Status": {"DeviceName": "Attic"},
        "StatusFWR": {"Version": "14.2.0(tasmota32)"},
        "StatusNET": {"Mac": "02:00:5E:00:00:7F", "Ethernet": {"Mac": "00:00:00:00:00:00"}},
        "StatusSTS": {"POWER": "ON"},
    }
    device = only(house(message("stat/attic/STATUS0", said)))
    assert device.ids == {("tasmota", "attic"), ("mac", "02005E00007F")}
    assert device.readings == {"POWER": "ON"}


def test_discovery_and_telemetry_are_one_device() -> None:
    registry = house(
        message("tele/hall_plug/LWT", "Online"), message(f"{PLACE}/config", config(), retain=True)
    )
    assert only(registry).name == "Hall plug"


def test_bare_nan_is_read_as_nothing() -> None:
    said = '{"Time":"x","A":{"Temperature":nan,"Humidity":-NAN},"B":{"Temperature":10.5}}'
    assert only(house(message("tele/attic/SENSOR", said))).readings == {"B.Temperature": 10.5}


def test_networks_are_not_readings() -> None:
    said = {"POWER": "ON", "Wifi": {"SSId": "home", "BSSId": "02:00:5E:00:00:01", "RSSI": 70}}
    device = only(house(message("tele/attic/STATE", said)))
    assert device.readings == {"POWER": "ON", "Wifi.RSSI": 70}


@pytest.mark.parametrize(
    ("topic", "wrap"),
    [
        ("tele/attic/STATE", lambda state: state),
        ("stat/attic/STATUS11", lambda state: {"StatusSTS": state}),
    ],
)
def test_the_access_point_is_where_it_is_and_moves_with_it(topic, wrap) -> None:
    def at(bssid: str) -> Message:
        return message(topic, wrap({"POWER": "ON", "Wifi": {"BSSId": bssid, "RSSI": 70}}))

    first = at("02:00:5e:00:00:01")
    assert only(house(first)).access == "02005E000001"
    assert only(house(first, at("02:00:5E:00:00:02"))).access == "02005E000002"
    assert only(house(first, message(topic, wrap({"POWER": "ON"})))).access == "02005E000001"
    assert only(house(at("none of ours"))).access == ""


def test_sensors_of_discovery_are_readings_even_without_a_usable_mac() -> None:
    place = "tasmota/discovery/AABBCCDDEEFF"
    registry = house(
        message(f"{place}/config", config(mac="AABBCCDDEEFF")),
        message(f"{place}/sensors", {"sn": {"Time": "x", "ENERGY": {"Power": 42}}, "ver": 1}),
    )
    device = only(registry)
    assert device.ids == {("tasmota", "hall_plug")}
    assert device.readings == {"ENERGY.Power": 42}


def test_an_empty_configuration_removes_it() -> None:
    registry = house(message(f"{PLACE}/config", config()), message(f"{PLACE}/config"))
    assert registry.devices == {}


@pytest.mark.parametrize(
    ("said", "phase", "error"),
    [
        ("Version 14.4.1 from http://h/a.bin.gz", Phase.ACCEPTED, ""),
        ("Successful. Restarting", Phase.REBOOTING, ""),
        ("Failed Not enough space", Phase.FAILED, "Not enough space"),
    ],
)
def test_upgrade_words(said: str, phase: Phase, error: str) -> None:
    registry = house(message("tele/attic/LWT", "Online"))
    heard = registry.hear(message("stat/attic/UPGRADE", {"Upgrade": said}))
    word = heard.words[0][1]
    assert (word.phase, word.error) == (phase, error)


def test_results_of_strangers_are_not_devices() -> None:
    assert DIALECT.read(message("stat/lamp/RESULT", '{"POWER": "ON"}'), ()) is None
    assert DIALECT.read(message("cmnd/lamp/POWER", ""), ()) is None


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        (f"{PLACE}/config", "{", "not_json_object"),
        (f"{PLACE}/config", "{}", "names_no_topic"),
        (f"{PLACE}/other", "{}", "unknown_discovery_topic"),
        ("tele/attic/LWT", "perhaps", "last_will_unknown"),
        ("tele/attic/STATE", "{'a'}", "not_json_object"),
    ],
)
def test_what_it_cannot_read_has_a_reason(topic: str, payload: str, reason: str) -> None:
    assert DIALECT.read(message(topic, payload), ()) == Unknown(reason)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("14.4.1(tasmota)", True),
        ("14.4.1(tasmota32c3-theo)", True),
        ("14.4.1(minimal)", False),
        ("14.4.1(tasmota-minimal)", False),
        ("14.4.1(safeboot)", False),
        ("14.4.10(tasmota)", False),
        ("14.4.1", False),
    ],
)
def test_a_stop_gap_build_has_not_arrived(said: str, expected: bool) -> None:
    device = only(house(message("tele/attic/INFO1", {"Info1": {"Version": said}})))
    assert DIALECT.arrived(device, "14.4.1") is expected


def test_it_subscribes_to_no_whole_tree() -> None:
    assert not [topic for topic, _ in DIALECT.filters() if "#" in topic]


def test_an_access_point_said_again_with_each_reading_is_a_measure_and_no_more() -> None:
    def heard(power: str, access: str) -> Observation:
        ids = frozenset({("tasmota", "attic")})
        said = {"dialect": "tasmota", "ids": ids, "access": access}
        return Observation(readings={"POWER": power}, **said)

    record = Record(key="k", since=0.0, claims=(heard("ON", "02005E000001"),))
    again = measured(record, heard("OFF", "02005E000001"), 1.0)
    assert again is not None
    assert again.claims == (heard("OFF", "02005E000001"),)
    assert measured(record, heard("OFF", "02005E000002"), 1.0) is None


def test_a_state_said_again_with_its_features_is_a_measure_and_no_more() -> None:
    state = {"POWER": "ON", "Dimmer": 40, "Wifi": {"BSSId": "02:00:5E:00:00:01", "Signal": -60}}
    said = message("tele/hall_plug/STATE", state)
    registry = house(message(f"{PLACE}/config", config(rl=[2], lt_st=1)), said, said)
    registry.relearned()
    registry.hear(message("tele/hall_plug/STATE", state | {"Dimmer": 50}))
    assert registry.relearned() == set()
    assert only(registry).readings["Dimmer"] == 50
