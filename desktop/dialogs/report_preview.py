"""The last step of a report: the very bytes, as text, with what was replaced marked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from PySide6.QtGui import (
    QGuiApplication,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from desktop import theme
from desktop.language import translate
from desktop.models import reporting
from desktop.models.reporting import Span
from desktop.widgets import parts

_MARKS_MOST = 2_000  # a text edit with more stretches marked is slow to draw


class PreviewStep(QWidget):
    """Shows one payload."""

    def __init__(self) -> None:
        super().__init__()
        self.payload = b""
        self.sha256 = ""
        intro = translate(
            "Report",
            "These are the bytes, none more and none less. Marked: a word that stands in place "
            "of a name, an address or a password.",
        )
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setProperty("look", "well")
        self.text.setAccessibleName(translate("Report", "Exactly what is sent"))
        parts.fixed(self.text)
        self.line = parts.label(percent=parts.SMALL, tone="muted", wrap=True)
        self.copy = parts.button(translate("Report", "Copy"), self._copy, icon="copy")
        self.copy.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(parts.label(intro, tone="muted", wrap=True))
        column.addWidget(self.text, 1)
        foot = parts.row(spacing=12)
        foot.addWidget(self.line, 1)
        foot.addWidget(self.copy)
        column.addLayout(foot)

    def show_payload(self, payload: bytes, also: str = "") -> None:
        """Show these bytes, which are `payload` from now on; `also`: the files beside them."""
        self.payload, self.sha256 = payload, hashlib.sha256(payload).hexdigest()
        shown = payload.decode()
        if shown != self.text.toPlainText():
            self.text.setPlainText(shown)
        spans = reporting.replaced_spans(shown)
        mark(self.text, spans[:_MARKS_MOST], "select")
        line = reporting.preview_line(payload, self.sha256, spans)
        self.line.setText("\n".join(part for part in (line, also) if part))

    def forget(self) -> None:
        """What was shown is no longer what would be sent."""
        self.payload, self.sha256 = b"", ""

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())


def mark(edit: QPlainTextEdit, spans: Iterable[Span], tone: str, *, wavy: bool = False) -> None:
    """Mark stretches of a text: on a ground of `tone`, or under a wavy line of it."""
    look = QTextCharFormat()
    if wavy:
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(theme.color(tone))
    else:
        look.setBackground(theme.color(tone))
        look.setForeground(theme.color("accent"))
    made, text = [], edit.toPlainText()
    for span in spans:
        one = QTextEdit.ExtraSelection()
        cursor = QTextCursor(edit.document())
        cursor.setPosition(_units(text, span.start))
        cursor.setPosition(_units(text, span.end), QTextCursor.MoveMode.KeepAnchor)
        one.cursor, one.format = cursor, look
        made.append(one)
    edit.setExtraSelections(made)


def _units(text: str, place: int) -> int:
    """Return the place as Qt counts: in units of UTF-16."""
    return place if text.isascii() else len(text[:place].encode("utf-16-le")) // 2
