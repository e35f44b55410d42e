"""Any TUF repository, in memory behind a web server, and a client of it: our entry point.

Unlike tests/firmware/simulator.py this knows no weeks: roles, delegations, names and thresholds are
as a test wants them. What is served is a plain dict of paths, which a test may bend afterwards.
"""

from __future__ import annotations

import datetime as dt
import json
import urllib.parse
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)

from firmware import conformance
from tests.firmware.loopback import Loopback

TOP = ("root", "targets", "snapshot", "timestamp")
ALL = ("targets", "snapshot", "timestamp")  # what most publications renew


def day(days: float) -> dt.datetime:
    """Return the time so many days from now."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=days)


def new_key(kind: str = "ed25519") -> CryptoSigner:
    return getattr(CryptoSigner, f"generate_{kind}")()


class Repository:
    """Edit `signed` and `signers`, then `publish` roles; a role's version rises each time."""

    def __init__(self, *, consistent: bool = True) -> None:
        self.files: dict[str, bytes] = {}  # path, quoted as it comes over the wire: body
        self.asked: list[str] = []
        self.places: dict[str, list[str]] = {}  # of each target on the server
        self.hashes = False  # whether timestamp and snapshot carry hashes and lengths
        self.signed: dict[str, Signed] = {
            "root": Root(expires=day(30), consistent_snapshot=consistent),
            "targets": Targets(expires=day(30)),
            "snapshot": Snapshot(expires=day(30)),
            "timestamp": Timestamp(expires=day(30)),
        }
        self.signers: dict[str, list[CryptoSigner]] = {}
        self._published: set[str] = set()
        for role in TOP:
            self.add_key(role)
        self.publish("root", *ALL)

    # --- what is in it ---------------------------------------------------------------------------

    @property
    def root(self) -> Root:
        return self.signed["root"]

    @property
    def targets(self) -> Targets:
        return self.signed["targets"]

    @property
    def snapshot(self) -> Snapshot:
        return self.signed["snapshot"]

    @property
    def timestamp(self) -> Timestamp:
        return self.signed["timestamp"]

    def add_key(self, role: str, key: CryptoSigner | None = None, by: str = "root") -> CryptoSigner:
        """Let `by` name one more key for `role`, which signs with it from now on."""
        key = key or new_key()
        self.signed[by].add_key(key.public_key, role)
        self.signers.setdefault(role, []).append(key)
        return key

    def set_keys(
        self, role: str, keys: list[CryptoSigner], threshold: int, signers: list[CryptoSigner]
    ) -> None:
        """Let the root name exactly these keys for `role`, and these sign it."""
        for keyid in list(self.root.roles[role].keyids):
            self.root.revoke_key(keyid, role)
        for key in keys:
            self.root.add_key(key.public_key, role)
        self.root.roles[role].threshold = threshold
        self.signers[role] = signers

    def rotate(self, role: str) -> None:
        """Give a role a new key instead of its old one."""
        key = new_key()
        self.set_keys(role, [key], 1, [key])

    def delegate(
        self, by: str, role: str, paths: list[str], *, terminating: bool = False
    ) -> CryptoSigner:
        """Let `by` hand `paths` to `role`, with a key made for it."""
        delegator = self.signed[by]
        if delegator.delegations is None:
            delegator.delegations = Delegations({}, roles={})
        delegated = DelegatedRole(role, [], 1, terminating=terminating, paths=paths)
        delegator.delegations.roles[role] = delegated
        self.signed.setdefault(role, Targets(expires=day(30)))
        return self.add_key(role, by=by)

    def delegate_bins(self, bits: int, prefix: str) -> SuccinctRoles:
        """Let targets hand everything to 2 ** `bits` hash bins of one key."""
        key, bins = new_key(), SuccinctRoles([], 1, bits, prefix)
        self.targets.delegations = Delegations({}, None, bins)
        self.targets.add_key(key.public_key)
        for role in bins.get_roles():
            self.signed[role] = Targets(expires=day(30))
            self.signers[role] = [key]
        return bins

    def add(
        self, path: str, body: bytes, by: str = "targets", hashes: tuple[str, ...] = ("sha256",)
    ) -> TargetFile:
        """Let `by` name a target; a client may ask for it under each of its hashes."""
        target = TargetFile.from_data(path, body, list(hashes))
        self.signed[by].targets[path] = target
        folder, slash, name = path.rpartition("/")
        prefixes = [f"{one}." for one in target.hashes.values()]
        names = [folder + slash + prefix + name for prefix in prefixes]
        self.places[path] = names if self.root.consistent_snapshot else [path]
        self.swap(path, body)
        return target

    def swap(self, path: str, body: bytes) -> None:
        """Serve other bytes for a target, whatever is signed."""
        for name in self.places[path]:
            self.files[f"targets/{urllib.parse.quote(name)}"] = body

    # --- what is served --------------------------------------------------------------------------

    def publish(self, *roles: str) -> None:
        """Sign and serve the next version of each of these roles, in this order."""
        for role in roles:
            if role in self._published:
                self.signed[role].version += 1
            self._published.add(role)
            self.serve(role, self.sign(role))

    def sign(self, role: str) -> Metadata:
        """Return a role as it is now, signed by its signers."""
        metadata = Metadata(self.signed[role])
        for signer in self.signers[role]:
            metadata.sign(signer, append=True)
        return metadata

    def serve(self, role: str, metadata: Metadata | bytes) -> None:
        """Serve this as the current version of a role, and let those above it name it."""
        body = metadata if isinstance(metadata, bytes) else metadata.to_bytes()
        self.files[self.place(role)] = body
        version = self.signed[role].version
        meta = MetaFile.from_data(version, body, ["sha256"]) if self.hashes else MetaFile(version)
        if role == "snapshot":
            self.timestamp.snapshot_meta = meta
        elif role not in ("root", "timestamp"):
            self.snapshot.meta[f"{role}.json"] = meta

    def place(self, role: str, version: int | None = None) -> str:
        """Return where a version of a role (default: the current) lies."""
        number = f"{version or self.signed[role].version}."
        if role == "timestamp" or not (role == "root" or self.root.consistent_snapshot):
            number = ""
        return f"metadata/{number}{urllib.parse.quote(role, '')}.json"

    def set_back(self, role: str, version: int = 1) -> None:
        """Publish a role with a version that may be lower than one before."""
        self.signed[role].version = version
        self.serve(role, self.sign(role))

    def edit(self, role: str, change) -> None:
        """Change the JSON that is served for a role without signing it again."""
        body = json.loads(self.files[self.place(role)])
        change(body)
        self.files[self.place(role)] = json.dumps(body).encode()

    def metadata_asked(self) -> list[str]:
        """Return the metadata asked for until now, without folder and ending, and forget it."""
        names = [x for x in self.asked if x.startswith("metadata/")]
        self.asked.clear()
        return [name.removeprefix("metadata/").removesuffix(".json") for name in names]


