"""The habits of the window: palette, sizes, drops, what was said, links, faults."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop import actions, book
from desktop.crashes import Crash, Ended
from desktop.dialogs.dropped import DroppedDialog
from desktop.dialogs.report import ReportDialog
from desktop.gui import Face
from desktop.models.found import UNLISTED
from desktop.models.location import Location
from desktop.models.palette import Kind
from desktop.widgets import toast
from desktop.window import Window
from desktop.zoom import STEPS
from feedback.report import Report
from fleet.errors import CommandError
from tests.desktop import big_house
from tests.desktop.fake_client import PENDING, FakeClient
from tests.desktop.fake_house import NOW
from tests.desktop.test_window import nameless, nothing_cut

pytestmark = pytest.mark.qt_log_ignore("does not support raise")  # a screen that is nowhere
CTRL = Qt.KeyboardModifier.ControlModifier


def find(qtbot: QtBot, window: Window, typed: str):
    """Open the palette by its key and type."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    qtbot.waitUntil(window.dialog.field.hasFocus)  # keys go to what has the focus
    if typed:
        qtbot.keyClicks(window.dialog.field, typed)
    return window.dialog


# --- palette ---


def test_the_palette_has_every_action_and_page_that_there_is(qtbot: QtBot, window: Window) -> None:
    dialog = find(qtbot, window, "")
    listed = {one.name for one in dialog._index.find("", 1000) if one.kind is not Kind.DEVICE}
    known = {one.name for one in actions.ALL} - UNLISTED
    staff = {page.name for page in book.ALL} - set(window.pages)
    assert known - staff <= listed
    assert not staff & listed
    dialog.reject()


def test_the_palette_the_table_and_the_page_of_keys_agree(qtbot: QtBot, window: Window) -> None:
    page = (Path(book.__file__).parents[1] / "docs" / "shortcuts.md").read_text("utf-8")
    dialog = find(qtbot, window, "")
    keys = {one.name: one.keys for one in dialog._index.find("", 1000) if one.keys}
    dialog.reject()
    for known in actions.ALL:
        if known.keys:
            assert f"| {known.keys} | {known.said} |" in page
        if known.keys and known.name in keys:
            assert keys[known.name] == actions.shown_keys(known)


def test_enter_shows_the_device_that_was_found_by_room_and_model(
    qtbot: QtBot, window: Window
) -> None:
    dialog = find(qtbot, window, "study lgt")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert window.dialog is None
    assert (window.shown, window.devices.selected()) == ("devices", ["d2"])


def test_enter_does_an_action_and_the_next_time_it_comes_first(
    qtbot: QtBot, window: Window
) -> None:
    qtbot.keyClick(find(qtbot, window, "map").field, Qt.Key.Key_Return)
    assert window.shown == "map"
    dialog = find(qtbot, window, "")
    assert dialog.found[0].name == "map"
    dialog.reject()


def test_escape_closes_and_arrows_choose(qtbot: QtBot, window: Window) -> None:
    dialog = find(qtbot, window, "lamp")
    before = dialog._current()
    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog._current() != before
    qtbot.keyClick(dialog.field, Qt.Key.Key_Escape)
    assert window.dialog is None


def test_what_cannot_be_done_now_says_why_and_enter_does_nothing(
    qtbot: QtBot, window: Window
) -> None:
    dialog = find(qtbot, window, "rename")
    assert dialog.hint.text() == "Choose exactly one device first."
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert window.dialog is dialog
    dialog.reject()


def test_an_entry_is_read_out_whole(qtbot: QtBot, window: Window) -> None:
    dialog = find(qtbot, window, "ceiling lamp")
    said = dialog.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Ceiling lamp, Kitchen · Acme · LGT-01"
    assert nameless(dialog) == []
    dialog.reject()


def test_the_palette_lists_no_more_than_fits_however_large_the_house(
    qtbot: QtBot, make_face
) -> None:
    window = make_face(big_house.client()).window
    dialog = find(qtbot, window, "l")
    assert 0 < len(dialog.found) <= 60
    dialog.reject()


# --- size ---


