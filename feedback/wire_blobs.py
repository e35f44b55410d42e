"""Attachments on the wire: the operations that announce them, their document, and tus 1.0.0.

An attachment is announced by an operation, which goes with the text; its bytes follow when they
can, by the resumable upload protocol of tus.io, version 1.0.0 with the extensions creation,
checksum, expiration and termination. Each request of it is signed like any other.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from feedback.wire import HubError, Wire

ENTITY: Final = "blob"
TUS: Final = "1.0.0"
EXTENSIONS: Final = "creation,checksum,expiration,termination"
CHUNK: Final = 1024 * 1024  # bytes of one PATCH
SMALL_CHUNK: Final = 256 * 1024  # after failures
CHUNK_MAX: Final = 4 * 1024 * 1024
SIZE_MAX: Final = 25 * 1024 * 1024
REPORT_MAX: Final = 10  # attachments of one report
NAME_MAX: Final = 80
TYPES: Final = ("image/png", "image/jpeg", "text/plain", "application/json")


class BlobOp(StrEnum):
    """What a house can ask about attachments."""

    ADD = "attachment.add"
    DROP = "attachment.drop"


class AddAttachment(Wire, frozen=True, kw_only=True):
    """There is a file to this report; its bytes will come. `id` is made by the house."""

    id: str
    report: str
    sha256: str
    size: int
    type: str
    name: str


class DropAttachment(Wire, frozen=True, kw_only=True):
    """Take a file away again."""

    id: str


class BlobState(StrEnum):
    """Where an attachment stands at the hub."""

    WAITING = "waiting"  # for its bytes
    RECEIVED = "received"  # nobody sees it until it was looked at
    KEPT = "kept"
    REFUSED = "refused"  # it is not what it says
    GONE = "gone"  # taken away by its author, or the time to keep it is over


class BlobDoc(Wire, frozen=True, kw_only=True):
    """What the hub says of one attachment."""

    id: str
    report: str
    state: BlobState
    code: str = ""


DOCS: Final[Mapping[str, type[msgspec.Struct]]] = {ENTITY: BlobDoc}
"""Entity -> document, for feedback/wire_docs.py."""


class StaffAttachment(Wire, frozen=True, kw_only=True):
    """An attachment as staff see it; `size` and `type` of what is kept."""

    id: str
    name: str
    type: str
    size: int
    state: BlobState
    made: float


class StaffAttachments(Wire, frozen=True, kw_only=True):
    """Those of one report."""

    attachments: tuple[StaffAttachment, ...]


def metadata(**values: str) -> str:
    """Return what stands in Upload-Metadata for these values."""
    return ",".join(
        f"{name} {base64.b64encode(said.encode()).decode()}" for name, said in values.items()
    )


def read_metadata(text: str) -> Mapping[str, str]:
    """Read Upload-Metadata; HubError("bad_request")."""
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, said = part.partition(" ")
        try:
            found[name] = base64.b64decode(said, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise HubError("bad_request", why="Upload-Metadata") from error
    return found
