"""Each platform of Home Assistant: what it is, what it says, by hand from its documentation."""

import pytest

from fleet.capability import Capability, Feature, values
from fleet.model import Device
from tests.fleet.dialects.saying import house, message, only


def heard(platform: str, entity: dict[str, object], *said: tuple[str, object]) -> Device:
    """Return a device with this one entity, after what was said."""
    config = {"~": "x", "name": "Thing", "uniq_id": "u", "dev": {"ids": ["x"], "name": "X"}}
    return only(
        house(
            message(f"homeassistant/{platform}/x/thing/config", config | entity),
            *(message(topic, payload) for topic, payload in said),
        )
    )


def typed(device: Device) -> dict[str, object]:
    return {name: value.value for name, _, value in values(device.features, device.readings)}


def feature(device: Device, name: str) -> Feature:
    return device.features[name]


@pytest.mark.parametrize(
    ("kind", "unit", "said", "capability", "value"),
    [
        ("temperature", "°C", "21.5", Capability.TEMPERATURE, 21.5),
        ("humidity", "%", "40", Capability.HUMIDITY, 40.0),
        ("power", "W", "12", Capability.POWER, 12.0),
        ("energy", "kWh", "3.2", Capability.ENERGY, 3.2),
        ("atmospheric_pressure", "hPa", "1013", Capability.PRESSURE, 1013.0),
        ("carbon_dioxide", "ppm", "640", Capability.CO2, 640.0),
        ("pm25", "µg/m³", "7", Capability.PARTICLES, 7.0),
        ("precipitation", "mm", "1", Capability.RAIN, 1.0),
        ("signal_strength", "dBm", "-60", Capability.SIGNAL, -60.0),
        ("timestamp", None, "2026-11-27T10:00:00+00:00", Capability.TIME, None),
        ("enum", None, "idle", Capability.MODE, "idle"),
        ("ph", "pH", "7", Capability.NUMBER, 7.0),
        (None, "V", "3.1", Capability.VOLTAGE, 3.1),
        (None, "things", "4", Capability.NUMBER, 4.0),
        (None, None, "hello", Capability.TEXT, "hello"),
    ],
)
def test_a_sensor_measures_what_its_class_or_unit_says(kind, unit, said, capability, value):
    entity = {"stat_t": "~/s", "dev_cla": kind, "unit_of_meas": unit}
    device = heard("sensor", entity, ("x/s", said))
    assert feature(device, "thing").capability is capability
    assert typed(device)["thing"] == (said if value is None else value)


@pytest.mark.parametrize(
    ("said", "reading"),
    [("465", 465.0), ("-1.5", -1.5), ("2.10", "2.10"), ("007", "007"), ("1e3", "1e3")],
)
def test_a_sensor_of_which_nothing_is_known_loses_no_digit(said, reading):
    assert heard("sensor", {"stat_t": "~/s"}, ("x/s", said)).readings == {"thing": reading}


@pytest.mark.parametrize(
    ("kind", "capability", "on"),
    [
        ("door", Capability.CONTACT, True),
        ("window", Capability.CONTACT, True),
        ("motion", Capability.MOTION, True),
        ("occupancy", Capability.PRESENCE, True),
        ("moisture", Capability.LEAK, True),
        ("battery", Capability.BATTERY_LOW, True),
        ("carbon_monoxide", Capability.GAS_ALARM, True),
        ("problem", Capability.PROBLEM, True),
        ("lock", Capability.LOCK, False),  # on is open there
        (None, Capability.ON_OFF, True),
    ],
)
def test_a_binary_sensor_detects_what_its_class_says(kind, capability, on):
    device = heard("binary_sensor", {"stat_t": "~/s", "dev_cla": kind}, ("x/s", "ON"))
    assert feature(device, "binary_sensor.thing").capability is capability
    assert typed(device) == {"binary_sensor.thing": on}