class Server(Loopback):
    """A web server of a repository; it knows byte ranges.

    `cuts` says after how many bytes it breaks off, of one request for a target after the other.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.cuts: list[int] = []
        self.sent = 0
        super().__init__(_Handler)


class _Handler(BaseHTTPRequestHandler):
    owner: Server

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        self.owner.repository.asked.append(path)
        body = self.owner.repository.files.get(path)
        if body is None:
            self.send_error(404)
            return
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        body = body[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if path.startswith("targets/"):
            if self.owner.cuts:
                body = body[: self.owner.cuts.pop(0)]
                self.close_connection = True
            self.owner.sent += len(body)
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Client:
    """The entry point with folders of its own; each method is one command and gives its exit."""

    def __init__(self, folder: Path, url: str, root: bytes) -> None:
        self.metadata = folder / "metadata"
        self.targets = folder / "targets"
        self.metadata.mkdir(parents=True)
        self.targets.mkdir()
        self.url = url
        self.root = folder / "initial.json"
        self.root.write_bytes(root)

    def init_words(self) -> list[str]:
        return ["--metadata-dir", str(self.metadata), "init", str(self.root)]

    def refresh_words(self) -> list[str]:
        return [
            *("--metadata-url", f"{self.url}/metadata", "--metadata-dir", str(self.metadata)),
            "refresh",
        ]

    def download_words(self, *paths: str) -> list[str]:
        names = [word for path in paths for word in ("--target-name", path)]
        places = ["--target-base-url", f"{self.url}/targets", "--target-dir", str(self.targets)]
        return [*self.refresh_words()[:-1], *names, *places, "download"]

    def init(self) -> int:
        return conformance.main(self.init_words())

    def refresh(self) -> int:
        return conformance.main(self.refresh_words())

    def download(self, *paths: str) -> int:
        return conformance.main(self.download_words(*paths))

    def version(self, role: str) -> int | None:
        return self.versions().get(role)

    def versions(self) -> dict[str, int]:
        """Return each role laid out as trusted, with its version."""
        return {
            file.name.removesuffix(".json"): json.loads(file.read_bytes())["signed"]["version"]
            for file in self.metadata.glob("*.json")
        }

    def body(self, role: str) -> bytes:
        return (self.metadata / f"{role}.json").read_bytes()

    def downloaded(self) -> list[bytes]:
        """Return the contents of all files there, hidden ones and parts too, sorted."""
        files = [file for file in self.targets.rglob("*") if file.is_file()]
        return sorted(file.read_bytes() for file in files)
