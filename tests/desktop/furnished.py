"""A house with something of everything in it, and what is compared of two houses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop.app import Household
from desktop.commands import AttachFile, CheckNow, SetRegion
from desktop.door import waited
from feedback.commands import SaveDraft, SendReport
from firmware.orders import StartRollout
from fleet.commands import Pin, Rename, SetRoom, SetTags
from fleet.store import Store
from tests.desktop.homes import Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator


def live_in(folder: Path, port: int, maker: Simulator) -> None:
    """Furnish `folder` and live in it: a named lamp, an update, a report, a draft with a file."""
    furnish(folder, port, maker)
    (folder / "window.json").write_text('{"zoom": 125}')
    with Household(folder) as house, Voice(port, name="Hall lamp"):
        send = lambda command: waited(house.client.send(command))  # noqa: E731
        lamp = until(house.client, device_called("Hall lamp")).key
        send(Rename(device=lamp, name="The lamp"))
        send(SetRoom(device=lamp, room="Hall"))
        send(SetTags(device=lamp, tags=frozenset({"upstairs", "mine"})))
        send(SetRegion(region="NL"))
        send(CheckNow())
        until(house.client, lambda now: lamp in now.facts.get("fit", {}))
        send(StartRollout(devices=(lamp,)))
        send(Pin(device=lamp))
        sent = send(SaveDraft(title="It blinks", device=lamp))
        send(SendReport(report=sent.id, evidence=b"{}"))
        draft = send(SaveDraft(title="It hums", device=lamp))
        send(AttachFile(report=draft.id, name="note.txt", data=b"it hums at night"))


def rows(folder: Path, name: str) -> dict[str, list[Any]]:
    """Return every row of every table of a database."""
    with Store.look(folder / name) as store:
        tables = store.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
        )
        return {
            one["name"]: sorted(
                (tuple(row.values()) for row in store.rows(f"SELECT * FROM {one['name']}")),
                key=repr,
            )
            for one in tables
        }
