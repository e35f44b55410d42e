"""Collecting the bytes of an attachment, piece by piece (tus 1.0.0): rules and the file beside.

A piece is on the disk before its row says so. Where the row is behind the file, the same bytes are
written over; where the file is behind the row (it was lost, or a backup was put back), the upload
goes on from what is there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import shutil
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from feedback.wire import HubError
from feedback.wire_blobs import BlobState
from hub.attachments import own, part_of
from hub.http import Call
from hub.tables_objects import attachment

LASTS_S: Final = 7 * 86_400.0
_DAY_S: Final = 86_400.0
_MIB: Final = 1024 * 1024


def begin(call: Call[Any], attachment_id: str, size: int) -> int:
    """Open an upload and return its offset; one that is open or over is answered as it stands.

    HubError: attachment_missing (not announced yet), invalid_op, rate_limited (the member's bytes
    of a day), hub_full.
    """
    row = own(call.db, call.member, attachment_id)
    if row["state"] in (BlobState.RECEIVED, BlobState.KEPT):
        return int(row["size"])
    if row["state"] != BlobState.WAITING or size != row["size"]:
        raise HubError("invalid_op", field="size")
    if row["expires"] is not None and row["expires"] > call.now:
        return _offset(call.hub.settings.data, row)
    if row["opened"] is None:
        _room_for(call, size)
    part = part_of(call.hub.settings.data, attachment_id)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    part.touch()
    call.db.execute(
        sa.update(attachment)
        .where(attachment.c.id == attachment_id)
        .values(offset=0, expires=call.now + LASTS_S, opened=row["opened"] or call.now)
    )
    return 0


def standing(call: Call[Any], attachment_id: str) -> dict[str, Any]:
    """The upload's row, with the offset that counts. HubError: upload_unknown, upload_expired."""
    row = own(call.db, call.member, attachment_id)
    if row["state"] in (BlobState.RECEIVED, BlobState.KEPT):
        return {**row, "offset": row["size"]}
    if row["state"] != BlobState.WAITING or row["expires"] is None:
        raise HubError("upload_unknown")
    if row["expires"] <= call.now:
        raise HubError("upload_expired")
    return {**row, "offset": _offset(call.hub.settings.data, row)}


def write(
    call: Call[Any], attachment_id: str, *, offset: int, piece: bytes, checksum: str
) -> dict[str, Any]:
    """Keep a piece and return the row as it is then.

    HubError: upload_unknown, upload_expired, offset_wrong, checksum_wrong, too_large.
    """
    row = standing(call, attachment_id)
    if row["state"] != BlobState.WAITING or offset != row["offset"]:
        raise HubError("offset_wrong")
    if offset + len(piece) > row["size"]:
        raise HubError("too_large")
    _check(piece, checksum)
    _append(part_of(call.hub.settings.data, attachment_id), offset, piece)
    reached = offset + len(piece)
    done: dict[str, Any] = {"offset": reached, "expires": call.now + LASTS_S}
    if reached == row["size"]:
        done |= {"state": BlobState.RECEIVED, "expires": None}
    call.db.execute(sa.update(attachment).where(attachment.c.id == attachment_id).values(**done))
    return {**row, **done}


def stop(call: Call[Any], attachment_id: str) -> None:
    """Throw away what came so far; the attachment waits for its bytes again."""
    row = own(call.db, call.member, attachment_id)
    if row["state"] != BlobState.WAITING or row["expires"] is None:
        raise HubError("upload_unknown")
    call.db.execute(
        sa.update(attachment).where(attachment.c.id == attachment_id).values(offset=0, expires=None)
    )
    part_of(call.hub.settings.data, attachment_id).unlink(missing_ok=True)


def _room_for(call: Call[Any], size: int) -> None:
    limits = call.hub.config.limits
    today = sa.and_(
        attachment.c.member_id == call.member.member_id, attachment.c.opened > call.now - _DAY_S
    )
    used, first = call.db.execute(
        sa.select(sa.func.sum(attachment.c.size), sa.func.min(attachment.c.opened)).where(today)
    ).one()
    if int(used or 0) + size > limits.attachment_mib_per_day * _MIB:
        raise HubError("rate_limited", retry_after=first + _DAY_S - call.now)
    if shutil.disk_usage(call.hub.settings.data).free - size < limits.keep_free_mib * _MIB:
        raise HubError("hub_full")


def _offset(folder: Path, row: dict[str, Any]) -> int:
    """As much as both row and file have."""
    try:
        there = part_of(folder, row["id"]).stat().st_size
    except FileNotFoundError:
        there = 0
    return min(int(row["offset"]), there)


def _check(piece: bytes, checksum: str) -> None:
    kind, _, said = checksum.partition(" ")
    try:
        wanted = base64.b64decode(said, validate=True)
    except binascii.Error as error:
        raise HubError("bad_request", why="Upload-Checksum") from error
    if kind != "sha256":
        raise HubError("bad_request", why="Upload-Checksum")
    if hashlib.sha256(piece).digest() != wanted:
        raise HubError("checksum_wrong")


def _append(part: Path, offset: int, piece: bytes) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.truncate(offset)
            file.seek(offset)
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise HubError("hub_full", fact=error) from error
