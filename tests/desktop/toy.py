"""A dialect as small as can be that measures, takes orders and looks for its maker's update."""

from __future__ import annotations

import json

from fleet.capability import Capability, Feature
from fleet.dialects.base import Listener, wished
from fleet.model import Availability, Caps, Endpoint, Install, Observation, Version
from fleet.steps import Publish, Refusal

FEATURES = {
    "state": Feature(
        capability=Capability.ON_OFF, dialect="toy", on="ON", off="OFF", settable=True
    ),
    "bri": Feature(capability=Capability.LEVEL, dialect="toy", low=0, high=200, settable=True),
    "tint": Feature(capability=Capability.COLOUR, dialect="toy", settable=True),
    "heat": Feature(
        capability=Capability.TARGET_TEMPERATURE, dialect="toy", unit="°C", low=5, high=30,
        settable=True,
    ),
    "mode": Feature(
        capability=Capability.MODE, dialect="toy", label="effect", words=("calm", "party"),
        settable=True,
    ),
    "ping": Feature(capability=Capability.BUTTON, dialect="toy", settable=True),
    "door": Feature(capability=Capability.CONTACT, dialect="toy"),
    "temp": Feature(capability=Capability.TEMPERATURE, dialect="toy", unit="°C"),
    "rssi": Feature(capability=Capability.SIGNAL, dialect="toy", unit="dBm", aside=True),
}  # fmt: skip


class Toy(Listener):
    """toy/<id>: {"version": "1.0", "offer": "2.0", "notes": "...", "state": "ON", ...}."""

    name, rank = "toy", 10

    def filters(self):
        return (("toy/+", 1),)

    def read(self, message, routes):
        root, _, own = message.topic.partition("/")
        if root != "toy":
            return None
        said = json.loads(message.payload)
        version, offer = said.pop("version", "1.0"), said.pop("offer", None)
        return [
            Observation(
                dialect=self.name,
                ids=frozenset({("toy", own)}),
                name=own,
                version=Version(version),
                offer=Version(offer) if offer else None,
                notes=said.pop("notes", None),
                availability=Availability.ONLINE,
                caps=Caps(install=frozenset({Install.OWN}), check=True),
                readings=said,
                features=FEATURES,
                endpoint=Endpoint(broker=message.broker, dialect=self.name, id=own),
            )
        ]

    def act(self, device, feature, wish):
        found = wished(device, self.name, feature, wish)
        if isinstance(found, Refusal):
            return found
        body = json.dumps({feature: found[1]}).encode()
        return [Publish(topic=f"toy/{device.endpoints['toy'].id}/set", payload=body, qos=1)]

    def check(self, device):
        if device.version.raw == "9":
            return Refusal("no_own_updates")
        return [Publish(topic=f"toy/{device.endpoints['toy'].id}/check", payload=b"", qos=1)]
