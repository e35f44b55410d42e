"""A week to print or to keep: what is new, the files, who signed, how it went. Values, no widgets.

What stands here was verified in this house or counted by the hub; nothing is guessed. What became
of one's own devices names them, and is therefore a part that can be left out before it is shown
around.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop import language
from desktop.language import translate
from desktop.models import community, signing, states, trust, week_page
from desktop.models.mirror import Mirror
from feedback.wire_outcomes import Numbers
from feedback.wire_weeks import WeekPage
from firmware.release import Fit, Misfit, Target, Week
from fleet.errors import CommandError
from fleet.model import Device, Update, UpdateState

_HASH = 16  # characters of a checksum: enough to tell files apart on paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fixed: frozenset[int] = frozenset()  # columns of versions and checksums
    right: frozenset[int] = frozenset()  # columns of numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part under its heading: lines, items of a list, a table, or what there is of these."""

    title: str
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Table | None = None
    own: bool = False  # about this home's devices


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekSheet:
    """The whole page."""

    id: str  # "2026-W48"
    title: str
    about: str
    warnings: tuple[str, ...]  # why it does not hold, or not any more
    parts: tuple[Part, ...]
    foot: str


def compose(mirror: Mirror, now: float, *, own: bool = True) -> WeekSheet:
    """Return the page of the newest verified week; `own`: with what became of devices here.

    CommandError("no_week") where none was verified here.
    """
    week = mirror.week()
    if week is None:
        raise CommandError("no_week")
    standing = mirror.standing_of(week.maker)
    told = [_news(week), _files(week), _signed(mirror, week), _elsewhere(mirror, week)]
    told += [_testers(mirror, week), _known(week)]
    if own:
        told.append(_own(mirror, week, now))
    day = states.week_day(week.id)
    about = (day, week.id, week.maker.title(), trust.channel_word(week.channel))
    printed = translate("WeekSheet", "Made on {day} by Orangery, of what was verified in this home")
    grave = {"bad", "warn"}
    said = trust.notices(mirror, week, standing, now)
    return WeekSheet(
        id=week.id,
        title=states.week_name(week.id),
        about=" · ".join(part for part in about if part),
        warnings=tuple(one.text for one in said if one.tone in grave),
        parts=tuple(part for part in told if part is not None),
        foot=printed.format(day=language.full_day(now)),
    )


def _news(week: Week) -> Part | None:
    notes = language.pick(week.notes)
    each = [line.strip() for line in notes.splitlines() if line.strip()]
    marks = ("- ", "* ", "• ")
    lines = tuple(line for line in each if not line.startswith(marks))
    items = tuple(line[2:].strip() for line in each if line.startswith(marks))
    title = translate("WeekSheet", "What is new")
    return Part(title=title, lines=lines, items=items) if each else None


def _files(week: Week) -> Part | None:
    if not week.targets:
        return None
    heads = (
        translate("WeekSheet", "For"),
        translate("WeekSheet", "Version"),
        translate("WeekSheet", "Size"),
        translate("WeekSheet", "To be known"),
        "SHA-256",
    )
    files = sorted(week.targets, key=lambda one: (one.fits.vendor, one.fits.model, one.version))
    rows = tuple(_file(one) for one in files)
    table = Table(heads=heads, rows=rows, fixed=frozenset({1, 4}), right=frozenset({2}))
    return Part(title=translate("WeekSheet", "Files"), table=table)


def _file(one: Target) -> tuple[str, ...]:
    known = (
        translate("WeekSheet", "closes a security hole") if one.security else "",
        translate("WeekSheet", "falls back by itself") if one.keeps_previous else "",
        translate("WeekSheet", "is a way back") if one.undoes else "",
        translate("WeekSheet", "only in {regions}").format(regions=", ".join(one.regions))
        if one.regions
        else "",
    )
    return (
        f"{one.fits.vendor} {one.fits.model}".strip(),
        one.version,
        language.size(one.size),
        ", ".join(part for part in known if part),
        f"{one.sha256[:_HASH]}…",
    )


def _signed(mirror: Mirror, week: Week) -> Part | None:
    sentence = signing.sentence(week)
    if not sentence:
        return None
    standing = mirror.standing_of(week.maker)
    return Part(
        title=translate("WeekSheet", "Who signed it"),
        lines=(sentence, *signing.when(week, standing)),
        items=signing.lines(week),
    )


