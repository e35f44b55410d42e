"""Lines of a card that change in place: a line keeps its widget as long as its device is listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.language import translate
from desktop.models.lines import Deed, Line
from desktop.widgets import parts
from desktop.widgets.tick import Tick

_BAR_WIDTH = 160
_BESIDE = 3  # as many buttons stand beside the words; more stand below


_ICONS = {Deed.REPORT: "bug", Deed.UNDO: "rotate-ccw", Deed.UNDO_ALL: "rotate-ccw"}


def deed_text(deed: Deed, line: Line) -> str:
    """Return what the button of a deed says."""
    was = line.versions.split(" → ", maxsplit=1)[0]
    texts: dict[Deed, Callable[[], str]] = {
        Deed.CANCEL: lambda: translate("Updates", "Cancel"),
        Deed.AGAIN: lambda: translate("Updates", "Try again"),
        Deed.STAY: lambda: translate("Updates", "Stay on {version}").format(version=was),
        Deed.REPORT: lambda: translate("Updates", "Report a problem"),
        Deed.APPROVE: lambda: translate("Updates", "Update now"),
        Deed.RESUME: lambda: translate("Updates", "Go on with the others"),
        Deed.PAUSE: lambda: translate("Updates", "Pause"),
        Deed.UNDO: lambda: translate("Updates", "Back to {version}").format(version=was),
        Deed.UNDO_ALL: lambda: translate("Updates", "Take %n back", None, line.count),
        Deed.CLAIM: lambda: translate("Updates", "This is my home"),
        Deed.OPEN: lambda: translate("Updates", "Open"),
        Deed.REMOVE: lambda: translate("Release", "Remove"),
        Deed.WAIVE: lambda: translate("Release", "Answer for it…"),
        Deed.DETAILS: lambda: translate("Release", "Details…"),
    }
    return texts[deed]()


class LineWidget(QWidget):
    """One line; `show_line` changes only what differs."""

    ticked = Signal(str, bool)
    asked = Signal(str, str)  # key, deed

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line: Line | None = None
        self._tick = Tick()
        self._tick.toggled.connect(lambda on: self.ticked.emit(self._key(), on))
        self._icon = parts.picture(line.icon, line.tone)
        self._title = parts.label()
        self._versions = parts.fixed(parts.label(percent=parts.SMALL, tone="muted"))
        self._text = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._deeds, self._below = parts.row(spacing=8), parts.row(spacing=8)
        self._lay()
        self.show_line(line)

    def show_line(self, line: Line) -> None:
        """Show `line`."""
        before, self._line = self._line, line
        if line == before:
            return
        self._icon.setPixmap(theme.pixmap(line.icon, line.tone, 20, self.devicePixelRatioF()))
        self._title.setText(line.title)
        self._versions.setText(line.versions)
        self._versions.setVisible(bool(line.versions))
        self._text.setText(line.text)
        self._text.setVisible(bool(line.text))
        top = Qt.AlignmentFlag.AlignTop if "\n" in line.text else Qt.AlignmentFlag.AlignVCenter
        self._whole.setAlignment(self._icon, top)
        self._show_bar(line)
        self._show_tick(line)
        if before is None or _said_on_buttons(before) != _said_on_buttons(line):
            self._show_deeds(line)

    def _lay(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(parts.row(self._title, self._versions, None, spacing=12))
        words.addWidget(self._text)
        words.addLayout(self._below)
        whole = self._whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 4, 0, 4)
        whole.setSpacing(12)
        whole.addWidget(self._tick)
        whole.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        whole.addLayout(words, 1)
        whole.addWidget(self._bar)
        whole.addLayout(self._deeds)

    def _key(self) -> str:
        return self._line.key if self._line else ""

    def _show_bar(self, line: Line) -> None:
        self._bar.setVisible(line.percent is not None)
        self._bar.setValue(round(line.percent or 0))
        name = translate("Updates", "Progress of {device}").format(device=line.title)
        self._bar.setAccessibleName(name)

    def _show_tick(self, line: Line) -> None:
        self._tick.setVisible(line.ticked is not None)
        self._tick.setAccessibleName(f"{line.title} {line.versions}")
        self._tick.blockSignals(True)
        self._tick.setChecked(bool(line.ticked))
        self._tick.blockSignals(False)

    def _show_deeds(self, line: Line) -> None:
        parts.empty(self._deeds)
        parts.empty(self._below)
        many = len(line.deeds) > _BESIDE
        for deed in line.deeds:
            (self._below if many else self._deeds).addWidget(self._deed(line, deed))
        if many:
            self._below.setContentsMargins(0, 8, 0, 0)
            self._below.addStretch(1)

    def _deed(self, line: Line, deed: Deed) -> QPushButton:
        text = deed_text(deed, line)
        look = "primary" if deed in {Deed.APPROVE, Deed.RESUME} else ""
        icon = _ICONS.get(deed, "")
        name = f"{text}: {line.title}"
        key = line.key
        if deed is Deed.CANCEL and len(line.deeds) == 1:
            return parts.icon_button("x", name, lambda: self.asked.emit(key, str(deed)))
        look = "quiet" if deed in {Deed.OPEN, Deed.REMOVE, Deed.DETAILS} else look
        do = lambda: self.asked.emit(key, str(deed))  # noqa: E731 - a bound choice, used at once
        return parts.button(text, do, look=look, icon=icon, name=name)


def _said_on_buttons(line: Line) -> tuple[object, ...]:
    return line.deeds, line.versions, line.title, line.count


class Lines(QWidget):
    """A list of lines inside a card, in the order given."""

    ticked = Signal(str, bool)
    asked = Signal(str, str)

    def __init__(self, fold: int = 0) -> None:
        """`fold`: of more lines only so many are shown until all are asked for; 0: always all."""
        super().__init__()
        self._fold, self._open = fold, False
        self._lines: Sequence[Line] = ()
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self._widgets: dict[str, LineWidget] = {}
        self.more = parts.button("", self._toggle, look="link")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(self._column)
        whole.addLayout(parts.row(self.more, None))

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show `lines`; widgets of the same key stay where the order allows it."""
        self._lines = lines
        folds = 0 < self._fold < len(lines)
        text = translate("Updates", "Show all %n", None, len(lines))
        text = translate("Updates", "Show fewer") if self._open else text
        self.more.setText(text)
        self.more.setAccessibleName(text)
        self.more.setVisible(folds)
        self._show(lines if self._open or not folds else lines[: self._fold])

    def _toggle(self) -> None:
        self._open = not self._open
        self.show_lines(self._lines)

    def _show(self, lines: Sequence[Line]) -> None:
        keys = [line.key for line in lines]
        if keys != list(self._widgets):
            self._rebuild(lines)
        for line in lines:
            self._widgets[line.key].show_line(line)

    def _rebuild(self, lines: Sequence[Line]) -> None:
        kept = self._widgets
        self._widgets = {}
        for line in lines:
            widget = kept.pop(line.key, None) or self._make(line)
            self._widgets[line.key] = widget
            self._column.removeWidget(widget)
            self._column.addWidget(widget)
        for gone in kept.values():
            gone.hide()
            gone.deleteLater()

    def _make(self, line: Line) -> LineWidget:
        made = LineWidget(line)
        made.ticked.connect(self.ticked)
        made.asked.connect(self.asked)
        return made
