import pytest

from fleet.dialects.abbreviations import ROOT, long


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("stat_t", "state_topic"),
        ("val_tpl", "value_template"),
        ("bri_cmd_t", "brightness_command_topic"),
        ("bri_val_tpl", "brightness_value_template"),
        ("clr_temp_stat_t", "color_temp_state_topic"),
        ("fx_cmd_tpl", "effect_command_template"),
        ("temp_hi_stat_tpl", "temperature_high_state_template"),
        ("swing_h_mode_cmd_t", "swing_horizontal_mode_command_topic"),
        ("hum_state_tpl", "target_humidity_state_template"),
        ("pl_arm_nite", "payload_arm_night"),
        ("pl_ret", "payload_return_to_base"),
        ("stat_unlocked", "state_unlocked"),
        ("pos_clsd", "position_closed"),
        ("pause_mw_cmd_tpl", "pause_command_template"),
        ("l_ver_t", "latest_version_topic"),
        ("migr_discvry", "migrate_discovery"),
        ("def_ent_id", "default_entity_id"),
    ],
)
def test_a_short_key_is_what_the_documentation_says(short: str, whole: str) -> None:
    assert ROOT[short] == whole


def test_a_word_that_is_spelled_whole_is_no_abbreviation() -> None:
    assert {"name", "mode", "modes", "min", "max", "step", "optimistic"}.isdisjoint(ROOT)


def test_the_same_letters_mean_another_thing_in_a_device() -> None:
    config = long({"sw": 1, "dev": {"sw": "2", "sn": "s"}, "o": {"sw": "3", "url": "u"}})
    assert config["sw"] == 1
    assert config["device"] == {"sw_version": "2", "serial_number": "s"}
    assert config["origin"] == {"sw_version": "3", "support_url": "u"}


@pytest.mark.parametrize(
    ("written", "topic"),
    [("~/x", "base/x"), ("x/~", "x/base"), ("a~b", "a~b"), ("~", "base"), (7, 7)],
)
def test_the_base_stands_at_the_start_or_the_end_of_topics(written: object, topic: object) -> None:
    config = long({"~": "base", "stat_t": written, "name": "~x", "pl_on": "~on"})
    assert (config["state_topic"], config["name"], config["payload_on"]) == (topic, "~x", "~on")


def test_a_component_has_its_own_base_or_that_of_the_document() -> None:
    parts = {"a": {"stat_t": "~/s"}, "b": {"~": "other", "stat_t": "~/s"}, "c": 5}
    config = long({"~": "base", "cmps": parts})
    assert config["components"] == {
        "a": {"state_topic": "base/s"},
        "b": {"state_topic": "other/s"},
    }


@pytest.mark.parametrize("given", [{"t": "~/a", "pl_avail": "1"}, [{"topic": "~/a"}, "no", None]])
def test_availability_is_a_list_whatever_it_was(given: object) -> None:
    listed = long({"~": "base", "avty": given})["availability"]
    assert isinstance(listed, list)
    assert [entry["topic"] for entry in listed] == ["base/a"]
