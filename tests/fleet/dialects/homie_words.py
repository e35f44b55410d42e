"""What Homie devices say, for tests: one attribute a message, all retained."""

from collections.abc import Mapping

from fleet.model import Message
from tests.fleet.dialects.saying import message

RELAY = {
    "$homie": "4.0.0",
    "$state": "ready",
    "$name": "Hall relay",
    "$implementation": "esp8266",
    "$implementation/ota/enabled": "true",
    "$mac": "02:00:5E:00:00:7F",
    "$localip": "192.0.2.7",
    "$fw/name": "relay-fw",
    "$fw/version": "1.2.0",
    "$fw/checksum": "0123456789abcdef0123456789abcdef",
    "$stats/interval": "60",
    "$stats/signal": "62",
    "relay/$type": "relay",
    "relay/power/$name": "Power",
    "relay/power/$datatype": "boolean",
    "relay/power/$settable": "true",
    "relay/power": "true",
    "air/temperature/$datatype": "float",
    "air/temperature/$unit": "°C",
    "air/temperature": "21.5",
}


def tree(said: Mapping[str, str], prefix: str = "homie/hall-relay") -> list[Message]:
    """Make the messages of a device below its prefix, in their order."""
    return [message(f"{prefix}/{rest}", value, retain=True) for rest, value in said.items()]
