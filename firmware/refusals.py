"""Says what a refusal of the stock TUF updater means to a person: one of our codes and facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, Root, Signed, Targets
from tuf.ngclient import UpdaterConfig

from firmware.errors import TrustError

Delegators = tuple[Metadata[Root] | Metadata[Targets], ...]
"""The verified root, and the top targets role where it has been read."""

_FELL = re.compile(r"must\s*be >=|^Expected \S+\.json version")
_SIGNED = re.compile(r"^(\S+) was signed by (\d+)/(\d+) keys")
_OURS = UpdaterConfig()
_LIMITS = (
    _OURS.root_max_length, _OURS.timestamp_max_length,
    _OURS.snapshot_max_length, _OURS.targets_max_length,
)  # fmt: skip
_NUMBERED = re.compile(r"^\d+\.")


_MILD = (
    "mirror_unreachable",
    "target_missing",
    "week_missing",
    "week_newer",
    "metadata_expired",
)  # fmt: skip - every other one is graver than all of these

FALSE = frozenset(
    {
        "metadata_tampered", "metadata_too_large", "metadata_mixed", "metadata_expired",
        "mirror_rolled_back", "root_misplaced", "threshold_missing", "target_tampered",
    }
)  # fmt: skip
"""What a mirror is to blame for: it shows what its maker does not publish, or no longer."""


def gravest(errors: Sequence[TrustError]) -> TrustError:
    """Return the one that a person must hear of first; of several such the earliest."""
    return max(errors, key=lambda one: _MILD.index(one.code) if one.code in _MILD else len(_MILD))


def explain(  # noqa: PLR0911 - one case, one answer
    error: RepositoryError | DownloadError,
    *,
    name: str,
    body: bytes,
    delegators: Delegators,
) -> TrustError:
    """Return our error for the updater's.

    `name` and `body` are the file that was read last, the one it speaks of; `delegators` say
    who signs it, the root first.
    """
    role = _NUMBERED.sub("", name.rpartition("/")[2]).removesuffix(".json")
    why = str(error)[:300]
    match error:
        case DownloadLengthMismatchError():
            return _too_long(role, why)
        case DownloadHTTPError():
            return TrustError("mirror_unreachable", role=role, why=f"{name}: not there")
        case DownloadError():
            return TrustError("mirror_unreachable", role=role, why=why)
        case ExpiredMetadataError():
            return _expired(role, body, delegators, why)
        case UnsignedMetadataError():
            return _unsigned(role, body, delegators, why)
        case BadVersionNumberError() if _FELL.search(why):
            return TrustError("mirror_rolled_back", what=role, why=why, have="", got="")
        case BadVersionNumberError():
            return TrustError("metadata_mixed", role=role, why=why)
    return TrustError("metadata_tampered", role=role, why=why)


def _too_long(role: str, why: str) -> TrustError:
    """Tell what is beyond our own limit from what is longer than its delegator signed."""
    said = re.search(r"length of (\d+)", why)
    limit = int(said[1]) if said else 0
    if limit in _LIMITS:
        return TrustError("metadata_too_large", role=role, what="bytes", limit=limit)
    return TrustError("metadata_tampered", role=role, why="longer than signed")


def _expired(role: str, body: bytes, delegators: Delegators, why: str) -> TrustError:
    """Name the role that is too old: the message knows it, also when the root behind it is."""
    said = re.search(r"(\S+?)(?:\.json)? is expired", why)
    named = said[1] if said else role
    if named == role:
        signed: Signed = Metadata[Targets].from_bytes(body).signed
    else:
        signed = delegators[0].signed
    return TrustError("metadata_expired", role=named, on=signed.expires.date().isoformat())


def _unsigned(role: str, body: bytes, delegators: Delegators, why: str) -> TrustError:
    """Tell a signature that is wrong (altered) from one that is not there (not yet agreed)."""
    said = _SIGNED.match(why)
    have, need = (said[2], said[3]) if said else ("", "")
    metadata = Metadata[Targets].from_bytes(body)  # whatever it is
    for delegator in delegators:
        try:
            result = delegator.signed.get_verification_result(
                role, metadata.signed_bytes, metadata.signatures
            )
        except ValueError:  # this one does not delegate to it
            continue
        if any(keyid in metadata.signatures for keyid in result.unsigned):
            return TrustError("metadata_tampered", role=role, why="a signature does not match")
    return TrustError("threshold_missing", role=role, have=have, need=need)


def expiry(signed: Signed) -> float:
    """When it expires, in seconds since the epoch."""
    return signed.expires.replace(tzinfo=dt.UTC).timestamp()
