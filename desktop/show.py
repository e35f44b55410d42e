"""How the command line shows things: tables of rich, in plain English."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from desktop.plain import plain
from desktop.words import say
from fleet.client import Client
from fleet.copies import PutBack
from fleet.errors import StoreError
from fleet.model import (
    Changes,
    Device,
    Install,
    Snapshot,
    Update,
    UpdateEvent,
    UpdateState,
)

END_WORDS = {
    "done": "Confirmed",
    "rolled_back": "Went back",
    "failed": "Failed",
    "silent": "No answer",
    "cancelled": "Cancelled",
    "recalled": "Recalled",
}
"""The end states as every page and message names them (DESIGN.md, "Three flows")."""


WAYS = {
    Install.URL: "it fetches the file from here",
    Install.CHUNKS: "it takes the file in pieces over MQTT",
    Install.HTTP: "it is given the file over HTTP",
    Install.OWN: "it installs what its own maker offers",
}
"""How a device can be brought to a file."""

_ONLY_WE = "only Orangery checks the signatures"


def print_table(table: Any) -> None:  # noqa: ANN401 - any rich renderable
    """Print for people; as wide as the terminal, at least 100 columns where there is none.

    What is printed may come from anybody: brackets and colons in it mean nothing to rich, and
    nothing in it anything to the terminal.
    """
    console = _Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = _Console(width=120, highlight=False, markup=False, emoji=False)
    console.print(table)


class _Console(Console):
    def render_str(self, text: str, **how: Any) -> Text:  # noqa: ANN401 - as rich has them
        """Return a cell's text."""
        return super().render_str(plain(text), **how)


def went_back(done: Sequence[PutBack], language: str) -> str:
    """Return what `orangery repair --older` did, or that there was nothing to do."""
    lines: list[str] = []
    for one in done:
        made = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.made))
        facts = {"file": str(one.file), "kept": str(one.kept), "made": made}
        lines += say("went_back", facts, language)
    return "\n".join(lines or say("nothing_newer", {}, language))


@contextmanager
def readable(file: Path) -> Iterator[Iterator[str]]:
    """Give the lines of `file`; StoreError("file_unreadable") where it cannot be read."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            yield lines
    except OSError as error:
        raise StoreError("file_unreadable", file=file, fact=error.strerror or error) from error


def devices(snapshot: Snapshot) -> Table:
    """The house as a table: name, model, state, version, how it speaks."""
    table = Table(box=None, pad_edge=False)
    for column in ("Name", "Model", "State", "Version", "Speaks", "Update"):
        table.add_column(column, no_wrap=column == "Name")
    updates = snapshot.facts.get("update", {})
    for device_ in sorted(snapshot.devices.values(), key=lambda one: one.name.casefold()):
        table.add_row(
            device_.name,
            f"{device_.vendor} {device_.model}".strip(),
            str(device_.availability),
            str(device_.version or "-"),
            ", ".join(device_.dialects),
            update_words(updates.get(device_.key)) or fit_words(snapshot, device_.key),
        )
    return table


def device(snapshot: Snapshot, one: Device, past: Sequence[UpdateEvent]) -> Table:
    """One device: what it is, what it runs, what happened to it."""
    table = Table(box=None, show_header=False, pad_edge=False)
    via = snapshot.devices.get(one.via)
    update = snapshot.facts.get("update", {}).get(one.key)
    for label, value in (
        ("Name", one.name),
        ("Key", one.key),
        ("Model", f"{one.vendor} {one.model} {one.hardware}".strip()),
        ("Room", one.room),
        ("State", str(one.availability)),
        ("Version", str(one.version or "")),
        ("Behind", via.name if via else one.via_claim),
        ("Speaks", ", ".join(one.dialects)),
        ("Known as", ", ".join(f"{scheme}:{value}" for scheme, value in sorted(one.ids))),
        ("This week", fit_words(snapshot, one.key)),
        ("Takes an update", ways(one)),
        ("Its own maker", _offered(one)),
        ("Update", update_words(update)),
        *_why(update),
    ):
        table.add_row(label, value or "-")
    for event in past:
        table.add_row(_time(event.at), f"{event.state} {event.version_to} {event.fact}".strip())
    return table


def ways(one: Device) -> str:
    """Say how a device can be brought to a file, and whether it checks who signed it."""
    each = [words for install, words in WAYS.items() if install in one.caps.install]
    if not each:
        return ""
    checks = "it checks signatures itself" if one.caps.checks_signature else _ONLY_WE
    own_only = one.caps.install == {Install.OWN}
    return f"{', or '.join(each)}; {'nobody here checks it' if own_only else checks}"


def offer(one: Device) -> Table:
    """What a device's own maker offers it, in words."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("Runs", str(one.version or "-"))
    table.add_row("Its own maker", _offered(one) or "offers nothing that it has told of")
    return table


def _offered(one: Device) -> str:
    """Say what its own maker offers: "2.0.1 (not verified by us): Better dimming"."""
    if one.offer is None:
        return ""
    return f"{one.offer} (not verified by us)" + (f": {one.notes}" if one.notes else "")


