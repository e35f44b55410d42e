"""Signing keys, in encrypted files or on PKCS#11 tokens; every use of one is in a child process.

A key in a file is two files: `<name>.pem` (encrypted with the passphrase: firmware/key_files.py)
and `<name>.pub` beside it (JSON), which may be given to everybody. Of a key on a token there is the
.pub alone. The child (firmware/key_child.py) is given secrets on its standard input: they are never
in arguments, environment or a log, and this process never has a private key. Format of the keyid:
TUF specification 1.0.34, section 4.2 (sha256 of the canonical form of the public key).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Key, Signature, SSlibKey

from firmware import durable
from firmware.errors import PublishError
from firmware.key_child import Answer, Asked
from firmware.key_files import STRETCH, Stretch
from firmware.key_tokens import Token
from firmware.signed import KEY_NAME

__all__ = ["STRETCH", "Kind", "PublicKey", "PublishError", "Stretch", "Token"]

CHILD = "_sign-child"
"""The hidden first argument by which a frozen program becomes the child: route it to key_child."""

SHORTEST_PASSPHRASE = 12
LONGEST_PASSPHRASE = 1_000
MODULES = (
    "/usr/lib/x86_64-linux-gnu/libykcs11.so.2",
    "/usr/lib/aarch64-linux-gnu/libykcs11.so.2",
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib/softhsm/libsofthsm2.so",
)
"""Where Debian puts the PKCS#11 modules of the packages ykcs11, opensc-pkcs11 and libsofthsm2."""

_LIMIT_S = 60.0  # a token waits for a touch
_ROOT = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_PUB_MAX = 16 * 1024  # bytes; an ML-DSA-65 key takes 3 KiB
_SAID = re.compile(r"(key_unreadable|wrong_p\w+|signing_failed|token\w*|module_missing)")
_FACTS = frozenset(("file", "why", "token", "module", "serials", "keys", "key"))


class Kind(StrEnum):
    """What a key is made of; ML-DSA (FIPS 204) also stands against a quantum computer."""

    ED25519 = "ed25519"
    P256 = "ecdsa-p256"
    P384 = "ecdsa-p384"
    MLDSA44 = "ml-dsa-44"
    MLDSA65 = "ml-dsa-65"


