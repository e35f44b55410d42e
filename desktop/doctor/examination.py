"""All checks at once, each in a thread and for a limited time; what is slow holds up no other."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desktop.doctor import files, here, program, reached, stores
from desktop.doctor.finding import Finding, Mark, unknown
from desktop.doctor.patient import Patient

logger = logging.getLogger(__name__)

_SHORT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to look at. `limit_s`: after so long it could not be looked at."""

    name: str
    look: Callable[[Patient], Iterable[Finding]]
    limit_s: float = _SHORT_S


CHECKS: tuple[Check, ...] = (
    Check(name="house", look=stores.owner),
    Check(name="database", look=stores.databases, limit_s=60.0),
    Check(name="permissions", look=files.permissions),
    Check(name="disk", look=files.disk),
    Check(name="keyring", look=reached.keyring),
    Check(name="broker", look=reached.broker, limit_s=60.0),
    Check(name="mirror", look=reached.mirror, limit_s=30.0),
    Check(name="hub", look=reached.hub),
    Check(name="time", look=reached.clock, limit_s=30.0),
    Check(name="ports", look=here.ports),
    Check(name="screen", look=here.screen),
    Check(name="program", look=program.program),
)
"""In the order in which they are told."""

Told = Callable[[int, int], object]
"""Called with how many checks are done, and of how many."""

_Done = tuple[str, tuple[Finding, ...]]


def examine(
    patient: Patient,
    *,
    checks: Sequence[Check] = CHECKS,
    told: Told = lambda _done, _all: None,
) -> tuple[Finding, ...]:
    """Return what all of them found, in their order. Never raises for what a check meets."""
    done: queue.SimpleQueue[_Done] = queue.SimpleQueue()
    begun = time.monotonic()
    for check in checks:  # daemons: one that hangs does not keep the program from its end
        name = f"doctor {check.name}"
        threading.Thread(target=_run, args=(check, patient, done), name=name, daemon=True).start()
    found: dict[str, tuple[Finding, ...]] = {}
    while waiting := [one for one in checks if one.name not in found]:
        left = begun + min(one.limit_s for one in waiting) - time.monotonic()
        try:
            name, said = done.get(timeout=max(left, 0.0))
        except queue.Empty:
            late = min(waiting, key=lambda one: one.limit_s)
            facts = {"seconds": round(late.limit_s)}
            name, said = late.name, (unknown(late.name, "check_too_slow", **facts),)
        found.setdefault(name, said)
        told(len(found), len(checks))
    return tuple(one for check in checks for one in found[check.name])


def _run(check: Check, patient: Patient, done: queue.SimpleQueue[_Done]) -> None:
    try:
        said = tuple(check.look(patient))
    except OSError as error:
        said = (unknown(check.name, "check_failed", why=error.strerror or error),)
    except Exception as error:  # a check that breaks is our fault, and no reason to tell nothing
        logger.exception("the check %s broke", check.name)
        said = (unknown(check.name, "check_failed", why=type(error).__name__),)
    done.put((check.name, said))


def order(findings: Iterable[Finding]) -> list[Finding]:
    """Return them with what is wrong first, else as they are."""
    place = {mark: number for number, mark in enumerate((Mark.WRONG, Mark.LOOK, Mark.UNKNOWN))}
    return sorted(findings, key=lambda one: place.get(one.mark, len(place)))
