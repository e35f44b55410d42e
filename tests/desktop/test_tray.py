from __future__ import annotations

import pytest
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop.gui import Face
from desktop.tray import Tray
from firmware.morning import Night
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW

pytestmark = pytest.mark.qt_log_ignore(  # a screen that is nowhere has no tray and no stacking
    "systemTrayWindowChanged", "does not support raise"
)


@pytest.fixture
def tray(face: Face):
    made = Tray(face.desk, face.window, available=True)
    yield made
    made.close()


def test_the_morning_is_in_the_tip_once_it_is_known(
    qtbot: QtBot, tray: Tray, client: FakeClient, hear
) -> None:
    client.say(night={"last": Night(begin=NOW - 50_000, end=NOW - 20_000, done=("d3",))})
    hear()
    tray._soon.timeout.emit()
    assert "Last night: 1 of 1 confirmed" in tray.icon.toolTip()


@pytest.mark.parametrize(
    ("reason", "page"),
    [
        (QSystemTrayIcon.ActivationReason.Trigger, "updates"),
        (QSystemTrayIcon.ActivationReason.Context, "devices"),
    ],
)
def test_a_click_opens_the_updates_and_a_menu_does_not(
    face: Face, tray: Tray, reason: QSystemTrayIcon.ActivationReason, page: str
) -> None:
    tray.icon.activated.emit(reason)
    assert face.window.stack.currentWidget() is face.window.page(page)


def test_the_menu_speaks_the_language_of_now(face: Face, tray: Tray) -> None:
    face.speaker.speak("zh_CN")
    tray.refresh()
    assert [one.text() for one in tray.menu.actions()] == ["查看更新", "退出"]


def test_without_a_tray_there_is_no_icon_and_nothing_fails(face: Face) -> None:
    none = Tray(face.desk, face.window, available=False)
    none.refresh()
    none.close()
    assert none.icon is None
