"""A window on a real house with a broker of its own: walked, closed, and nothing is left of it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import scenes
from desktop.app import Household
from desktop.screenshots import Look, dressed
from fleet.brokers import OwnBroker
from tests.desktop.homes import Voice, device_called, furnish, until


@pytest.mark.usefixtures("memory_keyring")
def test_every_page_of_a_real_house_is_walked_and_no_thread_stays(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, broker: OwnBroker
) -> None:
    before = {one.name for one in threading.enumerate()}
    furnish(tmp_path / "house", broker.port)
    with Household(tmp_path / "house") as house, Voice(broker.port, name="Hall lamp"):
        until(house.client, device_called("Hall lamp"))
        face = dressed(house.client, Look())
        qtbot.waitExposed(face.window)
        for scene in (*scenes.PAGES, *scenes.PARTS):
            if scene.is_there(face.window):
                scene.show(face)
                qtbot.waitUntil(face.window.current.is_ready)
                scenes.leave(face)
        face.window.quit()
        face.close()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: {one.name for one in threading.enumerate()} <= before)
