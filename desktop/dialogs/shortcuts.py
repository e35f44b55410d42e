"""The sheet of keyboard shortcuts, made from the table of actions."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from desktop import actions
from desktop.language import translate
from desktop.widgets import parts


class ShortcutsDialog(QDialog):
    """Lists every action that has a key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Shortcuts", "Keyboard shortcuts"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        title = parts.label(self.windowTitle(), percent=parts.CARD_TITLE, bold=True)
        column.addWidget(title)
        column.addLayout(_table())
        close = parts.button(translate("Shortcuts", "Close"), self.accept, look="primary")
        column.addLayout(parts.row(None, close))


def _table() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(40)
    grid.setVerticalSpacing(8)
    told = [(one.said, actions.shown_keys(one)) for one in actions.ALL]
    told += [
        (translate("Shortcuts", "Tick the row"), translate("Shortcuts", "Space")),
        (translate("Shortcuts", "Choose all shown"), "Ctrl+A"),
        (translate("Shortcuts", "Clear the search"), "Esc"),
    ]
    told = [one for one in told if one[1]]
    high = -(-len(told) // 2)
    for number, (text, keys) in enumerate(told):
        side, row = divmod(number, high)  # two columns: one is higher than a small screen
        grid.addWidget(parts.label(text), row, 2 * side)
        grid.addWidget(parts.fixed(parts.label(keys, tone="muted")), row, 2 * side + 1)
    return grid
