"""How the command line shows what is believed of a maker."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rich.table import Table

from desktop.commands import TrustState
from desktop.words import say
from firmware.release import Answer, Standing, Week
from fleet.model import Snapshot


def trust(found: TrustState) -> Table:
    """What is wrong and what to do, the week and who signed it, each mirror, what may not fall."""
    table = Table(box=None, show_header=False, pad_edge=False)
    standing = found.standing
    table.add_row("Maker", f"{found.maker}, channel {found.channel}")
    code = standing.code or found.barred
    if code:
        sentence, hint = say(code, standing.facts or _dates(standing.week))
        table.add_row("Last check", sentence)
        table.add_row("What to do", hint)
        table.add_row("Installs", "nothing" if found.barred else "the week below, until its date")
    else:
        table.add_row("Last check", f"{_time(standing.checked)}, from {standing.source or '-'}")
    table.add_row("Last good week", _week(standing.week))
    if standing.week and standing.week.withdrawn:
        table.add_row("Withdrawn", standing.week.withdrawn.get("en", ""))
    if standing.week and standing.week.held:
        table.add_row("Held", standing.week.held.get("en", ""))
    for ring in standing.week.rings if standing.week else ():
        table.add_row("Ring", f"{ring.name}: {ring.percent} % from {_time(ring.opens)}")
    for one in standing.week.signed if standing.week else ():
        who = ", ".join(one.signers) or "-"
        have = len(one.signers) or one.threshold
        table.add_row("Signed", f"{one.role}: {have} of {one.keys} keys ({who})")
    table.add_row("Nothing fresh since", _silence(standing))
    answers = {one.url: one for one in standing.answers}
    for url in found.urls:
        table.add_row("Mirror", f"{url}: {_answer(answers.get(url))}")
    for false in standing.false_mirrors:
        table.add_row("Shows false", f"{false.url}: {false.code}, since {_time(false.since)}")
    for let_in in found.admissions:
        said = f"{_time(let_in.at)} week {let_in.week} from {let_in.source}, by {let_in.by}"
        table.add_row("Taken although old", f"{said}: {let_in.reason}")
    for name, number in found.floors.items():
        table.add_row("Not below", f"{name} {number}")
    return table


def makers(snapshot: Snapshot) -> Table:
    """Each maker in a line: its week, since when it is known, what is wrong."""
    table = Table(box=None, pad_edge=False)
    for column in ("Maker", "Channel", "Week", "Fresh as of", "Trouble"):
        table.add_column(column, no_wrap=column == "Maker")
    channels: Any = snapshot.facts.get("channel", {})
    for name, one in sorted(snapshot.facts.get("trust", {}).items()):
        standing: Any = one
        week = standing.week
        table.add_row(
            name,
            str(channels[name].channel) if name in channels else "-",
            f"{week.id}, valid until {_day(week.expires)}" if week else "none yet",
            _time(standing.heard) if standing.heard else "never heard",
            say(standing.code, standing.facts or _dates(week))[0] if standing.code else "-",
        )
    return table


def _week(week: Week | None) -> str:
    if week is None:
        return "none yet"
    return (
        f"{week.id}, published {_day(week.published)}, valid until {_day(week.expires)},"
        f" read from {week.source}"
    )


def _silence(standing: Standing) -> str:
    if standing.silent_since is None:
        return "-"
    heard = _time(standing.heard) if standing.heard else "never heard"
    return f"{_time(standing.silent_since)} (last fresh: {heard})"


def _answer(answer: Answer | None) -> str:
    if answer is None:
        return "not asked yet"
    return f"{answer.code or 'the week'}, {_time(answer.at)}"


def _dates(week: Week | None) -> dict[str, str]:
    if week is None:
        return {}
    return {"role": f"train-{week.channel}", "on": _day(week.expires)}


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).date().isoformat() if at else "-"


def _time(at: float | None) -> str:
    if not at:
        return "-"
    return dt.datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")
