"""The files of a report: each with how far it is; files can be dropped here, pictures pasted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop.language import translate
from desktop.models.attached import AttachedLine
from desktop.widgets import parts


class Attached(QWidget):
    """Shows several files; the same ones again change nothing."""

    remove_wanted = Signal(str)

    def __init__(self, *, removes: bool = True) -> None:
        super().__init__()
        self.shown: tuple[AttachedLine, ...] = ()
        self._removes = removes
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def show_lines(self, lines: Sequence[AttachedLine]) -> None:
        """Show these files."""
        if tuple(lines) == self.shown:
            return
        self.shown = tuple(lines)
        parts.empty(self._column)
        for one in self.shown:
            self._column.addWidget(self._line(one))
        self.setVisible(bool(self.shown))

    def _line(self, one: AttachedLine) -> QWidget:
        made = QWidget()
        made.setAccessibleName(f"{one.name}, {one.under}")
        line = parts.row(parts.picture(one.icon, one.tone, 18), spacing=12)
        words = parts.column(parts.label(one.name, wrap=True), spacing=0)
        words.addWidget(parts.label(one.under, percent=parts.SMALL, tone="muted", wrap=True))
        if one.percent is not None:
            bar = QProgressBar()
            bar.setTextVisible(False)
            bar.setValue(round(one.percent))
            bar.setAccessibleName(one.under)
            words.addWidget(bar)
        line.addLayout(words, 1)
        if self._removes and one.removable:
            said = translate("Report", "Remove {file}").format(file=one.name)
            line.addWidget(
                parts.icon_button("trash-2", said, lambda: self.remove_wanted.emit(one.id))
            )
        made.setLayout(line)
        return made
