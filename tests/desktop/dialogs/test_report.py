from __future__ import annotations

import hashlib
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.commands import CheckedWords
from desktop.dialogs.report import ReportDialog
from desktop.models.reporting import Step
from desktop.window import Window
from feedback import evidence
from feedback.commands import Similar
from feedback.known_issues import KnownIssue
from feedback.outcome import Consent, Level
from feedback.recording import Recording, Stage
from feedback.report import Attachment, Details, Kind, PartName, Report, Suspect
from feedback.wire import ClusterState, Effect, HubError, Often, Safety
from feedback.wire_triage import ClusterDoc, PublicWords
from fleet.errors import OrangeryError
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import PENDING, FakeClient
from tests.desktop.fake_house import NOW

ALL = {one.name for one in fake_house.gathered("d4")}
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def client() -> FakeClient:
    """A house that lets logs go along with its reports."""
    made = fake_client.client()
    made.now.facts["consent"] = {"outcomes": Consent(level=Level.LOGS)}
    return made


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


def ask(dialog: ReportDialog, hear: Any) -> None:
    """Let the pause after typing be over."""
    dialog._pause.stop()
    dialog._ask()
    hear()


def to_preview(qtbot: QtBot, dialog: ReportDialog, hear: Any) -> None:
    write(qtbot, dialog)
    go_on(qtbot, dialog, hear)
    go_on(qtbot, dialog, hear)
    assert dialog.step is Step.PREVIEW


def test_it_is_filled_in_from_the_chosen_device(dialog: ReportDialog, client: FakeClient) -> None:
    assert dialog.what.device == "d4"
    assert client.of("GatherEvidence")[0].device == "d4"
    assert dialog.along.chosen == ALL
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
    chosen = ALL - {PartName.MESSAGES}
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
    assert window.stack.currentWidget() is window.page("reports")


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
    assert dialog.along.chosen == ALL - {PartName.MESSAGES}
    dialog.close()


def test_a_wish_is_a_wish(qtbot: QtBot, dialog: ReportDialog, client: FakeClient) -> None:
    write(qtbot, dialog)
    qtbot.mouseClick(dialog.what.kinds[Kind.WISH], Qt.MouseButton.LeftButton)
    dialog.close()
    assert client.of("SaveDraft")[-1].kind is Kind.WISH


LIKE = Similar(
    kind="cluster", id="c1", titles={"en": "Lamp goes back", "zh_CN": "灯退回"}, state="planned",
    score=0.7, workarounds={"en": "Stay on 1.122.2"}, fix_week="2026-W49", households=6,
)  # fmt: skip


