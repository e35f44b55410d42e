"""Gathers what may go along with a report, redacted, in parts that can each be left out.

What `preview` returns is what is sent, byte for byte: feedback.outbox takes those bytes and no
others. A part that could not be collected stays in the list and says why. Values come in, values go
out: whoever calls has read the trace and the history, in the pool or the house thread.
"""

from __future__ import annotations

import getpass
import platform
import socket
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from feedback import patterns
from feedback.facts import facts_of, gateways, signals
from feedback.redaction import Redactor, told
from feedback.report import Part, PartName
from feedback.wire import EVIDENCE_MAX, DeviceFacts, HubError
from fleet.model import Device, UpdateEvent
from fleet.trace import Traced

__all__ = ["Part", "PartName", "Sources", "facts_of", "gather", "known_values", "preview"]

FORMAT: Final = "orangery-evidence-1"
_PAYLOAD_MAX: Final = 4096  # bytes of one message
_KIB: Final = 1024
_MOST: Final = {  # bytes of one part as it is sent; the oldest lines go first
    PartName.PROGRAM: 8 * _KIB,
    PartName.DEVICE: 32 * _KIB,
    PartName.PATH: 16 * _KIB,
    PartName.SIGNAL: 8 * _KIB,
    PartName.MESSAGES: 160 * _KIB,
    PartName.UPDATES: 48 * _KIB,
    PartName.LOG: 64 * _KIB,
    PartName.KNOWN: 16 * _KIB,
    PartName.RECORDING: 150 * _KIB,
}
assert sum(_MOST.values()) + 4 * _KIB < EVIDENCE_MAX  # noqa: S101 - all of them always fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the house can give. A string in place of a value says why it could not be read."""

    device: Device | None = None
    devices: Collection[Device] = ()  # all of them: their names and addresses are not for others
    facts: DeviceFacts | None = None  # None: what `device` itself says
    messages: Sequence[Traced] | str = ()
    updates: Sequence[UpdateEvent] | str = ()
    program: Mapping[str, str] | str = ""
    log: Sequence[str] | str = "nothing_there"
    known: Sequence[Mapping[str, str]] | str = "nothing_there"
    recording: Sequence[Traced] | str = "nothing_there"
    private: Mapping[str, str] | None = None  # more values to take out -> a word for their kind


def redactor_of(sources: Sources, *, salt: bytes) -> Redactor:
    """Return what redacts a report of this house: also its words and its attachments.

    What stands under secret names in the messages is taken out wherever else it stands.
    """
    versions = {word for one in sources.devices if one.version for word in _versions(one)}
    known = known_values(sources)
    redactor = Redactor(known, salt=salt, keep=versions, public=made_words(sources))
    learned = Learned(sources)
    redactor.learn(learned.secrets - made_words(sources), learned.addresses)
    return redactor


class Learned:
    """What the messages themselves show to be private, to be taken out wherever else it stands."""

    def __init__(self, sources: Sources) -> None:
        self.secrets: set[str] = set()
        self.addresses: set[str] = set()
        for said in (sources.messages, sources.recording):
            for message in said if not isinstance(said, str) else ():
                self._hear(message)
        if sources.device is not None:
            self.secrets |= set(told(dict(sources.device.readings)))

    def _hear(self, message: Any) -> None:  # noqa: ANN401 - anything may be in a broken source
        try:
            payload = message.payload
            self.addresses |= set(patterns.addresses(message.topic))
            self.addresses |= set(patterns.addresses(payload.decode("utf-8", "replace")))
            self.secrets |= set(told(_payload(payload, message.size), message.topic))
        except (AttributeError, RecursionError):
            return  # that part will say so


