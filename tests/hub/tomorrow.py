"""`orangery-hub` of tomorrow: the program of today with one more version of the tables.

`python -m tests.hub.tomorrow PLACE ...` says "held" at a place on its way and waits there for its
standard input to end: PLACE is one of PLACES, or "on" for nowhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub import backup_file, before, revisions
from tests.hub.running import ROOT

PLACES = ("copying", "copied", "changed")
NEWEST = "9000"
_STEP = f'''
"""What tomorrow brings."""

import sqlalchemy as sa
from alembic import op

revision = "{NEWEST}"
down_revision = "{{down}}"


def upgrade() -> None:
    op.create_table("tomorrow", sa.Column("n", sa.Integer(), primary_key=True))
    with op.batch_alter_table("member") as table:
        table.add_column(sa.Column("mood", sa.Text(), nullable=False, server_default="well"))
        table.drop_column("board")
    op.execute(sa.text("DELETE FROM nonce"))
'''


def migrations(folder: Path) -> Path:
    """Write the steps of tomorrow into `folder`, which is new."""
    shutil.copytree(revisions.MIGRATIONS, folder)
    (folder / "versions" / "tomorrow.py").write_text(_STEP.format(down=revisions.newest()))
    return folder


def start(folder: Path, url: str, place: str = "on", *words: str) -> subprocess.Popen[str]:
    """Start it as a process: `orangery-hub migrate`, or what else `words` say."""
    told = words or ("migrate",)
    at = ("--data", str(folder), "--database", url)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.hub.tomorrow", place, *told, *at],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def held(process: subprocess.Popen[str]) -> None:
    """Wait until it is at its place."""
    assert process.stdout is not None
    line = process.stdout.readline()  # ends with the process, so it never waits for ever
    assert line == "held\n", process.communicate()[1]


def _hold() -> None:
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()


def _after(name: str, module: Any, *, when: Callable[..., bool] = lambda *_: True) -> None:
    real = getattr(module, name)

    def work(*said: Any) -> Any:
        done = real(*said)
        if when(*said):
            _hold()
        return done

    setattr(module, name, work)


def _main(place: str) -> None:
    if place == "copying":
        for name in ("copy_file", "fill"):
            _after(name, backup_file)
    elif place == "copied":
        for name in ("of_sqlite", "of_postgresql"):
            _after(name, before)
    elif place == "changed":
        _after("upgrade", revisions, when=lambda *said: len(said) == 1)
    from hub.__main__ import main  # noqa: PLC0415 - it takes the functions that were exchanged

    with tempfile.TemporaryDirectory() as made:
        revisions.MIGRATIONS = migrations(Path(made) / "migrations")  # type: ignore[misc]
        main()


if __name__ == "__main__":
    _main(sys.argv.pop(1))
