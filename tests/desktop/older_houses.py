"""Houses as programs of earlier days left them: databases from SQL that those programs wrote.

`older/<day>/<name>.sql` is what sqlite3's own dump gives of a file; a house of a program of that
day (tests of its own were run, and the fullest file of each kind kept). A change of tables adds a
day here before it lands.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from desktop.house_file import STORES
from tests.desktop.homes import furnish

OLDER = Path(__file__).parent / "older"
DAYS = sorted(folder.name for folder in OLDER.iterdir())


def furnish_of(day: str, folder: Path) -> Path:
    """Make a house with no broker whose databases are those of that day."""
    furnish(folder)
    for name in STORES:
        said = OLDER / day / f"{Path(name).stem}.sql"
        if said.exists():
            (folder / name).parent.mkdir(exist_ok=True)
            with closing(sqlite3.connect(folder / name)) as db:
                db.executescript(said.read_text(encoding="utf-8"))
    return folder


def of_tomorrow(file: Path, *, table: str = "") -> None:
    """Let a database be one that a later program has changed; `table`: which it renamed."""
    with closing(sqlite3.connect(file)) as db, db:
        (name,) = db.execute("SELECT migration_set FROM _sqlite_migrations").fetchone()
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, ?)",
            (name, "of_tomorrow", "2030-01-01"),
        )
        if table:
            db.execute(f"ALTER TABLE {table} RENAME TO {table}_of_tomorrow")
