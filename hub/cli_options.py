"""Options that many commands of `orangery-hub` have."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

DATA: Final = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    envvar="ORANGERY_HUB_DATA",
    help="Folder that belongs to the hub.",
)
DATABASE: Final = click.option(
    "--database",
    default="",
    envvar="ORANGERY_HUB_DATABASE",
    help="SQLAlchemy address; without it hub.sqlite in the folder.",
)
JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
