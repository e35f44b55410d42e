"""What is said of a device that is being recorded for a report. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.language import mark, translate
from feedback.recording import LONGEST_S, Recording, Stage

MINUTES: Final = (2, 5, 10)
_NOTES: Final = {
    "no_way_to_be_louder": mark("Report", "It cannot be made to say more: it is only listened to."),
    "no_answer": mark("Report", "It did not say how much it says now: it is only listened to."),
    "already_loud": mark("Report", "It says as much as it can already."),
}
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a recording stands. `runs`: it can be stopped; `restores`: nothing can be done now."""

    text: str
    tone: str
    runs: bool
    restores: bool


def told(one: Recording | None, now: float) -> Told:
    """Return what the card of the dialog says."""
    if one is None:
        said = translate(
            "Report",
            "If you can make it happen again: record it meanwhile. The device says more, for ten "
            "minutes at most, and is put back as it was, whatever happens.",
        )
        return Told(text=said, tone="muted", runs=False, restores=False)
    if one.stage is Stage.RESTORES:
        said = translate("Report", "Over. It is being put back as it was.")
        return Told(text=said, tone="warn", runs=False, restores=True)
    said = translate("Report", "Recording: {left} left").format(left=left(one.ends - now))
    if one.note in _NOTES:
        said = f"{said}. {translate('Report', _NOTES[one.note])}"
    return Told(text=said, tone="accent", runs=True, restores=False)


def left(seconds: float) -> str:
    """Return a time that runs down: "4:12"."""
    whole = max(0, min(round(seconds), round(LONGEST_S)))
    return f"{whole // _MINUTE}:{whole % _MINUTE:02d}"


def lengths() -> tuple[tuple[str, float], ...]:
    """Return for how long one can record: words and seconds."""
    return tuple(
        (translate("Report", "%n minute(s)", None, minutes), float(minutes * _MINUTE))
        for minutes in MINUTES
    )
