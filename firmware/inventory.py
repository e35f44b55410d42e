"""What a maker may know of the devices in the field: one JSON object a line, nothing private.

A household exports its own (`inventory_of`), release staff read the files put together (`read`):
lines can be joined, sorted and cut. Published as resources/schemas/inventory.json, and described in
docs/protocol.md. A member that is not of the schema is refused, so that names, rooms and addresses
do not slip in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from firmware import rings
from firmware.errors import PublishError
from firmware.release import Channel
from fleet.model import Device, Install

SCHEMA = 1
DEVICES_MAX = 1_000_000
LINE_MAX = 64 * 1024  # bytes
_WORD_MAX = 200

Pseudonym = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
Said = Annotated[str, msgspec.Meta(max_length=_WORD_MAX)]


class Entry(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """One device: what decides whether a file suits it and when, and no more."""

    schema: Annotated[int, msgspec.Meta(ge=1)]
    id: Pseudonym  # rings.device_id
    vendor: Said
    model: Said
    hardware: Said = ""
    version: Said = ""  # "": it has not said what it runs
    channel: Channel = Channel.ORANGE
    home: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?$")] = ""
    install: Annotated[tuple[Install, ...], msgspec.Meta(max_length=len(Install))] = ()
    region: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$")] = ""  # ISO 3166-1 alpha-2


class _Head(msgspec.Struct):
    schema: int


def inventory_of(
    devices: Iterable[Device], *, channel: Channel, home: str = "", region: str = ""
) -> Iterator[bytes]:
    """Yield the lines that may leave a house; `home`: its own id, which does not leave it.

    `region`: where it has said that it is.

    Sorted by pseudonym, so that their order tells nothing of the house.
    """
    house = rings.pseudonym("home", home) if home else ""
    entries = [
        Entry(
            schema=SCHEMA,
            id=rings.device_id(device.key),
            vendor=device.vendor[:_WORD_MAX],
            model=device.model[:_WORD_MAX],
            hardware=device.hardware[:_WORD_MAX],
            version=device.version.raw[:_WORD_MAX] if device.version else "",
            channel=channel,
            home=house,
            install=tuple(sorted(device.caps.install)),
            region=region,
        )
        for device in devices
    ]
    for entry in sorted(entries, key=lambda one: one.id):
        yield msgspec.json.encode(entry) + b"\n"


def left_out() -> frozenset[str]:
    """Return which members of a device stay in the house."""
    told = {*Entry.__struct_fields__, "key", "caps"}  # under a pseudonym; only how it installs
    return frozenset(Device.__struct_fields__) - told


def read(file: Path) -> Iterator[Entry]:
    """Yield the devices of an inventory as they are read, one line in memory at a time.

    PublishError, with `line` counted from 1: inventory_unreadable, inventory_bad, inventory_newer,
    inventory_line_long, inventory_repeats, inventory_too_long.
    """
    try:
        with file.open("rb") as lines:
            yield from _entries(iter(lambda: lines.readline(LINE_MAX + 1), b""))
    except OSError as error:
        raise PublishError("inventory_unreadable", file=file, why=error.strerror) from error


def _entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    decode = msgspec.json.Decoder(Entry).decode
    seen: set[int] = set()  # half of an id: 64 bits do not meet by chance among a million
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_MAX:
            raise PublishError("inventory_line_long", line=number, most=LINE_MAX)
        if number > DEVICES_MAX:
            raise PublishError("inventory_too_long", most=DEVICES_MAX)
        try:
            entry = decode(line)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            raise _refusal(line, number, error) from error
        if entry.schema > SCHEMA:
            raise PublishError("inventory_newer", line=number)
        seen.add(int(entry.id[:16], 16))
        if len(seen) < number:
            raise PublishError("inventory_repeats", line=number)
        yield entry


def _refusal(line: bytes, number: int, error: Exception) -> PublishError:
    try:
        if msgspec.json.decode(line, type=_Head).schema > SCHEMA:
            return PublishError("inventory_newer", line=number)
    except (ValueError, RecursionError):
        pass
    return PublishError("inventory_bad", line=number, why=error)
