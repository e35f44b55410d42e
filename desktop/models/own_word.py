"""How far a device's own word and its own checks go, told to people."""

from __future__ import annotations

from desktop.language import translate
from desktop.models import states
from fleet.model import Device


def word(device: Device) -> str:
    """Return whether what it says of its version is its own word; "": it does not sign."""
    if device.doubt:
        return states.because(device.doubt)
    if device.proof is None:
        return ""
    if device.proof.attack:
        return translate("Detail", "Signed by itself; it has refused a forged update")
    return translate("Detail", "Signed by itself")


def checks(device: Device) -> str:
    """Return what it checks by itself before it installs; "": nothing that it says."""
    if not device.caps.checks_signature:
        return ""
    if not device.caps.checks_time:
        return translate("Detail", "Signatures, but without a clock not how old they are")
    return translate("Detail", "Signatures and their dates")
