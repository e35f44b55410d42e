"""A maker's published mirror on disk: what is current there, and writing the next.

The state is the mirror itself: timestamp.json leads to the snapshot, that to every role. Files are
whole or absent; what no timestamp leads to yet is not current.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

from firmware import durable
from firmware.bundle import on_mirror
from firmware.draft import Image
from firmware.errors import PublishError
from firmware.signed import BUILD, TRAIN_PATH, TRAIN_ROLE, Train, read_about, read_train

P = TypeVar("P", Snapshot, Targets, Timestamp)


class Published:
    """Static files under `folder`: metadata/ and targets/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def root(self) -> Metadata[Root] | None:
        """Return the newest root."""
        files = (self.folder / "metadata").glob("*.root.json")
        newest = max(files, key=lambda file: int(file.name.split(".")[0]), default=None)
        return Metadata[Root].from_bytes(newest.read_bytes()) if newest else None

    def current(self, role: str, kind: type[P]) -> Metadata[P] | None:
        """Return what the timestamp leads to; None where that role is not there yet.

        PublishError("mirror_incomplete") where a file is missing.
        """
        try:
            body = self._bytes(role)
        except FileNotFoundError as error:
            raise PublishError("mirror_incomplete", file=error.filename) from error
        if body is None:
            return None
        metadata = Metadata[P].from_bytes(body)
        if not isinstance(metadata.signed, kind):
            raise PublishError("mirror_incomplete", file=role)
        return metadata

    def any(self, role: str) -> Metadata[Any] | None:
        """Return any role by its name."""
        kinds: dict[str, Any] = {"snapshot": Snapshot, "timestamp": Timestamp}
        return self.root() if role == "root" else self.current(role, kinds.get(role, Targets))

    def train(self) -> Train | None:
        """Return the manifest of the published week, or None."""
        current = self.current(TRAIN_ROLE, Targets)
        if current is None:
            return None
        digest = current.signed.targets[TRAIN_PATH].hashes["sha256"]
        return read_train((self.folder / on_mirror(TRAIN_PATH, digest)).read_bytes())

    def images(self, line: str) -> list[Image]:
        """Return every image its build role has signed so far."""
        current = self.current(BUILD + line, Targets)
        return [_image(line, file) for file in current.signed.targets.values()] if current else []

    def write_metadata(self, name: str, metadata: Metadata[Any]) -> None:
        """Write one metadata file by its name on the mirror, without ".json"."""
        durable.write(self.folder / "metadata" / f"{name}.json", metadata.to_bytes())

    def write_targets(self, images: Iterable[Image], kept: Path, manifest: bytes) -> None:
        """Write the images, copied from the folder `kept`, and the week's manifest."""
        for image in images:
            to = self.folder / on_mirror(image.path, image.sha256)
            if not to.exists():
                copy(kept / image.sha256, to, image.sha256)
        digest = hashlib.sha256(manifest).hexdigest()
        durable.write(self.folder / on_mirror(TRAIN_PATH, digest), manifest)

    def _bytes(self, role: str) -> bytes | None:
        folder = self.folder / "metadata"
        if not (folder / "timestamp.json").exists():
            return None
        body = (folder / "timestamp.json").read_bytes()
        if role == "timestamp":
            return body
        version = Metadata[Timestamp].from_bytes(body).signed.snapshot_meta.version
        body = (folder / f"{version}.snapshot.json").read_bytes()
        if role == "snapshot":
            return body
        meta = Metadata[Snapshot].from_bytes(body).signed.meta.get(f"{role}.json")
        return (folder / f"{meta.version}.{role}.json").read_bytes() if meta else None


def copy(file: Path, to: Path, sha256: str) -> None:
    """Copy a file whose digest is known, durably; PublishError("image_unreadable") if it is not."""
    part = to.with_name(to.name + ".part")
    digest = hashlib.sha256()
    with durable.told(to):
        durable.make_folder(to.parent)
        with file.open("rb") as source, part.open("wb") as out:
            while block := source.read(1024 * 1024):
                digest.update(block)
                out.write(block)
        if digest.hexdigest() != sha256:
            part.unlink()
            raise PublishError("image_unreadable", file=file, why="changed meanwhile")
        durable.settle(part, to)


def _image(line: str, file: TargetFile) -> Image:
    return Image(
        path=file.path,
        sha256=file.hashes["sha256"],
        size=file.length,
        line=line,
        about=read_about(file.path, file.custom),
    )
