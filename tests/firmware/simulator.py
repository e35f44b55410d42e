"""A release mirror that can lie: a real TUF repository on disk, keys in memory, all of it bendable.

And a real HTTP server for it that counts, cuts off and knows byte ranges or not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from firmware.trust import Maker
from tests.firmware.loopback import Loopback

TRAIN = "train/orange/week.json"
STABLE = "train/stable/week.json"
LAMP = "fw/acme/lamp/lamp.bin"


def signer(name: str = "") -> CryptoSigner:
    """Return a new key in memory, named as the real ones are."""
    private = Ed25519PrivateKey.generate()
    key = SSlibKey.from_crypto(private.public_key())
    key.unrecognized_fields["x-orangery-name"] = name
    return CryptoSigner(private, key)


def trio(name: str) -> list[CryptoSigner]:
    return [signer(f"{name}{number}") for number in (1, 2, 3)]


class Simulator:
    """One maker's mirror below `folder`.

    Change `keys`, `threshold`, `files`, `about`, `days` or the hooks, then `publish` again; each
    publication raises all versions. `signers` says who really signs a role (default: two of three).
    """

    def __init__(self, folder: Path, *, week: str = "2026-W47") -> None:
        self.folder = folder
        self.week = week
        self.keys = {role: trio(role) for role in ("root", "targets", "build-lamp", "train-orange")}
        self.keys |= {"snapshot": [signer("snapshot")], "timestamp": [signer("timestamp")]}
        self.signers: dict[str, list[CryptoSigner]] = {}
        self.threshold = 2
        self.days = dict.fromkeys((*self.keys,), 28.0)
        self.files: dict[str, bytes] = {LAMP: b"lamp firmware 1.0"}
        self.about: dict[str, dict[str, object]] = {}
        self.counter = 0
        self.root_version = 0
        self.versions: dict[str, int] = {}
        self.on_train: Callable[[dict], None] = lambda train: None
        self.on_build: Callable[[Targets], None] = lambda build: None
        self.on_train_role: Callable[[Targets], None] = lambda train: None
        self.on_targets: Callable[[Targets], None] = lambda targets: None
        self.on_snapshot: Callable[[Snapshot], None] = lambda snapshot: None
        self.bodies: dict[str, bytes] = {}
        self.bundle: Bundle | None = None  # `add_bundle` gives one
        self.chunk_size = 0  # of the files; 0: their chunks are not signed
        self.stable: dict[str, object] | None = None  # what the stable train says otherwise
        self.more: dict[str, Targets] = {}  # further roles, signed by `keys[role]`

    @property
    def metadata(self) -> Path:
        return self.folder / "metadata"

    def maker(self, url: str = "") -> Maker:
        root = (self.metadata / "1.root.json").read_bytes()
        return Maker(name="acme", root=root, url=url or str(self.folder))

    def publish(self) -> None:
        """Publish everything anew, root only where its keys changed."""
        if self.root_version == 0:
            self.rotate()
        self.counter += 1
        self.bodies = {}
        self._write("targets", self._targets())
        self._write("build-lamp", self._build())
        self._write("train-orange", self._train())
        if self.stable is not None:
            self._write("train-stable", self._train("stable", **self.stable))
        for role, signed in self.more.items():
            self.versions[role] = signed.version
            self._write(role, signed)
        self.heartbeat(snapshot=True)

    def heartbeat(self, *, snapshot: bool = False) -> None:
        if snapshot:
            meta = {
                f"{role}.json": MetaFile.from_data(self.versions[role], body, ["sha256"])
                for role, body in self.bodies.items()
                if role not in ("snapshot", "timestamp")
            }
            signed = Snapshot(self._next("snapshot"), expires=self._expires("snapshot"), meta=meta)
            self.on_snapshot(signed)
            self._write("snapshot", signed)
            if self.bundle is not None:
                self.bundle.publish(meta)
        meta = MetaFile.from_data(self.versions["snapshot"], self.bodies["snapshot"], ["sha256"])
        self._write(
            "timestamp",
            Timestamp(
                self._next("timestamp"), expires=self._expires("timestamp"), snapshot_meta=meta
            ),
        )

    def rotate(self, *, signers: list[CryptoSigner] | None = None) -> None:
        """Write the next root with the keys as they are now; `signers` default: two of its own."""
        roles, keys = {}, {}
        for role in ("root", "targets", "snapshot", "timestamp"):
            held = [one.public_key for one in self.keys[role]]
            threshold = self.threshold if len(held) > 1 else 1
            roles[role] = Role([key.keyid for key in held], threshold)
            keys |= {key.keyid: key for key in held}
        self.root_version += 1
        root = Root(
            self.root_version,
            expires=self._expires("root"),
            keys=keys,
            roles=roles,
            consistent_snapshot=True,
        )
        metadata = Metadata(root)
        for one in signers or self.keys["root"][:2]:
            metadata.sign(one, append=True)
        self._put(f"{self.root_version}.root.json", metadata.to_bytes())

    def add_stable(self, **said: object) -> None:
        """Ride a second train from the next publication on; `said` replaces what it says."""
        if "train-stable" not in self.keys:
            self.keys["train-stable"] = trio("train-stable")
            self.days["train-stable"] = 28.0
        self.stable = said

    def add_bundle(self) -> Bundle:
        """Have a bundle repository too, from now on, signed by the root's keys."""
        self.bundle = Bundle(self)
        self.bundle.rotate()
        return self.bundle

    def copy(self, to: Path) -> Path:
        """Keep the mirror as it is now: what an attacker may show again later."""
        shutil.copytree(self.folder, to)
        return to

    def target(self, path: str = LAMP) -> Path:
        """Where a file lies on the mirror."""
        folder, _, name = path.rpartition("/")
        digest = hashlib.sha256(self.files[path]).hexdigest()
        return self.folder / "targets" / folder / f"{digest}.{name}"

    def file(self, role: str) -> Path:
        """Where the current metadata of a role lies."""
        version = "" if role == "timestamp" else f"{self.versions[role]}."
        return self.metadata / f"{version}{role}.json"

    def _targets(self) -> Targets:
        delegated, keys = {}, {}
        paths = {"build-lamp": "fw/acme/lamp/*", "train-orange": "train/orange/*"}
        if self.stable is not None:
            paths["train-stable"] = "train/stable/*"
        for role, path in paths.items():
            held = [one.public_key for one in self.keys[role]]
            keys |= {key.keyid: key for key in held}
            ids = [key.keyid for key in held]
            delegated[role] = DelegatedRole(
                role, ids, self.threshold, terminating=True, paths=[path]
            )
        targets = Targets(
            self._next("targets"),
            expires=self._expires("targets"),
            delegations=Delegations(keys, delegated),
        )
        self.on_targets(targets)
        return targets

    def named(self, path: str = LAMP) -> TargetFile:
        """A target as the build role names it."""
        body = self.files[path]
        about = {"schema": 1, "version": "9", "counter": 9, "vendor": "Acme", "model": "Lamp 1"}
        digest = hashlib.sha256(body).hexdigest()
        return TargetFile(len(body), {"sha256": digest}, path, {"custom": about})

    def _build(self) -> Targets:
        files = {}
        for number, (path, body) in enumerate(self.files.items(), start=1):
            about = {
                "schema": 1,
                "version": f"1.{self.counter}",
                "counter": self.counter,
                "vendor": "Acme",
                "model": f"Lamp {number}",
                **self._chunks(body),
                **self.about.get(path, {}),
            }
            digest = hashlib.sha256(body).hexdigest()
            files[path] = TargetFile(len(body), {"sha256": digest}, path, {"custom": about})
            self.target(path).parent.mkdir(parents=True, exist_ok=True)
            self.target(path).write_bytes(body)
        build = Targets(
            self._next("build-lamp"), expires=self._expires("build-lamp"), targets=files
        )
        self.on_build(build)
        return build

    def _chunks(self, body: bytes) -> dict[str, object]:
        size = self.chunk_size
        if not size:
            return {}
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        return {
            "chunk_size": size,
            "chunks": [hashlib.sha256(piece).hexdigest() for piece in pieces],
        }

    def _train(self, channel: str = "orange", **said: object) -> Targets:
        path, name = f"train/{channel}/week.json", f"train-{channel}"
        train = {
            "schema": 1,
            "week": self.week,
            "channel": channel,
            "counter": self.counter,
            "published": 1,
            "files": [
                {"path": path, "sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}
                for path, body in self.files.items()
            ],
        }
        train |= said
        if channel == "orange":
            self.on_train(train)
        body = json.dumps(train).encode()
        digest = hashlib.sha256(body).hexdigest()
        place = self.folder / "targets" / "train" / channel / f"{digest}.week.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        role = Targets(
            self._next(name),
            expires=self._expires(name),
            targets={path: TargetFile(len(body), {"sha256": digest}, path)},
        )
        if channel == "orange":
            self.on_train_role(role)
        return role

    def _write(self, role: str, signed: Targets | Snapshot | Timestamp) -> None:
        metadata = Metadata(signed)
        for one in self.signers.get(role, self.keys[role][: self.threshold]):
            metadata.sign(one, append=True)
        self.bodies[role] = metadata.to_bytes()
        self._put(self.file(role).name, self.bodies[role])

    def _put(self, name: str, body: bytes) -> None:
        self.metadata.mkdir(parents=True, exist_ok=True)
        (self.metadata / name).write_bytes(body)

    def _next(self, role: str) -> int:
        self.versions[role] = self.versions.get(role, 0) + 1
        return self.versions[role]

    def _expires(self, role: str) -> dt.datetime:
        return dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=self.days[role])


