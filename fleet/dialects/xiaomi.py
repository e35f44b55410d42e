"""Xiaomi's multimode gateway, from its own broker: what is behind it is shown, nothing is touched.

The gateway's programs talk over a broker inside it (reached after opening it, or bridged). A door
contact behind it says on `miio/report`

    {"id": 7, "method": "props", "model": "lumi.sensor_magnet.v2", "params": {"status": "open"},
     "sid": "lumi.2005e00007f001"}

a lamp of Bluetooth mesh {"method": "properties_changed", "params": [{"did": "1000000001",
"siid": 2, "piid": 1, "value": true}]}, a Bluetooth sensor {"method": "_async.ble_event", "params":
{"dev": {"did": "blt.3.1example0001", "mac": "02:00:5E:00:00:7F", "pdid": 1371}, "evt": [...]}}; a
Zigbee device on `zigbee/send` {"did": "lumi.2005e00007f001", "params": [{"res_name": "8.0.2022",
"value": 30}]}, or as a bare frame on `gw/<ieee>/MessageReceived`. The gateway itself is in
`openmiio/report` {"gateway": {"firmware": "1.5.5_0003", "model": "lumi.gateway.mgl03"}}.

`lumi.` and a number in hexadecimal is a Zigbee address: `lumi.158d0000000001` is
0x00158d0000000001. Names and rooms are in Xiaomi's cloud only, and so is what most siid and piid
mean: those stay readings as they are said.

Source: MQTT.md 1.1, 1.2, 1.8; the public MIoT specification (did, siid, piid); the MiBeacon format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fleet.capability import Reading
from fleet.dialects import lenient
from fleet.dialects.base import Listener
from fleet.dialects.xiaomi_values import (
    FEATURES,
    RESOURCES,
    advertised,
    features_of,
    vendor_and_kind,
)
from fleet.dialects.zcl import reported
from fleet.model import Device, Id, Message, Observation, Route, Unknown, Version
from fleet.steps import Offer, Refusal, Step

_GATEWAY = re.compile(r"gw/([0-9A-Fa-f]{16})/(heartbeat|MessageReceived)")
_BLE = re.compile(r"ble/(blt\.[^/]+)")
_ZIGBEE = re.compile(r"lumi\.([0-9a-f]{6,16})")
_LOGGED = re.compile(r" msg:(\{.*\}) length:\d+ bytes", re.DOTALL)
_LONGEST_LINE = 65_536
_MOST = 60  # devices or values in one message
_ORDERS = frozenset({"miio/command", "miio/report_ack"})  # they name nobody who has not spoken
_NEVER_DEVICES = ("group.",)  # a group of lamps has a did as well
_OF_ITSELF = frozenset({"lumi.0"})


class Xiaomi(Listener):
    """Reads what Xiaomi's gateway says inside itself."""

    name = "xiaomi"
    rank = 21

    def filters(self) -> Sequence[tuple[str, int]]:
        """The topics of the gateway's own programs; no orders among them."""
        topics = ("miio/report", "miio/command_ack", "central/report", "zigbee/send", "zigbee/recv")
        more = ("gw/+/heartbeat", "gw/+/MessageReceived", "openmiio/report", "ble/+", "log/miio")
        return tuple((topic, 0) for topic in topics + more)

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read a report by its topic; what is inside one names its device."""
        topic = message.topic
        if topic == "log/miio":
            return _logged(message, routes)
        gateway, sensor = _GATEWAY.fullmatch(topic), _BLE.fullmatch(topic)
        if gateway is None and sensor is None and topic not in _READS:
            return () if topic in _ORDERS else None
        said = lenient.json_object(message.payload)
        if said is None:
            return Unknown("not_json_object")
        if gateway is not None:
            return _frame(gateway[1], gateway[2], said)
        return _sensor(sensor[1], said) if sensor else _READS[topic](said)

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Refuse: an update closes the way by which all of this is seen."""
        del device, offer
        return Refusal("xiaomi_only_shown")


# --- who it is ------------------------------------------------------------------------------------


def _gateway() -> Id:
    """Return the name of the gateway of this broker: nothing that its programs say holds one."""
    return Xiaomi.name, "gateway"


