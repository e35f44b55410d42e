from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.dialogs.sign import KeyDialog
from firmware.errors import PublishError


@pytest.fixture
def asked() -> list[tuple[Path, str]]:
    return []


@pytest.fixture
def dialog(owner: QWidget, asked) -> KeyDialog:
    made = KeyDialog(
        "Sign", "Why", "Sign", folder=False, start="/keys/mei.pem",
        ask=lambda *said: asked.append(said), parent=owner,
    )  # fmt: skip
    made.open()
    return made


def test_a_passphrase_is_hidden_and_needed(dialog: KeyDialog) -> None:
    assert dialog.passphrase.echoMode() is QLineEdit.EchoMode.Password
    assert dialog.passphrase.hasFocus()  # the key was chosen before
    assert not dialog.go.isEnabled()


def test_a_passphrase_is_handed_on_and_leaves_its_field(
    qtbot: QtBot, dialog: KeyDialog, asked
) -> None:
    qtbot.keyClicks(dialog.passphrase, " two words ")
    qtbot.keyClick(dialog.passphrase, Qt.Key.Key_Return)
    assert asked == [(Path("/keys/mei.pem"), " two words ")]  # a space may belong to it
    assert dialog.passphrase.text() == ""
    assert not dialog.go.isEnabled()


def test_a_wrong_one_is_told_and_the_key_stays_chosen(dialog: KeyDialog) -> None:
    dialog.tell_wrong(PublishError("wrong_passphrase", file="mei.pem"))
    assert "mei.pem" in dialog._wrong.text()
    assert dialog.place.text() == "/keys/mei.pem"
    assert dialog.passphrase.hasFocus()
