"""Points, the thermometer and notices as the Community page tells them. No widgets."""

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
from desktop.models.voice import acts, said
from feedback.acts import Act
from feedback.wire_board import (
    BoardDoc,
    BoardName,
    MedalDoc,
    MedalName,
    StandingDoc,
)
from feedback.wire_points import Statement, StatementLine
from feedback.wire_signals import Cause, IncidentDoc, IncidentState, ThermometerDoc
from feedback.wire_triage import ClusterDoc

_BOARDS: Final = {
    BoardName.BUGS: mark("Community", "Problems found"),
    BoardName.VERIFICATION: mark("Community", "Fixes verified"),
    BoardName.IDEAS: mark("Community", "Ideas that came true"),
    BoardName.ENGINEERS: mark("Community", "Engineers, by your popcorn"),
}
_MEDALS: Final = {
    MedalName.ORANGE_KNIGHT: mark("Community", "Orange Knight"),
    MedalName.GEEK_ELDER: mark("Community", "Geek Elder"),
    MedalName.ACADEMICIAN: mark("Community", "Academician"),
    MedalName.GUARDIAN: mark("Community", "Guardian"),
}
_RULES: Final = {
    "bug_minor": mark("Community", "first to report a problem, minor"),
    "bug_major": mark("Community", "first to report a problem, major"),
    "bug_critical": mark("Community", "first to report a problem, critical"),
    "bug_security": mark("Community", "first to report a security hole"),
    "bug_confirmed": mark("Community", "a report that was right"),
    "bug_seen_too": mark("Community", "own evidence of a problem"),
    "steps_worked": mark("Community", "steps that worked the first time"),
    "fix_confirmed_on_device": mark("Community", "a fix seen on your device"),
    "idea_shipped": mark("Community", "an idea that came true"),
    "words_accepted": mark("Community", "a translation, a text or a patch"),
    "duplicate_marked": mark("Community", "a duplicate marked rightly"),
    "halt_found": mark("Community", "a fault that halted an update"),
    "appeal": mark("Community", "granted by a panel"),
}
"""Rules of hub/rules/points.json that a hub begins with; another hub may have others."""
_STATES: Final = {
    "pending": mark("Community", "pending: yours after seven days"),
    "vested": mark("Community", "yours"),
    "review": mark("Community", "looked at first"),
    "reversed": mark("Community", "taken back"),
}
_CAUSES: Final = {
    Cause.ANSWERED: mark("Community", "answered in time"),
    Cause.ANSWERED_LATE: mark("Community", "answered late"),
    Cause.FIX_DELIVERED: mark("Community", "a fix that helped you"),
    Cause.UPDATE_FAILED: mark("Community", "an update that failed"),
    Cause.REOPENED: mark("Community", "a fix that did not help"),
    Cause.SILENCE: mark("Community", "nobody said anything"),
}
STATEMENT: Final = "statement"
_WARM: Final = ((60, "ok"), (40, "info"), (25, "warn"))  # degrees from which on -> tone


# --- points ---------------------------------------------------------------------------------------


def points(mirror: Mirror, now: float) -> View:
    """Return our account, then this week's boards."""
    account = next(iter(mirror.documents("statement", Statement).values()), None)
    standing = next(iter(mirror.documents("standing", StandingDoc).values()), None)
    medals = sorted(mirror.documents("medal", MedalDoc).values(), key=lambda one: one.since)
    boards = sorted(
        mirror.documents("board", BoardDoc).values(),
        key=lambda one: (-one.begins, list(BoardName).index(one.board)),
    )[: 2 * len(BoardName)]
    own = _statement(account, medals, standing, acts(mirror), now)
    entries, sheets = [], {board.id: _board(board, standing, now) for board in boards}
    if account is not None or medals or standing is not None:
        entries.append(_own_entry(account))
        sheets[STATEMENT] = own
    entries += [_board_entry(board, standing) for board in boards]
    head = translate("Community", "%n point(s)", None, account.vested) if account else ""
    none = translate(
        "Community",
        "No points yet. They come for problems that are confirmed and fixes that you verify, "
        "never for how much you write.",
    )
    return View(
        title=community.title(community.Section.POINTS),
        head=head,
        entries=tuple(entries),
        sheets=sheets,
        empty=community.nothing(mirror, none),
    )


def _own_entry(account: Statement | None) -> Entry:
    vested = account.vested if account else 0
    pending = account.pending if account else 0
    told = [translate("Community", "%n point(s)", None, vested)]
    if pending:
        told.append(translate("Community", "{points} pending").format(points=pending))
    look = Look(word="", icon="popcorn", tone="accent")
    title = translate("Community", "Your account")
    return Entry(id=STATEMENT, title=title, look=look, under=" · ".join(told))


