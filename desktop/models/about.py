"""What Orangery is made of, and where help is: values, no widgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from desktop import build
from desktop.language import mark, translate
from desktop.made_of import Part
from desktop.models.entries import Entry
from desktop.models.states import Look

_HELP = (
    ("docs/window.md", mark("About", "every page of this window")),
    ("docs/updates.md", mark("About", "how a week goes through a home")),
    ("docs/brokers.md", mark("About", "brokers: found, tried, made")),
    ("docs/trust.md", mark("About", "what is verified, and what each failure means")),
    ("docs/reports.md", mark("About", "what a report says of your home, and what never")),
    ("docs/troubleshooting.md", mark("About", "when something does not work")),
)


def program() -> str:
    """Return the version of the program; "?" where it was not installed as a package."""
    return build.version()


def built() -> str:
    """Return from what, when and for what this copy was built; "" from source."""
    own = build.build()
    if not own.commit:
        return ""
    day = f"{dt.datetime.fromtimestamp(own.made, dt.UTC):%Y-%m-%d}"
    return f"{own.platform} · {day} · {own.commit[:12]}"


def entry(part: Part) -> Entry:
    """Return a part as it stands in the list."""
    look = Look(word="", icon="scroll-text", tone="muted")
    title = f"{part.name} {part.version}".rstrip()
    return Entry(id=title, title=title, look=look, under=part.licence)


def found(parts: Iterable[Part], words: str) -> tuple[Part, ...]:
    """Return the parts in whose name or licence all of the words are."""
    asked = words.casefold().split()
    return tuple(
        one
        for one in parts
        if all(word in f"{one.name} {one.licence}".casefold() for word in asked)
    )


def exchange() -> str:
    """Return how Qt can be exchanged, as its licence has it."""
    if build.folder() is None:
        return translate(
            "About",
            "Qt is under the LGPL: any other PySide6 that is installed in its place is used.",
        )
    return translate(
        "About",
        "Qt is under the LGPL: its libraries lie as files in _internal/PySide6/Qt, where you may "
        "put your own; `orangery version --verify` will then name them.",
    )


def help_lines() -> tuple[tuple[str, str], ...]:
    """Return (document, what it is about)."""
    return tuple((place, translate("About", words)) for place, words in _HELP)
