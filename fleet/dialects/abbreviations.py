"""Home Assistant discovery's short keys, made long: one table for the root, the device, the origin.

    {"~": "shop/plug/", "stat_t": "~state", "dev": {"ids": "p1", "sw": "1.2"}}
 -> {"state_topic": "shop/plug/state", "device": {"identifiers": "p1", "sw_version": "1.2"}}

Source: Home Assistant's MQTT page, "Supported abbreviations in MQTT discovery messages", as of
2026.2. What one field of an entity is (`brightness`, `swing_mode`) and its four keys (where it is
said and set, and how) are spelled apart here; what is irregular stands whole.
"""

from __future__ import annotations

from collections.abc import Mapping

_ASPECTS = {"cmd_t": "command_topic", "cmd_tpl": "command_template", "stat_t": "state_topic"}
_SAID_BY_VALUE = {  # their template is `<field>_value_template`
    "bri": "brightness", "clr_temp": "color_temp", "dir": "direction", "fx": "effect", "hs": "hs",
    "osc": "oscillation", "pct": "percentage", "pr_mode": "preset_mode", "rgb": "rgb",
    "rgbw": "rgbw", "rgbww": "rgbww", "xy": "xy",
}  # fmt: skip
_SAID_BY_STATE = {  # their template is `<field>_state_template`
    "aux": "aux", "fan_mode": "fan_mode", "mode": "mode", "pow": "power",
    "swing_h_mode": "swing_horizontal_mode", "swing_mode": "swing_mode", "temp": "temperature",
    "temp_hi": "temperature_high", "temp_lo": "temperature_low",
}  # fmt: skip
_PAYLOADS = {
    "arm_away": "arm_away", "arm_home": "arm_home", "arm_nite": "arm_night",
    "arm_vacation": "arm_vacation", "arm_custom_b": "arm_custom_bypass", "avail": "available",
    "cln_sp": "clean_spot", "cls": "close", "disarm": "disarm", "home": "home",
    "inst": "install", "lock": "lock", "loc": "locate", "not_avail": "not_available",
    "not_home": "not_home", "off": "off", "on": "on", "open": "open", "osc_off": "oscillation_off",
    "osc_on": "oscillation_on", "paus": "pause", "prs": "press", "ret": "return_to_base",
    "rst": "reset", "rst_hum": "reset_humidity", "rst_mode": "reset_mode",
    "rst_pct": "reset_percentage", "rst_pr_mode": "reset_preset_mode", "stop": "stop",
    "stop_tilt": "stop_tilt", "strt": "start", "toff": "turn_off", "ton": "turn_on",
    "trig": "trigger", "unlk": "unlock",
}  # fmt: skip
_STATES = {
    "clsd": "closed", "closing": "closing", "jam": "jammed", "locked": "locked",
    "locking": "locking", "off": "off", "on": "on", "open": "open", "opening": "opening",
    "stopped": "stopped", "unlocked": "unlocked", "unlocking": "unlocking",
}  # fmt: skip
_OTHERS = {
    "act_t": "action_topic", "act_tpl": "action_template",
    "act_stat_t": "activity_state_topic", "act_val_tpl": "activity_value_template",
    "atype": "automation_type", "av_tones": "available_tones",
    "avty": "availability", "avty_mode": "availability_mode",
    "avty_t": "availability_topic", "avty_tpl": "availability_template",
    "b_tpl": "blue_template", "g_tpl": "green_template", "r_tpl": "red_template",
    "bri_scl": "brightness_scale", "bri_tpl": "brightness_template",
    "clr_temp_k": "color_temp_kelvin", "clr_temp_tpl": "color_temp_template",
    "clrm": "color_mode", "clrm_stat_t": "color_mode_state_topic",
    "clrm_val_tpl": "color_mode_value_template",
    "cmd_t": "command_topic", "cmd_tpl": "command_template",
    "cmd_on_tpl": "command_on_template", "cmd_off_tpl": "command_off_template",
    "cmps": "components",
    "cod_arm_req": "code_arm_required", "cod_dis_req": "code_disarm_required",
    "cod_form": "code_format", "cod_trig_req": "code_trigger_required",
    "cont_type": "content_type",
    "curr_hum_t": "current_humidity_topic", "curr_hum_tpl": "current_humidity_template",
    "curr_temp_t": "current_temperature_topic", "curr_temp_tpl": "current_temperature_template",
    "def_ent_id": "default_entity_id", "dev": "device", "dev_cla": "device_class",
    "dock_cmd_t": "dock_command_topic", "dock_cmd_tpl": "dock_command_template",
    "dsp_prc": "display_precision", "e": "encoding", "en": "enabled_by_default",
    "ent_cat": "entity_category", "ent_pic": "entity_picture", "evt_typ": "event_types",
    "exp_aft": "expire_after", "fanspd_lst": "fan_speed_list",
    "flsh": "flash", "flsh_tlng": "flash_time_long", "flsh_tsht": "flash_time_short",
    "frc_upd": "force_update", "fx_list": "effect_list", "fx_tpl": "effect_template",
    "hum_cmd_t": "target_humidity_command_topic",
    "hum_cmd_tpl": "target_humidity_command_template",
    "hum_stat_t": "target_humidity_state_topic",
    "hum_state_tpl": "target_humidity_state_template",
    "ic": "icon", "img_e": "image_encoding", "img_t": "image_topic", "init": "initial",
    "json_attr": "json_attributes", "json_attr_t": "json_attributes_topic",
    "json_attr_tpl": "json_attributes_template",
    "l_ver_t": "latest_version_topic", "l_ver_tpl": "latest_version_template",
    "lrst_t": "last_reset_topic", "lrst_val_tpl": "last_reset_value_template",
    "max_hum": "max_humidity", "min_hum": "min_humidity",
    "max_k": "max_kelvin", "min_k": "min_kelvin",
    "max_mirs": "max_mireds", "min_mirs": "min_mireds",
    "migr_discvry": "migrate_discovery", "o": "origin", "obj_id": "object_id",
    "off_dly": "off_delay", "on_cmd_type": "on_command_type", "ops": "options",
    "opt": "optimistic", "p": "platform",
    "pause_cmd_t": "pause_command_topic", "pause_mw_cmd_tpl": "pause_command_template",
    "pl": "payload", "pos": "reports_position", "pos_clsd": "position_closed",
    "pos_open": "position_open", "pos_t": "position_topic", "pos_tpl": "position_template",
    "pr_modes": "preset_modes", "ptrn": "pattern",
    "rel_s": "release_summary", "rel_u": "release_url", "ret": "retain",
    "send_cmd_t": "send_command_topic", "set_fan_spd_t": "set_fan_speed_topic",
    "set_pos_t": "set_position_topic", "set_pos_tpl": "set_position_template",
    "spd_rng_max": "speed_range_max", "spd_rng_min": "speed_range_min",
    "src_type": "source_type", "stat_cla": "state_class", "stat_t": "state_topic",
    "stat_tpl": "state_template", "stat_val_tpl": "state_value_template",
    "strt_mw_cmd_t": "start_mowing_command_topic",
    "strt_mw_cmd_tpl": "start_mowing_command_template",
    "stype": "subtype", "sug_dsp_prc": "suggested_display_precision",
    "sup_clrm": "supported_color_modes", "sup_dur": "support_duration",
    "sup_feat": "supported_features", "sup_vol": "support_volume_set",
    "swing_h_modes": "swing_horizontal_modes", "t": "topic",
    "temp_unit": "temperature_unit", "tilt_clsd_val": "tilt_closed_value",
    "tilt_cmd_t": "tilt_command_topic", "tilt_cmd_tpl": "tilt_command_template",
    "tilt_opnd_val": "tilt_opened_value", "tilt_opt": "tilt_optimistic",
    "tilt_status_t": "tilt_status_topic", "tilt_status_tpl": "tilt_status_template",
    "tit": "title", "trns": "transition", "uniq_id": "unique_id",
    "unit_of_meas": "unit_of_measurement", "url_t": "url_topic", "url_tpl": "url_template",
    "val_tpl": "value_template", "whit_cmd_t": "white_command_topic", "whit_scl": "white_scale",
}  # fmt: skip
_DEVICE = {
    "cns": "connections",
    "cu": "configuration_url",
    "hw": "hw_version",
    "ids": "identifiers",
    "mdl": "model",
    "mdl_id": "model_id",
    "mf": "manufacturer",
    "sa": "suggested_area",
    "sn": "serial_number",
    "sw": "sw_version",
}
_ORIGIN = {"sw": "sw_version", "url": "support_url"}