def test_a_state_may_have_words_that_look_like_numbers():
    entity = {"stat_t": "~/s", "pl_on": "1", "pl_off": "0"}
    assert typed(heard("binary_sensor", entity, ("x/s", "1"))) == {"binary_sensor.thing": True}
    assert typed(heard("binary_sensor", entity, ("x/s", "0"))) == {"binary_sensor.thing": False}
    assert typed(heard("binary_sensor", entity, ("x/s", "2"))) == {}


def test_a_switch_may_say_other_words_than_it_takes():
    entity = {"stat_t": "~/s", "cmd_t": "~/c", "stat_on": "running", "stat_off": "stopped"}
    device = heard("switch", entity, ("x/s", "running"))
    assert typed(device) == {"switch.thing": True}
    assert feature(device, "switch.thing").settable


def test_a_lock_says_whether_it_is_locked():
    entity = {"stat_t": "~/s", "cmd_t": "~/c"}
    assert typed(heard("lock", entity, ("x/s", "LOCKED"))) == {"lock.thing.state": True}
    assert typed(heard("lock", entity, ("x/s", "JAMMED"))) == {}


def test_a_lock_that_wants_a_code_is_not_locked_from_here():
    device = heard("lock", {"stat_t": "~/s", "cmd_t": "~/c", "cod_form": "^\\d{4}$"})
    assert not feature(device, "lock.thing.state").settable


def test_a_cover_says_its_state_and_its_position():
    entity = {
        "stat_t": "~/s",
        "cmd_t": "~/c",
        "stat_clsd": "down",
        "pos_t": "~/p",
        "set_pos_t": "~/p/set",
        "pos_open": 0,
        "pos_clsd": 255,
        "tilt_status_t": "~/t",
        "tilt_max": 50,
        "pl_stop": None,
    }
    device = heard("cover", entity, ("x/s", "down"), ("x/p", "51"), ("x/t", "25"))
    assert typed(device) == {
        "cover.thing.state": "closed",
        "cover.thing.position": 80.0,
        "cover.thing.tilt": 50.0,
    }
    assert feature(device, "cover.thing.state").words == ("open", "close")
    assert not feature(device, "cover.thing.tilt").settable
    assert device.kind == "cover"


@pytest.mark.parametrize("said", ['{"state": "opening", "position": 30}', "30"])
def test_a_valve_may_say_how_far_it_is_open(said):
    entity = {"stat_t": "~/s", "cmd_t": "~/c", "pos": True}
    device = heard("valve", entity, ("x/s", said))
    assert typed(device)["valve.thing.position"] == 30


def test_a_valve_that_says_no_position_is_open_or_closed():
    device = heard("valve", {"stat_t": "~/s", "cmd_t": "~/c"}, ("x/s", "closed"))
    assert typed(device) == {"valve.thing.state": "closed"}
    assert feature(device, "valve.thing.state").words == ("open", "close")


def test_a_climate_says_what_is_and_what_is_wished():
    entity = {
        "curr_temp_t": "~/all",
        "curr_temp_tpl": "{{ value_json.now }}",
        "temp_stat_t": "~/all",
        "temp_stat_tpl": "{{ value_json.target }}",
        "temp_cmd_t": "~/target/set",
        "min_temp": 5,
        "max_temp": 30,
        "temp_step": 0.5,
        "mode_stat_t": "~/all",
        "mode_stat_tpl": "{{ value_json.mode }}",
        "mode_cmd_t": "~/mode/set",
        "modes": ["off", "heat"],
        "act_t": "~/all",
        "act_tpl": "{{ value_json.action }}",
        "fan_mode_stat_t": "~/fan",
        "pow_cmd_t": "~/power",
    }
    said = {"now": 19.5, "target": 21, "mode": "heat", "action": "heating"}
    device = heard("climate", entity, ("x/all", said), ("x/fan", "low"))
    assert typed(device) == {
        "climate.thing.current_temperature": 19.5,
        "climate.thing.target_temperature": 21,
        "climate.thing.mode": "heat",
        "climate.thing.action": "heating",
        "climate.thing.fan_mode": "low",
    }
    wished = feature(device, "climate.thing.target_temperature")
    assert (wished.low, wished.high, wished.step, wished.unit) == (5, 30, 0.5, "°C")
    assert feature(device, "climate.thing.mode").words == ("off", "heat")
    assert feature(device, "climate.thing.fan_mode").words == ("auto", "low", "medium", "high")
    assert feature(device, "climate.thing.power").settable


