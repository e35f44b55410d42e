from __future__ import annotations

import os
import signal
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop import gui
from desktop.window import Window
from fleet.errors import StoreError
from tests.desktop.fake_client import FakeClient


def window() -> Window:
    every = QApplication.topLevelWidgets()
    return next(one for one in every if isinstance(one, Window) and one.isVisible())


def test_the_window_runs_until_it_is_closed_and_then_hears_nothing_more(
    qapp: QApplication, client: FakeClient
) -> None:
    QTimer.singleShot(50, lambda: window().close())
    assert gui.run(client, language="en", theme="dark") == 0
    assert client._listeners == []


def test_the_house_is_opened_once_the_window_is_drawn(
    qapp: QApplication, client: FakeClient
) -> None:
    begun: list[bool] = []

    def begin() -> Future[None]:
        begun.append(window().was_drawn)
        QTimer.singleShot(0, lambda: window().close())
        return Future()

    assert gui.run(client, language="en", begin=begin) == 0
    assert begun == [True]


def test_a_house_that_cannot_be_opened_is_told_in_the_window(
    qapp: QApplication, client: FakeClient
) -> None:
    failed: Future[None] = Future()
    failed.set_exception(StoreError("store_corrupt", path="rollout.sqlite", words="no database"))
    told: list[str] = []

    def look() -> None:
        if window().dialog is None:
            QTimer.singleShot(20, look)
            return
        told.append(window().dialog.sentence)
        window().close()

    QTimer.singleShot(20, look)
    gui.run(client, language="en", begin=lambda: failed)
    assert "rollout.sqlite" in told[0]


def test_control_c_closes_the_window_like_its_button(
    qapp: QApplication, client: FakeClient
) -> None:
    before = signal.getsignal(signal.SIGINT)
    QTimer.singleShot(50, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert gui.run(client, language="zh_CN") == 0
    assert signal.getsignal(signal.SIGINT) is before


class Drawing(QWidget):
    """Is asked to end while it draws; `seen`: whether its window is still there then."""

    def __init__(self, window: Window, seen: list[bool]) -> None:
        super().__init__(window)
        self._seen = seen

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        os.kill(os.getpid(), signal.SIGTERM)
        self._seen.append(self.window().isVisible())


def test_a_signal_amid_a_drawing_lets_it_come_to_its_end(
    qapp: QApplication, client: FakeClient
) -> None:
    seen: list[bool] = []
    QTimer.singleShot(50, lambda: Drawing(window(), seen).show())
    assert gui.run(client, language="en") == 0
    assert seen[0]


def test_what_crashes_is_logged_with_its_traceback(caplog) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    gui._crashed(caught.type, caught.value, caught.tb)
    assert "our fault" in caplog.text
    assert "test_gui.py" in caplog.text


def test_what_qt_says_goes_to_the_log(qapp: QApplication, caplog) -> None:
    gui._qt_said(gui.QtMsgType.QtWarningMsg, _Context(), "mind the gap")
    assert "Qt: mind the gap (default)" in caplog.text


class _Context:
    category = "default"
