"""The key that proves who a house is to its hub: ed25519, kept in the system's keyring.

Where there is no keyring and the user agreed to it, the program puts a file of mode 0600 in its
place (desktop/secrets.py); here nothing changes. The hub only ever gets the public half.
"""

from __future__ import annotations

import base64

import keyring
import keyring.errors
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback.wire import HubError

_SERVICE = "orangery-hub"


def load(name: str) -> Ed25519PrivateKey | None:
    """Return the key called `name` or None; HubError("keyring_missing") without a keyring."""
    try:
        kept = keyring.get_password(_SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise HubError("keyring_missing", fact=error) from error
    if kept is None:
        return None
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept, validate=True))
    except ValueError as error:
        raise HubError("key_damaged") from error


def load_or_make(name: str) -> Ed25519PrivateKey:
    """Return the key called `name`, made and kept at first use. HubError as `load`."""
    if (key := load(name)) is not None:
        return key
    key = Ed25519PrivateKey.generate()
    try:
        keyring.set_password(_SERVICE, name, base64.b64encode(key.private_bytes_raw()).decode())
    except keyring.errors.KeyringError as error:
        raise HubError("keyring_missing", fact=error) from error
    return key
