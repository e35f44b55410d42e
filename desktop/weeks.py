"""The week in this house: refreshed in the pool, held against each device, staged, rolled out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial

from desktop.commands import CheckNow, StageWeek
from firmware import catalogue
from firmware.orders import RecallFiles, Supersede
from firmware.release import Fit, Misfit, Target, Week
from firmware.stage import Stage
from firmware.trust import Standing, Trust, TrustError
from fleet.errors import CommandError, OrangeryError, StoreError
from fleet.house import Batch, House, Outcome
from fleet.model import OWNER, Actor, Device

CORE = Actor("household", frozenset({"core"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a refresh in the pool came to; the house takes it over from here."""

    maker: str
    standing: Standing
    week: Week | None = None


class Weeks:
    """The part of the house that knows what each maker's week is and whom it fits."""

    def __init__(
        self, house: House, trust: Trust, stage: Stage, pool: Executor, *, check_every_s: float
    ) -> None:
        self._house = house
        self._trust = trust
        self._stage = stage
        self._pool = pool
        self._check_every_s = check_every_s
        self._weeks: dict[str, Week] = {}
        self._rootless: dict[str, StoreError] = {}
        self._fits: dict[str, Fit | Misfit] = {}
        self._due = 0.0
        self._refit = False
        house.handle(CheckNow, "admin", self._check)
        house.handle(StageWeek, "admin", self._fetch)
        house.handle(Checked, "core", self._checked)

    def know(self, maker: str) -> None:
        """Begin with what is known of `maker` from before; called before the house starts."""
        standing = self._trust.standing(maker)
        self._rootless.pop(maker, None)
        if standing.week is not None:
            self._weeks[maker] = standing.week
        self._refit = True
        self._house.tell({"trust": {maker: standing}, "week": {maker: standing.week}})

    def refuse(self, maker: str, error: StoreError) -> None:
        """Take no week of `maker`: its pinned root cannot be read."""
        self._rootless[maker] = error
        standing = Standing(maker=maker, code=error.code, facts=error.facts)
        self._house.tell({"trust": {maker: standing}})

    def current(self, maker: str) -> Week:
        """Return the verified week of `maker` ("": the first); in the house thread.

        CommandError("week_unknown") before the first check; TrustError("no_maker");
        StoreError("root_missing") where its root cannot be read.
        """
        name = self._maker(maker)
        if name not in self._weeks:
            raise CommandError("week_unknown", maker=name)
        return self._weeks[name]

    def arrived(self, device: Device) -> str:
        """Return the week whose version this device runs, "" where it runs none of them."""
        for week in self._weeks.values():
            answer = catalogue.best(week, device)
            if isinstance(answer, Misfit) and answer.code == "already_there":
                return week.id
        return ""

    def take(self, batch: Batch) -> Outcome:
        """Hold each changed device against the weeks; look for a new week when it is time."""
        keys = batch.devices.keys() if self._refit else batch.changed & batch.devices.keys()
        self._refit = False
        fits = {key: self._fit(batch.devices[key]) for key in keys}
        gone = dict.fromkeys(self._fits.keys() - batch.devices.keys())
        new = {key: fit for key, fit in fits.items() if self._fits.get(key) != fit} | gone
        for key, fit in new.items():
            if fit is None:
                self._fits.pop(key, None)
            else:
                self._fits[key] = fit
        return Outcome(facts={"fit": new} if new else {}, then=self._checks_due(batch.now))

    def _fit(self, device: Device) -> Fit | Misfit:
        """The best of all makers' weeks for this device, else the first no."""
        answers = [catalogue.best(week, device) for week in self._weeks.values()]
        fits = [answer for answer in answers if isinstance(answer, Fit)]
        if fits:
            return max(fits, key=lambda fit: fit.score)
        return answers[0] if answers else Misfit(code="no_week")

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
        return self._pool.submit(self._refresh, self._maker(command.maker), command.source)

    def _refresh(self, maker: str, source: str) -> Week:
        """In the pool: refresh and hand what came of it to the house."""
        try:
            week = self._trust.refresh(maker, source)
        except OrangeryError:
            self._report(Checked(maker=maker, standing=self._trust.standing(maker)))
            raise
        self._report(Checked(maker=maker, standing=self._trust.standing(maker), week=week))
        return week

    def _report(self, checked: Checked) -> None:
        self._house.send(checked, CORE).result()

    def _checked(self, checked: Checked, _actor: Actor) -> None:
        facts: dict[str, Mapping[str, object | None]] = {"trust": {checked.maker: checked.standing}}
        if checked.week is not None:
            self._weeks[checked.maker] = checked.week
            self._refit = True
            facts["week"] = {checked.maker: checked.week}
            if checked.week.recalled:
                self._house.do(RecallFiles(sha256s=checked.week.recalled), OWNER)
            self._house.do(Supersede(maker=checked.maker, week=checked.week.id), OWNER)
        self._house.settle(Outcome(facts=facts))

    def _fetch(self, command: StageWeek, _actor: Actor) -> Future[tuple[str, ...]]:
        maker = self._maker(command.maker)
        wanted = {
            fit.target.sha256: fit.target for fit in self._fits.values() if isinstance(fit, Fit)
        }
        return self._pool.submit(self._stage_all, maker, tuple(wanted.values()))

    def _stage_all(self, maker: str, targets: tuple[Target, ...]) -> tuple[str, ...]:
        for target in targets:
            self._stage.fetch(self._trust, maker, target)
        return tuple(target.path for target in targets)

    def _maker(self, name: str) -> str:
        makers = self._trust.makers
        if name not in self._rootless and (name or makers):
            return name or makers[0].name
        for maker, error in self._rootless.items():
            if name in ("", maker):
                raise error
        raise TrustError("no_maker")
