"""`orangery week`, `week-page`: what is in a week, and what came of testers' words in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_frame import Context, json_too
from feedback.wire import HubError
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    from desktop import show
    from feedback import week_lines, wire_weeks
    from firmware import durable
else:  # each command loads what it needs
    show, durable = later("desktop.show"), later("firmware.durable")
    week_lines, wire_weeks = later("feedback.week_lines"), later("feedback.wire_weeks")


@click.command("week-page")
@click.argument("week", default="")
@json_too
@click.pass_obj
def week_page(context: Context, week: str) -> None:
    """Show the makers' page of WEEK (2026-W49), or of the newest: all of it is counted from data.

    What was changed and whose word it came from, how long that took, and how many promises were
    kept: a named person in 30 minutes, a first solution in 3 hours, an end in 3 days.
    """
    with context.client(devices=False) as client:
        found = client.snapshot().facts.get("week_page", {})
    pages = [one for one in found.values() if isinstance(one, wire_weeks.WeekPage)]
    chosen = [one for one in pages if not week or one.week == week]
    page = max(chosen, key=lambda one: one.published, default=None)
    if week and page is None:
        raise HubError("page_unknown")
    language = context.language
    words = "No week was published yet."
    if page is not None:
        words = "\n".join(week_lines.said(page, language))
    context.answer({"week_page": page}, words)


@click.command()
@click.option("--pdf", "file", type=click.Path(path_type=Path), help="Write it as a PDF file.")
@click.option("--public", is_flag=True, help="With --pdf: without what became of your devices.")
@json_too
@click.pass_obj
def week(context: Context, file: Path | None, *, public: bool) -> None:
    """Show the newest verified week: what it holds for each device, and who signed it.

    With --pdf it is written for paper: what is new, the files, who signed, how it went elsewhere
    and here.
    """
    with context.client() as client:
        snapshot = client.snapshot()
    weeks: Any = snapshot.facts.get("week", {})
    found = max(weeks.values(), key=lambda one: (one.id, one.published), default=None)
    if found is None:
        raise CommandError("no_week")
    if file is None:
        context.answer({"week": found}, show.week(found, snapshot))
        return
    if context.windows is None:
        raise CommandError("no_window")
    made = context.windows.week(snapshot, language=context.language, own=not public)
    durable.write(file, made)
    context.answer({"file": str(file), "week": found.id}, f"{file}: {len(made):,} bytes.")
