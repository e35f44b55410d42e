"""The token of hub staff, kept in the keyring under the hub's address and nowhere else."""

from __future__ import annotations

import contextlib

import keyring
import keyring.errors

from fleet.errors import StoreError

_SERVICE = "orangery-staff"


def read(hub: str) -> str:
    """Return the token for the hub at this address, "" for none. StoreError("keyring_missing")."""
    try:
        return keyring.get_password(_SERVICE, hub) or ""
    except keyring.errors.KeyringError as error:
        raise StoreError("keyring_missing") from error


def keep(hub: str, token: str) -> None:
    """Keep the token. StoreError("keyring_missing")."""
    try:
        keyring.set_password(_SERVICE, hub, token)
    except keyring.errors.KeyringError as error:
        raise StoreError("keyring_missing") from error


def forget(hub: str) -> None:
    """Keep no token for this hub any more; there need not be one."""
    with contextlib.suppress(keyring.errors.KeyringError):
        keyring.delete_password(_SERVICE, hub)
