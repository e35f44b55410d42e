"""The house at a glance, for the tray: the morning's line and three counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop import language
from desktop.language import translate
from desktop.models import members, states
from desktop.models.mirror import Mirror
from fleet.later import later

if TYPE_CHECKING:
    from desktop import nights
else:
    nights = later("desktop.nights")


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What the tray says."""

    night: str  # the morning's line; "": nothing happened
    counts: str  # ready, under way, waiting for a person; "": none of them
    claim: str = ""  # that heirs claim the house: under the morning's line; "": nobody does

    @property
    def text(self) -> str:
        """Return all of it, for the tool tip."""
        return "\n".join(part for part in ("Orangery", self.night, self.claim, self.counts) if part)


def compose(mirror: Mirror, now: float) -> Glance:
    """Return what the tray says as of `now`."""
    night = mirror.night()
    said = nights.line(night, mirror.devices, now, language.current()) if night else ""
    updates = mirror.updates()
    ready = sum(mirror.ready(key) is not None for key in mirror.devices)
    running = sum(update.state in states.WORKING for update in updates)
    asking = sum(
        states.needs_decision(mirror.devices[one.device], one, mirror.ready(one.device))
        for one in updates
        if one.device in mirror.devices
    )
    counts = (
        translate("Tray", "%n ready", None, ready) if ready else "",
        translate("Tray", "%n under way", None, running) if running else "",
        translate("Tray", "%n need(s) you", None, asking) if asking else "",
    )
    claim = members.banner(mirror)
    return Glance(
        night=said,
        counts=" · ".join(part for part in counts if part),
        claim=claim.word if claim else "",
    )
