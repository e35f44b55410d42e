"""`orangery-hub` for whoever runs a hub: migrate, backup, restore, doctor."""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from hub import backup as copies
from hub import before
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


def bring_up(data: Path, database: str, *, own_copy: bool = False) -> None:
    """Bring the database to this version, and say on standard error what became of it."""
    with closing(Store(data, database)) as store:
        done = store.migrate(own_copy=own_copy)
    if done is None:
        return
    click.echo(f"The tables were brought from version {done.before} to {done.now}.", err=True)
    if done.copy is not None:
        click.echo(
            f"What was there before is in {done.copy}: a backup that orangery-hub restore puts"
            " back, of the version that made it.",
            err=True,
        )


@click.command()
@_of_hub
@click.option("--to", default="", help="Bring all rows into the empty database at this address.")
@click.option("--own-copy", is_flag=True, help="You have a copy of your own: make none before.")
def migrate(data: Path, database: str, attachments: str, to: str, *, own_copy: bool) -> None:
    """Bring the database to this version (serve does it as well), or into another with --to.

    A database that changes is copied into the folder before; --own-copy leaves that out.
    After a move the former database is closed for good: give the new address to serve. Attachments
    and the file secret.key stay where they are.
    """
    del attachments
    if not to:
        bring_up(data, database, own_copy=own_copy)
        click.echo("up to date")
        return
    if own_copy:
        raise click.UsageError("A move changes nothing in the database that is left.")
    made = copies.move(data, database, to)
    click.echo(json.dumps({"moved": True, "rows": made.rows}))


@click.command()
@_of_hub
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(data: Path, database: str, attachments: str, file: Path) -> None:
    """Write all rows of the hub into FILE while it serves, and check it.

    Keep with it the file secret.key of the folder, and the attachments, which are not in it.
    """
    with closing(Store(data, database)) as store:
        made = copies.backup(store, file)
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
    """Check database, books, attachments and jobs; ends with code 1 where something is wrong.

    It also names the copies of what was there before a new version, the newest first.
    """
    hub = Hub(Settings(data=data, database=database, attachments=attachments))
    found = examination.examine(hub, time.time())
    hub.store.close()
    kept = [
        {
            "file": str(one.file),
            "tables": one.tables,
            "made": datetime.fromtimestamp(one.made, UTC).isoformat(timespec="seconds"),
            "bytes": one.size,
        }
        for one in before.copies(data)
    ]
    said = {"ok": not found.faults, "faults": found.faults, "rows": found.rows, "copies": kept}
    click.echo(json.dumps(said))
    sys.exit(1 if found.faults else 0)
