from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop import actions, book
from desktop.commands import SetReleaseFolder, SetStaff
from desktop.dialogs.shortcuts import ShortcutsDialog
from desktop.models.community import Section
from desktop.models.reporting import Step as ReportStep
from desktop.models.simple import Stage
from desktop.pages import triage as triage_page
from desktop.pages.release import ReleasePage
from desktop.pages.sections.policy import PolicyCard
from desktop.widgets.parts import Words
from desktop.window import Window
from desktop.wishes_devices import BACK_S
from firmware.publish import Publisher
from fleet.commands import Rename
from tests.desktop import big_house, fake_client, fake_voice
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_hub import HUB, FakeStaffClient
from tests.desktop.pages.cards import card_of

CONTROLS = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)


def controls(widget: QWidget) -> Iterator[QWidget]:
    for one in widget.findChildren(QWidget):
        inner = one.objectName().startswith("qt_") or one.parent().inherits("QComboBox")
        if isinstance(one, CONTROLS) and one.isVisible() and not inner:
            yield one


def nameless(widget: QWidget) -> list[str]:
    found = []
    for one in controls(widget):
        face = QAccessible.queryAccessibleInterface(one)
        if not face.text(QAccessible.Text.Name):
            found.append(f"{type(one).__name__} in {type(one.parent()).__name__}")
    return found


