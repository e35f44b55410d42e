from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop import gui
from desktop.window import Window
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


def test_control_c_closes_the_window_like_its_button(
    qapp: QApplication, client: FakeClient
) -> None:
    before = signal.getsignal(signal.SIGINT)
    QTimer.singleShot(50, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert gui.run(client, language="zh_CN") == 0
    assert signal.getsignal(signal.SIGINT) is before


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
