"""A small table to fill in: rings, known issues; rows come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.dialogs import problem
from desktop.language import translate
from desktop.widgets import parts

_WIDTH = 640


class RowsDialog(QDialog):
    """Edits rows of texts; `ask` gets those that are not empty and closes this or tells wrong."""

    def __init__(
        self,
        title: str,
        text: str,
        columns: Sequence[tuple[str, str]],
        rows: Iterable[Sequence[str]],
        *,
        ask: Callable[[list[list[str]]], None],
        parent: QWidget,
    ) -> None:
        """`columns`: name and an example of each; `rows`: what there is, as long as `columns`."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(parts.scaled(_WIDTH))
        self._columns, self._ask = tuple(columns), ask
        self.rows: list[list[QLineEdit]] = []
        self._gone: list[QPushButton] = []  # of each row: takes it out
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self.more = parts.button(translate("Ask", "Add a row"), self._add)
        self.go = parts.button(translate("Ask", "Keep"), self._asking, look="primary")
        self.go.setDefault(True)
        self._no = parts.button(translate("Ask", "Cancel"), self.reject)
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self._lay(title, text)
        for row in rows:
            self._add(row)
        if not self.rows:
            self._add()
        self.rows[0][0].setFocus()

    @property
    def values(self) -> list[list[str]]:
        """What was typed, without empty rows."""
        every = ([field.text().strip() for field in row] for row in self.rows)
        return [row for row in every if any(row)]

    def tell_wrong(self, error: BaseException) -> None:
        """Say why it did not work, and let the person try again."""
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()
        self.go.setEnabled(True)
        self.adjustSize()

    def _lay(self, title: str, text: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        column.addWidget(parts.label(text, tone="muted", wrap=True))
        for at, (name, _) in enumerate(self._columns):
            self._grid.addWidget(parts.label(name, percent=parts.SMALL, tone="muted"), 0, at)
        column.addLayout(self._grid)
        column.addLayout(parts.row(self.more, None))
        column.addWidget(self._wrong)
        column.addStretch(1)
        column.addLayout(parts.row(None, self._no, self.go))

    def _add(self, values: Sequence[str] = ()) -> None:
        made = [QLineEdit(value) for value in values or [""] * len(self._columns)]
        self.rows.append(made)
        number = self._grid.rowCount()
        for at, (field, (name, example)) in enumerate(zip(made, self._columns, strict=True)):
            field.setPlaceholderText(example)
            field.setAccessibleName(f"{name} {len(self.rows)}")
            self._grid.addWidget(field, number, at)
        said = translate("Ask", "Remove row {number}").format(number=len(self.rows))
        gone = parts.icon_button("trash-2", said, lambda: self._remove(made, gone))
        self._grid.addWidget(gone, number, len(made))
        self._gone.append(gone)
        for one in (*made, gone):
            one.show()  # at once, not when the layout gets to it: it takes the focus
        self._chain()
        made[0].setFocus()

    def _chain(self) -> None:
        """Let the tab key walk row by row, then on to what is below."""
        rows = (
            one for row, gone in zip(self.rows, self._gone, strict=True) for one in (*row, gone)
        )
        for one, following in pairwise((*rows, self.more, self._no, self.go)):
            self.setTabOrder(one, following)

    def _remove(self, row: list[QLineEdit], button: QPushButton) -> None:
        self.rows.remove(row)
        self._gone.remove(button)
        for one in (*row, button):
            self._grid.removeWidget(one)
            one.hide()
            one.deleteLater()

    def _asking(self) -> None:
        self.go.setEnabled(False)
        self._wrong.hide()
        self._ask(self.values)
