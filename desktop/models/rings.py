"""In which ring of a week the devices of this home are, and when it opens: values, no widgets."""

from __future__ import annotations

from collections import Counter

from desktop import language
from desktop.language import translate
from desktop.models import states
from desktop.models.mirror import Mirror
from firmware import rings


def lines(mirror: Mirror, now: float) -> tuple[str, ...]:
    """Return a line for each ring of the newest week in which a device of this home is."""
    week = mirror.week()
    if week is None or not week.rings:
        return ()
    found = (rings.ring_of(rings.device_id(key), week) for key in mirror.devices)
    counts = Counter(ring.name for ring in found if ring is not None)
    said = []
    for ring in week.rings:
        if not counts[ring.name]:
            continue
        told = translate("Settings", "{week}, ring {ring}: %n of your device(s)", None,
                         counts[ring.name])  # fmt: skip
        when = translate("Settings", "open since {when}")
        moment = language.moment(ring.opens, now)
        if ring.opens > now:
            when = translate("Settings", "opens {when}")
            moment = language.when(ring.opens, now)
        name = states.week_name(week.id)
        said.append(f"{told.format(week=name, ring=ring.name)}, {when.format(when=moment)}")
    return tuple(said)
