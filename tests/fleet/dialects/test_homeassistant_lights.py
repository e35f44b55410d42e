"""Lights in Home Assistant's three schemas: heard and told, by hand from its documentation."""

import json

import pytest

from fleet.capability import Capability, Reading, values
from fleet.dialects.homeassistant import HomeAssistant
from fleet.model import Device
from fleet.steps import Publish, Refusal
from tests.fleet.dialects.saying import house, message, only

DIALECT = HomeAssistant()


def lamp(entity: dict[str, object], *said: tuple[str, object]) -> Device:
    config = {"~": "x", "cmd_t": "~/set", "uniq_id": "u", "dev": {"ids": ["x"], "name": "X"}}
    return only(
        house(
            message("homeassistant/light/x/lamp/config", config | entity),
            *(message(topic, payload) for topic, payload in said),
        )
    )


def typed(device: Device) -> dict[str, object]:
    return {
        name.removeprefix("light.lamp."): value.value
        for name, _, value in values(device.features, device.readings)
    }


def told(device: Device, field: str, wish: Reading | None) -> list[tuple[str, str]]:
    steps = DIALECT.act(device, f"light.lamp.{field}", wish)
    assert not isinstance(steps, Refusal), steps
    return [(step.topic, step.payload.decode()) for step in steps]


JSON = {"schema": "json", "stat_t": "~/s", "sup_clrm": ["xy", "color_temp"], "bri_scl": 254}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"state": "ON", "brightness": 127}, {"state": True, "brightness": 50.0}),
        ({"state": "OFF"}, {"state": False}),
        ({"color_temp": 250, "color_mode": "color_temp"}, {"color_temp": 4000}),
        ({"color": {"x": 0.64, "y": 0.33}}, {"color": "#ff0000"}),
        ({"color": {"r": 0, "g": 255, "b": 0, "x": 0.1, "y": 0.1}}, {"color": "#00ff00"}),
        ({"color": {"h": 240, "s": 100}}, {"color": "#0000ff"}),
        ({"color": {}, "brightness": None, "state": None}, {}),
        ({"effect": "rainbow"}, {"effect": "rainbow"}),
        ([], {}),
        ("no JSON", {}),
    ],
)
def test_a_json_light_says_all_in_one_document(said, expected):
    assert typed(lamp(JSON | {"fx_list": ["rainbow"]}, ("x/s", said))) == expected


@pytest.mark.parametrize(
    ("field", "wish", "document"),
    [
        ("state", True, {"state": "ON"}),
        ("state", False, {"state": "OFF"}),
        ("brightness", 50.0, {"state": "ON", "brightness": 127}),
        ("color_temp", 4000, {"state": "ON", "color_temp": 250}),
        ("effect", "Rainbow", {"state": "ON", "effect": "rainbow"}),
        ("color", "#ff0000", {"state": "ON", "color": {"x": 0.6401, "y": 0.33}}),
    ],
)
def test_a_json_light_is_told_by_one_document(field, wish, document):
    ((topic, payload),) = told(lamp(JSON | {"fx_list": ["rainbow"]}), field, wish)
    assert (topic, json.loads(payload)) == ("x/set", document)


@pytest.mark.parametrize(
    ("mode", "colour"),
    [
        ("rgb", {"r": 255, "g": 128, "b": 0}),
        ("rgbw", {"r": 255, "g": 128, "b": 0, "w": 0}),
        ("rgbww", {"r": 255, "g": 128, "b": 0, "c": 0, "w": 0}),
        ("hs", {"h": 30.1, "s": 100.0}),
    ],
)
def test_a_json_light_is_told_a_colour_in_its_own_mode(mode, colour):
    ((_, payload),) = told(lamp({"schema": "json", "sup_clrm": [mode]}), "color", "#ff8000")
    assert json.loads(payload)["color"] == colour


def test_a_json_light_that_is_only_on_or_off_has_no_brightness():
    device = lamp({"schema": "json", "stat_t": "~/s", "supported_color_modes": ["onoff"]})
    assert list(device.features) == ["light.lamp.state"]


def test_a_light_in_kelvin_is_told_kelvin():
    entity = {"schema": "json", "sup_clrm": ["color_temp"], "clr_temp_k": True, "min_k": 2000}
    device = lamp(entity | {"stat_t": "~/s", "max_k": 6500}, ("x/s", {"color_temp": 2700}))
    assert typed(device) == {"color_temp": 2700}
    assert json.loads(told(device, "color_temp", 3000)[0][1])["color_temp"] == 3000
    assert isinstance(DIALECT.act(device, "light.lamp.color_temp", 9000), Refusal)


BASIC = {
    "stat_t": "~/s",
    "bri_stat_t": "~/b",
    "bri_cmd_t": "~/b/set",
    "clr_temp_stat_t": "~/w",
    "clr_temp_cmd_t": "~/w/set",
    "rgb_stat_t": "~/c",
    "rgb_cmd_t": "~/c/set",
    "hs_stat_t": "~/h",
    "fx_stat_t": "~/f",
    "fx_cmd_t": "~/f/set",
    "fx_list": ["none", "party"],
    "pl_on": "on",
    "pl_off": "off",
}


