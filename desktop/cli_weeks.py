"""`orangery week-page`: what came of testers' words in a week, and how promises were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from desktop.cli_frame import Context, json_too
from feedback.wire import HubError
from fleet.later import later

if TYPE_CHECKING:
    from feedback import week_lines, wire_weeks
else:  # each command loads what it needs
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
