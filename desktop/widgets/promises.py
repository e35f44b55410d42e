"""The makers' clocks side by side: what was promised, what is left, and a bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from desktop import theme
from desktop.models.clocks import Promise
from desktop.widgets import parts

_BAR = 4
_MOST = 3  # side by side


class Bar(QWidget):
    """How much of a clock's time is used; the words beside it say the same."""

    def __init__(self, share: float, tone: str) -> None:
        super().__init__()
        self._share, self._tone = share, tone
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return its height."""
        return QSize(60, _BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groove and what is used of it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(whole, _BAR / 2, _BAR / 2)
        used = QRectF(whole)
        used.setWidth(max(_BAR if self._share else 0, whole.width() * self._share))
        painter.setBrush(theme.color(self._tone))
        painter.drawRoundedRect(used, _BAR / 2, _BAR / 2)
        painter.end()


class Promises(QWidget):
    """Shows several clocks in one line; more than fit there in two."""

    def __init__(self, promises: Sequence[Promise]) -> None:
        super().__init__()
        across = len(promises) if len(promises) <= _MOST else -(-len(promises) // 2)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        for number, one in enumerate(promises):
            grid.addWidget(_one(one), *divmod(number, across))
            grid.setColumnStretch(number % across, 1)
        said = ", ".join(f"{one.word}: {one.note}" for one in promises)
        self.setAccessibleName(said)


def _one(promise: Promise) -> QWidget:
    made = QFrame()
    made.setObjectName("well")
    made.setAccessibleName(f"{promise.word}: {promise.note}")
    column = parts.column(spacing=4)
    column.setContentsMargins(12, 10, 12, 10)
    word = parts.label(promise.word, percent=parts.SMALL, tone="muted", wrap=True)
    column.addWidget(word)
    head = parts.row(spacing=6)
    icon = parts.picture(promise.icon, promise.tone, 16)
    head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    head.addWidget(parts.label(promise.note, tone=promise.tone, bold=True, wrap=True), 1)
    column.addLayout(head)
    column.addWidget(Bar(promise.share, promise.tone))
    column.addWidget(parts.label(promise.under, percent=parts.SMALL, tone="muted", wrap=True))
    column.addStretch(1)
    made.setLayout(column)
    return made