def test_a_climates_own_template_stands_for_those_it_does_not_give():
    entity = {"val_tpl": "{{ value_json.v }}", "temp_stat_t": "~/t"}
    device = heard("climate", entity, ("x/t", {"v": 22}))
    assert typed(device) == {"climate.thing.target_temperature": 22}


def test_a_fan_has_a_speed_in_per_cent_of_its_range():
    entity = {
        "stat_t": "~/s",
        "cmd_t": "~/c",
        "pct_stat_t": "~/speed",
        "pct_cmd_t": "~/speed/set",
        "spd_rng_max": 4,
        "osc_stat_t": "~/osc",
        "dir_stat_t": "~/dir",
        "pr_mode_stat_t": "~/preset",
        "pr_modes": ["auto", "night"],
    }
    said = [("x/s", "ON"), ("x/speed", "3"), ("x/osc", "oscillate_off"), ("x/dir", "reverse")]
    device = heard("fan", entity, *said, ("x/preset", "night"))
    assert typed(device) == {
        "fan.thing": True,
        "fan.thing.speed": 75.0,
        "fan.thing.oscillation": False,
        "fan.thing.direction": "reverse",
        "fan.thing.preset_mode": "night",
    }


def test_a_humidifier_has_a_target():
    entity = {
        "stat_t": "~/s",
        "cmd_t": "~/c",
        "hum_stat_t": "~/h",
        "hum_cmd_t": "~/h/set",
        "max_hum": 80,
        "curr_hum_t": "~/now",
        "mode_stat_t": "~/m",
        "modes": ["auto"],
    }
    device = heard("humidifier", entity, ("x/h", "55"), ("x/now", "41"), ("x/m", "auto"))
    assert typed(device) == {
        "humidifier.thing.target_humidity": 55,
        "humidifier.thing.current_humidity": 41,
        "humidifier.thing.mode": "auto",
    }
    assert feature(device, "humidifier.thing.target_humidity").high == 80


def test_a_vacuum_says_all_in_one_document():
    entity = {
        "stat_t": "~/s",
        "cmd_t": "~/c",
        "set_fan_spd_t": "~/speed",
        "fanspd_lst": ["low", "max"],
    }
    said = {"state": "cleaning", "fan_speed": "max", "battery_level": 61}
    device = heard("vacuum", entity, ("x/s", said))
    assert typed(device) == {"vacuum.thing.state": "cleaning", "vacuum.thing.fan_speed": "max"}
    assert (device.battery, device.kind) == (61, "vacuum")
    assert "return_home" in feature(device, "vacuum.thing.command").words


@pytest.mark.parametrize(
    ("platform", "can", "words"),
    [
        ("vacuum", ["start", "return_home", "status"], ("start", "return_home")),
        ("alarm_control_panel", ["arm_away"], ("disarm", "arm_away")),
    ],
)
def test_only_what_it_supports_is_offered(platform, can, words):
    device = heard(platform, {"cmd_t": "~/c", "sup_feat": can})
    assert feature(device, f"{platform}.thing.command").words == words


def test_a_mower_has_a_button_for_each_of_its_acts():
    entity = {"act_stat_t": "~/s", "dock_cmd_t": "~/dock", "strt_mw_cmd_t": "~/start"}
    device = heard("lawn_mower", entity, ("x/s", "mowing"))
    assert typed(device) == {"lawn_mower.thing.state": "mowing"}
    assert {name for name, each in device.features.items() if each.settable} == {
        "lawn_mower.thing.start_mowing",
        "lawn_mower.thing.dock",
    }


def test_a_siren_says_its_state_bare_or_in_a_document():
    entity = {"stat_t": "~/s", "cmd_t": "~/c"}
    for said in ("ON", {"state": "ON", "tone": "bell"}):
        assert typed(heard("siren", entity, ("x/s", said))) == {"siren.thing": True}


