"""Signals as the command line prints them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group
from rich.table import Table

from desktop import tongues
from feedback.campaign_commands import Joined, Preview
from feedback.wire_board import BoardDoc, MedalDoc, StandingDoc
from feedback.wire_signals import CampaignDoc, IncidentDoc, ThermometerDoc

_CAUSES = {
    "answered": "answered in time",
    "answered_late": "answered late",
    "fix_delivered": "a fix works for you",
    "update_failed": "an update did badly",
    "reopened": "a fix mended nothing",
    "silence": "nobody said anything for three days",
}
_MEDALS = {
    "orange_knight": "Orange Knight",
    "geek_elder": "Geek Elder",
    "academician": "Academician",
    "guardian": "Guardian",
}


def incidents(found: Sequence[IncidentDoc], language: str) -> Group | str:
    """Return the notices that the makers published, open ones first."""
    if not found:
        return "The makers know of no incident."
    lines = []
    for one in found:
        what = f"{one.vendor} {', '.join(one.models)}: {one.component or '?'}, {one.homes} homes"
        how = "settled" if one.closed is not None else f"settled by {_time(one.due)}"
        words = one.outcome if one.closed is not None else one.notice
        lines.append(f"{_time(one.opened)}  {what} ({how})\n  {said(words, language)}")
    return Group(*lines)


def thermometer(doc: ThermometerDoc | None) -> Group | str:
    """Return how the makers served this household, and everything that moved it."""
    if doc is None:
        return "50 of 100: nothing happened yet."
    table = _table("when", "degrees", "what", "report")
    for one in doc.moved:
        what = _CAUSES.get(one.cause, one.cause)
        table.add_row(_time(one.at), f"{one.degrees:+g}", what, one.about[:8])
    lines: list[object] = [f"{doc.degrees} of 100. It is about the makers' service, not about you."]
    lines += [
        f"{one.person or 'Nobody yet'} took report {one.report[:8]} over on {_time(one.at)}."
        for one in doc.taken_over
    ]
    return Group(*(str(line) for line in lines), table) if doc.moved else str(lines[0])


def campaigns(
    offered: Iterable[CampaignDoc], joined: Mapping[str, Joined], language: str
) -> Group | str:
    """Return what the makers ask for, and in what this house takes part."""
    table = _table("campaign", "until", "measure", "here", "what for")
    for one in offered:
        mine = joined.get(one.id)
        measure = f"{one.vendor} {one.model or '*'}: {one.feature}"
        table.add_row(one.id, _time(one.ends), measure, _here(mine), said(one.purpose, language))
    if not table.row_count:
        return "The makers ask for nothing to be measured."
    return Group(table)


def preview(shown: Preview) -> str:
    """Return what leaves this house, byte for byte."""
    lines = [f"measured: {', '.join(shown.devices) or 'no device here'} (names are not sent)"]
    lines += ["sent or waiting to be sent, newest first:", *shown.told] if shown.told else []
    lines += ["as it would be sent now:", *shown.now] if shown.now else []
    return "\n".join(lines)


def boards(found: Iterable[BoardDoc], mine: StandingDoc | None) -> Group | str:
    """Return the boards of a week, and where this household stands."""
    parts: list[object] = []
    for doc in found:
        table = _table("place", "name", "score")
        for row in doc.rows:
            table.add_row(str(row.place), row.nickname, str(row.score))
        parts += [f"{doc.week} {doc.board}{'' if doc.over else ' (until Friday)'}", table]
        if doc.winners:
            parts.append("  before: " + ", ".join(f"{w.nickname} ({w.week})" for w in doc.winners))
    if mine is not None:
        scores = ", ".join(f"{name} {points}" for name, points in mine.scores.items()) or "none"
        where = f"on the boards as {mine.nickname}" if mine.shown else "on no board"
        parts.append(f"You are {where}; your points of {mine.week or 'this week'}: {scores}.")
    return Group(*parts) if parts else "No board yet."  # type: ignore[arg-type]


def medals(found: Sequence[MedalDoc]) -> str:
    """Return the medals of this household, with why."""
    if not found:
        return "No medal yet. None can be bought, sold or given on."
    return "\n".join(f"{_MEDALS[one.medal]} since {_time(one.since)}: {one.why}" for one in found)


def said(words: Mapping[str, str], language: str) -> str:
    """Return words in this language, else in any there is."""
    return tongues.pick(words, language) or ""


def _here(mine: Joined | None) -> str:
    if mine is None:
        return "no"
    if mine.refused:
        return f"refused: {mine.refused}"
    if mine.ended is not None:
        return f"ended, {mine.sent} hours"
    return f"yes, {mine.sent} hours ({mine.waiting} wait)"


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, justify="right" if name in ("place", "score", "degrees") else "left")
    return table


def _time(at: float) -> str:
    return dt.datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")
