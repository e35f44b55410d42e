from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.dialogs.teams import TeamsDialog
from desktop.triage_desk import TriageDesk
from desktop.window import Window
from feedback.wire import HubError
from tests.desktop.fake_hub import FakeStaffClient
from tests.desktop.pages.buttons import shown_button


@pytest.fixture
def hub() -> FakeStaffClient:
    return FakeStaffClient()


@pytest.fixture
def dialog(window: Window, hub: FakeStaffClient, qtbot: QtBot):
    room = TriageDesk(hub)
    made = TeamsDialog(window.desk, room.do, window)
    window.open(made)
    yield made
    made.close()
    room.close()


def texts(dialog: TeamsDialog) -> set[str]:
    return {one.text() for one in dialog.findChildren(QLabel)}


def test_every_team_is_told(qtbot: QtBot, dialog: TeamsDialog) -> None:
    qtbot.waitUntil(lambda: "lamps" in texts(dialog))
    assert "Lin, Mo; lead Rae; Asia/Shanghai" in texts(dialog)


def test_a_team_is_changed_and_told_anew(
    qtbot: QtBot, dialog: TeamsDialog, hub: FakeStaffClient
) -> None:
    button = shown_button(qtbot, dialog, "Change the team lamps")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog.form.fields[2].setText("Lin, Mo, Ana")
    dialog.form.go.click()
    qtbot.waitUntil(lambda: "Lin, Mo, Ana; lead Rae; Asia/Shanghai" in texts(dialog))
    path, said = hub.told[0]
    assert (path, said.people) == ("/v1/staff/teams/lamps", ("Lin", "Mo", "Ana"))


def test_a_refusal_is_told_in_the_form(
    qtbot: QtBot, dialog: TeamsDialog, hub: FakeStaffClient
) -> None:
    qtbot.waitUntil(lambda: "lamps" in texts(dialog))
    dialog.more.click()
    for field, value in zip(dialog.form.fields, ("plugs", "Mars", "Ana", "Ana"), strict=False):
        field.setText(value)
    hub.error = HubError("right_missing")
    dialog.form.go.click()
    qtbot.waitUntil(dialog.form._wrong.isVisible)
    dialog.form.close()


def test_a_hub_that_does_not_answer_is_told(window: Window, hub: FakeStaffClient, qtbot) -> None:
    hub.error = HubError("hub_unreachable")
    room = TriageDesk(hub)
    dialog = TeamsDialog(window.desk, room.do, window)
    window.open(dialog)
    qtbot.waitUntil(dialog._wrong.isVisible)
    dialog.close()
    room.close()