def _statement(
    account: Statement | None,
    medals: Iterable[MedalDoc],
    standing: StandingDoc | None,
    asked: Iterable[Act],
    now: float,
) -> Sheet:
    note, tone = community.standing(asked, STATEMENT)
    lines = account.lines if account else ()
    told = (
        (translate("Community", "Yours"), str(account.vested) if account else "0"),
        (translate("Community", "Pending"), str(account.pending) if account else ""),
        (translate("Community", "Looked at"), str(account.review or "") if account else ""),
        (translate("Community", "Account"), account.account if account else ""),
    )
    worn = tuple(
        Row(
            text=translate("Community", _MEDALS[one.medal]),
            under=language.moment(one.since, now),
            icon="award",
            tone="accent",
        )
        for one in medals
    )
    return Sheet(
        id=STATEMENT,
        title=translate("Community", "Your account"),
        about=translate("Community", "Kept under this name only; the books are public."),
        note=note,
        note_tone=tone,
        facts=said(told),
        blocks=(
            Block(
                title=translate("Community", "Medals"),
                rows=worn,
                empty=translate("Community", "none yet; none can be given on or sold"),
            ),
            Block(
                title=translate("Community", "What they were for"),
                rows=tuple(_line(one, now) for one in lines),
                empty=translate("Community", "nothing yet"),
            ),
        ),
        offers=_on_board(standing),
    )


def _on_board(standing: StandingDoc | None) -> tuple[Offer, ...]:
    if standing is not None and standing.shown:
        text = translate("Community", "Stand on the boards no longer")
        return (Offer(deed=Deed.OFF_BOARD, about=STATEMENT, text=text, icon="x"),)
    text = translate("Community", "Stand on the boards…")
    return (Offer(deed=Deed.ON_BOARD, about=STATEMENT, text=text, icon="user"),)


def _line(one: StatementLine, now: float) -> Row:
    state = translate("Community", _STATES[one.state]) if one.state in _STATES else one.state
    under = " · ".join(part for part in (language.moment(one.at, now), state, one.why) if part)
    tone = "ok" if one.state == "vested" else "muted" if one.points >= 0 else "warn"
    rule = translate("Community", _RULES[one.rule]) if one.rule in _RULES else one.rule
    return Row(text=f"{one.points:+d}  {rule}", under=under, icon="popcorn", tone=tone)


def _board_entry(one: BoardDoc, standing: StandingDoc | None) -> Entry:
    over = translate("Community", "over") if one.over else translate("Community", "this week")
    score = standing.scores.get(one.board) if standing and standing.week == one.week else None
    mine = translate("Community", "you: {score}").format(score=score) if score else ""
    look = Look(word=over, icon="award", tone="muted" if one.over else "accent")
    under = " · ".join(part for part in (states.week_name(one.week), over, mine) if part)
    return Entry(
        id=one.id, title=translate("Community", _BOARDS[one.board]), look=look, under=under
    )


def _board(one: BoardDoc, standing: StandingDoc | None, now: float) -> Sheet:
    me = standing.nickname if standing and standing.shown else ""
    rows = tuple(
        Row(
            text=f"{each.place}.  {each.nickname}",
            under=str(each.score),
            icon="circle-check" if each.nickname == me else "user",
            tone="accent" if each.nickname == me else "muted",
        )
        for each in one.rows
    )
    before = tuple(
        Row(text=each.nickname, under=f"{states.week_name(each.week)} · {each.score}", icon="award")
        for each in one.winners
    )
    until = translate("Community", "until {time}").format(time=language.moment(one.ends, now))
    return Sheet(
        id=one.id,
        title=translate("Community", _BOARDS[one.board]),
        about=f"{states.week_name(one.week)} · {until}",
        text=translate("Community", "Only who agreed stands here, under a nickname."),
        blocks=(
            Block(
                title=translate("Community", "Places"),
                rows=rows,
                empty=translate("Community", "nobody yet"),
            ),
            Block(
                title=translate("Community", "First in earlier weeks"),
                rows=before,
                empty=translate("Community", "nobody yet"),
            ),
        ),
    )


# --- the thermometer ------------------------------------------------------------------------------


def service(mirror: Mirror, now: float) -> View:
    """Return how warm this household was served, with every event that moved it."""
    found = next(iter(mirror.documents("thermometer", ThermometerDoc).values()), None)
    none = translate("Community", "Nothing has happened yet: it stands at 50 of 100.")
    empty = community.nothing(mirror, none)
    if found is None:
        return View(title=community.title(community.Section.SERVICE), empty=empty)
    tone = next((word for least, word in _WARM if found.degrees >= least), "bad")
    said_so = translate("Community", "{degrees} of 100").format(degrees=found.degrees)
    entry = Entry(
        id=found.id,
        title=said_so,
        look=Look(word="", icon="thermometer", tone=tone),
        under=language.moment(found.at, now),
    )
    return View(
        title=community.title(community.Section.SERVICE),
        head=said_so,
        entries=(entry,),
        sheets={found.id: _thermometer(found, tone, now)},
        empty=empty,
    )


