"""The versions of the hub's tables: which are known, which is here, and the way between them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def here(connection: Connection) -> str:
    """The version of the tables; "" where there are none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    said = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars()
    return ",".join(said)


def newest() -> str:
    """The one version that none follows: read from the files, so that a hub at it needs no Alembic.

    Alembic and what it brings are a tenth of a small hub's memory.
    """
    made, followed = _all()
    return ",".join(made - followed)


def known() -> frozenset[str]:
    """All versions that this program can bring to its own."""
    return frozenset(_all()[0])


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables to a version, inside the transaction that the connection is in.

    Alembic commits nothing then, so all changes come together or none does.
    """
    from alembic import command  # noqa: PLC0415 - see newest
    from alembic.config import Config  # noqa: PLC0415 - likewise

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _all() -> tuple[set[str], set[str]]:
    """All versions of the tables that this program knows, and those that another one follows."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in MIGRATIONS.glob("versions/*.py"))
    made, followed = (
        set(re.findall(rf'^{name} = "(\w+)"', text, re.MULTILINE))
        for name in ("revision", "down_revision")
    )
    return made, followed
