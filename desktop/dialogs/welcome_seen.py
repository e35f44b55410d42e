"""The second step of Welcome: devices appear as they speak, by family."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.desk import Desk
from desktop.language import translate
from desktop.models import states
from desktop.models import welcome as rules
from desktop.models.triage import Bar
from desktop.widgets import parts
from desktop.widgets.curve import Bars
from fleet.model import BrokerState, Changes

_FOLLOW_MS = 250


class SeenStep(QWidget):
    """Only looks; nothing is asked of anybody."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[Bar, ...] = ()
        self.title = parts.label(percent=parts.PAGE_TITLE, bold=True)
        self.link = parts.label(tone="muted", wrap=True)
        self.newest = parts.label(tone="muted", wrap=True)
        self.hint = parts.label(wrap=True)
        self._bars = QVBoxLayout()
        card = parts.Card(spacing=12)
        card.setAccessibleName(translate("Welcome", "What we see"))
        card.add(self.title)
        card.add(self.link)
        card.add(self._bars)
        card.add(self.newest)
        card.add(parts.rule())
        line = parts.row(parts.picture("clock", "muted", 18), spacing=8)
        line.addWidget(self.hint, 1)
        card.add(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
        self._soon = QTimer(self, interval=_FOLLOW_MS, singleShot=True)
        self._soon.timeout.connect(self.show_seen)
        desk.changed.connect(self._changed)
        self.show_seen()

    def show_seen(self) -> None:
        """Show what is heard now."""
        seen = rules.seen(self._desk.mirror)
        self.title.setText(seen.title)
        self.newest.setText(seen.newest)
        self.newest.setVisible(bool(seen.newest))
        self.hint.setText(seen.hint)
        self.link.setText(self._link_words())
        if seen.families != self._shown:
            self._shown = seen.families
            parts.empty(self._bars)
            self._bars.addWidget(Bars(seen.families))

    def _link_words(self) -> str:
        links = self._desk.mirror.connections()
        up = [one for one in links if one.state is BrokerState.CONNECTED]
        if up:
            listening = translate("Welcome", "Listening at {address}.")
            return listening.format(address=", ".join(one.address for one in up))
        if not links:
            return translate("Welcome", "No broker is chosen yet: go back, or choose one later.")
        why = states.because(links[0].error, links[0].fact) if links[0].error else ""
        return why or translate("Welcome", "Connecting…")

    def _changed(self, changes: Changes) -> None:
        if (changes.devices or "connection" in changes.facts) and not self._soon.isActive():
            self._soon.start()
