from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop import commands
from desktop.demo.simulators import demo_image
from desktop.dialogs.form import FormDialog
from desktop.dialogs.problem import ProblemDialog
from desktop.dialogs.told import TextDialog, WaitDialog
from desktop.pages.release import ReleasePage
from desktop.release_desk import ReleaseDesk
from firmware.exchange import own_fingerprint
from firmware.publish import Publisher
from firmware.release import Channel
from tests.desktop import fake_client
from tests.desktop.fake_house import NOW
from tests.desktop.pages.buttons import shown_button
from tests.desktop.release_rooms import Rooms, desk_of, image
from tests.firmware.makers import WORDS

Open = Callable[[Path], ReleasePage]


@pytest.fixture
def open_page(make_face, qtbot: QtBot) -> Iterator[Open]:
    """Turns to the Release page of a folder, and waits until it has looked."""

    def opened(folder: Path, language: str = "en") -> ReleasePage:
        client = fake_client.client()
        client.now.facts["release"] = {"folder": commands.SetReleaseFolder(folder=str(folder))}
        window = make_face(client, language=language).window
        window.show_page("release")
        page = window.release
        qtbot.waitUntil(lambda: page.week.isVisible() or page.way_in.isVisible(), timeout=20_000)
        return page

    return opened


@pytest.fixture
def page(open_page: Open, half: Publisher) -> ReleasePage:
    return open_page(half.folder)


