"""What a dialect answers where it has nothing better to say."""

from __future__ import annotations

from collections.abc import Sequence

from fleet.capability import TWO_STATES, Capability, Feature, Reading, raw, unit
from fleet.model import Device, Observation
from fleet.steps import HttpRequest, Offer, Publish, Refusal, Step


class Listener:
    """A dialect that only hears: takes no file, no order, and cannot be asked."""

    name: str
    rank: int
    writes: tuple[str, ...] = ()  # see Dialect

    def plan(self, device: Device, offer: Offer | None) -> Sequence[Step] | Refusal:
        """Refuse: it takes no update in this dialect."""
        del device, offer
        return Refusal("no_way_to_install")

    def check(self, device: Device) -> Sequence[Publish] | Refusal:
        """Refuse: nobody can be asked whether its maker has an update."""
        del device
        return Refusal("cannot_check")

    def act(
        self, device: Device, feature: str, wish: Reading | None
    ) -> Sequence[Publish] | Refusal:
        """Refuse: it takes no orders in this dialect."""
        del device, wish
        return Refusal("not_settable", feature)

    def verify(self, device: Device) -> Sequence[Step]:
        """Nothing to send: what it runs comes by itself, or never."""
        del device
        return ()

    def after(self, device: Device) -> Sequence[Publish]:
        """Nothing to put back: an update leaves no setting behind."""
        del device
        return ()

    def answered(
        self, device: Device, request: HttpRequest, status: int, body: bytes
    ) -> Sequence[Observation] | Refusal:
        """Nothing is read from answers over HTTP."""
        del device, request, status, body
        return ()

    def arrived(self, device: Device, version: str) -> bool:
        """Compare with its whole word, and with what of that can be compared."""
        runs = device.version
        return runs is not None and runs.says(version)


def wished(
    device: Device, dialect: str, feature: str, wish: Reading | None
) -> tuple[Feature, Reading] | Refusal:
    """Return the feature and what the device calls the wish ("" for a press); why not else."""
    known = device.features.get(feature)
    if known is None or known.dialect != dialect or not known.settable:
        return Refusal("not_settable", feature)
    if wish is None:
        pressed = known.capability is Capability.BUTTON
        return (known, "") if pressed else Refusal("wish_refused", takes(known))
    word = raw(known, wish)
    return Refusal("wish_refused", takes(known)) if word is None else (known, word)


def takes(feature: Feature) -> str:
    """Return what a feature can be set to, for people: "on, off", "0 to 100 %", its words."""
    shown = unit(feature)
    if feature.words:
        takes = ", ".join(feature.words)
    elif feature.capability in TWO_STATES:
        takes = "on, off"
    elif feature.capability is Capability.COLOUR:
        takes = "#rrggbb"
    elif shown == "%":
        takes = "0 to 100 %"
    elif feature.low is None or feature.high is None or shown != feature.unit:
        takes = shown or "a number"  # its own range is in another unit
    else:
        takes = f"{feature.low:g} to {feature.high:g} {shown}".strip()
    return takes
