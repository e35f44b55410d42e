"""A question with several answers: texts, files, choices, ticks; it stays until it has worked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.dialogs import problem
from desktop.language import translate
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.tick import Tick

_WIDTH = 480
_LONG = 80  # height of a field of several lines


class Kind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    LONG = "long"  # several lines
    NUMBER = "number"  # whole, between `least` and `most`
    OPEN = "open"  # a file that is there
    SAVE = "save"  # a file to be written
    CHOICE = "choice"
    TICK = "tick"
    SECRET = "secret"  # noqa: S105 - a line that is not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that is asked; its answer is a text, a number, a datum or a bool.

    A number that may be left out and was is 0.
    """

    name: str
    kind: Kind = Kind.TEXT
    value: Any = ""  # what it begins with
    options: tuple[tuple[str, Any], ...] = ()  # of a choice: words and datum
    files: str = ""  # which files: "Keys (*.pub)"
    least: int = 0
    most: int = 2**31 - 1
    optional: bool = False
    rare: bool = False  # folded away until it is asked for, or something went wrong


class FormDialog(QDialog):
    """Asks; what was typed stays while what was asked for does not work."""

    def __init__(
        self,
        title: str,
        text: str,
        do: str,
        fields: Sequence[Field],
        *,
        ask: Callable[[list[Any]], None],
        parent: QWidget,
    ) -> None:
        """`ask` gets the answers in order; whoever it asks closes this or calls `tell_wrong`."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(parts.scaled(_WIDTH))
        self._ask, self._asked = ask, tuple(fields)
        self.go = parts.button(do, self._asking, look="primary")
        self.go.setDefault(True)
        self.other = parts.button("")
        self.other.hide()
        self._wrong = parts.label(tone="bad", wrap=True)
        self._wrong.hide()
        self._rare = QWidget()
        self._rare.hide()
        self.unfold = parts.button(translate("Ask", "More to say"), self._unfold, look="link")
        if not any(one.rare for one in fields):
            self.unfold.hide()
        self.fields: list[QWidget] = [self._make(one) for one in fields]
        self._lay(title, text)
        self._enable()
        if self.fields:
            self.fields[0].setFocus()

    @property
    def values(self) -> list[Any]:
        """What was answered, in the order of the fields."""
        both = zip(self._asked, self.fields, strict=True)
        return [_answer(one, field) for one, field in both]

    def tell_wrong(self, error: BaseException) -> None:
        """Say why it did not work, and let the person try again."""
        self._wrong.setText(" ".join(problem.said(error)))
        self._wrong.show()
        self._unfold()
        self.other.setEnabled(True)
        self._enable()
        self.adjustSize()

    def offer(self, text: str, ask: Callable[[list[Any]], None]) -> None:
        """Offer, beside trying again, to ask for the same in another way."""
        if self.other.isHidden():
            self.other.setText(text)
            self.other.setAccessibleName(text)
            self.other.clicked.connect(lambda _=False: self._asking(ask))
            self.other.show()
            self.adjustSize()

    # --- making ---

    def _lay(self, title: str, text: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        if text:
            column.addWidget(parts.label(text, tone="muted", wrap=True))
        folded = parts.column(spacing=12)
        self._rare.setLayout(folded)
        for one, field in zip(self._asked, self.fields, strict=True):
            (folded if one.rare else column).addLayout(self._row(one, field))
        column.addLayout(parts.row(self.unfold, None))
        column.addWidget(self._rare)
        column.addWidget(self._wrong)
        column.addStretch(1)
        no = parts.button(translate("Ask", "Cancel"), self.reject)
        column.addLayout(parts.row(self.other, None, no, self.go))

    def _row(self, one: Field, field: QWidget) -> QLayout:
        if one.kind is Kind.TICK:
            return parts.row(field, None)
        caption = parts.label(one.name, percent=parts.SMALL, tone="muted")
        caption.setBuddy(field)
        whole = parts.column(caption)
        chooses = one.kind in {Kind.OPEN, Kind.SAVE}
        beside = (self._chooser(one, field),) if chooses else ()
        whole.addLayout(parts.row(field, *beside))
        return whole

    def _make(self, one: Field) -> QWidget:
        made: QWidget
        if one.kind is Kind.CHOICE:
            made = choice = Choice(one.name)
            choice.addItems([words for words, _ in one.options])
            data = [datum for _, datum in one.options]
            choice.setCurrentIndex(data.index(one.value) if one.value in data else 0)
        elif one.kind is Kind.TICK:
            made = tick = Tick(one.name)
            tick.setChecked(bool(one.value))
        elif one.kind is Kind.LONG:
            made = long = QPlainTextEdit(one.value)
            long.setTabChangesFocus(True)
            long.setFixedHeight(parts.scaled(_LONG))
            long.textChanged.connect(self._enable)
        else:
            made = line = QLineEdit(str(one.value))
            line.textChanged.connect(self._enable)
            if one.kind is Kind.SECRET:
                line.setEchoMode(QLineEdit.EchoMode.Password)
            if one.kind is Kind.NUMBER:
                line.setValidator(QIntValidator(one.least, one.most, line))
        made.setAccessibleName(one.name)
        return made

    def _chooser(self, one: Field, field: QWidget) -> QPushButton:
        def choose() -> None:
            at = _value(field)
            if one.kind is Kind.OPEN:
                chosen, _ = QFileDialog.getOpenFileName(self, one.name, at, one.files)
            else:
                chosen, _ = QFileDialog.getSaveFileName(self, one.name, at, one.files)
            if chosen and isinstance(field, QLineEdit):
                field.setText(chosen)

        words = translate("Sign", "Choose…")
        return parts.button(words, choose, name=f"{words} {one.name}")

    # --- what happens ---

    def _unfold(self) -> None:
        self._rare.setVisible(any(one.rare for one in self._asked))
        self.unfold.hide()
        self.adjustSize()

    def _enable(self) -> None:
        told = zip(self._asked, self.fields, strict=False)  # not all are made at first
        self.go.setEnabled(all(_answered(one, field) for one, field in told))

    def _asking(self, ask: Callable[[list[Any]], None] | None = None) -> None:
        self.go.setEnabled(False)
        self.other.setEnabled(False)
        self._wrong.hide()
        (ask or self._ask)(self.values)


def _answered(one: Field, field: QWidget) -> bool:
    if one.kind in {Kind.TICK, Kind.CHOICE}:
        return one.kind is Kind.TICK or bool(one.options)
    if not _value(field):
        return one.optional
    return not isinstance(field, QLineEdit) or field.hasAcceptableInput()


def _answer(one: Field, field: QWidget) -> Any:  # noqa: ANN401 - a choice holds any datum
    if isinstance(field, Choice):  # not Qt's own data: they would come back as other types
        return one.options[field.currentIndex()][1] if one.options else None
    return int(_value(field) or 0) if one.kind is Kind.NUMBER else _value(field)


def _value(field: QWidget) -> Any:  # noqa: ANN401 - a text or a bool
    if isinstance(field, Tick):
        return field.isChecked()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText().strip()
    return field.text().strip() if isinstance(field, QLineEdit) else None
