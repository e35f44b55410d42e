"""The pages of the window: one table, of which rail, keys, links and the palette are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.language import mark
from fleet.later import later

if TYPE_CHECKING:
    from desktop.desk import Desk
    from desktop.models.mirror import Mirror
    from desktop.pages.page import Page

SETTINGS = "settings"
"""The last of all, at the bottom of the rail."""


def _always(mirror: Mirror) -> bool:
    del mirror
    return True


def _sees_messages(mirror: Mirror) -> bool:
    """Return whether who is here may; before the house has said who that is, the page is there."""
    from desktop.models import members  # noqa: PLC0415 - it needs the words of the window

    return mirror.here is None or members.may(mirror, members.MESSAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One page: the class `kind` of desktop/pages/<name>.py, loaded when it is first wanted."""

    name: str
    kind: str
    text: str  # English; translated in "Window" when it is shown
    icon: str
    shown: Callable[[Mirror], bool] = _always

    def make(self, desk: Desk, kept: object | None) -> Page:
        """Return the page, with what an earlier one of its kind kept."""
        made: Page = getattr(later(f"desktop.pages.{self.name}"), self.kind)(desk, kept)
        return made


ALL: tuple[Known, ...] = (
    Known(
        name="devices",
        kind="DevicesPage",
        text=mark("Window", "Devices"),
        icon="cpu",
    ),
    Known(
        name="updates",
        kind="UpdatesPage",
        text=mark("Window", "Updates"),
        icon="circle-arrow-up",
    ),
    Known(
        name="reports",
        kind="ReportsPage",
        text=mark("Window", "Reports"),
        icon="bug",
    ),
    Known(
        name="messages",
        kind="MessagesPage",
        text=mark("Window", "Messages"),
        icon="message-square",
        shown=_sees_messages,
    ),
    Known(
        name="map",
        kind="MapPage",
        text=mark("Window", "Map"),
        icon="network",
    ),
    Known(
        name="community",
        kind="CommunityPage",
        text=mark("Window", "Community"),
        icon="users",
    ),
    Known(
        name="triage",
        kind="TriagePage",
        text=mark("Window", "Triage"),
        icon="inbox",
        shown=lambda mirror: bool(mirror.staff_hub()),
    ),
    Known(
        name="release",
        kind="ReleasePage",
        text=mark("Window", "Release"),
        icon="shield-check",
        shown=lambda mirror: bool(mirror.release_folder()),
    ),
    Known(
        name=SETTINGS,
        kind="SettingsPage",
        text=mark("Window", "Settings"),
        icon="settings",
    ),
)
"""From top to bottom; the last two but Settings for staff only."""


def pages(mirror: Mirror) -> tuple[Known, ...]:
    """Return the pages of this person."""
    return tuple(known for known in ALL if known.shown(mirror))
