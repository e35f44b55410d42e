"""`orangery-hub` for whoever runs a hub: migrate, backup, restore, doctor."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import click

from hub import backup as copies
from hub import doctor as examination
from hub.app import Hub, Settings
from hub.cli_options import DATA, DATABASE
from hub.store import Store

_OPTIONS: Final = (
    click.option(
        "--attachments",
        default="",
        envvar="ORANGERY_HUB_ATTACHMENTS",
        help="s3://BUCKET/FOLDER?endpoint=URL; without it a folder beside the database.",
    ),
    DATABASE,
    DATA,
)


def _of_hub(command: Any) -> Any:  # noqa: ANN401 - click's own way of decorating
    for option in _OPTIONS:
        command = option(command)
    return command


@click.command()
@_of_hub
@click.option("--to", default="", help="Bring all rows into the empty database at this address.")
def migrate(data: Path, database: str, attachments: str, to: str) -> None:
    """Bring the database to this version (serve does it as well), or into another with --to.

    After a move the former database is closed for good: give the new address to serve. Attachments
    and the file secret.key stay where they are.
    """
    del attachments
    if not to:
        store = Store(data, database)
        store.migrate()
        store.close()
        click.echo("up to date")
        return
    made = copies.move(data, database, to)
    click.echo(json.dumps({"moved": True, "rows": made.rows}))


@click.command()
@_of_hub
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(data: Path, database: str, attachments: str, file: Path) -> None:
    """Write all rows of the hub into FILE while it serves, and check it.

    Keep with it the file secret.key of the folder, and the attachments, which are not in it.
    """
    store = Store(data, database)
    try:
        made = copies.backup(store, file)
    finally:
        store.close()
    also = [str(data / "secret.key"), attachments or str(data / "attachments")]
    click.echo(
        json.dumps({"file": str(file), "sha256": made.sha256, "rows": made.rows, "also": also})
    )


@click.command()
@_of_hub
@click.option("--replace", is_flag=True, help="Set the database that is there aside (SQLite).")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(data: Path, database: str, attachments: str, file: Path, *, replace: bool) -> None:
    """Put a backup back into an empty database: houses notice and send again what it lost.

    Attachments whose bytes are not in their store are asked for again.
    """
    made = copies.restore(file, data, database, replace=replace)
    hub = Hub(Settings(data=data, database=database, attachments=attachments))
    there = frozenset(found.name for found in hub.objects.all())
    asked = hub.store.run(lambda db: copies.ask_again(db, there, now=time.time()))
    hub.store.close()
    click.echo(json.dumps({"restored": True, "rows": made.rows, "attachments_asked_for": asked}))


@click.command()
@_of_hub
def doctor(data: Path, database: str, attachments: str) -> None:
    """Check database, books, attachments and jobs; ends with code 1 where something is wrong."""
    hub = Hub(Settings(data=data, database=database, attachments=attachments))
    found = examination.examine(hub, time.time())
    hub.store.close()
    click.echo(json.dumps({"ok": not found.faults, "faults": found.faults, "rows": found.rows}))
    sys.exit(1 if found.faults else 0)
