from dataclasses import replace

import msgspec
import pytest

from fleet.capability import Capability, Reading
from fleet.dialects.openmqttgateway import OpenMqttGateway
from fleet.model import Availability, Install, Phase, Version
from fleet.replay import replay
from fleet.steps import Offer, Publish, Refusal
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.gateways import (
    ABOUT,
    PLACE,
    RELEASE,
    SENSOR,
    about,
    advert,
    gateway,
    named,
    offer,
    sensor,
)
from tests.fleet.dialects.saying import house, message, only

DIALECT = OpenMqttGateway()


def order(steps: object) -> tuple[str, object]:
    assert isinstance(steps, tuple), steps
    (step,) = steps
    assert isinstance(step, Publish)
    return step.topic, msgspec.json.decode(step.payload)


# --- the gateway ----------------------------------------------------------------------------------


def test_a_gateway_says_what_it_is() -> None:
    device = gateway()
    assert device.ids == {
        ("openmqttgateway", PLACE),
        ("mac", "02005EDA3104"),
        ("ha", "OMG_attic"),
    }
    assert (device.name, device.vendor, device.kind) == ("OMG_attic", "OpenMQTTGateway", "gateway")
    assert (device.model, device.hardware) == ("esp32dev-ble", "BT, IR")
    assert device.version == Version("v1.7.0", plain="1.7.0")
    assert (device.radio, device.access) == ("wifi", "02005E102233")
    assert device.caps.install == {Install.URL, Install.OWN}


@pytest.mark.parametrize(
    ("given", "modules"),
    [
        (["BT", "IR"], "BT, IR"),
        ('["BT","RTL_433"]', "BT, RTL_433"),
        ("RF", "RF"),
        ("['BT'", ""),
        ([], ""),
        ({"a": 1}, ""),
        (None, ""),
    ],
)
def test_modules_come_in_three_spellings(given: object, modules: str) -> None:
    assert gateway(modules=given).hardware == modules


def test_what_is_nobodys_business_is_no_reading() -> None:
    device = gateway()
    assert not {"SSID", "BSSID", "ip", "mac"} & set(device.readings)
    sms = message(f"{PLACE}/2GtoMQTT", {"phone": "+000", "message": "hello"})
    assert named(house(sms), "OMG_attic").readings == {}


@pytest.mark.parametrize("place", ["OMG_attic", "home/OMG_attic", "a/b/OMG_attic", "Haus 1/屋根"])
def test_base_topic_and_name_are_the_owners(place: str) -> None:
    device = only(house(about(place), message(f"{place}/LWT", "offline")))
    assert (device.name, device.availability) == (
        place.rpartition("/")[2],
        Availability.OFFLINE,
    )


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("home/x/LWT", "online"),
        ("home/x/toMQTT", "{}"),
        ("home/x/othertoMQTT", "{}"),
        ("a/b/c/d/SYStoMQTT", "{}"),
        ("SYStoMQTT", "{}"),
        ("/SYStoMQTT", "{}"),
        ("home/x/commands/MQTTtoSYS/config", '{"cmd": "restart"}'),
        ("home/x/SYStoMQTT", ""),
        ("home/x/BTtoMQTT", '{"interval": 55555}'),
        ("home/x/BTtoMQTT/undecoded", '{"id": "02:00:5E:00:00:01", "servicedata": "71"}'),
    ],
)
def test_noise_makes_no_device(topic: str, payload: str) -> None:
    assert not house(message(topic, payload)).devices


def test_its_last_will_is_asked_for_when_it_is_known() -> None:
    registry = house(about())
    assert f"{PLACE}/LWT" in [topic for topic, _ in registry.new_filters()]


def test_what_is_stored_is_no_sign_of_life() -> None:
    stored = message(f"{PLACE}/SYStoMQTT", ABOUT, retain=True)
    assert only(house(stored)).availability is Availability.UNKNOWN
    assert gateway().availability is Availability.ONLINE


def test_an_offer_has_its_notes() -> None:
    device = gateway(message(f"{PLACE}/RLStoMQTT", RELEASE))
    assert (str(device.offer), device.notes) == ("v1.8.1", "https://ota.example/releases")
    told = message(f"{PLACE}/RLStoMQTT", RELEASE | {"release_summary": "Mends the lock"})
    assert gateway(told).notes == "Mends the lock"


def test_what_it_runs_is_no_offer() -> None:
    device = gateway(message(f"{PLACE}/RLStoMQTT", RELEASE | {"latest_version": "v1.7.0"}))
    assert not str(device.offer or "")
    assert DIALECT.plan(device, None) == Refusal("no_own_updates")


def test_a_new_gateway_is_asked_for_the_rest() -> None:
    first, _ = DIALECT.read(advert(), ())  # type: ignore[misc] # two observations
    (ask,) = first.asks
    assert ask.step == DIALECT.verify(gateway())[0]