def test_an_event_says_what_somebody_did():
    entity = {"stat_t": "~/s", "evt_typ": ["press", "hold"]}
    device = heard("event", entity, ("x/s", {"event_type": "hold", "more": 1}))
    assert typed(device) == {"event.thing": "hold"}
    assert not feature(device, "event.thing").settable


def test_a_trigger_counts_where_its_payload_was_said():
    entity = {"atype": "trigger", "type": "button_long_press", "stype": "button_1", "t": "~/a"}
    entity |= {"pl": "hold", "val_tpl": "{{ value_json.action }}"}
    device = heard("device_automation", entity, ("x/a", {"action": "single"}))
    assert device.readings == {}
    device = heard("device_automation", entity, ("x/a", {"action": "hold"}))
    assert typed(device) == {"trigger": "button_1 button_long_press"}


def test_a_tracker_says_whether_somebody_is_home_and_not_where():
    entity = {"stat_t": "~/s", "json_attr_t": "~/where"}
    device = heard(
        "device_tracker", entity, ("x/s", "home"), ("x/where", {"latitude": 1.5, "b": 2})
    )
    assert typed(device) == {"device_tracker.thing": True}
    assert device.readings["device_tracker.thing.b"] == 2
    assert not any("latitude" in name for name in device.readings)


@pytest.mark.parametrize(
    ("platform", "entity", "said", "value"),
    [
        ("number", {"min": 5, "max": 60, "unit_of_meas": "s"}, "30", 30.0),
        ("select", {"ops": ["a", "b"]}, "b", "b"),
        ("text", {}, "12", "12"),
        ("alarm_control_panel", {}, "armed_away", "armed_away"),
        ("water_heater", {"temp_stat_t": "~/s"}, "55", 55.0),
    ],
)
def test_each_other_platform_says_its_state(platform, entity, said, value):
    device = heard(platform, {"stat_t": "~/s", "cmd_t": "~/c"} | entity, ("x/s", said))
    assert value in typed(device).values()


@pytest.mark.parametrize("platform", ["button", "scene", "notify"])
def test_what_only_takes_orders_says_nothing(platform):
    device = heard(platform, {"cmd_t": "~/c"})
    assert feature(device, f"{platform}.thing").settable
    assert device.readings == {}


@pytest.mark.parametrize("platform", ["tag", "camera", "image", "of_tomorrow"])
def test_a_platform_without_values_still_makes_the_device_known(platform):
    device = heard(platform, {"t": "~/t", "stat_t": "~/t"}, ("x/t", "5"))
    assert (device.name, device.readings, dict(device.features)) == ("X", {}, {})


def test_what_is_for_who_looks_closely_is_aside():
    device = heard("sensor", {"stat_t": "~/s", "ent_cat": "diagnostic"})
    assert feature(device, "thing").aside
    device = heard("sensor", {"stat_t": "~/s", "ent_cat": "diagnostic", "dev_cla": "battery"})
    assert not feature(device, "thing").aside


@pytest.mark.parametrize(
    ("topic", "taken"),
    [
        ("+/+/BTtoMQTT/02005E00007F", True),
        ("lamps/#", True),
        ("#", False),
        ("+/#", False),
        ("+", False),
        ("lamps/#/x", False),
        ("lamps/a+", False),
        ("lamps/a#", False),
        ("", False),
        ("a\0b", False),
        ("ü" * 600, False),
        (["a"], False),
    ],
)
def test_only_a_topic_that_names_something_is_subscribed_to(topic, taken):
    device = heard("sensor", {"stat_t": topic})
    assert bool(device.features) is taken


def announced(topic: str, **more: object) -> object:
    device = {"ids": ["pump-7f", "bridge_0x00124b0012000001"], "name": "Pump"}
    return message(f"homeassistant/{topic}/config", {"dev": device, "name": "Pump"} | more)


