"""What the Community page is made of: sections, and generic lists and sheets. No widgets.

Everything here comes from documents of the hub; a section without one says so, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop import language
from desktop.language import mark, translate
from desktop.models import states
from desktop.models.entries import Entry
from desktop.models.mirror import Mirror
from desktop.models.states import Look
from feedback.acts import Act


class Section(StrEnum):
    """The sections, from top to bottom."""

    WEEK = "week"
    POINTS = "points"
    IDEAS = "ideas"
    BALLOTS = "ballots"
    CASES = "cases"
    COMMITTEES = "committees"
    CIRCLES = "circles"
    CAMPAIGNS = "campaigns"
    SERVICE = "service"
    NOTICES = "notices"


class Deed(StrEnum):
    """What can be done there."""

    PROPOSE = "propose"
    EDIT = "edit"
    VOTE = "vote"
    UNVOTE = "unvote"
    CAST = "cast"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    REJECT = "reject"
    STAND = "stand"
    STEP_DOWN = "step_down"
    SUPPORT = "support"
    BEGIN_CIRCLE = "begin_circle"
    JOIN = "join"
    LEAVE = "leave"
    TAKE_PART = "take_part"
    STOP_PART = "stop_part"
    PREVIEW = "preview"
    ON_BOARD = "on_board"
    OFF_BOARD = "off_board"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A button: what it does, to what, and what it says."""

    deed: Deed
    text: str
    about: str = ""
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a block; `share` 0 to 1 draws a bar."""

    text: str
    under: str = ""
    icon: str = ""
    tone: str = "muted"
    share: float | None = None
    offer: Offer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines below a caption; `empty` is said where there are none."""

    title: str
    rows: tuple[Row, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One thing, told whole."""

    id: str
    title: str
    about: str = ""
    look: Look | None = None
    text: str = ""
    note: str = ""  # how what was asked of the hub about it stands
    note_tone: str = "muted"
    facts: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A section: its list, and the sheets behind it by id."""

    title: str
    head: str = ""  # beside the title: "7 of 10 votes left"
    entries: tuple[Entry, ...] = ()
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    empty: str = ""  # why there is nothing, and what to do


_TITLES = {
    Section.WEEK: (mark("Community", "The weeks"), "history"),
    Section.POINTS: (mark("Community", "Popcorn points"), "popcorn"),
    Section.IDEAS: (mark("Community", "Ideas"), "lightbulb"),
    Section.BALLOTS: (mark("Community", "Ballots"), "check"),
    Section.CASES: (mark("Community", "Appeals"), "scale"),
    Section.COMMITTEES: (mark("Community", "Committees"), "users"),
    Section.CIRCLES: (mark("Community", "Circles"), "message-square"),
    Section.CAMPAIGNS: (mark("Community", "Measuring"), "chart-line"),
    Section.SERVICE: (mark("Community", "How you are served"), "thermometer"),
    Section.NOTICES: (mark("Community", "Notices"), "info"),
}


def title(section: Section) -> str:
    """Return what a section is called."""
    return translate("Community", _TITLES[section][0])


def sections(views: Mapping[Section, View]) -> list[Entry]:
    """Return the list of sections; what is in each stands below its name."""
    made = []
    for section in Section:
        word, icon = _TITLES[section]
        count = len(views[section].entries)
        under = translate("Community", "%n entry(ies)", None, count)
        none = translate("Community", "nothing yet")
        made.append(
            Entry(
                id=section,
                title=translate("Community", word),
                look=Look(word="", icon=icon, tone="muted"),
                under=views[section].head or (under if count else none),
            )
        )
    return made


def words(said: Mapping[str, str]) -> str:
    """Return a text in the reader's language; where it is not there in that, in another."""
    return language.pick(said)


def no_hub(mirror: Mirror) -> str:
    """Return why nothing can be here: no hub; "" where there is one."""
    member = mirror.member()
    if member is None or not member.hub_url:
        return translate(
            "Community",
            "This comes from the makers' hub. Enter an invitation code on the Reports page.",
        )
    if member.enrolled is None:
        return translate("Community", "Your invitation waits for the hub.")
    return ""


def nothing(mirror: Mirror, otherwise: str) -> str:
    """Return what an empty section says: no hub, nothing heard of it yet, or `otherwise`."""
    if why := no_hub(mirror):
        return why
    member = mirror.member()
    if member is None or member.last_sync is None:
        return translate("Community", "The hub has not been reached yet. It is tried by itself.")
    return otherwise


def standing(acts: Iterable[Act], about: str) -> tuple[str, str]:
    """Return (words, tone) of what was asked of the hub last about `about`; "" where all is well.

    A refused act says why; one that waits says that it does.
    """
    asked = [one for one in acts if one.about == about]
    if not asked:
        return "", "muted"
    last = max(asked, key=lambda one: one.made)
    if last.state == "queued":
        return translate("Community", "What you asked waits to be sent."), "warn"
    if last.state == "rejected":
        said = translate("Community", "The hub refused it: {why}")
        return said.format(why=states.because(last.code)), "bad"
    return "", "muted"


def circle_name(name: str) -> str:
    """Return "model:LGT-01" as people say it."""
    kind, _, rest = name.partition(":")
    known = {
        "model": translate("Community", "model {name}"),
        "room": translate("Community", "room {name}"),
        "use": translate("Community", "use {name}"),
        "language": translate("Community", "language {name}"),
    }
    return known[kind].format(name=rest) if kind in known else name
