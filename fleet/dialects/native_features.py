"""What a native device measures and can be set, as its hello lists it; and how it is told.

    {"name": "brightness", "capability": "level", "low": 0, "high": 254, "settable": true}

The name is that of the reading in `tele` ("climate.temperature" of a nested one). Source:
docs/protocol.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from fleet.capability import Capability, Deed, Feature, Reading
from fleet.dialects import lenient

NAME = "native"
FEATURES_MAX = 64
WORDS_MAX = 100
_Word = Annotated[str, msgspec.Meta(max_length=100)]
_CAPABILITIES = {each.value: each for each in Capability}
_DEEDS = {each.value: each for each in Deed}


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that a device measures or does."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    capability: _Word  # a word of docs/protocol.md; of one we do not know only the reading is shown
    label: _Word = ""  # for people, where it says more than the capability
    unit: _Word = ""
    on: _Word = ""  # its words for the two states
    off: _Word = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    words: Annotated[tuple[_Word, ...], msgspec.Meta(max_length=WORDS_MAX)] = ()
    settable: bool = False
    aside: bool = False
    deed: _Word = ""  # of a button: "restart", or "identify": it blinks or beeps


def features(said: Sequence[Said]) -> Mapping[str, Feature]:
    """Return them by reading; of two with one name the first, of unknown capabilities none."""
    found: dict[str, Feature] = {}
    for each in said[:FEATURES_MAX]:
        name, capability = lenient.text(each.name), _CAPABILITIES.get(each.capability)
        if name is None or capability is None or name in found:
            continue
        found[name] = Feature(
            capability=capability,
            dialect=NAME,
            label=lenient.text(each.label) or "",
            unit=lenient.text(each.unit) or "",
            on=each.on,
            off=each.off,
            low=each.low,
            high=each.high,
            step=each.step,
            words=each.words,
            settable=each.settable,
            aside=each.aside,
            deed=_DEEDS.get(each.deed, Deed.NONE),
        )
    return found


def plain(word: Reading) -> Reading:
    """Return a value as a small device reads it best: 40, not 40.0."""
    return int(word) if isinstance(word, float) and word.is_integer() else word