def test_what_looks_alike_is_shown_while_typing_and_taken_up(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    client.answers["FindSimilar"] = (LIKE,)
    write(qtbot, dialog)
    ask(dialog, hear)
    (asked,) = client.of("FindSimilar")
    assert (asked.title, asked.text, asked.device) == ("It goes back", "Twice.", "d4")
    said = words(dialog.what.matches)
    assert {"Lamp goes back", "6 homes have it · fix planned for Week 49"} <= said
    assert "Until then: Stay on 1.122.2" in said
    press(qtbot, dialog, "This is mine")
    dialog.close()
    assert client.of("SaveDraft")[-1].details.cluster == "c1"


def test_who_finds_it_is_another_takes_it_back(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    client.answers["FindSimilar"] = (LIKE,)
    write(qtbot, dialog)
    ask(dialog, hear)
    press(qtbot, dialog, "This is mine")
    press(qtbot, dialog, "Not mine after all")
    dialog.close()
    assert client.of("SaveDraft")[-1].details.cluster == ""


def test_an_own_report_is_looked_at(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear, window: Window
) -> None:
    own = Similar(kind="report", id="p2", titles={"": "Lamp flickers"}, state="seen", score=0.9)
    client.answers["FindSimilar"] = (own,)
    write(qtbot, dialog)
    ask(dialog, hear)
    assert "from this home · Seen" in words(dialog.what.matches)
    press(qtbot, dialog, "Look at it")
    assert window.page("reports").chosen == "p2"


def test_one_question_at_a_time_is_asked_however_fast_one_types(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient
) -> None:
    client.answers["FindSimilar"] = PENDING
    write(qtbot, dialog)
    dialog._ask()
    dialog._ask()
    assert len(client.of("FindSimilar")) == 1
    dialog.close()


def test_an_index_that_cannot_be_read_is_no_reason_not_to_write(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    client.answers["FindSimilar"] = OrangeryError("store_corrupt")
    write(qtbot, dialog)
    ask(dialog, hear)
    ask(dialog, hear)
    assert len(client.of("FindSimilar")) == 2
    assert dialog.go_on.isEnabled()
    dialog.close()


def suspect(command: Any) -> CheckedWords:
    at = command.text.find("hunter22")
    found = (Suspect(at, at + 8, "<secret-00ff00>"),) if at >= 0 else ()
    return CheckedWords(text=found)


def test_a_password_in_own_words_is_marked_and_replaced_on_request(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    client.answers["CheckWords"] = suspect
    qtbot.keyClicks(dialog.what.headline, "It goes back")
    qtbot.keyClicks(dialog.what.text, "My password is hunter22.")
    ask(dialog, hear)
    assert dialog.what.suspicion.words == ("hunter22",)
    assert len(dialog.what.text.extraSelections()) == 1
    press(qtbot, dialog, "Replace them")
    assert dialog.what.text.toPlainText() == "My password is <secret-00ff00>."
    assert not dialog.what.suspicion.isVisible()
    dialog.close()


def test_a_word_that_may_stay_is_not_asked_about_again(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    client.answers["CheckWords"] = suspect
    qtbot.keyClicks(dialog.what.headline, "hunter22 is no password")
    qtbot.keyClicks(dialog.what.text, "hunter22")
    ask(dialog, hear)
    press(qtbot, dialog, "Send them as they are")
    ask(dialog, hear)
    assert not dialog.what.suspicion.isVisible()
    dialog.close()


def test_details_go_along_with_the_draft(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient
) -> None:
    write(qtbot, dialog)
    dialog.what.more.click()
    dialog.what.steps.setPlainText("Press Update\n\nWait")
    qtbot.keyClicks(dialog.what.expected, "1.128.0")
    dialog.what.effect.setCurrentIndex(2)
    dialog.what.safety.setCurrentIndex(1)
    dialog.what.since.setCurrentText("1.122.2")
    dialog.close()
    said = client.of("SaveDraft")[-1].details
    assert said.steps == ("Press Update", "Wait")
    assert (said.expected, said.since) == ("1.128.0", "1.122.2")
    assert (said.effect, said.safety) == (Effect.FUNCTION_LOST, Safety.HEAT)


def test_a_draft_is_filled_in_again_with_all_that_was_said(make_face, client: FakeClient) -> None:
    details = Details(steps=("Press",), often=Often.ALWAYS, since="1.0", cluster="c1")
    draft = Report(id="p9", title="Half a", text="", made=NOW, details=details)
    client.now.facts["report"] = {"p9": draft}
    window = make_face(client).window
    window.report(draft="p9")
    what = window.dialog.what
    assert what.steps.toPlainText() == "Press"
    assert what.steps.isVisible()
    assert what.written()["details"] == details
    window.dialog.close()


def test_a_file_is_dropped_pasted_and_taken_away_again(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear, tmp_path
) -> None:
    client.answers["AttachFile"] = None
    write(qtbot, dialog)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "device.log"))])
    assert dialog.files.takes(mime)
    dialog.files.take(mime)
    hear()
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(0)
    QApplication.clipboard().setImage(picture)
    dialog.files.paste.click()
    hear()
    first, second = client.of("AttachFile")
    assert (first.report, first.path, first.device) == ("n1", str(tmp_path / "device.log"), "d4")
    assert second.data.startswith(b"\x89PNG")
    kept = Attachment(
        id="a1", report="n1", name="device.log", type="text/plain", size=10, sent=0, state="draft"
    )
    client.say(attachment={"a1": kept})
    hear()
    go_on(qtbot, dialog, hear)
    button = next(one for one in dialog.findChildren(QPushButton) if one.toolTip())
    assert button.accessibleName() == "Remove device.log"
    go_on(qtbot, dialog, hear)
    assert "Beside these bytes: device.log (10 bytes)" in dialog.preview.line.text()
    button.click()
    assert client.of("Detach")[0].attachment == "a1"
    dialog.close()


def test_a_file_that_is_not_taken_says_why_and_nothing_is_lost(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, hear
) -> None:
    client.answers["AttachFile"] = HubError("attachment_unknown", name="a.bin")
    write(qtbot, dialog)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/tmp/a.bin")])
    dialog.files.take(mime)
    hear()
    hear()
    assert "a.bin is neither text nor a picture" in dialog.files._wrong.text()
    dialog.close()


def test_pasting_nothing_says_what_to_do(dialog: ReportDialog, qapp) -> None:
    qapp.clipboard().setText("words")
    dialog.files.paste_picture()
    assert "copy one first" in dialog.files._wrong.text()
    dialog.close()


def test_a_wish_leads_to_the_ideas_and_is_kept_as_a_draft(
    qtbot: QtBot, dialog: ReportDialog, client: FakeClient, window: Window
) -> None:
    write(qtbot, dialog)
    assert dialog.what._wish.isHidden()
    qtbot.mouseClick(dialog.what.kinds[Kind.WISH], Qt.MouseButton.LeftButton)
    press(qtbot, dialog, "Look at the ideas")
    assert client.of("SaveDraft")[-1].title == "It goes back"
    assert window.stack.currentWidget() is window.page("community")
    assert window.page("community").section == "ideas"


def test_what_is_ticked_beforehand_is_what_this_home_agreed_to(make_face, hear) -> None:
    face = make_face(fake_client.client())
    face.window.report("d4")
    face.desk.bridge.take()
    along = face.window.dialog.along
    assert along.chosen == {PartName.PROGRAM, PartName.DEVICE}
    along.boxes[PartName.MESSAGES].click()
    face.window.dialog.what.about.setCurrentIndex(3)
    face.desk.bridge.take()
    assert PartName.MESSAGES in along.chosen
    face.window.dialog.close()


def test_a_device_is_recorded_with_the_time_left_and_what_was_heard_goes_along(
    dialog: ReportDialog, client: FakeClient, hear
) -> None:
    card = dialog.recording
    card.length.setCurrentIndex(2)
    card.start.click()
    (asked,) = client.of("RecordNow")
    assert (asked.device, asked.seconds) == ("d4", 600.0)
    client.say(recording={"d4": Recording(device="d4", began=NOW, ends=NOW + 252)})
    hear()
    assert card.text.text() == "Recording: 4:12 left"
    gathered = len(client.of("GatherEvidence"))
    card.stop.click()
    assert client.of("StopRecording")[0].device == "d4"
    over = Recording(device="d4", began=NOW, ends=NOW, stage=Stage.RESTORES)
    client.say(recording={"d4": over})
    hear()
    assert "put back as it was" in card.text.text()
    assert len(client.of("GatherEvidence")) == gathered + 1
    client.say(recording={"d4": None})
    hear()
    assert len(client.of("GatherEvidence")) == gathered + 1
    dialog.close()


def test_a_recording_that_cannot_begin_says_why(
    dialog: ReportDialog, client: FakeClient, hear
) -> None:
    client.answers["RecordNow"] = OrangeryError("recording_runs", device="Desk lamp")
    dialog.recording.start.click()
    hear()
    assert "Desk lamp is being recorded" in dialog.recording._wrong.text()
    dialog.close()


def test_a_report_about_the_house_records_nothing(dialog: ReportDialog) -> None:
    dialog.what.about.setCurrentIndex(0)
    assert dialog.recording.isHidden()
    dialog.close()


@pytest.fixture
def known(make_face, client: FakeClient, hear) -> ReportDialog:
    """The dialog about a device of which the makers know something."""
    words_ = PublicWords(title="Goes back", text="Hardware B does.", workaround="Wait for Friday.")
    doc = ClusterDoc(
        id="c1", kind=Kind.PROBLEM, state=ClusterState.OPEN, vendor="Acme", model="LGT-01",
        component="boot", words={"en": words_, "zh_CN": words_}, made=NOW, fix_week="2026-W49",
    )  # fmt: skip
    client.now.facts["cluster"] = {"c1": doc}
    client.now.facts["known_issue"] = {"d4": KnownIssue(clusters=("c1",))}
    client.answers["SaveDraft"] = saved
    window = make_face(client).window
    window.report("d4")
    return window.dialog


def test_what_the_makers_know_answers_before_anything_is_sent(
    qtbot: QtBot, known: ReportDialog, client: FakeClient
) -> None:
    said = words(known.what.matches)
    assert {"Known: Goes back", "Wait for Friday."} <= said
    assert "Hardware B does. · fix planned for Week 49" in said
    write(qtbot, known)
    known.drafting.save()
    known._desk.bridge.take()
    press(qtbot, known, "That helped: nothing to send")
    assert not known.isVisible()
    assert client.of("DropDraft")[0].report == "n1"
    assert client.of("SendReport") == []


def test_who_still_wants_to_send_is_not_kept_from_it(qtbot: QtBot, known: ReportDialog) -> None:
    press(qtbot, known, "Still send")
    assert known.what.matches.known == ()
    write(qtbot, known)
    assert known.go_on.isEnabled()
    known.close()


def words(widget: Any) -> set[str]:
    return {one.text() for one in widget.findChildren(QLabel)}


def press(qtbot: QtBot, dialog: ReportDialog, text: str) -> None:
    buttons = [one for one in dialog.findChildren(QPushButton) if one.text() == text]
    qtbot.mouseClick(buttons[-1], Qt.MouseButton.LeftButton)
