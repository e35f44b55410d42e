"""How the command line shows what members decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table

from desktop.recount import LotFault, Recount, Redraw
from desktop.words import say
from feedback.acts import Act
from feedback.ballots import Fault
from feedback.wire_voice import (
    BallotDoc,
    CandidatesDoc,
    CaseDoc,
    CaseFile,
    CharterDoc,
    CircleDoc,
    CommitteeDoc,
    IdeaDoc,
    ReceiptDoc,
    VoiceDoc,
    VoiceRecord,
)

FAULTS: Final = {
    Fault.TOTALS: "Counted again, the options have other numbers of votes.",
    Fault.LIST: "The list is not the one that all houses were told of.",
    Fault.ROLL: "The roll is not the one that was fixed when the ballot opened.",
    Fault.VOTERS: "There are more or fewer ballots than names that voted.",
    Fault.OWN_MISSING: "Your ballot is not in the list.",
    Fault.OWN_CHANGED: "Your ballot is in the list with another choice.",
    Fault.OWN_NAME: "The roll says that you voted where you did not, or the reverse.",
    Fault.OWN_ROLL: "Your name is not on the roll, though you were a member at the opening.",
    Fault.OTHER: "The file says other things of the ballot than this house was told.",
}
LOT_FAULTS: Final = {
    LotFault.POOL: "Who could be drawn is not who was fixed when the case was opened.",
    LotFault.SEED: "The seed is not that of the first checkpoint after the opening.",
    LotFault.DRAWN: "The lot draws others than those who sit.",
    LotFault.NO_CHECKPOINT: "This house has not heard of the checkpoint yet: sync, then try again.",
}


def ideas(found: Sequence[IdeaDoc], me: VoiceDoc) -> RenderableType:
    """Ideas in a table, and how many votes are left."""
    table = _table("", "Id", "Votes", "State", "Title", "Circles")
    for one in found:
        star = "*" if one.id in me.votes else ""
        table.add_row(
            star, one.id[:8], str(one.votes), _state(one), one.title, ", ".join(one.circles)
        )
    if not found:
        return f"No ideas here yet. You have {me.left} votes left."
    return Group(table, f"You have {me.left} votes left.")


def petitions(found: Sequence[IdeaDoc], now: float) -> RenderableType:
    """Petitions with the clock of the makers."""
    if not found:
        return "No petitions yet."
    table = _table("Id", "Votes", "Who answers", "Answer", "Title")
    for one in found:
        table.add_row(
            one.id[:8], str(one.votes), one.owner or "nobody yet", _clock(one, now), one.title
        )
    return table


def ballots(found: Sequence[BallotDoc], me: VoiceDoc) -> RenderableType:
    """Ballots in a table."""
    if not found:
        return "No ballots yet."
    table = _table("Id", "", "Until", "You", "Question")
    cast = {one.ballot for one in me.cast}
    for one in found:
        kind = "binding" if one.binding else "advisory"
        voted = "voted" if one.id in cast else ""
        table.add_row(one.id[:8], kind, _until(one), voted, one.title)
    return table


def ballot(one: BallotDoc, receipt: ReceiptDoc | None) -> RenderableType:
    """One ballot whole."""
    kind = "binding" if one.binding else "advisory"
    lines = [one.title, *([one.text] if one.text else []), f"{kind}, {_until(one)}"]
    for place, option in enumerate(one.options):
        votes = f"  {one.totals[place]} votes" if one.totals else ""
        won = "  <- won" if place in one.winners else ""
        mine = "  (yours)" if receipt is not None and receipt.choice == place else ""
        lines.append(f"  {place + 1}. {option}{votes}{won}{mine}")
    lines.append(f"{one.eligible} may vote" + (f", {one.cast} did" if one.closed else ""))
    if one.closed is not None:
        lines.append(f"Count it again: orangery voice verify {one.id[:8]}")
    return "\n".join(lines)


def recounted(said: Recount) -> str:
    """What a recount came to."""
    pairs = zip(said.ballot.options, said.totals, strict=True)
    lines = [said.ballot.title, *(f"  {option}: {votes}" for option, votes in pairs)]
    lines.append(f"{said.cast} ballots, {said.eligible} names on the roll.")
    if not said.told:
        lines.append("This house was told nothing of it: only the file speaks for itself.")
    if said.own is None:
        lines.append("There is no receipt here, so no ballot of yours was looked for.")
    elif said.elsewhere:
        lines.append(
            "Another machine of yours voted later, the hub says, and that ballot is in the list."
            " If you have no other machine, this is wrong: ask the makers."
        )
    elif not {Fault.OWN_MISSING, Fault.OWN_CHANGED} & set(said.faults):
        lines.append(f"Your ballot is in the list: {said.own.token[:16]}…")
    lines += [FAULTS[one] for one in said.faults] or ["Everything fits."]
    return "\n".join(lines)


def cases(found: Sequence[CaseDoc], files: Mapping[str, CaseFile]) -> RenderableType:
    """Cases in a table; those one opened or is drawn for are marked."""
    if not found:
        return "No cases yet."
    table = _table("Id", "", "Against", "State", "Votes", "Until")
    for one in found:
        file = files.get(one.id)
        part = "" if file is None else "yours" if file.mine else "drawn"
        table.add_row(
            one.id[:8], part, one.against, one.state, str(one.votes), _when(_next_of(one))
        )
    return table


def case(one: CaseDoc, file: CaseFile | None) -> str:
    """One case, with its sides for who may read them."""
    lines = [f"Case {one.id[:8]} against {one.against}: {one.state}, {one.votes} votes"]
    if file is not None:
        lines += [f"The member: {file.text}", f"The makers: {file.makers or 'nothing yet'}"]
        lines += [f"Asked for: {file.remedy}"]
        lines += [f"You voted: {'uphold' if file.uphold else 'reject'}"] * (file.uphold is not None)
    if one.decided is not None:
        why = ", because too few voted in time" if one.by_deadline else ""
        lines.append(f"Decided {_when(one.decided)}: {one.upheld} for the member{why}")
    if one.remedy is not None:
        done = f"done {_when(one.executed)}" if one.executed else f"due {_when(one.remedy_due)}"
        lines.append(f"{one.remedy}: {done}")
    lines += ["A deadline was missed."] * one.breached
    lines += [file.words] if file is not None and file.words else []
    return "\n".join(lines)


def redrawn(said: Redraw) -> str:
    """What drawing again came to."""
    lines = [f"{said.pool} could be drawn, {len(said.drawn)} were."]
    lines.append(
        "You are drawn." if said.is_drawn else "You could be drawn." if said.in_pool else
        "You could not be drawn: you have a part in it, or joined later."
    )  # fmt: skip
    lines += [LOT_FAULTS[one] for one in said.faults] or ["The same ones are drawn again."]
    return "\n".join(lines)


def circles(found: Sequence[CircleDoc], me: VoiceDoc) -> RenderableType:
    """Circles in a table."""
    if not found:
        return "No circles yet. Begin one: orangery voice join room:kitchen"
    table = _table("", "Circle", "Members", "Ideas", "Votes")
    for one in found:
        star = "*" if one.id in me.circles else ""
        table.add_row(star, one.id, str(one.members), str(one.ideas), str(one.votes))
    return table


def committees(found: Sequence[CommitteeDoc], seats: Mapping[str, CandidatesDoc]) -> RenderableType:
    """Committees, with what their seats alone see."""
    lines = []
    for one in found:
        names = ", ".join(seat.name for seat in one.seats) or "nobody was elected"
        lines.append(f"{one.id}  {one.title}, {one.term}: {names}")
        lines += [f"  stands: {who.name}: {who.words}" for who in one.candidates]
        for hold in one.holds:
            answer = hold.answer or "not answered yet"
            lines.append(f"  hold of {hold.week}: {hold.title}: {answer}")
        lines += [f"  {top.quarter}: {len(top.ideas)} ideas on the list" for top in one.top]
        mine = seats.get(one.id)
        for week in mine.weeks if mine else ():
            lines += [f"  {week.week} brings:", *(f"    {item}" for item in week.items)]
        for motion in mine.motions if mine else ():
            state = "done" if motion.done else f"{motion.supported} of {motion.needed}"
            lines.append(f"  motion {motion.id[:8]} ({motion.kind}, {state}): {motion.title}")
    return "\n".join(lines) or "No product lines yet."


def charter(adopted: Sequence[CharterDoc], newest: CharterDoc) -> str:
    """The text that stands, and whether another is being voted on."""
    lines = [adopted[-1].text if adopted else newest.text]
    if newest.adopted is None and newest.rejected is None:
        lines.append(
            f"Version {newest.id} is being voted on: orangery voice charter --diff,"
            f" orangery voice ballot {newest.ballot[:8]}"
        )
    return "\n".join(lines)


def record(found: VoiceRecord | None) -> str:
    """How promises were kept."""
    if found is None:
        return "Nothing was promised yet."
    days = f"{found.unwanted_days:.1f} days" if found.unwanted_days is not None else "-"
    return "\n".join(
        (
            f"Petitions answered in seven days: {found.petitions_kept} of {found.petitions}",
            f"Told in three days that it is outside: {found.outside_kept} of {found.outside}",
            f"Unwanted behaviours stopped: {found.unwanted}, in {days}",
            f"Cases decided: {found.decided} of {found.cases}",
            f"Remedies done: {found.executed} of {found.remedies}",
            *(f"Broken: {one.what} {one.subject}, due {_when(one.due)}" for one in found.breaches),
        )
    )


def acts(found: Sequence[Act], language: str) -> RenderableType:
    """What was said here and how it stands."""
    if not found:
        return "Nothing was said here in the last 30 days."
    table = _table("When", "What", "About", "State")
    for one in found:
        state = {"queued": "waits to be sent", "acked": "taken"}.get(one.state, "")
        refused = say(one.code, {}, language)[0] if one.code else ""
        table.add_row(_when(one.made), one.kind, one.about[:24], state or refused)
    return table


def _state(one: IdeaDoc) -> str:
    if one.week:
        return f"{one.state} {one.week}"
    return f"{one.state}: {one.reason}" if one.reason else str(one.state)


def _clock(one: IdeaDoc, now: float) -> str:
    late = " (late)" if one.breached else ""
    if one.answered is not None:
        return f"{one.answer} by {one.answered_by}{late}"
    left = (one.due or now) - now
    return f"{left / 86400:.1f} days left" if left >= 0 else f"late since {_when(one.due)}"


def _next_of(one: CaseDoc) -> float | None:
    return one.due if one.decided is None else one.remedy_due if one.executed is None else None


def _until(one: BallotDoc) -> str:
    return f"open until {_when(one.closes)}" if one.closed is None else "closed"


def _when(at: float | None) -> str:
    if at is None:
        return ""
    return dt.datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name)
    return table
