from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.window import Window
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
    sheet._area.setFocus()
    qtbot.keyClick(sheet._area, Qt.Key.Key_Down)
    assert bar.value() > 0
    sheet.close()
