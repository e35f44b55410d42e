from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.window import Window
from feedback.commands import CarriedFile
from fleet.errors import OrangeryError
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.pages.buttons import shown_button


def press(qtbot: QtBot, window: Window, text: str) -> None:
    qtbot.mouseClick(shown_button(qtbot, window.page("reports"), text), Qt.MouseButton.LeftButton)


def texts(window: Window) -> str:
    return "\n".join(one.text() for one in window.page("reports").findChildren(QLabel))


def test_points_stand_on_one_line(window: Window) -> None:
    assert "128 popcorn points" in window.page("reports").points.text()


def test_the_arrow_keys_move_from_report_to_report(qtbot: QtBot, window: Window) -> None:
    window.show_page("reports")
    assert window.page("reports").chosen == "p1"
    qtbot.keyClick(window.page("reports").list, Qt.Key.Key_Down)
    assert window.page("reports").chosen == "p2"
    assert "Is it fixed for you?" in texts(window)


def test_the_tester_says_that_it_is_fixed(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("reports")
    window.page("reports").choose("p2")
    press(qtbot, window, "It is fixed for me")
    (said,) = client.of("Confirm")
    assert (said.report, said.fixed) == ("p2", True)
    hear()
    assert window.toast.text == "Thank you. The makers are told."


def test_the_tester_says_that_it_is_not(qtbot: QtBot, window: Window, client: FakeClient) -> None:
    window.show_page("reports")
    window.page("reports").choose("p2")
    press(qtbot, window, "Not fixed")
    assert client.of("Confirm")[0].fixed is False


def test_a_reply_is_sent_and_the_field_is_empty_again(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("reports")
    detail = window.page("reports").detail
    assert not detail.send.isEnabled()
    qtbot.keyClicks(detail.reply, "It happened again")
    qtbot.mouseClick(detail.send, Qt.MouseButton.LeftButton)
    (said,) = client.of("SendReply")
    assert (said.report, said.text) == ("p1", "It happened again")
    hear()
    assert not detail.reply.toPlainText()


def test_a_reply_that_could_not_be_kept_is_not_lost(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    client.answers["SendReply"] = OrangeryError("disk_full")
    window.show_page("reports")
    qtbot.keyClicks(window.page("reports").detail.reply, "Important")
    window.page("reports").detail._send()
    hear()
    assert window.page("reports").detail.reply.toPlainText() == "Important"
    window.dialog.close()


def test_a_waiting_report_can_be_tried_now(
    qtbot: QtBot, window: Window, client: FakeClient
) -> None:
    window.show_page("reports")
    window.page("reports").choose("p3")
    assert "Nothing is lost" in texts(window)
    press(qtbot, window, "Try now")
    assert client.of("SyncNow")


def test_the_reply_being_written_survives_what_the_hub_says(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("reports")
    qtbot.keyClicks(window.page("reports").detail.reply, "half a sent")
    known = fake_house.reports()["p1"]
    client.say(report={"p1": replace(known, points=20)})
    hear()
    assert window.page("reports").detail.reply.toPlainText() == "half a sent"
    assert window.page("reports").chosen == "p1"


def test_no_reports_yet_says_how_to_write_one(make_face) -> None:
    window = make_face(fake_client.client(report={}, member={})).window
    window.show_page("reports")
    assert "Ctrl+B" in texts(window)
    assert window.page("reports").enrol.isVisible()
    assert not window.page("reports")._listed.isVisible()


def test_the_makers_clocks_are_seen_by_the_tester(window: Window) -> None:
    window.show_page("reports")
    window.page("reports").choose("p1")
    assert "A named person: kept after 3 min" in names(window)
    assert "2 d 23 h left" in texts(window)


def test_a_question_leads_to_the_reply(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    window.show_page("reports")
    window.page("reports").choose("p6")
    press(qtbot, window, "Answer")
    assert window.page("reports").detail.reply.hasFocus()


@pytest.fixture
def stuck(make_face) -> tuple[Window, FakeClient]:
    """A house whose report could not be sent for eight days."""
    report = replace(fake_house.reports()["p3"], queued=fake_house.NOW - 8 * 86_400)
    client = fake_client.client(report={"p3": report})
    client.answers["CarryOutbox"] = CarriedFile(text="signed", ops=3)
    window = make_face(client).window
    window.show_page("reports")
    return window, client


def test_what_could_not_be_sent_for_a_week_is_saved_to_be_carried(
    stuck, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window, _ = stuck
    file = tmp_path / "r.orangery-outbox"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    qtbot.mouseClick(window.page("reports").carry.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.toast.text.startswith("3 actions saved"))
    assert file.read_text() == "signed"


def test_the_receipt_of_the_hub_is_taken_back(
    stuck, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window, client = stuck
    file = tmp_path / "receipt"
    file.write_text("the hub has it")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    qtbot.mouseClick(window.page("reports").carry.receipt, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(client.of("TakeReceipt")))
    assert client.of("TakeReceipt")[0].receipt == "the hub has it"


def test_a_receipt_that_cannot_be_read_is_said(
    stuck, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window, _ = stuck
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "no"), ""))
    window.page("reports").carry.receipt.click()
    qtbot.waitUntil(lambda: window.dialog is not None)
    assert "cannot be read" in window.dialog.sentence
    window.dialog.close()


def test_a_fix_gets_popcorn(qtbot: QtBot, window: Window, client: FakeClient) -> None:
    window.show_page("reports")
    window.page("reports").choose("p5")
    press(qtbot, window, "Popcorn!")
    (asked,) = client.of("Say")
    assert asked.kind == "fix.rate"
    assert msgspec.json.decode(asked.body) == {
        "report": "p5", "week": "2026-W46", "rate": "popcorn", "made": fake_house.NOW,
    }  # fmt: skip


def names(window: Window) -> set[str]:
    return {one.accessibleName() for one in window.page("reports").findChildren(QWidget)}
