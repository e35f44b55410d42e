"""What a campaign hears of a device: one value a minute at most, one line an hour. Pure.

A value is looked at when the device speaks, at most once in the campaign's `every_s`; what leaves
the house is the median and the 95th percentile of an hour that is over, and how many values they
are of. Nothing of an hour that is not over is ever told, so each hour is told once.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from feedback.wire_signals import LEAST_EVERY_S, CampaignDoc, CampaignState, Sample
from fleet.capability import TWO_STATES, WORDS, Capability, typed
from fleet.model import Device

HOUR_S: Final = 3600.0
_NO_NUMBERS: Final = frozenset({*TWO_STATES, *WORDS, Capability.COLOUR})
_PLAIN: Final = re.compile(r"[\w .+()/%°³²-]{0,64}")


@dataclass(slots=True)
class Heard:
    """The values of one device in one hour; `next` is from when on another one is looked at."""

    hour: int
    model: str
    version: str
    unit: str
    values: list[float] = field(default_factory=list)
    next: float = -math.inf


def runs(campaign: CampaignDoc, now: float) -> bool:
    """Whether it is under way. Beyond its end it never is, whatever the hub says."""
    return campaign.state is CampaignState.RUNNING and campaign.starts <= now < campaign.ends


def value_of(campaign: CampaignDoc, device: Device) -> tuple[float, str] | None:
    """Return what this device says of what the campaign asks, with its unit; None: nothing.

    The campaign names a reading or a capability; of several the first by name is meant.
    """
    if device.vendor != campaign.vendor or campaign.model not in ("", device.model):
        return None
    for name in sorted(device.features):
        feature = device.features[name]
        if campaign.feature not in (name, feature.capability):
            continue
        reading = device.readings.get(name)
        if feature.capability in _NO_NUMBERS or reading is None:
            continue
        value = typed(feature, reading)
        if value is not None and not isinstance(value.value, str | bool):
            return float(value.value), value.unit
    return None


class Hours:
    """The hours under way of one campaign in this house; all in memory, nothing of it is told."""

    def __init__(self, campaign: CampaignDoc) -> None:
        self.campaign = campaign
        self._heard: dict[str, Heard] = {}
        self._over: list[tuple[str, Heard]] = []

    def hear(self, device: Device, now: float) -> None:
        """Look at a device that spoke, unless it was looked at too short a time ago."""
        hour = int(now // HOUR_S)
        heard = self._heard.get(device.key)
        if heard is not None and heard.hour == hour and now < heard.next:
            return
        said = value_of(self.campaign, device) if runs(self.campaign, now) else None
        if said is None:
            return
        value, unit = said
        if heard is None or heard.hour != hour:
            if heard is not None:
                self._over.append((device.key, heard))
            version = device.version.raw if device.version else ""
            heard = Heard(hour=hour, model=_plain(device.model), version=_plain(version), unit=unit)
            self._heard[device.key] = heard
        heard.values.append(value)
        heard.next = now + max(self.campaign.every_s, LEAST_EVERY_S)

    def over(self, now: float) -> list[tuple[str, Heard]]:
        """Return, once, the hours that are over by now, with their devices."""
        hour = int(now // HOUR_S)
        done = [(key, heard) for key, heard in self._heard.items() if heard.hour < hour]
        for key, _ in done:
            del self._heard[key]
        before, self._over = self._over, []
        return [*before, *done]

    def go_on(self, before: Self) -> None:
        """Take over what was heard before the campaign was changed."""
        self._heard = before._heard

    @property
    def under_way(self) -> list[tuple[str, Heard]]:
        """The hours that are not over, with their devices: what would be told if they ended now."""
        return list(self._heard.items())


def samples(
    campaign: str, home: str, secret: bytes, hours: Iterable[tuple[str, Heard]]
) -> Iterator[Sample]:
    """Give what these hours tell; devices have names that no other campaign knows them by."""
    for key, heard in sorted(hours, key=lambda one: (one[1].hour, one[0])):
        yield Sample(
            campaign=campaign,
            home=home,
            device=hmac.new(secret, f"{campaign}/{key}".encode(), hashlib.sha256).hexdigest()[:32],
            model=heard.model,
            version=heard.version,
            hour=heard.hour,
            count=len(heard.values),
            p50=percentile(heard.values, 0.5),
            p95=percentile(heard.values, 0.95),
            unit=_plain(heard.unit),
        )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of `values` does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _plain(text: str) -> str:
    """Return a word that names a model, version or unit; what is of another form is left out."""
    return text if _PLAIN.fullmatch(text) else ""
