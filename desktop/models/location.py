"""A place in the window, and its link: `orangery:device/<key>`, `orangery:report/<id>`. Pure."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """A page and what it shows; "": nothing special."""

    page: str
    subject: str = ""
