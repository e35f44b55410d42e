"""The child process in which every private key is used: one JSON in, one JSON out, then it ends.

Secrets come on standard input alone. What is answered holds public keys, encrypted keys and
signatures; an error is a code with facts, never the text of an exception, which could hold what we
were given.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, TextIO

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from securesystemslib.exceptions import Error as SignerError
from securesystemslib.signer import CryptoSigner, SSlibKey

from firmware import key_files, key_tokens
from firmware.errors import PublishError
from firmware.key_tokens import Token

_MEMORY = 1 << 30  # bytes, and seconds of the processor, for opening a file: the PEM block of a
_CPU_S = 20  # hostile one may name any cost of its own
_DUMPABLE = 4  # PR_SET_DUMPABLE, linux/prctl.h

Hex = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2})*$")]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a job is given; each takes what it needs."""

    file: str = ""
    secret: str = ""  # passphrase or PIN
    fresh: str = ""  # the new passphrase
    kind: str = ""
    n: int = key_files.STRETCH.n  # of scrypt
    data: Hex = ""
    modules: tuple[str, ...] = ()
    token: str = ""
    serial: str = ""
    key: Hex = ""  # CKA_ID
    name: str = ""
    scheme: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a job gives."""

    error: str = ""
    facts: dict[str, str] = {}
    pem: str = ""  # encrypted
    public: str = ""  # as TUF's keyval has it
    keytype: str = ""
    scheme: str = ""
    signature: Hex = ""
    serial: str = ""
    key: Hex = ""
    tokens: tuple[Token, ...] = ()


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """Be the child: `argv` is one of JOBS. Says {"error": code} and returns 1 if it cannot."""
    try:
        seal()
        asked = msgspec.json.decode(stdin.read(), type=Asked)
        answer = JOBS[argv[0]](asked)
    except PublishError as error:
        facts = {name: str(value) for name, value in error.facts.items()}
        answer = Answer(error=error.code, facts=facts)
    except (KeyError, IndexError, ValueError, SignerError, MemoryError) as error:
        answer = Answer(error="signing_failed", facts={"why": type(error).__name__})
    stdout.write(msgspec.json.encode(answer).decode())
    stdout.flush()
    return 1 if answer.error else 0


def seal() -> None:
    """Leave no core dump behind, and let no other process of this user look into our memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DUMPABLE, 0, 0, 0, 0)


def _make(asked: Asked) -> Answer:
    makers: dict[str, Callable[[], PrivateKeyTypes]] = {
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ecdsa-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "ecdsa-p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "ml-dsa-44": mldsa.MLDSA44PrivateKey.generate,
        "ml-dsa-65": mldsa.MLDSA65PrivateKey.generate,
    }
    private = makers[asked.kind]()
    return _described(SSlibKey.from_crypto(private.public_key()), _shut(private, asked))


def _sign(asked: Asked) -> Answer:
    signer = CryptoSigner(_opened(asked))
    return Answer(signature=signer.sign(bytes.fromhex(asked.data)).signature)


def _change(asked: Asked) -> Answer:
    private = _opened(asked)
    pem = _shut(private, msgspec.structs.replace(asked, secret=asked.fresh))
    return _described(SSlibKey.from_crypto(private.public_key()), pem)


def _public(asked: Asked) -> Answer:
    return _described(SSlibKey.from_crypto(_opened(asked).public_key()))


def _token_make(asked: Asked) -> Answer:
    key = key_tokens.made(
        asked.modules,
        asked.token,
        asked.serial,
        asked.secret,
        name=asked.name,
        kind=asked.kind,
        key=os.urandom(8),
    )
    return Answer(public=key.public, serial=key.serial, key=key.key)


def _token_find(asked: Asked) -> Answer:
    wanted = bytes.fromhex(asked.key)
    key = key_tokens.found(asked.modules, asked.token, asked.serial, asked.secret, wanted)
    return Answer(public=key.public, serial=key.serial, key=key.key)


def _token_sign(asked: Asked) -> Answer:
    signature = key_tokens.signature(
        asked.modules,
        asked.token,
        asked.serial,
        asked.secret,
        key=bytes.fromhex(asked.key),
        scheme=asked.scheme,
        data=bytes.fromhex(asked.data),
    )
    return Answer(signature=signature.hex())


def _tokens(asked: Asked) -> Answer:
    return Answer(tokens=key_tokens.plugged_in(asked.modules))


JOBS: dict[str, Callable[[Asked], Answer]] = {
    "make": _make,
    "sign": _sign,
    "change": _change,
    "public": _public,
    "token-make": _token_make,
    "token-find": _token_find,
    "token-sign": _token_sign,
    "tokens": _tokens,
}


def confine() -> None:
    """Bound memory and time before a file is opened: it may name a cost of its own."""
    for what, limit in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _CPU_S)):
        _, most = resource.getrlimit(what)
        lower = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(what, (lower, most))


def _opened(asked: Asked) -> PrivateKeyTypes:
    confine()
    return key_files.opened(Path(asked.file), asked.secret)


def _shut(private: PrivateKeyTypes, asked: Asked) -> str:
    stretch = key_files.Stretch(asked.n)
    return key_files.locked(private, asked.secret, stretch, os.urandom(16))


def _described(key: SSlibKey, pem: str = "") -> Answer:
    public = key.keyval["public"]
    return Answer(pem=pem, public=public, keytype=key.keytype, scheme=key.scheme)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin, sys.stdout))
