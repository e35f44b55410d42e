from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop import build
from desktop.build import Packaged
from desktop.models.program import Deed
from desktop.pages.sections.program import ProgramCard, RenewalCard
from desktop.program_commands import (
    ALL,
    CheckProgram,
    ChooseRenewal,
    GoBack,
    RenewProgram,
    RestartProgram,
    StopRenewing,
)
from desktop.selfupdate.facts import Mode, Step
from desktop.window import Window
from firmware.release import Channel
from fleet.errors import CommandError
from tests.desktop.fake_client import FakeClient
from tests.desktop.scene_house import program


class Room:
    """The window at this section, its house, and a person's hand."""

    def __init__(self, qtbot: QtBot, window: Window, client: FakeClient, open_card, hear) -> None:
        self.qtbot, self.window, self.client = qtbot, window, client
        self.open_card, self.hear = open_card, hear

    def tell(self, **said: object) -> None:
        self.client.say(program={"here": program(**said)})
        self.hear()

    def press(self, button: QPushButton) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.hear()

    def asked(self) -> list[object]:
        return [one for one in self.client.sent if isinstance(one, ALL)]


@pytest.fixture
def room(request: pytest.FixtureRequest) -> Room:
    names = ("qtbot", "window", "client", "open_card", "hear")
    return Room(*(request.getfixturevalue(name) for name in names))


@pytest.fixture
def tell(client: FakeClient, hear):
    def told(**said: object) -> None:
        client.say(program={"here": program(**said)})
        hear()

    return told


def shown(card: ProgramCard) -> list[Deed]:
    return [deed for deed, button in card.buttons.items() if not button.isHidden()]


def test_until_the_house_says_something_it_says_what_this_window_is(open_card) -> None:
    card = open_card("program", ProgramCard)
    assert card.version.text() == f"Orangery {build.version()}"
    assert "has not said yet" in card.title.text()
    assert shown(card) == []
    assert open_card("program", RenewalCard).isHidden()


def test_version_what_is_new_and_how_to_take_it_are_shown(window: Window, open_card, tell) -> None:
    tell()
    card = open_card("program", ProgramCard)
    assert card.version.text() == "Orangery 0.2.0"
    assert "linux-x86_64" in card.identity.text()
    assert card.title.text() == "0.3.0 is there"
    assert card.notes.text().startswith("The map")
    assert shown(card) == [Deed.FETCH, Deed.BACK]


def test_how_far_it_has_come_moves_the_bar(window: Window, open_card, tell) -> None:
    card = open_card("program", ProgramCard)
    tell(step=Step.FETCHING, have=1, of=4)
    assert (card.bar.value(), card.bar.maximum()) == (25, 100)
    tell(step=Step.UNPACKING)
    assert card.bar.maximum() == 0
    tell()
    assert card.bar.isHidden()


@pytest.mark.parametrize(
    ("said", "deed", "command"),
    [
        ({}, Deed.FETCH, RenewProgram()),
        ({}, Deed.BACK, GoBack()),
        ({"offer": None}, Deed.CHECK, CheckProgram()),
        ({"step": Step.FETCHING, "of": 9}, Deed.STOP, StopRenewing()),
        ({"ready": "0.3.0"}, Deed.RESTART, RestartProgram()),
        ({"ready": "0.3.0"}, Deed.STAY, GoBack()),
        ({"failed": "0.3.0"}, Deed.AGAIN, RenewProgram(again=True)),
    ],
)
def test_each_button_asks_the_house(room: Room, said, deed, command) -> None:
    room.tell(**said)
    room.press(room.open_card("program", ProgramCard).buttons[deed])
    assert room.asked() == [command]


def test_a_version_that_did_not_start_leads_to_a_report(room: Room) -> None:
    room.tell(failed="0.3.0", offer=None)
    card = room.open_card("program", ProgramCard)
    with room.qtbot.waitSignal(room.window.desk.report_wanted):
        room.press(card.buttons[Deed.REPORT])


def test_why_it_cannot_be_restarted_now_is_said_beside_it(room: Room) -> None:
    refused = CommandError("program_device_writes", device="Hall lamp")
    room.client.answers["RestartProgram"] = refused
    room.tell(ready="0.3.0")
    card = room.open_card("program", ProgramCard)
    room.press(card.buttons[Deed.RESTART])
    assert "Hall lamp is writing" in card.wrong.text()


def test_how_far_it_goes_and_the_channel_are_chosen_and_taken_back(room: Room) -> None:
    room.tell()
    card = room.open_card("program", RenewalCard)
    assert card.modes[Mode.RENEW].isChecked()
    assert card.channels[Channel.ORANGE].isChecked()
    room.press(card.modes[Mode.TELL])
    room.window.actions_["undo"].trigger()
    room.press(card.channels[Channel.STABLE])
    assert room.asked() == [
        ChooseRenewal(mode=Mode.TELL),
        ChooseRenewal(mode=Mode.RENEW),
        ChooseRenewal(channel=Channel.STABLE),
    ]
    assert card.modes[Mode.RENEW].isChecked()  # until the house says otherwise


def test_what_each_choice_is_about_is_said_with_it(open_card, tell) -> None:
    tell()
    card = open_card("program", RenewalCard)
    assert card.modes[Mode.TELL].accessibleName() == "How far it goes by itself: Tell me"
    assert card.channels[Channel.STABLE].accessibleName() == "Channel of this program: Stable"


def test_the_keys_go_on_where_what_was_pressed_goes_away(room: Room) -> None:
    room.window.activateWindow()
    room.qtbot.waitUntil(lambda: QApplication.activeWindow() is room.window)
    room.tell()
    card = room.open_card("program", ProgramCard)
    card.buttons[Deed.FETCH].setFocus()
    room.tell(step=Step.FETCHING, of=9)
    assert card.buttons[Deed.STOP].hasFocus()
    room.tell(step=Step.UNPACKING)
    assert card.look.hasFocus()
    room.tell(ready="0.3.0")
    assert card.buttons[Deed.RESTART].hasFocus()


def test_the_keys_stay_where_somebody_has_gone_meanwhile(room: Room) -> None:
    room.window.activateWindow()
    room.qtbot.waitUntil(lambda: QApplication.activeWindow() is room.window)
    room.tell()
    card = room.open_card("program", ProgramCard)
    card.buttons[Deed.FETCH].setFocus()
    room.tell(step=Step.UNPACKING)
    elsewhere = room.window.page("settings").search
    elsewhere.setFocus()
    room.tell(ready="0.3.0")
    assert elsewhere.hasFocus()


def test_it_leads_to_the_check_of_this_copy(room: Room) -> None:
    room.tell()
    room.press(room.open_card("program", ProgramCard).look)
    assert room.window.page("settings").section == "about"


def test_a_package_cannot_renew_itself_and_that_is_not_offered(
    window: Window, open_card, tell
) -> None:
    tell(packaged=Packaged.DEB, mode=Mode.TELL)
    card = open_card("program", RenewalCard)
    assert card.modes[Mode.RENEW].isHidden()
    assert not card.modes[Mode.TELL].isHidden()
