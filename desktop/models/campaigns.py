"""Campaigns of measuring as the Community page tells them: each by its own consent. No widgets."""

from __future__ import annotations

from desktop import language
from desktop.language import translate
from desktop.models import community, states
from desktop.models.community import Deed, Offer, Sheet, View
from desktop.models.entries import Entry
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from desktop.models.voice import said
from feedback.campaign_commands import Joined
from feedback.wire_signals import CampaignDoc, CampaignState


def campaigns(mirror: Mirror, now: float) -> View:
    """Return the campaigns that run, then those that are over."""
    joined = mirror.documents("campaign_joined", Joined)
    found = mirror.documents("campaign", CampaignDoc).values()
    each = sorted(found, key=lambda one: (not _runs(one, now), -one.starts))
    none = translate("Community", "Nobody asks for measurements. If somebody does, you decide.")
    return View(
        title=community.title(community.Section.CAMPAIGNS),
        entries=tuple(_entry(one, joined.get(one.id), now) for one in each),
        sheets={one.id: _sheet(one, joined.get(one.id), now) for one in each},
        empty=community.nothing(mirror, none),
    )


def _runs(one: CampaignDoc, now: float) -> bool:
    return one.state is CampaignState.RUNNING and now < one.ends


def _look(one: CampaignDoc, joined: Joined | None, now: float) -> Look:
    if joined is not None and joined.refused:
        return Look(word=translate("Community", "Not taken"), icon="triangle-alert", tone="bad")
    if joined is not None and joined.ended is None:
        return Look(word=translate("Community", "You take part"), icon="circle-check", tone="ok")
    if _runs(one, now):
        return Look(word=translate("Community", "You are asked"), icon="circle-help", tone="info")
    return Look(word=translate("Community", "Over"), icon="circle-slash", tone="muted")


def _entry(one: CampaignDoc, joined: Joined | None, now: float) -> Entry:
    look = _look(one, joined, now)
    until = language.when(one.ends, now)
    left = translate("Community", "until {time}").format(time=until) if _runs(one, now) else ""
    under = " · ".join(part for part in (look.word, left) if part)
    return Entry(id=one.id, title=_title(one), look=look, under=under)


def _title(one: CampaignDoc) -> str:
    return " · ".join(part for part in (f"{one.vendor} {one.model}".strip(), one.feature) if part)


def _sheet(one: CampaignDoc, joined: Joined | None, now: float) -> Sheet:
    told = (
        (translate("Community", "Asked by"), one.asked_by),
        (
            translate("Community", "What is told"),
            translate("Community", "one line an hour: the middle and the 95th percentile"),
        ),
        (
            translate("Community", "Looked at"),
            translate("Community", "at most every {span}").format(
                span=language.lasting(one.every_s)
            ),
        ),
        (translate("Community", "Ends by itself"), language.when(one.ends, now)),
        (
            translate("Community", "Told so far"),
            translate("Community", "%n hour(s)", None, joined.sent) if joined else "",
        ),
    )
    refused = states.because(joined.refused) if joined is not None and joined.refused else ""
    return Sheet(
        id=one.id,
        title=_title(one),
        look=_look(one, joined, now),
        text=community.words(one.purpose),
        note=refused,
        note_tone="bad",
        facts=said(told),
        offers=_offers(one, joined, now),
    )


def _offers(one: CampaignDoc, joined: Joined | None, now: float) -> tuple[Offer, ...]:
    see = Offer(
        deed=Deed.PREVIEW,
        about=one.id,
        text=translate("Community", "See what would leave"),
        icon="eye",
    )
    if joined is not None and joined.ended is None:
        stop = translate("Community", "Take part no longer")
        return (see, Offer(deed=Deed.STOP_PART, about=one.id, text=stop, icon="x"))
    if not _runs(one, now) or joined is not None:
        return (see,) if joined is not None else ()
    take = translate("Community", "Take part")
    return (
        Offer(deed=Deed.TAKE_PART, about=one.id, text=take, icon="check", primary=True),
        see,
    )
