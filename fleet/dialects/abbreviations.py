"""Home Assistant discovery's short keys, made long: one table for the root, the device, the origin.

    {"~": "shop/plug/", "stat_t": "~state", "dev": {"ids": "p1", "sw": "1.2"}}
 -> {"state_topic": "shop/plug/state", "device": {"identifiers": "p1", "sw_version": "1.2"}}

Source: Home Assistant's MQTT page, "Supported abbreviations in MQTT discovery messages". The root
has some 250; those of fields that say what a device is, where it speaks and how it is updated are
here, the rest (colours, climates, covers) mean nothing to us and stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

_ROOT = {
    "avty": "availability",
    "avty_mode": "availability_mode",
    "avty_t": "availability_topic",
    "avty_tpl": "availability_template",
    "cmd_t": "command_topic",
    "cmd_tpl": "command_template",
    "cmps": "components",
    "dev": "device",
    "dev_cla": "device_class",
    "e": "encoding",
    "en": "enabled_by_default",
    "ent_cat": "entity_category",
    "ent_pic": "entity_picture",
    "exp_aft": "expire_after",
    "ic": "icon",
    "json_attr_t": "json_attributes_topic",
    "json_attr_tpl": "json_attributes_template",
    "l_ver_t": "latest_version_topic",
    "l_ver_tpl": "latest_version_template",
    "o": "origin",
    "obj_id": "object_id",
    "p": "platform",
    "pl_avail": "payload_available",
    "pl_inst": "payload_install",
    "pl_not_avail": "payload_not_available",
    "pl_off": "payload_off",
    "pl_on": "payload_on",
    "rel_s": "release_summary",
    "rel_u": "release_url",
    "ret": "retain",
    "stat_cla": "state_class",
    "stat_t": "state_topic",
    "stat_tpl": "state_template",
    "sug_dsp_prc": "suggested_display_precision",
    "t": "topic",
    "tit": "title",
    "uniq_id": "unique_id",
    "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template",
}
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


def long(config: Mapping[str, object], base: str | None = None) -> dict[str, object]:
    """Return a component's (or device document's) configuration with long keys and whole topics.

    `base` stands for "~" where the document around it gave one; its own "~" comes first.
    """
    own = config.get("~", base)
    root = {_ROOT.get(key, key): value for key, value in config.items() if key != "~"}
    for key, value in root.items():
        root[key] = _whole(key, value, own if isinstance(own, str) else None)
    root["device"] = _named(root.get("device"), _DEVICE)
    root["origin"] = _named(root.get("origin"), _ORIGIN)
    root["components"] = _components(root.get("components"), own if isinstance(own, str) else None)
    return root


def _components(value: object, base: str | None) -> dict[str, dict[str, object]]:
    if not isinstance(value, dict):
        return {}
    return {key: long(config, base) for key, config in value.items() if isinstance(config, dict)}


def _whole(key: str, value: object, base: str | None) -> object:
    """Put the base in for "~", only in keys that end in "topic" and in availability's list."""
    if key == "availability":
        entries = value if isinstance(value, list) else [value]
        return [_entry(entry, base) for entry in entries if isinstance(entry, dict)]
    if base is None or not key.endswith("topic") or not isinstance(value, str):
        return value
    if value.startswith("~"):
        return base + value[1:]
    return value[:-1] + base if value.endswith("~") else value


def _entry(entry: Mapping[str, object], base: str | None) -> dict[str, object]:
    """Return one entry of an availability list with long keys and a whole topic."""
    named = {_ROOT.get(key, key): value for key, value in entry.items()}
    return {key: _whole(key, value, base) for key, value in named.items()}


def _named(value: object, table: Mapping[str, str]) -> dict[str, object]:
    if not isinstance(value, dict):
        return {}
    return {table.get(key, key): field for key, field in value.items()}
