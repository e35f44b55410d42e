"""What a reference device runs, said so that only it can have said it.

It has an ed25519 key of its own, made at its first boot. Each report is signed with it and bears a
number that rises with every boot and every news, and survives power cuts: nobody on the way can
claim an update, and none of its old words can be said again (docs/protocol.md, "The report").
"""

from __future__ import annotations

import os

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.agent_slots import Last, Slots

_KEY, _NUMBER = "key", "number"
_ATTACKS = frozenset(
    {
        "metadata_refused",
        "image_tampered",
        "image_disagrees",
        "week_disagrees",
        "offer_disagrees",
        "counter_too_old",
    }
)
"""Refusals that no honest house and maker bring about."""


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it says of itself; `signature` in hexadecimal."""

    version: str
    counter: int
    slot: str
    number: int
    attack: str = ""
    signature: str = ""


class Reporter:
    """The device's key and number in its folder; one process at a time."""

    def __init__(self, id_: str, slots: Slots) -> None:
        self._id, self._slots = id_, slots
        self._said: Report | None = None
        self._key = self._own_key()

    @property
    def pubkey(self) -> str:
        """Its public key, in hexadecimal."""
        return self._key.public_key().public_bytes_raw().hex()

    def report(self) -> Report:
        """Return what it runs now: the same report again until that changes or it boots anew."""
        runs = self._slots.runs
        now = Report(
            version=runs.header.version,
            counter=runs.counter,
            slot=self._slots.active,
            number=self._said.number if self._said else 0,
            attack=_attack(self._slots.last),
        )
        if self._said is None or msgspec.structs.replace(self._said, signature="") != now:
            number = int(self._slots.read(_NUMBER) or b"0") + 1
            self._slots.write(_NUMBER, str(number).encode())
            now = msgspec.structs.replace(now, number=number)
            signature = self._key.sign(signed_text(self._id, now)).hex()
            self._said = msgspec.structs.replace(now, signature=signature)
        return self._said

    def _own_key(self) -> Ed25519PrivateKey:
        kept = self._slots.read(_KEY)
        if kept is None:
            kept = os.urandom(32)
            self._slots.write(_KEY, kept, mode=0o600)
        return Ed25519PrivateKey.from_private_bytes(kept)


def signed_text(id_: str, report: Report) -> bytes:
    """Return what the signature is over: lines, so that a small device needs no JSON for it."""
    lines = ("orangery/v1 report", id_, report.version, report.counter, report.slot)
    return "\n".join(str(line) for line in (*lines, report.number, report.attack)).encode()


def _attack(last: Last | None) -> str:
    """Return why it refused the last offer, where that was an attack."""
    code = last.error.partition(":")[0] if last and last.phase == "refused" else ""
    return code if code in _ATTACKS else ""
