from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.dialogs.save_week import SaveWeekDialog
from desktop.models import week_sheet
from desktop.window import Window
from tests.desktop.fake_client import FakeClient


@pytest.fixture
def dialog(window: Window) -> SaveWeekDialog:
    window.show_page("updates")
    window.page("updates").week.save.click()
    return window.dialog


def test_the_week_is_written_and_can_be_opened(
    qtbot: QtBot, dialog: SaveWeekDialog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, opened = tmp_path / "week.pdf", []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog.save.click()
    qtbot.waitUntil(dialog.open_it.isVisible)
    assert file.read_bytes().startswith(b"%PDF")
    dialog.open_it.click()
    assert opened[0].toLocalFile() == str(file)
    dialog.close()


@pytest.mark.parametrize("own", [True, False])
def test_ones_own_devices_are_named_only_where_one_says_so(
    dialog: SaveWeekDialog, monkeypatch: pytest.MonkeyPatch, own: bool
) -> None:
    asked = []
    compose = week_sheet.compose
    monkeypatch.setattr(
        week_sheet, "compose", lambda *a, own: asked.append(own) or compose(*a, own=own)
    )
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    dialog.own.setChecked(own)
    dialog.save.click()
    assert asked == [own]
    dialog.close()


def test_a_place_that_takes_nothing_is_told(
    qtbot: QtBot, dialog: SaveWeekDialog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "gone" / "week.pdf"
    (tmp_path / "gone").write_text("a file, no folder")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    dialog.save.click()
    qtbot.waitUntil(dialog._wrong.isVisible)
    assert not dialog.open_it.isVisible()
    dialog.close()


def test_without_a_week_it_says_so(dialog: SaveWeekDialog, client: FakeClient, hear) -> None:
    client.say(week={"acme": None})
    hear()
    dialog.save.click()
    assert dialog._wrong.isVisible()
    dialog.close()
