"""The middle of the Triage page: one cluster with its clocks, curve, reports, talk, history."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.language import translate
from desktop.models.triage import Line, Sheet
from desktop.widgets import parts
from desktop.widgets.curve import Bars, Curve
from desktop.widgets.promises import Promises
from desktop.widgets.talk import Talk

_WHEN = 60  # width of the times


class ClusterSheet(parts.Card):
    """Shows one Sheet; the same again changes nothing."""

    report_wanted = Signal(str)
    undo_wanted = Signal(str)  # a move

    def __init__(self) -> None:
        super().__init__(margin=0, spacing=0)
        self.shown: Sheet | None = None
        self.column.setContentsMargins(1, 1, 1, 1)
        self._area, self._body = parts.scrolled(translate("Triage", "Cluster"), margin=20)
        as_needed = Qt.ScrollBarPolicy.ScrollBarAsNeeded  # large words, a narrow window
        self._area.setHorizontalScrollBarPolicy(as_needed)
        self.column.addWidget(self._area, 1)
        self.say(translate("Triage", "Choose a cluster on the left."))

    def say(self, text: str) -> None:
        """Say why there is no cluster here."""
        self.shown = None
        parts.empty(self._body)
        words = parts.label(text, tone="muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body.addStretch(1)
        self._body.addWidget(words)
        self._body.addStretch(1)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show a cluster."""
        if sheet == self.shown:
            return
        kept = self._area.verticalScrollBar().value() if self._same(sheet) else 0
        self.shown = sheet
        parts.empty(self._body)
        self._head(sheet)
        if sheet.promises:
            self._body.addWidget(Promises(sheet.promises))
        self._facts(sheet)
        self._figures(sheet)
        self._list(translate("Triage", "Reports"), (self._report(one) for one in sheet.reports))
        if sheet.speeches:
            self._body.addWidget(_caption(translate("Triage", "Said to all of it")))
            self._body.addWidget(Talk(sheet.speeches))
        self._list(translate("Triage", "History"), (self._event(one) for one in sheet.timeline))
        self._body.addStretch(1)
        self._area.verticalScrollBar().setValue(kept)

    def _same(self, sheet: Sheet) -> bool:
        return self.shown is not None and self.shown.id == sheet.id

    def _head(self, sheet: Sheet) -> None:
        line = parts.row(spacing=16)
        line.addWidget(parts.label(sheet.title, percent=130, bold=True, wrap=True), 1)
        word = parts.label(sheet.look.word, tone=sheet.look.tone, bold=True)
        state = parts.row(parts.picture(sheet.look.icon, sheet.look.tone, 18), word)
        line.addLayout(state)
        whole = parts.column(spacing=4)
        whole.addLayout(line)
        whole.addWidget(parts.label(sheet.about, tone="muted", wrap=True))
        if sheet.warning:
            warning = parts.row(parts.picture("triangle-alert", "bad", 16))
            warning.addWidget(parts.label(sheet.warning, tone="bad", bold=True, wrap=True), 1)
            whole.addLayout(warning)
        self._body.addLayout(whole)

    def _facts(self, sheet: Sheet) -> None:
        grid = parts.form()
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, parts.scaled(96))
        for number, (name, said) in enumerate(sheet.facts):
            grid.addWidget(parts.label(name, tone="muted"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(parts.label(said, wrap=True), number, 1)
        self._body.addLayout(grid)

    def _figures(self, sheet: Sheet) -> None:
        line = parts.row(spacing=24)
        if sheet.curve:
            name = translate("Triage", "New homes by day")
            line.addLayout(parts.column(_caption(name), Curve(sheet.curve, name), None), 1)
        if sheet.versions:
            name = translate("Triage", "Homes by version")
            line.addLayout(parts.column(_caption(name), Bars(sheet.versions), None), 1)
        self._body.addLayout(line)

    def _list(self, title: str, rows: Iterable[QWidget]) -> None:
        made = list(rows)
        if not made:
            return
        column = parts.column(_caption(title), spacing=4)
        for row in made:
            column.addWidget(row)
        self._body.addLayout(column)

    def _report(self, one: Line) -> QWidget:
        made = QFrame()
        made.setObjectName("well")
        line = parts.row(spacing=12)
        line.setContentsMargins(12, 8, 8, 8)
        line.addWidget(_when(one.when), 0, Qt.AlignmentFlag.AlignTop)
        words = parts.column(parts.label(one.text, wrap=True), spacing=0)
        words.addWidget(parts.label(one.under, percent=parts.SMALL, tone="muted", wrap=True))
        line.addLayout(words, 1)
        read = translate("Triage", "Read")
        button = parts.button(
            read, lambda: self.report_wanted.emit(one.id), name=f"{read}: {one.text}"
        )
        line.addWidget(button)
        made.setLayout(line)
        return made

    def _event(self, one: Line) -> QWidget:
        made = QWidget()
        line = parts.row(spacing=12)
        line.addWidget(_when(one.when), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(parts.label(f"{one.text} · {one.under}", wrap=True), 1)
        if one.move:
            undo = translate("Triage", "Undo")
            name = f"{undo}: {one.text}"
            line.addWidget(
                parts.button(undo, lambda: self.undo_wanted.emit(one.move), look="link", name=name)
            )
        made.setLayout(line)
        return made


class HeldBar(QFrame):
    """The acts that still wait, with the time until they are told the hub, and the way back."""

    undo_wanted = Signal()
    now_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.words = parts.label(wrap=True)
        undo = translate("Triage", "Undo (Ctrl+Z)")
        self.undo = parts.button(undo, self.undo_wanted.emit, icon="rotate-ccw")
        self.now = parts.button(translate("Triage", "Do it now"), self.now_wanted.emit)
        line = parts.row(parts.picture("clock", "accent", 18), spacing=12)
        line.setContentsMargins(16, 8, 12, 8)
        line.addWidget(self.words, 1)
        line.addWidget(self.now)
        line.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(line)
        self.hide()

    def show_words(self, text: str) -> None:
        """Say what waits; "": nothing does."""
        self.words.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


def _caption(text: str) -> QWidget:
    return parts.label(text, percent=parts.SMALL, tone="muted", bold=True)


def _when(text: str) -> QWidget:
    made = parts.label(text, percent=parts.SMALL, tone="muted")
    made.setMinimumWidth(parts.scaled(_WHEN))
    return made
