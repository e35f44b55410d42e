"""What the desktops of this home have agreed on, in agreed.sqlite: who said what of which thing."""

from __future__ import annotations

from typing import Any

from fleet.store import migrations

MIGRATIONS = migrations("agreement")


@MIGRATIONS()
def create(db: Any) -> None:  # noqa: ANN401 - sqlite-utils' Database; only fleet/store.py knows it
    """Make the table: of each thing its document as it is said to others."""
    db["thing"].create({"name": str, "body": bytes}, pk="name", strict=True)
