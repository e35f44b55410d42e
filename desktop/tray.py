"""The icon in the tray: the morning's line, three counts, and the way to the Updates page."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop import theme
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import glance
from desktop.window import Window
from fleet.model import Changes

_KINDS = {"update", "night", "fit", "trust"}
_SIDE = 64
_SOON_MS = 1_000


class Tray(QObject):
    """One icon where the system has a tray; without one, nothing."""

    def __init__(self, desk: Desk, window: Window, *, available: bool | None = None) -> None:
        """`available`: whether there is a tray; None: as the system says."""
        super().__init__(window)
        self._desk, self._window = desk, window
        self.icon: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable() if available is None else available:
            self._make()

    def close(self) -> None:
        """Take the icon out of the tray."""
        if self.icon is not None:
            self.icon.hide()

    def open(self) -> None:
        """Show the window on its Updates page."""
        self._window.show_page("updates")
        self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()

    def _make(self) -> None:
        self.icon = QSystemTrayIcon(theme.icon("citrus", "accent", _SIDE), self)
        self.menu = QMenu(self._window)
        self._show = self.menu.addAction("", self.open)
        self._quit = self.menu.addAction("", self._window.close)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._clicked)
        self.icon.messageClicked.connect(self.open)
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._desk.changed.connect(self._changed)
        self.refresh()
        self.icon.show()

    def refresh(self) -> None:
        """Say what is so now, in the language of now."""
        if self.icon is not None:
            self._show.setText(translate("Tray", "Show updates"))
            self._quit.setText(translate("Actions", "Quit"))
            told = glance.compose(self._desk.mirror, self._desk.clock())
            self.icon.setToolTip(told.text)

    def _changed(self, changes: Changes) -> None:
        if _KINDS & set(changes.facts) and not self._soon.isActive():
            self._soon.start()  # counting 10,000 devices at every word of one would be felt

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.open()
