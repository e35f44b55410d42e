"""For release staff: opens a week, adds images, collects signatures and publishes; writes TUF.

The published mirror is the state: what is current is what `<folder>/mirror` says, and its
timestamp.json, written last, is the moment of publication. Beside it lie setup.json (who the
signers are), draft.json (the open week), images/ and the signatures collected so far. A proposal is
computed anew from these each time, so a signature counts only while it fits the very bytes.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Key, Signature
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp

from firmware import durable, keys
from firmware.draft import Draft, Durations, Image, image_of, train_of, with_image
from firmware.errors import PublishError
from firmware.image import inspect
from firmware.proposals import ONLINE, KeyInfo, Setup, Team, manifest, moment, proposed, setup_of
from firmware.published import Published, copy
from firmware.refusals import expiry
from firmware.signed import SCHEMA, About, Train, read_about
from fleet.model import WeekId

__all__ = ["Durations", "PublishError", "Publisher", "RoleStatus", "Status", "Team"]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
T = TypeVar("T", Snapshot, Timestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleStatus:
    """Where one role stands."""

    role: str
    version: int
    threshold: int
    signed: tuple[str, ...]  # names of who signed
    can_sign: tuple[str, ...]  # names of who still may
    expires: float  # seconds since the epoch
    proposed: bool  # to be signed for the open week; False: as published

    @property
    def missing(self) -> int:
        """How many signatures are still needed."""
        return max(0, self.threshold - len(self.signed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where the open week and all roles stand."""

    draft: Draft | None
    roles: tuple[RoleStatus, ...]

    @property
    def ready(self) -> bool:
        """Whether the open week could be published."""
        return self.draft is not None and not any(role.missing for role in self.roles)


