"""What is said of a file that was dropped, and what can be done with it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from desktop import language
from desktop.dropped import Dropped, What
from desktop.language import mark, translate
from desktop.models.mirror import Mirror
from firmware import preflight
from firmware.image_facts import ImageFacts
from fleet.model import Device
from fleet.steps import Offer

_NAMED = 4  # devices that are named; of more the number is told


class Deed(StrEnum):
    """What can be done with it."""

    ADD_TO_WEEK = "add_to_week"
    TAKE_EVENT = "take_event"
    CHECK = "check"  # verify it, and take it if it holds
    ADD_MAKER = "add_maker"
    TAKE_RECEIPT = "take_receipt"
    FOLLOW = "follow"
    MOVE_IN = "move_in"
    ATTACH = "attach"  # to a new report
    REPORT = "report"  # about this file


DEEDS = {
    Deed.ADD_TO_WEEK: mark("Dropped", "Add to the open week…"),
    Deed.TAKE_EVENT: mark("Dropped", "Take it in…"),
    Deed.CHECK: mark("Dropped", "Check it and take it"),
    Deed.ADD_MAKER: mark("Dropped", "Add this maker…"),
    Deed.TAKE_RECEIPT: mark("Dropped", "Take the receipt"),
    Deed.FOLLOW: mark("Dropped", "Show it"),
    Deed.MOVE_IN: mark("Dropped", "Look into it…"),
    Deed.ATTACH: mark("Dropped", "Attach it to a report…"),
    Deed.REPORT: mark("Dropped", "Report a problem with it…"),
}
"""The words on their buttons, to be translated in "Dropped"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the dialog shows."""

    title: str
    icon: str
    text: str  # what it is and what happens with it
    rows: tuple[tuple[str, str], ...] = ()  # a name and what the file says
    deeds: tuple[Deed, ...] = ()
    devices: tuple[str, ...] = ()  # keys of those it is for

    @property
    def main(self) -> Deed | None:
        """What its main button does; a report of it is nobody's first wish."""
        return next((deed for deed in self.deeds if deed is not Deed.REPORT), None)


def compose(dropped: Dropped, mirror: Mirror) -> Sheet:
    """Return what is said of a dropped file in this house."""
    if dropped.what is What.IMAGE and dropped.image is not None:
        return _image(dropped, dropped.image, mirror)
    title, icon, text, deeds = _PLAIN[dropped.what]
    if dropped.what is What.EVENT and not mirror.release_folder():
        text, deeds = mark("Dropped", "It is for release staff, and nobody here is."), ()
    if dropped.what is What.RECEIPT and mirror.member() is None:
        text, deeds = mark("Dropped", "This house is at no hub, so nothing of it waits there."), ()
    rows = [(translate("Dropped", "File"), dropped.path.name)]
    if dropped.size:
        rows.append((translate("Dropped", "Size"), language.size(dropped.size)))
    if dropped.files:
        rows.append((translate("Dropped", "Firmware files"), str(dropped.files)))
    if dropped.week:
        rows.append((translate("Dropped", "Week"), dropped.week))
    if dropped.what in {What.MAKER, What.LINK}:
        rows.append((translate("Dropped", "Link"), dropped.text))
    return Sheet(
        title=translate("Dropped", title),
        icon=icon,
        text=translate("Dropped", text),
        rows=tuple(rows),
        deeds=deeds,
    )


