"""The controls of a device: one line each, that stays where it is while wishes come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.language import translate
from desktop.models import controls
from desktop.models.controls import Control, Kind
from desktop.widgets import parts
from desktop.widgets.choice import Choice
from desktop.widgets.colours import ColourButton
from desktop.widgets.switch import Slider, Switch
from fleet.capability import Reading

_NOTE_LINES = 1
_FIELD = 120
_BESIDE = {Kind.SWITCH, Kind.COLOUR, Kind.PRESS, Kind.LOCK}
"""Controls small enough to stand beside their name even in a narrow pane."""


class Controls(QWidget):
    """All of a device; `wished` says a feature and what is wished of it (None: a press)."""

    wished = Signal(str, object)
    unlock_wanted = Signal(str, object)  # the same, to be asked about first

    def __init__(self) -> None:
        super().__init__()
        self._shapes: tuple[object, ...] = ()
        self.rows: dict[str, Row] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def show_controls(self, each: Sequence[Control], *, enabled: bool) -> None:
        """Show these; a line is made anew only where what it takes has changed."""
        shapes = tuple(map(_shape, each))
        if shapes != self._shapes:
            self._shapes = shapes
            parts.empty(self._column)
            self.rows = {one.feature: self._row(one) for one in each}
        self.setVisible(bool(each))
        for one in each:
            row = self.rows[one.feature]
            row.show_control(one)
            able = enabled and not one.barred
            if row.field.isEnabled() is not able:
                row.field.setEnabled(able)

    def _row(self, control: Control) -> Row:
        made = Row(control)
        made.wished.connect(self._wish)
        self._column.addWidget(made)
        return made

    def _wish(self, feature: str, value: object) -> None:
        row = self.rows[feature]
        asks = row.control.kind is Kind.LOCK and value is False
        (self.unlock_wanted if asks else self.wished).emit(feature, value)


class Row(QWidget):
    """One control: its name, the device's word below it, and the way to say it."""

    wished = Signal(str, object)

    def __init__(self, control: Control) -> None:
        super().__init__()
        self.control = control
        self._said: tuple[str, str] = ("", "muted")
        self._note = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._note.setMinimumHeight(self._note.fontMetrics().height() * _NOTE_LINES)
        self._name = parts.label(control.label, wrap=True)
        made = _FIELDS[control.kind]
        self.field, self._show = made(control, self._wish)
        words = parts.column(self._name, self._note, spacing=0)
        if control.kind in _BESIDE:
            line = QHBoxLayout(self)
            line.addLayout(words, 1)
            line.addWidget(self.field, 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            whole = QVBoxLayout(self)
            whole.setSpacing(4)
            whole.addLayout(words)
            whole.addWidget(self.field)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)

    def show_control(self, control: Control) -> None:
        """Show what is so, and what was asked."""
        before, self.control = self.control, control
        words = " · ".join(part for part in (control.note, control.barred) if part)
        note = (words, control.tone)
        if note != self._said:
            self._said = note
            self._note.setText(words)
            parts.tint(self._note, control.tone)
        if before != control or not self._shown_once:
            self._shown_once = True
            self._show(control)

    _shown_once = False

    def _wish(self, value: Reading | None) -> None:
        self.wished.emit(self.control.feature, value)


_Wish = Callable[[Reading | None], None]
_Made = tuple[QWidget, Callable[[Control], None]]


def _switch(control: Control, wish: _Wish) -> _Made:
    made = Switch(control.label)
    made.wished.connect(wish)

    def show(now: Control) -> None:
        state = now.value if now.asked is None else now.asked
        made.show_state(None if state is None else bool(state), waiting=now.waiting)

    return made, show


def _number(control: Control, wish: _Wish) -> _Made:
    return _slider(control, wish) if controls.slides(control) else _spin(control, wish)


def _slider(control: Control, wish: _Wish) -> _Made:
    warm = control.kind is Kind.WARMTH
    made = Slider(control.label, control.low, control.high, control.step, warmth=warm)
    made.wished.connect(wish)

    def show(now: Control) -> None:
        asked = None if now.asked is None else float(now.asked)
        made.show_state(None if now.value is None else float(now.value), asked)

    return made, show