def test_a_basic_light_says_each_on_a_topic_of_its_own():
    said = [("x/s", "on"), ("x/b", "51"), ("x/w", "200"), ("x/c", "255,0,0"), ("x/f", "party")]
    assert typed(lamp(BASIC, *said)) == {
        "state": True,
        "brightness": 20.0,
        "color_temp": 5000,
        "color": "#ff0000",
        "effect": "party",
    }


@pytest.mark.parametrize(
    ("how", "said", "colour"),
    [
        ("rgb", "1,2,3", "#010203"),
        ("rgbw", "1,2,3,4", "#010203"),
        ("rgbww", "1,2,3,4,5", "#010203"),
        ("hs", "120.0,100", "#00ff00"),
        ("xy", "0.64,0.33", "#ff0000"),
    ],
)
def test_a_basic_light_says_its_colour_in_its_spelling(how, said, colour):
    device = lamp({f"{how}_state_topic": "x/c", "stat_t": "~/s"}, ("x/c", said))
    assert typed(device) == {"color": colour}
    assert device.features["light.lamp.color"].capability is Capability.COLOUR


@pytest.mark.parametrize(
    ("how", "payload"),
    [
        ("rgb", "255,128,0"),
        ("rgbw", "255,128,0,0"),
        ("rgbww", "255,128,0,0,0"),
        ("hs", "30.1,100.0"),
        ("xy", "0.543,0.407"),
    ],
)
def test_a_basic_light_is_told_its_colour_in_its_spelling(how, payload):
    device = lamp({f"{how}_command_topic": "x/c/set"})
    assert told(device, "color", "#ff8000")[0] == ("x/c/set", payload)


def test_a_basic_light_is_switched_on_besides():
    device = lamp(BASIC)
    assert told(device, "state", False) == [("x/set", "off")]
    assert told(device, "brightness", 100) == [("x/b/set", "255"), ("x/set", "on")]
    first = lamp(BASIC | {"on_cmd_type": "first"})
    assert told(first, "brightness", 100) == [("x/set", "on"), ("x/b/set", "255")]
    bright = lamp(BASIC | {"on_cmd_type": "brightness"})
    assert told(bright, "brightness", 100) == [("x/b/set", "255")]
    assert told(bright, "state", True) == [("x/b/set", "255")]
    assert told(bright, "state", False) == [("x/set", "off")]


def test_a_basic_light_has_templates_for_what_it_is_told():
    entity = {
        "bri_cmd_t": "~/b",
        "bri_cmd_tpl": '{"level": {{ value }}}',
        "rgb_cmd_t": "~/c",
        "rgb_cmd_tpl": "{{ '#%02x%02x%02x' | format(red, green, blue) }}",
    }
    device = lamp(entity)
    assert told(device, "brightness", 20)[0] == ("x/b", '{"level": 51}')
    assert told(device, "color", "#ff8000")[0] == ("x/c", "#ff8000")


TEMPLATE = {
    "schema": "template",
    "stat_t": "~/s",
    "cmd_on_tpl": "on{% if brightness is defined %},{{ brightness }}{% endif %}"
    "{% if red is defined %},{{ red }}-{{ green }}-{{ blue }}{% endif %}"
    "{% if effect is defined %},{{ effect }}{% endif %}",
    "cmd_off_tpl": "off",
    "stat_tpl": "{{ value.split(',')[0] }}",
    "bri_tpl": "{{ value.split(',')[1] }}",
    "r_tpl": "{{ value.split(',')[2].split('-')[0] }}",
    "g_tpl": "{{ value.split(',')[2].split('-')[1] }}",
    "b_tpl": "{{ value.split(',')[2].split('-')[2] }}",
    "fx_tpl": "{{ value.split(',')[3] }}",
    "fx_list": ["none", "party"],
}


def test_a_template_light_says_all_in_one_text():
    assert typed(lamp(TEMPLATE, ("x/s", "on,51,255-0-128,party"))) == {
        "state": True,
        "brightness": 20.0,
        "color": "#ff0080",
        "effect": "party",
    }


def test_a_template_light_is_told_by_its_templates():
    device = lamp(TEMPLATE)
    assert told(device, "state", True) == [("x/set", "on")]
    assert told(device, "state", False) == [("x/set", "off")]
    assert told(device, "brightness", 20) == [("x/set", "on,51")]
    assert told(device, "color", "#ff0080") == [("x/set", "on,255-0-128")]
    assert told(device, "effect", "party") == [("x/set", "on,party")]


def test_quality_and_retention_are_kept():
    device = lamp({"schema": "json", "qos": 1, "ret": True})
    steps = DIALECT.act(device, "light.lamp.state", True)
    assert steps == (Publish(topic="x/set", payload=b'{"state":"ON"}', qos=1, retain=True),)


def test_a_light_without_orders_is_only_heard():
    device = lamp({"cmd_t": None, "stat_t": "~/s"}, ("x/s", "ON"))
    assert typed(device) == {"state": True}
    assert isinstance(DIALECT.act(device, "light.lamp.state", False), Refusal)