_PLAIN: dict[What, tuple[str, str, str, tuple[Deed, ...]]] = {
    What.BUNDLE: (
        mark("Dropped", "A week as a file"),
        "shield-check",
        mark(
            "Dropped",
            "All signatures are checked first. Only if they hold is it taken; nothing is installed"
            " by that.",
        ),
        (Deed.CHECK,),
    ),
    What.HOUSE: (
        mark("Dropped", "A whole house as one file"),
        "house",
        mark("Dropped", "You see what is in it before anything is taken."),
        (Deed.MOVE_IN,),
    ),
    What.EVENT: (
        mark("Dropped", "An open week of release staff"),
        "inbox",
        mark("Dropped", "It is taken into your release folder."),
        (Deed.TAKE_EVENT,),
    ),
    What.MAKER: (
        mark("Dropped", "A maker's link"),
        "link",
        mark(
            "Dropped",
            "Its weeks are believed by the fingerprint in it: take it only from the maker's page or"
            " its box.",
        ),
        (Deed.ADD_MAKER,),
    ),
    What.LINK: (
        mark("Dropped", "A link into this window"),
        "link",
        mark("Dropped", "It leads to a place in this house."),
        (Deed.FOLLOW,),
    ),
    What.RECEIPT: (
        mark("Dropped", "The hub's receipt"),
        "ticket",
        mark("Dropped", "What it says the hub has waits here no more."),
        (Deed.TAKE_RECEIPT,),
    ),
    What.OUTBOX: (
        mark("Dropped", "Reports to be carried to the hub"),
        "send",
        mark(
            "Dropped",
            "Such a file is for the hub: give it to its staff, and drop here the receipt that they"
            " give you.",
        ),
        (),
    ),
    What.EVIDENCE: (
        mark("Dropped", "A text or a picture"),
        "bug",
        mark("Dropped", "It can go along with a report; it is redacted before it is kept."),
        (Deed.ATTACH,),
    ),
    What.UNKNOWN: (
        mark("Dropped", "Orangery does not know this file"),
        "circle-help",
        mark(
            "Dropped",
            "Drop firmware, a week as a file, a maker's link, a hub's receipt, or a text or picture"
            " for a report.",
        ),
        (),
    ),
}


def _image(dropped: Dropped, image: ImageFacts, mirror: Mirror) -> Sheet:
    named, possible = _fitting(dropped, image, mirror)
    keys = named or possible
    staff = (Deed.ADD_TO_WEEK,) if mirror.release_folder() else ()
    text = translate(
        "Dropped",
        "Nothing is installed from here: what runs on devices comes from a signed week.",
    )
    rows = [
        (translate("Dropped", "File"), dropped.path.name),
        (translate("Dropped", "Format"), image.format),
        (translate("Dropped", "Vendor"), image.vendor),
        (translate("Dropped", "Model"), image.model),
        (translate("Dropped", "Hardware"), ", ".join(image.hardware)),
        (translate("Dropped", "Version"), image.version),
        (translate("Dropped", "Size"), language.size(image.size)),
        (translate("Dropped", "SHA-256"), image.sha256),
        (translate("Dropped", "Problems"), ", ".join(image.problems)),
        (translate("Dropped", "Here it is for"), _said(named, possible, mirror)),
    ]
    return Sheet(
        title=translate("Dropped", "Firmware"),
        icon="cpu",
        text=text,
        rows=tuple((name, value) for name, value in rows if value),
        deeds=(*staff, Deed.REPORT),
        devices=keys,
    )


def _said(named: tuple[str, ...], possible: tuple[str, ...], mirror: Mirror) -> str:
    keys = named or possible
    if not keys:
        return translate("Dropped", "no device of this house")
    if len(keys) > _NAMED:
        said = translate("Dropped", "%n device(s)", None, len(keys))
    else:
        said = ", ".join(mirror.devices[key].name for key in keys)
    maybe = translate(
        "Dropped", "perhaps {devices}: the file names no model, nothing speaks against it"
    )
    return said if named else maybe.format(devices=said)


def _fitting(
    dropped: Dropped, image: ImageFacts, mirror: Mirror
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the devices the file names, and where it names none those that it might be for."""
    offer = _offer(dropped, image)
    fits = [one for one in mirror.devices.values() if _speaks_for(one, offer)]
    if image.vendor and image.model:
        ours = (one.key for one in fits if (one.vendor, one.model) == (image.vendor, image.model))
        return tuple(ours), ()
    if image.model:
        return tuple(one.key for one in fits if one.model == image.model), ()
    return (), tuple(one.key for one in fits if any(_takes(one, image.format)))


def _speaks_for(device: Device, offer: Offer) -> bool:
    return any(preflight.refused(device, dialect, offer) is None for dialect in device.dialects)


def _takes(device: Device, form: str) -> Iterator[bool]:
    return (form in preflight.TAKES.get(dialect, ()) for dialect in device.dialects)


def _offer(dropped: Dropped, image: ImageFacts) -> Offer:
    facts = {
        **image.details,
        "format": image.format,
        "version": image.version,
        "model": image.model,
        "problems": " ".join(image.problems),
    }
    return Offer(
        transfer="",
        version=image.version,
        sha256=image.sha256,
        size=image.size,
        path=dropped.path.name,
        url="",
        mirror="",
        facts={name: value for name, value in facts.items() if value},
    )
