import pytest

from fleet.capability import Capability, typed
from fleet.dialects.openmqttgateway import OpenMqttGateway
from fleet.identity import Record, measured
from fleet.model import Route
from tests.fleet.dialects.gateways import (
    PLACE,
    SENSOR,
    about,
    advert,
    named,
    sensor,
)
from tests.fleet.dialects.saying import house, message, one

DIALECT = OpenMqttGateway()


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