def gather(sources: Sources, *, now: float, salt: bytes) -> tuple[Part, ...]:
    """Collect and redact every part. `salt`: random bytes of this one report.

    Never raises for what a source brings; a part that breaks says "unreadable".
    """
    redactor = redactor_of(sources, salt=salt)
    makers: dict[PartName, Callable[[], Any]] = {
        PartName.PROGRAM: lambda: redactor.data(_program(sources, now)),
        PartName.DEVICE: lambda: _device(sources, redactor),
        PartName.PATH: lambda: _path(sources, redactor),
        PartName.SIGNAL: lambda: _signal(sources, redactor),
        PartName.MESSAGES: lambda: _messages(sources.messages, redactor),
        PartName.UPDATES: lambda: _updates(sources, redactor),
        PartName.LOG: lambda: _lines(sources.log, redactor),
        PartName.KNOWN: lambda: _lines(sources.known, redactor),
        PartName.RECORDING: lambda: _messages(sources.recording, redactor),
    }
    return tuple(_part(name, make, redactor) for name, make in makers.items())


def preview(parts: Iterable[Part], chosen: Collection[str]) -> bytes:
    """Return the evidence as it will be sent: the chosen parts, in order, readable by people.

    HubError("too_large") where it is more than EVIDENCE_MAX bytes.
    """
    said: dict[str, object] = {
        part.name: {"missing": part.missing} if part.missing else msgspec.Raw(part.data)
        for part in parts
        if part.name in chosen
    }
    whole = msgspec.json.encode({"format": FORMAT, "parts": said})
    shown = msgspec.json.format(whole, indent=1)
    if len(shown) > EVIDENCE_MAX:
        raise HubError("too_large", size=len(shown), limit=EVIDENCE_MAX)
    return shown


def known_values(sources: Sources) -> dict[str, str]:
    """Every value of this house that must not leave it -> a word for its kind."""
    known: dict[str, str] = dict(sources.private or {})
    for device in sources.devices:
        known.update(_of(device))
    known.update(_of_this_computer())
    allowed = made_words(sources)
    return {value: kind for value, kind in known.items() if value and value not in allowed}


def made_words(sources: Sources) -> set[str]:
    """What things are called by their makers: a device that has no other name gives none away."""
    said = ((one.model, one.vendor, *one.dialects) for one in sources.devices)
    return {word for words in said for word in words}


def _of(device: Device) -> Iterator[tuple[str, str]]:
    """What is this one device's own, or its household's word for it."""
    yield from ((tag, "name") for tag in device.tags)
    yield from ((value, "id") for _, value in device.ids)
    yield from ((endpoint.id, "id") for endpoint in device.endpoints.values())
    yield device.via_claim.partition(":")[2], "id"
    yield device.parent, "id"
    yield device.access, "mac"
    yield device.room, "room"
    yield device.name, "name"


def _of_this_computer() -> dict[str, str]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    host = socket.gethostname()
    return {host.partition(".")[0]: "host", host: "host", user: "user"}


def _versions(device: Device) -> tuple[str, str]:
    assert device.version is not None  # noqa: S101 - the caller looked
    return device.version.raw, device.version.comparable


def _part(name: PartName, make: Callable[[], Any], redactor: Redactor) -> Part:
    before = redactor.places
    try:
        clean = make()
        if isinstance(clean, str):
            return Part(name=name, missing=clean or "not_available")
        body, size, dropped = _within(clean, _MOST[name])
    except Exception as error:  # noqa: BLE001 - evidence must never stop a report
        return Part(name=name, missing=f"unreadable: {type(error).__name__}")
    if not body:
        return Part(name=name, missing="too_large")
    lines = len(clean) - dropped if isinstance(clean, list) else 0
    places = redactor.places - before
    return Part(name=name, data=body, places=places, lines=lines, dropped=dropped, size=size)


def _within(data: Any, most: int) -> tuple[bytes, int, int]:  # noqa: ANN401 - decoded JSON
    """Encode within so many bytes as sent; of a list that is too long the oldest are left out."""
    body = msgspec.json.encode(data)
    size = _sent(body)
    if size <= most:
        return body, size, 0
    if not isinstance(data, list):
        return b"", 0, 0
    kept: list[bytes] = []
    room = most
    for entry in reversed(data):
        one = msgspec.json.encode(entry)
        room -= _sent(one)
        if room < 0:
            break
        kept.append(one)
    return b"[" + b",".join(reversed(kept)) + b"]", most - max(room, 0), len(data) - len(kept)


