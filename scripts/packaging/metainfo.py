"""What software centres show of Orangery, from resources/packages/orangery.metainfo.xml.

Format: AppStream 1.0. The addresses and the name of whoever makes it are those of project.toml.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from string import Template
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from scripts.packaging import history
from scripts.packaging.packing import PACKAGES

_PROJECT = tomllib.loads((PACKAGES / "project.toml").read_text(encoding="utf-8"))
ID = ".".join([*reversed((urlsplit(_PROJECT["homepage"]).hostname or "").split(".")), "app"])
"""Of the component: the home page's host, turned round."""

_MOST = 8  # lines of what is new: a software centre shows no more


def text(*, version: str, made: int) -> str:
    """Return the file for a version that was made then (seconds since the epoch)."""
    date = datetime.fromtimestamp(made, UTC).date().isoformat()
    news = "\n".join(
        f"          <li>{escape(item)}</li>" for item in history.items(version)[:_MOST]
    )
    template = (PACKAGES / "orangery.metainfo.xml").read_text(encoding="utf-8")
    return Template(template).substitute(
        id=ID, version=version, date=date, news=news, kind=_kind(version), **_PROJECT
    )


def _kind(version: str) -> str:
    """Return whether a release is for everybody: 1.0b2 and 0.1.0.dev3 are not."""
    return "stable" if version.replace(".", "").isdigit() else "development"
