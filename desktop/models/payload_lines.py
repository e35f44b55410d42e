"""The lines of a payload for a list: sign and colour say what changed, a number can be plotted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QIcon, QPixmap

from desktop import theme
from desktop.language import translate
from desktop.models.messages import Line, Sign

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_TONES = {Sign.ADDED: "ok", Sign.REMOVED: "bad", Sign.CHANGED: "info"}


class Role(IntEnum):
    """What the list asks beyond Qt's own roles."""

    LINE = Qt.ItemDataRole.UserRole + 1


class PayloadLines(QAbstractListModel):
    """One payload."""

    def __init__(self, font: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._font = font
        self._lines: tuple[Line, ...] = ()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Return what a line shows or says."""
        line = self.line(index.row()) if index.isValid() else None
        if line is None:
            return None
        if role == Qt.ItemDataRole.FontRole:
            return self._font
        tell = _TELL.get(role)
        return tell(line) if tell else None

    def line(self, row: int) -> Line | None:
        """Return one line."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()


def shown(line: Line) -> str:
    """Return a line with its sign, and what stood there before."""
    text = f"{line.sign} {line.text}"
    if line.sign is Sign.CHANGED:
        text += "    " + translate("Messages", "was {value}").format(value=line.was)
    return text


def said(line: Line) -> str:
    """Return a line as it is read aloud."""
    words = {
        Sign.ADDED: translate("Messages", "new"),
        Sign.REMOVED: translate("Messages", "gone"),
        Sign.CHANGED: translate("Messages", "changed"),
    }
    text = shown(line)[2:].strip()
    word = words.get(line.sign)
    return f"{word}: {text}" if word else text


def _icon(line: Line) -> QIcon | None:
    return theme.icon("chart-line", "accent", 16) if line.path is not None else _no_icon()


def _no_icon() -> QIcon:
    """Return as much room as an icon takes, so that all lines begin at one place."""
    room = QPixmap(16, 16)
    room.fill(Qt.GlobalColor.transparent)
    return QIcon(room)


def _tip(line: Line) -> str:
    """Return the whole line, which may be longer than there is room for."""
    text = shown(line)[2:].strip()
    plot = translate("Messages", "Plot this number")
    return f"{text}\n{plot}" if line.path is not None else text


_TELL: dict[int, Callable[[Line], Any]] = {
    int(Qt.ItemDataRole.DisplayRole): shown,
    int(Qt.ItemDataRole.AccessibleTextRole): said,
    int(Qt.ItemDataRole.ForegroundRole): lambda line: theme.color(_TONES.get(line.sign, "text")),
    int(Qt.ItemDataRole.DecorationRole): _icon,
    int(Qt.ItemDataRole.ToolTipRole): _tip,
    int(Role.LINE): lambda line: line,
}
