"""What the what-if sheet says: a forecast as waves of devices a person can read. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop import language
from desktop.language import mark, translate
from desktop.models import states
from desktop.models.mirror import Mirror
from desktop.models.trust import Notice
from firmware.forecast import Forecast, Foreseen
from firmware.plan import Plan
from firmware.release import Back
from fleet.model import Device, UpdateState, Waiting

_BACK = {
    Back.YES: ("rotate-ccw", "ok", mark("WhatIf", "yes")),
    Back.CABLE: ("link", "warn", mark("WhatIf", "by cable")),
    Back.NO: ("circle-slash", "muted", mark("WhatIf", "no")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One device in the plan."""

    key: str
    icon: str
    name: str
    versions: str  # "1.0 → 2.0 → 3.0"
    when: str  # "02:10-02:25"; "": nobody can say
    text: str  # what it waits for, and what is to be known of it
    back: str  # "Can I go back?": yes, by cable, no
    back_icon: str
    back_tone: str

    @property
    def said(self) -> str:
        """All of it in one sentence, for who does not see it."""
        told = translate("WhatIf", "going back: {answer}").format(answer=self.back)
        return ", ".join(
            part for part in (self.name, self.versions, self.when, self.text, told) if part
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Devices that go together."""

    title: str
    when: str
    text: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The plan of a week in this home."""

    title: str
    summary: str
    notices: tuple[Notice, ...]
    waves: tuple[Wave, ...]
    first: tuple[str, ...]  # keys of those that go first
    keys: tuple[str, ...]  # of all


def compose(mirror: Mirror, forecast: Forecast, now: float) -> Sheet:
    """Return what a person reads of `forecast`; times on the reader's own clock."""
    steps = [step for step in forecast.steps if step.device in mirror.devices]
    told = translate("WhatIf", "What will happen in {week}")
    return Sheet(
        title=told.format(week=states.week_name(forecast.week)),
        summary=_summary(forecast, steps, now),
        notices=tuple(_notices(mirror, steps)),
        waves=tuple(_waves(mirror, steps, now)),
        first=_first(steps),
        keys=tuple(step.device for step in steps),
    )


def _first(steps: Sequence[Foreseen]) -> tuple[str, ...]:
    """Return who goes first; of those the home leans on only where there is nobody else."""
    first = [step for step in steps if step.wave == 0]
    light = [step for step in first if not step.careful]
    return tuple(step.device for step in light or first)


def _summary(forecast: Forecast, steps: Sequence[Foreseen], now: float) -> str:
    said = [translate("WhatIf", "%n device(s)", None, len(steps))]
    if forecast.begins is not None:
        begins = translate("WhatIf", "begins {when}") if forecast.begins > now else ""
        at_once = translate("WhatIf", "begins at once")
        said.append(begins.format(when=language.when(forecast.begins, now)) or at_once)
    known = [step.ends for step in steps if step.ends is not None]
    if known:
        ends = translate("WhatIf", "all done about {when}")
        if len(known) < len(steps):
            ends = translate("WhatIf", "those with a time are done about {when}")
        said.append(ends.format(when=language.when(max(known), now)))
    return " · ".join(said)


def _notices(mirror: Mirror, steps: Sequence[Foreseen]) -> Iterable[Notice]:
    if not steps:
        return
    plan = mirror.plan()
    first = [step for step in steps if step.wave == 0]
    if first and len(first) < len(steps):
        yield Notice(icon="eye", tone="info", text=_watched(plan))
    careful = [step for step in steps if step.careful]
    if careful:
        said = translate("WhatIf", "Last, because the home leans on them: {devices}.")
        yield Notice(icon="lock", tone="info", text=said.format(devices=_names(mirror, careful)))
    yield Notice(icon="circle-pause", tone="info", text=_on_failure(plan, len(steps)))
    cuts = [step for step in steps if states.cuts_power(mirror.devices[step.device])]
    said = translate("WhatIf", "Each restarts once.")
    if cuts:
        power = translate("WhatIf", "What hangs on {devices} may lose its power for a moment.")
        said = f"{said} {power.format(devices=_names(mirror, cuts))}"
    yield Notice(icon="power", tone="warn" if cuts else "info", text=said)
    stuck = [step for step in steps if step.back is not Back.YES]
    if stuck:
        some = translate("WhatIf", "%n of them cannot simply go back afterwards.", None, len(stuck))
        none = translate("WhatIf", "None of them can simply go back afterwards.")
        text = none if len(stuck) == len(steps) else some
        yield Notice(icon="rotate-ccw", tone="warn", text=text)


def _watched(plan: Plan) -> str:
    if plan.soak_s < 60:  # noqa: PLR2004 - a minute
        return translate(
            "WhatIf", "One of each model goes first; the others follow when it is confirmed."
        )
    said = translate(
        "WhatIf",
        "One of each model goes first and is watched for {span}; only then the others follow.",
    )
    return said.format(span=language.lasting(plan.soak_s))


def _on_failure(plan: Plan, count: int) -> str:
    if not plan.halts & {UpdateState.FAILED, UpdateState.SILENT, UpdateState.ROLLED_BACK}:
        return translate("WhatIf", "If one goes wrong, the others go on.")
    if count < plan.few:
        return translate(
            "WhatIf",
            "If one goes wrong, no further one begins; what runs is finished, and you are asked.",
        )
    said = translate(
        "WhatIf",
        "If a first one goes wrong, or {count} of a model one after the other, no further one "
        "begins; what runs is finished, and you are asked.",
    )
    return said.format(count=plan.in_a_row)


def _waves(mirror: Mirror, steps: Sequence[Foreseen], now: float) -> Iterable[Wave]:
    """Yield the waves in the order of their begins, then those nobody can time, by their reason."""
    number = 0
    for lot in _lots([step for step in steps if step.begins is not None]):
        number += bool(lot[0].wave)
        yield _wave(mirror, _title(lot, number), lot, now)
    open_ones = [step for step in steps if step.begins is None]
    for reason in dict.fromkeys(step.waiting for step in open_ones):
        same = [step for step in open_ones if step.waiting is reason]
        yield _wave(mirror, translate("WhatIf", "Whenever they can"), same, now)


def _lots(steps: Sequence[Foreseen]) -> list[list[Foreseen]]:
    """Group by wave; of those that go first the careful ones, which go later, for themselves."""
    lots: dict[tuple[int, bool], list[Foreseen]] = {}
    for step in steps:  # in the order of their begins, and so are the lots
        lots.setdefault((step.wave, step.careful and not step.wave), []).append(step)
    return list(lots.values())


def _title(lot: Sequence[Foreseen], number: int) -> str:
    if lot[0].wave:
        return translate("WhatIf", "Wave {number}").format(number=number)
    if lot[0].careful:
        return translate("WhatIf", "First of what the home leans on")
    one, several = translate("WhatIf", "Goes first"), translate("WhatIf", "Go first")
    return one if len(lot) == 1 else several


def _wave(mirror: Mirror, title: str, steps: Sequence[Foreseen], now: float) -> Wave:
    begins = [step.begins for step in steps if step.begins is not None]
    ends = [step.ends for step in steps if step.ends is not None]
    when = ""
    if begins and ends:
        about = translate("WhatIf", "about {when}")
        when = about.format(when=language.between(min(begins), max(ends), now))
    told = {steps[0].waiting, *_QUEUED} if len(steps) > 1 else set()
    count = translate("WhatIf", "%n device(s)", None, len(steps)) if len(steps) > 1 else ""
    return Wave(
        title=title,
        when=when,
        text=" · ".join(part for part in (count, _waits(steps[0]) if told else "") if part),
        rows=tuple(_row(mirror, step, now, told=step.waiting in told) for step in steps),
    )


def _row(mirror: Mirror, step: Foreseen, now: float, *, told: bool) -> Row:
    """Return a device's row; `told`: what it waits for stands above all of its wave."""
    device = mirror.devices[step.device]
    icon, tone, back = _BACK[step.back]
    when = ""
    if step.begins is not None:
        at_once = translate("WhatIf", "at once")
        when = language.when(step.begins, now) if step.begins > now else at_once
    said = (_why_first(device, step), "" if told else _waits(step))
    return Row(
        key=device.key,
        icon=states.kind_icon(device),
        name=device.name,
        versions=_versions(mirror, step),
        when=when,
        text=" · ".join(part for part in said if part),
        back=translate("WhatIf", back),
        back_icon=icon,
        back_tone=tone,
    )


def _versions(mirror: Mirror, step: Foreseen) -> str:
    fit = mirror.fit(step.device)
    through = states.hops(fit) if fit and len(fit.hops) + 1 == step.hops else (step.version_to,)
    said = " → ".join((step.version_from or "?", *through))
    if len(through) < step.hops:
        said += " · " + translate("WhatIf", "in %n step(s)", None, step.hops)
    return said


def _why_first(device: Device, step: Foreseen) -> str:
    if step.wave:
        return ""
    if device.spare:
        return translate("WhatIf", "you marked it: it may go first")
    if step.careful:
        return translate("WhatIf", "one of its model has to be the first")
    return translate("WhatIf", "the home can do without it for a while")


def _waits(step: Foreseen) -> str:
    said = states.waits_for(step.waiting)
    hint = states.while_it_waits(step.waiting) if step.begins is None else ""
    if not (said and hint):
        return said
    return translate("WhatIf", "{why}. {hint}").format(why=said, hint=hint)


def _names(mirror: Mirror, steps: Sequence[Foreseen]) -> str:
    names = [mirror.devices[step.device].name for step in steps]
    shown = translate("WhatIf", ", ").join(names[:_NAMED])
    more = len(names) - _NAMED
    return shown if more <= 0 else shown + translate("WhatIf", " and %n more", None, more)


_NAMED = 4
_QUEUED = (Waiting.NOT_YET, Waiting.GATEWAY_BUSY)  # its turn comes: what its wave waits for counts