def test_size_goes_by_steps_stays_within_them_and_is_kept(face: Face) -> None:
    title = lambda: next(  # noqa: E731 - pages are made anew
        one for one in face.window.devices.findChildren(QLabel) if one.text() == "Devices"
    )
    before = title().font().pointSizeF()
    for _ in STEPS:
        face.window.actions_["zoom_in"].trigger()
    assert title().font().pointSizeF() == pytest.approx(before * 2)
    assert face.desk.memory.get("zoom", int, 0) == 200
    face.window.actions_["zoom_reset"].trigger()
    assert title().font().pointSizeF() == pytest.approx(before)


def test_the_size_of_the_last_time_is_worn_and_given_back(make_face, client: FakeClient) -> None:
    points = QApplication.font().pointSizeF()
    face = make_face(client)
    face.zoom.put(80)
    assert QApplication.font().pointSizeF() == pytest.approx(points * 0.8)
    face.zoom.close()
    assert QApplication.font().pointSizeF() == pytest.approx(points)


def test_what_was_chosen_is_chosen_at_the_new_size(window: Window) -> None:
    window.devices.choose("d2")
    window.actions_["zoom_in"].trigger()
    assert window.devices.selected() == ["d2"]


# --- narrow ---


def test_a_narrow_window_shows_icons_with_their_words_as_tips(qtbot: QtBot, window: Window) -> None:
    with qtbot.waitSignal(window.narrow_changed):
        window.resize(800, 640)
    assert window.narrow
    assert window.rail.width() < 60
    assert window.rail.buttons[1].toolTip() == "Updates, 5"
    assert window.rail.buttons[1].accessibleName() == "Updates, 5"
    window.resize(1200, 700)
    qtbot.waitUntil(lambda: not window.narrow)
    assert window.rail.buttons[1].toolTip() == ""


@pytest.mark.parametrize("button", [Qt.MouseButton.BackButton, Qt.MouseButton.ForwardButton])
def test_the_side_buttons_of_a_mouse_lead_back_and_forward_also_over_a_list(
    qtbot: QtBot, window: Window, button: Qt.MouseButton
) -> None:
    window.go("updates")
    window.go("devices")
    if button is Qt.MouseButton.ForwardButton:
        window.actions_["back"].trigger()
        window.actions_["back"].trigger()
    over = window.devices.table.viewport() if window.shown == "devices" else window
    qtbot.mouseClick(over, button)
    assert window.shown == "updates"


# --- where it was closed ---


def test_the_window_opens_where_it_was_closed(make_face, client: FakeClient) -> None:
    first = make_face(client)
    first.window.resize(780, 600)  # the screen that is nowhere has 800 by 800
    first.window.devices.choose("d3")
    first.window.go("map")
    first.window.shell.remember()
    second = make_face(client)
    second.desk.memory._kept = first.desk.memory._kept
    second.window.shell.restore()
    assert second.window.shown == "map"
    assert second.window.devices.selected() == ["d3"]
    assert second.window.size() == first.window.size()


# --- links ---


def test_a_link_brings_the_window_forward_and_shows_the_place(window: Window) -> None:
    window.showMinimized()
    window.shell.follow("orangery:device/d2")
    assert not window.isMinimized()
    assert (window.shown, window.devices.selected()) == ("devices", ["d2"])
    window.shell.follow("")
    assert window.shown == "devices"


def test_a_makers_link_is_offered_and_not_taken(window: Window, client: FakeClient) -> None:
    link = "orangery:maker?name=acme&url=https://fw.example&root=sha256:" + "9" * 64
    window.shell.follow(link)
    assert window.dialog.values == [link]
    window.dialog.reject()
    assert client.of("AddMakerLink") == []


def test_a_link_begins_a_report(window: Window) -> None:
    window.shell.follow("orangery:report/new")
    assert isinstance(window.dialog, ReportDialog)
    window.dialog.close()


