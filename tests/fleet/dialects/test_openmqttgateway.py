from dataclasses import replace

import msgspec
import pytest

from fleet.capability import Capability, Reading, typed
from fleet.dialects.openmqttgateway import OpenMqttGateway
from fleet.identity import Record, measured
from fleet.model import Availability, Device, Install, Message, Phase, Route, Version
from fleet.registry import Registry
from fleet.replay import replay
from fleet.steps import Offer, Publish, Refusal
from tests.fleet.dialects.captures import lines
from tests.fleet.dialects.saying import house, message, one, only

DIALECT = OpenMqttGateway()
PLACE = "home/OMG_attic"
SENSOR = "02005E344D01"
ABOUT = {
    "uptime": 73261,
    "version": "v1.7.0",
    "disc": True,
    "env": "esp32dev-ble",
    "freemem": 112040,
    "tempc": 48.3,
    "eth": False,
    "rssi": -58,
    "SSID": "home",
    "BSSID": "02:00:5E:10:22:33",
    "ip": "192.0.2.65",
    "mac": "02:00:5E:DA:31:04",
    "modules": ["BT", "IR"],
}
RELEASE = {
    "latest_version": "v1.8.1",
    "release_url": "https://ota.example/releases",
    "release_summary": "",
    "installed_version": "v1.7.0",
}
ADVERT = {
    "id": "02:00:5E:34:4D:01",
    "rssi": -77,
    "name": "sps",
    "servicedata": "71205d01",
    "brand": "Inkbird",
    "model": "T(H) Sensor",
    "model_id": "IBS-TH1",
    "type": "THB",
    "tempc": 26.62,
    "tempf": 79.9,
    "hum": 53.8,
    "batt": 89,
}


def about(place: str = PLACE, **more: object) -> Message:
    return message(f"{place}/SYStoMQTT", ABOUT | more)


def advert(place: str = PLACE, key: str = SENSOR, **more: object) -> Message:
    said = {name: value for name, value in (ADVERT | more).items() if value is not None}
    return message(f"{place}/BTtoMQTT/{key}", said)


def named(registry: Registry, name: str) -> Device:
    registry.settle()
    return next(each for each in registry.devices.values() if each.name == name)


def gateway(*more: Message, **changed: object) -> Device:
    return named(house(about(**changed), *more), "OMG_attic")


def sensor(**more: object) -> Device:
    registry = house(advert(**more))
    return next(each for each in registry.devices.values() if each.kind != "gateway")


def offer(name: str = "esp32dev-ble-firmware.bin", url: str = "http://192.0.2.2/t/f.bin") -> Offer:
    return Offer(
        transfer="t",
        version="v1.9.0",
        sha256="0",
        size=1,
        path=f"fw/omg/{name}",
        url=url,
        mirror="",
    )


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


# --- what it hears --------------------------------------------------------------------------------


def test_a_sensor_is_behind_the_gateway_that_hears_it() -> None:
    registry = house(about(), advert())
    device = named(registry, "T(H) Sensor-344D01")
    assert device.ids == {("mac", SENSOR)}
    assert (device.vendor, device.model, device.kind) == ("Inkbird", "IBS-TH1", "sensor")
    assert (device.radio, device.battery) == ("ble", 89)
    assert device.via == named(registry, "OMG_attic").key
    assert device.readings == {"rssi": -77, "tempc": 26.62, "tempf": 79.9, "hum": 53.8, "batt": 89}


def test_a_makers_code_has_a_name_for_people() -> None:
    _, seen = DIALECT.read(advert(), ())  # type: ignore[misc] # two observations
    assert (seen.model, seen.product) == ("IBS-TH1", "T(H) Sensor")


def test_a_sensor_alone_shows_its_gateway() -> None:
    registry = house(advert("home/TheengsGateway"))
    hub = named(registry, "TheengsGateway")
    assert (hub.kind, hub.version) == ("gateway", None)
    assert named(registry, "T(H) Sensor-344D01").via == hub.key


