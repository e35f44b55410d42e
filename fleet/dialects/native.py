"""orangery/v1, our own dialect: devices that verify and fetch their firmware by themselves.

A lamp says (retained) on `orangery/v1/dev/lamp-7f/hello`, after every boot:

    {"id": "lamp-7f", "macs": ["02:00:5e:00:00:7f"], "name": "Hall lamp", "maker": "acme",
     "model": "lamp", "hw": "B", "components": [{"slot": "main", "version": "1.2.0"}],
     "caps": {"install": ["url"], "checks_signature": true, "keeps_previous": true}}

`online` on `.../state`, and {"transfer": "t1", "phase": "transferring", "have": 8192, "of": 65536}
on `.../fw/status`. Source: docs/protocol.md; the structs below are its payloads, and
resources/schemas/ holds them as JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from fleet.capability import Reading
from fleet.dialects import lenient, native_features
from fleet.dialects.base import Listener, wished
from fleet.dialects.native_report import Report, proof
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
from fleet.steps import Offer, Publish, Refusal, Step

ROOT = "orangery/v1/dev"
CHUNK = 4_096  # bytes
CHUNK_LEAST, CHUNK_MOST = 64, 65_536
WINDOW = 8
WINDOW_MOST = 16  # chunks given for one request
WANT_MAX = 64
_TOPIC = re.compile(re.escape(ROOT) + r"/([^/]+)/(.+)", re.DOTALL)
_HEARD = (("hello", 1), ("state", 1), ("tele", 0), ("ack", 1), ("fw/status", 1))
_OFFER_EXPIRY_S = 3_600
_SET_EXPIRY_S = 30  # nobody wants a light to go on an hour later
_Transfer = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Number = Annotated[int, msgspec.Meta(ge=0)]
_Stream = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class Component(msgspec.Struct, frozen=True, omit_defaults=True):
    """One piece of firmware in a device; slot "main" is the one that updates replace."""

    slot: str
    version: str
    build: str = ""
    digest: str = ""  # sha256 of the image it runs, hexadecimal


class Abilities(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the device can do about updates."""

    install: tuple[str, ...] = ()  # "url": fetches over HTTP, "chunks": pulls over MQTT
    checks_signature: bool = False
    checks_time: bool = True  # False: it has no clock to tell an old signed week by
    keeps_previous: bool = False
    progress: bool = True


class Hello(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who a device is and what it runs; retained, sent after every boot and on op "identify"."""

    id: str
    macs: tuple[str, ...] = ()
    name: str = ""
    maker: str = ""
    model: str = ""
    hw: str = ""
    kind: str = ""
    room: str = ""
    via: str = ""  # id of the native device it is reached through
    parent: str = ""  # the router of its mesh that it speaks through, by any stable name
    access: str = ""  # the Wi-Fi access point it is at: its BSSID
    components: tuple[Component, ...] = ()
    caps: Abilities = Abilities()
    battery: float | None = None  # per cent; a device without one leaves it out
    chunk_max: int = CHUNK
    window_max: int = WINDOW
    features: Annotated[
        tuple[native_features.Said, ...], msgspec.Meta(max_length=native_features.FEATURES_MAX)
    ] = ()
    pubkey: str = ""  # ed25519, hexadecimal; with `report`
    report: Report | None = None


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command: "offer", "set", or "identify" alone; others are ignored by a device."""

    op: str
    transfer: str = ""
    version: str = ""
    sha256: str = ""
    size: int = 0
    path: str = ""  # TUF target path
    minimum: str = ""  # lowest version it may be installed over
    mirror: str = ""  # has metadata/ and targets/ under it; "" where chunks is true
    chunks: bool = False
    feature: str = ""  # of "set": the reading's name as hello has it
    value: Reading | None = None  # of "set", as the device itself says it; none: press it


class Ack(msgspec.Struct, frozen=True, omit_defaults=True):
    """A device's answer to an offer, by its transfer, or to a "set", by its feature."""

    accepted: bool
    transfer: str = ""
    feature: str = ""
    code: str = ""
    text: str = ""


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a device's update stands; retained."""

    transfer: str
    phase: Phase
    have: int = 0  # bytes
    of: int = 0
    error: str = ""
    version: str = ""


class ChunkRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """A device asks for chunks of a file: those in `want`, else `count` from number `from` on."""

    transfer: _Transfer
    file: Annotated[str, msgspec.Meta(max_length=500)]  # "metadata/2.root.json", "targets/..."
    stream: _Stream  # chosen by the device: tells its requests apart
    start: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(name="from", default=0)
    count: Annotated[int, msgspec.Meta(ge=0)] = WINDOW
    want: Annotated[tuple[_Number, ...], msgspec.Meta(max_length=WANT_MAX)] = ()
    chunk: Annotated[int, msgspec.Meta(ge=CHUNK_LEAST)] = CHUNK  # bytes, at most; the head decides

    @property
    def first(self) -> int:
        """Return where in the file what is asked for begins, in bytes."""
        return self.chunk * (min(self.want) if self.want else self.start)


class ChunkHead(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a request's stream: the file's size and chunk length, or why there is none."""

    size: int = 0
    chunk: int = CHUNK
    error: str = ""  # not_found, gone


SCHEMAS: Mapping[str, type[msgspec.Struct]] = {
    "hello": Hello,
    "cmd": Order,
    "ack": Ack,
    "fw-status": Status,
    "fw-req": ChunkRequest,
    "fw-head": ChunkHead,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return each payload's JSON Schema (2020-12) by name, as kept in resources/schemas/."""
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"orangery/v1 {name}",
            **msgspec.json.schema(struct),
        }
        for name, struct in SCHEMAS.items()
    }


