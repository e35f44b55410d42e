"""Writes and reads the file in which an outbox is carried by hand. Pure: bytes in, bytes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback import signature
from feedback.signature import Claim, Request
from feedback.wire import HubError, Push
from feedback.wire_carry import FILE_MAX, FORMAT, OLDEST_S, PATH, CarriedPush, CarryHead, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A file, read: whose it says it is, and its pushes as they stand there."""

    head: CarryHead
    pushes: tuple[CarriedPush, ...]


def write(
    pushes: Sequence[Push],
    key: Ed25519PrivateKey,
    *,
    hub: str,
    now: float,
    nonce: Callable[[], str],
) -> bytes:
    """Return the file; `now` is the hub's time as far as we know it. At least one push."""
    head = CarryHead(
        format=FORMAT,
        hub=hub,
        outbox_id=pushes[0].outbox_id,
        key_id=signature.key_id(key.public_key().public_bytes_raw()),
        made=now,
        pushes=len(pushes),
        ops=sum(len(push.ops) for push in pushes),
    )
    lines = [_signed(push, key, now, nonce()) for push in pushes]
    return b"".join(msgspec.json.encode(line) + b"\n" for line in (head, *lines))


def read(data: bytes) -> Carried:
    """Read a file. HubError("carry_unreadable") where it is none."""
    first, _, rest = data.partition(b"\n")
    try:
        head = msgspec.json.decode(first, type=CarryHead)
        lines = [line for line in rest.splitlines() if line.strip()]
        pushes = tuple(msgspec.json.decode(line, type=CarriedPush) for line in lines)
    except msgspec.MsgspecError as error:
        raise HubError("carry_unreadable", fact=error) from error
    if not pushes:
        raise HubError("carry_unreadable", fact="it has no line with a push")
    return Carried(head=head, pushes=pushes)


def split(data: bytes, most: int = FILE_MAX) -> Iterator[bytes]:
    """Yield files of at most so many bytes with the same pushes in the same order."""
    carried = read(data)
    first = msgspec.json.encode(carried.head) + b"\n"
    part = first
    for push in carried.pushes:
        line = msgspec.json.encode(push) + b"\n"
        if len(part) + len(line) > most and part != first:
            yield part
            part = first
        part += line
    yield part


def check(line: CarriedPush, public: bytes, *, now: float) -> Push:
    """Return the push where this key signed it, however long that was ago.

    HubError: bad_signature; carry_too_old; clock_skew (it was signed in the future).
    """
    claim, asked = signature.read(line.headers), _request(line)
    if signature.key_id(public) != claim.key_id:
        raise HubError("bad_signature", why="another key than the named one")
    signature.check(claim, asked, line.headers, public, now=claim.created)
    if claim.created > now + signature.WINDOW_S:
        raise HubError("clock_skew", seconds=int(claim.created - now))
    if claim.created < now - OLDEST_S:
        raise HubError("carry_too_old")
    try:
        push = msgspec.json.decode(line.body, type=Push)
    except msgspec.MsgspecError as error:
        raise HubError("bad_request", why=error) from error
    if push.outbox_id != asked.outbox:
        raise HubError("bad_request", why="another outbox than the signed one")
    return push


def claim_of(line: CarriedPush) -> Claim:
    """What a line claims, before it is checked. HubError("bad_signature")."""
    return signature.read(line.headers)


def read_receipt(data: bytes) -> Receipt:
    """Read what a hub answered. HubError("receipt_unreadable")."""
    try:
        return msgspec.json.decode(data, type=Receipt)
    except msgspec.MsgspecError as error:
        raise HubError("receipt_unreadable", fact=error) from error


def join(receipts: Iterable[Receipt]) -> Receipt:
    """One receipt for all pieces of a file."""
    each = list(receipts)
    settled = tuple(one for receipt in each for one in receipt.settled)
    return msgspec.structs.replace(each[-1], settled=settled)


def _signed(push: Push, key: Ed25519PrivateKey, now: float, nonce: str) -> CarriedPush:
    body = msgspec.json.encode(push)
    asked = Request(method="POST", path=PATH, body=body, outbox=push.outbox_id)
    headers = signature.sign(asked, key, created=now, nonce=nonce)
    return CarriedPush(headers=headers, body=body.decode())


def _request(line: CarriedPush) -> Request:
    outbox = line.headers.get(signature.OUTBOX_HEADER, "")
    return Request(method="POST", path=PATH, body=line.body.encode(), outbox=outbox)
