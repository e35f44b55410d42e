"""Where one is in the window: a page and what is shown on it; as a link, `orangery:device/…`.

A file that is handed to the program travels the same way, as `file:///…` (RFC 8089).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from fleet.errors import CommandError

SCHEME = "orangery:"
NEW_REPORT = "new"
"""In a link, instead of a report's id: one that is still to be written."""

_SHORT = {"device": "devices", "report": "reports"}  # what a link says -> the page it is on
_LONGEST = 2_000  # characters; the longest key of a device is far shorter


@dataclass(frozen=True, slots=True)
class Location:
    """One place; `subject` is the page's own: a device's key, a report's id, "" for the page."""

    page: str
    subject: str = ""


def link(place: Location) -> str:
    """Return the link that leads there."""
    words = {page: word for word, page in _SHORT.items()}
    if not place.subject:
        return f"{SCHEME}{place.page}"
    return f"{SCHEME}{words.get(place.page, place.page)}/{quote(place.subject, safe='')}"


def parse(text: str) -> Location:
    """Return where a link leads; whether there is such a page, the window knows.

    CommandError("link_unknown"): it is not one of ours.
    """
    head, _, rest = text.partition(":")
    word, _, subject = rest.strip("/").partition("/")
    known = head.lower() == SCHEME[:-1] and word.isascii() and word.isalpha()
    if not known or len(text) > _LONGEST or not text.isprintable():
        raise CommandError("link_unknown", link=text[:80])
    return Location(_SHORT.get(word, word), unquote(subject))


def file_link(path: Path) -> str:
    """Return the address by which a file is handed on."""
    return path.absolute().as_uri()


def file_of(link: str) -> Path | None:
    """Return the file of this computer that an address names; None: it names none."""
    try:
        parts = urlsplit(link)
    except ValueError:  # it is no address at all
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    path = unquote(parts.path)
    return Path(path) if path.startswith("/") and "\0" not in path else None
