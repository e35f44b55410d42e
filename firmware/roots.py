"""Which root is believed: the main one of mirrors, and the one that a bundle brings along.

A maker has two repositories with the same files: the main one, whose timestamp lives for days, and
the bundle's for houses without a connection, with longer-lived online keys of its own (Uptane PURE,
"PURE-2", says why). Both roots are signed by the same people, so each says in a signed member which
of the two it is, and neither passes for the other. A house pins the main root only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from firmware.errors import TrustError
from firmware.signed import BUNDLE_REPOSITORY, REPOSITORY
from firmware.sources import MAIN, Absent, Source, Unreachable

ONLINE = ("timestamp", "snapshot")
ROOT_MAX = 512_000  # bytes; what the stock updater takes
ROTATIONS_MAX = 256  # newer roots that one refresh follows; the stock updater's too


def newest(pinned: bytes, kept: Callable[[str], bytes | None]) -> Metadata[Root]:
    """Return the newest main root this house has: its pin, or what stored roots lead to from it.

    `kept` gives a stored file by its name on a mirror. Whether it has expired does not count: a
    house that is never online must read new bundles too. TrustError("metadata_tampered") for a pin
    that is none.
    """
    *_, last = (pinned, *following(pinned, kept).values())
    return check(last, bundle=False)


def following(pinned: bytes, read: Callable[[str], bytes | None]) -> dict[str, bytes]:
    """Return the main roots that lead on from `pinned`, each vouched for by the one before it.

    They are named as on a mirror; `read` gives a file of that name, and none after the first that
    does not hold. TrustError("metadata_tampered") for a pin that is none; what `read` raises.
    """
    root, found = check(pinned, bundle=False), dict[str, bytes]()
    while len(found) < ROTATIONS_MAX:
        name = f"metadata/{root.signed.version + 1}.root.json"
        body = read(name)
        if not body:
            break
        try:
            later = check(body, bundle=False)
            root.signed.verify_delegate("root", later.signed_bytes, later.signatures)
            later.signed.verify_delegate("root", later.signed_bytes, later.signatures)
        except (RepositoryError, TrustError):  # the disk has lost bytes of it, or somebody lies
            break
        if later.signed.version != root.signed.version + 1:
            break
        root = later
        found[name] = body
    return found


def brought(source: Source, name: str) -> bytes | None:
    """Return a main root, by its name on a mirror, that a bundle brings along. TrustError."""
    return read(source, MAIN + name)


def believed(main: Metadata[Root], source: Source) -> bytes:
    """Return the first root of a bundle that a threshold of the main root's keys has signed.

    From it on the stock updater follows the bundle's chain. Those before were signed by staff that
    this house no longer, or not yet, believes. TrustError: threshold_missing, root_misplaced,
    metadata_tampered, mirror_unreachable.
    """
    most, need = 0, main.signed.roles["root"].threshold
    for version in range(1, ROTATIONS_MAX + 1):
        body = read(source, f"metadata/{version}.root.json")
        if body is None:
            if version == 1:
                raise TrustError("root_misplaced", why="no root of a bundle is there")
            break
        root = check(body, bundle=True)
        signed = main.signed.get_verification_result("root", root.signed_bytes, root.signatures)
        if signed.verified and root.signed.version == version:
            return body
        most = max(most, len(signed.signed))
    raise TrustError("threshold_missing", role="root", have=most, need=need)


def leading_to(body: bytes, source: Source) -> dict[str, bytes]:
    """Return the roots of a bundle before this one of it, each of which vouches for the next.

    Nothing is believed for them: a device that was pinned earlier than this house goes by them, and
    holds each against its own pin. They are named as on a mirror. TrustError: mirror_unreachable.
    """
    later, found = check(body, bundle=True), dict[str, bytes]()
    while later.signed.version > 1 and len(found) < ROTATIONS_MAX:
        name = f"metadata/{later.signed.version - 1}.root.json"
        before = read(source, name)
        if not before:
            break
        try:
            earlier = check(before, bundle=True)
            earlier.signed.verify_delegate("root", later.signed_bytes, later.signatures)
        except (RepositoryError, TrustError):
            break
        if earlier.signed.version != later.signed.version - 1:
            break
        found[name], later = before, earlier
    return found


def check(body: bytes, *, bundle: bool) -> Metadata[Root]:
    """Return the root in `body` where it is of the right repository; nothing else is verified.

    TrustError: root_misplaced; metadata_tampered for what is no root.
    """
    try:
        root = Metadata[Root].from_bytes(body)
    except RepositoryError as error:
        raise TrustError("metadata_tampered", role="root", why=str(error)[:300]) from error
    if not isinstance(root.signed, Root):
        raise TrustError("metadata_tampered", role="root", why="of another type")
    said = root.signed.unrecognized_fields.get(REPOSITORY)
    if said is not None and not bundle:
        raise TrustError("root_misplaced", why="the root of a bundle, on a mirror")
    if said != BUNDLE_REPOSITORY and bundle:
        raise TrustError("root_misplaced", why="the root of a mirror, in a bundle")
    return root


def fingerprint(body: bytes) -> str:
    """Return by what people know a root: the sha256, in hex, of what it says. TrustError."""
    return hashlib.sha256(check(body, bundle=False).signed_bytes).hexdigest()


def fingerprints(body: bytes) -> frozenset[str]:
    """Return all by which it may be named: its fingerprint and the sha256 of its file."""
    return frozenset({fingerprint(body), hashlib.sha256(body).hexdigest()})


def named(body: bytes, by: str) -> bool:
    """Whether these bytes are the root that is named so; of what is no root nothing is."""
    try:
        return by in fingerprints(body)
    except TrustError:
        return False


def scope(root: Root, *roles: str) -> str:
    """Return the keys of some roles of a root as one word: see firmware/seen.py, Floor."""
    keys = [sorted(root.roles[role].keyids) for role in roles]
    return hashlib.sha256(json.dumps(keys).encode()).hexdigest()


def read(source: Source, name: str) -> bytes | None:
    """Return a root file of a source, None where it has none. TrustError."""
    body = bytearray()
    with _said(name):
        try:
            with source.open(name) as stream:
                for piece in stream.chunks:
                    body += piece
                    if len(body) > ROOT_MAX:
                        raise TrustError(
                            "metadata_too_large", role="root", what="bytes", limit=ROOT_MAX
                        )
        except Absent:
            return None
    return bytes(body)


@contextmanager
def _said(name: str) -> Iterator[None]:
    try:
        yield
    except Unreachable as error:
        raise TrustError("mirror_unreachable", why=f"{name}: {error}") from error
