"""How an update was brought to a device, what refused it, and what can be done: values, no widgets.

The same facts `orangery device` prints: the way, each dialect's no, whether signatures are checked.
"""

from __future__ import annotations

from collections.abc import Iterable

from desktop.language import mark, translate
from desktop.models import own_word, states
from fleet.model import Device, Install, Update

_WAYS = {
    Install.URL: mark("Refusals", "it fetches the file from this computer"),
    Install.CHUNKS: mark("Refusals", "it takes the file in pieces over MQTT"),
    Install.HTTP: mark("Refusals", "it is given the file over HTTP"),
    Install.OWN: mark("Refusals", "it installs what its own maker offers"),
}


def way(install: str) -> str:
    """Return in words how a file is brought to a device; "" for a way that nobody knows."""
    try:
        return translate("Refusals", _WAYS[Install(install)])
    except ValueError:
        return ""


def brought(update: Update) -> str:
    """Return in which way an update was brought to its device; "": it was not yet."""
    words = way(update.way) if update.way else ""
    if not words:
        return ""
    return translate("Refusals", "Tried: {way} ({dialect}).").format(
        way=words, dialect=update.dialect
    )


def lines(device: Device, update: Update) -> Iterable[str]:
    """Yield what is to be known of an update that did not come through, beside why it did not."""
    if said := brought(update):
        yield said
    for no in update.refused:
        told = translate("Refusals", "In {dialect}: {why}")
        yield told.format(dialect=no.dialect, why=states.because(no.code, no.fact))
    versions = {"version_to": update.version_to, "version_from": update.version_from}
    if hint := states.advice(update.reason, {"fact": update.fact, **versions}):
        yield hint
    if update.way and (checked := signature(device)):
        yield checked


def signature(device: Device) -> str:
    """Return who checks the signatures of what this device installs; "": nothing is brought."""
    if not device.caps.install:
        return ""
    if device.caps.install == {Install.OWN}:
        return translate("Refusals", "Nobody here checks what its own maker gives it.")
    if checked := own_word.checks(device):
        return translate("Refusals", "The device checks by itself: {what}.").format(what=checked)
    return translate("Refusals", "Only Orangery checks the signatures; the device does not.")


def misfit(device: Device, code: str, fact: str) -> str:
    """Return what can be done about a file that does not suit a device, with what it can take."""
    hint = states.advice(code, fact)
    offered = ""
    if device.offer is not None and device.offer != device.version:
        offered = translate("Refusals", "Its own maker offers {version}.")
        offered = offered.format(version=device.offer)
    return " ".join(part for part in (hint, offered) if part)
