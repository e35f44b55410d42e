from __future__ import annotations

import hashlib
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.dialogs.report import PreviewDialog, ReportDialog
from desktop.window import Window
from feedback import evidence
from feedback.report import Kind, PartName, Report
from fleet.errors import OrangeryError
from tests.desktop import fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW


@pytest.fixture
def dialog(window: Window, client: FakeClient, hear, qtbot: QtBot) -> ReportDialog:
    client.answers["SaveDraft"] = saved
    client.answers["SendReport"] = lambda command: Report(id=command.report, title="t", text="")
    window.devices.choose("d4")
    window.actions_["report"].trigger()
    hear()
    assert isinstance(window.dialog, ReportDialog)
    return window.dialog


def saved(command: Any) -> Report:
    return Report(
        id="n1", title=command.title, text=command.text, kind=command.kind, made=NOW,
        device=command.device, facts=command.facts, alias="[device]",
    )  # fmt: skip


def write(qtbot: QtBot, dialog: ReportDialog) -> None:
    qtbot.keyClicks(dialog.headline, "It goes back")
    qtbot.keyClicks(dialog.text, "Twice.")


def test_it_is_filled_in_from_the_chosen_device(dialog: ReportDialog, client: FakeClient) -> None:
    assert dialog.about.currentData() == "d4"
    assert client.of("GatherEvidence")[0].device == "d4"
    assert dialog.chosen == set(PartName)
    assert "12 places" in dialog._replaced.text()
    dialog.close()


def test_nothing_can_be_sent_without_a_title(qtbot: QtBot, dialog: ReportDialog) -> None:
    assert not dialog.send.isEnabled()
    qtbot.keyClicks(dialog.headline, "x")
    assert dialog.send.isEnabled()
    dialog.headline.clear()
    dialog.close()


def test_a_draft_is_kept_while_typing_and_only_one(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    write(qtbot, dialog)
    qtbot.waitUntil(lambda: bool(client.of("SaveDraft")))
    hear()
    assert dialog._saved.text() == "draft saved 14:10"
    qtbot.keyClicks(dialog.text, " Always.")
    dialog.close()
    first, last = client.of("SaveDraft")[0], client.of("SaveDraft")[-1]
    assert first.report == ""
    assert last.report == "n1"
    assert last.text == "Twice. Always."
    assert (last.device, last.facts.model, last.facts.version) == ("d4", "LGT-01", "1.122.2")


def test_closing_at_once_loses_nothing(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient
) -> None:
    write(qtbot, dialog)
    qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    assert client.of("SaveDraft")[-1].text == "Twice."
    assert client.of("SendReport") == []


def test_what_is_shown_is_byte_for_byte_what_is_sent(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    write(qtbot, dialog)
    dialog.boxes[PartName.MESSAGES].click()
    qtbot.mouseClick(dialog.see, Qt.MouseButton.LeftButton)
    hear()
    preview = dialog.findChild(PreviewDialog)
    shown = preview.text.toPlainText().encode()
    preview.close()
    assert b"It goes back" in shown
    assert b"messages" not in shown
    qtbot.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    hear()
    (sent,) = client.of("SendReport")
    assert sent.evidence in shown
    assert sent.shown == hashlib.sha256(shown).hexdigest()
    chosen = set(PartName) - {PartName.MESSAGES}
    assert sent.evidence == evidence.preview(fake_house.gathered("d4"), chosen)


def test_sending_waits_for_the_draft_that_is_on_its_way(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear, window: Window
) -> None:
    write(qtbot, dialog)
    dialog._save_now()
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert client.of("SendReport") == []
    hear()
    hear()
    assert [one.report for one in client.of("SendReport")] == ["n1"]
    hear()
    assert window.dialog is None
    assert window.stack.currentWidget() is window.reports


def test_a_report_that_could_not_be_kept_stays_open_with_its_words(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear, window: Window
) -> None:
    client.answers["SendReport"] = OrangeryError("disk_full")
    write(qtbot, dialog)
    qtbot.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    hear()
    hear()
    assert dialog.isVisible()
    assert dialog.send.isEnabled()
    assert dialog.text.toPlainText() == "Twice."
    window.dialog.close()
    dialog.close()


def test_a_part_that_could_not_be_collected_says_so(
    qtbot: QtBot, dialog: ReportDialog, hear
) -> None:
    dialog.about.setCurrentIndex(0)
    hear()
    box = dialog.boxes[PartName.DEVICE]
    assert not box.isEnabled()
    assert "could not be collected" in box.text()
    dialog.close()


def test_a_wish_is_a_wish(qtbot: QtBot, dialog: ReportDialog, client: FakeClient) -> None:
    write(qtbot, dialog)
    qtbot.mouseClick(dialog.kinds[Kind.WISH], Qt.MouseButton.LeftButton)
    dialog.close()
    assert client.of("SaveDraft")[-1].kind is Kind.WISH