@pytest.fixture
def staffed(half: Publisher) -> FakeClient:
    """A house whose owner is release staff and staff of a hub too; its hub has told much."""
    client = fake_client.client(**fake_voice.facts())
    client.now.facts["staff"] = {"me": SetStaff(hub=HUB, name="Lin")}
    client.answers["StaffToken"] = "token"
    client.now.facts["release"] = {"folder": SetReleaseFolder(folder=str(half.folder))}
    return client


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the Triage page ask a hub made of values."""
    monkeypatch.setattr(triage_page, "StaffClient", lambda url, token: FakeStaffClient())


def turn(qtbot: QtBot, window: Window, page: str) -> None:
    """Show a page, and wait until it has something to show."""
    window.show_page(page)
    qtbot.waitUntil(window.current.is_ready, timeout=20_000)


@pytest.mark.parametrize("page", [*(page.name for page in book.ALL)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_control_has_a_name(
    make_face, qtbot: QtBot, staffed: FakeClient, page: str, language: str
) -> None:
    window = make_face(staffed, language=language).window
    window.devices.choose("d1")
    turn(qtbot, window, page)
    assert nameless(window) == []


def test_every_control_of_the_dialogs_has_a_name(window: Window, hear) -> None:
    window.report("d4")
    hear()
    assert nameless(window.dialog) == []
    window.dialog.close()
    window.deeds.enrol()
    assert nameless(window.dialog) == []
    window.dialog.close()
    window.tell(ValueError("x"))
    assert nameless(window.dialog) == []
    window.dialog.close()


def updates_dialogs(window: Window) -> Iterator[QDialog]:
    """Open one after the other the dialogs about updates."""
    for show in (
        lambda: window.show_plan(("d1", "d2", "d8")),
        lambda: window.undo(("d3",), ""),
        lambda: window.show_history("d4"),
    ):
        show()
        window.desk.bridge.take()
        yield window.dialog
        window.dialog.close()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_dialogs_about_updates_are_named_and_no_word_of_them_is_cut(
    make_face, qtbot: QtBot, client: FakeClient, language: str
) -> None:
    window = make_face(client, language=language).window
    for dialog in updates_dialogs(window):
        assert nameless(dialog) == []
        nothing_cut(qtbot, dialog)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("percent", [100, 150])
def test_no_word_of_the_plan_for_sixty_devices_is_cut(
    make_face, bigger_font, qtbot: QtBot, language: str, percent: int
) -> None:
    bigger_font(percent)
    face = make_face(big_house.client(), language=language)
    face.window.show_plan(tuple(big_house.devices()))
    face.desk.bridge.take()
    nothing_cut(qtbot, face.window.dialog)
    rows = [one for wave in face.window.dialog.sheet.waves for one in wave.rows]
    names = {one.accessibleName() for one in face.window.dialog.findChildren(QLabel)}
    assert {one.said for one in rows} <= names
    face.window.dialog.close()


def dialogs_of_staff(page: ReleasePage) -> Iterator[QWidget]:
    """Open one after the other every dialog of the Release page."""
    buttons = (page.take, page.drop, page.notes, page.send, page.add, page.stamp)
    deeds = [page.people.sign, page.people.publish, page.people.join, page.week_deeds.open_week]
    deeds += [button.click for button in buttons]
    found = page.talk.seen.findings[0]
    deeds.append(lambda: page.week_deeds.waive(found.code, found.sha256))
    deeds.append(lambda: page.week_deeds.details(page.talk.draft.images[0].path))
    deeds += [one.trigger for one in page.menu.actions() if one.text().endswith("…")]
    for deed in deeds:
        before = page.talk.dialog
        deed()
        if page.talk.dialog is before:  # an action that cannot be done now
            continue
        yield page.talk.dialog
        page.talk.dialog.reject()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_dialogs_of_staff_are_named_and_no_word_of_them_is_cut(
    make_face, qtbot: QtBot, staffed: FakeClient, language: str
) -> None:
    window = make_face(staffed, language=language).window
    turn(qtbot, window, "release")
    seen = 0
    for dialog in dialogs_of_staff(window.page("release")):
        assert nameless(dialog) == []
        nothing_cut(qtbot, dialog)
        seen += 1
    assert seen >= 20


def test_tab_reaches_every_button_of_the_release_page(
    make_face, qtbot: QtBot, staffed: FakeClient
) -> None:
    window = make_face(staffed).window
    turn(qtbot, window, "release")
    window.activateWindow()
    window.page("release").take.setFocus()
    reached: set[QWidget] = set()
    for _ in range(60):
        focused = QApplication.focusWidget()
        if focused in reached:
            break
        reached.add(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    every = {one for one in controls(window.page("release")) if one.isEnabled()}
    assert {one.accessibleName() for one in every - reached} == set()


@pytest.mark.parametrize("page", [*(page.name for page in book.ALL)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("percent", [100, 150])
def test_no_word_is_cut(  # noqa: PLR0917 - fixtures and parameters
    make_face,
    bigger_font,
    qtbot: QtBot,
    staffed: FakeClient,
    page: str,
    language: str,
    percent: int,
) -> None:
    bigger_font(percent)
    window = make_face(staffed, language=language).window
    window.resize(1280, 800)
    window.devices.choose("d1")
    turn(qtbot, window, page)
    if page == "settings":
        card_of(window, "updates", PolicyCard).more.click()
    nothing_cut(qtbot, window)


def nothing_cut(qtbot: QtBot, widget: QWidget) -> None:
    """Wait until it is laid out; fail with what is still cut then."""

    def looks_whole() -> None:
        assert cut(widget) == []

    qtbot.waitUntil(looks_whole)


def cut(window: QWidget) -> list[str]:
    found = []
    for one in window.findChildren(QWidget):
        if not one.isVisible() or not isinstance(one, QLabel | QAbstractButton) or not one.text():
            continue
        needed = one.sizeHint()
        if isinstance(one, Words):
            if one.heightForWidth(one.width()) > one.height():
                found.append(f"{one.text()!r} high {one.height()}")
        elif one.width() < needed.width() or one.height() < needed.height():
            found.append(f"{one.text()!r} {one.size().toTuple()} < {needed.toTuple()}")
    return found


def test_tab_walks_from_control_to_control_and_comes_round(qtbot: QtBot, window: Window) -> None:
    window.devices.choose("d1")
    window.activateWindow()
    window.devices.search.setFocus()
    seen: list[QWidget] = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        if focused is None or focused in seen:
            break
        seen.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    page = window.devices
    order = [page.search, *page.chips.values(), page.update_button, page.table]
    places = [seen.index(one) for one in order]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["updates", "reports", "messages", "map", "community", "settings"])
def test_actions_turn_the_pages(window: Window, name: str) -> None:
    window.actions_[name].trigger()
    assert window.stack.currentWidget() is window.page(name)
    assert window.rail.buttons[window.pages.index(name)].isChecked()


def test_a_page_of_staff_has_no_action_for_others(window: Window) -> None:
    assert not window.actions_["triage"].isEnabled()
    window.go("triage")
    assert window.shown == "devices"


def test_one_goes_back_and_forward_as_in_a_browser(window: Window) -> None:
    assert not window.actions_["back"].isEnabled()
    window.go("updates")
    window.go("devices", "d2")
    window.actions_["back"].trigger()
    assert window.shown == "updates"
    window.actions_["forward"].trigger()
    assert (window.shown, window.devices.selected()) == ("devices", ["d2"])
    assert not window.actions_["forward"].isEnabled()


def test_what_a_toast_tells_can_be_taken_back(window: Window, client: FakeClient, hear) -> None:
    undo = partial(window.desk.wishes.rename, "d1", "Lamp")
    window.desk.say("Renamed", undo)
    window.desk.say("Checked")  # nothing to take back here
    assert not window.toast.undo.isVisible()
    window.actions_["undo"].trigger()
    window.actions_["undo"].trigger()  # once only
    hear()
    assert client.sent == [Rename(device="d1", name="Lamp")]
    assert window.toast.text == "Undone: Renamed"


def test_keys_turn_the_pages_and_find_the_search(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.stack.currentWidget() is window.page("reports")
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.stack.currentWidget() is window.devices
    assert window.devices.search.hasFocus()


def test_a_click_on_the_rail_turns_the_page(qtbot: QtBot, window: Window) -> None:
    qtbot.mouseClick(window.rail.buttons[1], Qt.MouseButton.LeftButton)
    assert window.stack.currentWidget() is window.page("updates")


def test_the_rail_counts_what_waits(window: Window, client: FakeClient, hear) -> None:
    counts = {name: one.count for name, one in zip(window.pages, window.rail.buttons, strict=True)}
    assert {name: count for name, count in counts.items() if count} == {"updates": 5, "reports": 2}
    client.say(update={"d4": None}, fit={"d4": None})
    hear()
    assert window.rail.buttons[1].count == 4


def test_actions_are_on_only_where_they_can_be_done(window: Window) -> None:
    assert not window.actions_["update"].isEnabled()
    assert not window.actions_["rename"].isEnabled()
    window.devices.choose("d1")
    assert window.actions_["update"].isEnabled()
    assert window.actions_["rename"].isEnabled()
    window.devices._select(["d1", "d2"])
    assert not window.actions_["rename"].isEnabled()


def test_a_device_is_renamed(qtbot: QtBot, window: Window, client: FakeClient) -> None:
    window.devices.choose("d1")
    window.actions_["rename"].trigger()
    field = window.dialog.fields[0]
    assert field.text() == "Ceiling lamp"
    field.selectAll()
    qtbot.keyClicks(field, "Kitchen lamp")
    qtbot.mouseClick(window.dialog.go, Qt.MouseButton.LeftButton)
    (asked,) = client.of("Rename")
    assert (asked.device, asked.name) == ("d1", "Kitchen lamp")


def test_several_devices_get_one_room(qtbot: QtBot, window: Window, client: FakeClient) -> None:
    window.devices._select(["d1", "d2"])
    window.actions_["room"].trigger()
    window.dialog.fields[0].setText("Attic")
    qtbot.mouseClick(window.dialog.go, Qt.MouseButton.LeftButton)
    assert {(one.device, one.room) for one in client.of("SetRoom")} == {
        ("d1", "Attic"),
        ("d2", "Attic"),
    }


def test_forgetting_can_be_taken_back(window: Window, client: FakeClient, hear) -> None:
    window.devices.choose("d13")
    window.actions_["forget"].trigger()
    hear()
    (forgotten,) = client.of("Forget")
    assert (forgotten.device, forgotten.back_s) == ("d13", BACK_S)
    window.actions_["undo"].trigger()
    assert client.of("Restore")[0].device == "d13"


def test_chosen_rows_are_copied_as_text(window: Window, qapp: QApplication) -> None:
    window.devices._select(["d1", "d10"])
    window.actions_["copy"].trigger()
    lines = qapp.clipboard().text().splitlines()
    assert lines[0].split("\t")[0] == "Ceiling lamp"
    assert lines[1].split("\t")[2] == "14.4.1"


def test_the_sheet_lists_every_action_that_has_a_key(window: Window) -> None:
    window.actions_["shortcuts"].trigger()
    assert isinstance(window.dialog, ShortcutsDialog)
    told = {one.text() for one in window.dialog.findChildren(QLabel)}
    assert {known.text for known in actions.ALL if known.keys} <= told
    window.dialog.close()


def test_no_key_is_given_twice_where_both_could_be_meant() -> None:
    given = [(part, known.page) for known in actions.ALL for part in known.keys.split(", ") if part]
    everywhere = {part for part, page in given if not page}
    assert len(given) == len(set(given))
    assert not everywhere & {part for part, page in given if page}
    assert len({known.name for known in actions.ALL}) == len(actions.ALL)


def test_the_window_closes_its_dialog_and_leaves_no_word_behind(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.report("d1")
    hear()
    window.dialog.what.headline.setText("unfinished")
    window.close()
    assert client.of("SaveDraft")[-1].title == "unfinished"


def test_escape_closes_a_dialog(qtbot: QtBot, window: Window) -> None:
    window.tell(ValueError("x"))
    dialog: QDialog = window.dialog
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.dialog is None


def test_a_key_that_turns_the_page_leads_tab_onto_it(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert window.page("updates").isAncestorOf(QApplication.focusWidget())


def test_a_report_is_about_the_one_that_the_page_is_about(window: Window) -> None:
    window.go("updates")
    assert window.current.about() == "d4"  # the one that needs somebody
    window.actions_["report"].trigger()
    assert window.dialog.what.device == "d4"


def test_the_window_opens_where_it_was_closed(window: Window) -> None:
    window.resize(1100, 700)
    place = window.place()
    window.resize(1280, 800)
    window.put(place)
    assert window.height() == 700  # the offscreen screen is narrower than the window


def test_a_page_is_made_when_it_is_first_wanted(window: Window) -> None:
    assert window.stack.count() == 1
    window.show_page("updates")
    window.show_page("devices")
    window.show_page("updates")
    assert window.stack.count() == 2


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("section", Section)
def test_no_word_of_the_community_is_cut(
    make_face, qtbot: QtBot, staffed: FakeClient, language: str, section: Section
) -> None:
    window = make_face(staffed, language=language).window
    window.show_page("community")
    window.page("community").turn(section)
    assert nameless(window) == []
    nothing_cut(qtbot, window)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("stage", ["start", "device", "words", "done"])
def test_no_word_of_the_simple_view_is_cut(
    make_face, qtbot: QtBot, client: FakeClient, language: str, stage: str
) -> None:
    window = make_face(client, language=language).window
    window.show_simple(on=True)
    if stage != "start":
        window.simple._begin()
        window.simple._go(Stage(stage))
    assert nameless(window) == []
    nothing_cut(qtbot, window)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("percent", [100, 150])
def test_no_word_of_the_report_dialog_is_cut(
    make_face, bigger_font, qtbot: QtBot, language: str, percent: int
) -> None:
    bigger_font(percent)
    face = make_face(fake_client.client(), language=language)
    face.window.report("d4")
    dialog = face.window.dialog
    dialog.what.more.click()
    for step in ReportStep:
        dialog._show_step(step)
        face.desk.bridge.take()
        assert nameless(dialog) == []
        nothing_cut(qtbot, dialog)
    dialog.close()
