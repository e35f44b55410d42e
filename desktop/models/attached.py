"""What is said of files that go along with a report: how much, how far, why not. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from desktop import language
from desktop.language import mark, translate
from desktop.models import states
from feedback.attachments import ALL_MOST, LARGEST, MOST
from feedback.report import Attachment

_STATES: Final = {
    "draft": (mark("Report", "goes along"), "circle-check", "ok"),
    "waiting": (
        mark("Report", "waits to be sent"),
        "clock",
        "warn",
    ),
    "sending": (mark("Report", "being sent"), "send", "info"),
    "received": (mark("Report", "with the makers, being looked through"), "circle-check", "info"),
    "kept": (mark("Report", "with the makers"), "circle-check", "ok"),
    "refused": (mark("Report", "not taken"), "triangle-alert", "bad"),
    "gone": (mark("Report", "deleted by the makers"), "circle-slash", "muted"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedLine:
    """One file. `percent` is how much of it the hub has, while it is being sent."""

    id: str
    name: str
    under: str
    icon: str
    tone: str
    percent: float | None
    removable: bool


def lines(files: Iterable[Attachment]) -> tuple[AttachedLine, ...]:
    """Return a line a file."""
    return tuple(_line(one) for one in files)


def limits() -> str:
    """Return what may be attached, in plain words."""
    said = translate(
        "Report",
        "Text and pictures: at most {most} files of {largest} each, {all} together. Names, "
        "addresses and passwords in text are replaced, what a picture says of place and time is "
        "left out.",
    )
    return said.format(most=MOST, largest=_mib(LARGEST), all=_mib(ALL_MOST))


def also(files: Iterable[Attachment]) -> str:
    """Return which files go beside the bytes of a preview; "" for none."""
    named = [f"{one.name} ({language.size(one.size)})" for one in files]
    if not named:
        return ""
    said = translate("Report", "Beside these bytes: {files}")
    return said.format(files=", ".join(named))


def _line(one: Attachment) -> AttachedLine:
    word, icon, tone = _STATES.get(one.state, (one.state, "circle-dashed", "muted"))
    told = [language.size(one.size), translate("Report", word)]
    sending = one.state == "sending" and one.size > 0
    if sending:
        said = translate("Report", "{sent} of {size}")
        told[0] = said.format(sent=language.size(one.sent), size=language.size(one.size))
    if one.code:
        told.append(states.because(one.code))
    return AttachedLine(
        id=one.id,
        name=one.name,
        under=" · ".join(told),
        icon=icon,
        tone=tone,
        percent=100.0 * one.sent / one.size if sending else None,
        removable=one.state not in {"gone", "refused"},
    )


def _mib(size: int) -> str:
    return f"{size // (1024 * 1024)} MiB"
