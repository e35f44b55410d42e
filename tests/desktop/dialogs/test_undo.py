from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.window import Window
from fleet.errors import CommandError
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import ROLLOUT


def test_the_question_names_the_device_and_the_version_before(window: Window) -> None:
    window.undo(("d3",), "")
    assert window.dialog.windowTitle() == "Bring Stair light back to 1.122.2?"
    window.dialog.close()


def test_a_whole_week_goes_back_by_its_rollout(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.undo((), ROLLOUT)
    qtbot.mouseClick(window.dialog.go, Qt.MouseButton.LeftButton)
    hear()
    (asked,) = client.of("UndoUpdate")
    assert (asked.devices, asked.rollout) == ((), ROLLOUT)
    assert window.dialog is None


def test_a_device_without_a_way_back_says_so_in_the_question(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    client.answers["UndoUpdate"] = CommandError("zone_unknown", zone="X")  # any refusal
    window.undo(("d3",), "")
    qtbot.mouseClick(window.dialog.go, Qt.MouseButton.LeftButton)
    hear()
    assert "X" in window.dialog._wrong.text()
    assert window.dialog.go.isEnabled()
    window.dialog.close()
