"""What is said of this home: what it shares inside, and what the makers hear of its updates."""

from __future__ import annotations

from desktop.commands import Shared
from desktop.language import mark, translate
from desktop.models import states
from feedback.outcome import Consent, Level

_LEVELS = {
    Level.NOTHING: (
        mark("Home", "Nothing"),
        mark("Home", "The makers hear nothing of your updates."),
    ),
    Level.OUTCOMES: (
        mark("Home", "How updates went"),
        mark("Home", "How each update went, under names that change every week."),
    ),
    Level.LINKED: (
        mark("Home", "How updates went, with my reports"),
        mark("Home", "How each update went, with the device under the name of your reports."),
    ),
    Level.LOGS: (
        mark("Home", "Logs with my reports too"),
        mark("Home", "As before; messages and log are chosen beforehand in your reports."),
    ),
}


def level_words(level: Level) -> str:
    """Return a choice of what the makers hear."""
    return translate("Home", _LEVELS[level][0])


def heard(consent: Consent) -> str:
    """Return what the makers hear now, and what waits to be sent."""
    said = translate("Home", _LEVELS[consent.level][1])
    if not consent.waiting:
        return said
    waits = translate("Home", "%n wait(s) to be sent.", None, consent.waiting)
    return f"{said} {waits}"


def sharing(shared: Shared | None) -> str:
    """Return what sharing means, or why it does not work now."""
    if shared is not None and shared.code:
        return states.because(shared.code, shared.facts)
    if shared is not None and shared.on and shared.others:
        return translate(
            "Home", "%n other computer(s) of this home share(s) too.", None, shared.others
        )
    return translate(
        "Home",
        "A file is fetched once for the home: only what makers publish, only in its own network, "
        "verified again on arrival.",
    )
