"""The signatures of an open event: kept by role, counted only where they fit the very bytes.

A signature is verified before it is kept and again each time it is counted, so a change of the
week lets go of those that no longer fit, and a file that was altered counts for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import Key, Signature
from tuf.api.metadata import Metadata, Root, Targets, VerificationResult

from firmware import durable
from firmware.draft import Draft
from firmware.errors import PublishError
from firmware.proposals import delegator_of, proposals
from firmware.published import Published
from firmware.refusals import expiry
from firmware.staff import ALL_ONLINE, BUNDLE, BUNDLE_ROOT, ROOT, Setup, owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of one set of keys must sign, and who has."""

    threshold: int
    signed: tuple[str, ...]  # names of who signed
    can_sign: tuple[str, ...]  # names of who still may

    @property
    def missing(self) -> int:
        """How many signatures are still needed."""
        return max(0, self.threshold - len(self.signed))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleStatus:
    """Where one role stands. A changed root must be signed by its new keys and `before` alike."""

    role: str
    version: int
    threshold: int
    signed: tuple[str, ...]  # names of who signed
    can_sign: tuple[str, ...]  # names of who still may; the most useful first
    missing: int  # how many signatures are still needed, at the least
    expires: float  # seconds since the epoch
    proposed: bool  # to be signed for the open event; False: as published
    before: Tally | None = None  # of the root that is published: its keys must agree to the change


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where the open event and all roles stand."""

    draft: Draft | None
    roles: tuple[RoleStatus, ...]

    @property
    def ready(self) -> bool:
        """Whether the open event could be published."""
        return self.draft is not None and not any(role.missing for role in self.roles)


class Signatures:
    """Signatures collected so far, in files by role below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, role: str) -> dict[str, str]:
        """Return keyid -> signature in hex, as kept; to be verified."""
        try:
            kept = json.loads(self._file(role).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return {str(keyid): str(text) for keyid, text in kept.items()}

    def keep(self, role: str, signatures: Mapping[str, str]) -> None:
        """Keep these too; the caller has verified them."""
        durable.write(self._file(role), json.dumps({**self.of(role), **signatures}).encode())

    def forget(self) -> None:
        """Remove all: what they signed is published or dropped."""
        with durable.told(self._folder):
            for file in self._folder.glob("*.json"):
                file.unlink()

    def _file(self, role: str) -> Path:
        return self._folder / f"{role}.json"


def signed_proposals(
    setup: Setup, published: Published, draft: Draft | None, kept: Signatures
) -> dict[str, Metadata[Any]]:
    """Return what waits for signatures, with those kept that fit, in writing order."""
    found: dict[str, Metadata[Any]] = {}
    for role, signed in proposals(setup, published, draft).items():
        whole: Metadata[Any] = Metadata(signed)
        held = keys_of(role, setup, published)
        data = whole.signed_bytes
        for keyid, text in sorted(kept.of(role).items()):
            if keyid in held and fits(held[keyid], text, data):
                whole.signatures[keyid] = Signature(keyid, text)
        found[role] = whole
    return found


def check_complete(
    setup: Setup, published: Published, waiting: Mapping[str, Metadata[Any]]
) -> None:
    """Raise PublishError("signatures_missing") where a role lacks some: role, have, need."""
    for role in waiting:
        status = status_of(role, setup, published, waiting)
        if status and status.missing:
            have = len(status.signed)
            raise PublishError(
                "signatures_missing", role=role, have=have, need=have + status.missing
            )


def keys_of(role: str, setup: Setup, published: Published) -> dict[str, Key]:
    """Return keyid -> key of all who may sign the next version of a role that people sign."""
    held = {info.keyid: info.key for info in setup.signers(role).keys}
    if role in (ROOT, BUNDLE_ROOT) and (root := published.root(role)):
        held |= {keyid: root.signed.get_key(keyid) for keyid in root.signed.roles[ROOT].keyids}
    return held


def fits(key: Key, text: str, data: bytes) -> bool:
    """Whether the signature, in hex, is this key's over these bytes."""
    try:
        key.verify_signature(Signature(key.keyid, text), data)
    except (UnverifiedSignatureError, VerificationError, ValueError):
        return False
    return True


def status_of(
    role: str, setup: Setup, published: Published, waiting: Mapping[str, Metadata[Any]]
) -> RoleStatus | None:
    """Return where a role stands, all signatures verified anew; None where it is nowhere yet."""
    proposed = waiting.get(role)
    metadata = proposed or published.any(role)
    if metadata is None:
        return None
    new = _verified(_delegator(role, setup, published), metadata)
    old = _old_root(role, published) if proposed else None
    before = _verified((old, ROOT), metadata) if old is not None else None
    return RoleStatus(
        role=role,
        version=metadata.signed.version,
        threshold=new.threshold,
        signed=_names((before.signed if before is not None else {}) | new.signed),
        can_sign=_able(new, before),
        missing=_missing(new, before),
        expires=expiry(metadata.signed),
        proposed=proposed is not None,
        before=_tally(before) if before is not None else None,
    )


def _delegator(role: str, setup: Setup, published: Published) -> tuple[Root | Targets, str]:
    """Return who says who signs a role: the wanted staff; for online roles the published root."""
    if role in ALL_ONLINE:
        root = published.root(BUNDLE_ROOT if role.startswith(BUNDLE) else ROOT)
        if root is not None:
            return root.signed, role.removeprefix(BUNDLE)
    return delegator_of(role, setup)


def _verified(by: tuple[Root | Targets, str], metadata: Metadata[Any]) -> VerificationResult:
    delegator, name = by
    return delegator.get_verification_result(name, metadata.signed_bytes, metadata.signatures)


def _old_root(role: str, published: Published) -> Root | None:
    root = published.root(role) if role in (ROOT, BUNDLE_ROOT) else None
    return root.signed if root else None


def _tally(result: VerificationResult) -> Tally:
    return Tally(
        threshold=result.threshold,
        signed=_names(result.signed),
        can_sign=tuple(owner(key) for key in result.unsigned.values()),
    )


def _missing(new: VerificationResult, old: VerificationResult | None) -> int:
    """Return the fewest signatures that would do: a key that is old and new counts for both."""
    if old is None:
        return new.missing
    shared = len(new.unsigned.keys() & old.unsigned.keys())
    return new.missing + old.missing - min(shared, new.missing, old.missing)


def _able(new: VerificationResult, old: VerificationResult | None) -> tuple[str, ...]:
    if old is None:
        return tuple(owner(key) for key in new.unsigned.values())
    both = [new.unsigned[keyid] for keyid in new.unsigned if keyid in old.unsigned]
    wanting = (one for one in (new, old) if one.missing)
    rest = [key for one in wanting for key in one.unsigned.values() if key not in both]
    late = [key for key in new.unsigned.values() if key not in both and key not in rest]
    return tuple(dict.fromkeys(owner(key) for key in (*both, *rest, *late)))


def _names(keys: Mapping[str, Key]) -> tuple[str, ...]:
    return tuple(sorted({owner(key) for key in keys.values()}))