def _thermometer(one: ThermometerDoc, tone: str, now: float) -> Sheet:
    moved = tuple(
        Row(
            text=f"{each.degrees:+.0f}  {translate('Community', _CAUSES[each.cause])}",
            under=language.moment(each.at, now),
            icon="thermometer",
            tone="ok" if each.degrees > 0 else "warn",
        )
        for each in one.moved
    )
    formula = tuple(
        Row(
            text=f"{each.degrees:+g}  {translate('Community', _CAUSES[each.cause])}",
            under=translate("Community", "for {days} days, together at most {most}").format(
                days=each.days, most=f"{each.most:g}"
            ),
        )
        for each in one.formula
    )
    over = tuple(
        Row(
            text=translate("Community", "{name} took it over").format(name=each.person),
            under=language.moment(each.at, now),
            icon="user",
            tone="accent",
        )
        for each in one.taken_over
    )
    blocks = [Block(title=translate("Community", "What moved it"), rows=moved, empty="—")]
    if over:
        blocks.append(Block(title=translate("Community", "After three contacts"), rows=over))
    blocks.append(Block(title=translate("Community", "How it is worked out"), rows=formula))
    return Sheet(
        id=one.id,
        title=translate("Community", "{degrees} of 100").format(degrees=one.degrees),
        about=translate("Community", "How the makers served this home. Never used to sell."),
        look=Look(word="", icon="thermometer", tone=tone),
        blocks=tuple(blocks),
    )


# --- notices --------------------------------------------------------------------------------------


def notices(mirror: Mirror, now: float) -> View:
    """Return incidents and what is dangerous, open ones first."""
    incidents = sorted(
        mirror.documents("incident", IncidentDoc).values(),
        key=lambda one: (one.state is not IncidentState.OPEN, -one.opened),
    )
    dangers = [one for one in mirror.documents("cluster", ClusterDoc).values() if one.safety]
    none = translate("Community", "No notices. What many homes meet at once is told here.")
    return View(
        title=community.title(community.Section.NOTICES),
        entries=(
            *(_danger_entry(one) for one in dangers),
            *(_incident_entry(one, now) for one in incidents),
        ),
        sheets={
            **{one.id: _danger(one) for one in dangers},
            **{one.id: _incident(one, now) for one in incidents},
        },
        empty=community.nothing(mirror, none),
    )


def _danger_entry(one: ClusterDoc) -> Entry:
    word = translate("Community", "Dangerous")
    look = Look(word=word, icon="shield-x", tone="bad")
    title = words_of(one)
    return Entry(id=one.id, title=title, look=look, under=f"{word} · {one.vendor} {one.model}")


def words_of(one: ClusterDoc) -> str:
    """Return the public title of a cluster in the reader's language."""
    return community.words({name: said.title for name, said in one.words.items()})


def _danger(one: ClusterDoc) -> Sheet:
    told = (
        (
            translate("Community", "What to do"),
            community.words({name: each.workaround for name, each in one.words.items()}),
        ),
        (translate("Community", "Friday"), states.week_name(one.fix_week) if one.fix_week else ""),
    )
    return Sheet(
        id=one.id,
        title=words_of(one),
        about=f"{one.vendor} {one.model}",
        look=Look(word=translate("Community", "Dangerous"), icon="shield-x", tone="bad"),
        text=community.words({name: each.text for name, each in one.words.items()}),
        facts=said(told),
    )


def _incident_look(one: IncidentDoc) -> Look:
    if one.state is IncidentState.OPEN:
        return Look(word=translate("Community", "Open"), icon="triangle-alert", tone="warn")
    return Look(word=translate("Community", "Settled"), icon="circle-check", tone="ok")


def _incident_entry(one: IncidentDoc, now: float) -> Entry:
    look = _incident_look(one)
    when = clocks.left(one.due, now) if one.closed is None else language.moment(one.closed, now)
    title = _incident_title(one)
    return Entry(id=one.id, title=title, look=look, under=f"{look.word} · {when}")


def _incident_title(one: IncidentDoc) -> str:
    named = f"{one.vendor} {', '.join(one.models)}".strip()
    return " · ".join(part for part in (named, one.component) if part)


def _incident(one: IncidentDoc, now: float) -> Sheet:
    left = clocks.left(one.due, now) if one.closed is None else ""
    told = (
        (translate("Community", "Since"), language.moment(one.opened, now)),
        (translate("Community", "Homes"), str(one.homes)),
        (translate("Community", "Versions"), ", ".join(one.versions)),
        (translate("Community", "Promised within 72 hours"), left),
        (translate("Community", "How it ended"), community.words(one.outcome)),
    )
    return Sheet(
        id=one.id,
        title=_incident_title(one),
        look=_incident_look(one),
        text=community.words(one.notice),
        facts=said(told),
    )
