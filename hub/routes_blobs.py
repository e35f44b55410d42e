"""Attachments over HTTP: tus 1.0.0 for houses, reading with a reason for staff."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from feedback import wire_blobs
from feedback.wire import HubError
from hub import attachments, triage, uploads
from hub.http import Call, Endpoint, Who
from hub.rights import Right

_PATH: Final = "/v1/blobs"
_ONE: Final = "/v1/blobs/{id}"
_OFFSET_BODY: Final = "application/offset+octet-stream"
_CREATED, _NOTHING = 201, 204


def options(call: Call[None]) -> Response:
    """Say which parts of tus we speak."""
    del call
    return Response(
        status_code=_NOTHING,
        headers={
            "tus-resumable": wire_blobs.TUS,
            "tus-version": wire_blobs.TUS,
            "tus-extension": wire_blobs.EXTENSIONS,
            "tus-max-size": str(wire_blobs.SIZE_MAX),
            "tus-checksum-algorithm": "sha256",
        },
    )


def create(call: Call[None]) -> Response:
    """Open the upload of an attachment that was announced; asked again, it says how far it is."""
    _version(call)
    said = wire_blobs.read_metadata(call.headers.get("upload-metadata", ""))
    size = _number(call, "upload-length")
    name = said.get("attachment", "")
    offset = uploads.begin(call, name, size)
    more = {"location": f"{_PATH}/{name}"}
    return _answer(_CREATED, offset, call.now + uploads.LASTS_S, more)


def head(call: Call[None]) -> Response:
    """Say how far an upload is."""
    _version(call)
    row = uploads.standing(call, call.path["id"])
    more = {"upload-length": str(row["size"])}
    return _answer(200, row["offset"], row["expires"], more)


def patch(call: Call[bytes]) -> Response:
    """Take a piece."""
    _version(call)
    if call.headers.get("content-type", "") != _OFFSET_BODY:
        raise HubError("bad_request", why="Content-Type")
    row = uploads.write(
        call,
        call.path["id"],
        offset=_number(call, "upload-offset"),
        piece=call.said,
        checksum=call.headers.get("upload-checksum", ""),
    )
    return _answer(_NOTHING, row["offset"], row["expires"])


def delete(call: Call[None]) -> Response:
    """Throw an unfinished upload away."""
    _version(call)
    uploads.stop(call, call.path["id"])
    return Response(status_code=_NOTHING, headers={"tus-resumable": wire_blobs.TUS})


def listed(call: Call[None]) -> wire_blobs.StaffAttachments:
    """The attachments of a report."""
    return wire_blobs.StaffAttachments(attachments=attachments.of_report(call.db, call.path["id"]))


def read(call: Call[None]) -> Response:
    """The bytes of an attachment, for a reason that is kept in the audit."""
    reason = call.query.get("reason", "").strip()
    if not reason:
        raise HubError("invalid_op", field="reason")
    row = attachments.kept(call.db, call.path["id"])
    triage.note(call.db, call.staff, "attachment", row["id"], detail=reason[:200], now=call.now)
    return StreamingResponse(
        call.hub.objects.read(row["object"]),
        media_type=row["type"],
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(row['name'])}",
            "content-security-policy": "sandbox",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        },
    )


def _version(call: Call[Any]) -> None:
    if call.headers.get("tus-resumable", "") != wire_blobs.TUS:
        raise HubError("tus_version", why=wire_blobs.TUS)


def _number(call: Call[Any], header: str) -> int:
    said = call.headers.get(header, "")
    if not said.isascii() or not said.isdigit():
        raise HubError("bad_request", why=header)
    return int(said)


def _answer(
    status: int, offset: int, expires: float | None, more: Mapping[str, str] | None = None
) -> Response:
    headers = {
        "tus-resumable": wire_blobs.TUS,
        "upload-offset": str(offset),
        "cache-control": "no-store",
        **(more or {}),
    }
    if expires is not None:
        headers["upload-expires"] = formatdate(expires, usegmt=True)
    return Response(status_code=status, headers=headers)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="OPTIONS",
        path=_PATH,
        work=options,
        who=Who.ANYONE,
        summary="Which parts of tus 1.0.0 are spoken",
    ),
    Endpoint(
        method="POST",
        path=_PATH,
        work=create,
        who=Who.MEMBER,
        summary="Open the upload of an announced attachment",
    ),
    Endpoint(method="HEAD", path=_ONE, work=head, who=Who.MEMBER, summary="How far an upload is"),
    Endpoint(
        method="PATCH",
        path=_ONE,
        work=patch,
        who=Who.MEMBER,
        asks=bytes,
        most=wire_blobs.CHUNK_MAX,
        summary="A piece of an attachment",
    ),
    Endpoint(
        method="DELETE",
        path=_ONE,
        work=delete,
        who=Who.MEMBER,
        summary="Throw an unfinished upload away",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/reports/{id}/attachments",
        work=listed,
        who=Right.READ,
        says=wire_blobs.StaffAttachments,
        summary="The attachments of a report",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/attachments/{id}",
        work=read,
        who=Right.READ,
        summary="The bytes of an attachment; ?reason= is audited",
    ),
)
STATUS: Final[Mapping[str, int]] = {
    "attachment_missing": 404,
    "upload_unknown": 404,
    "object_missing": 404,
    "offset_wrong": 409,
    "upload_expired": 410,
    "tus_version": 412,
    "checksum_wrong": 460,
    "objects_unreachable": 503,
    "hub_full": 507,
}
