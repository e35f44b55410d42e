from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from desktop.gui import Face
from desktop.pages.updates import UpdatesPage
from desktop.widgets.lines import LineWidget
from desktop.window import Window
from firmware.morning import Night
from firmware.plan import PRESETS
from firmware.release import FalseMirror, Standing
from fleet.errors import OrangeryError
from fleet.model import Availability, No, Rollout, RolloutState, UpdateState
from tests.desktop import fake_client, fake_house
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import ROLLOUT, WEEK, update
from tests.desktop.pages.buttons import shown_button


def page_of(window: Window) -> UpdatesPage:
    return window.page("updates")


def press(qtbot: QtBot, window: Window, name: str) -> None:
    qtbot.mouseClick(shown_button(qtbot, window.page("updates"), name), Qt.MouseButton.LeftButton)


def tick(window: Window, title: str):
    lines = window.page("updates").ready_lines.findChildren(LineWidget)
    return next(one._tick for one in lines if one._line.title == title)


def test_the_button_says_what_is_ticked_and_shows_what_just_that_would_do(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    assert window.page("updates").go.text() == "Update 3 devices"
    qtbot.mouseClick(tick(window, "Ceiling fan"), Qt.MouseButton.LeftButton)
    assert window.page("updates").go.text() == "Update 2 devices"
    qtbot.mouseClick(window.page("updates").go, Qt.MouseButton.LeftButton)
    hear()
    assert client.of("Foresee")[0].devices == ("d1", "d2")
    assert client.of("StartRollout") == []
    qtbot.mouseClick(window.dialog.go, Qt.MouseButton.LeftButton)
    assert client.of("StartRollout")[0].devices == ("d1", "d2")


def test_a_device_to_be_asked_first_is_ticked_by_keyboard_only_on_purpose(
    qtbot: QtBot, window: Window
) -> None:
    window.show_page("updates")
    box = tick(window, "Fridge plug")
    assert not box.isChecked()
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert window.page("updates").go.text() == "Update 4 devices"


def test_deeds_ask_the_house(qtbot: QtBot, window: Window, client: FakeClient) -> None:
    window.show_page("updates")
    press(qtbot, window, "Try again: Hall light")
    press(qtbot, window, "Stay on 1.122.2: Hall light")
    press(qtbot, window, "Cancel: Door sensor")
    press(qtbot, window, "Pause")
    assert client.of("RetryUpdate")[0].device == "d4"
    assert client.of("SkipVersion")[0].version == "1.128.0"
    assert client.of("CancelUpdate")[0].device == "d6"
    assert client.of("PauseRollout")[0].rollout == ROLLOUT


def test_the_plan_can_be_looked_at_without_starting_anything(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    press(qtbot, window, "Show the plan")
    hear()
    assert client.of("Foresee")[0].devices == ()
    assert not window.dialog.go.isVisible()
    window.dialog.close()


def test_a_stopped_rollout_asks_what_now_and_each_answer_is_for_the_right_one(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    halted = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, device="d4")
    done = update("d3", UpdateState.DONE, version_to="1.128.0", version_from="1", back="yes")
    client.say(rollout={ROLLOUT: halted}, update={"d3": done})
    hear()
    question = "Week 48 stopped at Hall light"
    press(qtbot, window, f"Go on with the others: {question}")
    press(qtbot, window, f"Try again: {question}")
    assert client.of("ResumeRollout")[0].rollout == ROLLOUT
    assert client.of("RetryUpdate")[0].device == "d4"
    press(qtbot, window, f"Take 1 back: {question}")
    qtbot.mouseClick(window.dialog.go, Qt.MouseButton.LeftButton)
    assert client.of("UndoUpdate")[0].rollout == ROLLOUT
    window.dialog.close()
    press(qtbot, window, f"Report a problem: {question}")
    hear()
    assert window.dialog.what.device == "d4"
    window.dialog.close()


def test_one_device_goes_back_only_after_a_question(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    done = update("d3", UpdateState.DONE, version_to="1.128.0", version_from="1.122.2", back="yes")
    client.say(update={"d3": done})
    hear()
    press(qtbot, window, "Back to 1.122.2: Stair light")
    assert client.of("UndoUpdate") == []
    qtbot.mouseClick(window.dialog.go, Qt.MouseButton.LeftButton)
    hear()
    assert client.of("UndoUpdate")[0].devices == ("d3",)
    assert window.dialog is None


def test_the_night_is_told_and_forgotten_after_a_day_and_a_half(
    face: Face, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    night = Night(begin=fake_house.NOW - 50_000, end=fake_house.NOW - 30_000, done=("d3",))
    client.say(night={"last": night})
    hear()
    assert window.page("updates").night.isVisible()
    face.desk.clock = lambda: night.end + 37 * 3600
    window.page("updates").refresh()
    assert not window.page("updates").night.isVisible()


def test_check_now_says_that_it_looks_and_what_came_of_it(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    client.answers["CheckNow"] = fake_client.PENDING
    window.actions_["check"].trigger()
    assert window.page("updates").check.text() == "Checking…"
    assert not window.page("updates").check.isEnabled()


def test_a_failed_check_is_told_in_two_steps(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    client.answers["CheckNow"] = OrangeryError("mirror_unreachable", fact="timed out")
    window.actions_["check"].trigger()
    hear()
    assert window.page("updates").check.isEnabled()
    assert window.dialog.sentence
    assert not window.dialog._details.isVisible()
    qtbot.mouseClick(window.dialog.more, Qt.MouseButton.LeftButton)
    assert "code: mirror_unreachable" in window.dialog._details.toPlainText()
    window.dialog.close()


def test_a_release_that_is_not_verified_turns_the_page_into_one_card(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.devices.choose("d1")
    assert window.devices.updatable() == ["d1"]
    window.show_page("updates")
    client.say(trust={"acme": Standing(maker="acme", code="mirror_rolled_back")})
    hear()
    page = window.page("updates")
    assert page.trouble.isVisible()
    assert not page.week.isVisible()
    assert not page.ready.isVisible()
    assert not page.go.isVisible()
    assert not window.devices.updatable()


def test_progress_moves_in_place(window: Window, client: FakeClient, hear) -> None:
    window.show_page("updates")
    before = window.page("updates").running_lines.findChildren(LineWidget)
    client.say(update={"d5": update("d5", UpdateState.TRANSFERRING, version_from="14.3.0",
                                    version_to="14.4.1", percent=80.0, canary=True)})  # fmt: skip
    hear()
    assert window.page("updates").running_lines.findChildren(LineWidget) == before
    assert before[0]._bar.value() == 80


def test_nothing_to_do_is_said_plainly(make_face) -> None:
    window = make_face(fake_client.client(update={}, fit={}, rollout={})).window
    window.show_page("updates")
    assert window.page("updates").all_well.isVisible()
    assert "next release" in window.page("updates").well_text.text()


def test_a_house_that_never_looked_is_told_to(make_face) -> None:
    window = make_face(fake_client.client(week={}, trust={}, fit={}, update={})).window
    window.show_page("updates")
    assert window.page("updates").trouble.isVisible()
    assert "Check now" in window.page("updates").trouble._hint.text()


def test_who_signed_is_opened_and_closed(qtbot: QtBot, window: Window) -> None:
    window.show_page("updates")
    signers = window.page("updates").week._signers
    assert not signers.isVisible()
    press(qtbot, window, "Who signed it")
    assert signers.isVisible()
    assert "train-orange" in signers.text()


def test_the_reasons_of_all_the_others_are_one_click_away(qtbot: QtBot, window: Window) -> None:
    window.show_page("updates")
    lines = window.page("updates").misfit_lines
    assert len(lines.findChildren(LineWidget)) == 2
    press(qtbot, window, "Show why")
    titles = {one._line.title for one in lines.findChildren(LineWidget)}
    assert titles == {"Hall camera", "Thermostat", "Desk plug", "Strip light", "Blinds"}
    assert all(one._line.text for one in lines.findChildren(LineWidget))


def test_the_page_says_by_itself_that_the_week_has_expired(face: Face) -> None:
    window = face.window
    window.show_page("updates")
    page = window.page("updates")
    assert page.go.isVisible()
    face.desk.clock = lambda: fake_house.week().expires
    page._timer.timeout.emit()
    assert page.trouble.isVisible()
    assert page.trouble._title.text() == "This week is too old"
    assert not page.go.isVisible()
    assert not page.week.isVisible()


def test_notices_stand_beside_the_week_and_go_again(
    window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    lie = FalseMirror(url="https://b.example", code="metadata_mixed", since=fake_house.NOW)
    good = {"maker": "acme", "week": fake_house.week(), "checked": fake_house.NOW}
    client.say(trust={"acme": Standing(**good, false_mirrors=(lie,))})
    hear()
    notices = window.page("updates").week._notices
    assert notices.isVisible()
    assert "https://b.example" in notices.shown[0].text
    client.say(trust={"acme": Standing(**good)})
    hear()
    assert not notices.isVisible()


def test_a_paused_rollout_has_no_go_on_while_trust_fails(
    window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    paused = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.PAUSED)
    client.say(rollout={ROLLOUT: paused})
    hear()
    assert window.page("updates").pause.isVisible()
    client.say(trust={"acme": Standing(maker="acme", code="metadata_mixed")})
    hear()
    assert not window.page("updates").pause.isVisible()


def test_the_button_says_that_a_sleeper_comes_later(
    window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    asleep = replace(client.now.devices["d8"], availability=Availability.SLEEPING)
    client.say(asleep)
    hear()
    page_of(window)._soon.timeout.emit()
    assert page_of(window).go.text() == "Update 2 of 3 (1 is asleep)"


def test_all_are_ticked_at_once_and_none(qtbot: QtBot, window: Window) -> None:
    window.show_page("updates")
    press(qtbot, window, "Tick all")
    assert page_of(window).go.text() == "Update 4 devices"
    press(qtbot, window, "Untick all")
    assert not page_of(window).go.isEnabled()


def test_one_part_of_the_week_is_open_at_a_time(qtbot: QtBot, window: Window) -> None:
    window.show_page("updates")
    week = page_of(window).week
    assert week._notes.isVisible()
    press(qtbot, window, "What to test this week")
    assert week._tests.isVisible()
    assert not week._notes.isVisible()
    press(qtbot, window, "What's new")
    assert week._notes.isVisible()


def test_the_week_is_paused_on_its_own_card(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    press(qtbot, window, "Pause this week")
    assert client.of("PauseRollout")[0].rollout == ROLLOUT
    client.say(rollout={ROLLOUT: Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.PAUSED)})
    hear()
    press(qtbot, window, "Go on with this week")
    assert client.of("ResumeRollout")[0].rollout == ROLLOUT


def test_a_week_that_has_not_begun_is_left_out_and_taken_in_again(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    client.say(rollout={ROLLOUT: None}, update={"d5": None, "d6": None})
    hear()
    press(qtbot, window, "Leave this week out")
    hear()
    asked = client.of("SkipVersion")
    assert ("d8", "2026.11.1", True) in [(one.device, one.version, one.skip) for one in asked]
    window.actions_["undo"].trigger()
    again = client.of("SkipVersion")[len(asked) :]
    assert [one.skip for one in again] == [False] * len(asked)


def test_what_was_refused_says_how_it_was_tried_and_what_to_do(
    window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    failed = update(
        "d4", UpdateState.FAILED, version_to="1.128.0", way="url", dialect="native",
        reason="device_refused", refused=(No("native", "no_way_to_install"),),
    )  # fmt: skip
    client.say(update={"d4": failed})
    hear()
    (line,) = [
        one._line
        for one in page_of(window).needs_lines.findChildren(LineWidget)
        if one._line.key == "d4"
    ]
    assert "Tried: it fetches the file from this computer (native)." in line.text
    assert "In native: We know no way to bring a file to this device." in line.text


def test_a_failure_of_trust_can_be_reported(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.show_page("updates")
    client.say(trust={"acme": Standing(maker="acme", code="mirror_rolled_back")})
    hear()
    press(qtbot, window, "Report a problem")
    assert window.dialog is not None
    window.dialog.close()


def test_the_record_of_all_updates_is_one_click_away(qtbot: QtBot, window: Window, hear) -> None:
    window.show_page("updates")
    press(qtbot, window, "History")
    hear()
    assert window.dialog.windowTitle() == "All updates of this home"
    window.dialog.close()


def test_how_many_go_at_once_stands_above_what_runs(window: Window, client, hear) -> None:
    window.show_page("updates")
    assert page_of(window).pace.text() == "one at a time behind each gateway"
    client.say(plan={"house": PRESETS["every_night"]})
    hear()
    assert "next hours tomorrow 01:00 until tomorrow 05:00" in page_of(window).pace.text()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("percent", [100, 150])
def test_nothing_stands_beyond_the_edge(  # noqa: PLR0917 - fixtures and parameters
    make_face, bigger_font, qtbot: QtBot, client: FakeClient, language: str, percent: int
) -> None:
    bigger_font(percent)
    window = make_face(client, language=language).window
    window.resize(1280, 800)
    window.show_page("updates")
    (area,) = [one for one in page_of(window).findChildren(QScrollArea) if one.isVisible()]
    qtbot.waitUntil(lambda: area.widget().minimumSizeHint().width() <= area.viewport().width())
