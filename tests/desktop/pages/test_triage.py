from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.commands import SetStaff
from desktop.pages import triage as page_module
from desktop.pages.sections.hub_staff import HubStaffCard
from desktop.pages.triage import TriagePage
from desktop.window import Window
from feedback.wire import ClockName, HubError, Solution
from feedback.wire_triage import Queue
from tests.desktop import fake_client
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import NOW
from tests.desktop.fake_hub import HUB, FakeStaffClient
from tests.desktop.pages.buttons import shown_button
from tests.desktop.pages.cards import card_of


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> FakeStaffClient:
    made = FakeStaffClient()
    monkeypatch.setattr(page_module, "StaffClient", lambda url, token: made)
    return made


@pytest.fixture
def staffed() -> FakeClient:
    """A house whose owner is staff of a hub too."""
    client = fake_client.client()
    client.now.facts["staff"] = {"me": SetStaff(hub=HUB, name="Lin")}
    client.answers["StaffToken"] = "token"
    return client


@pytest.fixture
def page(
    make_face, staffed: FakeClient, hub: FakeStaffClient, qtbot: QtBot
) -> Iterator[TriagePage]:
    window: Window = make_face(staffed).window
    window.activateWindow()
    window.show_page("triage")
    made = window.page("triage")
    qtbot.waitUntil(lambda: made.sheet.shown is not None)
    yield made
    made.leave()


def press(qtbot: QtBot, page: TriagePage, key: Qt.Key) -> None:
    page.list.setFocus()
    qtbot.keyClick(page.list, key)


def fill(qtbot: QtBot, page: TriagePage, *values: str) -> None:
    for field, value in zip(page.dialog.fields, values, strict=False):
        put = field.setText if isinstance(field, QLineEdit) else field.setPlainText
        put(value or "Title")
    qtbot.mouseClick(page.dialog.go, Qt.MouseButton.LeftButton)


def told(qtbot: QtBot, page: TriagePage, hub: FakeStaffClient) -> list:
    page.do_held()
    qtbot.waitUntil(lambda: bool(hub.told))
    return hub.told


def texts(page: TriagePage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel))


def test_only_staff_have_the_page(window: Window) -> None:
    assert "triage" not in window.pages
    window.actions_["triage"].trigger()
    assert window.stack.currentWidget() is window.devices


def test_the_most_urgent_cluster_is_shown_first(page: TriagePage) -> None:
    assert page.chosen == "c1"
    assert "Plug gets hot while charging" in texts(page)
    assert "5 min late" in texts(page)
    assert "Answered today: Lin 12 · Mo 7" in texts(page)


def test_a_key_goes_to_the_next_most_urgent(qtbot: QtBot, page: TriagePage) -> None:
    press(qtbot, page, Qt.Key.Key_N)
    assert page.chosen == "c2"
    qtbot.waitUntil(lambda: page.sheet.shown.id == "c2")
    press(qtbot, page, Qt.Key.Key_N)
    assert page.chosen == "c1"


