from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.dialogs.problem import ProblemDialog
from desktop.dialogs.told import TextDialog
from desktop.pages.release import ReleasePage
from desktop.release_desk import ReleaseDesk
from firmware.exchange import own_fingerprint
from firmware.publish import Publisher
from firmware.release import Channel
from tests.desktop.fake_house import NOW
from tests.desktop.pages.release_steps import (
    answer_for_it,
    choose,
    click,
    done,
    drop_on,
    fill,
    texts,
)
from tests.desktop.release_rooms import Rooms, desk_of
from tests.firmware.makers import WORDS

Open = Callable[..., ReleasePage]


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
    qtbot.waitUntil(lambda: "LOOK VERY CLOSELY" in texts(page))


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
