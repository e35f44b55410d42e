"""What the Updates page says, computed from the house: values, no widgets."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from desktop import language
from desktop.language import translate
from desktop.models import halts, signing, states, trust
from desktop.models.lines import Deed, Line, versions
from desktop.models.mirror import Mirror
from desktop.models.trust import Notice, Trouble
from firmware.release import Back, Misfit, Standing, Week
from fleet.later import later
from fleet.model import Availability, Device, Rollout, RolloutState, Update, UpdateState, Waiting

if TYPE_CHECKING:
    from desktop import nights
    from desktop.facts import Place
    from desktop.models import quiet, refusals, to_test
    from desktop.models.quiet import Quiet
    from firmware import plan as rules
    from firmware.morning import Night
    from fleet import home
else:  # the window counts by this file before it shows the page
    nights, home = later("desktop.nights"), later("fleet.home")
    quiet, refusals = later("desktop.models.quiet"), later("desktop.models.refusals")
    to_test, rules = later("desktop.models.to_test"), later("firmware.plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCard:
    """The week on top of the page."""

    name: str
    day: str
    summary: str
    signed: str
    signers: tuple[str, ...]
    notes: str
    freshness: str
    channel: str = ""
    seal: str = "shield-check"  # the icon beside who signed
    fresh: bool = True  # in date when it was read, and not withdrawn
    notices: tuple[Notice, ...] = ()
    tests: tuple[str, ...] = ()  # what to test this week


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page."""

    week: WeekCard | None
    trouble: Trouble | None
    running: tuple[Line, ...]
    rollout: Rollout | None
    needs: tuple[Line, ...]
    ready: tuple[Line, ...]
    misfits: tuple[Line, ...]
    others: int  # devices for which nothing is in this week: one line for all
    done: tuple[Line, ...]
    night: Line | None  # what became of the last night
    undoable: tuple[str, int]  # rollout and how many of its devices could go back; 0: none
    chosen: tuple[str, ...]  # keys of what is ticked
    asleep: int = 0  # of these: they begin when they wake
    away: int = 0  # of these: they begin when they are there again
    pace: str = ""  # how many at a time, and in which hours
    quiet: Quiet | None = None  # what is said where there is nothing to do
    left_out: tuple[tuple[str, str], ...] = ()  # device and version: leaving the week out skips it


_NOTHING_FOR_IT = frozenset({"not_in_week", "other_vendor", "other_model"})
_NIGHT_SHOWN_S = 36 * 3600.0
_QUIET = frozenset({"already_there", "skipped"})


def compose(
    mirror: Mirror, now: float, unticked: Collection[str] = (), *, every: bool = False
) -> Page:
    """Return the page as of `now`; `unticked`: what the user took the tick from.

    Devices marked "ask me first" begin without a tick; their key in `unticked` is then a tick.
    `every`: also name the devices for which the week simply holds nothing.
    """
    week = mirror.week()
    trouble = trust.trouble(mirror, week, now)
    updates = [update for update in mirror.updates() if update.device in mirror.devices]
    needs, done = _needs(mirror, updates), _done(mirror, updates, now)
    ready = () if trouble else tuple(_ready(mirror, set(unticked)))
    running = _running(mirror, updates, now)
    chosen = tuple(line.key for line in ready if line.ticked)
    calm = week is not None and trouble is None and not (running or needs or ready)
    return Page(
        week=None if trouble or week is None else _week(mirror, week, now),
        trouble=trouble,
        running=running,
        rollout=_open_rollout(mirror),
        needs=_without_installing(needs) if trouble or (week and week.withdrawn) else needs,
        ready=ready,
        misfits=() if trouble else tuple(_misfits(mirror, now, every=every)),
        others=0 if trouble else sum(_is_other(mirror.misfit(key)) for key in mirror.devices),
        done=_without_installing(done) if trouble else done,
        night=_night(mirror, now),
        undoable=halts.undoable(mirror, updates),
        chosen=chosen,
        asleep=_count(mirror, chosen, Availability.SLEEPING),
        away=_count(mirror, chosen, Availability.OFFLINE),
        pace=_pace(mirror, now),
        quiet=quiet.compose(mirror, week, now) if calm and week and not week.withdrawn else None,
        left_out=tuple((line.key, line.versions.rsplit(" → ", 1)[-1]) for line in ready),
    )


