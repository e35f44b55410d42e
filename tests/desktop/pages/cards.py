"""Finding a card of Settings as a person does: open the page, open its section."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

from desktop.pages.settings import SettingsPage
from desktop.window import Window

C = TypeVar("C", bound=QWidget)


def settings_of(window: Window) -> SettingsPage:
    """Turn to Settings."""
    window.show_page("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    return page


def card_of(window: Window, section: str, kind: type[C]) -> C:
    """Turn to a section of Settings, and return its first card of that kind."""
    cards = settings_of(window).open(section)
    found = [one for one in cards if isinstance(one, kind)]
    found += [one for card in cards for one in card.findChildren(kind)]
    return found[0]