def _why(update: object) -> Iterator[tuple[str, str]]:
    """Give in which way its last update went, and why it did not, with what to do."""
    if not isinstance(update, Update):
        return
    if update.way:
        yield "Brought", f"{WAYS[Install(update.way)]} ({update.dialect})"
    if update.refused:
        for no in update.refused:
            yield f"In {no.dialect}", say(no.code, {"fact": no.fact})[0]
    elif update.reason and update.state in {UpdateState.FAILED, UpdateState.SILENT}:
        sentence, hint = say(update.reason, {"fact": update.fact})
        yield "Why", f"{sentence} {hint}"


def update_words(update: object) -> str:
    """Say where an update stands: "Confirmed 1.2", "queued 1.2 (asleep: starts when it wakes)"."""
    if not isinstance(update, Update):
        return ""
    state = END_WORDS.get(update.state, update.state)
    waits = say(update.waiting, {}, book="waiting")[0] if update.waiting else ""
    why = waits or update.reason
    return f"{state} {update.version_to}" + (f" ({why})" if why else "")


def fit_words(snapshot: Snapshot, key: str) -> str:
    """Say what this week holds for a device: the version, or why nothing."""
    answer: Any = snapshot.facts.get("fit", {}).get(key)
    if answer is None:
        return ""
    if hasattr(answer, "target"):
        return f"ready: {answer.target.version}"
    return say(answer.code, {"fact": answer.fact})[0]


def week(found: Any, snapshot: Snapshot) -> Table:  # noqa: ANN401 - firmware.release.Week
    """The week, who signed it, and what it holds for each device."""
    table = Table(box=None, pad_edge=False, title=f"Week {found.id} of {found.maker}")
    table.add_column("Device")
    table.add_column("This week")
    for key, one in sorted(snapshot.devices.items(), key=lambda item: item[1].name.casefold()):
        table.add_row(one.name, fit_words(snapshot, key))
    signed = ", ".join(f"{one.role} {len(one.signers)} of {one.keys}" for one in found.signed)
    table.caption = f"Signed by: {signed}. {found.notes.get('en', '')}"
    return table


def history(snapshot: Snapshot, events: Sequence[UpdateEvent]) -> Table:
    """The steps of past updates, oldest first."""
    table = Table(box=None, pad_edge=False)
    for column in ("Time", "Device", "Step", "From", "To", "Why"):
        table.add_column(column)
    for event in events:
        known = snapshot.devices.get(event.device)
        table.add_row(
            _time(event.at),
            known.name if known else event.device,
            str(event.state),
            event.version_from,
            event.version_to,
            event.reason or event.fact,
        )
    return table


def reports(snapshot: Snapshot) -> Table:
    """The reports of this house and the points they brought."""
    table = Table(box=None, pad_edge=False)
    for column in ("Report", "Title", "State", "Fixed in", "Points"):
        table.add_column(column)
    for key, one in snapshot.facts.get("report", {}).items():
        value: Any = one
        table.add_row(key[:8], value.title, str(value.state), value.fix_week, str(value.points))
    return table


def report_line(report: Any) -> str:  # noqa: ANN401 - feedback.report.Report
    """A report in one line: "1b2c3d4e waiting: It flickers (7,546 bytes)"."""
    return f"{report.id[:8]} {report.state}: {report.title} ({report.size:,} bytes)"


def replayed(found: Mapping[str, Any]) -> Table:
    """What recorded messages gave: devices, then what nobody understood."""
    table = Table(box=None, pad_edge=False)
    for column in ("Name", "Vendor", "Model", "Version", "State", "Speaks"):
        table.add_column(column)
    for one in found["devices"]:
        columns = ("name", "vendor", "model", "version", "availability")
        table.add_row(*(str(one[name] or "") for name in columns), ", ".join(one["dialects"]))
    table.caption = f"{len(found['devices'])} devices, {len(found['unknown'])} messages unknown"
    return table


def follow(client: Client, *, quiet: bool) -> None:
    """Print each step of the running rollout until it has finished, halted or paused."""
    moved = threading.Event()
    seen: dict[str, str] = {}

    def heard(_changes: Changes) -> None:
        moved.set()

    stop = client.listen(heard)
    try:
        while True:
            snapshot = client.snapshot()
            for key, update in snapshot.facts.get("update", {}).items():
                words = update_words(update)
                over = key not in seen and isinstance(update, Update) and update.state.ended
                if seen.get(key) != words and not quiet and not over:
                    name = snapshot.devices[key].name if key in snapshot.devices else key
                    print_table(f"{name}: {words}")
                seen[key] = words
            if not running(snapshot):
                return
            moved.wait(1.0)
            moved.clear()
    finally:
        stop()


def running(snapshot: Snapshot) -> bool:
    """Whether any rollout is still on its way."""
    rollouts: Any = snapshot.facts.get("rollout", {}).values()
    return any(one.state == "running" for one in rollouts)


def _time(at: float) -> str:
    return dt.datetime.fromtimestamp(at or time.time()).astimezone().strftime("%Y-%m-%d %H:%M:%S")