def _seen(did: object, **said: Any) -> Observation | None:  # noqa: ANN401 - Observation's
    """Return what was said of the device with this did; None where there is no such device."""
    name = lenient.text(did)
    if name is None or name.startswith(_NEVER_DEVICES):
        return None
    own = _gateway()
    if name in _OF_ITSELF:
        return Observation(dialect=Xiaomi.name, ids=frozenset({own}), **said)
    ids: set[Id] = {(Xiaomi.name, name)}
    radio = "ble" if name.startswith("blt.") else None
    if found := _ZIGBEE.fullmatch(name):
        address = lenient.ieee("0x" + found[1].zfill(16))
        ids |= {address} if address else set()
        radio = "zigbee"
    said = {"radio": radio, "via": own} | said
    return Observation(dialect=Xiaomi.name, ids=frozenset(ids | said.pop("also", set())), **said)


def _listed(seen: Iterable[Observation | None]) -> Sequence[Observation]:
    return [each for each in seen if each is not None]


def _dicts(value: object) -> list[Mapping[str, object]]:
    values = value if isinstance(value, list) else []
    return [each for each in values[:_MOST] if isinstance(each, dict)]


# --- reports --------------------------------------------------------------------------------------


def _report(said: Mapping[str, object]) -> Sequence[Observation] | Unknown:
    method, params = said.get("method"), said.get("params")
    if not isinstance(method, str):
        return Unknown("xiaomi_not_understood")
    if method == "properties_changed":
        return _properties(_dicts(params))
    if method == "_async.ble_event":
        return _event(params)
    if "sid" in said:
        return _lumi(said, method, params)
    return ()  # statistics, groups, the cloud's own affairs


def _answer(said: Mapping[str, object]) -> Sequence[Observation] | Unknown:
    """Read the answer to somebody's question or order: what it says has happened."""
    good = (each for each in _dicts(said.get("result")) if each.get("code", 0) == 0)
    return _properties([each for each in good if "value" in each])


def _properties(changed: Sequence[Mapping[str, object]]) -> Sequence[Observation]:
    """Read [{"did", "siid", "piid", "value"}]: one observation for each device."""
    found: dict[str, dict[str, object]] = {}
    for each in changed:
        did = lenient.text(each.get("did"))
        service, own = lenient.text(each.get("siid")), lenient.text(each.get("piid"))
        if did and service and own:
            found.setdefault(did, {})[f"{service}.{own}"] = each.get("value")
    return _listed(
        _seen(did, readings=(said := lenient.flat(values)), features=features_of(said))
        for did, values in found.items()
    )


def _lumi(said: Mapping[str, object], method: str, params: object) -> Sequence[Observation]:
    """Read a Zigbee device's report in Lumi's own words: properties by name, or an event."""
    model = lenient.text(said.get("model"))
    vendor, kind = vendor_and_kind(model or "")
    readings: dict[str, Reading] = {}
    if method == "props" and isinstance(params, dict):
        readings = lenient.flat(params, skip=frozenset({"device_log"}))
    elif method.startswith("event.") and method != "event.keepalive":
        readings = {"event": method.removeprefix("event.")[:80]}
    seen = _seen(
        said.get("sid"),
        model=model,
        vendor=vendor,
        kind=kind,
        readings=readings,
        features=features_of(readings),
    )
    return _listed([seen])


def _event(params: object) -> Sequence[Observation] | Unknown:
    """Read what a Bluetooth sensor advertised: {"dev": {"did", "mac", "pdid"}, "evt": [...]}."""
    said = params if isinstance(params, dict) else {}
    who = said.get("dev")
    if not isinstance(who, dict):
        return Unknown("xiaomi_not_understood")
    readings: dict[str, Reading] = {}
    for each in _dicts(said.get("evt")):
        readings |= advertised(each.get("eid"), each.get("edata"))
    product = lenient.number(who.get("pdid"))
    address = lenient.mac(who.get("mac"))
    seen = _seen(
        who.get("did"),
        also={address} if address else set(),
        model=f"pdid {product:g}" if product is not None else None,
        readings=readings,
        features=features_of(readings),
        battery=lenient.percent(readings.get("battery")),
    )
    return _listed([seen])


def _sensor(did: str, said: Mapping[str, object]) -> Sequence[Observation]:
    """Read {"temperature": 22.5, "humidity": 84, "battery": 50} of a Bluetooth sensor."""
    readings = lenient.flat(said)
    battery = lenient.percent(readings.get("battery"))
    features = features_of(readings)
    return _listed([_seen(did, readings=readings, features=features, battery=battery)])


# --- Zigbee ---------------------------------------------------------------------------------------


def _ordered(said: Mapping[str, object]) -> Sequence[Observation] | Unknown:
    """Read what somebody asks of a device: it names the device, but nothing has happened yet."""
    return _listed([_seen(said["did"])]) if "did" in said else Unknown("xiaomi_not_understood")


