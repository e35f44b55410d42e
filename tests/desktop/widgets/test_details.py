"""The pane of one device, used as a person uses it: by keys and by clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.language import Speaker
from desktop.members_commands import Here, Person
from desktop.models.wish import LATE_S
from desktop.widgets.details import DetailsPane, Tab
from fleet.errors import BrokerError, CommandError
from fleet.members import MAY, Role
from fleet.model import BrokerState, Connection, UpdateState, Waiting
from tests.desktop import detail_house, fake_house
from tests.desktop.fake_client import PENDING, FakeClient
from tests.desktop.fake_house import NOW, update
from tests.desktop.pages.buttons import shown_button
from tests.desktop.test_window import nameless, nothing_cut


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client() -> FakeClient:
    return detail_house.client()


@pytest.fixture
def desk(client: FakeClient, clock: Clock, spoken: Speaker) -> Iterator[Desk]:
    made = Desk(client, clock=clock)
    yield made
    made.close()


@pytest.fixture
def spoken(qapp: QApplication) -> Iterator[Speaker]:
    made = Speaker(qapp, "en")
    yield made
    made.close()


@pytest.fixture
def speak(qapp: QApplication, spoken: Speaker) -> Iterator[Callable[[str], None]]:
    """Speak another language until the test ends, however it ends."""
    yield spoken.speak
    spoken.speak("en")


@pytest.fixture
def pane(qtbot: QtBot, desk: Desk) -> DetailsPane:
    made = DetailsPane(desk)
    qtbot.addWidget(made)
    made.resize(380, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def hear(desk: Desk) -> Callable[[], None]:
    return desk.bridge.take


def laid_out(qapp: QApplication) -> None:
    """Let layouts come to rest: a scroll bar that appears makes them anew once."""
    for _ in range(8):
        qapp.processEvents()


def texts(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]


def click(qtbot: QtBot, pane: DetailsPane, name: str) -> None:
    qtbot.mouseClick(shown_button(qtbot, pane, name), Qt.MouseButton.LeftButton)


def says(pane: DetailsPane, feature: str) -> str:
    return pane.overview.controls.rows[feature].control.note


def test_a_device_is_shown_whole(pane: DetailsPane, qapp: QApplication) -> None:
    pane.show_device("plug")
    laid_out(qapp)
    said = texts(pane)
    for word in (
        "Washing machine",
        "Online",
        "1,834.2 W",
        "412.337 kWh",
        "weak (-79 dBm)",
        "1.4.1",
    ):
        assert word in said


def test_a_click_on_the_switch_is_a_wish_until_the_device_says_so(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient, hear
) -> None:
    pane.show_device("lamp")
    switch = pane.overview.controls.rows["POWER"].field
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    (asked,) = client.of("Act")
    assert (asked.device, asked.feature, asked.value) == ("lamp", "POWER", False)
    assert says(pane, "POWER") == "off: asked…"
    lamp = detail_house.lamp()
    client.say(replace(lamp, readings={**lamp.readings, "POWER": "OFF"}))
    hear()
    assert says(pane, "POWER") == "off"
    assert not switch.isChecked()


def test_a_device_that_does_not_answer_is_told_of(
    qtbot: QtBot, pane: DetailsPane, clock: Clock
) -> None:
    pane.show_device("lamp")
    switch = pane.overview.controls.rows["POWER"].field
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()
    clock.now += LATE_S + 1
    pane.asks.tick()
    assert says(pane, "POWER") == "asked for off, but it says on"
    assert switch.isChecked()


def test_a_wish_that_cannot_be_sent_says_why_where_it_was_made(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient, hear
) -> None:
    client.answers["Act"] = BrokerError("broker_away")
    pane.show_device("lamp")
    qtbot.keyClick(pane.overview.controls.rows["POWER"].field, Qt.Key.Key_Space)
    hear()
    assert "broker" in says(pane, "POWER").lower()
    assert pane.overview.controls.rows["POWER"].control.tone == "bad"


def test_a_broker_that_is_only_listened_to_says_why_nothing_can_be_told(
    pane: DetailsPane, client: FakeClient, hear
) -> None:
    pane.show_device("lamp")
    link = Connection(broker="home", state=BrokerState.CONNECTED, read_only=True)
    client.say(connection={"home": link})
    hear()
    assert pane.overview.barred.text == "This broker is only listened to: nothing is sent there."
    assert not pane.overview.controls.rows["POWER"].field.isEnabled()


def test_a_slider_wishes_once_when_it_rests(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient
) -> None:
    pane.show_device("lamp")
    slider = pane.overview.controls.rows["Dimmer"].field
    slider.setFocus()
    for _ in range(5):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(client.of("Act")))
    (asked,) = client.of("Act")
    assert (asked.feature, asked.value) == ("Dimmer", 45.0)


def test_a_slider_goes_where_it_is_pressed(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient
) -> None:
    pane.show_device("lamp")
    slider = pane.overview.controls.rows["Dimmer"].field
    place = slider.rect().center()
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=place)
    assert client.of("Act")[0].value == pytest.approx(50, abs=2)


def test_a_cover_is_opened_and_stopped(qtbot: QtBot, pane: DetailsPane, client: FakeClient) -> None:
    pane.show_device("cover")
    for name in ("Open", "Stop", "Close"):
        click(qtbot, pane, f"{name}: Cover")
    assert [one.value for one in client.of("Act")] == ["OPEN", "STOP", "CLOSE"]


def test_unlocking_asks_first_and_locking_does_not(
    qtbot: QtBot, pane: DetailsPane, desk: Desk, client: FakeClient, hear
) -> None:
    pane.show_device("lock")
    with qtbot.waitSignal(desk.dialog_wanted) as wanted:
        click(qtbot, pane, "Unlock…: Lock")
    assert client.of("Act") == []
    dialog = wanted.args[0](pane)
    dialog.accept()
    assert client.of("Act")[0].value is False
    door = detail_house.lock()
    client.say(replace(door, readings={**door.readings, "bolt": "UNLOCK"}))
    hear()
    click(qtbot, pane, "Lock: Lock")
    assert client.of("Act")[1].value is True


def test_a_button_is_pressed_and_a_text_is_set(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient
) -> None:
    pane.show_device("lock")
    click(qtbot, pane, "Press Open the latch")
    click(qtbot, pane, "Set Note")
    press, text = client.of("Act")
    assert (press.feature, press.value) == ("open", None)
    assert (text.feature, text.value) == ("note", "Back at six")


def test_a_choice_is_made_of_the_devices_own_words(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient
) -> None:
    pane.show_device("lamp")
    choice = pane.overview.controls.rows["Scheme"].field
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert client.of("Act")[0].value == "Wake up"


def test_a_colour_is_chosen_by_name(qtbot: QtBot, pane: DetailsPane, client: FakeClient) -> None:
    pane.show_device("lamp")
    menu = pane.overview.controls.rows["Color"].field._menu
    menu.actions()[5].trigger()
    assert client.of("Act")[0].value == "#0040ff"


def test_forty_values_are_shown_when_they_are_asked_for(qtbot: QtBot, pane: DetailsPane) -> None:
    pane.show_device("meter")
    assert pane.overview.values.value("L8 e") == ""
    click(qtbot, pane, "28 more values")
    assert pane.overview.values.value("L8 e") == "409.5 W"
    click(qtbot, pane, "Fewer values")
    pane.show_device("plug")
    assert pane.overview.values.value("uptime") == ""


# --- nothing jumps -------------------------------------------------------------------------------


class Painted(QObject):
    """Counts what is painted below a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.seen: list[str] = []
        for one in (widget, *widget.findChildren(QWidget)):
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Paint:
            said = watched.text() if isinstance(watched, QLabel) else type(watched).__name__
            self.seen.append(said)
        return False


