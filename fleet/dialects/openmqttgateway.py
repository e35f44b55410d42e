"""OpenMQTTGateway and Theengs Gateway: Bluetooth, 433 MHz and infrared, brought to MQTT.

A gateway called `OMG_attic` under the base topic `home` says its retained last will `online` on
`home/OMG_attic/LWT`, and about itself on `home/OMG_attic/SYStoMQTT`:

    {"uptime": 73261, "version": "v1.7.0", "disc": true, "env": "theengs-bridge", "tempc": 48.3,
     "eth": false, "rssi": -58, "SSID": "...", "BSSID": "02:00:5E:10:22:33", "ip": "192.0.2.65",
     "mac": "02:00:5E:DA:31:04", "modules": ["BT", "IR"]}

on `.../RLStoMQTT` (retained) what its makers offer: {"latest_version": "v1.8.1", "release_url":
"https://...", "release_summary": "", "installed_version": "v1.7.0"}; and on `.../BTtoMQTT/<MAC>`,
`.../433toMQTT` and so on what it hears. Theengs Gateway, a program on a computer, says the last
will and Bluetooth only.

Source: OpenMQTTGateway's documentation (gateway, BLE, RF, sensors), Theengs Gateway's (use),
MQTT.md 1.1, 1.2, 1.8. Base topic and name are the owner's. Which adverts are devices:
fleet/dialects/theengs.py. Phone numbers and texts of the 2G gateway are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from fleet.capability import Capability, Deed, Feature, Reading
from fleet.dialects import lenient, theengs
from fleet.dialects.base import Listener, wished
from fleet.model import (
    Availability,
    Caps,
    Device,
    Endpoint,
    Id,
    Install,
    Message,
    Observation,
    Phase,
    Route,
    Unknown,
    UpdateWord,
    Version,
)
from fleet.steps import Ask, Offer, Publish, Refusal, Step

_DEPTH = 3  # levels of base topic and name
_ABOUT, _RELEASE, _BLUETOOTH = "SYStoMQTT", "RLStoMQTT", "BTtoMQTT"
_SENSORS = (
    "ADCtoMQTT", "BH1750toMQTT", "CLIMAtoMQTT", "DHTtoMQTT", "GPIOInputtoMQTT", "HCSR04toMQTT",
    "HCSR501toMQTT", "INA226toMQTT", "ONOFFtoMQTT", "RN8209toMQTT", "TSL2561toMQTT",
)  # fmt: skip
"""What is wired to the gateway itself."""
_HEARD = ("433toMQTT", "IRtoMQTT", "RF2toMQTT", "RFtoMQTT", "SRFBtoMQTT", "RStoMQTT", "RS232toMQTT")
"""Signals of remote controls and the like, which name no device."""
_UNREAD = ("2GtoMQTT", "LORAtoMQTT", "PilighttoMQTT", "RTL_433toMQTT", "WebUItoMQTT")
"""Texts of people, and devices of the neighbourhood: they only show that there is a gateway."""
_WORDS = frozenset({_ABOUT, _RELEASE, _BLUETOOTH, *_SENSORS, *_HEARD, *_UNREAD})
_DEEPER = ("CLIMAtoMQTT/+", "SRFBtoMQTT/+")
_PRIVATE = frozenset(
    {"SSID", "BSSID", "ip", "mac", "modules", "version", "env", "mqttp", "mqttport", "mqtts"}
    | {"mqttsecure", "mqttv", "cnt_index"}
)
_RAW = frozenset({"raw", "delay", "val_Thigh", "val_Tlow", "length", "origin", "tempf"})
_VENDOR = "OpenMQTTGateway"
_URL_MAX = 255
_PASSWORD = "OTAPASSWORD"  # noqa: S105 - the firmware's documented default, known to everybody
_CAPS = Caps(install=frozenset({Install.URL, Install.OWN}), url_max=_URL_MAX)
_PHASES = {"Update in progress": Phase.ACCEPTED, "Update success": Phase.REBOOTING}
_THEENGS = "theengs"  # what the environments of Theengs' own bridge and plug begin with
_RESTART = Feature(
    capability=Capability.BUTTON,
    dialect=theengs.DIALECT,
    label="restart",
    settable=True,
    aside=True,
    deed=Deed.RESTART,
)
_DISCOVERY = Feature(
    capability=Capability.ON_OFF,
    dialect=theengs.DIALECT,
    label="Home Assistant discovery",
    settable=True,
    aside=True,
)
_FEATURES = {
    "tempc": Feature(
        capability=Capability.TEMPERATURE,
        dialect=theengs.DIALECT,
        unit="°C",
        label="chip",
        aside=True,
    ),
    "rssi": Feature(capability=Capability.SIGNAL, dialect=theengs.DIALECT, unit="dBm", aside=True),
    "uptime": Feature(
        capability=Capability.DURATION,
        dialect=theengs.DIALECT,
        unit="s",
        label="uptime",
        aside=True,
    ),
    "disc": _DISCOVERY,
    "discovery": _DISCOVERY,  # before 2024
}


class OpenMqttGateway(Listener):
    """Reads gateways and the Bluetooth devices behind them; brings a gateway to a file of ours."""

    name = theengs.DIALECT
    rank = 20
    writes = tuple(f"+/+/commands/MQTTtoSYS/{word}" for word in ("config", "firmware_update"))

    def filters(self) -> Sequence[tuple[str, int]]:
        """The gateway's own words; `LWT`, which others say too, is asked for when it is known."""
        places = ["/".join("+" * depth) for depth in range(1, _DEPTH + 1)]
        topics = [
            f"{place}/{word}" for place in places for word in (_ABOUT, _RELEASE, f"{_BLUETOOTH}/+")
        ]
        topics += [f"+/+/{word}" for word in (*_SENSORS, *_HEARD, *_UNREAD, *_DEEPER)]
        return tuple((topic, 1) for topic in topics)

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read what a known one says, or what only such a gateway says."""
        for route in routes:
            if route.role == "advert":
                return _measured(message, route.device)
            return _said(message, route.device[1], route.role, "")
        found = _parse(message.topic)
        if found is None:
            return None
        place, word, rest = found
        if word == _BLUETOOTH:
            return _advert(message, place, rest) if rest else ()  # else: its Bluetooth settings
        said = _said(message, place, word, rest)
        if isinstance(said, Unknown):
            return said
        vendor = None if rest else _VENDOR
        return [
            replace(_met(seen, message.broker, place), vendor=seen.vendor or vendor)
            for seen in said
        ]

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Tell it the address and the version, or to take its makers' latest.

        Only the firmware's documented default password goes along: whoever changed it would have
        it read on the way, as it goes in clear. Such a gateway ignores the order.
        """
        endpoint = device.endpoints.get(self.name)
        if endpoint is None or not (place := _place(device)):
            return Refusal("no_way_to_install")
        if not endpoint.data.get("board"):
            return Refusal("gateway_is_a_program")
        order: dict[str, str]
        if offer is None:
            if device.offer is None or not device.offer.raw:
                return Refusal("no_own_updates")
            order = {"version": "latest"}
        else:
            wrong = _wrong_file(endpoint.data["board"], offer)
            if wrong is not None:
                return wrong
            order = {"version": offer.version, "url": offer.url, "password": _PASSWORD}
        return (_order(place, "firmware_update", order),)

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Restart it, or switch its announcements to Home Assistant on and off."""
        asked = wished(device, self.name, feature, wish)
        if isinstance(asked, Refusal):
            return asked
        place = _place(device)
        if not place:
            return Refusal("no_command_topic")
        known, value = asked
        order = (
            {"cmd": "restart"} if known is _RESTART or feature == "restart" else {feature: value}
        )
        return (_order(place, "config", order),)

    def verify(self, device: Device) -> Sequence[Publish]:
        """Have it say all about itself again."""
        endpoint = device.endpoints.get(self.name)
        if endpoint is None or not endpoint.data.get("board") or not (place := _place(device)):
            return ()
        return (_status(place),)


def _status(place: str) -> Publish:
    return _order(place, "config", {"cmd": "status"})


def _order(place: str, word: str, order: Mapping[str, object]) -> Publish:
    topic = f"{place}/commands/MQTTtoSYS/{word}"
    return Publish(topic=topic, payload=msgspec.json.encode(order), qos=1)


def _place(device: Device) -> str:
    endpoint = device.endpoints.get(theengs.DIALECT)
    return "" if endpoint is None or set(endpoint.id) & set("+#\0") else endpoint.id


def _wrong_file(board: str, offer: Offer) -> Refusal | None:
    url = offer.url
    if not url:
        return Refusal("needs_url")
    if len(url.encode()) > _URL_MAX:
        return Refusal("url_too_long", str(len(url.encode())))
    if not url.endswith(".bin"):
        return Refusal("file_of_another_kind", ".bin")
    name = offer.path.rpartition("/")[2]
    made_for = name.removesuffix("-firmware.bin") if name.endswith("-firmware.bin") else board
    return None if made_for == board else Refusal("file_of_another_board", made_for)


# --- who speaks -----------------------------------------------------------------------------------


def _parse(topic: str) -> tuple[str, str, str] | None:
    """Return (base topic and name, word, what is behind it) of a gateway's own topic."""
    if "toMQTT" not in topic:
        return None
    levels = topic.split("/", _DEPTH + 2)
    at = next((at for at, level in enumerate(levels) if level in _WORDS), 0)
    place = "/".join(levels[:at])
    if not 1 <= at <= _DEPTH or not levels[at - 1]:
        return None
    return place, levels[at], "/".join(levels[at + 1 :])


