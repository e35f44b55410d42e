"""Which version of a verified week is for this copy of the program: the rules of devices. Pure.

The program is one more thing of the vendor "orangery", of the model that its platform is
("linux-x86_64"), under a number of its own. So counters that never fall, rings, holds, recalls,
stepping stones and versions that cannot be compared are what they are for every device
(firmware/catalogue.py). Beside each archive stands the list of its files, as a file of the same
version for the model "<platform>.files".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from desktop.selfupdate.facts import Gone, Taken
from firmware import catalogue, versions
from firmware.catalogue import Circumstances
from firmware.errors import TrustError
from firmware.image_program import FILES
from firmware.release import Fit, Misfit, Target, Week
from fleet.model import Caps, Device, Install, Version

VENDOR = "orangery"
LINE = "desktop"
_OF_OTHERS = frozenset({"not_in_week", "other_vendor", "other_model", "other_hardware"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """This copy of the program, as far as it decides what is for it."""

    installation: str  # 32 hex digits
    platform: str
    version: str
    counter: int = 0  # highest that was taken here
    refused: frozenset[str] = (
        frozenset()
    )  # versions that failed here or that a person went back from
    digests: Collection[str] = field(default_factory=tuple)  # by which it could be recalled
    week: str = ""  # in which it came; "": not known


def best(week: Week, copy: Copy, now: float) -> Fit | Misfit:
    """Return the archive of `week` that is for this copy, or the reason that came closest."""
    device = _as_device(copy)
    at = Circumstances(now=now, counters={device.key: copy.counter})
    answer = catalogue.best(week, device, at)
    if isinstance(answer, Misfit) and answer.code in _OF_OTHERS:
        return Misfit(code="program_not_in_week", fact=week.id)
    return answer


def running(week: Week, copy: Copy) -> Target | None:
    """Return the archive of the version that runs, where this week has it."""
    each = (one for one in week.targets if _is_for(one, copy) and not one.undoes)
    return next((one for one in each if versions.same(one.version, copy.version)), None)


def listed(week: Week, version: str, platform: str) -> Target | None:
    """Return the list of the files of a version, where this week has it."""
    model = platform + FILES
    each = (one for one in week.targets if (one.fits.vendor, one.fits.model) == (VENDOR, model))
    return next((one for one in each if versions.same(one.version, version)), None)


def list_for(week: Week, archive: Target) -> Target:
    """Return the list of the files in `archive`; TrustError("list_missing") where none is named."""
    if (found := listed(week, archive.version, archive.fits.model)) is None:
        raise TrustError("list_missing", path=archive.path)
    return found


def taken_back(week: Week, copy: Copy) -> Gone | None:
    """Return why the makers want the version that runs here to run no more; None: they do not."""
    if set(copy.digests) & set(week.recalled):
        return Gone.RECALLED
    if week.withdrawn and copy.week == week.id:
        return Gone.WITHDRAWN
    return None


def is_to_wait(week: Week, version: str, taken: Collection[Taken]) -> bool:
    """Whether a version that was taken and not started yet must not start: its makers say so."""
    came = [one for one in taken if one.version == version]
    digests = {digest for one in came for digest in one.digests}
    withdrawn = bool(week.withdrawn) and any(one.week == week.id for one in came)
    return withdrawn or not digests.isdisjoint(week.recalled)


def words(said: Mapping[str, str], language: str) -> str:
    """Return a text of a week in `language`, else in English, else in whatever there is."""
    return said.get(language) or said.get("en") or next(iter(said.values()), "")


def _is_for(target: Target, copy: Copy) -> bool:
    return (target.fits.vendor, target.fits.model) == (VENDOR, copy.platform)


def _as_device(copy: Copy) -> Device:
    return Device(
        key=f"orangery/program/{copy.installation}",
        name=VENDOR,
        vendor=VENDOR,
        model=copy.platform,
        version=Version(copy.version),
        caps=Caps(install=frozenset({Install.URL})),
        skipped=copy.refused,
    )
