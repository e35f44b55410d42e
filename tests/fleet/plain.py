"""A dialect as small as can be: JSON on <root>/<id> that is an Observation's own fields."""

import json

from fleet.model import (
    Availability,
    Endpoint,
    Message,
    Observation,
    Phase,
    Route,
    Unknown,
    UpdateWord,
    Version,
)
from fleet.steps import Refusal


class Plain:
    """{"ids": [["mac", "..."]], "name": ..., "routes": ["topic", ...], ...}; b"boom" raises."""

    def __init__(self, name="plain", rank=10):
        self.name = name
        self.rank = rank

    def filters(self):
        return ((f"{self.name}/+", 1),)

    def read(self, message, routes):
        root, _, own = message.topic.partition("/")
        if message.payload == b"boom":
            raise ZeroDivisionError
        if routes:
            state = Availability(message.payload.decode())
            return [self._say({route.device}, availability=state) for route in routes]
        if root != self.name:
            return None
        if not message.payload:
            return [self._say({(self.name, own)}, gone=True)]
        try:
            said = json.loads(message.payload)
        except ValueError:
            return Unknown("not_json")
        return [self._observed(own, said, message)]

    def _observed(self, own, said, message):
        ids = {tuple(each) for each in said.pop("ids", [])} | {(self.name, own)}
        if "version" in said:
            said["version"] = Version(said["version"])
        if "availability" in said:
            said["availability"] = Availability(said["availability"])
        if "via" in said:
            said["via"] = tuple(said["via"])
        if "word" in said:
            said["word"] = UpdateWord(phase=Phase(said["word"]))
        said["routes"] = tuple(
            Route(topic=topic, device=(self.name, own), role="availability")
            for topic in said.get("routes", ())
        )
        said["endpoint"] = Endpoint(broker=message.broker, dialect=self.name, id=own)
        return self._say(ids, **said)

    def _say(self, ids, **said):
        return Observation(dialect=self.name, ids=frozenset(ids), **said)

    def plan(self, device, offer):
        return Refusal("own_updates_only")

    def verify(self, device):
        return ()

    def after(self, device):
        return ()

    def arrived(self, device, version):
        return device.version == Version(version)


def message(topic, *, at=100.0, retain=False, raw=None, **said):
    """Return what a device says on `topic`: the fields as JSON, or `raw`."""
    payload = json.dumps(said).encode() if raw is None else raw
    return Message(broker="home", topic=topic, payload=payload, retain=retain, at=at)


def gone(topic):
    """Return the empty message by which a device is taken back."""
    return message(topic, raw=b"", retain=True)
