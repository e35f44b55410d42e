"""The palette: everything that can be done or shown, found by a few letters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.language import translate
from desktop.models import palette
from desktop.models.palette import Entry, Index, Kind
from desktop.widgets import parts

_MOST = 60
"""Entries that are listed; who wants another one types another letter."""

_WIDTH, _ROWS, _ROW = 640, 9, 44
_ICON, _SIDE, _GAP = 18, 16, 12
_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _ROWS,
    Qt.Key.Key_PageUp: -_ROWS,
}
_ENTRY = Qt.ItemDataRole.UserRole
Place = QModelIndex | QPersistentModelIndex


class PaletteDialog(QDialog):
    """Shows what fits what is typed; Enter does it, Esc closes."""

    chosen = Signal(object)  # Entry, after the palette has closed

    def __init__(self, entries: Sequence[Entry], recent: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        self.setObjectName("palette")
        self.setWindowTitle(translate("Palette", "Find anything"))
        self._index = Index(entries, recent)
        self.field = QLineEdit()
        self.field.setPlaceholderText(
            translate("Palette", "An action, a device, a room, a model, a page, a report")
        )
        self.field.setAccessibleName(self.windowTitle())
        self.field.textEdited.connect(self._typed)
        self.field.installEventFilter(self)
        self.model = EntriesModel(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(EntryDelegate(self.view))
        self.view.setAccessibleName(translate("Palette", "What was found"))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with what is typed
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.clicked.connect(lambda _: self._take())
        self.none = parts.label(translate("Palette", "Nothing fits."), tone="muted")
        self.hint = parts.label("", percent=parts.SMALL, tone="muted")
        self._typed("")
        self._lay()

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.none)
        column.addWidget(self.view, 1)
        column.addWidget(self.hint)
        high = self.view.sizeHintForRow(0) if self.found else _ROW
        self.view.setFixedHeight(_ROWS * high)  # whole rows
        self.resize(parts.scaled(_WIDTH), self.sizeHint().height())

    @property
    def found(self) -> list[Entry]:
        """What is listed now."""
        return self.model.entries

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while one types."""
        if watched is self.field and isinstance(event, QKeyEvent):
            kind, key = event.type(), Qt.Key(event.key())
            if kind is QEvent.Type.KeyPress and key in _MOVES:
                self._move(_MOVES[key])
                return True
            if kind is QEvent.Type.KeyPress and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._take()
                return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Stand in the upper half of the window."""
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            middle = parent.mapToGlobal(parent.rect().center())
            top = parent.mapToGlobal(parent.rect().topLeft()).y()
            self.move(middle.x() - self.width() // 2, top + max(24, parent.height() // 12))
        self.activateWindow()
        self.field.setFocus()

    def _typed(self, typed: str) -> None:
        self.model.show_entries(self._index.find(typed, _MOST), typed)
        self.view.setCurrentIndex(self.model.index(0, 0))
        self.none.setVisible(not self.found)
        self._say()

    def _move(self, by: int) -> None:
        last = len(self.found) - 1
        row = min(max(self.view.currentIndex().row() + by, 0), last)
        self.view.setCurrentIndex(self.model.index(row, 0))
        self._say()

    def _say(self) -> None:
        """Say below the list why what is chosen cannot be done now, else which keys count."""
        entry = self._current()
        usual = translate("Palette", "Enter does it · arrows choose · Esc closes")
        self.hint.setText(entry.why_not if entry and entry.why_not else usual)

    def _current(self) -> Entry | None:
        row = self.view.currentIndex().row()
        return self.found[row] if 0 <= row < len(self.found) else None

    def _take(self) -> None:
        entry = self._current()
        if entry is not None and not entry.why_not:
            self.accept()
            self.chosen.emit(entry)


class EntriesModel(QAbstractListModel):
    """The entries that were found, read out as a sentence each."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self.typed = ""

    def show_entries(self, entries: list[Entry], typed: str) -> None:
        """List these."""
        self.beginResetModel()
        self.entries, self.typed = entries, typed
        self.endResetModel()

    def rowCount(self, parent: Place | None = None) -> int:
        """Return how many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: Place, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text, the entry, or what a screen reader says."""
        if not 0 <= index.row() < len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == _ENTRY:
            return entry
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = (entry.text, entry.note, entry.keys, entry.why_not)
            return ", ".join(part for part in said if part)
        return None


class EntryDelegate(QStyledItemDelegate):
    """One line: icon, words with what fits in bold, the note beside it, keys at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Place) -> QSize:
        """Return the height of a line."""
        del option, index
        high = QFontMetrics(theme.sized(parts.BODY)).height()
        return QSize(0, max(_ROW - 4, high + 20))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Place) -> None:
        """Draw an entry."""
        entry = index.data(_ENTRY)
        model = index.model()
        if not isinstance(entry, Entry) or not isinstance(model, EntriesModel):
            return
        rect, state = option.rect, option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("select" if chosen else "window"))
            painter.drawRoundedRect(rect, 8, 8)
        able = not entry.why_not
        tone = ("accent" if chosen else "muted") if able else "muted"
        ratio = painter.device().devicePixelRatio()
        drawn = theme.pixmap(entry.icon, tone, _ICON, ratio)
        painter.drawPixmap(rect.left() + _SIDE, rect.center().y() - _ICON // 2, drawn)
        inner = rect.adjusted(_SIDE + _ICON + _GAP, 0, -_SIDE, 0)
        right = self._right(painter, inner, entry)
        self._words(painter, inner.adjusted(0, 0, -right, 0), entry, model.typed, able=able)
        painter.restore()

    def _right(self, painter: QPainter, rect: QRect, entry: Entry) -> int:
        """Draw keys, or what kind of thing it is; return how wide that was."""
        said = entry.keys or {
            Kind.DEVICE: translate("Palette", "device"),
            Kind.REPORT: translate("Palette", "report"),
        }.get(entry.kind, "")
        if not said:
            return 0
        font = theme.sized(parts.SMALL)
        painter.setFont(font)
        painter.setPen(theme.color("muted"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect, flags, said)
        return QFontMetrics(font).horizontalAdvance(said) + _GAP

    def _words(
        self, painter: QPainter, rect: QRect, entry: Entry, typed: str, *, able: bool
    ) -> None:
        plain, bold = theme.sized(parts.BODY), theme.sized(parts.BODY, bold=True)
        metrics = QFontMetrics(bold)
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, rect.width())
        painter.setPen(theme.color("text" if able else "muted"))
        left = rect.left()
        for piece, fits in _pieces(text, palette.spans(typed, text)):
            left += _draw(painter, QRect(left, rect.top(), rect.width(), rect.height()), piece,
                          bold if fits else plain)  # fmt: skip
        rest = rect.right() - left - _GAP
        if entry.note and rest > 0:
            small = theme.sized(parts.SMALL)
            shown = QFontMetrics(small).elidedText(entry.note, Qt.TextElideMode.ElideRight, rest)
            painter.setPen(theme.color("muted"))
            _draw(painter, QRect(left + _GAP, rect.top(), rest, rect.height()), shown, small)


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Cut a text into what fits and what is between."""
    found: list[tuple[str, bool]] = []
    at = 0
    for start, length in spans:
        if start < at:
            continue
        found += [(text[at:start], False), (text[start : start + length], True)]
        at = start + length
    return [(piece, fits) for piece, fits in [*found, (text[at:], False)] if piece]


def _draw(painter: QPainter, rect: QRect, text: str, font: QFont) -> int:
    painter.setFont(font)
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)
    return QFontMetrics(font).horizontalAdvance(text)
