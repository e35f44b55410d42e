"""Bringing the bytes of attachments to the hub: tus 1.0.0, a few pieces in each loop of the sync.

It asks the hub first how far it is, so it goes on after whatever ended the last time. One loop
brings only so much: text that was written meanwhile goes before the next piece.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from feedback import wire_blobs
from feedback.wire import HubError

LOOP_BYTES: Final = 4 * 1024 * 1024
LOOP_S: Final = 20.0
_PATIENCE: Final = 3  # times that one piece is tried anew in a loop
_ANEW: Final = frozenset({"upload_unknown", "upload_expired"})
_STOP: Final = frozenset({"hub_unreachable", "hub_busy", "hub_full", "rate_limited"})
"""After these the other attachments need not be tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is to be brought, and in pieces of how many bytes."""

    id: str
    size: int
    file: str
    chunk: int = wire_blobs.CHUNK


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """How far it came; what came before an error stands."""

    id: str
    offset: int
    error: HubError | None = None
    retry_after: float | None = None


class Ask(Protocol):
    """One signed request below /v1/blobs; returns the answer's headers, in small letters."""

    def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Mapping[str, str]:
        """HubError where the hub refuses or is away."""


def bring(
    waiting: Iterable[Upload],
    ask: Ask,
    *,
    clock: Callable[[], float],
    retry_after: Callable[[], float | None] = lambda: None,
) -> tuple[Uploaded, ...]:
    """Bring as much as one loop may. Never raises HubError.

    `retry_after`: the hub's own wish with its last refusal, in seconds.
    """
    until, room = clock() + LOOP_S, LOOP_BYTES
    brought: list[Uploaded] = []
    for upload in waiting:
        if room <= 0 or clock() >= until:
            break
        one = _One(upload, ask)
        error = None
        try:
            one.start()
            while one.offset < upload.size and room > 0 and clock() < until:
                room -= one.piece()
        except HubError as refusal:
            error = refusal
        wish = retry_after() if error else None
        brought.append(Uploaded(id=upload.id, offset=one.offset, error=error, retry_after=wish))
        if error is not None and error.code in _STOP:
            break
    return tuple(brought)


class _One:
    """One upload under way."""

    def __init__(self, upload: Upload, ask: Ask) -> None:
        self._upload = upload
        self._ask = ask
        self._tried = 0
        self.offset = 0

    def start(self) -> None:
        """Find out how far the hub is; open the upload where there is none."""
        try:
            said = self._say("HEAD")
        except HubError as error:
            if error.code not in _ANEW:
                raise
            said = self._open()
        self.offset = _offset(said)

    def piece(self) -> int:
        """Bring one piece and return how many bytes went over the wire."""
        data = self._read()
        checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
        headers = {
            "upload-offset": str(self.offset),
            "upload-checksum": f"sha256 {checksum}",
            "content-type": "application/offset+octet-stream",
        }
        try:
            self.offset = _offset(self._say("PATCH", headers, data))
            self._tried = 0
        except HubError as error:
            self._tried += 1
            if self._tried > _PATIENCE or error.code not in {
                "checksum_wrong",
                "offset_wrong",
                *_ANEW,
            }:
                raise
            if error.code != "checksum_wrong":
                self.start()
        return len(data)

    def _open(self) -> Mapping[str, str]:
        headers = {
            "upload-length": str(self._upload.size),
            "upload-metadata": wire_blobs.metadata(attachment=self._upload.id),
            "tus-resumable": wire_blobs.TUS,
        }
        return self._ask("POST", "/v1/blobs", headers)

    def _say(
        self, method: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Mapping[str, str]:
        whole = {"tus-resumable": wire_blobs.TUS, **(headers or {})}
        return self._ask(method, f"/v1/blobs/{self._upload.id}", whole, body)

    def _read(self) -> bytes:
        try:
            with Path(self._upload.file).open("rb") as file:
                file.seek(self.offset)
                data = file.read(min(self._upload.chunk, self._upload.size - self.offset))
        except OSError as error:
            raise HubError("attachment_lost", name=self._upload.id) from error
        if not data:
            raise HubError("attachment_lost", name=self._upload.id)
        return data


def _offset(headers: Mapping[str, str]) -> int:
    said = headers.get("upload-offset", "")
    if not said.isascii() or not said.isdigit():
        raise HubError("hub_not_understood", fact="Upload-Offset")
    return int(said)
