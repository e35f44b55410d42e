"""A number of live messages is a plot as any other: pointer, keys and sentence."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.widgets.message_plot import MOST, MessagePlot
from tests.desktop.fake_house import NOW


@pytest.fixture
def plot(qtbot: QtBot) -> MessagePlot:
    made = MessagePlot("Dimmer")
    qtbot.addWidget(made)
    made.resize(300, 140)
    made.show()
    return made


def test_without_a_number_it_says_so(plot: MessagePlot) -> None:
    assert plot.accessibleName() == "Dimmer: no number yet"


def test_a_value_holds_until_the_next_is_said(plot: MessagePlot) -> None:
    plot.add([(NOW, 40.0), (NOW + 0.5, 50.0), (NOW + 2, 45.0)])
    (stretch,) = plot._plot.lanes[0].stretches
    corners = [(round(one.at - NOW, 1), one.mean) for one in stretch]
    assert corners == [(0, 40), (0.5, 40), (0.5, 50), (2, 50), (2, 45)]
    assert "now 45, from 40 to 50 in 3 messages" in plot.accessibleName()


def test_the_keys_go_along_it(qtbot: QtBot, plot: MessagePlot) -> None:
    plot.add([(NOW, 40.0), (NOW + 60, 50.0)])
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.pointed.endswith("40")
    assert plot.pointed.startswith("14:10:00")


def test_older_ones_go_where_there_are_too_many(plot: MessagePlot) -> None:
    plot.add([(NOW + number, float(number)) for number in range(MOST + 5)])
    assert len(plot.points) == MOST
    assert plot.points[0][1] == 5.0