def _spin(control: Control, wish: _Wish) -> _Made:
    made = QDoubleSpinBox()
    made.setAccessibleName(control.label)
    made.setRange(control.low, control.high)
    made.setSingleStep(control.step)
    made.setDecimals(0 if control.step == int(control.step) else 2)
    made.setSuffix(f" {control.unit}" if control.unit else "")
    made.setLocale(QLocale())
    made.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    made.setMinimumWidth(parts.scaled(_FIELD))

    def show(now: Control) -> None:
        shown = now.value if now.asked is None else now.asked
        if shown is not None and not made.hasFocus():
            made.setValue(float(shown))

    return _with_button(made, control, lambda: wish(made.value())), show


def _text(control: Control, wish: _Wish) -> _Made:
    made = QLineEdit()
    made.setAccessibleName(control.label)

    def show(now: Control) -> None:
        if now.value is not None and not made.hasFocus():
            made.setText(str(now.value))

    made.returnPressed.connect(lambda: wish(made.text()))
    return _with_button(made, control, lambda: wish(made.text())), show


def _with_button(field: QWidget, control: Control, do: Callable[[], object]) -> QWidget:
    whole = QWidget()
    name = translate("Detail", "Set {name}").format(name=control.label)
    button = parts.button(translate("Detail", "Set"), do, name=name)
    line = parts.row(spacing=8)
    line.addWidget(field, 1)
    line.addWidget(button)
    whole.setLayout(line)
    return whole


def _select(control: Control, wish: _Wish) -> _Made:
    made = Choice(control.label)
    made.addItems(list(control.words))
    made.setPlaceholderText(translate("Detail", "not said yet"))
    made.activated.connect(lambda number: wish(control.words[number]))

    def show(now: Control) -> None:
        said = now.value if now.asked is None else now.asked
        known = {word.casefold(): place for place, word in enumerate(now.words)}
        made.setCurrentIndex(known.get(str(said).casefold(), -1))

    return made, show


def _cover(control: Control, wish: _Wish) -> _Made:
    whole = QWidget()
    texts = {
        "open": (translate("Detail", "Open"), "chevron-up"),
        "stop": (translate("Detail", "Stop"), "square"),
        "close": (translate("Detail", "Close"), "chevron-down"),
    }
    buttons: list[QPushButton] = []
    for word in control.words:
        text, icon = texts[word.casefold()]
        name = f"{text}: {control.label}"
        do = lambda word=word: wish(word)  # noqa: E731 - bound to its own word
        buttons.append(parts.button(text, do, icon=icon, name=name))
    whole.setLayout(parts.row(*buttons, None, spacing=8))
    return whole, lambda _: None


def _press(control: Control, wish: _Wish) -> _Made:
    name = translate("Detail", "Press {name}").format(name=control.label)
    made = parts.button(translate("Detail", "Press"), lambda: wish(None), name=name)
    return made, lambda _: None


def _lock(control: Control, wish: _Wish) -> _Made:
    made = parts.button("", name=control.label)
    made.clicked.connect(lambda _=False: wish(made.property("wish")))

    def show(now: Control) -> None:
        locked = now.value is not False  # one that does not say is taken for locked
        said = translate("Detail", "Unlock…") if locked else translate("Detail", "Lock")
        made.setProperty("wish", not locked)
        made.setText(said)
        made.setAccessibleName(f"{said}: {now.label}")
        parts.dress(made, "lock-open" if locked else "lock", "text")

    return made, show


def _colour(control: Control, wish: _Wish) -> _Made:
    made = ColourButton(control.label)
    made.wished.connect(wish)
    return made, lambda now: made.show_colour(str(now.asked or now.value or ""))


_FIELDS: dict[Kind, Callable[[Control, _Wish], _Made]] = {
    Kind.SWITCH: _switch,
    Kind.LEVEL: _slider,
    Kind.WARMTH: _slider,
    Kind.COLOUR: _colour,
    Kind.COVER: _cover,
    Kind.PRESS: _press,
    Kind.LOCK: _lock,
    Kind.SELECT: _select,
    Kind.NUMBER: _number,
    Kind.TEXT: _text,
}


def _shape(control: Control) -> tuple[object, ...]:
    """Return what of a control decides how it is said."""
    of_range = (control.low, control.high, control.step, control.unit)
    return control.feature, control.kind, control.label, of_range, control.words
