"""The second step of a report: what goes along, part by part, with what could not be had."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.language import translate
from desktop.models import reporting
from desktop.widgets import parts
from desktop.widgets.tick import Tick
from feedback.report import Part, PartName

_INDENT = 30  # so that a note stands under the words, not under the box


class EvidenceStep(QWidget):
    """The parts with a tick each. What was left out stays left out when they are gathered anew."""

    changed = Signal()  # what goes along is another now

    def __init__(self, beforehand: Collection[PartName]) -> None:
        """`beforehand`: what is ticked before anybody has looked, by what this home agreed to."""
        super().__init__()
        self._beforehand = frozenset(beforehand)
        self._said: dict[PartName, bool] = {}  # by hand: stays, also for another device
        self.gathered: tuple[Part, ...] = ()
        self.boxes: dict[PartName, Tick] = {}
        self._boxes = parts.column(spacing=10)
        self._replaced = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._wait = parts.label(translate("Report", "Gathering…"), tone="muted")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area, self.column = parts.scrolled(translate("Report", "What goes along"))
        self.column.setContentsMargins(2, 2, 14, 2)
        self.column.setSpacing(16)
        self.column.addWidget(self._card())
        self.column.addStretch(1)
        outer.addWidget(area)

    def put(self, card: QWidget) -> None:
        """Put one more card below the parts."""
        self.column.insertWidget(self.column.count() - 1, card)

    @property
    def chosen(self) -> frozenset[PartName]:
        """Which parts go along."""
        return frozenset(name for name, box in self.boxes.items() if box.isChecked())

    @property
    def replaced(self) -> str:
        """What it says of values that were replaced."""
        return self._replaced.text()

    def wait(self) -> None:
        """The parts are being gathered."""
        self.gathered = ()
        self._wait.show()

    def show_parts(self, found: Sequence[Part]) -> None:
        """Show what was gathered; a part that is missing says why."""
        self.gathered = tuple(found)
        self._wait.hide()
        parts.empty(self._boxes)
        self.boxes = {}
        for part in self.gathered:
            asked_for = self._said.get(part.name, part.name in self._beforehand)
            self._boxes.addWidget(self._line(part, asked_for=asked_for))
        self._count()

    def _line(self, part: Part, *, asked_for: bool) -> QWidget:
        line = reporting.part_line(part)
        box = Tick(line.text)
        box.setAccessibleName(f"{line.text}, {line.note}")
        box.setChecked(line.there and asked_for)
        box.setEnabled(line.there)
        box.clicked.connect(lambda on: self._said.__setitem__(part.name, on))
        box.toggled.connect(lambda _: self._count())
        self.boxes[part.name] = box
        note = parts.label(line.note, percent=parts.SMALL, tone="muted", wrap=True)
        note.setContentsMargins(_INDENT, 0, 0, 0)
        made = QWidget()
        made.setLayout(parts.column(box, note, spacing=0))
        return made

    def _card(self) -> QWidget:
        card = parts.Card(translate("Report", "From this house"), spacing=10)
        card.add(self._wait)
        card.add(self._boxes)
        rule = QFrame()
        rule.setObjectName("rule")
        card.add(rule)
        line = parts.row(parts.picture("shield-check", "ok", 16))
        line.addWidget(self._replaced, 1)
        card.add(line)
        return card

    def _count(self) -> None:
        self._replaced.setText(reporting.replaced(self.gathered, self.chosen))
        self.changed.emit()
