"""What is said of this home: what it shares inside, and what the makers hear of its updates."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.commands import Shared
from desktop.facts import Place
from desktop.language import mark, translate
from desktop.models import states
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from feedback.outcome import Consent, Level
from fleet.home import PlaceState

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

_PLACES = {
    PlaceState.AWAY: ("wifi-off", "muted", mark("Home", "not connected")),
    PlaceState.ASKING: ("clock", "muted", mark("Home", "asked whether it is home")),
    PlaceState.HOME: ("house", "ok", mark("Home", "this is home")),
    PlaceState.UNMARKED: (
        "house",
        "ok",
        mark("Home", "this is home, known by its devices: the broker keeps no mark"),
    ),
    PlaceState.BLANK: (
        "triangle-alert",
        "warn",
        mark("Home", "it has no mark of this home: wiped, replaced, or somebody else's"),
    ),
    PlaceState.OTHER: ("triangle-alert", "warn", mark("Home", "it has the mark of another home")),
}
_NEVER = (
    mark("Home", "Names of devices and rooms, of networks, addresses and places: replaced."),
    mark("Home", "Passwords, keys and codes: replaced wherever they stand."),
    mark("Home", "What you did not tick: a report shows every byte before it is sent."),
    mark("Home", "Messages of a device, unless you agreed to logs or ticked them yourself."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """What a broker is to this home; `claimable`: a person may say that it is home."""

    broker: str
    address: str
    look: Look
    claimable: bool


def places(mirror: Mirror) -> tuple[PlaceLine, ...]:
    """Return what each broker is to this home."""
    known = mirror.documents("home", Place)
    return tuple(_place(name, place) for name, place in sorted(known.items()))


def never() -> tuple[str, ...]:
    """Return what leaves this home at no level."""
    return tuple(translate("Home", words) for words in _NEVER)


def _place(name: str, place: Place) -> PlaceLine:
    icon, tone, word = _PLACES[place.state]
    return PlaceLine(
        broker=name,
        address=place.address or name,
        look=Look(word=translate("Home", word), icon=icon, tone=tone),
        claimable=place.state.foreign,
    )


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
