"""The line below the table: how many there are, what the chosen ones can be told, what came of it.

It is always as high, so that no row moves when something is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from desktop import actions
from desktop.language import translate
from desktop.models import bulk
from desktop.models.bulk import Outcome
from desktop.widgets import parts

_WORDS_LEAST = 120
_BAR = 160


class BulkBar(QStackedWidget):
    """Four faces: the count, what is chosen, what is being done, what could not be done."""

    cleared = Signal()  # choose nothing any more
    stopped = Signal()  # ask no further devices
    again_wanted = Signal(object)  # Outcome: try those that could not
    list_wanted = Signal(object)  # Outcome: show which and why

    def __init__(self) -> None:
        super().__init__()
        self._outcome: Outcome | None = None
        self._acts: list[QAction] = []
        self._buttons: list[QPushButton] = []
        self._many = False
        self.amount = parts.label(percent=parts.SMALL, tone="muted")
        self.chosen = parts.label(bold=True)
        self.doing = parts.label()
        self.progress = QProgressBar()
        self.outcome = Line()
        self.more = parts.button(translate("Bulk", "More…"), self._open_more, look="quiet")
        self.clear = parts.icon_button("x", translate("Bulk", "Choose nothing"), self.cleared.emit)
        self.stop = parts.button(translate("Bulk", "Stop"), self.stopped.emit, look="quiet")
        self.which = parts.button(translate("Bulk", "Show which"), self._list, look="quiet")
        self.again = parts.button(translate("Bulk", "Try these again"), self._again)
        self.away = parts.icon_button("x", translate("Bulk", "Close"), self.dismiss)
        self._lay()

    def put_actions(self, acts: Sequence[QAction]) -> None:
        """Offer these for what is chosen; those without room are under "More"."""
        self._acts = list(acts)
        icons = {known.name: known.icon for known in actions.ALL}
        for act in acts:
            button = parts.button(
                act.text(), act.trigger, look="quiet", icon=icons[act.objectName()]
            )
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            act.enabledChanged.connect(button.setEnabled)
            button.setEnabled(act.isEnabled())
            self._line.insertWidget(self._line.count() - 3, button)
            self._buttons.append(button)
        self._fit()

    def show_count(self, shown: int, total: int, chosen: int) -> None:
        """Say how many devices are shown of how many; of several chosen offer what can be done."""
        whole = translate("Bulk", "%n device(s)", None, total)
        some = translate("Bulk", "{shown} of %n device(s)", None, total).format(shown=shown)
        self.amount.setText(whole if shown == total else some)
        said = translate("Bulk", "%n selected", None, chosen)
        self.chosen.setText(said)
        self._many = chosen > 1
        self.clear.setAccessibleDescription(said)
        if self.currentWidget() in {self._faces[0], self._faces[1]}:
            self.setCurrentWidget(self._faces[self._many])
        self._fit()

    def show_progress(self, what: str, done: int, total: int) -> None:
        """Say how far a wish for several has come."""
        said = translate("Bulk", "{what}: {done} of {total}")
        self.doing.setText(said.format(what=what, done=done, total=total))
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.setCurrentWidget(self._faces[2])

    def show_outcome(self, outcome: Outcome) -> None:
        """Say what could not be done; a whole success is dismissed at once."""
        self._outcome = outcome
        if outcome.whole:
            self.dismiss()
            return
        said = bulk.told(outcome)
        self.outcome.setText(said)
        self.outcome.setToolTip(said)
        self.which.setVisible(bool(outcome.refused))
        self._faces[3].setAccessibleName(said)
        self.setCurrentWidget(self._faces[3])

    def dismiss(self) -> None:
        """Go back to what is chosen."""
        self.setCurrentWidget(self._faces[self._many])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many buttons as there is room for."""
        super().resizeEvent(event)
        self._fit()

    # --- making ---

    def _lay(self) -> None:
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(parts.scaled(_BAR))
        self.progress.setAccessibleName(translate("Bulk", "Progress"))
        self._line = parts.row(self.chosen, self.more, None, self.clear)
        lines = (
            parts.row(self.amount, None),
            self._line,
            parts.row(self.doing, self.progress, None, self.stop),
            parts.row(
                parts.picture("triangle-alert", "warn", 18),
                self.outcome,
                self.which,
                self.again,
                self.away,
            ),
        )
        self._faces: list[QWidget] = []
        for line in lines:
            line.setContentsMargins(12, 2, 8, 2)
            face = QWidget()
            face.setLayout(line)
            self.addWidget(face)
            self._faces.append(face)
        lines[3].setStretch(1, 1)

    def _fit(self) -> None:
        fixed = (self.chosen, self.more, self.clear)
        left = self.width() - 40 - sum(one.sizeHint().width() + 8 for one in fixed)
        for button in self._buttons:
            left -= button.sizeHint().width() + 8
            button.setVisible(left >= 0)

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._acts)
        menu.popup(self.more.mapToGlobal(self.more.rect().topLeft()))

    def _list(self) -> None:
        self.list_wanted.emit(self._outcome)

    def _again(self) -> None:
        outcome, self._outcome = self._outcome, None
        self.again_wanted.emit(outcome)


class Line(QLabel):
    """One line of text that ends in dots where there is no room; all of it is the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Ignored, policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few words."""
        return QSize(parts.scaled(_WORDS_LEAST), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what there is room for."""
        del event
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
