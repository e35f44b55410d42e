"""Secure boot v2 signature blocks behind an ESP image (esp-idf's security guide, secure boot v2).

A sector of 4096 bytes holds up to three blocks of 1216: magic 0xE7, version (2: RSA-PSS with 3072
bits, 3: ECDSA), the sha256 of everything before the sector, the public key, the signature, a CRC
over the first 1196 bytes. Numbers are little endian, also those of the key.
"""

from __future__ import annotations

import hashlib
import zlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

SECTOR = 4096
_BLOCK = 1216
_CHECKED = 1196
_RSA, _ECDSA = 2, 3
_CURVES: dict[int, tuple[ec.EllipticCurve, int]] = {
    1: (ec.SECP192R1(), 24),
    2: (ec.SECP256R1(), 32),
}


def read_signature(sector: bytes, digest: bytes) -> tuple[dict[str, str], str]:
    """Return the details signature and signature_keys (how many), and "signature" where one fails.

    A sound signature only says that image and embedded key belong together; whether a device takes
    that key is between the device and its maker.
    """
    kinds, seen = [], 0
    for start in range(0, 3 * _BLOCK, _BLOCK):
        block = sector[start : start + _BLOCK]
        if block[0] != 0xE7:  # noqa: PLR2004 - the magic
            break
        if int.from_bytes(block[_CHECKED : _CHECKED + 4], "little") != zlib.crc32(block[:_CHECKED]):
            return {}, "signature"
        if block[4:36] != digest:
            return {}, "signature"
        kind = _verified(block, digest)
        if not kind:
            return {}, "signature"
        kinds.append(kind)
        seen += 1
    return {"signature": f"secure-boot-v2 {kinds[0]}", "signature_keys": str(seen)}, ""


def _verified(block: bytes, digest: bytes) -> str:
    """Return the kind of a block's signature where it verifies with the key beside it, or ""."""
    try:
        if block[1] == _RSA:
            _verify_rsa(block, digest)
            return "rsa-3072"
        if block[1] == _ECDSA and block[36] in _CURVES:
            return _verify_ecdsa(block, digest)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        pass
    return ""


def _verify_rsa(block: bytes, digest: bytes) -> None:
    modulus = int.from_bytes(block[36:420], "little")
    exponent = int.from_bytes(block[420:424], "little")
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    scheme = padding.PSS(padding.MGF1(SHA256()), hashlib.sha256().digest_size)
    key.verify(block[812:1196][::-1], digest, scheme, Prehashed(SHA256()))


def _verify_ecdsa(block: bytes, digest: bytes) -> str:
    curve, width = _CURVES[block[36]]
    x, y = (int.from_bytes(block[n : n + width], "little") for n in (37, 37 + width))
    r, s = (int.from_bytes(block[n : n + width], "little") for n in (101, 101 + width))
    key = ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
    key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(SHA256())))
    return f"ecdsa-{curve.key_size}"
