"""A week's page: what came of testers' words, in figures that the hub counted. No widgets."""

from __future__ import annotations

from desktop import language
from desktop.language import translate
from desktop.models import clocks, community, states
from desktop.models.community import Block, Row, Sheet, View
from desktop.models.entries import Entry
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from desktop.models.voice import said
from feedback.wire_weeks import Kept, PublicBreach, WeekLine, WeekPage

_DAY_S = 86_400.0


def weeks(mirror: Mirror, now: float) -> View:
    """Return the weeks' pages, the newest first."""
    found = mirror.documents("week_page", WeekPage).values()
    each = sorted(found, key=lambda one: one.week, reverse=True)
    none = translate("Community", "No week has been published by this hub yet.")
    return View(
        title=community.title(community.Section.WEEK),
        entries=tuple(_week_entry(one) for one in each),
        sheets={one.week: _week(one, now) for one in each},
        empty=community.nothing(mirror, none),
    )


def _week_entry(one: WeekPage) -> Entry:
    tone, icon = ("warn", "triangle-alert") if one.withdrawn else ("ok", "circle-check")
    under = percent(one.share) if one.share is not None else ""
    if one.skipped:
        tone, icon, under = "muted", "circle-slash", translate("Community", "no release")
    elif under:
        under = translate("Community", "{share} from testers").format(share=under)
    look = Look(word="", icon=icon, tone=tone)
    return Entry(id=one.week, title=states.week_name(one.week), look=look, under=under)


def figures(one: WeekPage) -> tuple[tuple[str, str], ...]:
    """Return the week's four figures; one that cannot be said is left out."""
    share = percent(one.share) if one.share is not None else ""
    of = translate("Community", "{share} · {count} of {all} changes")
    days = language.lasting(one.days * _DAY_S) if one.days is not None else ""
    adopted = percent(one.adopted / one.decided) if one.decided else ""
    decided = translate("Community", "{share} · {count} of {all} decided")
    number, kept = sum(each.number for each in one.kept), sum(each.kept for each in one.kept)
    promise = percent(kept / number) if number else ""
    promises = translate("Community", "{share} · {count} of {all} promises")
    return said(
        (
            (
                translate("Community", "From testers"),
                of.format(share=share, count=one.from_testers, all=len(one.changes))
                if share
                else "",
            ),
            (
                translate("Community", "From post to release"),
                translate("Community", "{span} in the middle").format(span=days) if days else "",
            ),
            (
                translate("Community", "Wishes that come true"),
                decided.format(share=adopted, count=one.adopted, all=one.decided)
                if adopted
                else "",
            ),
            (
                translate("Community", "Promises kept"),
                promises.format(share=promise, count=kept, all=number) if promise else "",
            ),
        )
    )


def percent(share: float) -> str:
    """Return a share as people say it: "43 %"."""
    return translate("Community", "{number} %").format(number=round(share * 100))


def _week(one: WeekPage, now: float) -> Sheet:
    text = community.words(one.withdrawn) or community.words(one.skipped)
    blocks = [
        Block(
            title=translate("Community", "Promises"),
            rows=tuple(_kept(each) for each in one.kept if each.number),
            empty=translate("Community", "none fell due"),
        ),
        Block(
            title=translate("Community", "Changes"),
            rows=tuple(_change(each) for each in one.changes),
            empty=translate("Community", "none"),
        ),
    ]
    if one.breaches:
        rows = tuple(_breach(each, now) for each in one.breaches)
        blocks.append(Block(title=translate("Community", "Promises not kept"), rows=rows))
    return Sheet(
        id=one.week,
        title=states.week_name(one.week),
        about=" · ".join(part for part in (states.week_day(one.week), one.version) if part),
        text=text,
        facts=figures(one),
        blocks=tuple(blocks),
    )


def _kept(one: Kept) -> Row:
    share = one.kept / one.number
    took = language.span(one.median_s) if one.median_s is not None else ""
    middle = translate("Community", "{span} in the middle").format(span=took) if took else ""
    count = translate("Community", "{kept} of {number} in time")
    under = count.format(kept=one.kept, number=one.number)
    return Row(
        text=clocks.name_of(one.clock),
        under=" · ".join(part for part in (under, middle) if part),
        icon="clock",
        share=share,
    )


def _change(one: WeekLine) -> Row:
    ours = bool(one.cluster or one.idea)
    told = [translate("Community", "from testers") if ours else ""]
    if one.households:
        told.append(translate("Community", "%n home(s) had it", None, one.households))
    if one.days is not None:
        told.append(language.lasting(one.days * _DAY_S))
    return Row(
        text=community.words(one.words),
        under=" · ".join(part for part in told if part),
        icon="popcorn" if ours else "check",
        tone="accent" if ours else "muted",
    )


def _breach(one: PublicBreach, now: float) -> Row:
    met = (
        translate("Community", "kept {span} late").format(span=language.span(one.met - one.due))
        if one.met is not None
        else translate("Community", "not kept yet")
    )
    name = clocks.name_of(one.clock)
    return Row(
        text=f"{name} · {language.moment(one.due, now)} · {met}",
        under=" ".join(one.reasons),
        icon="triangle-alert",
        tone="warn",
    )
