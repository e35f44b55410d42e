"""What Orangery is made of, and where help is: values, no widgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import resources
from desktop import build, language
from desktop.build import Packaged
from desktop.language import mark, translate
from desktop.made_of import Part
from desktop.models.entries import Entry
from desktop.models.states import Look

_HELP = (
    ("window.md", mark("About", "every page of this window")),
    ("updates.md", mark("About", "how a week goes through a home")),
    ("brokers.md", mark("About", "brokers: found, tried, made")),
    ("trust.md", mark("About", "what is verified, and what each failure means")),
    ("reports.md", mark("About", "what a report says of your home, and what never")),
    ("troubleshooting.md", mark("About", "when something does not work")),
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


def document(place: str) -> Path | None:
    """Return the file of a page of the manual; None: this copy brings none, as packages do."""
    file = Path(resources.__file__).resolve().parent.parent / place
    return file if build.folder() is None and file.is_file() else None


def page_name(place: str) -> str:
    """Return what a page is called where it is no file: "troubleshooting"."""
    return place.rpartition("/")[2].removesuffix(".md")


def where_help_is() -> str:
    """Return where the pages of the manual are read, for a copy that brings none; else ""."""
    if document(help_lines()[0][0]) is not None:
        return ""
    if build.packaged() in {Packaged.DEB, Packaged.RPM}:
        return translate(
            "About",
            "These pages come with the source and stand on the makers' site; this copy does not "
            "bring them. “man orangery” has every command.",
        )
    return translate(
        "About",
        "These pages come with the source and stand on the makers' site; this copy does not bring "
        "them. “orangery --help” has every command.",
    )


def help_lines() -> tuple[tuple[str, str], ...]:
    """Return (document, what it is about); in the language of the window where it is written."""
    folder = "docs/zh" if language.current().startswith("zh") else "docs"
    return tuple((f"{folder}/{page}", translate("About", words)) for page, words in _HELP)
