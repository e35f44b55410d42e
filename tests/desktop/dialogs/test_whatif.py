from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.window import Window
from firmware.plan import PRESETS
from fleet.errors import CommandError
from tests.desktop import big_house, fake_client
from tests.desktop.fake_client import FakeClient

ALL = ("d1", "d2", "d8")


@pytest.fixture
def sheet(window: Window, hear):
    window.show_plan(ALL)
    hear()
    yield window.dialog
    if window.dialog is not None:
        window.dialog.close()


def test_nothing_begins_until_start_is_pressed(qtbot: QtBot, client: FakeClient, sheet) -> None:
    assert sheet.go.text() == "Update 3 devices"
    assert client.of("StartRollout") == []
    qtbot.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    assert client.of("StartRollout")[0].devices == ALL


def test_the_first_alone_can_be_started(qtbot: QtBot, client: FakeClient, sheet) -> None:
    assert sheet.first.text() == "Only the first 1"
    qtbot.mouseClick(sheet.first, Qt.MouseButton.LeftButton)
    assert client.of("StartRollout")[0].devices == ("d1",)


def test_return_starts_and_escape_does_not(qtbot: QtBot, client: FakeClient, window, sheet) -> None:
    assert sheet.go.isDefault()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert client.of("StartRollout") == []
    assert window.dialog is None


def test_what_waits_for_the_hours_is_foreseen_and_started_so(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    client.say(plan={"house": PRESETS["every_night"]})
    hear()
    window.show_plan(ALL)
    hear()
    sheet = window.dialog
    assert [one.in_hours for one in client.of("Foresee")] == [False]
    qtbot.mouseClick(sheet.in_hours, Qt.MouseButton.LeftButton)
    hear()
    assert [one.in_hours for one in client.of("Foresee")] == [False, True]
    qtbot.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    assert client.of("StartRollout")[0].in_hours is True


def test_what_begins_by_itself_is_shown_in_its_hours(
    window: Window, client: FakeClient, hear
) -> None:
    client.say(plan={"house": PRESETS["every_night"]})
    hear()
    window.show_plan()
    assert client.of("Foresee")[0].in_hours is True
    window.dialog.close()


def test_without_hours_there_is_nothing_to_choose(sheet) -> None:
    assert not sheet.in_hours.isVisible()


def test_while_the_house_looks_ahead_nothing_can_be_started(window: Window, client) -> None:
    client.answers["Foresee"] = fake_client.PENDING
    window.show_plan(ALL)
    assert not window.dialog.go.isVisible()
    window.dialog.close()


def test_a_refusal_is_told_in_the_sheet_with_what_to_do(window: Window, client, hear) -> None:
    client.answers["Foresee"] = CommandError("nothing_fits")
    window.show_plan(ALL)
    hear()
    assert window.dialog._title.text()
    assert window.dialog._summary.text()
    assert not window.dialog.go.isVisible()
    window.dialog.close()


def test_sixty_devices_are_reached_with_the_arrow_keys(make_face, qtbot: QtBot) -> None:
    face = make_face(big_house.client())
    face.window.show_plan(tuple(big_house.devices()))
    face.desk.bridge.take()
    sheet = face.window.dialog
    bar = sheet._area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    sheet.go.setFocus()
    while QApplication.focusWidget() is not sheet._area:  # by tab alone
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is not sheet.go, "the plan cannot be reached"
    qtbot.keyClick(sheet._area, Qt.Key.Key_Down)
    assert bar.value() > 0
    sheet.close()


def test_each_of_sixty_lines_has_its_room(make_face, qtbot: QtBot) -> None:
    face = make_face(big_house.client())
    face.window.show_plan(tuple(big_house.devices()))
    face.desk.bridge.take()
    sheet = face.window.dialog
    qtbot.waitUntil(lambda: sheet._area.verticalScrollBar().maximum() > 0)  # its lines are shown
    qtbot.waitUntil(sheet.is_laid_out)
    assert sheet._area.widget().height() > 60 * sheet.fontMetrics().height()
    sheet.close()