def test_equal_values_paint_nothing(
    pane: DetailsPane, client: FakeClient, hear, qapp: QApplication
) -> None:
    pane.show_device("plug")
    laid_out(qapp)
    painted = Painted(pane)
    client.say(detail_house.plug())
    hear()
    qapp.processEvents()
    assert painted.seen == []


def test_a_value_that_changes_moves_no_other(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient, hear, qapp: QApplication
) -> None:
    pane.show_device("plug")
    laid_out(qapp)
    places = {one: one.geometry() for one in pane.overview.findChildren(QLabel)}
    plug = detail_house.plug()
    client.say(replace(plug, readings={**plug.readings, "Power": 2.0}))
    hear()
    laid_out(qapp)
    assert pane.overview.values.value("Power") == "2 W"
    assert {one: one.geometry() for one in pane.overview.findChildren(QLabel)} == places


# --- versions ------------------------------------------------------------------------------------


def test_before_the_button_stands_how_it_went_elsewhere(
    pane: DetailsPane, client: FakeClient, hear
) -> None:
    pane.show_device("d1")
    assert pane.outcomes.text == "In other homes: no numbers yet."
    path = fake_house.target("1.128.0").path
    client.say(outcome_stats={path: detail_house.numbers()})
    hear()
    said = pane.outcomes.text
    assert said == "In other homes: 1,204 confirmed, 6 refused, 2 lost."


