"""Signing keys as encrypted files; every use of a private key is in a child process that exits.

The child is this module: it reads one JSON object on its standard input, writes one on its standard
output and ends. Secrets travel on standard input alone: never in arguments, environment or a log.
A key is two files: `<name>.pem` (PKCS8, encrypted with the passphrase) and `<name>.pub` beside it
(JSON: name, keyid, public), which may be given to everybody. Format of the keyid: TUF
specification 1.0.34, section 4.2 (sha256 of the canonical form of the public key).
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from firmware import durable
from firmware.errors import PublishError

CHILD = "_sign-child"
"""The hidden first argument by which a frozen program becomes the child: route it to `main`."""

SHORTEST_PASSPHRASE = 12  # PKCS8 stretches a passphrase little: length is what protects

_LIMIT_S = 60.0
_ROOT = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """The half of a key that everybody may see, and where its private half lies."""

    name: str
    keyid: str
    public: str  # as TUF's keyval has it: hex for ed25519, PEM for others
    file: Path  # the encrypted PEM; of a token's key, where it would be
    keytype: str = "ed25519"
    scheme: str = "ed25519"
    token: str = ""  # label of the PKCS#11 token that holds the private half; "": the file does


def make(folder: Path, name: str, passphrase: str) -> PublicKey:
    """Make an ed25519 key in `folder`. PublishError, StoreError."""
    if not _NAME.fullmatch(name):
        raise PublishError("key_name_bad", name=name)
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PublishError("passphrase_short", least=SHORTEST_PASSPHRASE)
    file = folder / f"{name}.pem"
    if file.exists():
        raise PublishError("key_exists", name=name, folder=folder)
    answer = _ask_child("make", {"passphrase": passphrase})
    known = {"name": name, "keyid": keyid_of(answer["public"]), "public": answer["public"]}
    durable.write(file.with_suffix(".pub"), json.dumps(known, indent=1).encode())
    durable.write(file, answer["pem"].encode(), mode=0o600)  # last: with it the key is there
    return PublicKey(file=file, **known)


def read(file: Path) -> PublicKey:
    """Return the public half of the key at `file` (.pem or .pub); PublishError key_unreadable."""
    try:
        known = json.loads(file.with_suffix(".pub").read_bytes())
        name, public = str(known["name"]), bytes.fromhex(known["public"]).hex()
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PublishError("key_unreadable", file=file) from error
    return PublicKey(
        name=name, keyid=keyid_of(public), public=public, file=file.with_suffix(".pem")
    )


def listed(folder: Path) -> tuple[PublicKey, ...]:
    """Return the keys in `folder`, by name."""
    return tuple(read(file) for file in sorted(folder.glob("*.pub")))


def sign(file: Path, passphrase: str, data: bytes) -> str:
    """Return the signature of `data` in hex, made in a child process that has exited.

    PublishError: wrong_passphrase, key_unreadable, signing_failed.
    """
    asked = {"file": str(file.resolve()), "passphrase": passphrase, "data": data.hex()}
    return _ask_child("sign", asked)["signature"]


def keyid_of(public: str) -> str:
    """Return the TUF key id of an ed25519 key given as 64 hex digits."""
    key = {"keytype": "ed25519", "keyval": {"public": public}, "scheme": "ed25519"}
    canonical = json.dumps(key, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """Be the child: `argv` is ("sign",) or ("make",). Writes {"error": code} where it cannot."""
    try:
        job = {"sign": _sign, "make": _make}[argv[0]]
        answer = job(json.load(stdin))
    except PublishError as error:
        answer = {"error": error.code}
    except (KeyError, IndexError, ValueError):  # its text could hold what we were given
        answer = {"error": "signing_failed"}
    json.dump(answer, stdout)
    stdout.flush()
    return 1 if "error" in answer else 0


def _make(asked: Mapping[str, str]) -> dict[str, str]:
    key = Ed25519PrivateKey.generate()
    locked = BestAvailableEncryption(asked["passphrase"].encode())
    return {
        "pem": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked).decode(),
        "public": key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
    }


def _sign(asked: Mapping[str, str]) -> dict[str, str]:
    data = bytes.fromhex(asked["data"])
    return {"signature": _open(Path(asked["file"]), asked["passphrase"]).sign(data).hex()}


def _open(file: Path, passphrase: str) -> Ed25519PrivateKey:
    try:
        pem = file.read_bytes()
    except OSError as error:
        raise PublishError("key_unreadable", file=file) from error
    if b"BEGIN ENCRYPTED PRIVATE KEY" not in pem:
        raise PublishError("key_unreadable", file=file)
    try:
        key = load_pem_private_key(pem, passphrase.encode())
    except (ValueError, TypeError) as error:
        raise PublishError("wrong_passphrase", file=file) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise PublishError("key_unreadable", file=file)
    return key


def _ask_child(job: str, asked: Mapping[str, str]) -> dict[str, str]:
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            _child_command(job),
            input=json.dumps(asked).encode(),
            capture_output=True,
            cwd=_ROOT,
            timeout=_LIMIT_S,
            check=False,
        )
        answer: dict[str, str] = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise PublishError("signing_failed", why=type(error).__name__) from None
    if "error" in answer:
        raise PublishError(answer["error"], file=asked.get("file", ""))
    return answer


def _child_command(job: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD, job]
    return [sys.executable, "-m", "firmware.keys", job]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin, sys.stdout))
