"""The card of Settings about the simple view: whom it says to call, and when it is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from desktop.desk import Desk
from desktop.language import translate
from desktop.widgets import parts
from desktop.widgets.tick import Tick
from fleet.model import Changes

_FIELD = 300


class SimpleCard(parts.Card):
    """Every change applies at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(translate("Settings", "Simple view"))
        self._desk = desk
        text = translate(
            "Settings",
            "One large button for whoever only wants to say that something is wrong. "
            "It sends a report by the same way, with nothing that was not agreed to here.",
        )
        self.phone = QLineEdit()
        self.phone.setFixedWidth(parts.scaled(_FIELD))
        self.phone.setAccessibleName(translate("Settings", "Phone of who helps"))
        self.phone.editingFinished.connect(self._keep)
        self.first = Tick(translate("Settings", "Open the window in the simple view"))
        self.first.clicked.connect(lambda _=False: self._keep())
        self.now = parts.button(
            translate("Settings", "Show it now"), desk.simple_wanted.emit, icon="eye"
        )
        self.add(parts.label(text, tone="muted", wrap=True))
        caption = parts.label(translate("Settings", "Phone of who helps"), tone="muted")
        caption.setBuddy(self.phone)
        self.add(parts.row(caption, self.phone, None, spacing=16))
        self.add(parts.row(self.first, None, self.now))
        desk.changed.connect(self._changed)
        self._show()

    def _changed(self, changes: Changes) -> None:
        if "simple" in changes.facts:
            self._show()

    def _show(self) -> None:
        said = self._desk.mirror.simple()
        if not self.phone.hasFocus():
            self.phone.setText(said.phone)
        self.first.setChecked(said.on)

    def _keep(self) -> None:
        phone, on = self.phone.text().strip(), self.first.isChecked()
        said = self._desk.mirror.simple()
        if (phone, on) != (said.phone, said.on):
            self._desk.ask(self._desk.wishes.simple(phone, on=on), self)
