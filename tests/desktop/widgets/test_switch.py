from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.widgets.switch import Slider, Switch


@pytest.fixture
def switch(qtbot: QtBot) -> Switch:
    made = Switch("Reading lamp")
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def slider(qtbot: QtBot) -> Slider:
    made = Slider("Level", 0.0, 100.0, 1.0)
    qtbot.addWidget(made)
    made.resize(200, 32)
    made.show()
    made.show_state(40.0, None)
    return made


def test_a_switch_is_a_check_box_to_a_screen_reader(switch: Switch) -> None:
    face = QAccessible.queryAccessibleInterface(switch)
    assert face.role() is QAccessible.Role.CheckBox
    assert face.text(QAccessible.Text.Name) == "Reading lamp"


def test_it_shows_what_it_is_told_and_wishes_nothing_by_that(qtbot: QtBot, switch: Switch) -> None:
    with qtbot.assertNotEmitted(switch.wished):
        switch.show_state(on=True, waiting=False)
    assert switch.isChecked()


def test_one_that_does_not_say_stands_in_the_middle(switch: Switch) -> None:
    switch.show_state(on=True, waiting=False)
    on = switch.grab().toImage()
    switch.show_state(None, waiting=False)
    assert switch.grab().toImage() != on


def test_while_it_waits_it_looks_otherwise(switch: Switch) -> None:
    switch.show_state(on=True, waiting=False)
    sure = switch.grab().toImage()
    switch.show_state(on=True, waiting=True)
    assert switch.grab().toImage() != sure


def test_a_slider_wishes_when_it_is_let_go_and_not_before(qtbot: QtBot, slider: Slider) -> None:
    with qtbot.assertNotEmitted(slider.wished):
        qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 16))
        qtbot.mouseMove(slider, QPoint(150, 16))
    with qtbot.waitSignal(slider.wished) as wished:
        qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(150, 16))
    assert wished.args[0] == slider.chosen()


def test_what_the_device_says_does_not_pull_it_away_from_a_hand(
    qtbot: QtBot, slider: Slider
) -> None:
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 16))
    held = slider.chosen()
    slider.show_state(3.0, None)
    assert slider.chosen() == held
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 16))


def test_the_wheel_scrolls_the_page_and_dims_no_lamp(qapp: QApplication, slider: Slider) -> None:
    turned = QWheelEvent(
        QPointF(50, 16), QPointF(50, 16), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    qapp.sendEvent(slider, turned)
    assert slider.chosen() == 40.0
    assert not turned.isAccepted()


def test_a_wish_and_the_devices_word_are_both_seen(slider: Slider) -> None:
    slider.show_state(40.0, None)
    sure = slider.grab().toImage()
    slider.show_state(40.0, 80.0)
    assert slider.chosen() == 80.0
    assert slider.grab().toImage() != sure
    slider.show_state(40.0, None)
    assert slider.grab().toImage() == sure
