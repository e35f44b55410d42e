"""The search of the devices: completes words while they are typed, tells those it does not know.

What is offered stands in a list of the page itself, not in a window of its own: nothing is grabbed,
and the person goes on typing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QToolButton, QVBoxLayout, QWidget

from desktop import finding, theme
from desktop.finding import Trouble, Wrong
from desktop.language import translate
from desktop.widgets import parts

Values = Callable[[], Mapping[str, Sequence[str]]]
_TYPING_MS = 120
_OFFERED = 10  # words at once
_GAP = 4
_LINE_AIR = 8


class SearchField(QLineEdit):
    """`settled` says that the person has paused, and what was typed."""

    settled = Signal(str)
    left = Signal()  # Enter or Down: on to what was found

    def __init__(self, text: str, values: Values) -> None:
        """`values`: what each name before a colon has in this house (finding.known_values)."""
        super().__init__(text)
        self._values = values
        self._span = (0, 0)
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self.settle)
        self.below = Below(self)
        self._dress()
        self.textChanged.connect(lambda _: self._typing.start())
        self.textEdited.connect(lambda _: self._offer())
        self.below.words.clicked.connect(self._take)

    def settle(self) -> None:
        """Say what is typed now; nothing is waited for any more."""
        self._typing.stop()
        self.settled.emit(self.text())

    def tell(self, wrong: Sequence[Wrong]) -> None:
        """Say which word is not understood, and what could stand there; none: say nothing."""
        said = told(wrong[0]) if wrong else ""
        self.setAccessibleDescription(said)
        self.below.say(said if self.hasFocus() else "")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take away with the cursor what stands below."""
        super().focusOutEvent(event)
        self.below.offer([])
        self.below.say("")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say again what was wrong."""
        super().focusInEvent(event)
        self.below.say(self.accessibleDescription())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in what is offered and take it; else Enter and Down lead on to the table."""
        key, offers = event.key(), self.below
        if offers.offering and key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            offers.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif offers.offering and key == Qt.Key.Key_Escape:
            offers.offer([])
        elif offers.current.isValid() and key in _TAKE:
            self._take(offers.current)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            offers.offer([])
            self.settle()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Tab and Esc to ourselves while words are offered: they mean those."""
        if isinstance(event, QKeyEvent) and self.below.offering:
            key = event.key()
            ours = key == Qt.Key.Key_Escape or (
                key == Qt.Key.Key_Tab and self.below.current.isValid()
            )
            if event.type() == QEvent.Type.ShortcutOverride and ours:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and key == Qt.Key.Key_Tab and ours:
                self.keyPressEvent(event)
                return True
        return super().event(event)

    def _dress(self) -> None:
        name = translate("Devices", "Search devices")
        self.setClearButtonEnabled(True)
        self.setAccessibleName(name)
        self.setToolTip(
            translate("Devices", "Words, or is:offline, has:update, room:hall, battery<20, -tag:x")
        )
        glass = theme.icon("search", "muted", 16)
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(name)

    def _offer(self) -> None:
        begin, end, words = finding.complete(self.text(), self.cursorPosition(), self._values)
        self._span = (begin, end)
        self.below.offer(words[:_OFFERED] if self.hasFocus() else [])

    def _take(self, index: QModelIndex) -> None:
        begin, end = self._span
        word, text = str(index.data()), self.text()
        open_ = word.endswith((":", "<", ">"))
        after = text[end:]
        gap = "" if open_ or after.startswith(" ") else " "
        self.setText(f"{text[:begin]}{word}{gap}{after}")
        self.setCursorPosition(begin + len(word) + len(gap))
        self._offer() if open_ else self.below.offer([])


_TAKE = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})


class Below(QFrame):
    """What stands below the field, above what is there: words to take, or what is wrong."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field
        self.setObjectName("card")
        self._model = QStringListModel(self)
        self.words = QListView()
        self.words.setModel(self._model)
        self.words.setAccessibleName(translate("Devices", "Words to search by"))
        for one in (self, self.words):  # a click leaves the cursor where it is
            one.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            one.setFocusProxy(field)
        self.words.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.words.setUniformItemSizes(True)
        self.words.setSpacing(_LINE_AIR // 4)
        self.words.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hint = parts.label(percent=parts.SMALL, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self.hint)
        self.hint.hide()
        self.words.hide()
        self.hide()

    @property
    def offering(self) -> bool:
        """Whether words are offered now."""
        return self.isVisible() and self._model.rowCount() > 0

    @property
    def current(self) -> QModelIndex:
        """The word that would be taken; none until one has moved to it."""
        return self.words.currentIndex() if self.offering else QModelIndex()

    def offer(self, words: list[str]) -> None:
        """Offer these; none: nothing."""
        self._model.setStringList(words)
        self.words.setVisible(bool(words))
        self._show()

    def say(self, text: str) -> None:
        """Say what is wrong; "": nothing."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        self._show()

    def move_by(self, step: int) -> None:
        """Go to the next word, or the one before; round and round."""
        count = self._model.rowCount()
        now = self.words.currentIndex()
        place = (now.row() + step) % count if now.isValid() else (0 if step > 0 else count - 1)
        index = self._model.index(place)
        self.words.setCurrentIndex(index)
        self._field.setAccessibleDescription(str(index.data()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay below the field when the page grows."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        page = _page_of(self._field)
        if page is None or not (self.hint.text() or self._model.rowCount()):
            self.hide()
            return
        if self.parentWidget() is not page:
            self.setParent(page)
            page.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        field, page = self._field, self.parentWidget() or self
        height, lines = 16, self._model.rowCount()
        if lines:
            line = self.words.sizeHintForRow(0) + _LINE_AIR // 2
            self.words.setFixedHeight(lines * line + 2)
            height += lines * line + 2
        if self.hint.text():
            height += self.hint.heightForWidth(field.width() - 18) + (4 if lines else 0) + 4
        place = field.mapTo(page, field.rect().bottomLeft())
        self.setGeometry(place.x(), place.y() + _GAP, field.width(), height)


def told(wrong: Wrong) -> str:
    """Return why a word is not understood, and what could stand there."""
    said = {
        Trouble.NAME: translate("Devices", "“{word}” is not known. Try {possible}"),
        Trouble.VALUE: translate("Devices", "“{word}” is not known. Possible: {possible}"),
        Trouble.NUMBER: translate("Devices", "“{word}” needs a number, as in battery<20"),
        Trouble.SPAN: translate("Devices", "“{word}” needs a span, as in seen>10m, 2h, 3d"),
    }[wrong.why]
    names = wrong.possible
    if wrong.why is Trouble.NAME:
        signs = dict.fromkeys((*finding.COMPARED, "seen"), "<")
        names = tuple(f"{name}{signs.get(name, ':')}" for name in names)
    return said.format(word=wrong.word, possible=" ".join(names))


def _page_of(field: QWidget) -> QWidget | None:
    parent = field.parentWidget()
    while parent is not None and parent.layout() is None:
        parent = parent.parentWidget()
    return parent
