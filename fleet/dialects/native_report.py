"""The signed report of a native device: what it runs, in words that only it can have said.

A hello carries it beside the device's public key (docs/protocol.md, "The report"):

    "pubkey": "8a1f...", "report": {"version": "1.3.0", "counter": 7, "slot": "b", "number": 12,
                                    "signature": "5c02..."}

The only door of cryptography in fleet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from fleet.later import later
from fleet.model import Proof

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives.asymmetric import ed25519
else:  # a house is drawn before the first device has said anything
    exceptions = later("cryptography.exceptions")
    ed25519 = later("cryptography.hazmat.primitives.asymmetric.ed25519")

_Line = Annotated[str, msgspec.Meta(pattern=r"^[^\r\n]{0,200}$")]
_BREAKS = 6  # of the lines that are signed
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a device says of itself under its own key; the signature is ed25519, hexadecimal."""

    version: _Line  # of slot "main"
    counter: _Count  # that this version was signed with
    slot: _Line
    number: _Count  # rises with every boot and every news
    attack: _Line = ""  # the code with which it refused the last offer, where that was an attack
    signature: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{128})?$")] = ""


def proof(name: str, pubkey: str, report: Report | None) -> Proof | None:
    """Return what the report of the device `name` proves; None: its signature does not hold."""
    if report is None:
        return None
    text = signed_text(name, report)
    if text.count(b"\n") != _BREAKS:
        return None
    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(pubkey))
        key.verify(bytes.fromhex(report.signature), text)
    except (ValueError, exceptions.InvalidSignature):
        return None
    return Proof(
        key=pubkey.lower(),
        number=report.number,
        version=report.version,
        counter=report.counter,
        slot=report.slot,
        attack=report.attack,
    )


def signed_text(name: str, report: Report) -> bytes:
    """Return what the signature is over: seven lines, with no line feed after the last."""
    lines = ("orangery/v1 report", name, report.version, report.counter, report.slot)
    return "\n".join(str(line) for line in (*lines, report.number, report.attack)).encode()
