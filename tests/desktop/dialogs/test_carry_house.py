"""A house leaves and arrives through the window: real files, a thread, and words for each end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop import exchange_folders, move_in, move_out, sealed, settings
from desktop.dialogs.carry_house import ExportDialog, ImportDialog, ReadyDialog
from desktop.settings_commands import DataState
from desktop.window import Window
from fleet import brokers
from fleet.brokers import BrokerSettings
from fleet.errors import CommandError
from fleet.members import Right
from tests.desktop.fake_client import FakeClient
from tests.desktop.homes import furnish


@pytest.fixture
def house(tmp_path, client: FakeClient):
    folder = furnish(tmp_path / "house", region="NL")
    client.answers["AskData"] = DataState(folder=str(folder))
    return folder


@pytest.fixture
def chosen(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """What a person chooses in the system's own dialog."""
    file = tmp_path / "f.orangery.zip"
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (str(file), ""))
    return file


def told(window: Window) -> list[str]:
    return [said.text for said in window.desk.told]


def opened(window: Window, kind, *more):
    window.open(kind(window.desk, window, *more))
    return window.dialog


def test_it_goes_out_locked_and_says_so(
    qtbot: QtBot, window: Window, client, house, chosen
) -> None:
    dialog = opened(window, ExportDialog)
    for field in dialog.fields:
        qtbot.keyClicks(field, "three old boats")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any("Exported to" in one for one in told(window)), timeout=20_000)
    assert sealed.is_sealed(chosen.read_bytes())
    assert client.of("MayI")[0].right is Right.EXPORT
    with move_in.opened(chosen, passphrase="three old boats") as found:
        assert [one.name for one in found.manifest.files] == ["settings.json"]


def test_without_a_lock_it_says_what_that_means(
    qtbot: QtBot, window: Window, house, chosen
) -> None:
    dialog = opened(window, ExportDialog)
    dialog.lock.setChecked(False)
    assert "Whoever has the file" in dialog.note.text()
    assert not dialog.fields[0].isEnabled()
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(chosen.exists, timeout=20_000)
    qtbot.waitUntil(lambda: bool(told(window)), timeout=20_000)
    assert not sealed.is_sealed(chosen.read_bytes())


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [("", "", "No passphrase"), ("three boats", "three goats", "not the same")],
)
def test_a_passphrase_is_typed_twice(qtbot, window: Window, house, chosen, one, two, said) -> None:  # noqa: PLR0917
    dialog = opened(window, ExportDialog)
    for field, text in zip(dialog.fields, (one, two), strict=True):
        qtbot.keyClicks(field, text)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert said in dialog._wrong.text()
    assert not chosen.exists()
    dialog.close()


def test_a_short_passphrase_is_let_through_with_a_word(qtbot: QtBot, window: Window, house) -> None:
    dialog = opened(window, ExportDialog)
    qtbot.keyClicks(dialog.fields[0], "boat")
    assert "Short" in dialog.note.text()
    dialog.close()


def test_who_may_not_take_the_house_along_is_told(window: Window, client, house, chosen) -> None:
    client.answers["MayI"] = CommandError("member_may_not", right="export", name="Tim")
    dialog = opened(window, ExportDialog)
    dialog.lock.setChecked(False)
    dialog.go.click()
    window.desk.bridge.parent()
    assert not chosen.exists()
    dialog.close()


@pytest.fixture
def other(tmp_path, chosen):
    """The file of another house."""
    folder = furnish(tmp_path / "other", region="DE")
    brokers.save(folder, [BrokerSettings(host="h", user="me")])
    move_out.write(folder, chosen)
    return chosen


def test_it_comes_in_after_a_look_and_at_the_next_start(
    qtbot: QtBot, window: Window, client, house, other
) -> None:
    dialog = opened(window, ImportDialog)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.manifest is not None, timeout=20_000)
    assert "0 devices" in dialog.what.text()
    assert dialog.go.text() == "Take this house"
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(window.dialog, ReadyDialog), timeout=20_000)
    assert client.of("MayI")[0].right is Right.IMPORT
    assert settings.load(house).region == "NL"
    assert "the password of me at the broker home" in window.dialog.missing.text()
    window.dialog.later.click()
    move_in.settle(house)
    assert settings.load(house).region == "DE"


def test_what_was_made_ready_can_be_dropped(qtbot: QtBot, window: Window, house, other) -> None:
    dialog = opened(window, ImportDialog, other)
    qtbot.waitUntil(lambda: dialog.manifest is not None, timeout=20_000)
    dialog.go.click()
    qtbot.waitUntil(lambda: isinstance(window.dialog, ReadyDialog), timeout=20_000)
    window.dialog.drop.click()
    qtbot.waitUntil(lambda: not exchange_folders.beside(house), timeout=20_000)
    qtbot.waitUntil(lambda: any("dropped" in one for one in told(window)), timeout=20_000)


def test_a_locked_one_asks_for_its_passphrase(qtbot: QtBot, window: Window, house, chosen) -> None:
    move_out.write(house, chosen, passphrase="three boats")
    dialog = opened(window, ImportDialog, chosen)
    qtbot.waitUntil(dialog.passphrase.isVisible, timeout=20_000)
    qtbot.keyClicks(dialog.passphrase, "two boats")
    dialog.go.click()
    qtbot.waitUntil(lambda: "does not open" in dialog._wrong.text(), timeout=20_000)
    dialog.passphrase.setText("three boats")
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.manifest is not None, timeout=20_000)
    dialog.close()


def test_what_is_no_house_is_said_and_another_can_be_chosen(
    qtbot: QtBot, window: Window, house, chosen
) -> None:
    chosen.write_bytes(b"holiday pictures")
    dialog = opened(window, ImportDialog, chosen)
    qtbot.waitUntil(lambda: "no file of a house" in dialog._wrong.text(), timeout=20_000)
    assert dialog.file is None
    assert dialog.go.isEnabled()
    dialog.close()
