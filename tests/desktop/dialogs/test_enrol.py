from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.window import Window
from feedback.wire import HubError
from tests.desktop.fake_client import FakeClient


def test_an_invitation_is_handed_on_as_typed(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.deeds.enrol()
    dialog = window.dialog
    for field, text in zip(dialog.fields, ("F-CODE", "https://hub.example", "robin"), strict=True):
        qtbot.keyClicks(field, f" {text} ")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    (asked,) = client.of("Enrol")
    assert (asked.code, asked.hub_url, asked.name) == ("F-CODE", "https://hub.example", "robin")
    hear()
    assert window.dialog is None


def test_a_used_code_is_told_in_the_dialog_and_can_be_mended(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    client.answers["Enrol"] = HubError("code_used")
    window.deeds.enrol()
    dialog = window.dialog
    qtbot.keyClicks(dialog.fields[0], "F-USED")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    hear()
    assert dialog.isVisible()
    assert dialog._wrong.isVisible()
    assert dialog.fields[0].text() == "F-USED"
    assert dialog.go.isEnabled()
    dialog.close()