def test_an_answer_waits_half_a_minute_and_says_so(
    qtbot: QtBot, page: TriagePage, hub: FakeStaffClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(qtbot, page, Qt.Key.Key_W)
    fill(qtbot, page, "Please unplug it.")
    assert page.bar.isVisible()
    assert page.bar.words.text() == "In 30 s: Answer: Plug gets hot while charging"
    assert hub.told == []
    monkeypatch.setattr(page._desk, "clock", lambda: NOW + 30)
    page._ripen()
    qtbot.waitUntil(lambda: bool(hub.told))
    path, said = hub.told[0]
    assert (path, said.text, said.solution) == ("c1/answer", "Please unplug it.", Solution.NONE)
    assert not page.bar.isVisible()


def test_an_act_that_is_undone_never_reaches_the_hub(
    qtbot: QtBot, page: TriagePage, hub: FakeStaffClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(qtbot, page, Qt.Key.Key_D)
    fill(qtbot, page, "No.")
    qtbot.keyClick(page.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    monkeypatch.setattr(page._desk, "clock", lambda: NOW + 60)
    page._ripen()
    assert page.held.waiting == ()
    assert hub.told == []


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        (Qt.Key.Key_Q, ("c1/ask", ("Which plug?",))),
        (Qt.Key.Key_P, ("c1/plan", ())),
        (Qt.Key.Key_G, ("c1/grade", ())),
        (Qt.Key.Key_R, ("c1/reproduced", ())),
        (Qt.Key.Key_M, ("c1/merge", ())),
        (Qt.Key.Key_D, ("c1/decline", ("It is as it should be.",))),
        (Qt.Key.Key_T, ("c1/assign", ("Mo",))),
        (Qt.Key.Key_I, ("c1/invalid", ("It was the cable.",))),
        (Qt.Key.Key_L, ("c1/words", ("", "", "插座发热"))),
        (Qt.Key.Key_K, ("c1/known", ("", "Unplug it.", "插座发热", "请拔下"))),
    ],
)
def test_every_act_is_done_by_its_key(
    qtbot: QtBot, page: TriagePage, hub: FakeStaffClient, key: Qt.Key, asked: tuple
) -> None:
    path, values = asked
    press(qtbot, page, key)
    fill(qtbot, page, *values)
    assert told(qtbot, page, hub)[0][0] == path


def test_why_a_promise_was_broken_is_said_of_that_one(
    qtbot: QtBot, page: TriagePage, hub: FakeStaffClient
) -> None:
    press(qtbot, page, Qt.Key.Key_E)
    promise, reason = page.dialog.fields
    assert promise.currentText() == "A named person, due 14:05"
    reason.setPlainText("Two of us were ill.")
    qtbot.mouseClick(page.dialog.go, Qt.MouseButton.LeftButton)
    path, said = told(qtbot, page, hub)[0]
    assert (path, said.clock, said.round) == ("c1/breach", ClockName.NAMED, 1)
    assert said.text == "Two of us were ill."


def test_taking_it_on_needs_no_dialog(qtbot: QtBot, page: TriagePage, hub: FakeStaffClient) -> None:
    press(qtbot, page, Qt.Key.Key_A)
    assert told(qtbot, page, hub)[0][0] == "c1/acknowledge"


def test_reports_that_are_ticked_are_split_off(
    qtbot: QtBot, page: TriagePage, hub: FakeStaffClient
) -> None:
    press(qtbot, page, Qt.Key.Key_S)
    page.dialog.fields[0].setText("Another thing")
    page.dialog.fields[2].setChecked(True)
    qtbot.mouseClick(page.dialog.go, Qt.MouseButton.LeftButton)
    path, said = told(qtbot, page, hub)[0]
    assert (path, said.title, said.reports) == ("c1/split", "Another thing", ("c1-r1",))


def test_a_merge_of_long_ago_is_undone_in_the_history(
    qtbot: QtBot, page: TriagePage, hub: FakeStaffClient
) -> None:
    qtbot.mouseClick(shown_button(qtbot, page, "Undo"), Qt.MouseButton.LeftButton)
    path, said = told(qtbot, page, hub)[0]
    assert (path, said.move) == ("c1/undo", "m1")


def test_points_are_seen_before_they_are_paid(qtbot: QtBot, page: TriagePage) -> None:
    press(qtbot, page, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: page.dialog is not None)
    assert "robin · 30 points · bug_major · waits until it is confirmed" in (
        page.dialog.text.toPlainText()
    )
    page.dialog.close()


def test_a_report_is_read_as_its_house_sent_it(qtbot: QtBot, page: TriagePage) -> None:
    page._read("c1-r0")
    qtbot.waitUntil(lambda: page.dialog is not None)
    assert '{"title":"as it was sent"}' in page.dialog.text.toPlainText()
    page.dialog.close()


def test_my_own_part_of_the_queue_is_asked_for(
    qtbot: QtBot, page: TriagePage, hub: FakeStaffClient
) -> None:
    page.chips["mine"].click()
    qtbot.waitUntil(lambda: ("/v1/staff/queue", {"owner": "Lin"}) in hub.asked)
    page.chips["all"].click()
    qtbot.waitUntil(lambda: ("/v1/staff/queue", {"state": "all"}) in hub.asked)


def test_an_empty_queue_is_good_news(qtbot: QtBot, page: TriagePage, hub: FakeStaffClient) -> None:
    hub.queue = Queue(clusters=(), nudges=(), today=(), hub_time=NOW)
    page.refresh()
    qtbot.waitUntil(lambda: "Nothing is owed" in texts(page))
    assert not page.acts.buttons["answer"].isEnabled()


def test_a_hub_that_is_away_is_said_and_what_was_seen_stays(
    qtbot: QtBot, page: TriagePage, hub: FakeStaffClient
) -> None:
    hub.error = HubError("hub_unreachable", url=HUB, fact="x")
    page.refresh()
    qtbot.waitUntil(page._wrong.isVisible)
    assert page.sheet.shown.id == "c1"


def test_whoever_leaves_the_window_leaves_no_act_undone(
    qtbot: QtBot, page: TriagePage, hub: FakeStaffClient
) -> None:
    press(qtbot, page, Qt.Key.Key_A)
    page.window().close()
    qtbot.waitUntil(lambda: bool(hub.told))


def test_staff_sign_in_and_leave_in_settings(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    card = card_of(window, "staff", HubStaffCard)
    card.join.click()
    for field, value in zip(card.dialog.fields, (HUB, "Lin", "secret"), strict=True):
        field.setText(value)
    qtbot.mouseClick(card.dialog.go, Qt.MouseButton.LeftButton)
    (asked,) = client.of("SetStaff")
    assert (asked.hub, asked.name, asked.token) == (HUB, "Lin", "secret")
    client.say(staff={"me": SetStaff(hub=HUB, name="Lin")})
    hear()
    assert "triage" in window.pages
    card_of(window, "staff", HubStaffCard).leave.click()
    assert client.of("SetStaff")[-1].hub == ""