def go_text(page: Page) -> str:
    """Return what the button does: "Update 2 of 3 (1 is asleep)"."""
    count = len(page.chosen)
    now = count - page.asleep - page.away
    if now == count:
        return translate("Updates", "Update %n device(s)", None, count)
    asleep = translate("Updates", "%n is/are asleep", None, page.asleep) if page.asleep else ""
    away = translate("Updates", "%n is/are offline", None, page.away) if page.away else ""
    said = translate("Updates", "Update {now} of {all} ({why})")
    why = translate("Updates", ", ").join(part for part in (asleep, away) if part)
    return said.format(now=now, all=count, why=why)


def waiting_count(mirror: Mirror) -> int:
    """Return how many devices want a hand or could be updated: the number on the rail."""
    return sum(
        mirror.ready(device.key) is not None
        or states.needs_decision(device, mirror.update(device.key), mirror.ready(device.key))
        for key in mirror.told("fit", "update")  # of the others nothing could be counted
        if (device := mirror.devices.get(key)) is not None
    )


# --- the cards -----------------------------------------------------------------------------------


def _without_installing(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Take away what would install: while trust fails, nothing is begun, not even again."""
    installs = {Deed.AGAIN, Deed.APPROVE, Deed.RESUME, Deed.UNDO, Deed.UNDO_ALL}
    return tuple(
        replace(line, deeds=tuple(deed for deed in line.deeds if deed not in installs))
        for line in lines
    )


def _count(mirror: Mirror, keys: Iterable[str], availability: Availability) -> int:
    return sum(mirror.devices[key].availability is availability for key in keys)


def _pace(mirror: Mirror, now: float) -> str:
    """Return how many go at once, and until when or from when on."""
    plan = mirror.plan()
    said = translate("Updates", "%n at a time behind each gateway", None, plan.per_gateway)
    opens = rules.next_open(plan, now)
    if not plan.windows or opens is None:
        return said
    zone = rules.zone_of(plan)
    closes = rules.closes(plan, opens)
    end = language.when(closes, now, zone) if closes is not None else ""
    if opens <= now:
        hours = translate("Updates", "in its hours, until {end}").format(end=end)
    else:
        hours = translate("Updates", "next hours {begin} until {end}")
        hours = hours.format(begin=language.when(opens, now, zone), end=end)
    return f"{said} · {hours}"


def _week(mirror: Mirror, week: Week, now: float) -> WeekCard:
    standing = mirror.standing_of(week.maker)
    stale = standing is not None and standing.admitted is not None
    return WeekCard(
        name=states.week_name(week.id),
        day=states.week_day(week.id),
        summary=_summary(mirror, week),
        signed=signing.sentence(week),
        signers=(*signing.lines(week), *signing.when(week, standing)),
        notes=to_test.parted(language.pick(week.notes)).news,
        freshness=_freshness(week, standing, now),
        channel=trust.channel_word(week.channel),
        seal="circle-slash" if week.withdrawn else "clock" if stale else "shield-check",
        fresh=not (week.withdrawn or stale),
        notices=tuple(trust.notices(mirror, week, standing, now)),
        tests=() if week.withdrawn else to_test.items(mirror, week),
    )


def _summary(mirror: Mirror, week: Week) -> str:
    models = len({(target.fits.vendor, target.fits.model) for target in week.targets})
    count = translate("Updates", "{files} for {models}").format(
        files=translate("Updates", "%n firmware file(s)", None, len(week.targets)),
        models=translate("Updates", "%n model(s)", None, models),
    )
    mine = sum(mirror.report(fix) is not None for fix in week.fixes)
    parts = [] if week.withdrawn else [count]
    parts += [translate("Updates", "from {maker}").format(maker=week.maker.title())]
    if mine:
        parts.append(translate("Updates", "%n of your report(s) answered", None, mine))
    return " · ".join(parts)


def _freshness(week: Week, standing: Standing | None, now: float) -> str:
    checked = (standing.checked if standing else None) or week.checked or None
    said = []
    if checked:
        ago = language.ago(checked, now)
        just = now - checked < 60  # noqa: PLR2004 - a minute
        said.append(
            translate("Updates", "Checked just now")
            if just
            else translate("Updates", "Checked {span} ago").format(span=ago)
        )
    if week.expires:
        until = language.short_day(week.expires)
        said.append(translate("Updates", "valid until {day}").format(day=until))
    return " · ".join(said)


def _open_rollout(mirror: Mirror) -> Rollout | None:
    """Return the one that runs or pauses, else the one that halted."""
    open_ones = [one for one in mirror.rollouts() if one.state is not RolloutState.FINISHED]
    return min(open_ones, key=lambda one: one.state is RolloutState.HALTED, default=None)


def _running(mirror: Mirror, updates: list[Update], now: float) -> tuple[Line, ...]:
    open_ones = [one for one in updates if not one.state.ended and not _held(one)]
    open_ones.sort(key=lambda one: (one.state not in states.WORKING, one.waiting, one.device))
    return tuple(_running_line(mirror.devices[one.device], one, now) for one in open_ones)


def _running_line(device: Device, update: Update, now: float) -> Line:
    look = states.of_update(update, now)
    first = translate("Updates", "goes first") if update.canary else ""
    can_cancel = update.state in states.CANCELLABLE
    return Line(
        key=device.key,
        icon=look.icon,
        tone=look.tone,
        title=device.name,
        versions=versions(device, update),
        text=" · ".join(part for part in (look.note, first) if part),
        percent=update.percent if update.state in states.WORKING else None,
        deeds=(Deed.CANCEL,) if can_cancel else (),
    )


def _needs(mirror: Mirror, updates: list[Update]) -> tuple[Line, ...]:
    halted = [one for one in mirror.rollouts() if one.state is RolloutState.HALTED]
    lines = [_foreign_line(name, one) for name, one in mirror.foreign().items()]
    lines += [halts.question(mirror, one, updates) for one in halted]
    told = {one.device for one in halted}  # a question is about it already
    for update in updates:
        device = mirror.devices[update.device]
        if _held(update):
            lines.append(_held_line(device, update))
        elif update.device not in told and states.needs_decision(
            device, update, mirror.ready(device.key)
        ):
            lines.append(_failed_line(device, update))
    return tuple(lines)


def _foreign_line(name: str, place: Place) -> Line:
    title = translate("Updates", "The broker at {address} is not known as this home's")
    other = translate("Updates", "It has the mark of another home.")
    blank = translate(
        "Updates", "It has no mark of this home: wiped, replaced, or somebody else's."
    )
    nothing = translate(
        "Updates", "Nothing is sent there. If you are not at home there is nothing to do."
    )
    return Line(
        key=name,
        icon="house",
        tone="warn",
        title=title.format(address=place.address or name),
        text=f"{other if place.state is home.PlaceState.OTHER else blank}\n{nothing}",
        deeds=(Deed.CLAIM,),
    )


def _failed_line(device: Device, update: Update) -> Line:
    look = states.of_update(update)
    return Line(
        key=device.key,
        icon=look.icon,
        tone=look.tone,
        title=device.name,
        versions=versions(device, update),
        text="\n".join((halts.ended_badly(update), *refusals.lines(device, update))),
        deeds=(Deed.AGAIN, Deed.STAY, Deed.REPORT),
    )


def _held_line(device: Device, update: Update) -> Line:
    return Line(
        key=device.key,
        icon="hand",
        tone="warn",
        title=device.name,
        versions=versions(device, update),
        text=translate("Updates", "You want to be asked first"),
        deeds=(Deed.APPROVE, Deed.CANCEL),
    )


def _ready(mirror: Mirror, flipped: set[str]) -> Iterable[Line]:
    for device in _by_name(mirror.devices.values()):
        fit = mirror.ready(device.key)
        if fit is None:
            continue
        target = fit.target
        restarts = translate("Updates", "restarts")
        if states.cuts_power(device):
            restarts = translate("Updates", "restarts: may cut power for a moment")
        said = [language.size(target.size), restarts]
        if target.keeps_previous or device.caps.keeps_previous:
            said.append(translate("Updates", "falls back by itself if it fails"))
        said.append(states.way_back(fit.back))
        if device.ask_first:
            said.append(translate("Updates", "you said: ask me first"))
        was = device.version.raw if device.version else "?"
        yield Line(
            key=device.key,
            icon=states.kind_icon(device),
            tone="muted",
            title=device.name,
            versions=" → ".join((was, *states.hops(fit))),
            text=" · ".join(said),
            ticked=(device.key in flipped) == device.ask_first,
        )


def _misfits(mirror: Mirror, now: float, *, every: bool) -> Iterable[Line]:
    for device in _by_name(mirror.devices.values()):
        misfit = mirror.misfit(device.key)
        if misfit is None or misfit.code in _QUIET or (_is_other(misfit) and not every):
            continue
        yield Line(
            key=device.key,
            icon=states.kind_icon(device),
            tone="muted",
            title=device.name,
            versions=device.version.raw if device.version else "",
            text=" ".join(filter(None, (_why_not(misfit, now), _what_then(device, misfit)))),
            deeds=(Deed.OPEN,),
        )


def _what_then(device: Device, misfit: Misfit) -> str:
    return "" if _is_other(misfit) else refusals.misfit(device, misfit.code, misfit.fact)


def _why_not(misfit: Misfit, now: float) -> str:
    said = states.because(misfit.code, misfit.fact)
    if misfit.until is None or misfit.until <= now:
        return said
    until = translate("Updates", "That ends {when}.").format(when=language.when(misfit.until, now))
    return f"{said} {until}"


def _done(mirror: Mirror, updates: list[Update], now: float) -> tuple[Line, ...]:
    lines = []
    for update in updates:
        if not update.state.ended or update.state in states.DECIDE:
            continue
        device = mirror.devices[update.device]
        look = states.of_update(update)
        when = language.moment(update.since, now)
        said = [look.word, when]
        if update.state is UpdateState.DONE:
            said += _as_it_went(update)
        if states.is_unwell(update):
            said.append(look.note)
        lines.append(
            Line(
                key=device.key,
                icon=look.icon,
                tone=look.tone,
                title=device.name,
                versions=versions(device, update),
                text=" · ".join(part for part in said if part),
                deeds=(Deed.UNDO,) if states.can_go_back(device, update) else (),
            )
        )
    return tuple(lines)


def _night(mirror: Mirror, now: float) -> Line | None:
    night = mirror.night()
    said = nights.line(night, mirror.devices, now, language.current()) if night else ""
    if night is None or not said or now - night.end > _NIGHT_SHOWN_S:
        return None
    bad = bool(night.rolled_back or night.failed or night.silent or night.halted)
    if not (bad or night.done or night.running):
        return None  # nothing has happened: what waits stands below
    named = [(key, states.state_word(state)) for key, state in _ends(night)]
    names = ((mirror.devices[key].name, word) for key, word in named if key in mirror.devices)
    told = translate("Updates", "{device}: {word}")
    return Line(
        key="night",
        icon="triangle-alert" if bad else "moon",
        tone="warn" if bad else "ok",
        title=said,
        text=" · ".join(told.format(device=name, word=word) for name, word in names),
    )


def _ends(night: Night) -> Iterable[tuple[str, UpdateState]]:
    yield from ((key, UpdateState.ROLLED_BACK) for key in night.rolled_back)
    yield from ((key, UpdateState.FAILED) for key in night.failed)
    yield from ((key, UpdateState.SILENT) for key in night.silent)


def _as_it_went(update: Update) -> Iterable[str]:
    if update.undo:
        yield translate("Updates", "taken back by you")
    yield _took(update)
    own_word = translate("Updates", "“{version}”, says the device")
    yield own_word.format(version=update.version_to)
    if update.back == Back.CABLE:
        yield states.way_back(Back.CABLE)


def _took(update: Update) -> str:
    if update.started is None:
        return ""
    span = language.lasting(update.since - update.started)
    return translate("Updates", "took {span}").format(span=span)


def _held(update: Update) -> bool:
    return not update.state.ended and update.waiting is Waiting.HELD


def _is_other(misfit: Misfit | None) -> bool:
    return misfit is not None and misfit.code in _NOTHING_FOR_IT


def _by_name(devices: Iterable[Device]) -> list[Device]:
    return sorted(devices, key=lambda device: device.name.casefold())
