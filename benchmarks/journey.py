"""From the package to the devices on the screen, on a bare Debian 12, as a new user would go.

Everything is real: apt, the window on a screen of its own (Xvfb), keys (xdotool), a broker and what
devices left there. A step ends with the last thing that moves on the screen. Only what the computer
takes and what is pressed is counted: no person was watched, so reading and finding are not in it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.live import bare, newcomer
from tests.live.bare import BareError, Machine
from tests.live.screen import SOCKETS, Screen

PICTURES = newcomer.ROOT / "build" / "journey"
_QUIET_S = 0.8
_OPEN_QUIET_S = 3.0  # the window is drawn before its house is open, and Welcome comes after
_SEARCH_QUIET_S = 5.0  # looking for brokers listens in silence for three seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was done, and what it took."""

    what: str
    seconds: float  # until the last thing moved
    commands: int = 0
    keys: int = 0


@dataclass(slots=True)
class Journey:
    """One new user on the way."""

    machine: Machine
    screen: Screen
    told: Callable[[str], object]
    steps: list[Step] = field(default_factory=list)

    def took(self, step: Step) -> None:
        """Count a step; what is on the screen is kept beside it."""
        self.steps.append(step)
        self.screen.picture().save(PICTURES / f"{len(self.steps)}.png")
        self.told(line(step))

    def install(self, debs: Path) -> None:
        """Install the desktop's package, with what it needs and recommends."""
        with newcomer.handed_over(self.machine, debs) as files:
            (desktop,) = (one for one in files if "hub" not in one)
            began = time.monotonic()
            said = self.machine.apt("install", desktop)
            seconds = time.monotonic() - began
        count = said.count("\nSetting up ")
        what = f"apt install ./orangery.deb: {count} Debian packages, {_needed(said)}"
        self.took(Step(what=what, seconds=seconds, commands=1))

    def open(self) -> None:
        """Start the program; Welcome is on the screen at the end."""
        before, began = self.screen.picture(), time.monotonic()
        self.machine.start("orangery")
        seconds = self.screen.settled(before, _OPEN_QUIET_S) - began
        what = "orangery: the window, and Welcome in the system's language"
        self.took(Step(what=what, seconds=seconds, commands=1))

    def press(self, key: str, what: str, quiet: float = _QUIET_S) -> None:
        """Press a key, and see what comes of it."""
        before, began = self.screen.picture(), time.monotonic()
        self.screen.press(key)
        self.took(Step(what=what, seconds=self.screen.settled(before, quiet) - began, keys=1))


def run(built: Path | None, told: Callable[[str], object]) -> list[Step]:
    """Go the whole way with the programs in `built` (None: built now); each step is told.

    BareError where no bare Debian can be made; AssertionError where the way leads nowhere.
    """
    if reason := bare.why_not():
        raise BareError(reason)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="orangery-journey-") as folder:
        work = Path(folder)
        told("making a bare Debian 12 and the package; that is not counted")
        built = built or newcomer.build(work / "built")
        debs = newcomer.pack(built, work / "debs", newcomer.version_of(built))
        root = bare.make(work / "root", newcomer.CACHE)
        downloads = work / "downloads"  # empty: a new user has downloaded nothing yet
        downloads.mkdir()
        with (
            Screen(work / "screen") as screen,
            Machine(work / "machine", [root], downloads, SOCKETS) as machine,
        ):
            machine.environment["DISPLAY"] = screen.name
            return _go(Journey(machine, screen, told), debs)


def _go(journey: Journey, debs: Path) -> list[Step]:
    journey.install(debs)
    newcomer.with_devices(journey.machine)
    journey.open()
    journey.press("space", "Look for brokers: the only one is found and taken", _SEARCH_QUIET_S)
    journey.press("Return", "Connect: what devices there are is counted on the screen")
    known = newcomer.devices(journey.machine)
    assert len(known) == newcomer.DEVICES, "the devices at the broker are not those of the house"
    journey.press("Return", "Next: how careful, as it is")
    journey.press("Return", "Finish: the list of the devices")
    return journey.steps


def line(step: Step) -> str:
    """Return a step as it is printed."""
    counts = {"command": step.commands, "key": step.keys}
    by_hand = ", ".join(f"{n} {word}{'s' * (n > 1)}" for word, n in counts.items() if n)
    return f"{step.seconds:7.1f} s  {by_hand:20}  {step.what}"


def lines(steps: list[Step]) -> list[str]:
    """Return the sum, and what it does not say."""
    whole = Step(
        what=f"from the package to {newcomer.DEVICES} devices on the screen",
        seconds=sum(step.seconds for step in steps),
        commands=sum(step.commands for step in steps),
        keys=sum(step.keys for step in steps),
    )
    return [
        line(whole),
        "Not tried with people: reading, thinking and typing the commands are not in it.",
        f"Pictures of each step: {PICTURES.relative_to(newcomer.ROOT)}",
    ]


def _needed(said: str) -> str:
    """Return apt's own words for what was downloaded."""
    got = [one for one in said.splitlines() if one.startswith(("Fetched ", "Need to get "))]
    return got[-1].split(" in ")[0].rstrip(".") if got else "nothing downloaded"


__all__ = ["BareError", "Journey", "Step", "line", "lines", "run"]
