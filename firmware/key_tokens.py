"""Keys that never leave a PKCS#11 token (a YubiKey, SoftHSM2): ECDSA P-256 and P-384. Child only.

The maker's library for its token is foreign code, so it is loaded in the child process alone. Uses
PKCS#11 2.40 (sections 2.3.1 for ECDSA, 5.6 for log-in) through python-pkcs11, which only release
staff need (the extra `release`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from firmware.errors import PublishError

if TYPE_CHECKING:
    import pkcs11

CURVES = {"ecdsa-p256": "secp256r1", "ecdsa-p384": "secp384r1"}
_DIGESTS = {"ecdsa-sha2-nistp256": "sha256", "ecdsa-sha2-nistp384": "sha384"}
_MANY = 16  # tokens or keys that an answer names


class Token(msgspec.Struct, frozen=True):
    """A token that is plugged in now. Labels are chosen by people and may repeat; serials not."""

    label: str
    serial: str
    model: str


class TokenKey(msgspec.Struct, frozen=True):
    """The public half of a key on a token."""

    public: str  # PEM
    serial: str  # of the token
    key: str  # CKA_ID in hex


def plugged_in(modules: Sequence[str]) -> tuple[Token, ...]:
    """Return the tokens that can be seen. PublishError: those of every function here."""
    with _told("", modules):
        return tuple(Token(token.label, _serial(token), token.model) for token in _tokens(modules))


def made(
    modules: Sequence[str], label: str, serial: str, pin: str, *, name: str, kind: str, key: bytes
) -> TokenKey:
    """Make a key pair on a token, by the name of `name`; its private half cannot be read out.

    PublishError: token_library_missing, module_missing, token_missing, tokens_alike, wrong_pin,
    token_locked, token_failed.
    """
    import pkcs11  # noqa: PLC0415 - an extra
    from pkcs11.util import ec  # noqa: PLC0415

    with _session(modules, label, serial, pin, write=True) as session:
        curve = {pkcs11.Attribute.EC_PARAMS: ec.encode_named_curve_parameters(CURVES[kind])}
        domain = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        public, _ = domain.generate_keypair(
            id=key,
            label=name,
            store=True,
            capabilities=pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY,
            private_template={
                pkcs11.Attribute.SENSITIVE: True,
                pkcs11.Attribute.EXTRACTABLE: False,
                pkcs11.Attribute.PRIVATE: True,
            },
        )
        return _public(session, public)


def found(modules: Sequence[str], label: str, serial: str, pin: str, key: bytes) -> TokenKey:
    """Return a key that a token has already; `key` (CKA_ID) may be empty where it has only one.

    PublishError: as `made`, and token_key_missing, token_keys_many.
    """
    import pkcs11  # noqa: PLC0415

    wanted = {pkcs11.Attribute.ID: key} if key else {}
    with _session(modules, label, serial, pin) as session:
        there = list(
            session.get_objects(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY,
                    pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC,
                    **wanted,
                }
            )
        )
        if not there:
            raise PublishError("token_key_missing", token=label, key=key.hex() or "-")
        if len(there) > 1:
            ids = ", ".join(sorted({one[pkcs11.Attribute.ID].hex() for one in there})[:_MANY])
            raise PublishError("token_keys_many", token=label, keys=ids)
        return _public(session, there[0])


def signature(
    modules: Sequence[str],
    label: str,
    serial: str,
    pin: str,
    *,
    key: bytes,
    scheme: str,
    data: bytes,
) -> bytes:
    """Return the DER signature of `data`. PublishError: as `made`, and token_key_missing."""
    import pkcs11  # noqa: PLC0415
    from pkcs11.util import ec  # noqa: PLC0415

    digest = hashlib.new(_DIGESTS[scheme], data).digest()
    with _session(modules, label, serial, pin) as session:
        try:
            private = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.KeyType.EC, id=key)
        except pkcs11.NoSuchKey as error:
            raise PublishError("token_key_missing", token=label, key=key.hex()) from error
        if not isinstance(private, pkcs11.SignMixin):
            raise PublishError("token_key_missing", token=label, key=key.hex())
        return ec.encode_ecdsa_signature(private.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))


def _public(session: pkcs11.Session, key: pkcs11.Object) -> TokenKey:
    import pkcs11  # noqa: PLC0415
    from pkcs11.util import ec  # noqa: PLC0415

    if not isinstance(key, pkcs11.PublicKey):
        raise PublishError("token_failed", token=session.token.label, why="no public key")
    try:
        public = load_der_public_key(ec.encode_ec_public_key(key))
    except ValueError as error:  # a curve that nobody knows
        raise PublishError("token_failed", token=session.token.label, why="curve") from error
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return TokenKey(pem, _serial(session.token), key.id.hex())


@contextmanager
def _session(
    modules: Sequence[str], label: str, serial: str, pin: str, *, write: bool = False
) -> Iterator[pkcs11.Session]:
    with _told(label, modules):
        token = _chosen(_tokens(modules), label, serial)
        with token.open(rw=write, user_pin=pin or None) as session:
            yield session


def _chosen(tokens: Sequence[pkcs11.Token], label: str, serial: str) -> pkcs11.Token:
    """Return the token of a label; the serial decides only where two have the same one.

    So a spare token with the same label and key serves as well; what it signs is verified anyway.
    """
    alike = [token for token in tokens if token.label == label]
    if len(alike) > 1 and serial:
        alike = [token for token in alike if _serial(token) == serial]
    if not alike:
        raise PublishError("token_missing", token=label)
    if len(alike) > 1:
        serials = ", ".join(sorted(_serial(token) for token in alike)[:_MANY])
        raise PublishError("tokens_alike", token=label, serials=serials)
    return alike[0]


def _tokens(modules: Sequence[str]) -> list[pkcs11.Token]:
    """Return the initialised tokens of all modules; a token that two modules show counts once."""
    import pkcs11  # noqa: PLC0415

    every: dict[tuple[str, str], pkcs11.Token] = {}
    failed: Exception | None = None
    for module in modules:
        try:
            tokens = list(
                pkcs11.lib(module).get_tokens(token_flags=pkcs11.TokenFlag.TOKEN_INITIALIZED)
            )
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            failed = error
            continue
        for token in tokens:
            every.setdefault((token.label, _serial(token)), token)
    if failed and not every and len(modules) == 1:
        raise PublishError("module_missing", module=modules[0]) from failed
    return list(every.values())


@contextmanager
def _told(label: str, modules: Sequence[str]) -> Iterator[None]:
    """Turn the library's errors into ours; their own words are not passed on."""
    try:
        import pkcs11  # noqa: PLC0415
    except ImportError as error:
        raise PublishError("token_library_missing") from error
    if not modules:
        raise PublishError("module_missing", module="PYKCS11LIB")
    try:
        yield
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        raise PublishError("wrong_pin", token=label) from error
    except (pkcs11.PinLocked, pkcs11.UserPinNotInitialized, pkcs11.PinExpired) as error:
        raise PublishError("token_locked", token=label) from error
    except (pkcs11.TokenNotPresent, pkcs11.DeviceRemoved, pkcs11.SlotIDInvalid) as error:
        raise PublishError("token_missing", token=label) from error
    except pkcs11.PKCS11Error as error:
        raise PublishError("token_failed", token=label, why=type(error).__name__) from error


def _serial(token: pkcs11.Token) -> str:
    return token.serial.decode("ascii", "replace").strip()