def click(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isVisible(), button.text()
    assert button.isEnabled(), button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(page: ReleasePage, text: str) -> None:
    """Choose from the menu."""
    [action] = [one for one in page.menu.actions() if one.text() == text]
    assert action.isEnabled()
    action.trigger()


def fill(dialog: FormDialog, *texts: str) -> None:
    fields = [
        one for one in dialog.fields if hasattr(one, "setPlainText") or isinstance(one, QLineEdit)
    ]
    for field, text in zip(fields, texts, strict=False):
        (field.setText if isinstance(field, QLineEdit) else field.setPlainText)(text)


def done(qtbot: QtBot, page: ReleasePage, title: str = "") -> None:
    """Wait until the dialog has worked; `title`: of the one that follows."""

    def gone() -> bool:
        dialog = page.talk.dialog
        return (dialog.windowTitle() if dialog else "") == title

    qtbot.waitUntil(gone, timeout=30_000)


def answer_for_it(qtbot: QtBot, page: ReleasePage) -> None:
    click(qtbot, shown_button(qtbot, page.checks, "Answer for it…"))
    fill(page.talk.dialog, "Mei", "It is only a test")
    click(qtbot, page.talk.dialog.go)
    qtbot.waitUntil(page.sign.isEnabled, timeout=30_000)


def texts(page: ReleasePage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


# --- looking --------------------------------------------------------------------------------------


def test_the_page_shows_the_week_its_changes_checks_images_and_signatures(
    page: ReleasePage,
) -> None:
    said = texts(page)
    for part in (
        "Week 48 · Orange", "What this changes", "Stops the week · Acme Lamp 1.1.0", "Images",
        "What ships: Orange", "signed by train1", "As published",
    ):  # fmt: skip
        assert part in said


def test_what_cannot_be_done_yet_says_why(page: ReleasePage) -> None:
    for button in (page.sign, page.publish):
        assert not button.isEnabled()
        assert button.toolTip() == button.accessibleDescription() == "1 finding stands in the way."


def test_one_button_stands_out(qtbot: QtBot, page: ReleasePage, rooms: Rooms) -> None:
    def primary() -> list[str]:
        every = page.findChildren(QPushButton)
        return [
            one.text() for one in every if one.property("look") == "primary" and one.isVisible()
        ]

    assert primary() == []  # what comes next is to answer
    answer_for_it(qtbot, page)
    assert primary() == ["Sign with my key…"]
    rooms.sign_all(Publisher(page.room.folder))
    page.refresh()
    qtbot.waitUntil(page.publish.isEnabled, timeout=20_000)
    assert primary() == ["Publish…"]


def test_the_changes_are_copied_as_text(qtbot: QtBot, page: ReleasePage) -> None:
    click(qtbot, page.changes.copy)
    assert "AS EVERY WEEK" in QApplication.clipboard().text()


def test_details_of_an_image_can_be_copied(qtbot: QtBot, page: ReleasePage) -> None:
    click(qtbot, shown_button(qtbot, page.images, "Details…: Acme Lamp"))
    click(qtbot, page.talk.dialog.copy)
    assert page.talk.draft.images[0].sha256 in QApplication.clipboard().text()


def test_the_menu_offers_what_can_be_done_now(open_page: Open, published: Publisher) -> None:
    page = open_page(published.folder)
    can = {one.text() for one in page.menu.actions() if one.isEnabled()}
    assert {"Withdraw a week…", "Change keys without a week…"} <= can
    assert not {"Rings…", "Recall an image…", "Replace a key…"} & can


def test_a_folder_that_cannot_be_read_says_why_and_recovers(
    qtbot: QtBot, page: ReleasePage
) -> None:
    draft = page.room.folder / "draft.json"
    kept = draft.read_bytes()
    draft.write_bytes(b"{")
    page.refresh()
    qtbot.waitUntil(page.way_in.isVisible, timeout=20_000)
    assert not page.week.isVisible()
    assert not page.join.isVisible()
    draft.write_bytes(kept)
    click(qtbot, page.again)
    qtbot.waitUntil(page.week.isVisible, timeout=20_000)
    assert not page.way_in.isVisible()


# --- the week -------------------------------------------------------------------------------------


def test_a_week_is_opened_and_dropped(qtbot: QtBot, open_page: Open, published: Publisher) -> None:
    page = open_page(published.folder)
    click(qtbot, page.open)
    assert page.talk.dialog.values == ["2026-W49", Channel.ORANGE, True]
    fill(page.talk.dialog, "2026-W48")
    click(qtbot, page.talk.dialog.go)
    qtbot.waitUntil(page.drop.isVisible, timeout=20_000)
    assert published.draft().week == "2026-W48"
    click(qtbot, page.drop)
    click(qtbot, page.talk.dialog.go)
    qtbot.waitUntil(page.open.isVisible, timeout=20_000)
    assert published.draft() is None


def test_a_week_that_is_refused_keeps_what_was_typed(
    qtbot: QtBot, open_page: Open, published: Publisher
) -> None:
    page = open_page(published.folder)
    click(qtbot, page.open)
    dialog = page.talk.dialog
    fill(dialog, "2026-W01")
    click(qtbot, dialog.go)
    qtbot.waitUntil(dialog._wrong.isVisible, timeout=20_000)
    assert dialog.values[0] == "2026-W01"
    assert dialog.go.isEnabled()
    dialog.reject()


def test_who_answers_for_a_finding_is_shown(qtbot: QtBot, page: ReleasePage) -> None:
    answer_for_it(qtbot, page)
    assert "Mei answers for it: It is only a test" in texts(page)
    assert page.week.next.text().startswith("2 of build1, build2, build3 still have to sign")


def drop_on(page: ReleasePage, *files: Path) -> bool:
    """Drop files on the page; returns whether it takes them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    QApplication.sendEvent(page, enter)
    if enter.isAccepted():
        QApplication.sendEvent(page, QDropEvent(QPointF(9, 9), copy, data, left, none))
    return enter.isAccepted()


def test_dropped_files_become_images(qtbot: QtBot, page: ReleasePage, tmp_path: Path) -> None:
    files = [image(tmp_path, "0.1", model=model) for model in ("Dimmer", "Blind")]
    assert drop_on(page, *files)
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    assert [one.about.model for one in page.talk.draft.images] == ["Blind", "Dimmer", "Lamp"]


def test_no_file_is_taken_where_no_week_is_open(
    open_page: Open, published: Publisher, tmp_path: Path
) -> None:
    assert not drop_on(open_page(published.folder), image(tmp_path, "0.1"))


def test_what_a_file_does_not_say_is_told_in_the_dialog(
    qtbot: QtBot, page: ReleasePage, tmp_path: Path
) -> None:
    file = tmp_path / "plug.bin.gz"  # its header names no model
    file.write_bytes(demo_image("3.1", compressed=True))
    click(qtbot, page.add)
    dialog = page.talk.dialog
    assert not dialog.go.isEnabled()
    fill(dialog, str(file))
    click(qtbot, dialog.go)
    qtbot.waitUntil(dialog._wrong.isVisible, timeout=20_000)
    fill(dialog, str(file), "Acme", "Plug", "3.1", "A, B", "", "7", "60")
    click(qtbot, dialog.go)
    done(qtbot, page)
    about = next(one.about for one in page.talk.draft.images if one.about.model == "Plug")
    assert (about.vendor, about.version, about.hardware) == ("Acme", "3.1", ("A", "B"))
    assert (about.counter, about.come_back_s) == (7, 60)


def test_an_image_is_removed(qtbot: QtBot, page: ReleasePage) -> None:
    click(qtbot, shown_button(qtbot, page.images, "Remove: Acme Lamp"))
    qtbot.waitUntil(lambda: page.talk.draft.images == (), timeout=20_000)
    assert page.week.next.text() == "Add the images of this week."


def test_rings_are_filled_in_as_rows(qtbot: QtBot, page: ReleasePage) -> None:
    choose(page, "Rings…")
    dialog = page.talk.dialog
    click(qtbot, dialog.more)
    for row, values in zip(
        dialog.rows,
        (("lab", "5", "2026-11-28 18:00"), ("all", "100", "next Monday")),
        strict=True,
    ):
        for field, value in zip(row, values, strict=True):
            field.setText(value)
    click(qtbot, dialog.go)
    assert dialog._wrong.isVisible()  # next Monday is no date, and nothing typed is lost
    dialog.rows[1][2].setText("2026-11-30 18:00")
    click(qtbot, dialog.go)
    done(qtbot, page)
    assert [(one.name, one.percent, one.opens) for one in page.talk.draft.rings] == [
        ("lab", 5, 1_795_888_800),
        ("all", 100, 1_796_061_600),
    ]


def test_known_issues_come_and_go(qtbot: QtBot, page: ReleasePage) -> None:
    choose(page, "Known issues…")
    for field, value in zip(
        page.talk.dialog.rows[0], ("slow", "Slow.", "慢。", "Lamp, Plug"), strict=True
    ):
        field.setText(value)
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    [known] = page.talk.draft.known
    assert (known.id, known.models) == ("slow", ("Lamp", "Plug"))
    choose(page, "Known issues…")
    click(qtbot, shown_button(qtbot, page.talk.dialog, "Remove row 1"))
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    assert page.talk.draft.known == ()


def test_notes_and_reports_are_kept(qtbot: QtBot, page: ReleasePage) -> None:
    click(qtbot, page.notes)
    for field, text in zip(page.talk.dialog.fields, ("New.", "新的。"), strict=True):
        field.setPlainText(text)
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    choose(page, "Reports answered…")
    fill(page.talk.dialog, "r-1\nr-2")
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    assert page.talk.draft.notes["zh_CN"] == "新的。"
    assert page.talk.draft.fixes == ("r-1", "r-2")


def test_an_image_is_recalled(qtbot: QtBot, page: ReleasePage) -> None:
    choose(page, "Recall an image…")
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    assert len(page.talk.draft.recalled) == 1


def test_a_week_is_withdrawn(qtbot: QtBot, open_page: Open, published: Publisher) -> None:
    page = open_page(published.folder)
    choose(page, "Withdraw a week…")
    fill(page.talk.dialog, "It bricks lamps.", "会让灯变砖。")
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    assert page.talk.draft.withdrawn["en"] == "It bricks lamps."
    assert not page.images.isVisible()


def test_measuring_can_be_given_up(qtbot: QtBot, page: ReleasePage) -> None:
    choose(page, "Measure patches")
    dialog = page.talk.dialog
    assert isinstance(dialog, WaitDialog)
    click(qtbot, dialog.cancel)
    asked = page.room.deltas(lambda: False)  # waits for the first to end
    assert asked.result(60)
    assert not isinstance(page.talk.dialog, TextDialog)


# --- keys and people ------------------------------------------------------------------------------


def sign(qtbot: QtBot, page: ReleasePage, key: Path, words: str = WORDS) -> None:
    click(qtbot, page.sign)
    page.talk.dialog.place.setText(str(key))
    page.talk.dialog.passphrase.setText(words)
    click(qtbot, page.talk.dialog.go)


def test_a_week_is_signed_and_published(qtbot: QtBot, page: ReleasePage, rooms: Rooms) -> None:
    answer_for_it(qtbot, page)
    for name in ("build1", "build2", "train1", "train2"):
        sign(qtbot, page, rooms.key(name))
        done(qtbot, page)
    click(qtbot, page.publish)
    page.talk.dialog.place.setText(str(rooms.keys))
    page.talk.dialog.passphrase.setText(WORDS)
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    assert Publisher(page.room.folder).published.train(Channel.ORANGE).week == "2026-W48"
    assert page.open.isVisible()


def test_a_passphrase_leaves_its_field_when_it_is_used_and_no_log_has_it(
    qtbot: QtBot, page: ReleasePage, rooms: Rooms, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    answer_for_it(qtbot, page)
    sign(qtbot, page, rooms.key("build1"), "not the right words")
    dialog = page.talk.dialog
    assert dialog.passphrase.text() == ""
    qtbot.waitUntil(dialog._wrong.isVisible, timeout=20_000)
    assert dialog.place.text() == str(rooms.key("build1"))
    assert "not the right words" not in caplog.text
    dialog.passphrase.setText(WORDS)
    click(qtbot, dialog.go)
    done(qtbot, page)
    assert WORDS not in caplog.text


def test_the_timestamp_is_signed_anew(qtbot: QtBot, page: ReleasePage, rooms: Rooms) -> None:
    def version() -> int:
        roles = page.talk.seen.status.roles
        return next(one.version for one in roles if one.role == "timestamp")

    before = version()
    click(qtbot, page.stamp)
    page.talk.dialog.place.setText(str(rooms.keys))
    page.talk.dialog.passphrase.setText(WORDS)
    click(qtbot, page.talk.dialog.go)
    qtbot.waitUntil(lambda: version() > before, timeout=30_000)


@pytest.fixture
def mail(half: Publisher, tmp_path: Path) -> Path:
    desk = desk_of(half)
    try:
        return desk.send(tmp_path / "mail.orangery-event", with_images=True).result()
    finally:
        desk.close()


def test_what_is_open_is_sent_as_a_file(qtbot: QtBot, page: ReleasePage, tmp_path: Path) -> None:
    click(qtbot, page.send)
    assert page.talk.dialog.values[0].endswith("Acme-2026-W48.orangery-event")
    fill(page.talk.dialog, str(tmp_path / "out.orangery-event"))
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    assert (tmp_path / "out.orangery-event").stat().st_size > 0


def test_who_has_no_folder_joins_with_file_and_fingerprint(
    qtbot: QtBot, open_page: Open, half: Publisher, mail: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    page = open_page(tmp_path / "mine")
    assert not page.week.isVisible()
    click(qtbot, page.join)
    dialog = page.talk.dialog
    fill(dialog, str(mail), "00" * 32)
    click(qtbot, dialog.go)
    qtbot.waitUntil(dialog._wrong.isVisible, timeout=20_000)
    fill(dialog, str(mail), own_fingerprint(half))
    click(qtbot, dialog.go)
    done(qtbot, page, "What came")
    assert "What ships: Orange: train1" in page.talk.dialog.text.toPlainText()
    qtbot.waitUntil(page.week.isVisible, timeout=20_000)


def test_a_dropped_event_file_is_taken(qtbot: QtBot, page: ReleasePage, mail: Path) -> None:
    assert drop_on(page, mail)
    assert page.talk.dialog.values == [str(mail)]
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page, "What came")


def test_a_conflict_asks_which_of_the_two_is_kept(
    qtbot: QtBot, page: ReleasePage, half: Publisher, mail: Path, tmp_path: Path
) -> None:
    theirs = ReleaseDesk(tmp_path / "theirs", lambda: NOW)
    theirs.join(mail, own_fingerprint(half)).result()
    theirs.notes("Theirs.", "他们的。").result()
    file = theirs.send(tmp_path / "theirs.orangery-event", with_images=False).result()
    theirs.close()
    half.notes("Ours.", "我们的。")
    page.people.take(str(file))
    dialog = page.talk.dialog
    assert not dialog.other.isVisible()
    click(qtbot, dialog.go)
    qtbot.waitUntil(dialog.other.isVisible, timeout=20_000)
    assert half.draft().notes["en"] == "Ours."
    click(qtbot, dialog.other)
    done(qtbot, page, "What came")
    assert half.draft().notes["en"] == "Theirs."


def test_a_key_is_replaced_in_all_its_roles(
    qtbot: QtBot, open_page: Open, published: Publisher, rooms: Rooms
) -> None:
    page = open_page(published.folder)
    choose(page, "Change keys without a week…")
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    choose(page, "Replace a key…")
    name = page.talk.dialog.fields[0]
    name.setCurrentIndex(name.findText("root3"))
    fill(page.talk.dialog, str(rooms.keys / "spare.pub"))
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    staff = published.setup.staff
    for role in ("root", "targets"):
        assert "spare" in {key.name for key in staff[role].keys}
    assert "LOOK VERY CLOSELY" in texts(page)


def test_a_failure_after_the_dialog_is_gone_is_still_told(
    qtbot: QtBot, page: ReleasePage, rooms: Rooms
) -> None:
    answer_for_it(qtbot, page)
    sign(qtbot, page, rooms.key("build1"), "not the right words")
    page.talk.dialog.reject()
    window = page.window()
    qtbot.waitUntil(lambda: isinstance(window.dialog, ProblemDialog), timeout=20_000)
    window.dialog.close()


def test_the_fingerprint_is_shown_in_groups(
    qtbot: QtBot, page: ReleasePage, half: Publisher
) -> None:
    choose(page, "Fingerprint of the first root")
    qtbot.waitUntil(lambda: isinstance(page.talk.dialog, TextDialog), timeout=20_000)
    shown = page.talk.dialog.text.toPlainText()
    assert shown.replace(" ", "") == own_fingerprint(half)