def _sent(said: Mapping[str, object]) -> Sequence[Observation] | Unknown:
    """Read {"did", "params": [{"res_name": "4.1.85", "value": 1}]}, in an answer "results"."""
    if "did" not in said:
        return Unknown("xiaomi_not_understood")
    values: dict[str, object] = {}
    for part in (*_dicts(said.get("params")), *_dicts(said.get("results"))):
        name = lenient.text(part.get("res_name"))
        if name and "value" in part and part.get("error_code", 0) == 0:
            values[name] = part["value"]
    readings = lenient.flat(values)
    version = lenient.text(values.get(RESOURCES["version"]))
    seen = _seen(
        said["did"],
        version=Version(version) if version else None,
        battery=lenient.percent(readings.get(RESOURCES["battery"])),
        readings=readings,
        features=features_of(readings),
    )
    return _listed([seen])


def _frame(gateway: str, word: str, said: Mapping[str, object]) -> Sequence[Observation] | Unknown:
    """Read what the gateway's Zigbee radio says of itself, or received from a device."""
    radio = lenient.ieee(f"0x{gateway}")
    if word == "heartbeat":
        ids = {_gateway()} | ({radio} if radio else set())
        channel = lenient.flat({"radioChannel": said.get("radioChannel")})
        seen = Observation(
            dialect=Xiaomi.name, ids=frozenset(ids), kind="gateway", readings=channel
        )
        return [seen]
    address = lenient.ieee(str(said.get("eui64", ""))[:80])
    if address is None:
        return Unknown("xiaomi_not_understood")
    readings = lenient.flat({name: said.get(name) for name in ("linkQuality", "rssi")})
    features = features_of(readings)
    battery = None
    found = reported(str(said.get("clusterId", ""))[:80], str(said.get("APSPlayload", ""))[:600])
    if found is not None:
        what, value = found
        readings[what.name] = value
        features = features | {what.name: FEATURES[what.name]}
        battery = lenient.percent(value) if what.name == "battery" else None
    return [
        Observation(
            dialect=Xiaomi.name,
            ids=frozenset({address}),
            radio="zigbee",
            via=radio,
            readings=readings,
            features=features,
            battery=battery,
        )
    ]


# --- the gateway itself ---------------------------------------------------------------------------


def _itself(said: Mapping[str, object]) -> Sequence[Observation] | Unknown:
    """Read openmiio's report; what it says of the gateway, the gateway's log need not say again."""
    about = said.get("gateway")
    if not isinstance(about, dict):
        return Unknown("xiaomi_not_understood")
    model, firmware = lenient.text(about.get("model")), lenient.text(about.get("firmware"))
    own = _gateway()
    args = {"firmware": firmware or ""}
    known = Route(topic="log/miio", device=own, role="openmiio", args=args, subscribe=False)
    program = said.get("openmiio")
    version = program.get("version") if isinstance(program, dict) else None
    seen = Observation(
        dialect=Xiaomi.name,
        ids=frozenset({own}),
        vendor=vendor_and_kind(model or "")[0],
        model=model,
        kind="gateway",
        version=Version(firmware) if firmware else None,
        radio="wifi",
        readings=lenient.flat({"openmiio.version": version}),
        routes=(known,),
    )
    return [seen]


def _logged(message: Message, routes: Sequence[Route]) -> Sequence[Observation] | Unknown:
    """Read a line of the gateway's log that holds one of its messages."""
    text = lenient.words(message.payload[:_LONGEST_LINE])
    found = _LOGGED.search(text) if text else None
    said = lenient.json_object(found[1]) if found else None
    if said is None:
        return ()  # most lines say other things, for programmers
    if said.get("method") != "_internal.info":
        return _report(said)
    about = said.get("params")
    if not isinstance(about, dict):
        return Unknown("xiaomi_not_understood")
    firmware = lenient.text(about.get("fw_ver"))
    ids = frozenset({_gateway()})
    told = next((route.args["firmware"] for route in routes if route.role == "openmiio"), None)
    if firmware is None or told == firmware:
        return ()
    if told is not None:  # of another gateway, whose messages are brought to this broker as well
        network = about.get("netif")
        where = lenient.text(network.get("localIp")) if isinstance(network, dict) else None
        if where is None:
            return ()
        ids = frozenset({(Xiaomi.name, f"gateway {where}")})
    version = Version(firmware)
    return [
        Observation(dialect=Xiaomi.name, ids=ids, kind="gateway", radio="wifi", version=version)
    ]


_READS = {
    "miio/report": _report,
    "central/report": _report,
    "miio/command_ack": _answer,
    "zigbee/send": _sent,
    "zigbee/recv": _ordered,
    "openmiio/report": _itself,
}
