"""What the simple view says: large tiles, few words, and what goes along with a report. No widgets.

For whoever does not want to know about versions: something is wrong, with which, a word or two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.language import translate
from desktop.models import states
from desktop.models.mirror import Mirror
from feedback.consent import chosen
from feedback.outcome import Consent
from feedback.report import PartName, ReportState

_TITLE_MOST = 80  # characters of somebody's own words that make a title


class Stage(StrEnum):
    """Where one is."""

    START = "start"
    DEVICE = "device"
    WORDS = "words"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One device to choose; key "": one does not know which."""

    key: str
    word: str
    under: str
    icon: str


def tiles(mirror: Mirror) -> tuple[Tile, ...]:
    """Return "I don't know which", then every device by its room and name."""
    unknown = Tile(
        key="", word=translate("Simple", "I don't know which"), under="", icon="circle-help"
    )
    known = sorted(mirror.devices.values(), key=lambda one: (one.room, one.name.casefold()))
    each = (
        Tile(key=one.key, word=one.name, under=one.room, icon=states.kind_icon(one))
        for one in known
    )
    return (unknown, *each)


def title(mirror: Mirror, device: str, words: str) -> str:
    """Return the title of a report: the first words said, else that something is wrong.

    With which model: what a device is called here is not for others.
    """
    said = " ".join(words.split())
    if said:
        return said if len(said) <= _TITLE_MOST else f"{said[: _TITLE_MOST - 1]}…"
    known = mirror.devices.get(device)
    model = " ".join(part for part in (known.vendor, known.model) if part) if known else ""
    return _wrong(model)


def heading(mirror: Mirror, device: str) -> str:
    """Return what is wrong as it is said here, where its name may be said."""
    known = mirror.devices.get(device)
    return _wrong(known.name if known else "")


def along(consent: Consent) -> frozenset[PartName]:
    """Return which parts of the evidence go along by themselves.

    What was said in this home of what the makers may hear.
    """
    return chosen(consent.level)


def along_words(consent: Consent) -> str:
    """Return what goes along, in plain words."""
    if PartName.MESSAGES not in along(consent):
        return translate(
            "Simple", "Goes along: which device it is and its version. No names, no passwords."
        )
    return translate(
        "Simple",
        "Goes along: which device it is, its version, its last messages. No names, no passwords.",
    )


def works(mirror: Mirror) -> tuple[str, str, str]:
    """Return (words, icon, tone): whether there is an answer to what was told before."""
    asked = [one for one in mirror.reports() if one.state is ReportState.NEED_INFO]
    if asked:
        return translate("Simple", "The makers ask you something"), "circle-help", "warn"
    waiting = [one for one in mirror.reports() if one.state is ReportState.WAITING]
    if waiting:
        return translate("Simple", "What you told waits to be sent"), "clock", "muted"
    return translate("Simple", "Nothing you told waits to be sent"), "circle-check", "ok"


def _wrong(what: str) -> str:
    if not what:
        return translate("Simple", "Something is wrong")
    return translate("Simple", "Something is wrong: {device}").format(device=what)