def _met(seen: Observation, broker: str, place: str) -> Observation:
    """Complete the first words of a gateway, and ask it for the rest."""
    return replace(
        seen,
        name=place.rpartition("/")[2],
        kind="gateway",
        endpoint=seen.endpoint or Endpoint(broker=broker, dialect=theengs.DIALECT, id=place),
        routes=_routes(place),
        asks=() if set(place) & set("+#\0") else (Ask(step=_status(place)),),
    )


def _routes(place: str) -> tuple[Route, ...]:
    if set(place) & set("+#\0"):
        return ()
    main = (theengs.DIALECT, place)
    words = sorted({*_WORDS, "LWT"} - {_BLUETOOTH})
    return tuple(Route(topic=f"{place}/{word}", device=main, role=word) for word in words)


def _gateway(place: str) -> Observation:
    ids = frozenset({(theengs.DIALECT, place)})
    return Observation(dialect=theengs.DIALECT, ids=ids)


# --- what it hears --------------------------------------------------------------------------------


def _advert(message: Message, place: str, key: str) -> Sequence[Observation] | Unknown:
    """Read an advert on a topic of no device yet: the gateway that hears it last is its gateway.

    Once known, its messages say measures only, so several gateways do not keep changing it.
    """
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object") if message.payload else ()
    found = theengs.device_in(values, key)
    if found is None:
        return ()
    readings, features, battery = theengs.measured(values)
    main: Id = min(found.ids, key=lambda each: each[0] == "ha")
    route = Route(topic=message.topic, device=main, role="advert")
    sensor = Observation(
        dialect=theengs.DIALECT,
        ids=found.ids,
        name=found.name,
        vendor=found.vendor,
        model=found.model,
        product=found.product,
        kind=found.kind,
        radio="ble",
        via=(theengs.DIALECT, place),
        battery=battery,
        readings=readings,
        features=features,
        routes=(route,),
        source=message.topic,
    )
    return [_met(_gateway(place), message.broker, place), sensor]


