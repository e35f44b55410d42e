"""The section about the family view: when it is shown, and whom it says to call."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.pages.sections.setting import Setting, grid, line, meaning, wide
from desktop.widgets import parts
from desktop.widgets.flow import flowing
from desktop.widgets.tick import Tick


def make(desk: Desk) -> Sequence[QWidget]:
    """Return the cards of this section."""
    return (FamilyCard(desk),)


class FamilyCard(Setting):
    """Every change applies at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, translate("Settings", "Family view"), {"simple"})
        text = translate(
            "Settings",
            "Large and with few words, for whoever only wants to know that all is well: one "
            "sentence on how the home is, and one button to say that something is wrong. It sends "
            "a report by the same way, with nothing that was not agreed to here.",
        )
        self.phone = QLineEdit()
        wide(self.phone)
        self.phone.setAccessibleName(translate("Settings", "Whom to call"))
        self.phone.setPlaceholderText(translate("Settings", "Anna, 0151 2345678"))
        self.phone.editingFinished.connect(self._keep)
        self.first = Tick(translate("Settings", "Open the window in the family view"))
        self.first.clicked.connect(lambda _=False: self._keep())
        self.now = parts.button(
            translate("Settings", "Show it now"), desk.simple_wanted.emit, icon="eye"
        )
        self.add(meaning(text))
        at = grid()
        line(at, translate("Settings", "Whom to call"), self.phone)
        self.add(at)
        self.add(flowing(self.first, self.now, spacing=24))
        self.add(self.wrong)
        self.show_now()

    def show_now(self) -> None:
        """Show what was chosen."""
        said = self._desk.mirror.simple()
        if not self.phone.hasFocus():
            self.phone.setText(said.phone)
        self.first.setChecked(said.on)

    def _keep(self) -> None:
        phone, on = self.phone.text().strip(), self.first.isChecked()
        said, wishes = self._desk.mirror.simple(), self._desk.wishes
        if (phone, on) != (said.phone, said.on):
            what = translate("Settings", "Family view")
            back = lambda: wishes.simple(said.phone, on=said.on)  # noqa: E731 - the way back
            self.change(what, wishes.simple(phone, on=on), back)