@pytest.mark.parametrize(
    ("key", "button", "sent"),
    [
        ("d1", "Update to 1.128.0", "StartRollout"),
        ("d1", "Skip this version", "SkipVersion"),
        ("d12", "Let it install 0.9.4", "OwnUpdate"),
    ],
)
def test_a_button_asks_for_what_it_says(  # noqa: PLR0917 - fixtures and parameters
    qtbot: QtBot, pane: DetailsPane, client: FakeClient, key: str, button: str, sent: str
) -> None:
    pane.show_device(key)
    click(qtbot, pane, button)
    assert len(client.of(sent)) == 1


def test_one_that_failed_is_tried_again_or_left_as_it_is(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient, hear
) -> None:
    client.say(fit={"d4": None})
    hear()
    pane.show_device("d4")
    click(qtbot, pane, "Try 1.128.0 again")
    click(qtbot, pane, "Stay on 1.122.2")
    assert client.of("RetryUpdate")[0].device == "d4"
    assert client.of("SkipVersion")[0].version == "1.128.0"


def test_an_update_that_waits_for_a_word_gets_it(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient, hear
) -> None:
    client.say(update={"d1": update("d1", UpdateState.QUEUED, version_to="1.128.0",
                                    waiting=Waiting.HELD)})  # fmt: skip
    hear()
    pane.show_device("d1")
    click(qtbot, pane, "Update to 1.128.0 now")
    click(qtbot, pane, "Cancel the update")
    assert client.of("ApproveUpdate")
    assert client.of("CancelUpdate")


def test_its_own_makers_update_is_looked_for_and_what_comes_is_said(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient, clock: Clock
) -> None:
    pane.show_device("plug")
    click(qtbot, pane, "Look for its maker's update")
    assert client.of("CheckOffer")[0].device == "plug"
    assert pane.overview.versions.checked.text == "Asked; it is looking…"
    clock.now += 31
    pane.asks.tick()
    assert pane.overview.versions.checked.text == "It has said nothing of another version."


def test_a_mark_is_set_and_shown_as_the_house_says_it(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient
) -> None:
    pane.show_device("d1")
    tick = next(iter(pane.overview.versions.ticks.values()))
    tick.click()
    (asked,) = client.of("SetAskFirst")
    assert (asked.device, asked.ask) == ("d1", True)


def test_who_signed_is_shown_when_asked(qtbot: QtBot, pane: DetailsPane) -> None:
    pane.show_device("d1")
    assert not any("Ana, Chen" in text for text in texts(pane))
    click(qtbot, pane, "Who signed it")
    assert any("Ana, Chen" in text for text in texts(pane))


# --- where it stands -----------------------------------------------------------------------------


def test_the_gateway_is_a_way_to_it(qtbot: QtBot, pane: DetailsPane, desk: Desk) -> None:
    pane.show_device("thermo")
    with qtbot.waitSignal(desk.location_wanted) as wanted:
        click(qtbot, pane, "Show Multimode gateway")
    assert (wanted.args[0].page, wanted.args[0].subject) == ("devices", "d7")


def test_an_address_is_copied(qtbot: QtBot, pane: DetailsPane, qapp: QApplication) -> None:
    pane.show_device("lamp")
    click(qtbot, pane, "Copy MAC address")
    assert qapp.clipboard().text() == "02005E102233"


def test_tags_are_words_with_commas_and_can_be_taken_back(
    qtbot: QtBot, pane: DetailsPane, desk: Desk, client: FakeClient, hear
) -> None:
    pane.show_device("lamp")
    with qtbot.waitSignal(desk.dialog_wanted) as wanted:
        click(qtbot, pane, "Set tags")
    dialog = wanted.args[0](pane)
    dialog.fields[0].setText("garden, , night")
    dialog.accept()
    hear()
    assert client.of("SetTags")[0].tags == {"garden", "night"}
    desk.take_back()
    assert client.of("SetTags")[1].tags == {"evening", "upstairs"}


# --- tabs and names ------------------------------------------------------------------------------


def test_tabs_are_walked_by_arrow_keys(qtbot: QtBot, pane: DetailsPane) -> None:
    pane.show_device("thermo")
    pane.tabs.setFocus()
    qtbot.keyClick(pane.tabs, Qt.Key.Key_Right)
    assert pane.tabs.currentIndex() == Tab.HISTORY
    assert pane.history.isVisible()
    face = QAccessible.queryAccessibleInterface(pane.tabs)
    assert face.role() is QAccessible.Role.PageTabList


def test_a_device_that_is_gone_is_said_to_be(pane: DetailsPane, client: FakeClient, hear) -> None:
    pane.show_device("lamp")
    client.say(gone=("lamp",))
    hear()
    assert pane.key == ""
    assert "This device is not there any more." in texts(pane)


