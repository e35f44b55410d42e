from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets import parts
from desktop.widgets.flow import Flow


def shown(qtbot: QtBot, width: int) -> tuple[QWidget, list[QWidget]]:
    whole = QWidget()
    qtbot.addWidget(whole)
    buttons = [parts.button(f"button {number}") for number in range(4)]
    whole.setLayout(Flow(*buttons, spacing=8))
    whole.resize(width, 200)
    whole.show()
    return whole, buttons


def test_what_has_room_stands_in_one_line(qtbot: QtBot) -> None:
    _, buttons = shown(qtbot, 800)
    assert len({one.y() for one in buttons}) == 1
    assert buttons[1].x() == buttons[0].width() + 8


def test_what_has_none_goes_on_in_the_next_line_and_none_is_cut(qtbot: QtBot) -> None:
    whole, buttons = shown(qtbot, 230)
    assert len({one.y() for one in buttons}) > 1
    assert all(one.geometry().right() < whole.width() for one in buttons)
    assert all(one.width() >= one.sizeHint().width() for one in buttons)


def test_lines_need_their_height(qtbot: QtBot) -> None:
    whole, buttons = shown(qtbot, 230)
    lines = len({one.y() for one in buttons})
    high = buttons[0].height()
    assert whole.layout().heightForWidth(230) == lines * high + (lines - 1) * 8


def test_margins_are_kept_free(qtbot: QtBot) -> None:
    whole, buttons = shown(qtbot, 230)
    before = whole.layout().heightForWidth(230)
    whole.layout().setContentsMargins(0, 3, 0, 5)
    assert whole.layout().heightForWidth(230) == before + 8
    whole.layout().setContentsMargins(4, 3, 4, 5)
    whole.layout().activate()
    assert (buttons[0].x(), buttons[0].y()) == (4, 3)
    assert whole.layout().minimumSize().width() == 8 + max(
        one.minimumSizeHint().width() for one in buttons
    )


def test_what_is_hidden_takes_no_room(qtbot: QtBot) -> None:
    _, buttons = shown(qtbot, 800)
    buttons[0].hide()
    qtbot.waitUntil(lambda: buttons[1].x() == 0)


def test_the_least_room_is_that_of_the_largest(qtbot: QtBot) -> None:
    whole, buttons = shown(qtbot, 800)
    assert whole.layout().minimumSize().width() == max(
        one.minimumSizeHint().width() for one in buttons
    )