@pytest.mark.parametrize(
    ("summary", "phase"),
    [("Update in progress ...", Phase.ACCEPTED), ("Update success !", Phase.REBOOTING)],
)
def test_a_summary_may_be_a_word_on_the_update(summary: str, phase: Phase) -> None:
    registry = house(about(), message(f"{PLACE}/RLStoMQTT", RELEASE))
    said = {"release_summary": summary, "installed_version": "v1.8.1"}
    heard = registry.hear(message(f"{PLACE}/RLStoMQTT", said))
    assert [word.phase for _, word in heard.words] == [phase]
    device = only(registry)
    assert (str(device.version), str(device.offer)) == ("v1.7.0", "v1.8.1")
    assert device.notes == "https://ota.example/releases"


def test_a_stored_word_on_an_update_is_old() -> None:
    said = RELEASE | {"release_summary": "Update in progress ..."}
    registry = house(about())
    assert not registry.hear(message(f"{PLACE}/RLStoMQTT", said, retain=True)).words


def test_theengs_own_board_is_theengs() -> None:
    assert gateway(env="theengs-bridge", eth=True).vendor == "Theengs"
    assert gateway(env="theengs-bridge", eth=True).radio == "ethernet"


@pytest.mark.parametrize(
    ("word", "payload", "reading", "value"),
    [
        ("DHTtoMQTT", {"tempc": 21, "tempf": 69.8, "hum": 51}, "DHT.tempc", 21),
        ("CLIMAtoMQTT/htu", {"tempc": 25.3, "hum": 56.5}, "CLIMA/htu.hum", 56.5),
        ("RN8209toMQTT", {"volt": 120.3, "current": 7.9, "power": 954.6}, "RN8209.power", 954.6),
        ("HCSR501toMQTT", {"presence": "false"}, "HCSR501.presence", "false"),
        ("433toMQTT", {"value": 1315156, "protocol": 1}, "433.value", 1315156),
        ("IRtoMQTT", {"value": 875849879, "raw": "4534,4432"}, "IR.value", 875849879),
    ],
)
def test_its_own_sensors_and_signals_are_its_readings(
    word: str, payload: object, reading: str, value: Reading
) -> None:
    device = only(house(message(f"{PLACE}/{word}", payload)))
    assert (device.name, device.vendor or "") == (
        "OMG_attic",
        "" if "/" in word else "OpenMQTTGateway",
    )
    assert device.readings[reading] == value
    assert not [name for name in device.readings if name.endswith((".raw", ".tempf"))]


def test_its_own_sensors_have_their_meaning() -> None:
    device = gateway(message(f"{PLACE}/DHTtoMQTT", {"tempc": 21, "hum": 51}))
    capabilities = {name: feature.capability for name, feature in device.features.items()}
    assert capabilities["DHT.tempc"] is Capability.TEMPERATURE
    assert capabilities["rssi"] is Capability.SIGNAL
    assert device.features["tempc"].aside


# --- orders and updates ---------------------------------------------------------------------------


def test_orders() -> None:
    device = gateway()
    topic = f"{PLACE}/commands/MQTTtoSYS/config"
    assert order(DIALECT.act(device, "restart", None)) == (topic, {"cmd": "restart"})
    assert order(DIALECT.act(device, "disc", False)) == (topic, {"disc": False})
    older = gateway(disc=None, discovery=True)
    assert order(DIALECT.act(older, "discovery", False)) == (topic, {"discovery": False})
    assert order(DIALECT.verify(device)) == (topic, {"cmd": "status"})


def test_orders_it_does_not_take() -> None:
    assert DIALECT.act(gateway(), "rssi", 1.0) == Refusal("not_settable", "rssi")
    assert DIALECT.act(sensor(), "tempc", 1.0) == Refusal("not_settable", "tempc")


def test_the_plan_names_version_and_address() -> None:
    wanted = offer()
    assert order(DIALECT.plan(gateway(), wanted)) == (
        f"{PLACE}/commands/MQTTtoSYS/firmware_update",
        {"version": "v1.9.0", "url": wanted.url, "password": "OTAPASSWORD"},
    )


def test_its_makers_latest_is_taken_without_an_address() -> None:
    device = gateway(message(f"{PLACE}/RLStoMQTT", RELEASE))
    assert order(DIALECT.plan(device, None))[1] == {"version": "latest"}
    assert DIALECT.plan(gateway(), None) == Refusal("no_own_updates")


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (offer(url=""), Refusal("needs_url")),
        (offer(url="http://h/f.bin.gz"), Refusal("file_of_another_kind", ".bin")),
        (offer(url="http://h/" + "a" * 243 + ".bin"), Refusal("url_too_long", "256")),
        (offer("theengs-plug-firmware.bin"), Refusal("file_of_another_board", "theengs-plug")),
    ],
)
def test_files_it_does_not_take(wanted: Offer, refusal: Refusal) -> None:
    assert DIALECT.plan(gateway(), wanted) == refusal


def test_a_file_with_a_name_of_its_own_is_left_to_the_catalogue() -> None:
    assert isinstance(DIALECT.plan(gateway(), offer("omg-1.9.0.bin")), tuple)


