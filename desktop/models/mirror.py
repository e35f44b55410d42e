"""The house as the window knows it: the first snapshot with every Changes since folded in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from desktop.models.stages import DECIDE
from firmware.release import UNREACHED, Channel, Fit, Misfit, Standing, Target, Week
from fleet.later import later
from fleet.model import Changes, Connection, Device, Rollout, RolloutState, Snapshot, Update

if TYPE_CHECKING:
    from desktop import commands
    from desktop import facts as home
    from desktop import heirs as heirship
    from desktop import members_commands as members
    from desktop.selfupdate import facts as selfupdate
    from feedback import known_issues, outcome, wire_outcomes, wire_triage
    from feedback import recording as recordings
    from feedback import report as reporting
    from firmware import morning
    from firmware import plan as rules
else:  # what the first picture does not show
    members, heirship = later("desktop.members_commands"), later("desktop.heirs")
    selfupdate = later("desktop.selfupdate.facts")
    commands, home = later("desktop.commands"), later("desktop.facts")
    outcome, morning = later("feedback.outcome"), later("firmware.morning")
    rules, known_issues = later("firmware.plan"), later("feedback.known_issues")
    wire_triage, recordings = later("feedback.wire_triage"), later("feedback.recording")
    wire_outcomes, reporting = later("feedback.wire_outcomes"), later("feedback.report")

T = TypeVar("T")


class Mirror:
    """Read by pages, written only by `fold`; lives in the Qt thread."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.devices: dict[str, Device] = dict(snapshot.devices)
        self._facts: dict[str, dict[str, object]] = {
            kind: dict(values) for kind, values in snapshot.facts.items()
        }
        self.here: members.Here | None = None  # who is at this window; None: not asked yet

    def fold(self, changes: Changes) -> None:
        """Take in what changed."""
        for key, device in changes.devices.items():
            _put(self.devices, key, device)
        for kind, values in changes.facts.items():
            kept = self._facts.setdefault(kind, {})
            for name, value in values.items():
                _put(kept, name, value)

    def update(self, key: str) -> Update | None:
        """Where this device's update stands, if it has one."""
        return self._one("update", key, Update)

    def updates(self) -> list[Update]:
        """Return all updates, the latest first."""
        return sorted(self._all("update", Update), key=lambda update: -update.since)

    def fit(self, key: str) -> Fit | None:
        """Return what of the week suits this device."""
        return self._one("fit", key, Fit)

    def misfit(self, key: str) -> Misfit | None:
        """Return why nothing of the week suits this device."""
        return self._one("fit", key, Misfit)

    def ready(self, key: str) -> Fit | None:
        """Return what could be installed on this device now: fits, not skipped, not under way."""
        fit = self.fit(key)
        if fit is None or not self.trusted():
            return None
        device, update = self.devices.get(key), self.update(key)
        if device is None or fit.target.version in device.skipped:
            return None
        if device.version is not None and device.version.says(fit.target.version):
            return None
        if update and (not update.state.ended or _answered(update, fit)):
            return None
        return fit

    def week(self) -> Week | None:
        """Return the newest verified week."""
        weeks = sorted(self._all("week", Week), key=lambda week: (week.id, week.published))
        return weeks[-1] if weeks else None

    def file(self, path: str) -> Target | None:
        """Return the file of a verified week that has this TUF path."""
        weeks = self._all("week", Week)
        return next((one for week in weeks for one in week.targets if one.path == path), None)

    def elsewhere(self, path: str) -> wire_outcomes.Numbers | None:
        """Return what became of the file of this TUF path in other homes."""
        if not path or not self._facts.get("outcome_stats"):
            return None
        return self._one("outcome_stats", path, wire_outcomes.Numbers)

    def standing(self) -> Standing | None:
        """Return how fresh our weeks are: the maker whose last check failed, else the first."""
        each = list(self._all("trust", Standing))
        return next((one for one in each if one.code), each[0] if each else None)

    def standing_of(self, maker: str) -> Standing | None:
        """Return how fresh the weeks of this maker are."""
        return self._one("trust", maker, Standing)

    def channels(self) -> dict[str, Channel]:
        """Return the train this house rides with each of its makers."""
        chosen = self._facts.get("channel", {}).items()
        known = {maker: getattr(one, "channel", None) for maker, one in chosen}
        return {maker: channel for maker, channel in known.items() if channel is not None}

    def channel(self, maker: str = "") -> Channel | None:
        """Return the train this house rides with `maker` ("": the first); None: no maker."""
        chosen = self.channels()
        return chosen.get(maker) if maker else next(iter(chosen.values()), None)

    def trusted(self) -> bool:
        """Whether the last check found nothing false; a mirror that is only away is no lie."""
        standing = self.standing()
        return standing is None or standing.code in {"", *UNREACHED}

    def rollouts(self) -> list[Rollout]:
        """Return all rollouts, the one that was started last first."""
        return sorted(self._all("rollout", Rollout), key=lambda rollout: -rollout.started)

    def plan(self) -> rules.Plan:
        """Return how weeks go through this home."""
        return self._one("plan", "house", rules.Plan) or rules.Plan()

    def night(self) -> morning.Night | None:
        """Return what became of the last night; what a person has decided since is no question."""
        if not self._facts.get("night"):
            return None
        night = self._one("night", "last", morning.Night)
        if night is None or any(one.state is RolloutState.HALTED for one in self.rollouts()):
            return night
        return replace(night, halted="", device="")

    def foreign(self) -> dict[str, home.Place]:
        """Return the brokers that are connected and not known as this home's."""
        places = self._facts.get("home", {}).items()
        known = {name: one for name, one in places if isinstance(one, home.Place)}
        return {name: one for name, one in known.items() if one.state.foreign}

    def power(self) -> home.Power:
        """Return what this computer says of its sleep and its network."""
        return self._one("power", "computer", home.Power) or home.Power()

    def program(self) -> selfupdate.Program | None:
        """Return what is known of this program's own versions; None: the house is not open yet."""
        return self._one("program", "here", selfupdate.Program)

    def region(self) -> str:
        """Return where this home is, in two letters; "": not said."""
        return str(getattr(self._facts.get("region", {}).get("home"), "region", ""))

    def shared(self) -> commands.Shared | None:
        """Return whether files are shared with other desktops of this home."""
        return self._one("share", "home", commands.Shared)

    def tells_night(self) -> bool:
        """Whether each morning is told over MQTT what became of the night."""
        return bool(getattr(self._facts.get("tell", {}).get("home"), "tell", False))

    def consent(self) -> outcome.Consent:
        """Return what the makers may hear of updates."""
        return self._one("consent", "outcomes", outcome.Consent) or outcome.Consent()

    def connections(self) -> list[Connection]:
        """Return the state of each broker."""
        return list(self._all("connection", Connection))

    def report(self, name: str) -> reporting.Report | None:
        """Return one report."""
        return self._one("report", name, reporting.Report)

    def reports(self) -> list[reporting.Report]:
        """Return all reports, what happened last on top."""
        return sorted(self._all("report", reporting.Report), key=lambda report: -_touched(report))

    def attachments(self, report: str) -> list[reporting.Attachment]:
        """Return the files that go along with a report, as they were attached."""
        every = self._all("attachment", reporting.Attachment)
        return [one for one in every if one.report == report]

    def known_issues(self, device: str) -> list[wire_triage.ClusterDoc]:
        """Return what the makers know of this device, the worst first."""
        if not device or not self._facts.get("known_issue"):
            return []
        hit = self._one("known_issue", device, known_issues.KnownIssue)
        clusters = hit.clusters if hit else ()
        known = (self._one("cluster", name, wire_triage.ClusterDoc) for name in clusters)
        return [one for one in known if one is not None]

    def recording(self, device: str) -> recordings.Recording | None:
        """Return the recording of this device that runs, or waits for the device to be quiet."""
        if not device or not self._facts.get("recording"):
            return None
        return self._one("recording", device, recordings.Recording)

    def member(self) -> reporting.Membership | None:
        """Return this house's membership at its hub."""
        return self._one("member", "me", reporting.Membership) if self.told("member") else None

    def documents(self, entity: str, of: type[T]) -> dict[str, T]:
        """Return the hub's documents of an entity, by their ids."""
        kept = self._facts.get(entity, {}).items()
        return {name: value for name, value in kept if isinstance(value, of)}

    def staff(self) -> commands.SetStaff:
        """Return at which hub this person is staff; hub "": at none."""
        return self._one("staff", "me", commands.SetStaff) or commands.SetStaff()

    def staff_hub(self) -> str:
        """Return the hub at which this person is staff, "": at none; loads no commands for it."""
        return str(getattr(self._facts.get("staff", {}).get("me"), "hub", ""))

    def simple(self) -> commands.SetSimple:
        """Return whether the window opens in the simple view, and whom it says to call."""
        return self._one("simple", "window", commands.SetSimple) or commands.SetSimple()

    def people(self) -> list[members.Person]:
        """Return the members of this household; none: it knows only its owner."""
        return list(self._all("person", members.Person)) if self._facts.get("person") else []

    def lock_s(self) -> float:
        """After how many seconds without a touch who is here is asked anew; 0: never."""
        return float(getattr(self._facts.get("lock", {}).get("home"), "after_s", 0.0))

    def heirs(self) -> heirship.Heirs | None:
        """Return who may claim this house."""
        return self._one("heirs", "home", heirship.Heirs) if self._facts.get("heirs") else None

    def claim(self) -> heirship.Claim | None:
        """Return the claim of heirs on this house, also one that was refused."""
        return self._one("claim", "home", heirship.Claim) if self._facts.get("claim") else None

    def release_folder(self) -> str:
        """Where this person's release folder lies; "": no release staff."""
        value = self._facts.get("release", {}).get("folder")
        return str(getattr(value, "folder", ""))

    def _one(self, kind: str, name: str, of: type[T]) -> T | None:
        value = self._facts.get(kind, {}).get(name)
        return value if isinstance(value, of) else None

    def told(self, *kinds: str) -> set[str]:
        """Return the keys that any of these kinds of facts speaks of."""
        return set().union(*(self._facts.get(kind, {}) for kind in kinds))

    def _all(self, kind: str, of: type[T]) -> Iterable[T]:
        return (value for value in self._facts.get(kind, {}).values() if isinstance(value, of))


def _answered(update: Update, fit: Fit) -> bool:
    """Whether this very file was tried and the person has to decide: it is under Needs you."""
    return update.version_to == fit.target.version and update.state in DECIDE


def _put(kept: dict[str, T], name: str, value: T | None) -> None:
    if value is None:
        kept.pop(name, None)
    else:
        kept[name] = value


def _touched(report: reporting.Report) -> float:
    last = max((reply.at for reply in report.replies), default=0.0)
    times = (report.made, report.changed, report.queued, report.sent, report.seen, report.on_device)
    return max(last, *(at or 0.0 for at in times))
