"""Gathers what may go along with a report, redacted, in parts that can each be left out.

What `preview` returns is what is sent, byte for byte: feedback.outbox takes those bytes and no
others. A part that could not be collected stays in the list and says why. Values come in, values go
out: whoever calls has read the trace and the history, in the pool or the house thread.
"""

from __future__ import annotations

import getpass
import platform
import socket
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from feedback.redaction import Redactor
from feedback.report import Part, PartName
from feedback.wire import EVIDENCE_MAX, DeviceFacts, HubError
from fleet.model import Device, UpdateEvent
from fleet.trace import Traced

FORMAT: Final = "orangery-evidence-1"
_PAYLOAD_MAX: Final = 4096  # bytes of one message
_PART_MAX: Final = EVIDENCE_MAX // 4  # bytes of one part; the oldest lines go first


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the house can give. A string in place of a value says why it could not be read."""

    device: Device | None = None
    devices: Collection[Device] = ()  # all of them: their names and addresses are not for others
    messages: Sequence[Traced] | str = ()
    updates: Sequence[UpdateEvent] | str = ()
    program: Mapping[str, str] | str = ""
    private: Mapping[str, str] | None = None  # more values to take out -> a word for their kind


def facts_of(device: Device, gateway: Device | None = None, *, before: str = "") -> DeviceFacts:
    """What a report says of a device without a click: model and versions, no name, no address."""
    return DeviceFacts(
        vendor=device.vendor,
        model=device.model,
        hardware=device.hardware,
        version=str(device.version or ""),
        version_before=before,
        dialects=device.dialects,
        gateway=gateway.model if gateway else "",
    )


def gather(sources: Sources, *, now: float, salt: bytes) -> tuple[Part, ...]:
    """Collect and redact every part. `salt`: new random bytes for each report.

    Never raises for what a source brings; a part that breaks says "unreadable".
    """
    keep = {str(device.version) for device in sources.devices if device.version}
    redactor = Redactor(known_values(sources), salt=salt, keep=keep)
    makers = {
        PartName.PROGRAM: lambda: _program(sources, now),
        PartName.DEVICE: lambda: _device(sources),
        PartName.MESSAGES: lambda: _messages(sources),
        PartName.UPDATES: lambda: _updates(sources),
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
        known[device.name] = "name"
        known.update({value: "id" for _, value in device.ids})
        known.update({endpoint.id: "id" for endpoint in device.endpoints.values()})
    known.update(_of_this_computer())
    allowed = {device.model for device in sources.devices} | {
        device.vendor for device in sources.devices
    }
    return {value: kind for value, kind in known.items() if value and value not in allowed}


def _of_this_computer() -> dict[str, str]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    return {socket.gethostname(): "host", user: "user"}


def _part(name: PartName, make: Any, redactor: Redactor) -> Part:  # noqa: ANN401 - a closure
    before = redactor.places
    try:
        data = make()
        if isinstance(data, str):
            return Part(name=name, missing=data or "not_available")
        clean = redactor.data(data)
        body, dropped = _within(clean)
    except Exception as error:  # noqa: BLE001 - evidence must never stop a report
        return Part(name=name, missing=f"unreadable: {type(error).__name__}")
    lines = len(clean) - dropped if isinstance(clean, list) else 0
    return Part(name=name, data=body, places=redactor.places - before, lines=lines, dropped=dropped)


def _within(data: Any) -> tuple[bytes, int]:  # noqa: ANN401 - decoded JSON
    """Encode; of a list that is too long the oldest entries are left out."""
    body = msgspec.json.encode(data)
    if len(body) <= _PART_MAX or not isinstance(data, list):
        return body, 0
    kept: list[bytes] = []
    room = _PART_MAX
    for entry in reversed(data):
        one = msgspec.json.encode(entry)
        room -= len(one) + 1
        if room < 0:
            break
        kept.append(one)
    return b"[" + b",".join(reversed(kept)) + b"]", len(data) - len(kept)


def _program(sources: Sources, now: float) -> Any:  # noqa: ANN401 - decoded JSON
    if isinstance(sources.program, str):
        return sources.program
    system = {"system": platform.system(), "machine": platform.machine()}
    return {**system, "python": platform.python_version(), "at": now, **sources.program}


def _device(sources: Sources) -> Any:  # noqa: ANN401 - decoded JSON
    device = sources.device
    if device is None:
        return "no_device"
    via = next((one for one in sources.devices if one.key == device.via), None)
    return {
        **msgspec.to_builtins(facts_of(device, via)),
        "kind": device.kind,
        "availability": device.availability,
        "battery": device.battery,
        "last_seen": device.last_seen,
        "install": sorted(device.caps.install),
        "readings": dict(device.readings),
    }


def _messages(sources: Sources) -> Any:  # noqa: ANN401 - decoded JSON
    if isinstance(sources.messages, str):
        return sources.messages
    return [
        {
            "at": message.at,
            "way": str(message.direction),
            "topic": message.topic,
            "retain": message.retain,
            "payload": _payload(message.payload, message.size),
        }
        for message in sources.messages
    ]


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


def _updates(sources: Sources) -> Any:  # noqa: ANN401 - decoded JSON
    if isinstance(sources.updates, str):
        return sources.updates
    names = ("at", "state", "reason", "fact", "version_from", "version_to", "target")
    return [{name: getattr(event, name) for name in names} for event in sources.updates]
