"""The versions of a device: facts, who vouches for them, its maker's own offer, what is new."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.language import translate
from desktop.models.detail_versions import Mark, Versions, mark_words
from desktop.widgets import parts
from desktop.widgets.fields import Fields
from desktop.widgets.notes import Notes
from desktop.widgets.tick import Tick
from desktop.widgets.told import Told


class VersionsPart(QWidget):
    """Shows Versions and the marks; says what was asked for."""

    check_wanted = Signal()
    mark_wanted = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, ...] = ()
        self.facts = Fields()
        self._signed, self._why_not = Told(), Told()
        self._own, self.checked = Told(), Told()
        self._own_notes = Notes()
        self.who = parts.button(translate("Detail", "Who signed it"), self._unfold, look="link")
        self._signers = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self._signers.hide()
        self.check = parts.button(
            translate("Detail", "Look for its maker's update"),
            self.check_wanted.emit,
            icon="refresh-cw",
        )
        self._title = parts.label(bold=True, wrap=True)
        self._notes = Notes()
        self.ticks = {mark: self._tick(mark) for mark in Mark}
        self._lay()

    def show_versions(self, versions: Versions, marks: Sequence[tuple[Mark, bool]]) -> None:
        """Show these; only what differs is touched."""
        fresh = (versions, tuple(marks))
        if fresh == self._shown:
            return
        self._shown = fresh
        self.facts.show_fields(versions.facts)
        self._signed.tell(versions.signed, "shield-check", "ok")
        self.who.setVisible(bool(versions.signers))
        self._signers.setText("\n".join(versions.signers))
        self._signers.setVisible(bool(versions.signers) and self._signers.isVisibleTo(self))
        self._why_not.tell(versions.why_not)
        self._own.tell(_own(versions.own_offer), "circle-help", "warn")
        self._own_notes.show_text(versions.own_notes)
        self.check.setVisible(versions.can_check)
        self.check.setEnabled(not versions.barred)
        self.check.setToolTip(versions.barred)
        self._title.setText(versions.notes_title)
        self._title.setVisible(bool(versions.notes))
        self._notes.show_text(versions.notes)
        for mark, on in marks:
            tick = self.ticks[mark]
            tick.blockSignals(True)
            tick.setChecked(on)
            tick.blockSignals(False)

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.facts)
        column.addWidget(self._signed)
        column.addLayout(parts.row(self.who, None))
        column.addWidget(self._signers)
        for one in (self._why_not, self._own, self._own_notes):
            column.addWidget(one)
        column.addLayout(parts.row(self.check, None))
        column.addWidget(self.checked)
        column.addSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._notes)
        column.addSpacing(4)
        for tick in self.ticks.values():
            column.addWidget(tick)

    def _tick(self, mark: Mark) -> Tick:
        made = Tick(mark_words(mark))
        made.toggled.connect(lambda on: self.mark_wanted.emit(str(mark), on))
        return made

    def _unfold(self) -> None:
        self._signers.setVisible(self._signers.isHidden())


def _own(offer: str) -> str:
    if not offer:
        return ""
    said = translate(
        "Detail",
        "Its maker offers {version}. The device would install it itself: not verified by us.",
    )
    return said.format(version=offer)