class Native(Listener):
    """Reads native devices and offers them signed firmware that they fetch themselves."""

    name = "native"
    rank = 0
    writes = (f"{ROOT}/+/cmd", f"{ROOT}/+/fw/+/+")

    def filters(self) -> Sequence[tuple[str, int]]:
        """All that devices say, none of what we say to them."""
        return tuple((f"{ROOT}/+/{word}", qos) for word, qos in _HEARD)

    def read(
        self, message: Message, routes: Sequence[Route]
    ) -> Sequence[Observation] | Unknown | None:
        """Read a device's own words; our own to it, its log and its requests say nothing here."""
        del routes
        found = _TOPIC.fullmatch(message.topic)
        if found is None:
            return None
        seen = Observation(dialect=self.name, ids=frozenset({("orangery", found[1])}))
        read = _READERS.get(found[2])
        return read(message, seen, found[1]) if read else ()

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Offer it: one command; the device verifies, answers, and pulls."""
        endpoint = device.endpoints.get(self.name)
        if endpoint is None:
            return Refusal("no_command_topic")
        if offer is None:
            return Refusal("no_own_updates")
        chunks = Install.URL not in device.caps.install
        if chunks and Install.CHUNKS not in device.caps.install:
            return Refusal("takes_no_updates")
        order = Order(
            op="offer",
            transfer=offer.transfer,
            version=offer.version,
            sha256=offer.sha256,
            size=offer.size,
            path=offer.path,
            minimum=offer.minimum,
            mirror="" if chunks else offer.mirror,
            chunks=chunks,
        )
        return (_order(endpoint, order, offer.transfer),)

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Send one command; the device answers, and says the new reading."""
        found = wished(device, self.name, feature, wish)
        if isinstance(found, Refusal):
            return found
        endpoint = device.endpoints.get(self.name)
        if endpoint is None:
            return Refusal("no_command_topic")
        value = None if wish is None else native_features.plain(found[1])
        order = Order(op="set", feature=feature, value=value)
        return (_order(endpoint, order, f"set-{feature}"[:64], _SET_EXPIRY_S),)

    def verify(self, device: Device) -> Sequence[Publish]:
        """Ask it to say hello again."""
        endpoint = device.endpoints.get(self.name)
        return (_order(endpoint, Order(op="identify"), ""),) if endpoint else ()

    def arrived(self, device: Device, version: str) -> bool:
        """Compare exactly: its own hello says what it runs."""
        return device.version is not None and device.version.raw == version


def _order(
    endpoint: Endpoint, order: Order, transfer: str, expiry: int = _OFFER_EXPIRY_S
) -> Publish:
    prefix = endpoint.data["prefix"]
    return Publish(
        topic=f"{prefix}/cmd",
        payload=_whole(order),
        qos=1,
        expiry=expiry,
        correlation=transfer.encode(),
        response_topic=f"{prefix}/ack",
    )


def _whole(order: Order) -> bytes:
    """Encode an offer with every field of one, so that a small device need not know defaults."""
    if order.op != "offer":
        return msgspec.json.encode(order)
    fields = (name for name in order.__struct_fields__ if name not in {"feature", "value"})
    return msgspec.json.encode({name: getattr(order, name) for name in fields})