def _root() -> dict[str, str]:
    table = dict(_OTHERS)
    fields = {**_SAID_BY_VALUE, **_SAID_BY_STATE}
    for short, field in fields.items():
        for key, aspect in _ASPECTS.items():
            table[f"{short}_{key}"] = f"{field}_{aspect}"
    table |= {
        f"{short}_val_tpl": f"{name}_value_template" for short, name in _SAID_BY_VALUE.items()
    }
    table |= {
        f"{short}_stat_tpl": f"{name}_state_template" for short, name in _SAID_BY_STATE.items()
    }
    table |= {f"pl_{short}": f"payload_{word}" for short, word in _PAYLOADS.items()}
    return table | {f"stat_{short}": f"state_{word}" for short, word in _STATES.items()}


ROOT: Mapping[str, str] = _root()


def long(config: Mapping[str, object], base: str | None = None) -> dict[str, object]:
    """Return a component's (or device document's) configuration with long keys and whole topics.

    `base` stands for "~" where the document around it gave one; its own "~" comes first.
    """
    given = config.get("~", base)
    own = given if isinstance(given, str) else None
    root = _entity(config, own)
    root["device"] = _named(root.get("device"), _DEVICE)
    root["origin"] = _named(root.get("origin"), _ORIGIN)
    root["components"] = _components(root.get("components"), own)
    return root


def _components(value: object, base: str | None) -> dict[str, dict[str, object]]:
    if not isinstance(value, dict):
        return {}
    return {
        key: _entity(config, own if isinstance(own := config.get("~", base), str) else None)
        for key, config in value.items()
        if isinstance(config, dict)
    }


def _entity(config: Mapping[str, object], base: str | None) -> dict[str, object]:
    """Return one entity's configuration with long keys and its own whole topics."""
    name = ROOT.get
    root = {name(key, key): value for key, value in config.items() if key != "~"}
    if base is not None:
        for key, value in root.items():
            if key.endswith("topic"):
                root[key] = _whole(value, base)
    if "availability" in root:
        root["availability"] = _availability(root["availability"], base)
    return root


def _availability(value: object, base: str | None) -> list[dict[str, object]]:
    entries = value if isinstance(value, list) else [value]
    named = [
        {ROOT.get(key, key): field for key, field in entry.items()}
        for entry in entries
        if isinstance(entry, dict)
    ]
    if base is not None:
        named = [{**entry, "topic": _whole(entry.get("topic"), base)} for entry in named]
    return named


def _whole(value: object, base: str) -> object:
    """Put the base in for a "~" at the start or the end of a topic."""
    if not isinstance(value, str):
        return value
    if value.startswith("~"):
        return base + value[1:]
    return value[:-1] + base if value.endswith("~") else value


def _named(value: object, table: Mapping[str, str]) -> dict[str, object]:
    if not isinstance(value, dict):
        return {}
    return {table.get(key, key): field for key, field in value.items()}
