import pytest

from fleet.capability import Capability, Feature, Reading, raw, typed
from fleet.dialects.homie_properties import described, payload_of, with_field


def feature(path: str, **fields: str) -> Feature:
    return described("homie", path, facts(**fields)).feature


def facts(**fields: str) -> str:
    known = ""
    for field, value in fields.items():
        known = with_field(known, field, value)
    return known


def number(unit: str = "", **more: str) -> dict[str, str]:
    return {"datatype": "float", "unit": unit} | more


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        ("air/temperature", number("°C"), Capability.TEMPERATURE),
        ("air/t", number("F"), Capability.TEMPERATURE),
        ("valve/target", number("°C"), Capability.TARGET_TEMPERATURE),
        ("valve/t", number("°C", settable="true"), Capability.TARGET_TEMPERATURE),
        ("lamp/colour", number("K"), Capability.COLOUR_TEMPERATURE),
        ("lamp/white", number("MK⁻¹"), Capability.COLOUR_TEMPERATURE),
        ("air/humidity", number("%"), Capability.HUMIDITY),
        ("power/battery", number("%"), Capability.BATTERY),
        ("blind/position", number("%"), Capability.POSITION),
        ("lamp/dim", number("%"), Capability.LEVEL),
        ("lamp/x", number("%", settable="true"), Capability.LEVEL),
        ("tank/fill", number("%"), Capability.NUMBER),
        ("plug/power", number("W"), Capability.POWER),
        ("plug/energy", number("kWh"), Capability.ENERGY),
        ("gas/used", number("m³"), Capability.GAS),
        ("water/used", number("m³"), Capability.WATER),
        ("roof/rain", number("mm"), Capability.RAIN),
        ("robot/far", number("mm"), Capability.DISTANCE),
        ("air/co2", number("ppm"), Capability.CO2),
        ("air/tvoc", number("ppm"), Capability.VOC),
        ("air/humidity", number(), Capability.HUMIDITY),
        ("x/count", number("#"), Capability.NUMBER),
        ("x/y", number("furlong"), Capability.NUMBER),
        ("door/contact", {"datatype": "boolean"}, Capability.CONTACT),
        ("hall/motionDetected", {"datatype": "boolean"}, Capability.MOTION),
        ("door/lock", {"datatype": "boolean", "settable": "true"}, Capability.LOCK),
        ("door/contact", {"datatype": "boolean", "settable": "true"}, Capability.ON_OFF),
        ("coffee/brew",
         {"datatype": "boolean", "settable": "true", "retained": "false"}, Capability.BUTTON),
        ("bell/ring", {"datatype": "boolean", "retained": "false"}, Capability.BUTTON),
        ("x/mode", {"datatype": "enum", "format": "a,b"}, Capability.MODE),
        ("x/cover",
         {"datatype": "enum", "format": "OPEN,CLOSE,STOP", "settable": "true"}, Capability.COVER),
        ("x/locate",
         {"datatype": "enum", "format": "PERFORM", "settable": "true", "retained": "false"},
         Capability.BUTTON),
        ("x/colour", {"datatype": "color", "format": "hsv"}, Capability.COLOUR),
        ("x/colour", {"datatype": "color", "format": "xyz"}, Capability.TEXT),
        ("x/when", {"datatype": "datetime"}, Capability.TIME),
        ("x/long", {"datatype": "duration"}, Capability.DURATION),
        ("x/text", {}, Capability.TEXT),
        ("x/odd", {"datatype": "nonsense"}, Capability.TEXT),
    ],
)  # fmt: skip
def test_a_property_is_what_unit_names_and_settings_say(
    path: str, fields: dict[str, str], expected: Capability
) -> None:
    assert feature(path, **fields).capability is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0:100", (0, 100, None)),
        ("5:30:0.5", (5, 30, 0.5)),
        (":10", (None, 10, None)),
        ("-20:", (-20, None, None)),
        (":", (None, None, None)),
        ("10:5", (None, None, None)),
        ("0:9:-1", (0, 9, None)),
        ("much", (None, None, None)),
    ],
)
def test_a_range_may_be_open_and_have_a_step(text: str, expected: tuple[float | None, ...]) -> None:
    found = feature("x/y", datatype="float", format=text)
    assert (found.low, found.high, found.step) == expected


