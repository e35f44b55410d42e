"""What the family view says: one sentence on how all is, and the few things beside it. No widgets.

For those who only want to know that all is well. What wants a hand is what a person has to do: an
update that did not come through, a device that cannot be reached, a battery that is nearly empty.
Who sleeps is well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop import language
from desktop.language import translate
from desktop.models import states
from desktop.models.mirror import Mirror
from fleet.later import later
from fleet.model import Availability, BrokerState, Device, RolloutState

if TYPE_CHECKING:
    from desktop import nights
else:
    nights = later("desktop.nights")

BATTERY_LOW = 10.0
"""Per cent; at or below it a battery wants to be changed."""

_FRIDAY = 4
_SHOWN = 3  # things named; of more it is said how many
_NIGHT_SHOWN_S = 36 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The whole view; never by colour alone."""

    sentence: str
    icon: str
    tone: str
    hands: tuple[str, ...] = ()  # what wants a hand, a line each
    notes: tuple[str, ...] = ()  # what runs now, the last night, the next Friday

    @property
    def said(self) -> str:
        """All of it, for who does not see it."""
        return " ".join((self.sentence, *self.hands, *self.notes))


def compose(mirror: Mirror, now: float) -> Family:
    """Return how the home is as of `now`."""
    notes = tuple(_notes(mirror, now))
    if not mirror.connections():
        new = translate("Family", "This home is not connected to anything yet.")
        how = translate("Family", "Whoever helps you finds the way under “Everything”.")
        return Family(sentence=new, icon="circle-dashed", tone="muted", hands=(how,), notes=notes)
    if not _heard(mirror):
        unheard = translate("Family", "Nothing can be heard of the home right now.")
        why = translate("Family", "The connection is gone. The devices go on by themselves.")
        return Family(sentence=unheard, icon="wifi-off", tone="warn", hands=(why,), notes=notes)
    if not mirror.devices:
        none = translate("Family", "No device has spoken yet.")
        return Family(sentence=none, icon="circle-dashed", tone="muted", notes=notes)
    hands = list(_hands(mirror, now))
    if not hands:
        return Family(sentence=_well(mirror), icon="circle-check", tone="ok", notes=notes)
    sentence = translate("Family", "%n thing(s) want(s) a hand.", None, len(hands))
    shown = hands[:_SHOWN]
    if more := len(hands) - len(shown):
        shown.append(translate("Family", "and %n more", None, more))
    return Family(
        sentence=sentence, icon="triangle-alert", tone="warn", hands=tuple(shown), notes=notes
    )


def _heard(mirror: Mirror) -> bool:
    """Whether at least one broker of the home is connected."""
    return any(one.state is BrokerState.CONNECTED for one in mirror.connections())


def _well(mirror: Mirror) -> str:
    every = mirror.devices.values()
    quiet = sum(one.availability is Availability.UNKNOWN for one in every)
    if quiet:
        spoken = translate("Family", "All is well. %n device(s) can be reached,", None,
                           len(mirror.devices) - quiet)  # fmt: skip
        rest = translate("Family", "%n has/have not spoken yet.", None, quiet)
        return f"{spoken} {rest}"
    if len(mirror.devices) == 1:
        return translate("Family", "All is well. The one device can be reached.")
    return translate("Family", "All is well. %n devices, all can be reached.", None,
                     len(mirror.devices))  # fmt: skip


def _hands(mirror: Mirror, now: float) -> Iterable[str]:
    """Yield what wants a hand, the gravest first, a device at most once."""
    for place in mirror.foreign().values():
        said = translate("Family", "The broker at {address} is not known as this home's.")
        yield said.format(address=place.address)
    told: set[str] = set()
    for halted in mirror.rollouts():
        if halted.state is RolloutState.HALTED and halted.device in mirror.devices:
            told.add(halted.device)
            yield _line(mirror.devices[halted.device], translate("Family", "its update stopped"))
    for device in sorted(mirror.devices.values(), key=lambda one: one.name.casefold()):
        if device.key not in told and (why := _why(mirror, device, now)):
            yield _line(device, why)


def _why(mirror: Mirror, device: Device, now: float) -> str:
    if states.needs_decision(device, mirror.update(device.key), mirror.ready(device.key)):
        return translate("Family", "its update did not work")
    if device.availability is Availability.OFFLINE:
        if device.last_seen is None:
            return translate("Family", "cannot be reached")
        since = translate("Family", "cannot be reached since {when}")
        return since.format(when=language.moment(device.last_seen, now))
    if device.battery is not None and device.battery <= BATTERY_LOW:
        low = translate("Family", "battery nearly empty ({percent} %)")
        return low.format(percent=round(device.battery))
    return ""


def _line(device: Device, why: str) -> str:
    return translate("Family", "{device}: {why}").format(device=device.name, why=why)


def _notes(mirror: Mirror, now: float) -> Iterable[str]:
    working = sum(one.state in states.WORKING for one in mirror.updates())
    if working:
        yield translate("Family", "%n device(s) get(s) a new version now: leave it on, please.",
                        None, working)  # fmt: skip
    night = mirror.night()
    if night is not None and now - night.end <= _NIGHT_SHOWN_S:
        said = nights.line(night, mirror.devices, now, language.current())
        if said:
            yield said
    friday = translate("Family", "New versions come on {day}.")
    yield friday.format(day=language.day(next_friday(now)))


def next_friday(now: float) -> float:
    """Return noon of the next Friday here, in seconds; on a Friday that of the week after."""
    today = dt.datetime.fromtimestamp(now).astimezone().replace(hour=12, minute=0, second=0)
    days = (_FRIDAY - today.weekday()) % 7 or 7
    return (today + dt.timedelta(days=days)).timestamp()
