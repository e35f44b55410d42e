"""The partial class: how a small device checks a week with a few pinned keys, and without a clock.

It keeps the keys and thresholds of its trains and of its own line, as they stand in the maker's
`targets.json` of the day it was born, and follows neither root nor snapshot nor timestamp: those
two are read for file names alone, and nothing they say is believed. What it believes is signed by a
threshold of a train's keys (the week) and by one of its line's keys (what the file is), and never
falls below what it has seen. What that cannot detect is told in docs/device.md.

Nothing here needs a thread, a clock or a TUF library. The signature is over the very bytes of
`"signed"` as they stand in the file, so no JSON is ever written anew; where a file is not written
as our tools write it, the signature does not hold and it is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware.agent_fetch import Fetcher, MissingError, bounded, from_byte
from firmware.agent_offer import About, Me, Offered, RefusedError, UnreachableError, is_that, suits
from firmware.agent_part import Part, PartError
from firmware.agent_slots import Runs, Slots, read_header

_METADATA_MAX = 256 * 1024  # bytes of one file: what the device has room for
_SEEN = "seen"


class Key(msgspec.Struct, frozen=True):
    """A public key as TUF writes it."""

    scheme: str
    keyval: dict[str, str]


class Role(msgspec.Struct, frozen=True):
    """A role's name, keys and threshold, burnt in."""

    name: str
    keyids: tuple[str, ...]
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """What a small device is born with instead of a root."""

    keys: Mapping[str, Key]
    trains: tuple[Role, ...]
    build: Role


class Seen(msgspec.Struct, frozen=True):
    """What may not fall: metadata versions and week counters by role."""

    versions: dict[str, int] = {}
    weeks: dict[str, int] = {}


class _File(msgspec.Struct, frozen=True):
    length: int
    hashes: dict[str, str]
    custom: Any = None


class _Targets(msgspec.Struct, frozen=True):
    version: int
    targets: dict[str, _File]
    kind: str = msgspec.field(name="_type")


class _Signature(msgspec.Struct, frozen=True):
    keyid: str
    sig: str


class _Head(msgspec.Struct, frozen=True):
    signatures: tuple[_Signature, ...]


class _Named(msgspec.Struct, frozen=True):
    path: str
    sha256: str
    size: int


class _Week(msgspec.Struct, frozen=True):
    channel: str
    counter: int
    files: tuple[_Named, ...]
    schema: int = 1
    recalled: tuple[str, ...] = ()
    withdrawn: dict[str, str] = {}
    back: tuple[_Named, ...] = ()  # ways back: they stand also where the week was withdrawn


class _Delegations(msgspec.Struct, frozen=True):
    keys: dict[str, Key]
    roles: tuple[Role, ...]


class _Top(msgspec.Struct, frozen=True):
    delegations: _Delegations


def read_pins(targets: bytes, line: str) -> Pins:
    """Return what a device of `line` is to be born with; `targets`: the maker's targets.json.

    Made where devices are made, from a file that was verified there. ValueError.
    """
    signed = msgspec.convert(msgspec.json.decode(targets)["signed"], _Top).delegations
    build = [role for role in signed.roles if role.name == f"build-{line}"]
    if not build:
        raise ValueError(f"no line {line}")
    trains = tuple(role for role in signed.roles if role.name.startswith("train-"))
    return Pins(keys=signed.keys, trains=trains, build=build[0])


