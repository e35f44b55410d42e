from __future__ import annotations

import pytest
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop.gui import Face
from desktop.shell import CLOSE_TO_TRAY
from desktop.tray import Tray
from firmware.morning import Night
from fleet.model import UpdateState
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW, update

pytestmark = pytest.mark.qt_log_ignore(  # a screen that is nowhere has no tray and no stacking
    "systemTrayWindowChanged", "does not support raise"
)


@pytest.fixture
def tray(face: Face):
    made = Tray(face.desk, face.window, available=True)
    yield made
    made.close()


@pytest.fixture
def told(tray: Tray, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Titles of what the tray says."""
    said: list[str] = []
    monkeypatch.setattr(tray.icon, "showMessage", lambda title, *_: said.append(title))
    return said


def test_the_morning_is_in_the_tip_once_it_is_known(
    qtbot: QtBot, tray: Tray, client: FakeClient, hear
) -> None:
    client.say(night={"last": Night(begin=NOW - 50_000, end=NOW - 20_000, done=("d3",))})
    hear()
    tray._soon.timeout.emit()
    assert "Last night: 1 of 1 confirmed" in tray.icon.toolTip()


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (QSystemTrayIcon.ActivationReason.Trigger, True),
        (QSystemTrayIcon.ActivationReason.Context, False),
    ],
)
def test_a_click_brings_the_window_back_as_it_was_and_a_menu_does_not(
    face: Face, tray: Tray, reason: QSystemTrayIcon.ActivationReason, *, shown: bool
) -> None:
    face.window.go("map")
    face.window.hide()
    tray.icon.activated.emit(reason)
    assert (face.window.isVisible(), face.window.shown) == (shown, "map")


def test_the_menu_leads_to_the_updates(face: Face, tray: Tray) -> None:
    tray.menu.actions()[1].trigger()
    assert face.window.shown == "updates"


def test_closing_goes_into_the_tray_where_that_was_chosen_and_says_so_once(
    face: Face, tray: Tray, told: list[str]
) -> None:
    face.desk.memory.put(CLOSE_TO_TRAY, value=True)
    for _ in range(2):
        face.window.close()
        assert not face.window.isVisible()
        tray.open()
        assert face.window.isVisible()
    assert told == ["Orangery"]


def test_quitting_from_the_menu_leaves_also_where_closing_hides(
    qtbot: QtBot, face: Face, tray: Tray
) -> None:
    face.desk.memory.put(CLOSE_TO_TRAY, value=True)
    with qtbot.waitSignal(face.window.left):
        tray.menu.actions()[2].trigger()


def test_without_a_tray_closing_leaves_whatever_was_chosen(qtbot: QtBot, face: Face) -> None:
    face.desk.memory.put(CLOSE_TO_TRAY, value=True)
    with qtbot.waitSignal(face.window.left):
        face.window.close()


def test_a_click_on_a_notice_goes_to_its_place(
    face: Face, tray: Tray, client: FakeClient, hear, told: list[str]
) -> None:
    tray.notices.begin()
    face.window.hide()
    client.say(update={"d1": update("d1", UpdateState.FAILED)})
    hear()
    tray.notices.look()
    assert told == ["Ceiling lamp: Failed"]
    tray.icon.messageClicked.emit()
    assert face.window.isVisible()
    assert (face.window.shown, face.window.devices.selected()) == ("devices", ["d1"])


def test_the_menu_speaks_the_language_of_now(face: Face, tray: Tray) -> None:
    face.speaker.speak("zh_CN")
    tray.refresh()
    assert [one.text() for one in tray.menu.actions()] == ["显示 Orangery", "查看更新", "退出"]


def test_without_a_tray_there_is_no_icon_and_nothing_fails(face: Face) -> None:
    none = Tray(face.desk, face.window, available=False)
    none.refresh()
    none.close()
    assert none.icon is None
