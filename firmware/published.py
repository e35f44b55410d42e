"""A maker's published mirror on disk: what is current there, and writing the next.

The state is the mirror itself: timestamp.json leads to the snapshot, that to every role. Files are
whole or absent; what no timestamp leads to yet is not current. Below bundle/metadata lies the
second top for bundle files: its own root, snapshot and timestamp over the same targets roles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

from firmware import durable
from firmware.bundle import on_mirror
from firmware.draft import Image
from firmware.errors import PublishError
from firmware.release import Channel
from firmware.signed import BUILD, Train, read_about, read_train, train_path, train_role
from firmware.staff import BUNDLE, BUNDLE_ROOT, ROOT

P = TypeVar("P", Snapshot, Targets, Timestamp)


class Repository:
    """One top of the mirror, in the folder of its metadata: a root, a snapshot, a timestamp."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def root(self) -> Metadata[Root] | None:
        """Return the newest root."""
        newest = self.highest("root")
        return self.read(f"{newest}.root", Root) if newest else None

    def timestamp(self) -> Metadata[Timestamp] | None:
        """Return the timestamp; None before the first publication."""
        exists = (self.folder / "timestamp.json").exists()
        return self.read("timestamp", Timestamp) if exists else None

    def snapshot(self) -> Metadata[Snapshot] | None:
        """Return the snapshot that the timestamp leads to. PublishError("mirror_incomplete")."""
        stamp = self.timestamp()
        if stamp is None:
            return None
        version = stamp.signed.snapshot_meta.version
        found: Metadata[Snapshot] = self.read(f"{version}.snapshot", Snapshot)
        return found

    def highest(self, role: str) -> int:
        """Return the highest version of a role that was ever written here, current or not."""
        names = (file.name.split(".")[0] for file in self.folder.glob(f"*.{role}.json"))
        return max((int(name) for name in names if name.isdigit()), default=0)

    def write(self, name: str, metadata: Metadata[Any]) -> None:
        """Write one metadata file by its name on the mirror, without ".json".

        A version that is there with other content is never replaced: PublishError("version_taken").
        """
        file = self.folder / f"{name}.json"
        if name != "timestamp" and file.exists():
            if file.read_bytes() != metadata.to_bytes():
                raise PublishError("version_taken", file=file.name)
            return
        durable.write(file, metadata.to_bytes())

    def read(self, name: str, kind: type[Any]) -> Any:  # noqa: ANN401 - as the callers say
        """Return one file by its name without ".json". PublishError("mirror_incomplete")."""
        file = self.folder / f"{name}.json"
        try:
            metadata = Metadata.from_bytes(file.read_bytes())
        except (OSError, RepositoryError) as error:
            raise PublishError("mirror_incomplete", file=file) from error
        if not isinstance(metadata.signed, kind):
            raise PublishError("mirror_incomplete", file=file)
        return metadata


class Published:
    """Static files under `folder`: metadata/, targets/ and bundle/metadata/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.main = Repository(folder / "metadata")
        self.bundle = Repository(folder / "bundle" / "metadata")

    def root(self, role: str = ROOT) -> Metadata[Root] | None:
        """Return the newest root of the main repository, or of the bundle's."""
        return (self.bundle if role == BUNDLE_ROOT else self.main).root()

    def current(self, role: str, kind: type[P]) -> Metadata[P] | None:
        """Return what the timestamp leads to; None where that role is not there yet.

        PublishError("mirror_incomplete") where a file is missing.
        """
        metadata = self.any(role)
        if metadata is not None and not isinstance(metadata.signed, kind):
            raise PublishError("mirror_incomplete", file=role)
        return metadata

    def any(self, role: str) -> Metadata[Any] | None:
        """Return any role by its name; those of the bundle repository begin with "bundle-"."""
        repository = self.bundle if role.startswith(BUNDLE) else self.main
        match role.removeprefix(BUNDLE):
            case "root":
                return repository.root()
            case "timestamp":
                return repository.timestamp()
            case "snapshot":
                return repository.snapshot()
        snapshot = self.main.snapshot()
        meta = snapshot.signed.meta.get(f"{role}.json") if snapshot else None
        return self.version(role, meta.version) if meta else None

    def version(self, role: str, version: int) -> Metadata[Any] | None:
        """Return one version of a targets role, current or not; None where it is not there."""
        file = self.main.folder / f"{version}.{role}.json"
        return self.main.read(f"{version}.{role}", Targets) if file.exists() else None

    def taken(self) -> dict[str, int]:
        """Return role -> the highest version written, where a publication was cut before it."""
        names = (file.name.split(".") for file in self.main.folder.glob("*.*.json"))
        roles = {parts[1] for parts in names if len(parts) == 3} - {ROOT, "snapshot"}  # noqa: PLR2004
        found = {}
        for role in sorted(roles):
            current = self.any(role)
            highest = self.main.highest(role)
            if highest > (current.signed.version if current else 0):
                found[role] = highest
        return found

    def train(self, channel: Channel = Channel.ORANGE) -> Train | None:
        """Return the manifest of the published week of a channel, or None."""
        current = self.current(train_role(channel), Targets)
        if current is None:
            return None
        path = train_path(channel)
        digest = current.signed.targets[path].hashes["sha256"]
        file = self.folder / on_mirror(path, digest)
        try:
            return read_train(file.read_bytes())
        except OSError as error:
            raise PublishError("mirror_incomplete", file=file) from error

    def images(self, line: str) -> list[Image]:
        """Return every image its build role has signed so far."""
        current = self.current(BUILD + line, Targets)
        return [_image(line, file) for file in current.signed.targets.values()] if current else []

    def files(self) -> dict[str, bytes]:
        """Return what another key holder needs of it, by name: metadata and manifests, no image."""
        places = ("metadata", "bundle/metadata", "targets/train")
        found = (file for place in places for file in (self.folder / place).rglob("*.json"))
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in sorted(found)}

    def write_targets(
        self, images: Iterable[Image], kept: Path, manifests: Mapping[str, bytes]
    ) -> None:
        """Write the images, copied from the folder `kept`, and manifests by their target path."""
        for image in images:
            to = self.folder / on_mirror(image.path, image.sha256)
            if not to.exists():
                copy(kept / image.sha256, to, image.sha256)
        for path, manifest in manifests.items():
            digest = hashlib.sha256(manifest).hexdigest()
            durable.write(self.folder / on_mirror(path, digest), manifest)


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
