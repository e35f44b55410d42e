"""A house as an attacker meets it: it has a good week, and nothing may move it from there."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware.errors import TrustError
from firmware.release import Target, Week
from firmware.stage import Stage
from firmware.trust import Trust
from tests.firmware.simulator import LAMP, Simulator

GOOD, EVIL = b"lamp firmware 1.0", b"evil firmware 9.9"


class House:
    """One house, its trust and its stage, on the mirror of `sim`, which the attacker may bend."""

    def __init__(self, folder: Path, clock: Callable[[], float] | None = None) -> None:
        self.sim = Simulator(folder / "mirror")
        self.sim.publish()
        more = {"clock": clock} if clock else {}
        self.trust = Trust(folder / "trust", [self.sim.maker()], **more)
        self.stage = Stage(folder / "stage")
        self.week = self.trust.refresh("acme")

    def refuses(self, source: str = "") -> TrustError:
        """Refresh, and check that nothing came of it: the last week stays, nothing is staged."""
        with pytest.raises(TrustError) as caught:
            self.trust.refresh("acme", source)
        self.is_unmoved()
        assert self.trust.standing("acme").code == caught.value.code
        return caught.value

    def is_unmoved(self) -> None:
        """Check that the week is the one of before, and that evil bytes cannot be staged."""
        assert self.trust.standing("acme").week == self.week
        with pytest.raises(TrustError, match="target_unknown"):
            self.stage.fetch(self.trust, "acme", self.evil())
        assert self.stage.used() == 0

    def refuses_bytes(self, target: Target | None = None) -> TrustError:
        """Try to stage a file of the week from a mirror that is bent; nothing is there then."""
        target = target or self.lamp()
        with pytest.raises(TrustError) as caught:
            self.stage.fetch(self.trust, "acme", target)
        assert not self.stage.has(target.sha256)
        assert self.trust.standing("acme").week == self.week
        return caught.value

    def lamp(self) -> Target:
        return next(one for one in self.known().targets if one.path == LAMP)

    def evil(self) -> Target:
        """The same file as the attacker would have it."""
        digest = hashlib.sha256(EVIL).hexdigest()
        return dataclasses.replace(self.lamp(), sha256=digest, size=len(EVIL))

    def known(self) -> Week:
        week = self.trust.standing("acme").week
        assert week is not None
        return week
