"""The key that the desktops of a home share, as a code that people read off and type. Pure.

16 random bytes as 26 letters and digits of base 32 and two more that notice a slip, in groups of
four: "JBSW-Y3DP-EHPK-3PXP-JBSW-Y3DP-EH5Q". Who has it may speak for the home's names and policy
(fleet/agreement.py), so it is shown only when asked for, and kept where passwords are.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from fleet.errors import CommandError

SIZE = 16
_GROUP = 4
_LETTERS = 26
_SLIPS = str.maketrans({"0": "O", "1": "I", "8": "B"})


def code_of(key: bytes) -> str:
    """Return the code of a key of 16 bytes."""
    text = base64.b32encode(key).decode().rstrip("=") + _check(key)
    return "-".join(re.findall(f".{{1,{_GROUP}}}", text))


def key_of(code: str) -> bytes:
    """Return the key that a code says, however it is grouped. CommandError("agree_code_bad")."""
    text = re.sub(r"[\s-]", "", code).upper().translate(_SLIPS)
    try:
        key = base64.b32decode(text[:_LETTERS] + "======")
    except (binascii.Error, ValueError) as error:
        raise CommandError("agree_code_bad") from error
    if len(key) != SIZE or text[_LETTERS:] != _check(key):
        raise CommandError("agree_code_bad")
    return key


def _check(key: bytes) -> str:
    return base64.b32encode(hashlib.sha256(b"orangery/home\n" + key).digest())[:2].decode()