def test_a_file_that_is_handed_over_is_looked_at_like_one_that_is_dropped(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "link.txt"
    file.write_text("orangery:device/d2")
    window.showMinimized()
    window.shell.follow(file.as_uri())
    assert not window.isMinimized()
    qtbot.waitUntil(lambda: isinstance(window.dialog, DroppedDialog))
    window.dialog.close()


def test_a_file_that_is_gone_is_told(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    window.shell.follow((tmp_path / "gone").as_uri())
    qtbot.waitUntil(lambda: window.dialog is not None)
    assert "cannot be read" in window.dialog.sentence
    window.dialog.close()


@pytest.mark.parametrize(
    "link",
    ["https://example.org", "orangery:triage", "orangery:nowhere/x", "file://nas/share/x"],
)
def test_a_link_that_leads_nowhere_here_is_refused(window: Window, link: str) -> None:
    with pytest.raises(CommandError, match="link_unknown"):
        window.shell.follow(link)


HOSTILE = (
    *("%00", "%FF%FE", "a%0Ab", "%E2%80%AEgnp", "..%2F..%2Fetc", "%3Cimg%20src=x%3E", "%25s"),
    *("9" * 1_000, "-x", "%22%27%60", "*", "new%20", "%F0%9F%8D%8A" * 150, "/a//b/"),
)


@pytest.mark.parametrize("page", sorted({one.name for one in book.ALL} - {"release", "triage"}))
def test_a_link_from_anywhere_only_looks(window: Window, client: FakeClient, page: str) -> None:
    before = len(client.sent)
    for subject in HOSTILE:
        window.shell.follow(f"orangery:{page}/{subject}")
        assert window.shown == page
        assert window.dialog is None
    asked = {type(one).__name__ for one in client.sent[before:]}
    assert asked <= {"Messages"}


# --- what was said ---


def test_what_was_said_is_listed_with_undo_and_place(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.desk.say("Renamed", lambda: window.desk.wishes.rename("d1", "Lamp"))
    window.desk.say("Lin\nThank you.", place=Location("reports", "p1"))
    window.rail.bell.click()
    dialog = window.dialog
    assert nameless(dialog) == []
    names = [one.accessibleName() for one in dialog.findChildren(type(window.toast.undo))]
    assert "Undo: Renamed" in names
    undo = next(
        one
        for one in dialog.findChildren(type(window.toast.undo))
        if one.accessibleName() == "Undo: Renamed"
    )
    undo.click()
    hear()
    assert client.of("Rename")
    dialog.place_wanted.emit(Location("reports", "p1"))
    assert window.shown == "reports"
    dialog.reject()


def test_the_bell_counts_what_nobody_could_see(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    window.desk.say("Checked")
    assert window.rail.bell.count == 1
    window.actions_["told"].trigger()
    assert window.rail.bell.count == 0
    window.dialog.reject()


def test_a_toast_takes_no_focus_and_leads_to_its_place(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    window.devices.search.setFocus()
    window.desk.say("Lin\nThank you.", place=Location("reports", "p1"))
    assert window.devices.search.hasFocus()
    window.toast.show_button.click()
    assert window.shown == "reports"


# --- faults ---


CRASH = Crash(ended=Ended.FATAL, at=NOW - 60, what="window", version="1", trace="Fatal: x")


def test_a_crash_is_offered_as_a_draft_that_the_person_sees_first(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    made = Report(id="p99", title="Crash", text="", made=NOW)
    client.answers["SaveDraft"] = made
    client.answers["SaveDraft"] = made
    window.shell.offer(CRASH)
    assert nameless(window.dialog) == []
    nothing_cut(qtbot, window.dialog)
    client.say(report={"p99": made})
    window.dialog.report.click()
    hear()
    (draft,) = client.of("SaveDraft")
    assert "Fatal: x" in draft.text
    assert draft.device == ""
    assert client.of("SendReport") == []
    assert type(window.dialog).__name__ == "ReportDialog"
    window.dialog.close()


def test_who_does_not_want_to_report_a_crash_is_left_alone(
    window: Window, client: FakeClient
) -> None:
    window.shell.offer(CRASH)
    window.dialog.never.click()
    assert window.dialog is None
    assert client.of("SaveDraft") == []


def test_an_error_can_be_reported_from_its_dialog(window: Window, client: FakeClient, hear) -> None:
    client.answers["SaveDraft"] = Report(id="p99", title="x", text="", made=NOW)
    window.tell(ValueError("in /somewhere"))
    window.dialog.report.click()
    hear()
    (draft,) = client.of("SaveDraft")
    assert "ValueError: in /somewhere" in draft.text
    if window.dialog is not None:
        window.dialog.close()


# --- what is under way ---


def test_what_lasts_over_a_second_is_shown_with_its_words_and_can_be_cancelled(
    window: Window, client: FakeClient, hear
) -> None:
    desk, now = window.desk, [0.0]
    desk.running.clock = lambda: now[0]
    client.answers["CheckNow"] = PENDING
    future = desk.wishes.check()
    failed: list[BaseException] = []
    desk.failed.connect(failed.append)
    desk.ask(future, window)
    desk.running.changed.emit()
    assert not window.shell.progress.isVisible()
    now[0] = 3.0
    desk.running.changed.emit()
    (row,) = window.shell.progress.rows
    assert row.words.text() == "Looking for a new week and checking it"
    assert row.note.text() == "for 3 s"
    assert nameless(window.shell.progress) == []
    row.cancel.click()
    hear()
    assert future.cancelled()
    assert not window.shell.progress.isVisible()
    assert failed == []


def test_how_far_it_is_and_how_long_it_still_takes_is_shown_where_somebody_says(
    window: Window,
) -> None:
    desk, now = window.desk, [0.0]
    desk.running.clock = lambda: now[0]
    ended: list[bool] = []
    future: Future[None] = Future()
    op = desk.ask(future, window, words="Writing", cancel=lambda: ended.append(True))
    op.tell(50, 200)
    now[0] = 60.0
    desk.running.changed.emit()
    (row,) = window.shell.progress.rows
    assert (row.bar.value(), row.note.text()) == (25, "about 3 min left")
    row.cancel.click()
    assert ended == [True]
    future.set_result(None)


# --- drops ---


def mime(*files: Path) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return made


def drop(window: Window, *files: Path) -> QDropEvent:
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    none, data = Qt.KeyboardModifier.NoModifier, mime(*files)
    enter = QDragEnterEvent(QPoint(400, 400), copy, data, left, none)
    QApplication.sendEvent(window, enter)
    event = QDropEvent(QPointF(400, 400), copy, data, left, none)
    QApplication.sendEvent(window, event)
    return event


def test_a_file_held_over_the_window_shows_that_it_may_be_dropped(
    window: Window, tmp_path: Path
) -> None:
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    data = mime(tmp_path / "x")
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    assert window.shell.overlay.isVisible()
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.shell.overlay.isVisible()


def test_what_is_no_file_is_not_taken(window: Window) -> None:
    data, copy, left = QMimeData(), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    data.setText("words")
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    assert not window.shell.overlay.isVisible()


def test_a_dropped_file_is_looked_at_and_said_what_it_is(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "what.xyz"
    file.write_bytes(bytes(range(256)))
    assert drop(window, file).isAccepted()
    qtbot.waitUntil(lambda: window.dialog is not None)
    assert window.dialog.sheet.title == "Orangery does not know this file"
    assert nameless(window.dialog) == []
    nothing_cut(qtbot, window.dialog)
    window.dialog.reject()


def test_a_file_that_cannot_be_read_is_told(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    drop(window, tmp_path / "gone.bin")
    qtbot.waitUntil(lambda: window.dialog is not None)
    assert "gone.bin cannot be read" in window.dialog.sentence
    window.dialog.close()


def test_typing_in_the_palette_of_a_large_house_looks_only_at_what_was_found(
    qtbot: QtBot, make_face
) -> None:
    window = make_face(big_house.client()).window
    dialog = find(qtbot, window, "la")
    fewer = len(dialog._index._found)
    qtbot.keyClicks(dialog.field, "m")
    assert len(dialog._index._found) <= fewer
    dialog.reject()


def test_a_toast_is_announced_to_screen_readers(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        toast.QAccessible, "updateAccessibility", lambda event: said.append(event.message())
    )
    window.desk.say("Checked")
    assert said == ["Checked"]