def _measured(message: Message, device: Id) -> Sequence[Observation] | Unknown:
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object") if message.payload else ()
    readings, features, battery = theengs.measured(values)
    return [
        Observation(
            dialect=theengs.DIALECT,
            ids=frozenset({device}),
            battery=battery,
            readings=readings,
            features=features,
        )
    ]


# --- what it says ---------------------------------------------------------------------------------


def _said(message: Message, place: str, word: str, rest: str) -> Sequence[Observation] | Unknown:
    seen = _gateway(place)
    if word == "LWT":
        return _last_will(seen, message.payload)
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object") if message.payload else ()
    if word == _ABOUT:
        return [_about(seen, message, place, values)]
    if word == _RELEASE:
        return [_release(seen, values, stored=message.retain)]
    if word in _UNREAD:
        return [seen]
    return [_wired(seen, word, rest, values)]


def _wired(seen: Observation, word: str, rest: str, values: Mapping[str, object]) -> Observation:
    """Read what its own sensors measure, or what signal it heard."""
    module = word.removesuffix("toMQTT") + (f"/{rest}" if rest else "")
    found = lenient.flat(values, skip=_RAW)
    readings = {f"{module}.{name}": reading for name, reading in found.items()}
    features = {
        f"{module}.{name}": feature
        for name, reading in found.items()
        if word in _SENSORS and (feature := theengs.feature_of(name, reading, values)) is not None
    }
    return Observation(dialect=seen.dialect, ids=seen.ids, readings=readings, features=features)