_KINDS = {  # (keytype, scheme) of TUF
    ("ed25519", "ed25519"): Kind.ED25519,
    ("ecdsa", "ecdsa-sha2-nistp256"): Kind.P256,
    ("ecdsa", "ecdsa-sha2-nistp384"): Kind.P384,
    ("ml-dsa", "ml-dsa-44/1"): Kind.MLDSA44,
    ("ml-dsa", "ml-dsa-65/1"): Kind.MLDSA65,
}
ON_TOKENS = frozenset((Kind.P256, Kind.P384))
POST_QUANTUM = frozenset((Kind.MLDSA44, Kind.MLDSA65))


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
    token_serial: str = ""
    token_key: str = ""  # CKA_ID on the token, hex

    @property
    def key(self) -> Key:
        """The key as TUF knows it, with its holder's name."""
        public = {"public": self.public}
        return SSlibKey(self.keyid, self.keytype, self.scheme, public, {KEY_NAME: self.name})

    @property
    def kind(self) -> Kind:
        """What it is made of. KeyError where `checked` would refuse it."""
        return _KINDS[self.keytype, self.scheme]


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A .pub file; the first version had the first three members alone."""

    name: str
    keyid: str
    public: str
    keytype: str = "ed25519"
    scheme: str = "ed25519"
    token: Annotated[str, msgspec.Meta(max_length=32)] = ""  # CK_TOKEN_INFO.label
    token_serial: Annotated[str, msgspec.Meta(max_length=16)] = ""
    token_key: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2}){0,64}$")] = ""


# --- making ---------------------------------------------------------------------------------------


def make(
    folder: Path,
    name: str,
    passphrase: str,
    *,
    kind: Kind = Kind.ED25519,
    stretch: Stretch = STRETCH,
) -> PublicKey:
    """Make a key in `folder`. PublishError: key_name_bad, passphrase_short, key_exists. StoreError.

    `stretch`: what one guess of the passphrase costs; only tests and demos take less. Asked again
    after a power cut, with the same passphrase, it finishes the key that was begun.
    """
    if (folder / f"{name}.pem").exists() and not (folder / f"{name}.pub").exists():
        return _finished(folder / f"{name}.pem", passphrase, kind)
    file = _free(folder, name)
    _long_enough(passphrase)
    made = _ask("make", Asked(secret=passphrase, kind=kind, n=stretch.n))
    key = _key(name, file, made.public, made.keytype)
    durable.write(file, made.pem.encode(), mode=0o600)
    return _written(key)


def make_on_token(
    folder: Path,
    name: str,
    label: str,
    pin: str,
    *,
    kind: Kind = Kind.P256,
    serial: str = "",
    module: Path | None = None,
) -> PublicKey:
    """Make a key on the token named `label`, which never gives it away, and its .pub in `folder`.

    `serial` is needed only where two tokens have the same label. PublishError: key_name_bad,
    key_exists, token_kind_bad, token_library_missing, module_missing, token_missing, tokens_alike,
    wrong_pin, token_locked, token_failed. StoreError.
    """
    if kind not in ON_TOKENS:
        raise PublishError("token_kind_bad", kind=kind)
    file = _free(folder, name)
    asked = Asked(
        secret=pin, kind=kind, token=label, serial=serial, name=name, modules=_modules(module)
    )
    return _on_token(name, file, label, _ask("token-make", asked))


def from_token(
    folder: Path,
    name: str,
    label: str,
    pin: str = "",
    *,
    key: str = "",
    serial: str = "",
    module: Path | None = None,
) -> PublicKey:
    """Take over an ECDSA key that is on a token already: write its .pub into `folder`.

    `key` is its CKA_ID in hex, needed where the token has several; `pin` where the token shows
    public keys only after log-in. PublishError: as make_on_token, and token_key_missing,
    token_keys_many.
    """
    file = _free(folder, name)
    asked = Asked(secret=pin, token=label, serial=serial, key=key, modules=_modules(module))
    return _on_token(name, file, label, _ask("token-find", asked))


def tokens(module: Path | None = None) -> tuple[Token, ...]:
    """Return the tokens that are plugged in. PublishError as make_on_token."""
    return _ask("tokens", Asked(modules=_modules(module))).tokens


def change_passphrase(
    file: Path, passphrase: str, fresh: str, *, stretch: Stretch = STRETCH
) -> None:
    """Lock a key's file with another passphrase; also brings a file of the first version forward.

    PublishError: key_unreadable, wrong_passphrase, passphrase_short. StoreError.
    """
    _long_enough(fresh)
    known = read(file)
    asked = Asked(file=str(file.resolve()), secret=passphrase, fresh=fresh, n=stretch.n)
    changed = _ask("change", asked)
    if changed.public != known.public:  # damage of a file of the first version may open
        raise PublishError("key_unreadable", file=file)
    durable.write(file, changed.pem.encode(), mode=0o600)


def recover(file: Path, passphrase: str) -> PublicKey:
    """Write the .pub of a .pem whose .pub was lost, named as the file.

    PublishError: key_exists, key_name_bad, key_unreadable, wrong_passphrase. StoreError.
    """
    if not _NAME.fullmatch(file.stem):
        raise PublishError("key_name_bad", name=file.stem)
    if file.with_suffix(".pub").exists():
        raise PublishError("key_exists", name=file.stem, folder=file.parent)
    found = _ask("public", Asked(file=str(file.resolve()), secret=passphrase))
    return _written(_key(file.stem, file, found.public, found.keytype))


# --- reading --------------------------------------------------------------------------------------


def read(file: Path) -> PublicKey:
    """Return the public half of the key at `file` (.pem or .pub); PublishError key_unreadable."""
    try:
        with file.with_suffix(".pub").open("rb") as source:
            body = source.read(_PUB_MAX + 1)
        if len(body) > _PUB_MAX:
            raise PublishError("key_unreadable", file=file)
        known = msgspec.json.decode(body, type=_File)
    except (OSError, ValueError, RecursionError) as error:
        raise PublishError("key_unreadable", file=file) from error
    return checked(PublicKey(file=file.with_suffix(".pem"), **msgspec.structs.asdict(known)))


def checked(key: PublicKey) -> PublicKey:
    """Return `key` if it is what it says. PublishError key_unreadable.

    It must be of a kind we know, be written the one way in which we write it (a second spelling of
    one key would count as a second signer), have the keyid computed from it, and a name of ours.
    """
    try:
        if (key.keytype, key.scheme) not in _KINDS or not _NAME.fullmatch(key.name):
            raise PublishError("key_unreadable", file=key.file)
        if key.token and not (key.kind in ON_TOKENS and key.token_key):
            raise PublishError("key_unreadable", file=key.file)
        again = _parsed(key.public, key.keytype)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PublishError("key_unreadable", file=key.file) from error
    ours = (key.keyid, key.keytype, key.scheme, key.public)
    if ours != (again.keyid, again.keytype, again.scheme, again.keyval["public"]):
        raise PublishError("key_unreadable", file=key.file)
    return key


def listed(folder: Path) -> tuple[PublicKey, ...]:
    """Return the keys in `folder`, by name."""
    return tuple(read(file) for file in sorted(folder.glob("*.pub")))


# --- signing --------------------------------------------------------------------------------------


def sign(key: Path | PublicKey, secret: str, data: bytes, *, module: Path | None = None) -> str:
    """Return the signature of `data` in hex, made in a child that has exited, and verified here.

    `key` is a key or the path of its .pem or .pub; `secret` its passphrase, or its token's PIN.
    PublishError: wrong_passphrase, key_unreadable, signing_failed, signature_bad (the private half
    is not that of the public one), and of a token those of make_on_token and token_key_missing.
    """
    known = read(key) if isinstance(key, Path) else checked(key)
    if known.token:
        asked = Asked(
            secret=secret,
            token=known.token,
            serial=known.token_serial,
            key=known.token_key,
            scheme=known.scheme,
            data=data.hex(),
            modules=_modules(module),
        )
        text = _ask("token-sign", asked).signature
    else:
        asked = Asked(file=str(known.file.resolve()), secret=secret, data=data.hex())
        text = _ask("sign", asked).signature
    try:
        known.key.verify_signature(Signature(known.keyid, text), data)
    except UnverifiedSignatureError as error:
        raise PublishError("signature_bad", key=known.name) from error
    return text


# --- files and the child --------------------------------------------------------------------------


def _finished(file: Path, passphrase: str, kind: Kind) -> PublicKey:
    """Give a key its public half that a power cut took; one that is another's stays as it is."""
    try:
        found = _ask("public", Asked(file=str(file.resolve()), secret=passphrase))
        key = _key(file.stem, file, found.public, found.keytype)
    except PublishError as error:
        raise PublishError("key_exists", name=file.stem, folder=file.parent) from error
    if key.kind is not kind:
        raise PublishError("key_exists", name=file.stem, folder=file.parent)
    return _written(key)


