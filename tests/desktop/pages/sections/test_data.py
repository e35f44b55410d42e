from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.dialogs.carry_house import ExportDialog, ImportDialog
from desktop.pages.sections.data import DataCard, MoveCard, SecretsCard
from desktop.settings_commands import DataState
from desktop.window import Window
from fleet.errors import StoreError
from tests.desktop.fake_client import FakeClient


def test_where_it_lies_and_how_much_that_is_is_asked_when_it_is_seen(
    open_card, client: FakeClient, hear
) -> None:
    assert client.of("AskData") == []
    card = open_card("data", DataCard)
    hear()
    assert card.place.text() == "/srv/anna/orangery"
    told = [one.text() for one in card.findChildren(QLabel)]
    assert told.index("Verified firmware") < told.index("What was measured")
    assert "310.0 MB" in told
    assert card.sum.text() == "353.4 MB in all, 52.0 GB free on its disk"


def test_the_folder_can_be_opened_and_its_place_copied(
    open_card, hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    card = open_card("data", DataCard)
    hear()
    card.open.click()
    assert opened[0].toLocalFile() == "/srv/anna/orangery"
    card.copy.click()
    assert QApplication.clipboard().text() == "/srv/anna/orangery"


def test_secrets_go_into_a_file_only_by_choice_and_come_back(
    qtbot: QtBot, window: Window, open_card, client: FakeClient, hear
) -> None:
    card = open_card("data", SecretsCard)
    hear()
    assert card.said.text() == "In the system's keyring (Secret Service)."
    client.answers["AskData"] = DataState(folder="/x", in_file=True)
    qtbot.keyClick(card.in_file, Qt.Key.Key_Space)
    hear()
    hear()
    assert client.of("KeepSecrets")[0].in_file is True
    assert card.said.text().startswith("In a file of this folder")
    window.actions_["undo"].trigger()
    assert client.of("KeepSecrets")[1].in_file is False


def test_where_no_keyring_is_it_stays_in_the_file_and_says_so(
    qtbot: QtBot, open_card, client: FakeClient, hear
) -> None:
    client.answers["AskData"] = DataState(folder="/x", in_file=True)
    client.answers["KeepSecrets"] = StoreError("keyring_missing")
    card = open_card("data", SecretsCard)
    hear()
    qtbot.keyClick(card.in_file, Qt.Key.Key_Space)
    hear()
    hear()
    assert card.in_file.isChecked()
    assert card.wrong.isVisible()


@pytest.mark.parametrize(("name", "kind"), [("out", ExportDialog), ("back", ImportDialog)])
def test_the_whole_house_goes_out_and_comes_in_by_a_dialog(
    window: Window, open_card, name: str, kind: type
) -> None:
    getattr(open_card("data", MoveCard), name).click()
    assert isinstance(window.dialog, kind)
    window.dialog.close()
