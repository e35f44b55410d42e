"""Ideas, petitions and ballots as the Community page tells them. No widgets."""

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
from feedback.acts import Act
from feedback.wire_voice import (
    BUDGET,
    BallotDoc,
    IdeaDoc,
    IdeaState,
    Petition,
    Template,
    VoiceDoc,
)

Facts = tuple[tuple[str, str], ...]
_IDEAS: Final = {
    IdeaState.OPEN: (mark("Community", "Open"), "lightbulb", "info"),
    IdeaState.PLANNED: (mark("Community", "Planned"), "clock", "info"),
    IdeaState.SHIPPED: (mark("Community", "Came true"), "circle-check", "ok"),
    IdeaState.DECLINED: (mark("Community", "Declined"), "circle-slash", "muted"),
}
_PETITIONS: Final = {
    Petition.ACCEPT: mark("Community", "accepted"),
    Petition.DECLINE: mark("Community", "declined"),
    Petition.BALLOT: mark("Community", "put to a ballot"),
}


def my_voice(mirror: Mirror) -> VoiceDoc | None:
    """Return what this member has said so far; None: the hub has not told."""
    return next(iter(mirror.documents("voice", VoiceDoc).values()), None)


def acts(mirror: Mirror) -> list[Act]:
    """Return what was asked of the hub of late."""
    return list(mirror.documents("act", Act).values())


# --- ideas ----------------------------------------------------------------------------------------


def ideas(mirror: Mirror, now: float) -> View:
    """Return the ideas, those with most votes first; those that ended last."""
    found = mirror.documents("idea", IdeaDoc).values()
    each = sorted(found, key=lambda one: (one.ended is not None, -one.votes, one.received))
    voice = my_voice(mirror)
    head = ""
    if voice is not None:
        left = translate("Community", "%n vote(s) left", None, voice.left)
        head = translate("Community", "{left} of {all}").format(left=left, all=BUDGET)
    propose = translate("Community", "Propose an idea…")
    none = translate("Community", "No ideas yet. The first one may be yours.")
    return View(
        title=community.title(community.Section.IDEAS),
        head=head,
        entries=tuple(_idea_entry(one, voice) for one in each),
        sheets={one.id: _idea(one, voice, acts(mirror), now) for one in each},
        offers=()
        if community.no_hub(mirror)
        else (Offer(deed=Deed.PROPOSE, text=propose, icon="pencil"),),
        empty=community.nothing(mirror, none),
    )


def _idea_entry(one: IdeaDoc, voice: VoiceDoc | None) -> Entry:
    word, icon, tone = _IDEAS[one.state]
    votes = translate("Community", "%n vote(s)", None, one.votes)
    mine = translate("Community", "yours too") if voice and one.id in voice.votes else ""
    petition = translate("Community", "petition") if one.petition and not one.ended else ""
    under = " · ".join(
        part for part in (translate("Community", word), votes, mine, petition) if part
    )
    look = Look(word=translate("Community", word), icon=icon, tone=tone)
    return Entry(id=one.id, title=one.title, look=look, under=under)


def _idea(one: IdeaDoc, voice: VoiceDoc | None, asked: Iterable[Act], now: float) -> Sheet:
    word, icon, tone = _IDEAS[one.state]
    note, note_tone = community.standing(asked, one.id)
    circles = (community.circle_name(name) for name in one.circles)
    about = [translate("Community", "%n vote(s)", None, one.votes), one.line, *circles]
    if one.template is Template.UNWANTED:
        about.append(translate("Community", "stop something unwanted"))
    return Sheet(
        id=one.id,
        title=one.title,
        about=" · ".join(part for part in about if part),
        look=Look(word=translate("Community", word), icon=icon, tone=tone),
        text=one.text,
        note=note,
        note_tone=note_tone,
        facts=_idea_facts(one, now),
        offers=_idea_offers(one, voice),
    )


def _idea_facts(one: IdeaDoc, now: float) -> Facts:
    petition = ""
    if one.petition is not None:
        petition = _petition(one, now)
    elif one.needed:
        missing = max(0, one.needed - one.votes)
        petition = translate("Community", "%n vote(s) more make it a petition", None, missing)
    took = one.ended - one.received if one.ended is not None else None
    told = (
        (translate("Community", "Proposed"), language.moment(one.received, now)),
        (translate("Community", "Petition"), petition if one.state is IdeaState.OPEN else ""),
        (translate("Community", "Friday"), states.week_name(one.week) if one.week else ""),
        (translate("Community", "Why not"), one.reason),
        (translate("Community", "It took"), language.lasting(took) if took is not None else ""),
    )
    return said(told)


