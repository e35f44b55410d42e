"""What becomes of a dropped file when its button is pressed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import move_out
from desktop.commands import SetReleaseFolder
from desktop.dialogs.carry_house import ImportDialog
from desktop.drop_deeds import DropDeeds
from desktop.dropped import Dropped, What, look
from desktop.models.dropped import Deed
from desktop.window import Window
from feedback.report import Report
from firmware.errors import TrustError
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW
from tests.desktop.homes import furnish

pytestmark = pytest.mark.qt_log_ignore("does not support raise")  # a screen that is nowhere


@pytest.fixture
def bundle(tmp_path: Path) -> Dropped:
    return Dropped(path=tmp_path / "week.bundle", what=What.BUNDLE, size=10)


def test_a_bundle_is_checked_and_its_week_is_shown(
    window: Window, client: FakeClient, hear, bundle: Dropped
) -> None:
    client.answers["CheckNow"] = fake_house.week()
    DropDeeds(window).show(bundle)
    window.dialog.buttons[Deed.CHECK].click()
    hear()
    (asked,) = client.of("CheckNow")
    assert (asked.source, asked.maker) == (str(bundle.path), "")
    assert window.shown == "updates"
    assert window.toast.text == "Week 48 holds and is taken."


def test_a_bundle_that_does_not_hold_is_told_in_two_steps(
    window: Window, client: FakeClient, hear, bundle: Dropped
) -> None:
    client.answers["CheckNow"] = TrustError("bundle_bad", why="gap", member="x")
    DropDeeds(window).do(bundle, Deed.CHECK)
    hear()
    assert window.dialog.sentence
    assert window.shown == "devices"
    window.dialog.close()


def test_where_there_are_several_makers_one_says_whose_week_it_is(
    window: Window, client: FakeClient, hear, bundle: Dropped
) -> None:
    channels = dict.fromkeys(("acme", "bora"), fake_house.Channel.ORANGE)
    window.desk.mirror.channels = lambda: channels
    client.answers["CheckNow"] = fake_house.week()
    DropDeeds(window).show(bundle)
    assert window.dialog.maker.isVisible()
    window.dialog.maker.setCurrentIndex(1)
    window.dialog.buttons[Deed.CHECK].click()
    hear()
    assert client.of("CheckNow")[0].maker == "bora"


def test_a_receipt_is_taken(window: Window, client: FakeClient, hear) -> None:
    receipt = Dropped(path=Path("r"), what=What.RECEIPT, text="{}")
    DropDeeds(window).do(receipt, Deed.TAKE_RECEIPT)
    hear()
    assert client.of("TakeReceipt")[0].receipt == "{}"


def test_a_makers_link_is_asked_about_before_it_is_taken(
    window: Window, client: FakeClient
) -> None:
    link = Dropped(path=Path("l"), what=What.MAKER, text="orangery:maker?name=x")
    DropDeeds(window).do(link, Deed.ADD_MAKER)
    assert window.dialog.values == [link.text]
    assert client.of("AddMakerLink") == []
    window.dialog.reject()


def test_a_link_is_followed(window: Window) -> None:
    DropDeeds(window).do(
        Dropped(path=Path("l"), what=What.LINK, text="orangery:device/d2"), Deed.FOLLOW
    )
    assert window.devices.selected() == ["d2"]


def test_a_picture_begins_a_report_that_it_goes_along_with(
    window: Window, client: FakeClient, hear, tmp_path: Path
) -> None:
    client.answers["SaveDraft"] = Report(id="p99", title="", text="", made=NOW)
    picture = tmp_path / "picture.png"
    DropDeeds(window).do(Dropped(path=picture, what=What.EVIDENCE), Deed.ATTACH)
    hear()
    hear()
    assert client.of("AttachFile")[0].path == str(picture)
    window.dialog.close()


def test_a_report_about_an_image_has_what_its_header_says(
    window: Window, client: FakeClient, hear, tmp_path: Path
) -> None:
    client.answers["SaveDraft"] = Report(id="p99", title="", text="", made=NOW)
    file = tmp_path / "lamp.bin"
    file.write_bytes(b"\xe9\x01\x02")
    DropDeeds(window).do(look(file), Deed.REPORT)
    hear()
    assert "SHA-256: " in client.of("SaveDraft")[0].text
    if window.dialog is not None:
        window.dialog.close()


def test_staff_add_an_image_once_the_release_page_has_read_its_folder(
    qtbot: QtBot, make_face, half, tmp_path: Path
) -> None:
    client = fake_client.client()
    client.now.facts["release"] = {"folder": SetReleaseFolder(folder=str(half.folder))}
    window = make_face(client).window
    image = Dropped(path=tmp_path / "lamp.bin", what=What.IMAGE)
    DropDeeds(window).do(image, Deed.ADD_TO_WEEK)
    assert window.shown == "release"
    page = window.page("release")
    qtbot.waitUntil(lambda: page.talk.dialog is not None, timeout=20_000)
    page.talk.dialog.reject()


def test_where_no_week_is_open_staff_are_told_so(
    qtbot: QtBot, make_face, published, tmp_path: Path
) -> None:
    client = fake_client.client()
    client.now.facts["release"] = {"folder": SetReleaseFolder(folder=str(published.folder))}
    window = make_face(client).window
    DropDeeds(window).do(Dropped(path=tmp_path / "x", what=What.IMAGE), Deed.ADD_TO_WEEK)
    qtbot.waitUntil(window.toast.isVisible, timeout=20_000)
    assert window.toast.text == "No week is open: open one first."


def test_a_house_is_looked_into_before_anything_is_taken(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "h.orangery.zip"
    move_out.write(furnish(tmp_path / "house"), file)
    DropDeeds(window).show(look(file))
    window.dialog.buttons[Deed.MOVE_IN].click()
    dialog = window.dialog
    assert isinstance(dialog, ImportDialog)
    qtbot.waitUntil(lambda: dialog.manifest is not None, timeout=20_000)
    dialog.close()