def _last_will(seen: Observation, payload: bytes) -> Sequence[Observation] | Unknown:
    said = lenient.words(payload)
    if said not in {"online", "offline"}:
        return Unknown("last_will_unknown") if payload else ()
    return [replace(seen, availability=Availability(said))]


def _about(
    seen: Observation, message: Message, place: str, values: Mapping[str, object]
) -> Observation:
    address = lenient.mac(values.get("mac"))
    name = place.rpartition("/")[2]
    known = {address, ("ha", name)} if address else set()  # Home Assistant's sensors name it so
    board = lenient.text(values.get("env")) or ""
    modules = _modules(values.get("modules"))
    readings = lenient.flat(values, skip=_PRIVATE)
    features = {each: _FEATURES[each] for each in readings if each in _FEATURES}
    return replace(
        seen,
        ids=seen.ids | {each for each in known if each is not None},
        vendor="Theengs" if board.startswith(_THEENGS) else _VENDOR,
        model=board or modules,
        hardware=modules,
        version=_version(values.get("version")),
        availability=None if message.retain else Availability.ONLINE,
        radio="ethernet" if values.get("eth") is True else "wifi" if "rssi" in values else None,
        access=lenient.access_point(values.get("BSSID")),
        caps=_CAPS,
        readings=readings,
        features={**features, "restart": _RESTART},
        endpoint=Endpoint(
            broker=message.broker,
            dialect=seen.dialect,
            id=place,
            data={"board": board or modules or "esp"},
        ),
    )


def _modules(value: object) -> str | None:
    """Read ["BT", "IR"], the same as JSON in a text, or "RF"."""
    given = lenient.json_value(value) if isinstance(value, str) and value[:1] == "[" else value
    parts = given if isinstance(given, list) else [given]
    return lenient.text(", ".join(filter(None, map(lenient.text, parts))))


def _release(seen: Observation, values: Mapping[str, object], *, stored: bool) -> Observation:
    """Read an offer; what it calls installed here it says before the restart: that is no proof."""
    summary = lenient.text(values.get("release_summary")) or ""
    phase = next((phase for start, phase in _PHASES.items() if summary.startswith(start)), None)
    latest = _version(values.get("latest_version"))
    none = latest is not None and latest == _version(values.get("installed_version"))
    return replace(
        seen,
        offer=Version("") if none else latest,
        notes=(None if phase else summary) or lenient.text(values.get("release_url")),
        word=UpdateWord(phase=phase) if phase and not stored else None,
    )


def _version(value: object) -> Version | None:
    """Return "v1.7.0" as what compares as 1.7.0."""
    said = lenient.text(value, 60)
    if said is None:
        return None
    plain = said[1:] if said[:1] == "v" and said[1:2].isdigit() else ""
    return Version(said, plain=plain)
