"""Where attachments lie: a folder, or a bucket of anything that speaks S3.

An object is named by the digest of its bytes and the attachment it belongs to. Two members with the
same file have two objects, so nobody learns from an upload what another has.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, urlsplit

from feedback.wire import HubError

_PIECE: Final = 1024 * 1024
_MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An object that is there."""

    name: str
    size: int


class Objects(Protocol):
    """A store of objects. Every method: HubError("objects_unreachable")."""

    def put(self, name: str, file: Path) -> None:
        """Keep the file's bytes under this name: all of them safely, or nothing."""

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes in pieces; HubError("object_missing") before the first one."""

    def drop(self, name: str) -> None:
        """Take an object away; fine where there is none."""

    def all(self) -> Iterator[Found]:
        """Every object, in no order."""


def named(sha256: str, attachment: str) -> str:
    """The name of an attachment's object."""
    return f"{sha256}.{attachment}"


def digest(file: Path) -> str:
    """SHA-256 of a file, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def at(address: str, folder: Path) -> Objects:
    """The store at `address`: "" is `folder`, else s3://BUCKET/PREFIX?endpoint=URL&region=NAME.

    Keys come from the environment or the machine, as boto3 finds them. HubError:
    objects_address_bad.
    """
    if not address:
        return Folder(folder)
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.hostname:
        raise HubError("objects_address_bad", address=address)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return Bucket(
        parts.hostname,
        parts.path.strip("/"),
        endpoint=asked.get("endpoint"),
        region=asked.get("region"),
    )


class Folder:
    """Objects as files, in 256 folders by the first digits of their digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, file: Path) -> None:
        """Write beside, bring to the disk, rename: after a power cut it is whole or not there."""
        to = self._file(name)
        part = to.with_name(to.name + ".part")
        with _said(OSError):
            to.parent.mkdir(parents=True, exist_ok=True)
            with file.open("rb") as source, part.open("wb") as out:
                while piece := source.read(_PIECE):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            part.replace(to)
            _sync_folder(to.parent)

    def read(self, name: str) -> Iterator[bytes]:
        """The file's bytes."""
        try:
            opened = self._file(name).open("rb")
        except FileNotFoundError as error:
            raise HubError("object_missing", name=name) from error
        except OSError as error:
            raise HubError("objects_unreachable", fact=error) from error
        return _pieces(opened.read, opened.close)

    def drop(self, name: str) -> None:
        """Remove the file."""
        with _said(OSError):
            self._file(name).unlink(missing_ok=True)

    def all(self) -> Iterator[Found]:
        """All files but those that are being written."""
        with _said(OSError):
            for file in self._folder.glob("??/*"):
                if file.suffix != ".part":
                    yield Found(name=file.name, size=file.stat().st_size)

    def _file(self, name: str) -> Path:
        return self._folder / name[:2] / name


class Bucket:
    """Objects in a bucket; the store itself checks the digest of what it takes."""

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        endpoint: str | None = None,
        region: str | None = None,
    ) -> None:
        try:
            import boto3  # noqa: PLC0415 - a hub with a folder has no boto3
            from botocore import config, exceptions  # noqa: PLC0415 - same
        except ImportError as error:
            raise HubError("objects_address_bad", address=bucket) from error
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._errors = (exceptions.BotoCoreError, exceptions.ClientError)
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            config=config.Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"total_max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": "path" if endpoint else "auto"},
            ),
        )

    def put(self, name: str, file: Path) -> None:
        """Send it whole with its digest; a store that got something else refuses."""
        check = base64.b64encode(bytes.fromhex(digest(file))).decode()
        with _said(*self._errors), file.open("rb") as body:
            self._client.put_object(
                Bucket=self._bucket, Key=self._key(name), Body=body, ChecksumSHA256=check
            )

    def read(self, name: str) -> Iterator[bytes]:
        """The object's bytes."""
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=self._key(name))["Body"]
        except self._errors as error:
            said = getattr(error, "response", {}).get("Error", {}).get("Code", "")
            code = "object_missing" if said in _MISSING else "objects_unreachable"
            raise HubError(code, name=name, fact=error) from error
        return _pieces(body.read, body.close)

    def drop(self, name: str) -> None:
        """Delete it."""
        with _said(*self._errors):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(name))

    def all(self) -> Iterator[Found]:
        """Every object below the prefix, page by page."""
        with _said(*self._errors):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for one in page.get("Contents", ()):
                    yield Found(name=one["Key"].rpartition("/")[2], size=one["Size"])

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name[:2]}/{name}"


def _pieces(read: Callable[[int], bytes], close: Callable[[], object]) -> Iterator[bytes]:
    try:
        while piece := read(_PIECE):
            yield piece
    finally:
        close()


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _said(*errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raise HubError("objects_unreachable", fact=error) from error
