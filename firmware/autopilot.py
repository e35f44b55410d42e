"""What begins without a person, by the household's plan. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from firmware import catalogue
from firmware.catalogue import Circumstances
from firmware.jobs import Job, Plan
from firmware.plan import Begins
from firmware.release import Fit, Week
from fleet.model import Device, UpdateState

_AGAIN = frozenset({UpdateState.DONE, UpdateState.RECALLED})


def wanted(
    week: Week,
    devices: Mapping[str, Device],
    jobs: Mapping[str, Job],
    plan: Plan,
    circumstances: Circumstances,
) -> dict[str, Fit]:
    """Return what of `week` is to begin by itself, by device key.

    Not what a person took back or has to decide about, and nothing of a week that is held.
    """
    if plan.begins is Begins.HAND or week.held or week.withdrawn:
        return {}
    found = catalogue.table(week, devices, circumstances)
    return {
        key: fit
        for key, fit in found.items()
        if isinstance(fit, Fit)
        and (plan.begins is Begins.ALL or fit.target.security)
        and _free(jobs.get(key), fit)
    }


def _free(job: Job | None, fit: Fit) -> bool:
    """Whether the device's last update leaves this one to us."""
    if job is None or job.state in _AGAIN:
        return True
    return job.state.ended and job.update.sha256 != fit.target.sha256
