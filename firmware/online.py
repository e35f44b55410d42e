"""The online roles: snapshot and timestamp of the main repository and of the bundle's.

`publish_all` writes in an order that a cut at any point leaves the old publication or the new one
in force, and `Publisher.publish` run again finishes it: targets and versioned metadata first, which
nothing leads to yet; then the bundle's snapshot and timestamp; then the main snapshot; then the
main timestamp, the moment of publication. A root that replaces another comes after its timestamp,
because houses take a root at once: what that timestamp leads to is signed by the online keys of
both roots, where we have them, so it holds before and after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from securesystemslib.signer import Signature
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Timestamp

from firmware import keys
from firmware.draft import Durations
from firmware.errors import PublishError
from firmware.proposals import holds, moment
from firmware.published import Published, Repository
from firmware.refusals import expiry
from firmware.release import Channel
from firmware.signatures import fits
from firmware.signed import BUNDLE_REPOSITORY, REPOSITORY
from firmware.staff import BUNDLE, BUNDLE_ROOT, ROOT, Setup, owner

T = TypeVar("T", Snapshot, Timestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What came into force."""

    week: str  # "" where only keys changed
    channel: Channel
    roles: tuple[str, ...]  # those with a new version


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The online keys: files by their id in one folder, all opened by one passphrase."""

    folder: Path
    passphrase: str = field(repr=False)

    def sign(self, signed: T, roots: Sequence[Root]) -> Metadata[T]:
        """Sign for each of these roots; the last one must be satisfied, earlier ones where we can.

        PublishError: online_key_missing, signature_bad and those of keys.sign.
        """
        held = {key.keyid: key for key in keys.listed(self.folder)}
        metadata = Metadata(signed)
        for root in roots[:-1]:
            with suppress(PublishError):  # a lost key, or one under another passphrase
                self._add(metadata, root, held)
        self._add(metadata, roots[-1], held)
        return metadata

    def _add(self, metadata: Metadata[T], root: Root, held: Mapping[str, keys.PublicKey]) -> None:
        role, data = metadata.signed.type, metadata.signed_bytes
        named = [root.get_key(id_) for id_ in root.roles[role].keyids]
        able = next((key for key in named if key.keyid in held), None)
        if able is None:
            names = ", ".join(owner(key) for key in named)
            raise PublishError("online_key_missing", role=role, keys=names, folder=self.folder)
        if able.keyid in metadata.signatures:
            return
        text = keys.sign(held[able.keyid].file, self.passphrase, data)
        if not fits(able, text, data):
            raise PublishError("signature_bad", key=owner(able))
        metadata.signatures[able.keyid] = Signature(able.keyid, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """One repository's online roles, and the roots that they must satisfy."""

    repository: Repository
    prefix: str  # of its roles' names: "" or "bundle-"
    roots: tuple[Root, ...]  # the one in force, and the one that replaces it
    keyring: Keyring
    durations: Durations
    now: float

    def snapshot(self, meta: Mapping[str, MetaFile]) -> Metadata[Snapshot]:
        """Return the snapshot that is there where it says `meta` and holds, else the next one."""
        current = self.repository.snapshot()
        renew = getattr(self.durations, f"renew_{self._name('snapshot')}")
        lasts = expiry(current.signed) - self.now if current else 0.0
        if current and current.signed.meta == meta and self._holds(current) and lasts >= renew:
            return current
        version = self.repository.highest("snapshot") + 1  # never again one that was written
        signed = Snapshot(
            version,
            expires=self._expires("snapshot"),
            meta=dict(meta),
            unrecognized_fields=self._member(),
        )
        return self.keyring.sign(signed, self.roots)

    def timestamp(self, snapshot: Metadata[Snapshot]) -> Metadata[Timestamp]:
        """Return the next timestamp."""
        current = self.repository.timestamp()
        signed = Timestamp(
            current.signed.version + 1 if current else 1,
            expires=self._expires("timestamp"),
            snapshot_meta=meta_of(snapshot),
            unrecognized_fields=self._member(),
        )
        return self.keyring.sign(signed, self.roots)

    def aged(self) -> bool:
        """Whether less than half of the timestamp's life is left."""
        current = self.repository.timestamp()
        half = getattr(self.durations, self._name("timestamp")) / 2
        return current is None or expiry(current.signed) - self.now < half

    def write(self, snapshot: Metadata[Snapshot], timestamp: Metadata[Timestamp]) -> None:
        """Write the snapshot, then the timestamp that leads to it."""
        self.repository.write(f"{snapshot.signed.version}.snapshot", snapshot)
        self.repository.write("timestamp", timestamp)

    def _holds(self, snapshot: Metadata[Snapshot]) -> bool:
        data, signatures = snapshot.signed_bytes, snapshot.signatures
        return all(
            root.get_verification_result("snapshot", data, signatures).verified
            for root in self.roots
        )

    def _expires(self, role: str) -> dt.datetime:
        return moment(self.now + getattr(self.durations, self._name(role)))

    def _member(self) -> dict[str, str]:
        """Say which repository it is of: one key may serve both, but not one for the other."""
        return {REPOSITORY: BUNDLE_REPOSITORY} if self.prefix else {}

    def _name(self, role: str) -> str:
        return f"{self.prefix}{role}".replace("-", "_")


