"""Appeals, committees and circles as the Community page tells them. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from desktop import language
from desktop.language import mark, translate
from desktop.models import clocks, community, states
from desktop.models.community import Block, Deed, Offer, Row, Sheet, View
from desktop.models.entries import Entry
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from desktop.models.voice import acts, my_voice, said
from feedback.acts import Act
from feedback.wire_voice import (
    Appealed,
    CandidatesDoc,
    CaseDoc,
    CaseFile,
    CaseState,
    CircleDoc,
    CommitteeDoc,
    IdeaDoc,
    Remedy,
    VoiceDoc,
)

_CASES: Final = {
    CaseState.OPEN: (mark("Community", "Waits for the draw"), "clock", "info"),
    CaseState.DRAWN: (mark("Community", "The panel votes"), "users", "info"),
    CaseState.UPHELD: (mark("Community", "For the member"), "circle-check", "ok"),
    CaseState.REJECTED: (mark("Community", "The decision stands"), "circle-slash", "muted"),
    CaseState.LAPSED: (mark("Community", "Too few voted in time"), "triangle-alert", "warn"),
}
_AGAINST: Final = {
    Appealed.DECLINED: mark("Community", "Something was declined"),
    Appealed.DUPLICATE: mark("Community", "It was taken for the same as another"),
    Appealed.POINTS: mark("Community", "Points"),
    Appealed.SEAT: mark("Community", "A seat"),
    Appealed.MODERATION: mark("Community", "Something was removed"),
}
_REMEDIES: Final = {
    Remedy.REOPEN: mark("Community", "open it again"),
    Remedy.RECLASS: mark("Community", "grade it anew"),
    Remedy.AWARD: mark("Community", "pay the points"),
    Remedy.CLAW_BACK: mark("Community", "take points back"),
    Remedy.CODE: mark("Community", "an invitation"),
    Remedy.APOLOGY: mark("Community", "an apology"),
}


# --- appeals --------------------------------------------------------------------------------------


def cases(mirror: Mirror, now: float) -> View:
    """Return the cases, the newest first; ours and those we judge with their words."""
    found = mirror.documents("case", CaseDoc).values()
    files = mirror.documents("case_file", CaseFile)
    each = sorted(found, key=lambda one: -one.opened)
    appeal = translate("Community", "Appeal against a decision…")
    none = translate(
        "Community",
        "No appeals. Where the makers decided something against you, ten drawn members and two "
        "stewards can look at it.",
    )
    return View(
        title=community.title(community.Section.CASES),
        entries=tuple(_case_entry(one, files.get(one.id), now) for one in each),
        sheets={one.id: _case(one, files.get(one.id), acts(mirror), now) for one in each},
        offers=()
        if community.no_hub(mirror)
        else (Offer(deed=Deed.APPEAL, text=appeal, icon="scale"),),
        empty=community.nothing(mirror, none),
    )


def appeals() -> tuple[tuple[str, Appealed], ...]:
    """Return against what one can appeal, in words."""
    return tuple((translate("Community", word), one) for one, word in _AGAINST.items())


def remedies() -> tuple[tuple[str, Remedy], ...]:
    """Return what one can ask for, in words."""
    return tuple((translate("Community", word), one) for one, word in _REMEDIES.items())


def _case_entry(one: CaseDoc, file: CaseFile | None, now: float) -> Entry:
    word, icon, tone = _CASES[one.state]
    look = Look(word=translate("Community", word), icon=icon, tone=tone)
    mine = translate("Community", "yours") if file is not None and file.mine else ""
    judged = one.state is CaseState.DRAWN and file is not None and not file.mine
    asked = translate("Community", "you are drawn") if judged else ""
    parts = (look.word, mine, asked, language.moment(one.opened, now))
    under = " · ".join(part for part in parts if part)
    return Entry(
        id=one.id, title=translate("Community", _AGAINST[one.against]), look=look, under=under
    )


def _case(one: CaseDoc, file: CaseFile | None, asked: Iterable[Act], now: float) -> Sheet:
    word, icon, tone = _CASES[one.state]
    note, note_tone = community.standing(asked, one.id)
    votes = translate("Community", "{upheld} of {votes} for the member")
    remedy = one.remedy or (file.remedy if file else None)
    told = (
        (translate("Community", "Opened"), language.moment(one.opened, now)),
        (translate("Community", "Could be drawn"), str(one.pool)),
        (translate("Community", "Drawn"), str(len(one.drawn)) if one.drawn else ""),
        (translate("Community", "Seed"), one.seed[:16]),
        (
            translate("Community", "Votes until"),
            clocks.left(one.due, now) if one.due and one.decided is None else "",
        ),
        (
            translate("Community", "Votes"),
            votes.format(upheld=one.upheld, votes=one.votes) if one.decided else "",
        ),
        (
            translate("Community", "Remedy"),
            translate("Community", _REMEDIES[remedy]) if remedy else "",
        ),
        (
            translate("Community", "Done"),
            language.moment(one.executed, now) if one.executed else "",
        ),
    )
    return Sheet(
        id=one.id,
        title=translate("Community", _AGAINST[one.against]),
        about="" if file else translate("Community", "Its words are for the panel alone."),
        look=Look(word=translate("Community", word), icon=icon, tone=tone),
        note=note,
        note_tone=note_tone,
        facts=said(told),
        blocks=_sides(file),
        offers=_judge(one, file),
    )


def _sides(file: CaseFile | None) -> tuple[Block, ...]:
    if file is None:
        return ()
    silent = translate("Community", "not said yet")
    return (
        Block(title=translate("Community", "The member's side"), rows=(Row(text=file.text),)),
        Block(
            title=translate("Community", "The makers' side"),
            rows=(Row(text=file.makers or silent),),
        ),
    )


def _judge(one: CaseDoc, file: CaseFile | None) -> tuple[Offer, ...]:
    if file is None or file.mine or one.state is not CaseState.DRAWN:
        return ()
    yes, no = (
        translate("Community", "The member is right"),
        translate("Community", "The decision stands"),
    )
    return (
        Offer(deed=Deed.UPHOLD, about=one.id, text=yes, icon="check"),
        Offer(deed=Deed.REJECT, about=one.id, text=no, icon="x"),
    )


# --- committees and circles -----------------------------------------------------------------------


def committees(mirror: Mirror, now: float) -> View:
    """Return the committees of the product lines."""
    each = sorted(mirror.documents("committee", CommitteeDoc).values(), key=lambda one: one.title)
    seats = mirror.documents("candidates", CandidatesDoc)
    voice = my_voice(mirror)
    none = translate(
        "Community", "No committee yet. Every half year members elect five for each product line."
    )
    return View(
        title=community.title(community.Section.COMMITTEES),
        entries=tuple(_committee_entry(one) for one in each),
        sheets={
            one.id: _committee(one, seats.get(one.id), voice, acts(mirror), now) for one in each
        },
        empty=community.nothing(mirror, none),
    )


def _committee_entry(one: CommitteeDoc) -> Entry:
    seats = translate("Community", "%n seat(s)", None, len(one.seats))
    look = Look(word="", icon="users", tone="muted")
    under = " · ".join(part for part in (one.term, seats) if part)
    return Entry(id=one.id, title=one.title, look=look, under=under)


def _committee(
    one: CommitteeDoc,
    inside: CandidatesDoc | None,
    voice: VoiceDoc | None,
    asked: Iterable[Act],
    now: float,
) -> Sheet:
    note, tone = community.standing(asked, one.id)
    seats = tuple(
        Row(
            text=each.name,
            under=translate("Community", "%n vote(s)", None, each.votes),
            icon="user",
        )
        for each in one.seats
    )
    stand = tuple(Row(text=each.name, under=each.words, icon="user") for each in one.candidates)
    holds = tuple(
        Row(
            text=f"{states.week_name(each.week)}: {each.title}",
            under=each.answer or translate("Community", "the makers have not answered yet"),
            icon="hand",
            tone="warn",
        )
        for each in one.holds
    )
    blocks = [
        Block(
            title=translate("Community", "Seats"),
            rows=seats,
            empty=translate("Community", "not elected yet"),
        ),
        Block(
            title=translate("Community", "Candidates"),
            rows=stand,
            empty=translate("Community", "nobody yet"),
        ),
    ]
    if holds:
        blocks.append(Block(title=translate("Community", "Held weeks"), rows=holds))
    if inside is not None:
        blocks += _inside(inside, now)
    return Sheet(
        id=one.id,
        title=one.title,
        about=" · ".join(part for part in (one.term, one.manager) if part),
        note=note,
        note_tone=tone,
        blocks=tuple(blocks),
        offers=_stand(one, voice),
    )


def _inside(inside: CandidatesDoc, now: float) -> list[Block]:
    motions = tuple(
        Row(
            text=each.title,
            under=translate("Community", "{supported} of {needed} support it").format(
                supported=each.supported, needed=each.needed
            ),
            icon="circle-check" if each.done else "circle-dashed",
            tone="ok" if each.done else "muted",
            offer=None
            if each.mine or each.done
            else Offer(deed=Deed.SUPPORT, about=each.id, text=translate("Community", "Support it")),
        )
        for each in inside.motions
    )
    weeks = [
        Block(
            title=translate("Community", "{week}, frozen {time}").format(
                week=states.week_name(each.week), time=language.moment(each.frozen, now)
            ),
            rows=tuple(Row(text=item) for item in each.items),
        )
        for each in inside.weeks[:1]
    ]
    return [Block(title=translate("Community", "Motions"), rows=motions), *weeks]


def _stand(one: CommitteeDoc, voice: VoiceDoc | None) -> tuple[Offer, ...]:
    if voice is None:
        return ()
    if one.id in voice.stands:
        down = translate("Community", "Stand no longer")
        return (Offer(deed=Deed.STEP_DOWN, about=one.id, text=down, icon="x"),)
    up = translate("Community", "Stand for a seat…")
    return (Offer(deed=Deed.STAND, about=one.id, text=up, icon="hand"),)


def circles(mirror: Mirror, now: float) -> View:
    """Return the circles, ours first, then the largest; each with the ideas that name it."""
    del now
    voice = my_voice(mirror)
    mine = set(voice.circles) if voice else set()
    found = mirror.documents("circle", CircleDoc).values()
    each = sorted(found, key=lambda one: (one.id not in mine, -one.members, one.id))
    wanted = list(mirror.documents("idea", IdeaDoc).values())
    begin = translate("Community", "Begin a circle…")
    none = translate("Community", "No circles yet: people who share a model, a room, a language.")
    asked = acts(mirror)
    return View(
        title=community.title(community.Section.CIRCLES),
        entries=tuple(_circle_entry(one, mine) for one in each),
        sheets={one.id: _circle(one, mine, wanted, asked) for one in each},
        offers=()
        if community.no_hub(mirror)
        else (Offer(deed=Deed.BEGIN_CIRCLE, text=begin, icon="message-square"),),
        empty=community.nothing(mirror, none),
    )


def _circle_entry(one: CircleDoc, mine: set[str]) -> Entry:
    inside = one.id in mine
    look = Look(
        word=translate("Community", "yours") if inside else "",
        icon="circle-check" if inside else "circle-dashed",
        tone="ok" if inside else "muted",
    )
    members = translate("Community", "%n member(s)", None, one.members)
    under = " · ".join(part for part in (look.word, members) if part)
    return Entry(id=one.id, title=community.circle_name(one.id), look=look, under=under)


def _circle(
    one: CircleDoc, mine: set[str], wanted: Iterable[IdeaDoc], asked: Iterable[Act]
) -> Sheet:
    note, tone = community.standing(asked, one.id)
    feed = tuple(
        Row(
            text=each.title,
            under=translate("Community", "%n vote(s)", None, each.votes),
            icon="lightbulb",
        )
        for each in sorted(wanted, key=lambda each: -each.votes)
        if one.id in each.circles
    )
    inside = one.id in mine
    offer = (
        Offer(
            deed=Deed.LEAVE,
            about=one.id,
            text=translate("Community", "Leave it"),
            icon="x",
        )
        if inside
        else Offer(
            deed=Deed.JOIN,
            about=one.id,
            text=translate("Community", "Join it"),
            icon="check",
            primary=True,
        )
    )
    members = translate("Community", "%n member(s)", None, one.members)
    votes = translate("Community", "%n vote(s)", None, one.votes)
    return Sheet(
        id=one.id,
        title=community.circle_name(one.id),
        about=f"{members} · {votes}",
        note=note,
        note_tone=tone,
        blocks=(
            Block(
                title=translate("Community", "Ideas"),
                rows=feed,
                empty=translate("Community", "no idea names it yet"),
            ),
        ),
        offers=(offer,),
    )