class Bundle:
    """The bundle repository of a simulator: a top of its own over the same targets roles.

    Change `keys`, `days` or `marker`, then `rotate` or have the simulator publish.
    """

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.keys = {"snapshot": [signer("bundle-snapshot")]}
        self.keys["timestamp"] = [signer("bundle-timestamp")]
        self.days = {"root": 300.0, "snapshot": 35.0, "timestamp": 15.0}
        self.marker: str | None = "bundle"  # of its root
        self.online_marker: str | None = "bundle"  # of snapshot and timestamp
        self.version = 0
        self.root_version = 0

    @property
    def metadata(self) -> Path:
        return self.sim.folder / "bundle" / "metadata"

    def rotate(self, *, signers: list[CryptoSigner] | None = None) -> None:
        """Write the next bundle root with the keys as they are now."""
        every = {**self.keys, **{role: self.sim.keys[role] for role in ("root", "targets")}}
        roles, keys = {}, {}
        for role in ("root", "targets", "snapshot", "timestamp"):
            held = [one.public_key for one in every[role]]
            threshold = self.sim.threshold if len(held) > 1 else 1
            roles[role] = Role([key.keyid for key in held], threshold)
            keys |= {key.keyid: key for key in held}
        self.root_version += 1
        said = {"x-orangery-repository": self.marker} if self.marker else {}
        root = Root(
            self.root_version,
            expires=self._expires("root"),
            keys=keys,
            roles=roles,
            consistent_snapshot=True,
            unrecognized_fields=said,
        )
        self._write(f"{self.root_version}.root.json", root, signers or self.sim.keys["root"][:2])

    def publish(self, meta: dict[str, MetaFile]) -> None:
        """Sign what the main snapshot says with the bundle's own keys."""
        self.version += 1
        said = {"x-orangery-repository": self.online_marker} if self.online_marker else {}
        snapshot = Snapshot(
            self.version, expires=self._expires("snapshot"), meta=meta, unrecognized_fields=said
        )
        body = self._write(f"{self.version}.snapshot.json", snapshot, self.keys["snapshot"])
        timestamp = Timestamp(
            self.version,
            expires=self._expires("timestamp"),
            snapshot_meta=MetaFile.from_data(self.version, body, ["sha256"]),
            unrecognized_fields=said,
        )
        self._write("timestamp.json", timestamp, self.keys["timestamp"])

    def _write(
        self, name: str, signed: Root | Snapshot | Timestamp, signers: list[CryptoSigner]
    ) -> bytes:
        metadata = Metadata(signed)
        for one in signers:
            metadata.sign(one, append=True)
        body = metadata.to_bytes()
        self.metadata.mkdir(parents=True, exist_ok=True)
        (self.metadata / name).write_bytes(body)
        return body

    def _expires(self, role: str) -> dt.datetime:
        return dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=self.days[role])


class Server(Loopback):
    """A web server over a folder; `requests` are (path, first byte asked for)."""

    def __init__(self, folder: Path, *, ranges: bool = True) -> None:
        self.folder = folder
        self.ranges = ranges
        self.cut_after: int | None = None  # bytes of a body, then the connection breaks, once
        self.requests: list[tuple[str, int]] = []
        self.sent = 0
        super().__init__(_Handler)


class _Handler(BaseHTTPRequestHandler):
    owner: Server

    def do_GET(self) -> None:
        owner = self.owner
        asked = self.headers.get("Range", "")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        owner.requests.append((self.path, start))
        file = owner.folder / self.path.lstrip("/")
        if not file.is_file():
            self.send_error(404)
            return
        body = file.read_bytes()
        if start and owner.ranges:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            body = body[start:]
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if owner.cut_after is not None and len(body) > owner.cut_after:
            body, owner.cut_after = body[: owner.cut_after], None
            self.close_connection = True
        owner.sent += len(body)
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
