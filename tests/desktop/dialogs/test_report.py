from __future__ import annotations

import hashlib
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.dialogs.report import ReportDialog
from desktop.models.reporting import Step
from desktop.window import Window
from feedback import evidence
from feedback.report import Kind, PartName, Report
from fleet.errors import OrangeryError
from tests.desktop import fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


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
    qtbot.keyClicks(dialog.what.headline, "It goes back")
    qtbot.keyClicks(dialog.what.text, "Twice.")


def go_on(qtbot: QtBot, dialog: ReportDialog, hear: Any) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    hear()


def to_preview(qtbot: QtBot, dialog: ReportDialog, hear: Any) -> None:
    write(qtbot, dialog)
    go_on(qtbot, dialog, hear)
    go_on(qtbot, dialog, hear)
    assert dialog.step is Step.PREVIEW


def test_it_is_filled_in_from_the_chosen_device(dialog: ReportDialog, client: FakeClient) -> None:
    assert dialog.what.device == "d4"
    assert client.of("GatherEvidence")[0].device == "d4"
    assert dialog.along.chosen == set(PartName)
    assert "12 places" in dialog.along.replaced
    dialog.close()


def test_without_a_title_there_is_no_next_step(qtbot: QtBot, dialog: ReportDialog, hear) -> None:
    assert not dialog.go_on.isEnabled()
    go_on(qtbot, dialog, hear)
    assert dialog.step is Step.WHAT
    qtbot.keyClicks(dialog.what.headline, "x")
    assert dialog.go_on.isEnabled()
    dialog.what.headline.clear()
    dialog.close()


def test_a_draft_is_kept_while_typing_and_only_one(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    write(qtbot, dialog)
    qtbot.waitUntil(lambda: bool(client.of("SaveDraft")))
    hear()
    assert dialog._saved.text() == "draft saved 14:10"
    qtbot.keyClicks(dialog.what.text, " Always.")
    dialog.close()
    first, last = client.of("SaveDraft")[0], client.of("SaveDraft")[-1]
    assert first.report == ""
    assert last.report == "n1"
    assert last.text == "Twice. Always."
    assert (last.device, last.facts.model, last.facts.version) == ("d4", "LGT-01", "1.122.2")


def test_typing_on_does_not_put_off_the_save_that_is_due(
    qtbot: QtBot, dialog: ReportDialog
) -> None:
    qtbot.keyClicks(dialog.what.headline, "It")
    due = dialog.drafting._typing.remainingTime()
    qtbot.keyClicks(dialog.what.headline, " goes back")
    assert dialog.drafting._typing.remainingTime() <= due <= 1000
    dialog.close()


@pytest.mark.parametrize("how", ["keep", "escape"])
def test_closing_at_once_loses_nothing(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, how: str
) -> None:
    write(qtbot, dialog)
    if how == "keep":
        qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    else:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert client.of("SaveDraft")[-1].text == "Twice."
    assert client.of("SendReport") == []


def test_the_keyboard_goes_forward_and_back_through_the_steps(
    qtbot: QtBot, dialog: ReportDialog, hear, client: FakeClient
) -> None:
    to_preview(qtbot, dialog, hear)
    qtbot.keyClick(dialog, Qt.Key.Key_Right, ALT)
    assert client.of("SendReport") == []  # only Ctrl+Return sends
    qtbot.keyClick(dialog, Qt.Key.Key_Left, ALT)
    assert dialog.step is Step.EVIDENCE
    assert dialog.along.boxes[PartName.PROGRAM].hasFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_Left, ALT)
    assert dialog.what.headline.hasFocus()
    dialog.close()


def test_what_is_shown_is_byte_for_byte_what_is_sent(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    write(qtbot, dialog)
    go_on(qtbot, dialog, hear)
    dialog.along.boxes[PartName.MESSAGES].click()
    go_on(qtbot, dialog, hear)
    shown = dialog.preview.text.toPlainText().encode()
    digest = hashlib.sha256(shown).hexdigest()
    assert b"It goes back" in shown
    assert b"messages" not in shown
    assert digest in dialog.preview.line.text()
    go_on(qtbot, dialog, hear)
    (sent,) = client.of("SendReport")
    assert sent.evidence in shown
    assert sent.shown == digest
    chosen = set(PartName) - {PartName.MESSAGES}
    assert sent.evidence == evidence.preview(fake_house.gathered("d4"), chosen)


def test_a_word_changed_after_the_preview_is_shown_before_it_is_sent(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    to_preview(qtbot, dialog, hear)
    dialog.back()
    dialog.back()
    qtbot.keyClicks(dialog.what.text, " Always.")
    go_on(qtbot, dialog, hear)
    go_on(qtbot, dialog, hear)
    assert "Twice. Always." in dialog.preview.text.toPlainText()
    go_on(qtbot, dialog, hear)
    assert len(client.of("SendReport")) == 1


def test_sending_ends_on_the_reports_page(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear, window: Window
) -> None:
    to_preview(qtbot, dialog, hear)
    go_on(qtbot, dialog, hear)
    hear()
    assert [one.report for one in client.of("SendReport")] == ["n1"]
    assert window.dialog is None
    assert window.stack.currentWidget() is window.reports


def test_a_report_that_could_not_be_kept_stays_open_with_its_words(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear, window: Window
) -> None:
    client.answers["SendReport"] = OrangeryError("disk_full")
    to_preview(qtbot, dialog, hear)
    go_on(qtbot, dialog, hear)
    hear()
    assert dialog.isVisible()
    assert dialog.go_on.isEnabled()
    assert dialog.what.text.toPlainText() == "Twice."
    window.dialog.close()
    dialog.close()


def test_a_part_that_could_not_be_collected_says_so(dialog: ReportDialog, hear) -> None:
    dialog.what.about.setCurrentIndex(0)
    hear()
    box = dialog.along.boxes[PartName.DEVICE]
    assert not box.isEnabled()
    assert "not collected: no device is chosen" in box.accessibleName()
    dialog.close()


def test_what_was_left_out_stays_left_out_for_another_device(dialog: ReportDialog, hear) -> None:
    dialog.along.boxes[PartName.MESSAGES].click()
    dialog.what.about.setCurrentIndex(dialog.what.about.findData("d1"))
    hear()
    assert dialog.along.chosen == set(PartName) - {PartName.MESSAGES}
    dialog.close()


def test_a_wish_is_a_wish(qtbot: QtBot, dialog: ReportDialog, client: FakeClient) -> None:
    write(qtbot, dialog)
    qtbot.mouseClick(dialog.what.kinds[Kind.WISH], Qt.MouseButton.LeftButton)
    dialog.close()
    assert client.of("SaveDraft")[-1].kind is Kind.WISH
