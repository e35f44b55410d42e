"""A small maker for tests: a TUF repository with the roles of ours, made with stock tuf alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.ngclient import FetcherInterface

from firmware import stage
from firmware.agent_slots import Header, SelfTest, image
from firmware.release import Fits, Target
from firmware.stage import StagedFile

TRAIN = "train/orange/week.json"
CHUNK = 8_192


@dataclass
class Release:
    """One image of a week."""

    version: str = "2.0.0"
    counter: int = 2
    vendor: str = "acme"
    model: str = "lamp"
    hardware: tuple[str, ...] = ()
    fails_on: tuple[str, ...] = ()
    body: bytes = b"new firmware " * 3000

    @property
    def path(self) -> str:
        return f"fw/acme/lamp/{self.model}-{self.version}.bin"

    @property
    def image(self) -> bytes:
        header = Header(
            vendor=self.vendor,
            model=self.model,
            version=self.version,
            counter=self.counter,
            hardware=self.hardware,
            selftest=SelfTest(self.fails_on),
        )
        return image(header, self.body)

    @property
    def target(self) -> Target:
        return Target(
            path=self.path,
            sha256=hashlib.sha256(self.image).hexdigest(),
            size=len(self.image),
            version=self.version,
            counter=self.counter,
            line="lamp",
            fits=Fits(vendor=self.vendor, model=self.model, hardware=self.hardware),
            come_back_s=30,
        )

    @property
    def custom(self) -> dict[str, object]:
        about = {name: getattr(self, name) for name in ("version", "counter", "vendor", "model")}
        return {"schema": 1, "hardware": list(self.hardware), **about}


class Chunked(Release):
    """A release whose chunks are signed, so that a cut transfer goes on."""

    @property
    def custom(self) -> dict[str, object]:
        pieces = [self.image[at : at + CHUNK] for at in range(0, len(self.image), CHUNK)]
        digests = [hashlib.sha256(piece).hexdigest() for piece in pieces]
        return super().custom | {"chunk_size": CHUNK, "chunks": digests}


@dataclass
class Maker:
    """Keys, and the metadata of the weeks published so far."""

    signers: dict[str, CryptoSigner] = field(
        default_factory=lambda: {
            role: CryptoSigner.generate_ed25519() for role in ("top", "build", "train")
        }
    )
    number: int = 0
    files: dict[str, bytes] = field(default_factory=dict)  # as on the mirror

    @property
    def root(self) -> bytes:
        return self.files["metadata/1.root.json"]

    def publish(
        self,
        *releases: Release,
        train: dict[str, str] | None = None,
        recalled: tuple[str, ...] = (),
    ) -> dict[str, bytes]:
        """Publish a week; `train`: what the train says instead of the truth (path -> sha256)."""
        self.number += 1
        named = {one.path: hashlib.sha256(one.image).hexdigest() for one in releases} | (
            train or {}
        )
        week = {
            "schema": 1,
            "week": "2026-W48",
            "channel": "orange",
            "counter": self.number,
            "published": 1,
            "files": [
                {"path": one.path, "sha256": named[one.path], "size": len(one.image)}
                for one in releases
                if one.path in named
            ],
            "recalled": list(recalled),
        }
        build, trained, top = self._targets(), self._targets(), self._targets()
        for one in releases:
            self._add(build, one.path, one.image, one.custom)
        self._add(trained, TRAIN, json.dumps(week).encode())
        self._delegate(top)
        self._root()
        roles = {"targets": top, "build-lamp": build, "train-orange": trained}
        for name, role in roles.items():
            self._write(f"{self.number}.{name}.json", role)
        snapshot = Metadata(Snapshot(version=self.number, expires=_later()))
        snapshot.signed.meta = {f"{name}.json": MetaFile(self.number) for name in roles}
        self._write(f"{self.number}.snapshot.json", snapshot)
        timestamp = Metadata(Timestamp(version=self.number, expires=_later()))
        timestamp.signed.snapshot_meta = MetaFile(self.number)
        self._write("timestamp.json", timestamp)
        return dict(self.files)

    def _root(self) -> None:
        if "metadata/1.root.json" in self.files:
            return
        root = Root(expires=_later(), consistent_snapshot=True)
        for role in ("root", "targets", "snapshot", "timestamp"):
            root.add_key(self.signers["top"].public_key, role)
        self._write("1.root.json", Metadata(root))

    def _targets(self) -> Metadata[Targets]:
        return Metadata(Targets(version=self.number, expires=_later()))

    def _delegate(self, top: Metadata[Targets]) -> None:
        build, train = (self.signers[role].public_key for role in ("build", "train"))
        roles = {
            "build-lamp": DelegatedRole(
                "build-lamp", [build.keyid], 1, terminating=True, paths=["fw/acme/lamp/*"]
            ),
            "train-orange": DelegatedRole(
                "train-orange", [train.keyid], 1, terminating=True, paths=["train/orange/*"]
            ),
        }
        top.signed.delegations = Delegations({build.keyid: build, train.keyid: train}, roles)

    def _add(
        self, role: Metadata[Targets], path: str, body: bytes, custom: dict | None = None
    ) -> None:
        info = TargetFile.from_data(path, body, ["sha256"])
        if custom:
            info.unrecognized_fields["custom"] = custom
        role.signed.targets[path] = info
        folder, _, name = path.rpartition("/")
        self.files[f"targets/{folder}/{info.hashes['sha256']}.{name}"] = body

    def _write(self, name: str, metadata: Metadata) -> None:
        role = next((one for one in ("build", "train") if f".{one}-" in name), "top")
        metadata.sign(self.signers[role])
        self.files[f"metadata/{name}"] = metadata.to_bytes()


class Mirror(FetcherInterface):
    """A mirror in memory, to be tampered with."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def _fetch(self, url: str) -> Iterator[bytes]:
        name = url.removeprefix("mqtt:/").lstrip("/")
        if name not in self.files:
            raise DownloadHTTPError("not found", 404)
        return iter([self.files[name]])


def altered(files: dict[str, bytes], word: str) -> dict[str, bytes]:
    """The hacked house's mirror: one byte of the file that has `word` in its name is another."""
    (name,) = [one for one in files if word in one]
    return {**files, name: files[name][:-2] + bytes([files[name][-2] ^ 1]) + files[name][-1:]}


def lay_out(files: dict[str, bytes], folder: Path) -> Path:
    """Write a mirror's files to a folder."""
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


def staged(path: Path, target: Target) -> StagedFile:
    """A staged file without the way there, for tests of what comes after."""
    return StagedFile(path=path, target=target, maker="acme", week="2026-W48", token=stage._TOKEN)


def _later() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=10)
