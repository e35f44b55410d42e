"""What a release folder knows of this machine alone (local.json, which never travels)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from firmware import durable
from firmware.errors import PublishError
from firmware.online import Keyring


class _Local(msgspec.Struct, frozen=True):
    keys: str = ""  # the folder of the online keys


def remember(release: Path, keys: Path | None) -> None:
    """Keep where the online keys of a release folder lie; None: not known yet. StoreError."""
    local = _Local(str(keys.resolve()) if keys else "")
    durable.write(release / "local.json", msgspec.json.format(msgspec.json.encode(local), indent=1))


def keyring(release: Path, passphrase: str, keys: Path | None = None) -> Keyring:
    """Return the online keys, in the folder `keys` (remembered) or the one used last.

    PublishError("online_keys_unknown").
    """
    if keys is not None:
        remember(release, keys)
    try:
        local = msgspec.json.decode((release / "local.json").read_bytes(), type=_Local)
    except (OSError, msgspec.DecodeError):
        local = _Local()
    if not local.keys:
        raise PublishError("online_keys_unknown", folder=release)
    return Keyring(folder=Path(local.keys), passphrase=passphrase)
