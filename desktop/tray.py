"""The icon in the tray: the morning's line, three counts, notices, and the way to the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop import theme
from desktop.desk import Desk
from desktop.language import translate
from desktop.models import glance
from desktop.models.location import Location
from desktop.models.notices import Notice, Weight
from desktop.noticing import Noticing
from desktop.window import Window
from fleet.model import Changes

_KINDS = {"update", "night", "fit", "trust", "claim"}
_SIDE = 64
_SOON_MS = 1_000
_SHOWN_MS = 10_000
_SAID = "tray.said"


class Tray(QObject):
    """One icon where the system has a tray; without one, the window's own list has the notices."""

    def __init__(self, desk: Desk, window: Window, *, available: bool | None = None) -> None:
        """`available`: whether there is a tray; None: as the system says."""
        super().__init__(window)
        self._desk, self._window = desk, window
        self._place: Location | None = None  # of the notice that was told last
        self.icon: QSystemTrayIcon | None = None
        self.notices = Noticing(desk, self._tell, self)
        if QSystemTrayIcon.isSystemTrayAvailable() if available is None else available:
            self._make()
        window.hidden.connect(self._hidden)

    def close(self) -> None:
        """Take the icon out of the tray."""
        if self.icon is not None:
            self.icon.hide()
            self._window.tray_there = False

    def open(self) -> None:
        """Show the window as it was left."""
        self._window.shell.come_forward()

    def open_updates(self) -> None:
        """Show the window on its Updates page."""
        self.open()
        self._window.go("updates")

    def _make(self) -> None:
        self.icon = QSystemTrayIcon(theme.icon("citrus", "accent", _SIDE), self)
        self.menu = QMenu(self._window)
        self._open = self.menu.addAction("", self.open)
        self._show = self.menu.addAction("", self.open_updates)
        self._quit = self.menu.addAction("", self._window.quit)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._clicked)
        self.icon.messageClicked.connect(self._follow)
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._desk.changed.connect(self._changed)
        self.refresh()
        self.icon.show()
        self._window.tray_there = True

    def refresh(self) -> None:
        """Say what is so now, in the language of now."""
        if self.icon is not None:
            self._open.setText(translate("Tray", "Show Orangery"))
            self._show.setText(translate("Tray", "Show updates"))
            self._quit.setText(translate("Actions", "Quit"))
            told = glance.compose(self._desk.mirror, self._desk.clock())
            self.icon.setToolTip(told.text)

    def _tell(self, notice: Notice) -> None:
        """Tell a notice where the window is not in front; a click on it goes to its place."""
        if self.icon is None or self._window.isActiveWindow():
            return
        self._place = notice.place
        kind = QSystemTrayIcon.MessageIcon.Information
        if notice.weight is Weight.FAILURE:
            kind = QSystemTrayIcon.MessageIcon.Warning
        self.icon.showMessage(notice.title, notice.text, kind, _SHOWN_MS)

    def _follow(self) -> None:
        self.open()
        if self._place is not None:
            self._window.go(self._place.page, self._place.subject)

    def _hidden(self) -> None:
        """Say once in a life that it goes on here."""
        if self.icon is not None and not self._desk.memory.get(_SAID, bool, False):
            self._desk.memory.put(_SAID, value=True)
            said = translate("Tray", "Orangery goes on here. Quit it from this icon's menu.")
            self.icon.showMessage("Orangery", said)

    def _changed(self, changes: Changes) -> None:
        if _KINDS & set(changes.facts) and not self._soon.isActive():
            self._soon.start()  # counting 10,000 devices at every word of one would be felt

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.open()
