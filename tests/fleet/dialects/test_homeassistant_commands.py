"""What is published so that an entity becomes as wished, by hand from the documentation."""

import pytest

from fleet.capability import Reading
from fleet.dialects.homeassistant import HomeAssistant
from fleet.model import Device
from fleet.steps import Refusal
from tests.fleet.dialects.saying import house, message, only

DIALECT = HomeAssistant()


def made(platform: str, **entity: object) -> Device:
    config = {"~": "x", "cmd_t": "~/set", "uniq_id": "u", "dev": {"ids": ["x"], "name": "X"}}
    return only(house(message(f"homeassistant/{platform}/x/it/config", config | entity)))


def told(device: Device, wish: Reading | None, feature: str = "") -> tuple[str, str]:
    settable = [name for name, each in device.features.items() if each.settable]
    steps = DIALECT.act(device, feature or settable[0], wish)
    assert not isinstance(steps, Refusal), steps
    (step,) = steps
    return step.topic, step.payload.decode()


@pytest.mark.parametrize(
    ("platform", "entity", "wish", "payload"),
    [
        ("switch", {}, True, "ON"),
        ("switch", {"pl_off": "0"}, False, "0"),
        ("switch", {"cmd_tpl": '{"on": {{ value == "ON" }}}'}, True, '{"on": True}'),
        ("siren", {}, True, '{"state":"ON"}'),
        ("siren", {"pl_off": "quiet"}, False, '{"state":"quiet"}'),
        ("siren", {"cmd_tpl": "{{ value }}!"}, False, "OFF!"),
        ("lock", {}, True, "LOCK"),
        ("lock", {"pl_unlk": "open up"}, False, "open up"),
        ("cover", {}, "open", "OPEN"),
        ("cover", {"pl_cls": "down"}, "close", "down"),
        ("cover", {}, "stop", "STOP"),
        ("valve", {}, "close", "CLOSE"),
        ("number", {"min": 0, "max": 50}, 21.0, "21"),
        ("number", {"min": 0, "max": 50, "step": 0.5}, 21.5, "21.5"),
        ("number", {"cmd_tpl": '{"v": {{ value * 10 }}}'}, 5.0, '{"v": 50}'),
        ("select", {"ops": ["Eco", "Max"]}, "eco", "Eco"),
        ("select", {"ops": ["a"], "cmd_tpl": "{{ value | to_json }}"}, "a", '"a"'),
        ("text", {}, "hello {{ 1 }}", "hello {{ 1 }}"),
        ("button", {}, None, "PRESS"),
        ("button", {"pl_prs": "go"}, None, "go"),
        ("button", {"cmd_tpl": '{"do": "{{ value }}"}'}, None, '{"do": "PRESS"}'),
        ("scene", {"pl_on": "movie"}, None, "movie"),
        ("notify", {"cmd_tpl": '{"say": "{{ value }}"}'}, "hi", '{"say": "hi"}'),
        ("fan", {}, True, "ON"),
        ("alarm_control_panel", {}, "arm_home", "ARM_HOME"),
        ("alarm_control_panel", {"cmd_tpl": "{{ action }}?"}, "disarm", "DISARM?"),
        ("vacuum", {}, "return_home", "return_to_base"),
        ("vacuum", {"pl_strt": "go"}, "start", "go"),
    ],
)
def test_an_order_is_what_the_announcement_says(platform, entity, wish, payload):
    assert told(made(platform, **entity), wish) == ("x/set", payload)


@pytest.mark.parametrize(
    ("platform", "entity", "feature", "wish", "sent"),
    [
        ("cover", {"set_pos_t": "~/p"}, "cover.it.position", 40, ("x/p", "40")),
        (
            "cover",
            {"set_pos_t": "~/p", "pos_open": 0, "pos_clsd": 255},
            *("cover.it.position", 80, ("x/p", "51")),
        ),
        (
            "cover",
            {"set_pos_t": "~/p", "pos_open": 10, "set_pos_tpl": "{{ position }}/{{ value }}"},
            *("cover.it.position", 50, ("x/p", "50/5")),
        ),
        ("cover", {"tilt_cmd_t": "~/t"}, "cover.it.tilt", 100, ("x/t", "100")),
        ("valve", {"pos": True}, "valve.it.position", 30, ("x/set", "30")),
        ("fan", {"pct_cmd_t": "~/s", "spd_rng_max": 4}, "fan.it.speed", 75, ("x/s", "3")),
        ("fan", {"dir_cmd_t": "~/d"}, "fan.it.direction", "reverse", ("x/d", "reverse")),
        ("fan", {"osc_cmd_t": "~/o"}, "fan.it.oscillation", True, ("x/o", "oscillate_on")),
        (
            "climate",
            {"temp_cmd_t": "~/t", "min_temp": 5, "max_temp": 30},
            *("climate.it.target_temperature", 21.5, ("x/t", "21.5")),
        ),
        ("climate", {"mode_cmd_t": "~/m"}, "climate.it.mode", "heat", ("x/m", "heat")),
        ("climate", {"pow_cmd_t": "~/w"}, "climate.it.power", False, ("x/w", "OFF")),
        (
            "humidifier",
            {"hum_cmd_t": "~/h"},
            *("humidifier.it.target_humidity", 50, ("x/h", "50")),
        ),
        (
            "water_heater",
            {"mode_cmd_t": "~/m", "modes": ["eco"]},
            "water_heater.it.mode",
            "eco",
            ("x/m", "eco"),
        ),
        (
            "vacuum",
            {"set_fan_spd_t": "~/f", "fanspd_lst": ["max"]},
            *("vacuum.it.fan_speed", "max", ("x/f", "max")),
        ),
        ("lawn_mower", {"dock_cmd_t": "~/d"}, "lawn_mower.it.dock", None, ("x/d", "dock")),
    ],
)
def test_each_field_is_set_on_a_topic_of_its_own(platform, entity, feature, wish, sent):
    assert told(made(platform, **entity), wish, feature) == sent


@pytest.mark.parametrize(
    ("platform", "entity", "feature", "wish", "why"),
    [
        ("number", {"min": 0, "max": 50}, "number.it", 51, ("wish_refused", "0 to 50")),
        ("select", {"ops": ["a", "b"]}, "select.it", "c", ("wish_refused", "a, b")),
        ("switch", {}, "switch.it", "on", ("wish_refused", "on, off")),
        ("switch", {}, "switch.it", None, ("wish_refused", "on, off")),
        ("switch", {}, "switch.other", True, ("not_settable", "switch.other")),
        (
            "switch",
            {"cmd_tpl": "{{ states('x') }}"},
            "switch.it",
            True,
            ("wish_refused", "on, off"),
        ),
        ("switch", {"cmd_t": "x/+/set"}, "switch.it", True, ("not_settable", "switch.it")),
        ("switch", {"cmd_t": "#"}, "switch.it", True, ("not_settable", "switch.it")),
        ("sensor", {"stat_t": "~/s"}, "it", 5, ("not_settable", "it")),
        (
            "alarm_control_panel",
            {"code": "1234"},
            "alarm_control_panel.it.command",
            "disarm",
            ("not_settable", "alarm_control_panel.it.command"),
        ),
    ],
)
def test_a_no_says_why(platform, entity, feature, wish, why):
    assert DIALECT.act(made(platform, **entity), feature, wish) == Refusal(*why)