def _decode(payload: bytes, kind: type[msgspec.Struct]) -> Any | None:  # noqa: ANN401 - each caller knows its kind
    try:
        return msgspec.json.decode(payload, type=kind)
    except (ValueError, RecursionError):
        return None


def _hello(message: Message, seen: Observation, name: str) -> Sequence[Observation] | Unknown:
    if not message.payload:
        return [replace(seen, gone=True)]
    hello = _decode(message.payload, Hello)
    if not isinstance(hello, Hello):
        return Unknown("hello_not_understood")
    if hello.id != name:
        return Unknown("hello_of_another")
    return [_identity(message, hello)]


def _identity(message: Message, hello: Hello) -> Observation:
    given = [lenient.mac(value) for value in hello.macs]
    ids: set[Id] = {("orangery", hello.id), *(address for address in given if address)}
    prefix = f"{ROOT}/{hello.id}"
    version = _main_version(hello.components)
    said = proof(hello.id, hello.pubkey, hello.report)
    return Observation(
        dialect=Native.name,
        ids=frozenset(ids),
        name=lenient.text(hello.name),
        vendor=lenient.text(hello.maker),
        model=lenient.text(hello.model),
        hardware=lenient.text(hello.hw),
        kind=lenient.text(hello.kind),
        room=lenient.text(hello.room),
        version=version,
        proof=said if said and version and said.version == version.raw else None,
        battery=lenient.percent(hello.battery),
        via=("orangery", hello.via) if hello.via else None,
        parent=lenient.text(hello.parent),
        access=lenient.access_point(hello.access),
        caps=_caps(hello.caps),
        features=native_features.features(hello.features),
        endpoint=Endpoint(
            broker=message.broker, dialect=Native.name, id=hello.id, data={"prefix": prefix}
        ),
    )


def _main_version(components: Sequence[Component]) -> Version | None:
    main = next((part for part in components if part.slot == "main"), None)
    said = lenient.text(main.version) if main else None
    return Version(said, lenient.text(main.build) or "") if main and said else None


def _caps(said: Abilities) -> Caps:
    ways = frozenset(way for way in (Install.URL, Install.CHUNKS) if way.value in said.install)
    return Caps(
        install=ways,
        checks_signature=said.checks_signature,
        checks_time=said.checks_time,
        keeps_previous=said.keeps_previous,
        progress=said.progress,
    )


def _state(message: Message, seen: Observation, name: str) -> Sequence[Observation] | Unknown:
    del name
    said = lenient.words(message.payload)
    if said == "":
        return ()
    if said not in {"online", "offline", "sleeping"}:
        return Unknown("state_not_understood")
    return [replace(seen, availability=Availability(said))]


def _tele(message: Message, seen: Observation, name: str) -> Sequence[Observation] | Unknown:
    del name
    values = lenient.json_object(message.payload)
    if values is None:
        return Unknown("not_json_object")
    battery = lenient.percent(values.get("battery"))
    readings = lenient.flat(values)
    return [Observation(dialect=Native.name, ids=seen.ids, readings=readings, battery=battery)]


def _ack(message: Message, seen: Observation, name: str) -> Sequence[Observation] | Unknown:
    del name
    ack = _decode(message.payload, Ack)
    if not isinstance(ack, Ack):
        return Unknown("ack_not_understood")
    if not ack.transfer:
        return ()  # the answer to a "set": what became of it the next reading says
    phase = Phase.ACCEPTED if ack.accepted else Phase.REFUSED
    error = "" if ack.accepted else lenient.text(f"{ack.code} {ack.text}") or "refused"
    return [replace(seen, word=UpdateWord(phase=phase, transfer=ack.transfer, error=error))]


def _word(message: Message, seen: Observation, name: str) -> Sequence[Observation] | Unknown:
    del name
    if not message.payload:
        return ()
    status = _decode(message.payload, Status)
    if not isinstance(status, Status):
        return Unknown("status_not_understood")
    percent = min(100.0, 100.0 * status.have / status.of) if status.of > 0 <= status.have else None
    word = UpdateWord(
        phase=status.phase,
        percent=percent,
        transfer=status.transfer,
        error=lenient.text(status.error) or "",
    )
    return [replace(seen, word=word)]


_READERS = {"hello": _hello, "state": _state, "tele": _tele, "ack": _ack, "fw/status": _word}
