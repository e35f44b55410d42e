import pytest

from fleet.capability import Capability, Reading, typed, values
from fleet.dialects.tasmota import Tasmota
from fleet.model import Device
from fleet.steps import Publish, Refusal
from tests.fleet.dialects.saying import house, message, one, only
from tests.fleet.dialects.test_tasmota import PLACE, config

DIALECT = Tasmota()
LAMP = config(rl=[2, 0], lt_st=5)


def said(*parts: object, about: dict[str, object] | None = None) -> Device:
    first = [message(f"{PLACE}/config", about or config(rl=[1]))]
    rest = [message("tele/hall_plug/SENSOR", part) for part in parts]
    return only(house(*first, *rest))


def meaning(device: Device) -> dict[str, tuple[Capability, Reading, str]]:
    found = values(device.features, device.readings)
    return {name: (value.capability, value.value, value.unit) for name, _, value in found}


def sent(device: Device, feature: str, wish: Reading | None) -> tuple[str, str] | Refusal:
    found = DIALECT.act(device, feature, wish)
    if isinstance(found, Refusal):
        return found
    (step,) = found
    return step.topic, step.payload.decode()


def test_a_meter_and_a_thermometer_are_typed_by_name_and_unit() -> None:
    device = said(
        {
            "ENERGY": {"Total": 12.5, "Power": 42, "Voltage": 230.1, "Current": 0.18},
            "DS18B20": {"Temperature": 73.4, "Id": "030597946B04"},
            "TempUnit": "F",
        }
    )
    assert meaning(device) == {
        "ENERGY.Total": (Capability.ENERGY, 12.5, "kWh"),
        "ENERGY.Power": (Capability.POWER, 42, "W"),
        "ENERGY.Voltage": (Capability.VOLTAGE, 230.1, "V"),
        "ENERGY.Current": (Capability.CURRENT, 0.18, "A"),
        "DS18B20.Temperature": (Capability.TEMPERATURE, 73.4, "°F"),
    }


@pytest.mark.parametrize(("given", "unit"), [({}, "hPa"), ({"PressureUnit": "mmHg"}, "mmHg")])
def test_a_pressure_is_in_the_unit_the_device_names(given: dict[str, str], unit: str) -> None:
    device = said({"BMP280": {"Pressure": 753.3}} | given)
    assert meaning(device) == {"BMP280.Pressure": (Capability.PRESSURE, 753.3, unit)}


def test_each_phase_of_a_meter_has_a_reading_of_its_own() -> None:
    device = said({"ENERGY": {"Power": [10, 20], "Frequency": 49.9}})
    assert device.readings == {
        "ENERGY.Power1": 10,
        "ENERGY.Power2": 20,
        "ENERGY.Frequency": 49.9,
    }
    assert device.features["ENERGY.Power2"].label == "2"


def test_the_signal_is_told_once_in_decibels_where_it_is_said_so() -> None:
    new = said({"Wifi": {"RSSI": 52, "Signal": -74}})
    old = said({"Wifi": {"RSSI": 52}})
    assert meaning(new) == {"Wifi.Signal": (Capability.SIGNAL, -74, "dBm")}
    assert meaning(old) == {"Wifi.RSSI": (Capability.SIGNAL, 52, "%")}
    assert new.features["Wifi.Signal"].aside


def test_discovery_alone_says_what_can_be_set() -> None:
    features = one(DIALECT, message(f"{PLACE}/config", LAMP)).features
    assert {name for name, feature in features.items() if feature.settable} == {
        "POWER",
        "Dimmer",
        "CT",
        "Color",
        "Restart",
    }


def test_relays_have_the_names_their_owner_gave_them() -> None:
    about = config(rl=[1, 1, 1, 0], fn=["heating", "motion", None, None])
    features = one(DIALECT, message(f"{PLACE}/config", about)).features
    labels = {name: feature.label for name, feature in features.items()}
    outputs = {name: label for name, label in labels.items() if name.startswith("POWER")}
    assert outputs == {"POWER1": "heating", "POWER2": "motion", "POWER3": ""}


def test_a_message_describes_its_readings_as_discovery_did() -> None:
    told = config(rl=[2, 1], lt_st=1, fn=["Lamp", "Fan"], state=["AUS", "AN", "WECHSEL"])
    before = said(about=told)
    after = said({"POWER1": "AN", "POWER2": "AUS", "Dimmer": 40}, about=told)
    assert after.features == before.features
    assert [value for _, value, _ in meaning(after).values()] == [True, False, 40]


def test_the_motors_of_a_shutter_are_no_switches() -> None:
    device = said(about=config(rl=[3, 3, 1], sho=[0, 0]))
    assert sent(device, "POWER1", True) == Refusal("not_settable", "POWER1")
    assert sent(device, "POWER3", True) == ("cmnd/hall_plug/POWER3", "ON")
    assert device.kind == "cover"


