"""What is known already, below the words of a report: it never takes the focus from them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.language import translate
from desktop.models.matches import SHOWN_MOST, Known, Match
from desktop.widgets import parts


class Matches(QWidget):
    """Known issues first, then what others wrote; hidden while there is neither."""

    mine = Signal(str)  # this is one more case of that Match; "": of none
    look_wanted = Signal(str)  # at an own report
    solved = Signal(str)  # the workaround helped: the id of a Known

    def __init__(self) -> None:
        super().__init__()
        self.known: tuple[Known, ...] = ()
        self.matches: tuple[Match, ...] = ()
        self._dropped: set[str] = set()
        self.taken = ""  # the Match of which this is one more case
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def show_known(self, known: Sequence[Known]) -> None:
        """Show the answers of known issues."""
        shown = tuple(one for one in known if one.id not in self._dropped)
        if shown != self.known:
            self.known = shown
            self._draw()

    def show_matches(self, matches: Sequence[Match]) -> None:
        """Show what looks alike; the same ones again change nothing."""
        shown = tuple(matches[:SHOWN_MOST])
        if shown != self.matches:
            self.matches = shown
            self._draw()

    def _draw(self) -> None:
        parts.empty(self._column)
        for known in self.known:
            self._column.addWidget(self._known(known))
        if self.matches:
            title = translate("Report", "Looks like one of these?")
            self._column.addWidget(parts.label(title, percent=parts.SMALL, tone="muted"))
        for match in self.matches:
            self._column.addWidget(self._match(match))
        self.setVisible(bool(self.known or self.matches))

    def _known(self, known: Known) -> QWidget:
        made = QFrame()
        made.setObjectName("banner")
        column = QVBoxLayout(made)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        head = parts.row(parts.picture("info", "info", 16), spacing=8)
        said = translate("Report", "Known: {title}").format(title=known.title)
        head.addWidget(parts.label(said, bold=True, wrap=True), 1)
        column.addLayout(head)
        for text in (known.text, known.workaround):
            if text:
                column.addWidget(parts.label(text, wrap=True))
        helped = parts.button(
            translate("Report", "That helped: nothing to send"),
            lambda: self.solved.emit(known.id),
            icon="check",
        )
        still = parts.button(translate("Report", "Still send"), lambda: self._drop(known.id))
        for button in (helped, still):
            button.setAutoDefault(False)
        column.addLayout(parts.row(helped, still, None))
        return made

    def _drop(self, name: str) -> None:
        self._dropped.add(name)
        self.show_known(self.known)

    def _match(self, match: Match) -> QWidget:
        made = QFrame()
        made.setObjectName("card")
        line = parts.row(spacing=12)
        line.setContentsMargins(16, 10, 12, 10)
        words = parts.column(spacing=2)
        words.addWidget(parts.label(match.title, wrap=True))
        if match.note:
            words.addWidget(parts.label(match.note, percent=parts.SMALL, tone="muted", wrap=True))
        if match.workaround:
            said = translate("Report", "Until then: {text}").format(text=match.workaround)
            words.addWidget(parts.label(said, percent=parts.SMALL, wrap=True))
        line.addLayout(words, 1)
        line.addWidget(self._button(match), 0, Qt.AlignmentFlag.AlignVCenter)
        made.setLayout(line)
        return made

    def _button(self, match: Match) -> QWidget:
        if match.own:
            said, do = translate("Report", "Look at it"), lambda: self.look_wanted.emit(match.id)
        elif match.id == self.taken:
            said, do = translate("Report", "Not mine after all"), lambda: self.take("")
        else:
            said, do = translate("Report", "This is mine"), lambda: self.take(match.id)
        made = parts.button(said, do, name=f"{said}: {match.title}")
        if match.id == self.taken:
            parts.dress(made, "circle-check", "ok")
        made.setAutoDefault(False)
        return made

    def take(self, match: str) -> None:
        """Say that this is one more case of a match; "": of none."""
        self.taken = match
        self._draw()
        self.mine.emit(match)
