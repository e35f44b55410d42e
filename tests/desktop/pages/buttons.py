"""Finding a button as a person does: it may take a turn or two of the loop until it is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot


def shown_button(qtbot: QtBot, under: QWidget, name: str) -> QPushButton:
    """Wait for a visible button whose text or accessible name is `name`, and return it."""
    found: list[QPushButton] = []

    def seen() -> bool:
        found[:] = [
            one
            for one in under.findChildren(QPushButton)
            if name in {one.text(), one.accessibleName()} and one.isVisible()
        ]
        return bool(found)

    qtbot.waitUntil(seen, timeout=10_000)
    return found[0]
