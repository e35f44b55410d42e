"""How a device is made to say more for a while, and what it said before: pure, by dialect.

Tasmota sends its log over MQTT where it is asked to (`MqttLog`), Zigbee2MQTT's bridge logs what its
devices do (`log_level`), Shelly's later generations have a switch for it (`debug.mqtt`). ESPHome
and our own devices log to a topic of theirs, as loud as they were built. Of all others only what
they say anyway can be heard.

Source: Tasmota's pages "Commands" (MqttLog) and "Logs"; Zigbee2MQTT's "MQTT topics and messages"
(bridge/request/options, bridge/logging); Shelly's "Sys" (Sys.SetConfig) and "Debug"; ESPHome's
"MQTT client" (log_topic); docs/protocol.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from fleet.dialects import lenient, shelly2_rpc
from fleet.dialects.shelly2_rpc import Number
from fleet.model import Device, Endpoint, Message
from fleet.steps import Publish
from fleet.topics import is_wild

_TASMOTA: Final = "3"  # debug
_WORDS: Final = re.compile(r"(\d)\b.*", re.DOTALL)
_LONGEST: Final = 40  # characters of a level


@dataclass(frozen=True, slots=True, kw_only=True)
class Louder:
    """What can be done with one device. Without a `loud` level it is only listened to."""

    broker: str
    dialect: str
    listen: tuple[str, ...] = ()  # topic filters of what it says meanwhile
    shared: tuple[str, ...] = ()  # those of them on which others speak too
    names: tuple[str, ...] = ()  # one of which is in what is said of it there
    answers: tuple[str, ...] = ()  # topics on which it says how loud it is
    ask: Publish | None = None  # None: it is kept on `answers`, nobody has to ask
    loud: str = ""

    def level(self, message: Message) -> str:
        """How loud it says that it is; "" where this is no word on it."""
        read = _LEVELS.get(self.dialect)
        return (read(message.payload) or "")[:_LONGEST] if read else ""

    def turn(self, level: str) -> Publish | None:
        """What to send so that it becomes so loud."""
        make = _TURNS.get(self.dialect)
        return make(self, level) if make and self.loud else None

    def about(self, message: Message) -> bool:
        """Whether a message that was heard is of this device."""
        if message.topic not in self.shared:
            return True
        said = message.payload.decode(errors="replace")
        return any(name and name in said for name in self.names)


def of(device: Device) -> Louder | None:
    """Return what can be done with `device`; None where no dialect knows where it speaks."""
    for dialect, endpoint in device.endpoints.items():
        make = _KINDS.get(dialect)
        found = make(device, endpoint) if make else None
        if found is not None:
            return found
    return None


def _tasmota(_device: Device, endpoint: Endpoint) -> Louder | None:
    """Where its topics are the usual ones: "cmnd" and "stat" in their places."""
    command = endpoint.data.get("command", "")
    if "cmnd" not in command.split("/") or is_wild(command) or "device" in endpoint.data:
        return None
    stat = command.replace("cmnd", "stat", 1)
    return Louder(
        broker=endpoint.broker,
        dialect="tasmota",
        listen=tuple(f"{command.replace('cmnd', word, 1)}#" for word in ("stat", "tele")),
        answers=(f"{stat}RESULT", f"{stat}MQTTLOG"),
        ask=Publish(topic=f"{command}MqttLog", payload=b"", qos=1),
        loud=_TASMOTA,
    )


def _zigbee2mqtt(device: Device, endpoint: Endpoint) -> Louder | None:
    base = endpoint.data.get("base", "")
    if not base or is_wild(base):
        return None
    own = endpoint.data.get("command_topic", "").removesuffix("/set")
    return Louder(
        broker=endpoint.broker,
        dialect="zigbee2mqtt",
        listen=(*((own, f"{own}/#") if own and not is_wild(own) else ()), f"{base}/bridge/logging"),
        shared=(f"{base}/bridge/logging",),
        names=(device.name, endpoint.id, *(value for _, value in device.ids)),
        answers=(f"{base}/bridge/info",),
        loud="debug",
    )


def _shelly2(_device: Device, endpoint: Endpoint) -> Louder | None:
    prefix = endpoint.data.get("prefix", "")
    if not shelly2_rpc.orderable(prefix) or "behind" in endpoint.data:
        return None
    return Louder(
        broker=endpoint.broker,
        dialect="shelly2",
        listen=(f"{prefix}/#",),
        answers=(shelly2_rpc.answers_of(prefix),),
        ask=shelly2_rpc.request(prefix, Number.LOG, "Sys.GetConfig"),
        loud="true",
    )


def _native(_device: Device, endpoint: Endpoint) -> Louder | None:
    return _heard(endpoint, endpoint.data.get("prefix", ""))


def _esphome(_device: Device, endpoint: Endpoint) -> Louder | None:
    return _heard(endpoint, endpoint.id)


def _heard(endpoint: Endpoint, prefix: str) -> Louder | None:
    if not prefix or is_wild(prefix):
        return None
    return Louder(broker=endpoint.broker, dialect=endpoint.dialect, listen=(f"{prefix}/#",))


_KINDS: Final[Mapping[str, Callable[[Device, Endpoint], Louder | None]]] = {
    "tasmota": _tasmota,
    "zigbee2mqtt": _zigbee2mqtt,
    "shelly2": _shelly2,
    "native": _native,
    "esphome": _esphome,
}


def _tasmota_level(payload: bytes) -> str | None:
    said = (lenient.json_object(payload) or {}).get("MqttLog")
    match = _WORDS.fullmatch(str(said)[:_LONGEST])  # 2, and also "2 (Active 2)"
    return match[1] if match else None


def _zigbee2mqtt_level(payload: bytes) -> str | None:
    return lenient.text((lenient.json_object(payload) or {}).get("log_level"))


def _shelly2_level(payload: bytes) -> str | None:
    said = lenient.json_object(payload) or {}
    if said.get("id") != Number.LOG:
        return None
    inner: object = said.get("result")
    for name in ("debug", "mqtt", "enable"):
        inner = inner.get(name) if isinstance(inner, dict) else None
    return {True: "true", False: "false"}.get(inner) if isinstance(inner, bool) else None


_LEVELS: Final[Mapping[str, Callable[[bytes], str | None]]] = {
    "tasmota": _tasmota_level,
    "zigbee2mqtt": _zigbee2mqtt_level,
    "shelly2": _shelly2_level,
}


def _turn_tasmota(one: Louder, level: str) -> Publish | None:
    topic = one.ask.topic if one.ask else ""
    return Publish(topic=topic, payload=level.encode(), qos=1) if topic else None


def _turn_zigbee2mqtt(one: Louder, level: str) -> Publish:
    base = one.answers[0].removesuffix("/bridge/info")
    said = {"options": {"advanced": {"log_level": level}}}
    topic = f"{base}/bridge/request/options"
    return Publish(topic=topic, payload=msgspec.json.encode(said), qos=1)


def _turn_shelly2(one: Louder, level: str) -> Publish:
    prefix = shelly2_rpc.answered_by(one.answers[0])
    config = {"debug": {"mqtt": {"enable": level == "true"}}}
    return shelly2_rpc.request(prefix, Number.LOG_SET, "Sys.SetConfig", {"config": config})


_TURNS: Final[Mapping[str, Callable[[Louder, str], Publish | None]]] = {
    "tasmota": _turn_tasmota,
    "zigbee2mqtt": _turn_zigbee2mqtt,
    "shelly2": _turn_shelly2,
}
