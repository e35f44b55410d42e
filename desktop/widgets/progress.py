"""What is under way for over a second, in the lower right corner; it takes no focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from desktop import theme
from desktop.language import translate
from desktop.running import Job, Running
from desktop.widgets import parts

_EDGE, _GAP, _WIDTH, _MOST = 24, 12, 320, 3


class ProgressStrip(QFrame):
    """One line for each, at most three; the others are counted."""

    def __init__(self, parent: QWidget, running: Running, above: QWidget) -> None:
        """`above`: stand over this where the two would meet."""
        super().__init__(parent)
        self._above = above
        self.setObjectName("strip")
        self.setAccessibleName(translate("Progress", "Under way"))
        self._running = running
        self._shown: list[Job] = []
        self.rows: list[_Row] = []
        self._more = parts.label(percent=parts.SMALL, tone="muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(12)
        self._column.addWidget(self._more)
        running.changed.connect(self.refresh)
        parent.installEventFilter(self)
        self.hide()

    def refresh(self) -> None:
        """Show what is under way now."""
        jobs = self._running.shown
        if jobs != self._shown:
            self._shown = jobs
            self._make(jobs[:_MOST])
        for row in self.rows:
            row.refresh(self._running.clock())
        more = len(jobs) - len(self.rows)
        self._more.setText(translate("Progress", "%n more", None, more) if more > 0 else "")
        self._more.setVisible(more > 0)
        if jobs:
            self._place()
            self.show()
            self.raise_()
        else:
            self.hide()

    def dress(self) -> None:
        """Be made anew: the size of words, or the language, has changed."""
        self._shown = []
        self._more.setFont(theme.sized(parts.SMALL))
        self.setAccessibleName(translate("Progress", "Under way"))
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the window grows."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _make(self, jobs: list[Job]) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [_Row(job) for job in jobs]
        for place, row in enumerate(self.rows):
            self._column.insertWidget(place, row)

    def _place(self) -> None:
        parent = self.parentWidget() or self
        wide = min(parts.scaled(_WIDTH), parent.width() - 2 * _EDGE)
        self.resize(wide, self._column.totalHeightForWidth(wide))
        left, bottom = parent.width() - wide - _EDGE, parent.height() - _EDGE
        if self._above.isVisible() and self._above.geometry().right() + _GAP > left:
            bottom = self._above.y() - _GAP
        self.move(left, bottom - self.height())


class _Row(QWidget):
    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        self.words = parts.label(wrap=True)
        self.note = parts.label(percent=parts.SMALL, tone="muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(job.words)
        name = translate("Progress", "Cancel: {what}").format(what=job.words)
        self.cancel = parts.button(
            translate("Progress", "Cancel"), job.cancel, look="link", name=name
        )
        head = parts.row(spacing=8)
        head.addWidget(self.words, 1)
        head.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.note)

    def refresh(self, now: float) -> None:
        line = self._job.line(now)
        self.words.setText(line.words)
        self.note.setText(line.note)
        self.bar.setVisible(line.percent is not None)
        if line.percent is not None:
            self.bar.setValue(round(line.percent))
        self.cancel.setVisible(self._job.can_cancel)
