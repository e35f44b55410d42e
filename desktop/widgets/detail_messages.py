"""The third tab of a device: its last raw messages."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.widgets import parts


class MessagesTab(QWidget):
    """Says where they are."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        column = QVBoxLayout(self)
        column.addWidget(parts.label(translate("Detail", "Messages"), tone="muted"))

    def show_device(self, key: str) -> None:
        """Show those of this device."""
        del key