def test_a_label_stands_only_where_it_says_more() -> None:
    assert feature("air/temperature", **number("°C", name="Temperature")).label == ""
    assert feature("air/temperature", **number("°C", name="Outside")).label == "Outside"
    assert feature("fan/preset", datatype="enum").label == "preset"


def test_the_same_words_give_the_same_object() -> None:
    assert feature("x/y", datatype="float") is feature("x/y", datatype="float")


@pytest.mark.parametrize(
    ("fields", "payload", "expected"),
    [
        ({"datatype": "integer"}, b"40", 40.0),
        ({"datatype": "float"}, b"1e3", 1000.0),
        ({"datatype": "float"}, b"nan", "nan"),
        ({"datatype": "boolean"}, b"true", True),
        ({"datatype": "boolean"}, b"TRUE", "TRUE"),
        ({"datatype": "enum"}, b"heat", "heat"),
        ({"datatype": "color", "format": "rgb"}, b"255,136,0", "#ff8800"),
        ({"datatype": "color", "format": "hsv"}, b"120,100,100", "#00ff00"),
        ({"datatype": "color", "format": "rgb"}, b"300,0,0", "300,0,0"),
        ({"datatype": "duration"}, b"PT5M46S", 346.0),
        ({"datatype": "duration"}, b"P1DT1H", 90_000.0),
        ({"datatype": "duration"}, b"P", "P"),
        ({}, b"7", "7"),
        ({}, b"\0", ""),
        ({}, b"\xff\xfe", None),
    ],
)
def test_a_value_is_read_by_its_type_and_kept_as_it_is_where_it_is_none(
    fields: dict[str, str], payload: bytes, expected: Reading | None
) -> None:
    assert described("homie", "x/y", facts(**fields)).reading(payload) == expected


def test_a_picture_is_cut_to_a_line() -> None:
    found = described("homie", "x/y", "").reading("ü".encode() * 600_000)
    assert isinstance(found, str)
    assert len(found) == 200


@pytest.mark.parametrize(
    ("fields", "wish", "payload"),
    [
        ({"datatype": "boolean", "settable": "true"}, False, b"false"),
        ({"datatype": "integer", "unit": "%", "format": "0:255"}, 50.0, b"128"),
        ({"datatype": "float", "unit": "°C"}, 21.5, b"21.5"),
        ({"datatype": "enum", "format": "heat,off"}, "Heat", b"heat"),
        ({"datatype": "color", "format": "rgb"}, "#ff8800", b"255,136,0"),
        ({"datatype": "color", "format": "hsv"}, "#00ff00", b"120,100,100"),
        ({"datatype": "duration"}, 90.0, b"PT90S"),
        ({}, "hello", b"hello"),
    ],
)
def test_a_wish_goes_out_in_the_propertys_own_words(
    fields: dict[str, str], wish: Reading, payload: bytes
) -> None:
    known = (
        feature("x/level", settable="true", **fields)
        if "settable" not in fields
        else feature("x/level", **fields)
    )
    word = raw(known, wish)
    assert word is not None
    assert payload_of(known, word) == payload


def test_a_press_sends_the_only_word_there_is() -> None:
    once = {"settable": "true", "retained": "false"}
    assert payload_of(feature("x/y", datatype="enum", format="PERFORM", **once), "") == b"PERFORM"
    assert payload_of(feature("x/y", datatype="boolean", **once), "") == b"true"


def test_an_endless_attribute_is_not_kept() -> None:
    assert feature("x/y", datatype="enum", format="a," * 10_000).words == ()


def test_a_level_is_shown_in_its_own_range() -> None:
    known = feature("lamp/brightness", datatype="integer", unit="%", format="0:255")
    value = typed(known, 51.0)
    assert value is not None
    assert (value.value, value.unit) == (20.0, "%")
