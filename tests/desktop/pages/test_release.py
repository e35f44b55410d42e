from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.demo.simulated.tasmota import demo_image
from desktop.dialogs.told import TextDialog, WaitDialog
from desktop.pages.release import ReleasePage
from firmware.publish import Publisher
from firmware.release import Channel
from tests.desktop.pages.buttons import shown_button
from tests.desktop.pages.release_steps import (
    answer_for_it,
    choose,
    click,
    done,
    drop_on,
    fill,
    texts,
)
from tests.desktop.release_rooms import Rooms, image

Open = Callable[..., ReleasePage]


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


def test_a_page_that_is_made_anew_lets_the_old_one_go(qtbot: QtBot, page: ReleasePage) -> None:
    old, window = page.room, page.window()
    window.build()  # as for another language

    def closed() -> bool:
        try:
            old.look()
        except RuntimeError:
            return True
        return False

    qtbot.waitUntil(closed, timeout=20_000)
    qtbot.waitUntil(window.page("release").week.isVisible, timeout=20_000)


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


def test_dropped_files_become_images(qtbot: QtBot, page: ReleasePage, tmp_path: Path) -> None:
    files = [image(tmp_path, "0.1", model=model) for model in ("Dimmer", "Blind")]
    assert drop_on(page, *files)
    click(qtbot, page.talk.dialog.go)
    done(qtbot, page)
    assert [one.about.model for one in page.talk.draft.images] == ["Blind", "Dimmer", "Lamp"]


def test_no_file_is_taken_where_no_week_is_open(
    open_page: Open, published: Publisher, tmp_path: Path
) -> None:
    page = open_page(published.folder)
    drop_on(page, image(tmp_path, "0.1"))  # the window says what it is instead
    assert page.talk.dialog is None
    assert not page.take_files([tmp_path / "Lamp-0.1.bin"])


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
