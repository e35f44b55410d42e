"""What a person reads about trust: the seven ways it can fail, and what stands beside a week.

The sentence and what to do are those of the error's code (resources/i18n/errors/trust.json), the
same on the command line; the way only gives the card its title. No way offers to install anyway:
an expired stick is let in on the command line alone (docs/trust.md says why).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop import language
from desktop.language import mark, translate
from desktop.models import states
from desktop.models.mirror import Mirror
from firmware.release import Admitted, Channel, Standing, Week

TIMESTAMP_LIFE_S = 7 * 86400.0
"""For how long a maker's daily word that nothing newer is there counts (firmware/online.py)."""


class Way(StrEnum):
    """In which way trust has failed."""

    UNREACHABLE = "unreachable"
    ALTERED = "altered"
    MIXED = "mixed"
    TOO_OLD = "too_old"
    ROLLED_BACK = "rolled_back"
    TOO_FEW = "too_few"
    DISAGREE = "disagree"


WAYS: Mapping[str, Way] = {
    **dict.fromkeys(("mirror_unreachable", "target_missing", "week_missing"), Way.UNREACHABLE),
    **dict.fromkeys(
        (
            *("metadata_tampered", "metadata_too_large", "target_tampered", "bundle_bad"),
            *("root_misplaced", "week_unreadable"),
        ),
        Way.ALTERED,
    ),
    "metadata_mixed": Way.MIXED,
    "metadata_expired": Way.TOO_OLD,
    "mirror_rolled_back": Way.ROLLED_BACK,
    "threshold_missing": Way.TOO_FEW,
    **dict.fromkeys(("week_disagrees", "keys_shared"), Way.DISAGREE),
}
"""Code of a TrustError -> the way."""

