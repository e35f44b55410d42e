"""What a reference device is, what it is offered, and its two ways to say no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from firmware.agent_part import Part
from firmware.agent_slots import Header, Runs


class RefusedError(Exception):
    """The device will not install this: a stable code and what it saw."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


class UnreachableError(Exception):
    """The mirror did not answer: it may be tried again."""


class Offered(msgspec.Struct, frozen=True):
    """An offer as far as the device believes it: where to look, nothing else."""

    transfer: str
    path: str
    sha256: str = ""
    version: str = ""
    mirror: str = ""
    chunks: bool = False


class About(msgspec.Struct, frozen=True):
    """What the build role says of the file (`custom`, docs/protocol.md)."""

    version: str
    counter: int
    vendor: str
    model: str
    schema: int = 1
    hardware: tuple[str, ...] = ()
    minimum: str = ""
    undoes: tuple[str, ...] = ()  # versions it is the way back from; not empty: for nothing else
    chunk_size: int = 0
    chunks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """What this device is, burnt in."""

    id: str
    vendor: str
    model: str
    hardware: str
    name: str = ""
    kind: str = ""


class Checker(Protocol):
    """How a class of devices looks at one offer. RefusedError: never; UnreachableError: later."""

    def judge(self, runs: Runs) -> int:
        """Follow the signatures and return the file's size in bytes; nothing of it is fetched."""

    def fetch(self, part: Part, progress: Callable[[int], None]) -> About:
        """Bring the judged file into `part`, and compare it with what was signed.

        progress(have) in bytes.
        """


def suits(about: About, me: Me, runs: Runs) -> None:
    """Refuse what is not for this device, or does not count upwards. RefusedError."""
    if about.schema > 1:
        raise RefusedError("file_newer", f"schema {about.schema}")
    if (about.vendor, about.model) != (me.vendor, me.model):
        raise RefusedError("other_model", f"{about.vendor} {about.model}")
    if about.hardware and me.hardware not in about.hardware:
        raise RefusedError("other_hardware", ", ".join(about.hardware))
    if about.counter <= runs.counter:
        raise RefusedError("counter_too_old", f"{about.counter} is not above {runs.counter}")
    if about.undoes and runs.header.version not in about.undoes:
        raise RefusedError("no_way_back", f"from {runs.header.version}")
    if about.minimum and not _at_least(runs.header.version, about.minimum):
        raise RefusedError("below_minimum", about.minimum)


def is_that(header: Header, about: About, me: Me) -> None:
    """Refuse an image whose own header is not what was signed of it. RefusedError.

    A way back is old bytes under a new counter: there the header's counter may be the lower one.
    """
    said = (header.vendor, header.model, header.version)
    counts = header.counter <= about.counter if about.undoes else header.counter == about.counter
    if said != (about.vendor, about.model, about.version) or not counts:
        raise RefusedError("image_disagrees", f"{(*said, header.counter)}")
    if header.hardware and me.hardware not in header.hardware:
        raise RefusedError("other_hardware", ", ".join(header.hardware))


def _at_least(version: str, minimum: str) -> bool:
    """Dotted numbers are compared as such; other words must be the same."""
    try:
        one, other = ([int(part) for part in word.split(".")] for word in (version, minimum))
    except ValueError:
        return version == minimum
    length = max(len(one), len(other))
    return one + [0] * (length - len(one)) >= other + [0] * (length - len(other))
