"""What a house asks its hub about the membership itself: at once, outside the exchange.

Called in the pool: HTTP and the key of the house. Every function: HubError.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback import keys, signature, sync
from feedback.sync import Outbox, Transport
from feedback.wire import HubError
from feedback.wire_accounts import REKEY, JoinWaiting, Rekey, RequestDoc, WaitingAnswer

FindKey = Callable[[str], Ed25519PrivateKey]
_EXPORT: Final = "/v1/export"


def ask(
    way: Outbox,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    clock: Callable[[], float],
    transport: Transport | None = None,
    find_key: FindKey = keys.load_or_make,
) -> bytes:
    """Return the answer to one signed request."""
    return sync.ask(
        way, method, path, body, clock=clock, transport=transport, find_key=find_key
    ).body


def new_key(
    way: Outbox,
    *,
    clock: Callable[[], float],
    transport: Transport | None = None,
    find_key: FindKey = keys.load_or_make,
) -> str:
    """Let a new key follow the one of this house; returns its name in the keyring."""
    name = f"house-{secrets.token_hex(8)}"
    new, old = find_key(name), find_key(way.key)
    old_id = signature.key_id(old.public_key().public_bytes_raw())
    said = Rekey(
        public_key=base64.b64encode(new.public_key().public_bytes_raw()).decode(),
        proof=base64.b64encode(new.sign(REKEY + old_id.encode())).decode(),
    )
    body = msgspec.json.encode(said)
    ask(
        way, "POST", "/v1/member/rekey", body,
        clock=clock, transport=transport, find_key=find_key,
    )  # fmt: skip
    return name


def wait(
    way: Outbox,
    models: Sequence[str],
    *,
    clock: Callable[[], float],
    transport: Transport | None = None,
    find_key: FindKey = keys.load_or_make,
) -> WaitingAnswer:
    """Take a place in the waiting list of a hub, or ask how far it has come."""
    public = find_key(way.key).public_key().public_bytes_raw()
    said = JoinWaiting(public_key=base64.b64encode(public).decode(), models=tuple(models))
    answer = ask(
        way, "POST", "/v1/waiting", msgspec.json.encode(said),
        clock=clock, transport=transport, find_key=find_key,
    )  # fmt: skip
    return _read(answer, WaitingAnswer)


def export(
    way: Outbox,
    file: Path,
    *,
    clock: Callable[[], float],
    transport: Transport | None = None,
    find_key: FindKey = keys.load_or_make,
) -> RequestDoc:
    """Ask for everything the hub has of this house; once it is ready, write it to `file`.

    The answer says whether it is (`done`). HubError: export_damaged.
    """

    def once(path: str) -> bytes:
        return ask(way, "GET", path, clock=clock, transport=transport, find_key=find_key)

    request = _read(once(_EXPORT), RequestDoc)
    if request.done is None:
        return request
    body = once(f"{_EXPORT}/{request.id}")
    if hashlib.sha256(body).hexdigest() != request.sha256:
        raise HubError("export_damaged")
    part = file.with_name(file.name + ".part")
    part.write_bytes(body)
    part.replace(file)
    return request


def _read(body: bytes, kind: type[sync.T]) -> sync.T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise HubError("hub_not_understood", fact=error) from error