_TITLES = {
    Way.UNREACHABLE: mark("Trust", "The maker's weeks cannot be reached"),
    Way.ALTERED: mark("Trust", "What the source shows was altered"),
    Way.MIXED: mark("Trust", "The source mixes different weeks"),
    Way.TOO_OLD: mark("Trust", "This week is too old"),
    Way.ROLLED_BACK: mark("Trust", "The source goes back to an older state"),
    Way.TOO_FEW: mark("Trust", "Too few people have signed"),
    Way.DISAGREE: mark("Trust", "The makers do not agree on what ships"),
}
_SHORT = {
    Way.UNREACHABLE: mark("Trust", "not reached"),
    Way.ALTERED: mark("Trust", "altered"),
    Way.MIXED: mark("Trust", "mixed"),
    Way.TOO_OLD: mark("Trust", "too old"),
    Way.ROLLED_BACK: mark("Trust", "rolled back"),
    Way.TOO_FEW: mark("Trust", "too few signatures"),
    Way.DISAGREE: mark("Trust", "no agreement"),
}
_CHANNELS = {
    Channel.ORANGE: mark("Trust", "Orange"),
    Channel.STABLE: mark("Trust", "Stable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to know about a week or its sources; never by colour alone."""

    icon: str
    tone: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why nothing can be trusted or nothing is known: the page is one card then."""

    icon: str
    tone: str
    title: str
    text: str
    hint: str
    details: str = ""
    notices: tuple[Notice, ...] = ()  # the last good week, since when nothing fresh was seen


def trouble(mirror: Mirror, week: Week | None, now: float) -> Trouble | None:
    """Return what stands in the way of the whole page; None where a week may be installed."""
    standing = mirror.standing()
    barred = standing.barred(now) if standing else ""
    if standing and barred:
        return _barred(standing, barred, now)
    if standing and standing.code and week is None:
        return _unchecked(standing, now)
    return _unasked(mirror) if week is None else None


def notices(mirror: Mirror, week: Week, standing: Standing | None, now: float) -> Iterable[Notice]:
    """Yield what is to be known beside a week that holds, the gravest first."""
    if week.withdrawn:
        said = translate(
            "Trust", "The maker has withdrawn this week; nothing of it will be installed. {why}"
        )
        why = _in_our_language(week.withdrawn)
        yield Notice(icon="circle-slash", tone="bad", text=said.format(why=why))
    if week.held and not week.withdrawn:
        said = translate("Trust", "The maker holds this week back; no more of it begins. {why}")
        why = _in_our_language(week.held)
        yield Notice(icon="circle-pause", tone="warn", text=said.format(why=why))
    if standing is not None:
        if standing.admitted:
            yield _stale(standing.admitted)
        yield from _sources(standing, now)
        if standing.code:
            said = states.because(standing.code, standing.facts)
            yield Notice(icon="wifi-off", tone="warn", text=said)
    models = {device.model for device in mirror.devices.values()}
    for known in week.known:
        if not known.models or models & set(known.models):
            said = translate("Trust", "Known issue: {text}")
            text = said.format(text=_in_our_language(known.words))
            yield Notice(icon="info", tone="info", text=text)


def channel_word(channel: Channel) -> str:
    """Return the name of a train."""
    return translate("Trust", _CHANNELS[channel])


def _barred(standing: Standing, code: str, now: float) -> Trouble:
    facts = dict(standing.facts) if standing.code == code else _dates(standing)
    title = translate("Trust", "This release could not be verified")
    if code in WAYS:
        title = translate("Trust", _TITLES[WAYS[code]])
    said = translate("Trust", "Nothing will be installed. {reason}")
    return Trouble(
        icon="shield-x",
        tone="bad",
        title=title,
        text=said.format(reason=states.because(code, facts)),
        hint=states.advice(code, facts),
        details=_details(code, standing, facts),
        notices=(_last(standing), *_sources(standing, now)),
    )


def _unchecked(standing: Standing, now: float) -> Trouble:
    unreachable = WAYS.get(standing.code) is Way.UNREACHABLE
    return Trouble(
        icon="wifi-off",
        tone="warn",
        title=translate("Trust", _TITLES[Way.UNREACHABLE])
        if unreachable
        else translate("Trust", "This week could not be checked"),
        text=states.because(standing.code, standing.facts),
        hint=states.advice(standing.code, standing.facts),
        details=_details(standing.code, standing, standing.facts),
        notices=(_last(standing), *_sources(standing, now)),
    )


def _unasked(mirror: Mirror) -> Trouble:
    channel = mirror.channel()
    title = translate("Updates", "No week has been checked yet")
    if channel is not None:
        said = translate("Trust", "No week of the channel {channel} has been checked yet")
        title = said.format(channel=channel_word(channel))
    return Trouble(
        icon="circle-dashed",
        tone="muted",
        title=title,
        text=translate(
            "Updates", "Each Friday brings signed firmware. This house has not looked yet."
        ),
        hint=translate("Updates", "Press “Check now” to look for this week's release."),
    )


def _last(standing: Standing) -> Notice:
    week = standing.week
    if week is None:
        text = translate("Trust", "No week has been verified here yet.")
        return Notice(icon="history", tone="muted", text=text)
    said = translate("Trust", "The last good week is {week} ({day}), checked here on {checked}.")
    text = said.format(
        week=states.week_name(week.id),
        day=states.week_day(week.id),
        checked=language.day(week.checked or standing.checked or 0.0),
    )
    return Notice(icon="history", tone="muted", text=text)


def _stale(admitted: Admitted) -> Notice:
    said = translate("Trust", "Not fresh: taken by {by} on {day} because: {reason}")
    text = said.format(by=admitted.by, day=language.day(admitted.at), reason=admitted.reason)
    return Notice(icon="clock", tone="warn", text=text)


def _sources(standing: Standing, now: float) -> Iterable[Notice]:
    """Yield since when nothing fresh was seen, and which mirrors show something false."""
    heard, silent = standing.heard, standing.silent_since
    if heard is not None and (silent is not None or now - heard > TIMESTAMP_LIFE_S):
        said = translate("Trust", "Nothing fresh seen since {day}.")
        yield Notice(icon="clock", tone="warn", text=said.format(day=language.day(heard)))
    elif silent is not None:
        said = translate("Trust", "Nothing fresh has come from the maker's mirrors since {day}.")
        yield Notice(icon="clock", tone="warn", text=said.format(day=language.day(silent)))
    for one in standing.false_mirrors:
        short = translate("Trust", _SHORT[WAYS.get(one.code, Way.ALTERED)])
        said = translate("Trust", "{mirror} shows something false since {day} ({what}): not used.")
        text = said.format(mirror=one.url, day=language.day(one.since), what=short)
        yield Notice(icon="shield-x", tone="warn", text=text)


def _details(code: str, standing: Standing, facts: Mapping[str, str]) -> str:
    each = [f"{one.url}: {one.code or 'week'}" for one in standing.answers]
    told = [f"{name}: {value}" for name, value in facts.items() if name not in {"source", "tried"}]
    return "\n".join([f"code: {code}", f"source: {standing.source}", *told, *each])


def _dates(standing: Standing) -> dict[str, str]:
    """Return what the sentence of a week past its date needs."""
    week = standing.week
    if week is None:
        return {}
    return {"role": f"train-{week.channel}", "on": language.short_day(week.expires)}


def _in_our_language(words: Mapping[str, str]) -> str:
    return language.pick(words)