def publish_all(
    setup: Setup,
    published: Published,
    new: Mapping[str, Metadata[Any]],
    keyring: Keyring,
    *,
    now: float,
    write_targets: Callable[[], None],
) -> None:
    """Put `new` (role -> what people signed, complete) in force. PublishError, StoreError.

    All is signed before anything is written, so a wrong passphrase has changed nothing.
    """
    tops = [
        Top(
            repository=repository,
            prefix=prefix,
            roots=tuple(one.signed for one in (published.root(role), new.get(role)) if one),
            keyring=keyring,
            durations=setup.durations,
            now=now,
        )
        for role, prefix, repository in _tops(published)
    ]
    current = published.main.snapshot()
    meta = dict(current.signed.meta) if current else {}
    whole = {
        role: _written(setup, published, role, one)
        for role, one in new.items()
        if role not in _ROOTS
    }
    meta |= {f"{role}.json": meta_of(one) for role, one in whole.items()}
    snapshots = [top.snapshot(meta) for top in tops]
    stamps = [top.timestamp(one) for top, one in zip(tops, snapshots, strict=True)]
    write_targets()
    for role, metadata in whole.items():
        published.main.write(f"{metadata.signed.version}.{role}", metadata)
    for top, snapshot, stamp, role in zip(tops, snapshots, stamps, _ROOTS, strict=True):
        root = new.get(role)
        if root and root.signed.version == 1:
            top.repository.write("1.root", root)
        top.write(snapshot, stamp)
        if root and root.signed.version > 1:
            top.repository.write(f"{root.signed.version}.root", root)


def beat(published: Published, keyring: Keyring, durations: Durations, now: float) -> float:
    """Sign the timestamp anew, and what else is near its end; return when the timestamp expires.

    PublishError("mirror_incomplete") before the first publication, and those of Keyring.sign.
    """
    if published.main.snapshot() is None:
        raise PublishError("mirror_incomplete", file="snapshot.json")
    for role, prefix, repository in _tops(published):
        root, current = repository.root(), repository.snapshot()
        if root is None or current is None:
            continue
        top = Top(
            repository=repository,
            prefix=prefix,
            roots=(root.signed,),
            keyring=keyring,
            durations=durations,
            now=now,
        )
        snapshot = top.snapshot(current.signed.meta)
        if role == ROOT or top.aged() or snapshot.signed.version != current.signed.version:
            top.write(snapshot, top.timestamp(snapshot))
    stamp = published.main.timestamp()
    return expiry(stamp.signed) if stamp else now


def meta_of(metadata: Metadata[Any]) -> MetaFile:
    """Return what a snapshot or timestamp says of a file."""
    return MetaFile.from_data(metadata.signed.version, metadata.to_bytes(), ["sha256"])


_ROOTS = (BUNDLE_ROOT, ROOT)  # in the order of writing


def _tops(published: Published) -> tuple[tuple[str, str, Repository], ...]:
    """Return each repository's root role, prefix of its online roles and folder, main one last."""
    return (BUNDLE_ROOT, BUNDLE, published.bundle), (ROOT, "", published.main)


def _written(
    setup: Setup, published: Published, role: str, metadata: Metadata[Any]
) -> Metadata[Any]:
    """Return the file of a publication that was cut, where it holds the same signed bytes.

    Its signatures may be others, which do as well: what was once written under a version stays what
    it is. PublishError("version_taken") where it holds something else.
    """
    there = published.version(role, metadata.signed.version)
    if there is None:
        return metadata
    if there.signed_bytes != metadata.signed_bytes or not holds(role, setup, there):
        raise PublishError("version_taken", file=f"{metadata.signed.version}.{role}.json")
    return there
