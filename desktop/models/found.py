"""All that the palette can find: what this window can do, its pages, devices and reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from desktop import book
from desktop.actions import ALL, shown_keys
from desktop.language import translate
from desktop.models import states
from desktop.models.mirror import Mirror
from desktop.models.palette import Entry, Kind

UNLISTED = frozenset({"palette"})
"""It is open already."""


def entries(mirror: Mirror, why_not: Callable[[str], str]) -> list[Entry]:
    """Return every entry of this house; `why_not` says of an action why it cannot be used now."""
    return [
        *_actions(mirror, why_not),
        *_devices(mirror),
        *_reports(mirror),
    ]


def _actions(mirror: Mirror, why_not: Callable[[str], str]) -> Iterator[Entry]:
    here = {page.name for page in book.pages(mirror)}
    pages = {page.name: page for page in book.ALL}
    for known in ALL:
        if known.name in UNLISTED or (known.name in pages and known.name not in here):
            continue  # a page of staff is no page for others
        is_page = known.name in pages
        yield Entry(
            kind=Kind.PAGE if is_page else Kind.ACTION,
            name=known.name,
            text=known.said,
            note=translate("Palette", "page") if is_page else "",
            keys=shown_keys(known),
            icon=known.icon or "chevron-right",
            why_not=why_not(known.name),
        )


def _devices(mirror: Mirror) -> Iterator[Entry]:
    for key, device in mirror.devices.items():
        note = " · ".join(part for part in (device.room, device.vendor, device.model) if part)
        yield Entry(
            kind=Kind.DEVICE,
            name=key,
            text=device.name,
            note=note,
            icon=states.kind_icon(device),
        )


def _reports(mirror: Mirror) -> Iterator[Entry]:
    for report in mirror.reports():
        yield Entry(
            kind=Kind.REPORT,
            name=report.id,
            text=report.title or translate("Palette", "A report without a title"),
            note=states.of_report(report.state).word,
            icon="message-square",
        )