def _petition(one: IdeaDoc, now: float) -> str:
    if one.answer in _PETITIONS:
        answer = translate("Community", _PETITIONS[one.answer])
        when = language.moment(one.answered or now, now)
        said = translate("Community", "{answer} by {name}, {time}")
        return said.format(answer=answer, name=one.answered_by, time=when)
    if one.due is None:
        return translate("Community", "many want it")
    owner = one.owner or translate("Community", "a product manager")
    said = translate("Community", "{name} must answer: {left}")
    return said.format(name=owner, left=clocks.left(one.due, now))


def _idea_offers(one: IdeaDoc, voice: VoiceDoc | None) -> tuple[Offer, ...]:
    if one.state in {IdeaState.SHIPPED, IdeaState.DECLINED} or voice is None:
        return ()
    offers = []
    if one.id in voice.votes:
        back = translate("Community", "Take my vote back")
        offers.append(Offer(deed=Deed.UNVOTE, about=one.id, text=back, icon="rotate-ccw"))
    elif voice.left:
        vote = translate("Community", "Vote for it")
        offers.append(Offer(deed=Deed.VOTE, about=one.id, text=vote, icon="check", primary=True))
    if one.id in voice.mine and one.votes <= 1:
        edit = translate("Community", "Change it…")
        offers.append(Offer(deed=Deed.EDIT, about=one.id, text=edit, icon="pencil"))
    return tuple(offers)


# --- ballots --------------------------------------------------------------------------------------


def ballots(mirror: Mirror, now: float) -> View:
    """Return the ballots, open ones first."""
    found = mirror.documents("ballot", BallotDoc).values()
    each = sorted(found, key=lambda one: (one.closed is not None, -one.opened))
    voice = my_voice(mirror)
    none = translate("Community", "No ballot is open. When one is, it stands here for three days.")
    return View(
        title=community.title(community.Section.BALLOTS),
        entries=tuple(_ballot_entry(one, now) for one in each),
        sheets={one.id: _ballot(one, voice, acts(mirror), now) for one in each},
        empty=community.nothing(mirror, none),
    )


def _ballot_entry(one: BallotDoc, now: float) -> Entry:
    look = _ballot_look(one)
    when = (
        language.moment(one.closed, now) if one.closed is not None else clocks.left(one.closes, now)
    )
    return Entry(id=one.id, title=one.title, look=look, under=f"{look.word} · {when}")


def _ballot_look(one: BallotDoc) -> Look:
    if one.closed is not None:
        return Look(word=translate("Community", "Counted"), icon="circle-check", tone="ok")
    return Look(word=translate("Community", "Open"), icon="circle-dashed", tone="info")


def _ballot(one: BallotDoc, voice: VoiceDoc | None, asked: Iterable[Act], now: float) -> Sheet:
    note, tone = community.standing(asked, one.id)
    receipts = voice.cast if voice else ()
    mine = next((each.choice for each in receipts if each.ballot == one.id), None)
    binding = (
        translate("Community", "The result binds the makers.")
        if one.binding
        else translate("Community", "The result is advice, said beforehand.")
    )
    told = (
        (translate("Community", "Put by"), one.by),
        (translate("Community", "Closes"), language.when(one.closes, now)),
        (translate("Community", "May vote"), str(one.eligible)),
        (translate("Community", "Voted"), str(one.cast) if one.closed is not None else ""),
        (translate("Community", "Roll"), one.roll[:16]),
        (translate("Community", "Sealed"), one.sealed[:16]),
    )
    return Sheet(
        id=one.id,
        title=one.title,
        about=binding,
        look=_ballot_look(one),
        text=one.text,
        note=note,
        note_tone=tone,
        facts=said(told),
        blocks=(_options(one, mine),),
        offers=() if one.closed is not None else _cast(one, mine),
    )


def _options(one: BallotDoc, mine: int | None) -> Block:
    most = max(one.totals, default=0) or 1
    rows = []
    for place, option in enumerate(one.options):
        total = one.totals[place] if place < len(one.totals) else None
        under = translate("Community", "%n vote(s)", None, total) if total is not None else ""
        if place == mine:
            under = " · ".join(
                part for part in (under, translate("Community", "your choice")) if part
            )
        won = place in one.winners
        rows.append(
            Row(
                text=option,
                under=under,
                icon="circle-check" if won or place == mine else "circle-dashed",
                tone="ok" if won else "accent" if place == mine else "muted",
                share=None if total is None else total / most,
            )
        )
    return Block(title=translate("Community", "Options"), rows=tuple(rows))


def _cast(one: BallotDoc, mine: int | None) -> tuple[Offer, ...]:
    text = translate("Community", "Vote…") if mine is None else translate("Community", "Vote anew…")
    return (Offer(deed=Deed.CAST, about=one.id, text=text, icon="check", primary=mine is None),)


def said(told: Iterable[tuple[str, str]]) -> Facts:
    """Return what there is to say of `told`: without what is empty."""
    return tuple((name, words) for name, words in told if words)
