"""What toasts and notices have said, the newest first; what can be undone still can be."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop import language
from desktop.desk import Desk
from desktop.language import translate
from desktop.models.said import Said
from desktop.widgets import parts

_SIZE = (480, 520)


class SaidDialog(QDialog):
    """The list behind the bell."""

    place_wanted = Signal(object)  # Location: the dialog has closed

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(translate("Said", "What was said"))
        self.resize(parts.scaled(_SIZE[0]), parts.scaled(_SIZE[1]))
        area, self._rows = parts.scrolled(self.windowTitle())
        self._rows.setSpacing(12)
        close = parts.button(translate("Problem", "Close"), self.accept, look="primary")
        close.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        title = parts.label(self.windowTitle(), percent=parts.CARD_TITLE, bold=True)
        column.addWidget(title)
        column.addWidget(area, 1)
        column.addLayout(parts.row(None, close))
        desk.said.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        parts.empty(self._rows)
        for one in reversed(self._desk.told):
            self._rows.addWidget(self._row(one))
        if not self._desk.told:
            quiet = translate("Said", "Nothing yet. What is told for a moment stays here.")
            self._rows.addWidget(parts.label(quiet, tone="muted", wrap=True))
        self._rows.addStretch(1)

    def _row(self, one: Said) -> QWidget:
        made = QWidget()
        when = language.moment(one.at, self._desk.clock())
        note = translate("Said", "{when}, undone").format(when=when) if one.undone else when
        words = parts.column(
            parts.label(one.text, wrap=True),
            parts.label(note, percent=parts.SMALL, tone="muted"),
            spacing=2,
        )
        line = parts.row(spacing=12)
        line.addLayout(words, 1)
        if one.can_undo:
            name = translate("Said", "Undo: {what}").format(what=one.text)
            undo = parts.button(
                translate("Window", "Undo"), lambda: self._undo(one), look="quiet", name=name
            )
            line.addWidget(undo, 0, Qt.AlignmentFlag.AlignTop)
        if one.place is not None:
            name = translate("Said", "Show: {what}").format(what=one.text)
            show = parts.button(
                translate("Said", "Show"), lambda: self._show(one), look="quiet", name=name
            )
            line.addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
        made.setLayout(line)
        return made

    def _undo(self, one: Said) -> None:
        self._desk.take_back(one)
        self._fill()

    def _show(self, one: Said) -> None:
        self.accept()
        self.place_wanted.emit(one.place)