def _elsewhere(mirror: Mirror, week: Week) -> Part | None:
    """Return what became of the files in other homes, as the hub counted it."""
    told = mirror.documents("outcome_stats", Numbers).values()
    by_hash = {one.sha256: one for one in told if one.week == week.id}
    found = [(one, by_hash[one.sha256]) for one in week.targets if one.sha256 in by_hash]
    if not found:
        return None
    heads = (
        translate("WeekSheet", "For"),
        translate("WeekSheet", "Version"),
        translate("WeekSheet", "Homes"),
        translate("WeekSheet", "Tried"),
        translate("WeekSheet", "Run well"),
        translate("WeekSheet", "Did not"),
    )
    rows = tuple(
        (
            f"{one.fits.vendor} {one.fits.model}".strip(),
            one.version,
            *(str(count) for count in (n.homes, n.attempted, n.healthy, n.failed)),
        )
        for one, n in sorted(found, key=lambda pair: pair[0].path)
    )
    right = frozenset({2, 3, 4, 5})
    table = Table(heads=heads, rows=rows, fixed=frozenset({1}), right=right)
    said = translate("WeekSheet", "Devices, by the last word of each; from homes that tell it.")
    return Part(title=translate("WeekSheet", "In other homes"), lines=(said,), table=table)


def _testers(mirror: Mirror, week: Week) -> Part | None:
    """Return what came of testers' words, as the hub counted it."""
    page = mirror.documents("week_page", WeekPage).get(week.id)
    if page is None:
        return None
    told = translate("WeekSheet", "{name}: {figure}")
    lines = tuple(told.format(name=name, figure=said) for name, said in week_page.figures(page))
    items = tuple(community.words(one.words) for one in page.changes)
    title = translate("WeekSheet", "What came of testers' words")
    return Part(title=title, lines=lines, items=items) if lines or items else None


def _known(week: Week) -> Part | None:
    items = tuple(language.pick(one.words) for one in week.known)
    title = translate("WeekSheet", "Known issues")
    return Part(title=title, items=items) if items else None


def _own(mirror: Mirror, week: Week, now: float) -> Part | None:
    rows = tuple(_own_rows(mirror, week, now))
    if not rows:
        return None
    heads = (
        translate("WeekSheet", "Device"),
        translate("WeekSheet", "Versions"),
        translate("WeekSheet", "What became of it"),
        translate("WeekSheet", "When"),
    )
    table = Table(heads=heads, rows=rows, fixed=frozenset({1}))
    counts = _counts(mirror, week)
    return Part(
        title=translate("WeekSheet", "In this home"), lines=(counts,), table=table, own=True
    )


def _counts(mirror: Mirror, week: Week) -> str:
    ended = [one for one in mirror.updates() if one.week == week.id and one.state.ended]
    if not ended:
        return translate("WeekSheet", "No update of this week has ended here yet")
    done = sum(one.state is UpdateState.DONE for one in ended)
    said = translate("WeekSheet", "{done} confirmed by the device itself, {other} ended otherwise")
    return said.format(done=done, other=len(ended) - done)


def _own_rows(mirror: Mirror, week: Week, now: float) -> Iterable[tuple[str, ...]]:
    updates = {one.device: one for one in mirror.updates() if one.week == week.id}
    for device in sorted(mirror.devices.values(), key=lambda one: one.name.casefold()):
        update, fit = updates.get(device.key), mirror.fit(device.key)
        misfit = mirror.misfit(device.key)
        if update is not None:
            yield _tried(device, update, now)
        elif fit is not None:
            yield _waits(mirror, device, fit)
        elif misfit is not None and misfit.code == "already_there":
            yield (device.name, _runs(device), translate("WeekSheet", "runs it already"), "")
        elif misfit is not None and misfit.code not in _NOTHING:
            yield (device.name, _runs(device), _why(misfit), "")


_NOTHING = frozenset({"not_in_week", "other_vendor", "other_model"})


def _tried(device: Device, update: Update, now: float) -> tuple[str, ...]:
    look = states.of_update(update, now)
    said = look.word
    if update.state is UpdateState.DONE:
        word = translate("WeekSheet", "confirmed: “{version}”, says the device")
        said = word.format(version=update.version_to)
    if look.note and not (update.state is UpdateState.DONE and not states.is_unwell(update)):
        said = translate("WeekSheet", "{word}: {why}").format(word=look.word, why=look.note)
    versions = f"{update.version_from} → {update.version_to}".removeprefix(" → ")
    when = language.moment(update.since, now) if update.state.ended else ""
    return (device.name, versions, said, when)


def _waits(mirror: Mirror, device: Device, fit: Fit) -> tuple[str, ...]:
    skipped = fit.target.version in device.skipped
    ready = translate("WeekSheet", "skipped by you") if skipped else states.update_ready()
    if mirror.ready(device.key) is None and not skipped:
        ready = translate("WeekSheet", "nothing was begun")
    return (device.name, f"{_runs(device)} → {fit.target.version}", ready, "")


def _why(misfit: Misfit) -> str:
    return states.because(misfit.code, misfit.fact)


def _runs(device: Device) -> str:
    return device.version.raw if device.version else "?"
