"""The week in this house: refreshed in the pool, held against each device, staged, rolled out."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import partial

from desktop.commands import AdmitStale, CheckNow, StageWeek, TrustOf, TrustState
from firmware import catalogue, rings
from firmware.catalogue import Circumstances
from firmware.orders import RecallFiles, Supersede
from firmware.release import UNREACHED, Admission, Channel, Fit, Misfit, Target, Week
from firmware.roots import fingerprint
from firmware.signed import train_role
from firmware.stage import Stage
from firmware.trust import Standing, Trust, TrustError
from fleet.errors import CommandError, OrangeryError, StoreError
from fleet.house import Batch, House, Outcome
from fleet.model import OWNER, Actor, Device

CORE = Actor("household", frozenset({"core"}))


_OF_OTHERS = frozenset({"not_in_week", "other_vendor", "other_model", "other_hardware"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a refresh in the pool came to; the house takes it over from here."""

    maker: str
    standing: Standing
    week: Week | None = None


class Weeks:
    """The part of the house that knows what each maker's week is and whom it fits."""

    def __init__(
        self,
        house: House,
        trust: Trust,
        stage: Stage,
        pool: Executor,
        *,
        check_every_s: float,
        circumstances: Callable[[], Circumstances] = Circumstances,
    ) -> None:
        """`circumstances`: of this home, asked each turn; its time is the turn's."""
        self._house = house
        self._trust = trust
        self._stage = stage
        self._pool = pool
        self._check_every_s = check_every_s
        self._circumstances = circumstances
        self._at = Circumstances()
        self._standings: dict[str, Standing] = {}  # of those with a week of the channel chosen
        self._barred: dict[str, str] = {}  # maker -> code for which nothing may be installed
        self._now = 0.0
        self._rootless: dict[str, StoreError] = {}
        self._fits: dict[str, Fit | Misfit] = {}
        self._opening: dict[str, float] = {}  # device -> when its ring opens
        self._next_opening = math.inf  # not later than the first of them
        self._due = 0.0
        self._refit = False
        house.handle(CheckNow, "admin", self._check)
        house.handle(AdmitStale, "admin", self._admit)
        house.handle(TrustOf, "admin", self._told)
        house.handle(StageWeek, "admin", self._fetch)
        house.handle(Checked, "core", self._checked)

    def know(self, maker: str) -> None:
        """Begin with what is known of `maker` from before, or after its channel has changed.

        A week of the other channel is not this house's week.
        """
        standing = self._trust.standing(maker)
        self._rootless.pop(maker, None)
        self._standings.pop(maker, None)
        week = standing.week
        if week is not None and week.channel != self._channel(maker):
            week = None
        if week is not None:
            self._standings[maker] = standing
        self._refit = True
        self._house.tell({"trust": {maker: standing}, "week": {maker: week}})

    def forget(self, maker: str) -> None:
        """Take no week of `maker` any more."""
        self._standings.pop(maker, None)
        self._rootless.pop(maker, None)
        self._refit = True
        self._house.tell({kind: {maker: None} for kind in ("trust", "week", "channel")})

    def look(self, maker: str) -> None:
        """Ask this maker in the background; what came of it is a fact."""
        self._pool.submit(self._refresh, maker, "")

    def refuse(self, maker: str, error: StoreError) -> None:
        """Take no week of `maker`: its pinned root cannot be read."""
        self._rootless[maker] = error
        standing = Standing(maker=maker, code=error.code, facts=error.facts)
        self._house.tell({"trust": {maker: standing}})

    def current(self, maker: str) -> Week:
        """Return the verified week of `maker` ("": the first); in the house thread.

        CommandError("week_unknown") before the first check; TrustError of the last check, where it
        found something false; TrustError("metadata_expired"); TrustError("no_maker");
        StoreError("root_missing") where its root cannot be read.
        """
        name = self.named(maker)
        standing = self._standings.get(name)
        if standing is None or standing.week is None:
            raise CommandError("week_unknown", maker=name)
        if code := standing.barred(self._now):
            raise TrustError(code, **_too_old(standing).facts)
        return standing.week

    def arrived(self, device: Device) -> str:
        """Return the week whose version this device runs, "" where it runs none of them."""
        for standing in self._standings.values():
            if (week := standing.week) is None:
                continue
            answer = catalogue.best(week, device)
            if isinstance(answer, Misfit) and answer.code == "already_there":
                return week.id
        return ""

    def ride(self, device: Device) -> tuple[str, str]:
        """Return the channel of the maker whose week is for this device, and its ring in it."""
        for name, standing in self._standings.items():
            week = standing.week
            if week is None:
                continue
            answer = catalogue.best(week, device)
            if isinstance(answer, Misfit) and answer.code in _OF_OTHERS:
                continue
            ring = rings.ring_of(rings.device_id(device.key), week)
            return str(self._channel(name)), ring.name if ring else ""
        return "", ""

    def take(self, batch: Batch) -> Outcome:
        """Hold each changed device against the weeks; look for a new week when it is time."""
        self._now = batch.now
        barred = self._judged()
        news = batch.changed | self._moved() | self._opened()
        keys = batch.devices.keys() if self._refit else news & batch.devices.keys()
        self._refit = False
        fits = {key: self._fit(batch.devices[key]) for key in keys}
        gone = dict.fromkeys(self._fits.keys() - batch.devices.keys())
        new = {key: fit for key, fit in fits.items() if self._fits.get(key) != fit} | gone
        for key, fit in new.items():
            self._keep(key, fit)
        facts: dict[str, Mapping[str, object | None]] = {"fit": new} if new else {}
        if barred:
            facts["trust"] = barred
        return Outcome(facts=facts, then=self._checks_due(batch.now))

    def _judged(self) -> dict[str, Standing]:
        """Let go of the weeks that may not be installed now; return whose date has just passed."""
        now = {name: one.barred(self._now) for name, one in self._standings.items()}
        if now == self._barred:
            return {}
        self._barred, self._refit = now, True
        return {
            name: _too_old(one)
            for name, one in self._standings.items()
            if now[name] and one.code in {"", *UNREACHED}
        }

    def _moved(self) -> set[str]:
        """Take over this home's circumstances; return whose answer they may have changed."""
        before, now = self._at, self._circumstances()
        self._at = replace(now, now=self._now)
        self._refit |= (now.region, now.http) != (before.region, before.http)
        if now.counters is before.counters:
            return set()
        return {key for key, _ in now.counters.items() ^ before.counters.items()}

    def _opened(self) -> set[str]:
        """Return the devices whose ring has opened; few turns look at more than one number."""
        if self._now < self._next_opening:
            return set()
        self._next_opening = min(
            (at for at in self._opening.values() if at > self._now), default=math.inf
        )
        return {key for key, at in self._opening.items() if at <= self._now}

    def _keep(self, key: str, fit: Fit | Misfit | None) -> None:
        self._opening.pop(key, None)
        if fit is None:
            self._fits.pop(key, None)
            return
        self._fits[key] = fit
        if isinstance(fit, Misfit) and fit.until is not None:
            self._opening[key] = fit.until
            self._next_opening = min(self._next_opening, fit.until)

    def _fit(self, device: Device) -> Fit | Misfit:
        """The best of all makers' weeks for this device, else the no that came closest."""
        weeks = [(name, one.week) for name, one in self._standings.items() if one.week is not None]
        answers = [
            catalogue.best(week, device, self._at)
            for name, week in weeks
            if not self._barred.get(name)
        ]
        fits = [answer for answer in answers if isinstance(answer, Fit)]
        if fits:
            return max(fits, key=lambda fit: fit.score)
        if near := catalogue.nearest(one for one in answers if isinstance(one, Misfit)):
            return near
        return Misfit(code="week_barred", fact=weeks[0][1].id) if weeks else Misfit(code="no_week")

    def _checks_due(self, now: float) -> tuple[Callable[[], object], ...]:
        if now < self._due:
            return ()
        first, self._due = self._due == 0.0, now + self._check_every_s
        if first:  # a start is no reason to ask the makers at once; the user may
            return ()
        return tuple(
            partial(self._pool.submit, self._refresh, maker.name, "")
            for maker in self._trust.makers
        )

    def _check(self, command: CheckNow, _actor: Actor) -> Future[Week]:
        return self._pool.submit(self._refresh, self.named(command.maker), command.source)

    def _admit(self, command: AdmitStale, actor: Actor) -> Future[Week]:
        """Take an expired stick on somebody's word; who and why is never empty."""
        reason = command.reason.strip()
        if not reason:
            raise CommandError("reason_missing")
        if not command.source:
            raise CommandError("source_missing")
        # Where the house knows one owner only, who of the family it is they say themselves.
        said = command.by.strip() if actor.name == OWNER.name and not actor.member else ""
        by = said or actor.name
        admit = Admission(by=by, reason=reason)
        maker = self.named(command.maker)
        return self._pool.submit(self._refresh, maker, command.source, admit)

    def _told(self, command: TrustOf, _actor: Actor) -> TrustState:
        name = self.named(command.maker)
        maker = next((one for one in self._trust.makers if one.name == name), None)
        standing = self._trust.standing(name)  # TrustError("maker_unknown")
        return TrustState(
            maker=name,
            channel=maker.channel if maker else Channel.ORANGE,
            urls=maker.urls if maker else (),
            standing=standing,
            barred=standing.barred(self._now),
            root=fingerprint(maker.root) if maker else "",
            floors={one.name: one.number for one in self._trust.floors(name)},
            admissions=self._trust.admissions(name),
        )

    def _refresh(self, maker: str, source: str, admit: Admission | None = None) -> Week:
        """In the pool: refresh and hand what came of it to the house."""
        try:
            week = self._trust.refresh(maker, source, admit=admit)
        except OrangeryError:
            self._report(Checked(maker=maker, standing=self._trust.standing(maker)))
            raise
        self._report(Checked(maker=maker, standing=self._trust.standing(maker), week=week))
        return week

    def _report(self, checked: Checked) -> None:
        self._house.send(checked, CORE).result()

    def _checked(self, checked: Checked, _actor: Actor) -> None:
        maker, week = checked.maker, checked.week
        standing = checked.standing
        shown = _too_old(standing) if standing.barred(self._now) else standing
        facts: dict[str, Mapping[str, object | None]] = {"trust": {maker: shown}}
        before = self._standings.get(maker)
        if before is not None:
            self._standings[maker] = standing
        if week is not None and week.channel == self._channel(maker):
            self._standings[maker] = standing
            self._refit = True
            facts["week"] = {maker: week}
            if gone := _taken_back(week, before.week if before else None):
                self._house.do(RecallFiles(sha256s=gone), OWNER)
            self._house.do(Supersede(maker=maker, week=week.id), OWNER)
        self._house.settle(Outcome(facts=facts))

    def _fetch(self, command: StageWeek, _actor: Actor) -> Future[tuple[str, ...]]:
        maker = self.named(command.maker)
        self.current(maker)
        fits = (fit for fit in self._fits.values() if isinstance(fit, Fit))
        wanted = {one.sha256: one for fit in fits for one in (fit.target, *fit.hops)}
        return self._pool.submit(self._stage_all, maker, tuple(wanted.values()))

    def _stage_all(self, maker: str, targets: tuple[Target, ...]) -> tuple[str, ...]:
        for target in targets:
            self._stage.fetch(self._trust, maker, target)
        return tuple(target.path for target in targets)

    def _channel(self, name: str) -> Channel:
        """Return which train this house rides with this maker."""
        known = (one.channel for one in self._trust.makers if one.name == name)
        return next(known, Channel.ORANGE)

    def named(self, name: str) -> str:
        """Return the maker of that name ("": the first). TrustError("no_maker"); StoreError."""
        makers = self._trust.makers
        if name not in self._rootless and (name or makers):
            return name or makers[0].name
        for maker, error in self._rootless.items():
            if name in ("", maker):
                raise error
        raise TrustError("no_maker")


def _too_old(standing: Standing) -> Standing:
    """Return the standing of a week whose date has passed while nothing newer came."""
    week = standing.week
    if week is None or standing.code not in {"", *UNREACHED}:
        return standing
    day = dt.datetime.fromtimestamp(week.expires, dt.UTC).date().isoformat()
    facts = {"role": train_role(week.channel), "on": day}
    since = standing.failing_since or week.expires
    return replace(standing, code="metadata_expired", facts=facts, failing_since=since)


def _taken_back(week: Week, before: Week | None) -> tuple[str, ...]:
    """Return the files of which nothing may begin any more: recalled, or of a withdrawn week.

    What leads back from a withdrawn week stays.
    """
    gone = set(week.recalled)
    if week.withdrawn and before is not None and before.id == week.id:
        gone |= {target.sha256 for target in before.targets if not target.undoes}
    return tuple(sorted(gone))