@pytest.mark.parametrize(("option", "shown"), [(0, 75), (1, 25)])
def test_a_shutter_that_counts_the_other_way_round_is_turned(option: int, shown: int) -> None:
    about = config(rl=[3, 3], sho=[option])
    device = said({"Shutter1": {"Position": 75, "Direction": 0, "Target": 75}}, about=about)
    assert meaning(device)["Shutter1.Position"] == (Capability.POSITION, shown, "%")
    assert sent(device, "Shutter1.Position", shown) == ("cmnd/hall_plug/ShutterPosition1", "75")


@pytest.mark.parametrize(
    ("feature", "wish", "command", "payload"),
    [
        ("POWER", True, "POWER", "ON"),
        ("POWER", False, "POWER", "OFF"),
        ("Dimmer", 40, "Dimmer", "40"),
        ("CT", 2700, "CT", "370"),
        ("Color", "#FF8000", "Color", "#ff8000"),
    ],
)
def test_a_wish_becomes_its_command(
    feature: str, wish: Reading, command: str, payload: str
) -> None:
    assert sent(said(about=LAMP), feature, wish) == (f"cmnd/hall_plug/{command}", payload)


def test_a_shutter_is_opened_and_stopped() -> None:
    device = said(about=config(rl=[3, 3], sho=[0]))
    assert sent(device, "Shutter1", "open") == ("cmnd/hall_plug/ShutterOpen1", "")
    assert sent(device, "Shutter1", "stop") == ("cmnd/hall_plug/ShutterStop1", "")


def test_an_ifan_has_speeds_and_its_lamp_apart() -> None:
    device = said({"POWER1": "ON", "FanSpeed": 2}, about=config(rl=[1], **{"if": 1}))
    assert device.kind == "fan"
    assert meaning(device)["FanSpeed"] == (Capability.LEVEL, 66.7, "%")
    assert sent(device, "FanSpeed", 100) == ("cmnd/hall_plug/FanSpeed", "3")


@pytest.mark.parametrize(
    ("feature", "wish", "code"),
    [
        ("POWER", 3, "wish_refused"),
        ("POWER", None, "wish_refused"),
        ("CT", 20_000, "wish_refused"),
        ("ENERGY.Power", 5, "not_settable"),
        ("nothing", True, "not_settable"),
    ],
)
def test_what_it_cannot_do_is_refused(feature: str, wish: Reading | None, code: str) -> None:
    device = said({"ENERGY": {"Power": 42}}, about=LAMP)
    refused = sent(device, feature, wish)
    assert isinstance(refused, Refusal)
    assert refused.code == code


@pytest.mark.parametrize(
    ("word", "colour"),
    [("FF8000", "#ff8000"), ("FF800000FF", "#ff8000"), ("255,128,0", "#ff8000"), ("256,0,0", None)],
)
def test_a_colour_is_read_with_and_without_its_whites(word: str, colour: str | None) -> None:
    device = said({"Color": word, "HSBColor": "30,100,100"}, about=LAMP)
    value = typed(device.features["Color"], device.readings["Color"])
    assert (value.value if value else None) == colour


def test_a_lamp_without_colours_has_no_colour() -> None:
    device = said({"Color": "FF", "Dimmer": 100}, about=config(rl=[2], lt_st=1))
    assert set(meaning(device)) == {"Dimmer"}


def test_an_answer_changes_a_reading_and_other_answers_are_none() -> None:
    registry = house(
        message(f"{PLACE}/config", config(rl=[3, 3], sho=[0])),
        message("stat/hall_plug/RESULT", {"Shutter1": {"Position": 56, "Target": 56}}),
        message("stat/hall_plug/RESULT", {"Rule1": "ON", "Free": 322}),
        message("stat/hall_plug/RESULT", {"Button1": {"Action": "SINGLE"}}),
    )
    device = only(registry)
    assert set(device.readings) == {"Shutter1.Position", "Shutter1.Target", "Button1.Action"}
    assert device.features["Button1.Action"].capability is Capability.BUTTON


def test_the_same_shape_gives_the_same_features() -> None:
    first, second = (
        one(DIALECT, message("tele/attic/SENSOR", {"AM2301": {"Temperature": degrees}}))
        for degrees in (20, 21)
    )
    assert first.features is second.features


def test_one_that_never_announced_can_be_commanded_at_its_default_topic() -> None:
    device = only(house(message("tele/attic/STATE", {"POWER": "ON"})))
    assert DIALECT.act(device, "POWER", False) == (
        Publish(topic="cmnd/attic/POWER", payload=b"OFF", qos=1),
    )
