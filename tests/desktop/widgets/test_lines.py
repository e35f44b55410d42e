from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.models.lines import Deed, Line
from desktop.widgets.lines import Lines, LineWidget


def line(number: int, **more) -> Line:
    return Line(key=f"d{number}", icon="lightbulb", tone="muted", title=f"Lamp {number}", **more)


@pytest.fixture
def lines(qtbot: QtBot) -> Lines:
    made = Lines(fold=3)
    qtbot.addWidget(made)
    made.show()
    return made


def shows(qtbot: QtBot, lines: Lines, count: int) -> None:
    """Wait until so many lines are seen: the layout takes a turn of the loop."""
    every = lambda: [one for one in lines.findChildren(LineWidget) if one.isVisible()]  # noqa: E731
    qtbot.waitUntil(lambda: len(every()) == count)


def test_of_many_lines_the_first_are_shown_and_the_others_are_one_click_away(
    qtbot: QtBot, lines: Lines
) -> None:
    lines.show_lines([line(number) for number in range(9)])
    shows(qtbot, lines, 3)
    qtbot.mouseClick(lines.more, Qt.MouseButton.LeftButton)
    shows(qtbot, lines, 9)
    qtbot.mouseClick(lines.more, Qt.MouseButton.LeftButton)
    shows(qtbot, lines, 3)


def test_a_few_lines_need_no_click(qtbot: QtBot, lines: Lines) -> None:
    lines.show_lines([line(number) for number in range(3)])
    shows(qtbot, lines, 3)
    assert not lines.more.isVisible()


def test_what_was_opened_stays_open_while_lines_change(qtbot: QtBot, lines: Lines) -> None:
    lines.show_lines([line(number) for number in range(9)])
    qtbot.mouseClick(lines.more, Qt.MouseButton.LeftButton)
    lines.show_lines([line(number) for number in range(8)])
    shows(qtbot, lines, 8)


def test_more_than_three_answers_stand_below_the_words(lines: Lines) -> None:
    many = (Deed.RESUME, Deed.AGAIN, Deed.UNDO_ALL, Deed.REPORT)
    lines.show_lines([line(1, deeds=many, count=2), line(2, deeds=many[:3])])
    first, second = lines.findChildren(LineWidget)
    assert (first._below.count(), first._deeds.count()) == (5, 0)  # the last one is the stretch
    assert (second._below.count(), second._deeds.count()) == (0, 3)