@pytest.mark.parametrize(
    "more",
    [
        {"type": "RMAC", "model_id": "APPLE_CONT", "brand": "Apple"},
        {"type": "RMAC", "model_id": "MS-CDP", "brand": "GENERIC"},
        {"type": "TRACK", "model_id": "APPLEWATCH", "brand": "Apple", "prmac": True},
        {"model_id": "IBEACON", "brand": "GENERIC", "uuid": "1de4", "tempc": 20},
        {"mac_type": 1, "id": "5A:00:5E:34:4D:01"},
        {"mac_type": 1, "id": "12:00:5E:34:4D:01"},
    ],
)
def test_phones_beacons_and_changing_addresses_are_noise(more: dict[str, object]) -> None:
    assert not house(advert(**more)).devices


def test_an_advert_that_says_nothing_is_noise() -> None:
    said = {"id": "02:00:5E:34:4D:01", "name": "Phone", "rssi": -60, "distance": 2.5, "txpower": 3}
    assert not house(message(f"{PLACE}/BTtoMQTT/{SENSOR}", said)).devices


@pytest.mark.parametrize(
    "more",
    [
        {"mac_type": 1, "id": "C2:00:5E:34:4D:01"},  # random, and stays
        {"mac_type": 0, "id": "5A:00:5E:34:4D:01"},
        {"type": "BCON", "model_id": "ABTemp", "brand": "April Brother"},
        {"type": "TRACK", "model_id": "TILE", "brand": "Tile", "tempc": None, "hum": None},
        {"type": None},
    ],
)
def test_what_the_decoder_knows_is_a_device(more: dict[str, object]) -> None:
    assert len(house(advert(**more)).devices) == 2


def test_an_old_gateway_tells_measures_only() -> None:
    said = message(f"{PLACE}/BTtoMQTT/{SENSOR}", {"hum": "52.6", "tempc": "19.2"})
    registry = house(said)
    device = next(each for each in registry.devices.values() if each.kind == "sensor")
    assert device.ids == {("mac", SENSOR)}
    meant = typed(device.features["tempc"], device.readings["tempc"])
    assert meant is not None
    assert meant.value == 19.2


def test_a_computer_that_is_told_no_address_uses_the_one_in_the_advert() -> None:
    uuid = "8A2C7D10-1111-2222-3333-444455556666"
    assert sensor(id=uuid, mac="02:00:5E:34:4D:09", key="x").ids == {("mac", "02005E344D09")}
    nameless = sensor(id=uuid, key="x")
    assert nameless.ids == {("openmqttgateway", uuid), ("ha", uuid)}
    assert nameless.name == "T(H) Sensor-556666"


def test_an_address_of_nobodys_identifies_nothing() -> None:
    one_more = {"id": "02:00:5E:34:4D:02", "mac": "AA:BB:CC:DD:EE:FF"}
    registry = house(advert(mac="AA:BB:CC:DD:EE:FF"), advert(key="02005E344D02", **one_more))
    assert len(registry.devices) == 3


def test_home_assistants_row_and_its_own_are_one() -> None:
    announced = {
        "stat_t": f"+/+/BTtoMQTT/{SENSOR}",
        "name": "IBS-TH1-tempc",
        "uniq_id": f"{SENSOR}-tempc",
        "val_tpl": "{{ value_json.tempc | is_defined }}",
        "device": {
            "ids": [SENSOR],
            "cns": [["mac", SENSOR]],
            "mf": "Inkbird",
            "mdl": "IBS-TH1",
            "name": "T(H) Sensor-344D01",
            "via_device": "OMG_attic",
        },
    }
    topic = f"homeassistant/sensor/{SENSOR}-tempc/config"
    alone = house(about(), message(topic, announced))
    assert named(alone, "T(H) Sensor-344D01").via == named(alone, "OMG_attic").key
    both = house(about(), message(topic, announced), advert())
    assert named(both, "T(H) Sensor-344D01").dialects == ("openmqttgateway", "homeassistant")
    assert len(both.devices) == 2


