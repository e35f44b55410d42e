from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.commands import VerifiedHistory
from desktop.dialogs.history import HistoryDialog
from desktop.window import Window
from fleet.errors import StoreError
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import history


def all_of(command):
    """What the house says of every device: the steps of both."""
    each = ("d3", "d4") if not command.device else (command.device,)
    return [one for key in each for one in history(type(command)(device=key))]


@pytest.fixture
def dialog(window: Window, client: FakeClient, hear) -> HistoryDialog:
    """The record of the whole home."""
    client.answers["History"] = all_of
    window.show_history("")
    hear()
    return window.dialog


def column(dialog: HistoryDialog, number: int) -> list[str]:
    rows = dialog.rows
    return [rows.index(row, number).data() for row in range(rows.rowCount())]


def test_every_step_of_a_device_is_there_and_the_chain_is_told(window: Window, hear) -> None:
    window.show_history("d4")
    hear()
    said = {label.text() for label in window.dialog.findChildren(QLabel)}
    assert {"Updates of Hall light", "8 steps"} <= said
    assert column(window.dialog, 2)[0] == "Went back"
    assert window.dialog.table.isColumnHidden(1)
    assert window.dialog.chain.shown[0].tone == "ok"
    window.dialog.close()


def test_a_record_that_was_changed_is_told_in_red(window: Window, client: FakeClient, hear) -> None:
    client.answers["VerifyHistory"] = VerifiedHistory(rows=9, broken_at=4)
    window.show_history("d4")
    hear()
    assert window.dialog.chain.shown[0].tone == "bad"
    window.dialog.close()


def test_all_updates_of_the_home_can_be_searched(qtbot: QtBot, dialog: HistoryDialog) -> None:
    assert dialog.rows.rowCount() == 16
    qtbot.keyClicks(dialog.search, "stair confirmed")
    assert column(dialog, 1) == ["Stair light"]
    assert dialog.count.text() == "1 step"
    qtbot.keyClicks(dialog.search, " nowhere")
    assert dialog.rows.rowCount() == 0
    assert not dialog.export.isEnabled()
    dialog.close()


def test_what_is_shown_is_exported_and_no_device_can_write_a_formula(
    qtbot: QtBot,
    dialog: HistoryDialog,
    window: Window,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = tmp_path / "updates.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    dialog.search.setText("stair confirmed")
    dialog.export.click()
    qtbot.waitUntil(file.exists)
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["When", "Device", "What", "Versions", "Why"]
    assert rows[1][1:4] == ["Stair light", "Confirmed", "1.122.2 → 1.128.0"]
    assert rows[1][0].endswith("+00:00")
    qtbot.waitUntil(lambda: bool(window.desk.told))
    dialog.close()


def test_what_is_shown_is_copied(dialog: HistoryDialog) -> None:
    dialog.search.setText("stair confirmed")
    dialog.copy.click()
    assert QApplication.clipboard().text().count("Stair light") == 1
    dialog.close()


def test_a_record_that_cannot_be_read_is_told(window: Window, client: FakeClient, hear) -> None:
    client.answers["History"] = StoreError("store_unreadable", path="x", words="y")
    window.show_history("")
    hear()
    assert window.dialog._wrong.isVisible()
    window.dialog.close()


def test_a_screen_reader_is_told_what_stands_above_a_column(dialog: HistoryDialog) -> None:
    heads = [dialog.rows.headerData(at, Qt.Orientation.Horizontal) for at in range(5)]
    assert heads == ["When", "Device", "What", "Versions", "Why"]
    dialog.close()
