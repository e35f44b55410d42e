"""What every page is put together from."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from desktop.widgets import parts


def test_words_in_the_fixed_font_are_as_large_as_they_were(qtbot, bigger_font) -> None:
    bigger_font(200)
    for made in (QPlainTextEdit(), QLabel("1.2.3")):
        qtbot.addWidget(made)
        size = made.font().pointSizeF()
        parts.fixed(made)
        assert made.font().pointSizeF() == size


def test_what_stands_nowhere_yet_is_not_shown_as_a_window(qtbot) -> None:
    lonely, house = QLabel("a part"), QWidget()
    for one in (lonely, house):
        qtbot.addWidget(one)
    parts.show_if(lonely, True)
    assert not lonely.isVisible()
    lonely.setParent(house)
    house.show()
    assert lonely.isVisibleTo(house)
    parts.show_if(lonely, False)
    assert not lonely.isVisible()
    parts.show_if(lonely, True)
    assert lonely.isVisible()
