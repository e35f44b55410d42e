"""Signs a request of a house and checks it at the hub: a fixed subset of RFC 9421 with ed25519.

Why our own 100 lines: the covered parts, the algorithm and the order of parameters never vary, so
nothing is negotiated and there is nothing to parse but one line of one form; the general library
costs a millisecond a request and brings the choices that this protocol does not want. What is sent
is still RFC 9421, so any conforming implementation can check it.

    Content-Digest: sha-256=:…:
    Signature-Input: orangery=("@method" "@path" "@query" "content-digest" "x-orangery-outbox")
        ;created=1780000000;nonce="…";keyid="…";alg="ed25519";tag="orangery-sync-1"
    Signature: orangery=:…:

That a nonce is new is for the hub to know; here it is only read.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from feedback.wire import PROTOCOL, HubError

WINDOW_S: Final = 300.0  # how far a clock may be off, either way
OUTBOX_HEADER: Final = "x-orangery-outbox"

_COVERED: Final = '("@method" "@path" "@query" "content-digest" "x-orangery-outbox")'
_INPUT: Final = re.compile(
    r"orangery=(?P<params>"
    + re.escape(_COVERED)
    + r';created=(?P<created>\d{1,12});nonce="(?P<nonce>[A-Za-z0-9_-]{16,64})"'
    r';keyid="(?P<key_id>[A-Za-z0-9_-]{1,64})";alg="ed25519";tag="' + re.escape(PROTOCOL) + r'")'
)
_SIGNATURE: Final = re.compile(r"orangery=:(?P<bytes>[A-Za-z0-9+/=]{88}):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is signed of a request. `query` is without its question mark."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    outbox: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a signature claims, before it is checked."""

    key_id: str
    nonce: str
    created: float
    params: str
    signature: bytes


def key_id(public: bytes) -> str:
    """Return the name of a public key (its 32 raw bytes): the same at both ends."""
    return hashlib.sha256(public).hexdigest()[:32]


def sign(request: Request, key: Ed25519PrivateKey, *, created: float, nonce: str) -> dict[str, str]:
    """Return the headers that prove `request` comes from the holder of `key`."""
    name = key_id(key.public_key().public_bytes_raw())
    params = (
        f'{_COVERED};created={int(created)};nonce="{nonce}";keyid="{name}"'
        f';alg="ed25519";tag="{PROTOCOL}"'
    )
    signature = base64.b64encode(key.sign(_base(request, params))).decode()
    return {
        "content-digest": _digest(request.body),
        OUTBOX_HEADER: request.outbox,
        "signature-input": f"orangery={params}",
        "signature": f"orangery=:{signature}:",
    }


def read(headers: Mapping[str, str]) -> Claim:
    """Read the claim from lower-case headers; HubError("bad_signature") where there is none."""
    asked = _INPUT.fullmatch(headers.get("signature-input", ""))
    given = _SIGNATURE.fullmatch(headers.get("signature", ""))
    if asked is None or given is None:
        raise HubError("bad_signature", why="missing or of another form")
    return Claim(
        key_id=asked["key_id"],
        nonce=asked["nonce"],
        created=float(asked["created"]),
        params=asked["params"],
        signature=base64.b64decode(given["bytes"]),
    )


def check(
    claim: Claim, request: Request, headers: Mapping[str, str], public: bytes, *, now: float
) -> None:
    """Return where everything holds.

    HubError: bad_signature (digest, key or signature differ), clock_skew (more than WINDOW_S off).
    """
    if headers.get("content-digest") != _digest(request.body):
        raise HubError("bad_signature", why="the digest is not that of the body")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            claim.signature, _base(request, claim.params)
        )
    except (InvalidSignature, ValueError) as error:
        raise HubError("bad_signature", why="not signed by this key") from error
    if abs(claim.created - now) > WINDOW_S:
        raise HubError("clock_skew", seconds=int(claim.created - now))


def _digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _base(request: Request, params: str) -> bytes:
    lines = (
        f'"@method": {request.method}',
        f'"@path": {request.path}',
        f'"@query": ?{request.query}',
        f'"content-digest": {_digest(request.body)}',
        f'"{OUTBOX_HEADER}": {request.outbox}',
        f'"@signature-params": {params}',
    )
    return "\n".join(lines).encode()
