"""What people call each dialect; the first picture of a window needs no more of them."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "native": "Orangery",
    "tasmota": "Tasmota",
    "shelly1": "Shelly (first generation)",
    "shelly2": "Shelly",
    "zigbee2mqtt": "Zigbee2MQTT",
    "esphome": "ESPHome",
    "openbeken": "OpenBeken",
    "valetudo": "Valetudo",
    "wled": "WLED",
    "openmqttgateway": "OpenMQTTGateway",
    "homie": "Homie",
    "xiaomi": "Xiaomi gateway",
    "homeassistant": "Home Assistant",
}
"""Name of a dialect -> its title."""