def test_what_is_awaited_is_still_shown_after_looking_elsewhere(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient
) -> None:
    client.answers["Act"] = PENDING
    pane.show_device("lamp")
    qtbot.keyClick(pane.overview.controls.rows["POWER"].field, Qt.Key.Key_Space)
    pane.show_device("plug")
    assert says(pane, "POWER") == "on"
    pane.show_device("lamp")
    assert says(pane, "POWER") == "off: asked…"


KEYS = ("lamp", "plug", "thermo", "sleeper", "cover", "lock", "meter", "d1", "d4", "d12")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("tab", Tab)
def test_every_control_has_a_name(pane: DetailsPane, hear, key: str, tab: Tab) -> None:
    pane.show_device(key)
    pane.show_tab(tab)
    hear()
    assert nameless(pane) == []


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("tab", Tab)
def test_no_word_is_cut(  # noqa: PLR0917 - fixtures and parameters
    qtbot: QtBot, desk: Desk, bigger_font, speak, percent: int, language: str, tab: Tab
) -> None:
    bigger_font(percent)
    speak(language)
    pane = DetailsPane(desk)
    qtbot.addWidget(pane)
    pane.resize(pane.sizeHint().width(), 900)
    pane.show()
    for key in KEYS:
        pane.show_device(key)
        pane.show_tab(tab)
        desk.bridge.take()
        nothing_cut(qtbot, pane)


def test_a_role_that_may_not_is_told_so_where_it_asked(
    qtbot: QtBot, pane: DetailsPane, client: FakeClient, hear
) -> None:
    client.answers["Act"] = CommandError("not_allowed", actor="Kim", role="admin")
    pane.show_device("lamp")
    qtbot.keyClick(pane.overview.controls.rows["POWER"].field, Qt.Key.Key_Space)
    hear()
    assert pane.overview.controls.rows["POWER"].control.tone == "bad"
    assert "Kim" in says(pane, "POWER")


def test_what_a_role_may_not_is_off_and_says_whom_to_ask(
    pane: DetailsPane, desk: Desk, client: FakeClient, hear
) -> None:
    people = {
        "ana": Person(id="ana", name="Ana", role=Role.OWNER),
        "kim": Person(id="kim", name="Kim", role=Role.CHILD),
    }
    client.say(person=people)
    hear()
    desk.mirror.here = Here(id="kim", name="Kim", role=Role.CHILD, rights=MAY[Role.CHILD])
    pane.show_device("lock")
    row = pane.overview.controls.rows["bolt"]
    assert not row.field.isEnabled()
    assert "locked · Ask Ana." in texts(row)
    pane.show_device("lamp")
    assert pane.overview.controls.rows["POWER"].field.isEnabled()


def test_a_skipped_version_can_be_taken_back(
    qtbot: QtBot, pane: DetailsPane, desk: Desk, client: FakeClient, hear
) -> None:
    pane.show_device("d1")
    click(qtbot, pane, "Skip this version")
    hear()
    desk.take_back()
    first, back = client.of("SkipVersion")
    assert (first.skip, back.skip, back.version) == (True, False, "1.128.0")


def test_the_tab_is_the_one_that_was_shown_last(
    qtbot: QtBot, pane: DetailsPane, desk: Desk
) -> None:
    pane.show_device("thermo")
    pane.show_tab(Tab.HISTORY)
    other = DetailsPane(desk)
    qtbot.addWidget(other)
    other.show()
    other.show_device("plug")
    assert other.tabs.currentIndex() == Tab.HISTORY
    assert other.history.isVisible()


def test_a_room_is_set_and_can_be_taken_back(
    qtbot: QtBot, pane: DetailsPane, desk: Desk, client: FakeClient, hear
) -> None:
    pane.show_device("lamp")
    with qtbot.waitSignal(desk.dialog_wanted) as wanted:
        click(qtbot, pane, "Set room")
    dialog = wanted.args[0](pane)
    dialog.fields[0].setText("Attic")
    dialog.accept()
    hear()
    desk.take_back()
    assert [one.room for one in client.of("SetRoom")] == ["Attic", "Study"]


class Windows(QObject):
    """Notes every window of its own that is shown while it looks."""

    def __init__(self, qapp: QApplication) -> None:
        super().__init__()
        self.seen: list[str] = []
        qapp.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("tab", Tab)
def test_showing_a_device_opens_no_window_of_its_own(
    pane: DetailsPane, hear, qapp: QApplication, tab: Tab
) -> None:
    windows = Windows(qapp)
    pane.show_tab(tab)
    for key in KEYS:
        pane.show_device(key)
        hear()
        laid_out(qapp)
    qapp.removeEventFilter(windows)
    assert windows.seen == []
