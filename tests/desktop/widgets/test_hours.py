from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.widgets.hours import FRESH, Hours
from firmware.plan import Window

FRIDAY = Window(days=frozenset({4}), begin=1200, end=360)
ODD = Window(days=frozenset({0}), begin=65, end=1440)


@pytest.fixture
def hours(qtbot: QtBot) -> Hours:
    made = Hours()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize("windows", [(), (FRIDAY,), (FRIDAY, ODD)])
def test_what_is_shown_is_what_is_chosen(hours: Hours, windows: tuple[Window, ...]) -> None:
    hours.show_windows(windows)
    assert hours.windows == windows
    assert hours._always.isVisible() == (not windows)


def test_a_day_more_is_wanted_at_once(qtbot: QtBot, hours: Hours) -> None:
    hours.show_windows((FRIDAY,))
    with qtbot.waitSignal(hours.wanted) as wanted:
        qtbot.mouseClick(hours.rows[0].days[5], Qt.MouseButton.LeftButton)
    assert wanted.args[0][0].days == {4, 5}


def test_taking_the_last_day_of_a_line_asks_nothing_yet(qtbot: QtBot, hours: Hours) -> None:
    hours.show_windows((FRIDAY,))
    with qtbot.assertNotEmitted(hours.wanted):
        qtbot.mouseClick(hours.rows[0].days[4], Qt.MouseButton.LeftButton)


def test_lines_come_and_go(qtbot: QtBot, hours: Hours) -> None:
    hours.show_windows((FRIDAY,))
    with qtbot.waitSignal(hours.wanted) as wanted:
        qtbot.mouseClick(hours.more, Qt.MouseButton.LeftButton)
    assert wanted.args[0] == (FRIDAY, FRESH)
    hours.show_windows((FRIDAY, ODD))
    with qtbot.waitSignal(hours.wanted) as wanted:
        qtbot.mouseClick(hours.rows[0].gone, Qt.MouseButton.LeftButton)
    assert wanted.args[0] == (ODD,)


def test_midnight_as_an_end_is_the_end_of_the_day(hours: Hours) -> None:
    hours.show_windows((Window(begin=0, end=0),))
    assert hours.rows[0].end.currentText() == "24:00"