def test_two_gateways_that_hear_one_sensor_do_not_pass_it_to_and_fro() -> None:
    registry = house(about(), about("home/hall", mac="02:00:5E:DA:31:05"), advert())
    registry.hear(advert("home/hall", rssi=-50))
    hall = named(registry, "hall").key
    for place in (PLACE, "home/hall", PLACE):
        registry.hear(advert(place))
        assert named(registry, "T(H) Sensor-344D01").via == hall


def test_two_gateways_of_one_name_are_two() -> None:
    registry = house(about(), about("garden/OMG_attic", mac="02:00:5E:DA:31:05"))
    assert len(registry.devices) == 2


def test_a_measure_said_again_is_a_measure_and_no_more() -> None:
    route = Route(topic=f"{PLACE}/BTtoMQTT/{SENSOR}", device=("mac", SENSOR), role="advert")
    before, after = (one(DIALECT, advert(tempc=value), [route]) for value in (20.1, 20.2))
    record = Record(key="k", since=0.0, claims=(before,))
    assert measured(record, after, 1.0) is not None


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ({"tempc": 20.5}, "tempc", (Capability.TEMPERATURE, 20.5, "°C")),
        ({"tempc2": 115}, "tempc2", (Capability.TEMPERATURE, 115, "°C")),
        ({"hum": 53.8}, "hum", (Capability.HUMIDITY, 53.8, "%")),
        ({"moi": 14}, "moi", (Capability.MOISTURE, 14, "%")),
        ({"fer": 91}, "fer", (Capability.NUMBER, 91, "µS/cm")),
        ({"lux": 79012}, "lux", (Capability.ILLUMINANCE, 79012, "lx")),
        ({"volt": 2.9}, "volt", (Capability.VOLTAGE, 2.9, "V")),
        ({"pres": 1013}, "pres", (Capability.PRESSURE, 1013, "hPa")),
        ({"pres": 2.2, "type": "TIRE"}, "pres", (Capability.PRESSURE, 2.2, "bar")),
        ({"weight": 61.75, "unit": "kg"}, "weight", (Capability.WEIGHT, 61.75, "kg")),
        ({"weight": 123.9}, "weight", (Capability.WEIGHT, 123.9, "")),
        ({"avg": 2.376, "avgu": "kW"}, "avg", (Capability.POWER, 2.376, "kW")),
        ({"sum": 21.3, "sumu": "kWh"}, "sum", (Capability.ENERGY, 21.3, "kWh")),
        ({"open": True}, "open", (Capability.CONTACT, True, "")),
        ({"open": 40}, "open", (Capability.POSITION, 40, "%")),
        ({"contact": "closed"}, "contact", (Capability.CONTACT, False, "")),
        ({"unlocked": True}, "unlocked", (Capability.LOCK, False, "")),
        ({"unlocked": False}, "unlocked", (Capability.LOCK, True, "")),
        ({"presence": "absent"}, "presence", (Capability.PRESENCE, False, "")),
        ({"motion": True}, "motion", (Capability.MOTION, True, "")),
        ({"state": "off"}, "state", (Capability.ON_OFF, False, "")),
        ({"co2": 879}, "co2", (Capability.CO2, 879, "ppm")),
        ({"pm25": 1}, "pm25", (Capability.PARTICLES, 1, "µg/m³")),
        ({}, "rssi", (Capability.SIGNAL, -77, "dBm")),
    ],
)
def test_properties_have_their_meaning(
    values: dict[str, object], name: str, expected: tuple[object, ...]
) -> None:
    device = sensor(**values)
    meant = typed(device.features[name], device.readings[name])
    assert meant is not None
    assert (meant.capability, meant.value, meant.unit) == expected


def test_one_meaning_is_described_once() -> None:
    temperatures = [
        name
        for name, feature in sensor().features.items()
        if feature.capability is Capability.TEMPERATURE
    ]
    assert temperatures == ["tempc"]


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