def test_entities_of_one_name_and_one_unique_id_are_told_apart():
    registry = house(
        announced("sensor/pump-7f/state", stat_t="a", uniq_id="ESPpump"),
        announced("switch/pump-7f/state", stat_t="b", cmd_t="c", uniq_id="ESPpump"),
        announced("binary_sensor/pump-7f/state", stat_t="d", uniq_id="ESPpump"),
        announced("sensor/other_node/state", stat_t="e", uniq_id="ESPpump"),
        *(message(topic, "ON") for topic in "abde"),
    )
    device = only(registry)
    assert set(device.features) == set(device.readings)
    assert set(device.readings) == {
        *("state", "switch.state", "binary_sensor.state", "other_node.state"),
    }
    assert {each.label for each in device.features.values()} == {"Pump"}


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("sensor/pump-7f-temperature", "temperature"),
        ("sensor/pump_7f_temperature", "temperature"),
        ("sensor/pump-7f/temperature", "temperature"),
        ("sensor/node/pump-7f_temperature", "node.temperature"),
        ("sensor/1221_0x00124b0012000001/temperature", "temperature"),
        ("sensor/pump-7f", "pump-7f"),
        ("sensor/pump-7f-0", "pump-7f-0"),  # a number alone says nothing
    ],
)
def test_what_only_names_the_device_is_left_out_of_a_readings_name(topic, name):
    device = only(house(announced(topic, stat_t="a")))
    assert list(device.features) == [name]


def test_attributes_are_read_where_they_are_not_the_state_itself():
    own = {"stat_t": "~/s", "json_attr_t": "~/a", "json_attr_tpl": "{{ value_json.more | tojson }}"}
    device = heard("sensor", own, ("x/a", {"more": {"level": 3, "a": "b", "deep": {"er": "y"}}}))
    assert device.readings == {"thing.level": 3.0, "thing.a": "b"}
    same = {"stat_t": "~/s", "val_tpl": "{{ value_json.v }}", "json_attr_t": "~/s"}
    device = heard("sensor", same, ("x/s", {"v": 1, "w": 2}))
    assert device.readings == {"thing": 1.0}


def test_of_a_hundred_attributes_some_are_kept():
    said = {f"a{number}": number for number in range(100)}
    device = heard("sensor", {"stat_t": "~/s", "json_attr_t": "~/a"}, ("x/a", said))
    assert len(device.readings) == 20


def test_a_feature_goes_with_the_announcement_that_taught_it():
    two = [announced("sensor/pump-7f/a", stat_t="a"), announced("sensor/pump-7f/b", stat_t="b")]
    registry = house(*two, message("a", "1"), message("b", "2"))
    registry.hear(message("homeassistant/sensor/pump-7f/a/config"))
    device = only(registry)
    assert (list(device.features), device.readings) == (["b"], {"b": 2.0})


@pytest.mark.parametrize("left", [{"b": {"p": "sensor", "stat_t": "b"}}, {"a": {"p": "sensor"}}])
def test_a_component_is_taken_back_by_leaving_it_out_or_by_its_platform_alone(left):
    both = {"a": {"p": "sensor", "stat_t": "a"}, "b": {"p": "sensor", "stat_t": "b"}}
    topic = "homeassistant/device/pump/config"
    document = {"dev": {"ids": "pump", "name": "Pump"}, "o": {"name": "o"}, "cmps": both}
    now = document | {"cmps": {"b": both["b"]} | left}
    registry = house(message(topic, document), message("a", "1"), message(topic, now))
    assert list(only(registry).features) == ["b"]
    assert registry.hear(message("a", "2")).unknown == "no_dialect"


def test_a_lamp_stays_one_when_its_sensors_are_announced():
    registry = house(
        announced("light/pump-7f/lamp", cmd_t="a"),
        announced("switch/pump-7f/child_lock", cmd_t="c"),
        announced("sensor/pump-7f/rssi", stat_t="b"),
    )
    assert only(registry).kind == "light"


def test_a_sensor_that_turns_out_a_switch_is_one():
    registry = house(
        announced("sensor/pump-7f/rssi", stat_t="b"), announced("switch/pump-7f/relay", cmd_t="c")
    )
    assert only(registry).kind == "switch"