def test_who_takes_no_file_says_why() -> None:
    program = named(house(advert("home/TheengsGateway")), "TheengsGateway")
    assert DIALECT.plan(program, offer()) == Refusal("gateway_is_a_program")
    assert DIALECT.plan(sensor(), offer()) == Refusal("no_way_to_install")
    assert DIALECT.verify(program) == ()
    assert DIALECT.verify(sensor()) == ()


@pytest.mark.parametrize(
    ("version", "expected"), [("v1.7.0", True), ("1.7.0", True), ("v1.7", False), ("v1.8.1", False)]
)
def test_only_its_word_on_itself_says_that_it_arrived(version: str, expected: bool) -> None:
    assert DIALECT.arrived(gateway(), version) is expected


@pytest.mark.parametrize(
    ("word", "payload", "reason"),
    [
        ("LWT", "perhaps", "last_will_unknown"),
        ("SYStoMQTT", "[]", "not_json_object"),
        ("RLStoMQTT", "v1.8", "not_json_object"),
        ("IRtoMQTT", '{"protocol_name":SAMSUNG}', "not_json_object"),
        (f"BTtoMQTT/{SENSOR}", "{", "not_json_object"),
    ],
)
def test_what_it_cannot_read_has_a_reason(word: str, payload: str, reason: str) -> None:
    registry = house(about(), advert())
    assert registry.hear(message(f"{PLACE}/{word}", payload)).unknown == reason


def test_a_name_with_wildcards_is_neither_learned_nor_written_to() -> None:
    registry = house(about("home/x+y"))
    assert not [topic for topic, _ in registry.new_filters() if "x+y" in topic]
    device = only(registry)
    assert DIALECT.verify(device) == ()
    assert DIALECT.act(device, "restart", None) == Refusal("no_command_topic")


def test_a_day_of_passers_by_leaves_nothing_behind() -> None:
    registry = house(about())
    for number in range(5_000):
        address = f"5A:00:5E:00:{number >> 8:02X}:{number & 0xFF:02X}"
        said = {"id": address, "mac_type": 1, "rssi": -70, "name": "Phone", "batt": 50}
        registry.hear(message(f"{PLACE}/BTtoMQTT/{address.replace(':', '')}", said))
    assert len(registry.settle() | registry.devices) == 1


def test_it_subscribes_to_no_whole_tree() -> None:
    assert not [topic for topic, _ in DIALECT.filters() if "#" in topic]
    assert replace(offer(), url="x").path == offer().path


EXPECTED = {
    "94B97EDA3104": ("OMG_attic", "Theengs", "theengs-bridge", "BT, IR", "v1.7.0", "v1.8.1"),
    "240AC41B7E90": ("OMG_kitchen", "OpenMQTTGateway", "esp32dev-ble", "BT", "v1.6.0", "v1.7.0"),
    "600194EA2088": ("OMG_2nd_floor", "OpenMQTTGateway", "RF", "RF", "0.9.2", ""),
    "home/OpenMQTTGateway": ("OpenMQTTGateway", "OpenMQTTGateway", "", "", "", ""),
    "home/TheengsGateway": ("TheengsGateway", "", "", "", "", ""),
    "7B2ED91E3F72": ("RoPot-1E3F72", "Xiaomi", "HHCCPOT002", "", "", ""),
    "7A385286195C": ("Mi Smart Scale-86195C", "Xiaomi", "XMTZC01HM/XMTZC04HM", "", "", ""),
    "772B4FC7A6FD": ("Service data-C7A6FD", "GENERIC", "ServiceData", "", "", ""),
    "145C8A42D884": ("Outdoor Meter-42D884", "SwitchBot", "W340001X", "", "", ""),
    "852A7122873E": ("TH Sensor-22873E", "Xiaomi", "LYWSD03MMC/MJWSD05MMC_PVVX_ENCR", "", "", ""),
}


def test_every_recorded_gateway_and_sensor_is_what_it_says() -> None:
    heard = replay(lines("omg_theengs"))
    by_id = {value: row for row in heard["devices"] for _, value in row["ids"]}
    fields = ("name", "vendor", "model", "hardware", "version", "offer")
    assert {key: tuple(by_id[key][field] for field in fields) for key in EXPECTED} == EXPECTED
    ours = [row for row in heard["devices"] if "openmqttgateway" in row["dialects"]]
    assert len([row for row in ours if row["kind"] != "gateway"]) == 38
    assert [row["reason"] for row in heard["unknown"]] == ["not_json_object"]


def test_what_was_recorded_of_passers_by_is_nobodys_row_here() -> None:
    rows = replay(lines("omg_theengs"))["devices"]
    noise = {"MS-CDP", "APPLE_CONTAT", "GAEN", "IBEACON"}
    ours = [row for row in rows if "openmqttgateway" in row["dialects"]]
    assert not [row for row in ours if row["model"] in noise]