def _sent(body: bytes) -> int:
    """How many bytes `body` is in a preview, where each of its lines is moved to the right."""
    shown = msgspec.json.format(body, indent=1)
    return len(shown) + 4 * (shown.count(b"\n") + 2)


def _program(sources: Sources, now: float) -> Any:  # noqa: ANN401 - decoded JSON
    if isinstance(sources.program, str):
        return sources.program
    system = {"system": platform.system(), "machine": platform.machine()}
    return {**system, "python": platform.python_version(), "at": now, **sources.program}


def _device(sources: Sources, redactor: Redactor) -> Any:  # noqa: ANN401 - decoded JSON
    device = sources.device
    if device is None:
        return "no_device"
    via = next((one for one in sources.devices if one.key == device.via), None)
    facts = sources.facts or facts_of(device, via)
    more = {
        "availability": device.availability,
        "last_seen": device.last_seen,
        "wakes_s": device.wakes_s,
        "install": sorted(device.caps.install),
        "doubt": device.doubt,
        "readings": dict(device.readings),
    }
    plain = {**msgspec.to_builtins(facts), "kind": device.kind, "battery": device.battery}
    return redactor.data({**plain, **more})


def _path(sources: Sources, redactor: Redactor) -> Any:  # noqa: ANN401 - decoded JSON
    """The device and what is before it, each by its model and a name that only this report has."""
    device = sources.device
    if device is None:
        return "no_device"
    way = [device, *gateways(device, {one.key: one for one in sources.devices})]
    return [
        {
            "is": redactor.data(one.name, "hostname"),
            "model": redactor.text(one.model),
            "version": redactor.text(str(one.version or "")),
            "radio": one.radio,
            "availability": one.availability,
            "dialects": list(one.dialects),
            "router": redactor.data(one.parent, "hostname"),
            "access_point": redactor.data(one.access, "hostname"),
        }
        for one in way
    ]


def _signal(sources: Sources, redactor: Redactor) -> Any:  # noqa: ANN401 - decoded JSON
    device = sources.device
    if device is None:
        return "no_device"
    heard = signals(device)
    said = {
        redactor.text(name): {"value": value, "unit": unit} for name, (value, unit) in heard.items()
    }
    return said or "nothing_there"


def _messages(said: Sequence[Traced] | str, redactor: Redactor) -> Any:  # noqa: ANN401 - decoded JSON
    if isinstance(said, str):
        return said
    return [_message(message, redactor) for message in said]


def _message(message: Traced, redactor: Redactor) -> dict[str, Any]:
    """One message; a payload that is nested too deeply is only counted, like one of bytes."""
    try:
        payload = redactor.under(message.topic, _payload(message.payload, message.size))
    except RecursionError:
        payload = {"bytes": message.size}
    return {
        "at": message.at,
        "way": str(message.direction),
        "topic": redactor.text(message.topic),
        "retain": message.retain,
        "payload": payload,
    }


def _payload(payload: bytes, size: int) -> Any:  # noqa: ANN401 - decoded JSON
    """JSON decoded, text as text; other bytes only by their number: nobody could check them."""
    if size > _PAYLOAD_MAX:
        return {"bytes": size}  # cut anywhere, half a secret would pass every layer
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return {"bytes": size}
    try:
        return msgspec.json.decode(text)
    except msgspec.MsgspecError:
        return text


def _updates(sources: Sources, redactor: Redactor) -> Any:  # noqa: ANN401 - decoded JSON
    if isinstance(sources.updates, str):
        return sources.updates
    names = ("at", "state", "reason", "fact", "version_from", "version_to", "target")
    steps = [{name: getattr(event, name) for name in names} for event in sources.updates]
    return redactor.data(steps)


def _lines(said: Sequence[Any] | str, redactor: Redactor) -> Any:  # noqa: ANN401 - decoded JSON
    return said if isinstance(said, str) else [redactor.data(line) for line in said]
