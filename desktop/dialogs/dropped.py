"""What a dropped file is, in its own words, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QVBoxLayout, QWidget

from desktop.language import translate
from desktop.models.dropped import DEEDS, Deed, Sheet
from desktop.widgets import parts

_WIDTH, _NAMES = 560, 120
_FIXED = 40  # characters: a longer value is a hash or a link


class DroppedDialog(QDialog):
    """Does nothing by itself."""

    wanted = Signal(str, str)  # a Deed, and the maker that was chosen; the dialog has closed

    def __init__(self, sheet: Sheet, makers: Sequence[str], parent: QWidget) -> None:
        """`makers`: of this house; asked for where it matters and there are several."""
        super().__init__(parent)
        self.sheet = sheet
        self.setWindowTitle(sheet.title)
        self.setMinimumWidth(parts.scaled(_WIDTH))
        self.maker = QComboBox()
        self.maker.addItems([name.title() for name in makers])
        self.maker.setAccessibleName(translate("Dropped", "Whose week it is"))
        self._makers = tuple(makers)
        self.maker.setVisible(Deed.CHECK in sheet.deeds and len(makers) > 1)
        self.buttons = {
            deed: parts.button(
                translate("Dropped", DEEDS[deed]),
                partial(self._do, deed),
                look="primary" if deed is sheet.main else "",
            )
            for deed in sheet.deeds
        }
        no = translate("Ask", "Cancel") if sheet.main else translate("Problem", "Close")
        self.close_button = parts.button(no, self.reject, look="" if sheet.main else "primary")
        for button in self.buttons.values():
            button.setAutoDefault(False)
        main = self.buttons[sheet.main] if sheet.main else self.close_button
        main.setDefault(True)
        main.setFocus()
        self._lay()
        parts.fit(self, self.minimumWidth())

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        line = parts.row(spacing=16)
        icon = parts.picture(self.sheet.icon, "accent", 28)
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        title = parts.label(self.sheet.title, percent=parts.CARD_TITLE, bold=True, wrap=True)
        text = parts.label(self.sheet.text, tone="muted", wrap=True)
        line.addLayout(parts.column(title, text, None, spacing=8), 1)
        column.addLayout(line)
        column.addLayout(self._rows())
        column.addWidget(self.maker)
        rest = [one for deed, one in self.buttons.items() if deed is not self.sheet.main]
        last = [self.buttons[self.sheet.main]] if self.sheet.main else []
        column.addLayout(parts.row(*rest, None, self.close_button, *last))

    def _rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, parts.scaled(_NAMES))
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(self.sheet.rows):
            caption = parts.label(name, tone="muted")
            grid.addWidget(caption, number, 0, Qt.AlignmentFlag.AlignTop)
            long = len(value) > _FIXED and " " not in value
            shown = parts.label(_broken(value) if long else value, wrap=True)
            grid.addWidget(parts.fixed(shown) if long else shown, number, 1)
        return grid

    def _do(self, deed: Deed) -> None:
        several = self.maker.isVisibleTo(self)
        maker = self._makers[self.maker.currentIndex()] if several else ""
        self.accept()
        self.wanted.emit(str(deed), maker)


def _broken(value: str) -> str:
    """Let a long word break anywhere: a zero-width space after every eighth letter."""
    return "\u200b".join(value[at : at + 8] for at in range(0, len(value), 8))