class PartialVerifier:
    """One offer being looked at, as Checker."""

    def __init__(self, slots: Slots, pins: Pins, me: Me, offer: Offered, fetcher: Fetcher) -> None:
        self._slots, self._pins, self._me, self._offer = slots, pins, me, offer
        self._fetcher = fetcher
        self._base = offer.mirror.rstrip("/") or "mqtt:"
        self._seen = _seen(slots)
        self._about: About | None = None
        self._file: _File | None = None

    def judge(self, runs: Runs) -> int:
        """See Checker."""
        versions = self._versions()
        named = self._named(versions)
        build = self._role(self._pins.build, versions)
        file = build.targets.get(self._offer.path)
        if file is None:
            raise RefusedError("unknown_file", self._offer.path)
        if (file.hashes.get("sha256"), file.length) != (named.sha256, named.size):
            raise RefusedError("week_disagrees", self._offer.path)
        if self._offer.sha256 and self._offer.sha256 != named.sha256:
            raise RefusedError("offer_disagrees", self._offer.path)
        try:
            about = msgspec.convert(file.custom, About)
        except ValueError as error:
            raise RefusedError("file_undescribed", str(error)) from error
        self._slots.write(_SEEN, msgspec.json.encode(self._seen))
        suits(about, self._me, runs)
        self._about, self._file = about, file
        return file.length

    def fetch(self, part: Part, progress: Callable[[int], None]) -> About:
        """See Checker."""
        if self._file is None or self._about is None:
            raise RuntimeError("judge first")
        folder, _, name = self._offer.path.rpartition("/")
        digest = self._file.hashes["sha256"]
        url = f"{self._base}/targets/{folder}/{digest}.{name}"
        try:
            part.receive(
                lambda first: from_byte(self._fetcher, url, first, progress),
                self._file.length,
                digest,
            )
            header = read_header(part.path)
        except PartError as error:
            raise RefusedError("image_tampered", str(error)) from error
        except EOFError as error:
            raise UnreachableError(str(error)) from error
        except ValueError as error:
            raise RefusedError("image_unreadable", str(error)) from error
        is_that(header, self._about, self._me)
        return self._about

    # --- what the mirror shows -------------------------------------------------------------------

    def _versions(self) -> dict[str, int]:
        """Return which version of each role the mirror shows: hearsay, to know file names by."""
        try:
            top = self._hearsay("metadata/timestamp.json")
            folder = "metadata"
        except MissingError:
            top = self._hearsay("bundle/metadata/timestamp.json")
            folder = "bundle/metadata"
        return self._hearsay(f"{folder}/{top.get('snapshot', 0)}.snapshot.json")

    def _hearsay(self, name: str) -> dict[str, int]:
        try:
            signed = msgspec.json.decode(self._get(name))["signed"]
            meta = {
                role.removesuffix(".json"): one["version"] for role, one in signed["meta"].items()
            }
            return msgspec.convert(meta, dict[str, int])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RefusedError("metadata_refused", f"{name}: {error}") from error

    def _role(self, role: Role, versions: Mapping[str, int]) -> _Targets:
        """Return what a role says, signed by enough of its keys and not older than before."""
        name = f"metadata/{versions.get(role.name, 0)}.{role.name}.json"
        head, mark, rest = self._get(name).strip().partition(b',"signed":')
        signed = rest[:-1]
        try:
            signatures = msgspec.json.decode(head + b"}", type=_Head).signatures
            holds = {one.keyid for one in signatures if self._holds(role, one, signed)}
            if not mark or len(holds) < role.threshold:
                raise RefusedError("metadata_refused", f"{len(holds)} of {role.threshold} keys")
            said = msgspec.json.decode(signed, type=_Targets)
        except (ValueError, RecursionError) as error:
            raise RefusedError("metadata_refused", f"{name}: {error}") from error
        if said.kind != "targets" or said.version < self._seen.versions.get(role.name, 0):
            raise RefusedError("metadata_refused", f"{role.name} {said.version} is older")
        self._seen.versions[role.name] = said.version
        return said

    def _holds(self, role: Role, signature: _Signature, signed: bytes) -> bool:
        key = self._pins.keys.get(signature.keyid)
        if key is None or signature.keyid not in role.keyids:
            return False
        public = key.keyval["public"]
        try:
            if key.scheme == "ed25519":
                pinned = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
                pinned.verify(bytes.fromhex(signature.sig), signed)
                return True
            curve = serialization.load_pem_public_key(public.encode())
            if key.scheme == "ecdsa-sha2-nistp256" and isinstance(curve, ec.EllipticCurvePublicKey):
                curve.verify(bytes.fromhex(signature.sig), signed, ec.ECDSA(hashes.SHA256()))
                return True
        except (ValueError, InvalidSignature):
            pass
        return False

    def _named(self, versions: Mapping[str, int]) -> _Named:
        """Return how a week that the mirror shows names the offered file."""
        found, shown = None, False
        for role in self._pins.trains:
            week = self._week(role, versions) if role.name in versions else None
            shown = shown or week is not None
            for named in (*week.files, *week.back) if week else ():
                if named.path == self._offer.path:
                    gone = week and week.withdrawn and named not in week.back
                    if week and (named.sha256 in week.recalled or gone):
                        raise RefusedError("recalled", named.path)
                    found = found or named
        if found is None:
            raise RefusedError("not_in_week" if shown else "week_missing", self._offer.path)
        return found

    def _week(self, role: Role, versions: Mapping[str, int]) -> _Week | None:
        """Return a train's week; None where the mirror does not show it."""
        channel = role.name.removeprefix("train-")
        path = f"train/{channel}/week.json"
        file = self._role(role, versions).targets.get(path)
        if file is None:
            return None
        digest = file.hashes.get("sha256", "")
        try:
            body = self._get(f"targets/train/{channel}/{digest}.week.json")
        except MissingError:
            self._get("metadata/timestamp.json")  # is the mirror still there at all?
            return None
        if hashlib.sha256(body).hexdigest() != digest:
            raise RefusedError("metadata_refused", f"{path} has another digest")
        try:
            week = msgspec.json.decode(body, type=_Week)
        except (ValueError, RecursionError) as error:
            raise RefusedError("week_unreadable", str(error)) from error
        if week.channel != channel or week.schema > 1:
            raise RefusedError("week_disagrees", f"{path} is for {week.channel}, {week.schema}")
        if week.counter < self._seen.weeks.get(channel, 0):
            raise RefusedError("week_older", f"{week.counter}")
        self._seen.weeks[channel] = week.counter
        return week

    def _get(self, name: str) -> bytes:
        body = bounded(self._fetcher, f"{self._base}/{name}", _METADATA_MAX)
        if body is None:
            raise RefusedError("metadata_refused", f"{name} is too large")
        return body


def _seen(slots: Slots) -> Seen:
    return msgspec.json.decode(slots.read(_SEEN) or b"{}", type=Seen)
