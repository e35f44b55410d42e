"""What every page is put together from."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPlainTextEdit

from desktop.widgets import parts


def test_words_in_the_fixed_font_are_as_large_as_they_were(qtbot, bigger_font) -> None:
    bigger_font(200)
    for made in (QPlainTextEdit(), QLabel("1.2.3")):
        qtbot.addWidget(made)
        size = made.font().pointSizeF()
        parts.fixed(made)
        assert made.font().pointSizeF() == size