class Publisher:
    """One maker's release folder. One process at a time; nothing is kept in memory."""

    def __init__(self, folder: Path) -> None:
        """Open an existing folder. PublishError("publisher_missing")."""
        self.folder = folder
        self.mirror = folder / "mirror"
        self.published = Published(self.mirror)
        try:
            self._setup = msgspec.json.decode((folder / "setup.json").read_bytes(), type=Setup)
        except (OSError, msgspec.DecodeError) as error:
            raise PublishError("publisher_missing", folder=folder) from error

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        maker: str,
        vendor: str,
        lines: Sequence[str],
        team: Team,
        now: float,
        durations: Durations | None = None,
    ) -> Publisher:
        """Lay out a new maker; root and targets are then to be signed like everything else.

        PublishError: publisher_exists, name_bad, keys_too_few, keys_not_disjoint.
        """
        if (folder / "setup.json").exists():
            raise PublishError("publisher_exists", folder=folder)
        for name in (vendor, *lines):
            if not _NAME.fullmatch(name):
                raise PublishError("name_bad", name=name)
        setup = setup_of(
            maker=maker,
            vendor=vendor,
            lines=lines,
            team=team,
            now=now,
            durations=durations or Durations(),
        )
        durable.write(folder / "setup.json", _pretty(setup))
        return cls(folder)

    @property
    def maker(self) -> str:
        """The maker's name."""
        return self._setup.maker

    @property
    def lines(self) -> tuple[str, ...]:
        """The product lines."""
        return self._setup.lines

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles, in the order in which people sign."""
        return tuple(self._setup.keys)

    def root(self) -> bytes:
        """Return the first root.json: what a house pins. PublishError("mirror_incomplete")."""
        file = self.mirror / "metadata" / "1.root.json"
        try:
            return file.read_bytes()
        except OSError as error:
            raise PublishError("mirror_incomplete", file=file.name) from error

    # --- the week --------------------------------------------------------------------------------

    def open_week(self, week: str, now: float, *, carry: bool = True) -> Draft:
        """Open a week; `carry`: with the images, recalls and no fixes of the last one.

        PublishError: week_open, week_bad, week_too_old.
        """
        if self.draft() is not None:
            raise PublishError("week_open", week=self._draft().week)
        try:
            opened = WeekId.parse(week)
        except ValueError as error:
            raise PublishError("week_bad", week=week) from error
        last = self.published.train()
        if last and opened < WeekId.parse(last.week):
            raise PublishError("week_too_old", week=week, last=last.week)
        draft = Draft(
            week=week,
            opened=int(now),
            counter=last.counter + 1 if last else 1,
            images=tuple(self._carried(last)) if last and carry else (),
            recalled=last.recalled if last else (),
        )
        return self._save(draft)

    def draft(self) -> Draft | None:
        """Return the open week, or None."""
        try:
            draft = msgspec.json.decode((self.folder / "draft.json").read_bytes(), type=Draft)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise PublishError("week_bad", week="draft.json") from error
        last = self.published.train()
        return None if last and draft.counter <= last.counter else draft  # already published

    def close_week(self) -> None:
        """Drop the open week; what is published stays."""
        durable.remove(self.folder / "draft.json")

    def add(
        self,
        file: Path,
        line: str,
        *,
        vendor: str = "",
        model: str = "",
        hardware: Sequence[str] = (),
        version: str = "",
        counter: int = 0,
        minimum: str = "",
        come_back_s: int = 180,
        keeps_previous: bool = False,
    ) -> Image:
        """Put an image into the open week; it replaces one for the same model and hardware.

        What the image's header says need not be said; where both are said they must agree.
        PublishError: line_unknown, image_unreadable and those of draft.image_of.
        """
        draft = self._draft()
        if line not in self._setup.lines:
            raise PublishError("line_unknown", line=line)
        asked = About(
            schema=SCHEMA,
            version=version,
            counter=counter,
            vendor=vendor,
            model=model,
            hardware=tuple(hardware),
            minimum=minimum,
            come_back_s=come_back_s,
            keeps_previous=keeps_previous,
        )
        try:
            facts = inspect(file)
        except OSError as error:
            raise PublishError("image_unreadable", file=file, why=error.strerror) from error
        published = self.published.images(line)
        image = image_of(
            facts,
            asked,
            vendor=self._setup.vendor,
            line=line,
            file=file.name,
            published=published,
        )
        read_about(image.path, msgspec.to_builtins(image.about))  # what we would refuse to read
        self._take_in(file, image.sha256)
        self._save(with_image(draft, image))
        return image

    def remove(self, path: str) -> Draft:
        """Take an image out of the open week. PublishError("image_unknown")."""
        draft = self._draft()
        rest = tuple(image for image in draft.images if image.path != path)
        if len(rest) == len(draft.images):
            raise PublishError("image_unknown", image=path)
        return self._save(msgspec.structs.replace(draft, images=rest))

    def notes(self, en: str, zh: str) -> Draft:
        """Say what is new, in both languages: kept as "en" and "zh_CN"."""
        return self._save(msgspec.structs.replace(self._draft(), notes={"en": en, "zh_CN": zh}))

    def fixes(self, reports: Iterable[str]) -> Draft:
        """Name the reports that this week answers."""
        return self._save(msgspec.structs.replace(self._draft(), fixes=tuple(reports)))

    def recall(self, sha256: str) -> Draft:
        """Call a file back: out of the week, and named so that houses stop installing it."""
        draft = self._draft()
        known = [
            *draft.images,
            *(one for line in self.lines for one in self.published.images(line)),
        ]
        if sha256 not in {image.sha256 for image in known}:
            raise PublishError("image_unknown", image=sha256)
        rest = tuple(image for image in draft.images if image.sha256 != sha256)
        recalled = tuple(dict.fromkeys((*draft.recalled, sha256)))
        return self._save(msgspec.structs.replace(draft, images=rest, recalled=recalled))

    # --- signatures ------------------------------------------------------------------------------

    def status(self) -> Status:
        """Return where everything stands, every signature verified anew."""
        proposals = self._proposals()
        roles = [self._role_status(role, proposals) for role in self.roles]
        return Status(draft=self.draft(), roles=tuple(role for role in roles if role))

    def sign(self, role: str, key_file: Path, passphrase: str) -> RoleStatus:
        """Add one signature to a proposed role, verified before it is kept.

        PublishError: role_unknown, nothing_to_sign, key_not_of_role, signature_bad and those of
        keys.sign.
        """
        if role not in self.roles or role in ONLINE:
            raise PublishError("role_unknown", role=role)
        proposals = self._proposals()
        if role not in proposals:
            raise PublishError("nothing_to_sign", role=role)
        held = {info.keyid: info for info in self._setup.keys[role]}
        key = keys.read(key_file)
        if key.keyid not in held:
            raise PublishError("key_not_of_role", key=key.name, role=role)
        data = proposals[role].signed_bytes
        signature = self._signature(held[key.keyid], key.file, passphrase, data)
        collected = {**self._collected(role), key.keyid: signature.signature}
        durable.write(self._signatures(role), json.dumps(collected).encode())
        found = self._role_status(role, self._proposals())
        if found is None:
            raise PublishError("nothing_to_sign", role=role)
        return found

    def publish(self, passphrase: str, now: float) -> Train:
        """Publish the open week: static files under `mirror`, the timestamp last.

        `passphrase` opens the online keys. PublishError: week_not_open, week_empty,
        signatures_missing (role, have, need) and those of keys.sign; then nothing has changed.
        """
        draft = self._draft()
        if not draft.images and not draft.recalled:
            raise PublishError("week_empty", week=draft.week)
        proposals = self._proposals()
        for role in proposals:
            status = self._role_status(role, proposals)
            if status and status.missing:
                raise PublishError(
                    "signatures_missing", role=role, have=len(status.signed), need=status.threshold
                )
        snapshot = self._next_snapshot(proposals, passphrase, now)
        timestamp = self._next_timestamp(snapshot, passphrase, now)
        self.published.write_targets(draft.images, self.folder / "images", manifest(draft))
        for role, metadata in proposals.items():
            self.published.write_metadata(f"{metadata.signed.version}.{role}", metadata)
        self.published.write_metadata(f"{snapshot.signed.version}.snapshot", snapshot)
        self.published.write_metadata("timestamp", timestamp)
        shutil.rmtree(self.folder / "signatures", ignore_errors=True)
        self.close_week()
        return train_of(draft)

    def heartbeat(self, passphrase: str, now: float) -> float:
        """Sign the timestamp anew (daily), and the snapshot where its end is near.

        Returns when the timestamp expires. PublishError("mirror_incomplete") before the first week.
        """
        snapshot = self.published.current("snapshot", Snapshot)
        if snapshot is None:
            raise PublishError("mirror_incomplete", file="snapshot.json")
        if expiry(snapshot.signed) - now < self._setup.durations.renew_snapshot:
            snapshot = self._next_snapshot({}, passphrase, now)
            self.published.write_metadata(f"{snapshot.signed.version}.snapshot", snapshot)
        timestamp = self._next_timestamp(snapshot, passphrase, now)
        self.published.write_metadata("timestamp", timestamp)
        return expiry(timestamp.signed)

    # --- what waits for signatures ---------------------------------------------------------------

    def _proposals(self) -> dict[str, Metadata[Any]]:
        """Return what waits for signatures, with those collected that fit, in writing order."""
        draft = self.draft()
        found: dict[str, Metadata[Any]] = {}
        for role in self.roles:
            if role in ONLINE:
                continue
            signed = proposed(role, self._setup, self.published, draft)
            if signed is not None:
                found[role] = Metadata(signed, self._fitting(role, signed))
        return found

    # --- signatures ------------------------------------------------------------------------------

    def _fitting(self, role: str, signed: Root | Targets) -> dict[str, Signature]:
        """Return the collected signatures that fit these very bytes."""
        whole: Metadata[Any] = Metadata(signed)
        data = whole.signed_bytes
        held = {info.keyid: info for info in self._setup.keys[role]}
        fitting = {}
        for keyid, text in self._collected(role).items():
            signature = Signature(keyid, text)
            if keyid in held and _fits(held[keyid].key, signature, data):
                fitting[keyid] = signature
        return fitting

    def _collected(self, role: str) -> dict[str, str]:
        try:
            collected: dict[str, str] = json.loads(self._signatures(role).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return collected

    def _signatures(self, role: str) -> Path:
        return self.folder / "signatures" / f"{role}.json"

    def _signature(self, info: KeyInfo, file: Path, passphrase: str, data: bytes) -> Signature:
        signature = Signature(info.keyid, keys.sign(file, passphrase, data))
        if not _fits(info.key, signature, data):
            raise PublishError("signature_bad", key=info.name)
        return signature

    def _role_status(self, role: str, proposals: Mapping[str, Metadata[Any]]) -> RoleStatus | None:
        proposed = proposals.get(role)
        metadata = proposed or self.published.any(role)
        if metadata is None:
            return None
        held = self._setup.keys[role]
        signed = {info.name for info in held if info.keyid in metadata.signatures}
        return RoleStatus(
            role=role,
            version=metadata.signed.version,
            threshold=self._setup.threshold_of(role),
            signed=tuple(sorted(signed)),
            can_sign=tuple(info.name for info in held if info.name not in signed),
            expires=expiry(metadata.signed),
            proposed=proposed is not None,
        )

    # --- online roles ----------------------------------------------------------------------------

    def _next_snapshot(
        self, proposals: Mapping[str, Metadata[Any]], passphrase: str, now: float
    ) -> Metadata[Snapshot]:
        current = self.published.current("snapshot", Snapshot)
        meta = dict(current.signed.meta) if current else {}
        for role, metadata in proposals.items():
            if role != "root":
                meta[f"{role}.json"] = _meta(metadata)
        signed = Snapshot(
            current.signed.version + 1 if current else 1,
            expires=moment(now + self._setup.durations.snapshot),
            meta=meta,
        )
        return self._online(signed, passphrase)

    def _next_timestamp(
        self, snapshot: Metadata[Snapshot], passphrase: str, now: float
    ) -> Metadata[Timestamp]:
        current = self.published.current("timestamp", Timestamp)
        signed = Timestamp(
            current.signed.version + 1 if current else 1,
            expires=moment(now + self._setup.durations.timestamp),
            snapshot_meta=_meta(snapshot),
        )
        return self._online(signed, passphrase)

    def _online(self, signed: T, passphrase: str) -> Metadata[T]:
        info = self._setup.keys[signed.type][0]
        metadata = Metadata(signed)
        signature = self._signature(info, Path(info.file), passphrase, metadata.signed_bytes)
        metadata.signatures[signature.keyid] = signature
        return metadata

    # --- files -----------------------------------------------------------------------------------

    def _carried(self, last: Train) -> Iterator[Image]:
        shipped = {file.path for file in last.files}
        for line in self.lines:
            yield from (one for one in self.published.images(line) if one.path in shipped)

    def _draft(self) -> Draft:
        draft = self.draft()
        if draft is None:
            raise PublishError("week_not_open")
        return draft

    def _save(self, draft: Draft) -> Draft:
        durable.write(self.folder / "draft.json", _pretty(draft))
        return draft

    def _take_in(self, file: Path, sha256: str) -> None:
        """Keep a copy of the image: what was looked at is what will be published."""
        kept = self.folder / "images" / sha256
        if not kept.exists():
            copy(file, kept, sha256)


def _fits(key: Key, signature: Signature, data: bytes) -> bool:
    try:
        key.verify_signature(signature, data)
    except UnverifiedSignatureError:
        return False
    return True


def _meta(metadata: Metadata[Any]) -> MetaFile:
    return MetaFile.from_data(metadata.signed.version, metadata.to_bytes(), ["sha256"])


def _pretty(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)
