"""What the Updates page says when there is nothing to do: three states that are not the same.

Everything runs what it should; it may be so, but nobody has looked for long; looking failed. That
nobody has ever looked is told by desktop/models/trust.py in place of the whole page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop import language
from desktop.language import translate
from desktop.models import family, states
from desktop.models.mirror import Mirror
from firmware.release import Standing, Week

LOOK_AGAIN_S = 3 * 86_400.0
"""After so long without a look a house cannot say that it is up to date."""


class State(StrEnum):
    """Which of them it is."""

    WELL = "well"
    LONG_AGO = "long_ago"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """The card in place of all others."""

    state: State
    icon: str
    tone: str
    title: str
    text: str


def compose(mirror: Mirror, week: Week, now: float) -> Quiet:
    """Return what is said where nothing runs, waits or needs anybody, as of `now`."""
    standing = mirror.standing_of(week.maker)
    checked = (standing.checked if standing else None) or week.checked or None
    last = _last(checked, now)
    friday = translate("Quiet", "The next release comes on {day}.")
    soon = friday.format(day=language.day(family.next_friday(now)))
    if standing is not None and standing.code:
        return _unreached(standing, last)
    if checked is not None and now - checked > LOOK_AGAIN_S:
        return Quiet(
            state=State.LONG_AGO,
            icon="clock",
            tone="warn",
            title=translate("Quiet", "Nothing to do, as far as this house knows"),
            text=f"{last} {translate('Quiet', 'Press “Check now” to be sure.')}",
        )
    return Quiet(
        state=State.WELL,
        icon="circle-check",
        tone="ok",
        title=translate("Quiet", "Everything runs what it should"),
        text=f"{last} {soon}".strip(),
    )


def _unreached(standing: Standing, last: str) -> Quiet:
    why = states.because(standing.code, standing.facts)
    hint = states.advice(standing.code, standing.facts)
    return Quiet(
        state=State.UNREACHED,
        icon="wifi-off",
        tone="warn",
        title=translate("Quiet", "Nothing to do, but a new week could not be looked for"),
        text=" ".join(part for part in (why, hint, last) if part),
    )


def _last(checked: float | None, now: float) -> str:
    if checked is None:
        return ""
    said = translate("Quiet", "Last checked {when}.")
    return said.format(when=language.since(checked, now))
