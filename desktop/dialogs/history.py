"""The whole record of a device's updates, and whether it hangs together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import history
from desktop.widgets import parts
from desktop.widgets.notices import Notices
from fleet.model import UpdateEvent

_SIZE = (640, 560)
_ICON = 16


class HistoryDialog(QDialog):
    """Asks for the steps and for the chain; shows both as they come."""

    def __init__(self, desk: Desk, parent: QWidget, key: str) -> None:
        super().__init__(parent)
        self._desk = desk
        device = desk.mirror.devices.get(key)
        title = translate("History", "Updates of {device}")
        title = title.format(device=device.name if device else key)
        self.setWindowTitle(title)
        self.resize(*(parts.scaled(side) for side in _SIZE))
        self.chain = Notices()
        self._area, self._body = parts.scrolled(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(parts.label(title, percent=parts.CARD_TITLE, bold=True))
        column.addWidget(self.chain)
        column.addWidget(self._area, 1)
        close = parts.button(translate("History", "Close"), self.accept)
        close.setDefault(True)
        column.addLayout(parts.row(None, close))
        wishes = desk.wishes
        desk.ask(wishes.history(key), self, self._show)
        verified = lambda found: self.chain.show_notices((history.chain(found),))  # noqa: E731
        desk.ask(wishes.verify_history(), self, verified, lambda _: None)

    def _show(self, events: Sequence[UpdateEvent]) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        top = Qt.AlignmentFlag.AlignTop
        for at, step in enumerate(history.lines(events, self._desk.clock())):
            said = parts.row(
                parts.label(step.said),
                parts.fixed(parts.label(step.versions, percent=parts.SMALL, tone="muted")),
                None,
                spacing=12,
            )
            words = parts.column(spacing=2)
            words.addLayout(said)
            if step.why:
                words.addWidget(parts.label(step.why, percent=parts.SMALL, tone="muted", wrap=True))
            when = parts.label(step.when, percent=parts.SMALL, tone="muted")
            grid.addWidget(parts.picture(step.icon, step.tone, _ICON), at, 0, top)
            grid.addWidget(when, at, 1, top)
            grid.addLayout(words, at, 2)
        self._body.addLayout(grid)
        self._body.addStretch(1)
