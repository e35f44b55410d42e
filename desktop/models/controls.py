"""What can be told to a device, and how: switch, slider, colour, cover, press, lock, choice, text.

Values are typed as fleet/capability.py has them, so a control speaks per cent and kelvin whatever
the device counts in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop import language, measures
from desktop.language import translate
from desktop.models import measured
from desktop.models.wish import Stand, Wish, stand
from fleet.capability import (
    SHARES,
    TWO_STATES,
    WORDS,
    Capability,
    Feature,
    Reading,
    Value,
    typed,
    unit,
)
from fleet.model import Availability, BrokerState, Connection, Device

_MIREDS = 1_000_000.0
_WARM, _COLD = 2_000.0, 6_500.0  # kelvin, where a lamp says no range: what lamps usually reach
_STEPS = 1_000  # a slider of more is no finer to the eye: such a number is typed
_MOVES = ("open", "stop", "close")


class Kind(StrEnum):
    """How a person says it."""

    SWITCH = "switch"
    LEVEL = "level"
    WARMTH = "warmth"
    COLOUR = "colour"
    COVER = "cover"
    PRESS = "press"
    LOCK = "lock"
    SELECT = "select"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One thing that a device can be told."""

    feature: str
    kind: Kind
    label: str
    value: Reading | None  # what the device says, typed; None: not yet
    note: str  # what it says, in words; or what was asked of it
    tone: str = "muted"
    asked: Reading | None = None  # what was asked, while its word is awaited
    waiting: bool = False
    low: float = 0.0
    high: float = 100.0
    step: float = 1.0
    unit: str = ""
    words: tuple[str, ...] = ()
    barred: str = ""  # why who is here may not say it


_KINDS = {
    **dict.fromkeys(TWO_STATES, Kind.SWITCH),
    **dict.fromkeys(SHARES, Kind.LEVEL),
    Capability.LOCK: Kind.LOCK,
    Capability.COLOUR: Kind.COLOUR,
    Capability.COLOUR_TEMPERATURE: Kind.WARMTH,
    Capability.BUTTON: Kind.PRESS,
}


def of(
    device: Device, wishes: Mapping[str, Wish], now: float, lang: str = ""
) -> tuple[Control, ...]:
    """Return what this device can be told, the plainest first."""
    made = [
        _control(device, name, feature, wishes.get(name), now, lang or language.current())
        for name, feature in device.features.items()
        if feature.settable
    ]
    ranks = list(Kind)
    aside = {name for name, feature in device.features.items() if feature.aside}
    return tuple(sorted(made, key=lambda one: (one.feature in aside, ranks.index(one.kind))))


def barred(device: Device, connections: Sequence[Connection]) -> str:
    """Return why nothing can be told to a device now, in a sentence; "": it can."""
    dialects = {one.dialect for one in device.features.values() if one.settable}
    brokers = {
        place.broker for name, place in device.endpoints.items() if not dialects or name in dialects
    }
    known = {one.broker: one for one in connections}
    links = [known[name] for name in sorted(brokers) if name in known]
    if links and all(one.read_only for one in links):
        return translate("Detail", "This broker is only listened to: nothing is sent there.")
    if links and all(one.state is not BrokerState.CONNECTED for one in links):
        return translate("Detail", "There is no connection to its broker just now.")
    return ""


def doubtful(device: Device) -> str:
    """Return why a wish may not be heard at once; ""."""
    if device.availability is Availability.SLEEPING:
        return translate("Detail", "It is asleep: it may hear this only when it wakes.")
    if device.availability is Availability.OFFLINE:
        return translate("Detail", "It is offline: it will hardly hear this.")
    return ""


def kind_of(feature: Feature) -> Kind:
    """Return how a person says this feature."""
    kind = feature.capability
    if kind in _KINDS:
        return _KINDS[kind]
    if kind is Capability.COVER and _moves(feature):
        return Kind.COVER
    if feature.words:
        return Kind.SELECT
    return Kind.TEXT if kind in WORDS else Kind.NUMBER


def range_of(feature: Feature) -> tuple[float, float, float]:
    """Return least, greatest and step of the typed value."""
    if feature.capability in SHARES:
        return 0.0, 100.0, 1.0
    low, high = feature.low, feature.high
    if feature.capability is Capability.COLOUR_TEMPERATURE:
        if feature.unit != "K" and low and high:  # mireds run the other way
            low, high = _MIREDS / high, _MIREDS / low
        return float(low or _WARM), float(high or _COLD), 50.0
    least = -1e6 if low is None else low
    most = 1e6 if high is None else high
    return least, most, feature.step or _step(low, high)


def _control(  # noqa: PLR0917 - what one control is made of
    device: Device, name: str, feature: Feature, wish: Wish | None, now: float, lang: str
) -> Control:
    reading = device.readings.get(name)
    value = None if reading is None else typed(feature, reading)
    said = value.value if value else None
    low, high, step = range_of(feature)
    stands = stand(wish, said, now) if wish else Stand.OLD
    note, tone = _note(feature, value, wish, stands)
    waiting = stands is Stand.ASKED
    return Control(
        feature=name,
        kind=kind_of(feature),
        label=measures.label(name, feature, device.features, lang),
        value=said,
        note=note,
        tone=tone,
        asked=wish.value if wish and waiting else None,
        waiting=waiting,
        low=low,
        high=high,
        step=step,
        unit=unit(feature),
        words=_moves(feature) or feature.words,
    )


def _note(
    feature: Feature, value: Value | None, wish: Wish | None, stands: Stand
) -> tuple[str, str]:
    """Return the line under the name of a control: the device's word, or what is awaited."""
    says = measured.told(value) if value else ""
    if wish is None or stands in {Stand.KEPT, Stand.OLD}:
        return says, "muted"
    if stands is Stand.REFUSED:
        return wish.error, "bad"
    if wish.value is None:
        return translate("Detail", "asked…"), "info"
    wanted = measured.told(
        Value(capability=feature.capability, value=wish.value, unit=unit(feature))
    )
    if stands is Stand.ASKED:
        return translate("Detail", "{value}: asked…").format(value=wanted), "info"
    if not says:
        return translate("Detail", "asked for {value}, no answer yet").format(value=wanted), "warn"
    said = translate("Detail", "asked for {value}, but it says {word}")
    return said.format(value=wanted, word=says), "warn"


def _moves(feature: Feature) -> tuple[str, ...]:
    """Return its words for open, stop and close, in this order; () where it is no such cover."""
    if feature.capability is not Capability.COVER:
        return ()
    known = {word.casefold(): word for word in feature.words}
    found = tuple(known[move] for move in _MOVES if move in known)
    return found if len(found) >= 2 else ()  # noqa: PLR2004 - open and close


def _step(low: float | None, high: float | None) -> float:
    if low is None or high is None or high - low > _STEPS:
        return 1.0
    return 1.0 if high - low >= 10 else 0.1  # noqa: PLR2004 - ten steps at least


def slides(control: Control) -> bool:
    """Whether a slider is a good way to say this number."""
    span = control.high - control.low
    return control.kind in {Kind.LEVEL, Kind.WARMTH} or (
        control.kind is Kind.NUMBER and 0 < span / control.step <= _STEPS and span < 1e6  # noqa: PLR2004 - no range was said
    )