def _free(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise PublishError("key_name_bad", name=name)
    file = folder / f"{name}.pem"
    if file.exists() or (folder / f"{name}.pub").exists():
        raise PublishError("key_exists", name=name, folder=folder)
    return file


def _long_enough(passphrase: str) -> None:
    if not SHORTEST_PASSPHRASE <= len(passphrase) <= LONGEST_PASSPHRASE:
        raise PublishError("passphrase_short", least=SHORTEST_PASSPHRASE)


def _key(name: str, file: Path, public: str, keytype: str) -> PublicKey:
    """Return a key that the child has just told us of. PublishError key_unreadable."""
    try:
        parsed = _parsed(public, keytype)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PublishError("key_unreadable", file=file) from error
    return checked(
        PublicKey(
            name=name,
            keyid=parsed.keyid,
            public=public,
            file=file,
            keytype=parsed.keytype,
            scheme=parsed.scheme,
        )
    )


def _parsed(public: str, keytype: str) -> SSlibKey:
    """Return the key written as we write it. ValueError, TypeError, UnsupportedAlgorithm."""
    if keytype == "ed25519":
        return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))
    return SSlibKey.from_crypto(load_pem_public_key(public.encode()))


def _on_token(name: str, file: Path, label: str, found: Answer) -> PublicKey:
    key = _key(name, file, found.public, "ecdsa")
    if key.kind not in ON_TOKENS:
        raise PublishError("token_kind_bad", kind=key.kind)
    return _written(replace(key, token=label, token_serial=found.serial, token_key=found.key))


def _written(key: PublicKey) -> PublicKey:
    """Write the .pub: the moment from which the key counts as made."""
    known = _File(
        **{name: getattr(key, name) for name in _File.__struct_fields__}  # the same names
    )
    body = msgspec.json.format(msgspec.json.encode(known), indent=1)
    durable.write(key.file.with_suffix(".pub"), body + b"\n")
    return key


def _modules(module: Path | None) -> tuple[str, ...]:
    """Return the PKCS#11 modules to try: the one named, the environment's, or what is installed."""
    named = str(module) if module else os.environ.get("PYKCS11LIB", "")
    if named and not Path(named).is_file():
        raise PublishError("module_missing", module=named)
    found = (named,) if named else tuple(place for place in MODULES if Path(place).is_file())
    if not found:
        raise PublishError("module_missing", module=MODULES[-1])
    return found


def _ask(job: str, asked: Asked) -> Answer:
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            _child_command(job),
            input=msgspec.json.encode(asked),
            capture_output=True,
            cwd=_ROOT,
            timeout=_LIMIT_S,
            check=False,
        )
        answer = msgspec.json.decode(done.stdout, type=Answer)
    except (OSError, subprocess.TimeoutExpired, ValueError, RecursionError) as error:
        raise PublishError("signing_failed", why=type(error).__name__) from None
    if answer.error:
        if not _SAID.fullmatch(answer.error):
            raise PublishError("signing_failed", why="answer")
        facts = {name: text for name, text in answer.facts.items() if name in _FACTS}
        raise PublishError(answer.error, **facts)
    if done.returncode:
        raise PublishError("signing_failed", why=f"exit {done.returncode}")
    return answer


def _child_command(job: str) -> Sequence[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD, job]
    return [sys.executable, "-m", "firmware.key_child", job]
