"""The window among several people: who is here, whom to ask, and a claim nobody may miss."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from desktop.build import Packaged
from desktop.dialogs.who import WhoDialog
from desktop.members_commands import Lock
from desktop.program_commands import RestartProgram
from fleet.errors import CommandError
from tests.desktop.household import CLAIM, HEIRS, NOBODY, PEOPLE, family, here
from tests.desktop.scene_house import program


@pytest.fixture
def open_as(make_face):
    """Open a window at which this member is."""

    def opened(key="a", **facts):
        client = family(key, **facts)
        face = make_face(client)
        face.desk.bridge.take()
        return face, client

    return opened


def test_a_home_without_members_asks_nobody_who_they_are(window, client):
    assert not window.company.who.isVisible()
    assert client.of("WhoIsHere") == []
    window.company.ask()
    assert window.shown == "settings"
    assert window.current.section == "members"


def test_the_rail_says_who_is_here(open_as):
    face, _ = open_as("c")
    assert face.window.company.who.accessibleName() == "Who is here: Chen"
    assert face.window.company.who.toolTip() == "Member"


def test_the_rail_asks_where_nobody_has_said(open_as):
    face, _ = open_as("")
    face.window.company.who.click()
    assert isinstance(face.window.dialog, WhoDialog)
    assert not face.window.dialog.nobody.isVisible()


def test_what_one_may_not_is_off_and_says_whom_to_ask(open_as):
    face, _ = open_as("d")
    for name in ("update", "forget", "rename"):
        assert not face.window.actions_[name].isEnabled()
    assert face.window.actions_["check"].toolTip() == "Ask Chen, Bo, Ana."
    assert face.window.actions_.why_not("forget") == "Ask Bo, Ana."
    assert face.window.actions_["report"].isEnabled()


def test_a_child_has_no_page_of_messages(open_as):
    face, _ = open_as("d")
    assert "messages" not in face.window.pages
    face.desk.presence.enter("a", "7405", lambda: None, lambda _: None)
    face.desk.bridge.take()
    assert "messages" in face.window.pages
    assert face.window.actions_["check"].isEnabled()


def test_a_refusal_is_told_with_a_way_to_be_another(open_as):
    face, client = open_as("d")
    face.window.tell(CommandError("member_may_not", name="Dan", who="Bo, Ana", right="forget"))
    dialog = face.window.dialog
    assert isinstance(dialog, WhoDialog)
    dialog.choose("c")
    dialog.go.click()
    face.desk.bridge.take()
    assert client.of("SignIn")[-1].member == "c"
    assert face.window.company.who.accessibleName() == "Who is here: Chen"


def test_another_error_is_told_as_before(open_as):
    face, _ = open_as("d")
    face.window.tell(CommandError("unknown_device", device="x"))
    assert not isinstance(face.window.dialog, WhoDialog)


def test_a_pin_is_typed_and_forgotten(open_as):
    face, client = open_as("d")
    face.window.company.ask()
    dialog = face.window.dialog
    dialog.choose("a")
    dialog.go.click()
    assert client.of("SignIn") == []  # without the PIN nothing is asked
    dialog.pin.setText("7405")
    dialog.go.click()
    assert client.of("SignIn")[-1].pin == "7405"
    assert dialog.pin.text() == ""


def test_a_wrong_pin_is_said_and_can_be_typed_again(open_as):
    face, client = open_as("d")
    client.answers["SignIn"] = CommandError("pin_wrong", name="Ana", left=4)
    face.window.company.ask()
    dialog = face.window.dialog
    dialog.choose("a")
    dialog.pin.setText("9999")
    dialog.go.click()
    face.desk.bridge.take()
    assert dialog.isVisible()
    assert "That is not the PIN of Ana." in dialog._wrong.text()
    assert dialog.go.isEnabled()


def test_nobody_can_be_here_on_purpose(open_as):
    face, client = open_as("a")
    face.window.company.ask()
    face.window.dialog.nobody.click()
    face.desk.bridge.take()
    assert client.of("SignOut")
    assert face.window.company.who.accessibleName() == "Who is here: Who is here?"


def test_who_was_here_last_and_has_no_pin_is_taken_to_be_here(make_face, qapp):
    client = family("")
    face = make_face(client)
    face.desk.memory.put("who", "c")
    face.desk.presence.ask()
    face.desk.bridge.take()
    face.desk.bridge.take()
    assert client.of("SignIn")[-1].member == "c"


def test_who_has_a_pin_is_asked_again_at_the_next_start(make_face):
    client = family("")
    face = make_face(client)
    face.desk.memory.put("who", "a")
    face.desk.presence.ask()
    face.desk.bridge.take()
    assert client.of("SignIn") == []


def test_a_member_who_was_removed_is_not_here_any_more(open_as):
    face, client = open_as("c")
    client.answers["WhoIsHere"] = NOBODY
    client.say(person={"c": None})
    face.desk.bridge.take()
    face.desk.bridge.take()
    assert not face.window.actions_["check"].isEnabled()


def test_an_elder_is_shown_the_simple_view_and_who_comes_after_everything(open_as):
    face, _ = open_as("e")
    assert face.window.is_simple
    face.desk.presence.enter("a", "7405", lambda: None, lambda _: None)
    face.desk.bridge.take()
    assert not face.window.is_simple


def test_a_window_nobody_touches_asks_who_is_here(open_as):
    face, client = open_as("a", lock={"home": Lock(after_s=300.0)})
    presence = face.desk.presence
    assert presence._idle.interval() == 300_000
    presence._idle.timeout.emit()
    face.desk.bridge.take()
    assert client.of("SignOut")
    assert isinstance(face.window.dialog, WhoDialog)


def test_a_key_begins_the_time_anew(open_as, qtbot):
    face, _ = open_as("a", lock={"home": Lock(after_s=300.0)})
    idle = face.desk.presence._idle
    idle.stop()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QApplication.sendEvent(face.window, key)
    assert idle.isActive()


def test_a_window_that_has_gone_asks_nobody_who_is_here(open_as):
    face, _ = open_as("a", lock={"home": Lock(after_s=300.0)})
    assert face.desk.presence._idle.isActive()
    face.desk.presence.close()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QApplication.sendEvent(face.window, key)  # in another window of the program
    assert not face.desk.presence._idle.isActive()


def test_nobody_is_locked_out_who_has_no_pin(open_as):
    face, _ = open_as("c", lock={"home": Lock(after_s=300.0)})
    assert not face.desk.presence._idle.isActive()


# --- another version lies in its place ---


def test_what_was_exchanged_stands_above_every_page_and_one_tap_begins_again(open_as):
    now = program(packaged=Packaged.DEB, root="", exchanged="0.3.0")
    face, client = open_as("a", program={"here": now})
    strip = face.window.company.exchanged
    assert strip.isVisible()
    assert strip.words.text() == "A new version of Orangery was installed while this one runs"
    strip.again.click()
    assert RestartProgram() in client.sent
    client.say(program={"here": program(packaged=Packaged.DEB, root="")})
    face.desk.bridge.take()
    assert not strip.isVisible()


# --- a claim ---


def test_a_claim_stands_above_every_page_and_one_tap_refuses_it(open_as):
    face, client = open_as("a", heirs={"home": HEIRS}, claim={"home": CLAIM})
    banner = face.window.company.banner
    assert banner.isVisible()
    assert banner.words.text() == "Heirs claim this home: it is theirs in 12 days"
    banner.no.click()
    assert client.of("DenyClaim")
    client.say(claim={"home": replace(CLAIM, denied_at=1.0)})
    face.desk.bridge.take()
    assert not banner.isVisible()


def test_it_stands_above_the_simple_view_too(open_as):
    face, _ = open_as("e", claim={"home": CLAIM})
    assert face.window.is_simple
    assert not face.window.company.banner.isHidden()


def test_who_may_not_refuse_it_is_told_whom_to_ask(open_as):
    face, _ = open_as("b", claim={"home": CLAIM})
    assert not face.window.company.banner.no.isEnabled()
    assert face.window.company.banner.no.toolTip() == "Ask Ana."


def test_a_claim_that_begins_is_seen_at_once(open_as):
    face, client = open_as("a")
    assert not face.window.company.banner.isVisible()
    client.say(claim={"home": CLAIM})
    face.desk.bridge.take()
    assert not face.window.company.banner.isHidden()


def test_time_that_does_not_count_is_said(open_as):
    face, _ = open_as("a", claim={"home": replace(CLAIM, skipped_s=3 * 86_400.0)})
    assert "do not count" in face.window.company.banner.note.text()


def test_every_control_of_the_dialog_has_a_name(open_as):
    face, _ = open_as("a")
    face.window.company.ask()
    dialog = face.window.dialog
    for part in (dialog.list, dialog.pin, dialog.go, dialog.nobody):
        assert part.accessibleName()
    assert dialog.list.chosen == "a"
    assert here("a").name == PEOPLE["a"].name


# --- settings ---


def test_settings_a_child_may_not_change_are_off_and_say_whom_to_ask(open_as):
    face, _ = open_as("d")
    face.window.go("settings", "brokers")
    page = face.window.current
    assert page.asks["brokers"].text() == "You can look at this, not change it. Ask Bo, Ana."
    assert not any(card.isEnabled() for card in page.cards["brokers"])
    face.desk.presence.enter("a", "7405", lambda: None, lambda _: None)
    face.desk.bridge.take()
    face.window.go("settings", "brokers")
    page = face.window.current
    assert page.asks["brokers"].isHidden()
    assert all(card.isEnabled() for card in page.cards["brokers"])


def test_what_is_only_looked_at_is_on_for_everybody(open_as):
    face, _ = open_as("d")
    face.window.go("settings", "about")
    assert all(card.isEnabled() for card in face.window.current.cards["about"])
