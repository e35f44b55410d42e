"""Public files of sealed ballots: made once, beside the database, and handed out as they lie there.

A sealed ballot never changes, so neither does its file; where it is missing it is made again.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from sqlalchemy.engine import Connection

from hub import voice_ballots
from hub.valid import check_id

_FOLDER: Final = "ballots"


def path_of(db: Connection, folder: Path, ballot_id: str) -> Path:
    """Return where the file of a ballot lies. HubError: ballot_unknown, ballot_open."""
    check_id(ballot_id, "ballot_unknown")
    path = folder / _FOLDER / f"{ballot_id}.txt"
    if not path.exists():
        lines = voice_ballots.published(db, ballot_id)
        first = next(lines)  # refuses before anything is made
        path.parent.mkdir(exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.{id(lines)}.part")
        with part.open("wb") as file:
            file.write(first)
            file.writelines(lines)
        part.replace(path)
    return path
