"""Asks which tags some devices are to have."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from desktop.language import translate
from desktop.models.tags import Change, Known, read
from desktop.widgets import parts
from desktop.widgets.tick import Tick

_WIDTH = 420
_HEIGHT = 220


class TagsDialog(QDialog):
    """A tick for each tag of the house, half of one where some have it, and a line for new ones."""

    def __init__(self, known: Sequence[Known], count: int, parent: QWidget) -> None:
        """`count`: of devices that are chosen."""
        super().__init__(parent)
        title = translate("Tags", "Tags of %n device(s)", None, count)
        self.setWindowTitle(title)
        self.setMinimumWidth(parts.scaled(_WIDTH))
        self.ticks = {one.name: self._tick(one, count) for one in known}
        self._at_first = {name: tick.checkState() for name, tick in self.ticks.items()}
        self.line = QLineEdit()
        self.line.setAccessibleName(translate("Tags", "New tags"))
        self.line.setPlaceholderText(translate("Tags", "New tags, with commas between"))
        self.go = parts.button(translate("Tags", "Set tags"), self.accept, look="primary")
        self.go.setDefault(True)
        self._lay(title)
        self.line.setFocus()

    @property
    def change(self) -> Change:
        """What the person wants changed."""
        moved = {
            name: tick.checkState()
            for name, tick in self.ticks.items()
            if tick.checkState() is not self._at_first[name]
        }
        give = {name for name, state in moved.items() if state is Qt.CheckState.Checked}
        take = {name for name, state in moved.items() if state is Qt.CheckState.Unchecked}
        return Change(frozenset(give) | read(self.line.text()), frozenset(take))

    def _lay(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        if self.ticks:
            area, inside = parts.scrolled(translate("Tags", "Tags of this home"))
            inside.setSpacing(4)
            for tick in self.ticks.values():
                inside.addWidget(tick)
            inside.addStretch(1)
            needed = sum(tick.sizeHint().height() + 4 for tick in self.ticks.values()) + 4
            area.setFixedHeight(min(needed, parts.scaled(_HEIGHT)))
            column.addWidget(area)
        column.addWidget(self.line)
        no = parts.button(translate("Tags", "Cancel"), self.reject)
        column.addLayout(parts.row(None, no, self.go))

    @staticmethod
    def _tick(one: Known, count: int) -> Tick:
        made = Tick(one.name)
        if 0 < one.count < count:
            made.setTristate(True)
            made.setCheckState(Qt.CheckState.PartiallyChecked)
        else:
            made.setChecked(one.count > 0)
        return made
