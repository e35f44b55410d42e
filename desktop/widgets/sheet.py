"""One thing of the Community page: heading, words, facts, blocks of lines, buttons."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.language import translate
from desktop.models.community import Block, Offer, Row, Sheet
from desktop.widgets import parts
from desktop.widgets.promises import Bar

_NAMES = 132


class SheetCard(parts.Card):
    """Shows one Sheet, or why there is none; the same again changes nothing."""

    asked = Signal(object)  # Offer

    def __init__(self) -> None:
        super().__init__(margin=0, spacing=0)
        self.shown: Sheet | str | None = None
        self.column.setContentsMargins(1, 1, 1, 1)
        self._area, self._body = parts.scrolled(translate("Community", "Details"), margin=24)
        self.column.addWidget(self._area, 1)

    def say(self, title: str, text: str) -> None:
        """Say why there is nothing here, and what to do."""
        if self.shown == text:
            return
        self.shown = text
        parts.empty(self._body)
        heading = parts.label(title, percent=parts.CARD_TITLE, bold=True)
        words = parts.label(text, tone="muted", wrap=True)
        self._body.addStretch(1)
        for each in (heading, words):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._body.addWidget(each)
        self._body.addStretch(2)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show it."""
        if sheet == self.shown:
            return
        before = self.shown
        same = isinstance(before, Sheet) and before.id == sheet.id
        kept = self._area.verticalScrollBar().value() if same else 0
        self.shown = sheet
        parts.empty(self._body)
        self._head(sheet)
        if sheet.text:
            self._body.addWidget(parts.label(sheet.text, wrap=True))
        if sheet.note:
            self._body.addWidget(parts.label(sheet.note, tone=sheet.note_tone, wrap=True))
        self._buttons(sheet.offers)
        self._facts(sheet)
        for block in sheet.blocks:
            self._block(block)
        self._body.addStretch(1)
        self._area.verticalScrollBar().setValue(kept)

    def _head(self, sheet: Sheet) -> None:
        line = parts.row(spacing=16)
        line.addWidget(parts.label(sheet.title, percent=130, bold=True, wrap=True), 1)
        if sheet.look is not None:
            look = sheet.look
            state = parts.row(parts.picture(look.icon, look.tone, 18))
            if look.word:
                state.addWidget(parts.label(look.word, tone=look.tone, bold=True))
            line.addLayout(state)
        whole = parts.column(spacing=4)
        whole.addLayout(line)
        if sheet.about:
            whole.addWidget(parts.label(sheet.about, tone="muted", wrap=True))
        self._body.addLayout(whole)

    def _facts(self, sheet: Sheet) -> None:
        if not sheet.facts:
            return
        grid = parts.form()
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, parts.scaled(_NAMES))
        for number, (name, said) in enumerate(sheet.facts):
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(parts.label(name, tone="muted"), number, 0, top)
            grid.addWidget(parts.label(said, wrap=True), number, 1)
        self._body.addLayout(grid)

    def _block(self, block: Block) -> None:
        column = parts.column(spacing=8)
        column.addWidget(parts.label(block.title, percent=parts.SMALL, tone="muted", bold=True))
        for row in block.rows:
            column.addWidget(self._row(row))
        if not block.rows and block.empty:
            column.addWidget(parts.label(block.empty, tone="muted", wrap=True))
        self._body.addLayout(column)

    def _row(self, row: Row) -> QWidget:
        made = QWidget()
        made.setAccessibleName(", ".join(part for part in (row.text, row.under) if part))
        line = parts.row(spacing=12)
        if row.icon:
            icon = parts.picture(row.icon, row.tone, 16)
            line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        words = parts.column(parts.label(row.text, wrap=True), spacing=2)
        if row.share is not None:
            words.addWidget(Bar(row.share, "accent"))
        if row.under:
            words.addWidget(parts.label(row.under, percent=parts.SMALL, tone="muted", wrap=True))
        line.addLayout(words, 1)
        if row.offer is not None:
            line.addWidget(self.button(row.offer))
        made.setLayout(line)
        return made

    def _buttons(self, offers: Iterable[Offer]) -> None:
        made = [self.button(one) for one in offers]
        if made:
            self._body.addLayout(parts.row(*made, None))

    def button(self, offer: Offer) -> QPushButton:
        """Return the button of an offer."""
        look = "primary" if offer.primary else ""
        return parts.button(offer.text, lambda: self.asked.emit(offer), look=look, icon=offer.icon)
