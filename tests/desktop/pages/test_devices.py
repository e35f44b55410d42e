from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.dialogs.welcome import WelcomeDialog
from desktop.models.columns import Column
from desktop.models.states import Group
from desktop.widgets.details import Tab
from desktop.window import Window
from fleet.model import BrokerState, Snapshot, UpdateState
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import device, house, update
from tests.desktop.pages.buttons import shown_button


def shown(window: Window) -> set[str]:
    model = window.devices.model
    return {model.index(row, 0).data() for row in range(model.rowCount())}


def click(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isVisible(), button.text()
    assert button.isEnabled(), button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_typing_into_the_search_narrows_the_table(qtbot: QtBot, window: Window) -> None:
    window.actions_["search"].trigger()
    qtbot.keyClicks(window.devices.search, "is:offline")
    qtbot.waitUntil(lambda: shown(window) == {"Blinds"})


def test_enter_in_the_search_leads_into_the_table_and_shows_the_device(
    qtbot: QtBot, window: Window
) -> None:
    qtbot.keyClicks(window.devices.search, "camera")
    qtbot.keyClick(window.devices.search, Qt.Key.Key_Return)
    assert window.devices.selected() == ["d12"]
    assert window.devices.details.key == "d12"


def test_a_search_that_finds_nothing_says_so(qtbot: QtBot, window: Window) -> None:
    qtbot.keyClicks(window.devices.search, "zzz")
    qtbot.waitUntil(window.devices._nothing.isVisible)
    assert "No device matches" in window.devices._nothing.title.text()


def test_a_chip_counts_and_filters(qtbot: QtBot, window: Window) -> None:
    chip = window.devices.chips[Group.READY]
    assert chip.text() == "Update ready  4"
    click(qtbot, chip)
    assert shown(window) == {"Ceiling fan", "Ceiling lamp", "Desk lamp", "Fridge plug"}
    assert not window.devices.chips[Group.ALL].isChecked()


def test_the_button_says_how_many_of_the_chosen_can_be_updated(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    page = window.devices
    assert page.update_button.text() == "Update selected"
    assert not page.update_button.isEnabled()
    page._select(["d1", "d2", "d10"])
    assert page.update_button.text() == "Update 2 of 3 selected"
    click(qtbot, page.update_button)
    hear()
    click(qtbot, window.dialog.go)
    (asked,) = client.of("StartRollout")
    assert set(asked.devices) == {"d1", "d2"}


def test_space_ticks_a_row_and_leaves_the_others(qtbot: QtBot, window: Window) -> None:
    table = window.devices.table
    window.devices.choose("d1")
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert set(window.devices.selected()) == {"d1", "d2"}
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert window.devices.selected() == ["d1"]


def test_a_click_on_a_row_shows_what_the_device_runs_and_who_signed(
    qtbot: QtBot, window: Window
) -> None:
    table = window.devices.table
    index = window.devices.model.index(window.devices.model.place("d1"), Column.NAME)
    place = table.visualRect(index).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    texts = [one.text() for one in window.devices.details.findChildren(object) if _has_text(one)]
    for said in ("Ceiling lamp", "1.122.2", "1.128.0"):
        assert said in texts
    assert any("Signed by 2 of 3 release keys" in text for text in texts)
    assert any("flicker" in text for text in texts)


def test_the_buttons_of_the_details_ask_for_what_they_say(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.devices.choose("d1")
    click(qtbot, shown_button(qtbot, window, "Update to 1.128.0"))
    assert client.of("StartRollout")[0].devices == ("d1",)
    click(qtbot, shown_button(qtbot, window, "Skip this version"))
    skipped = client.of("SkipVersion")[0]
    assert (skipped.device, skipped.version) == ("d1", "1.128.0")
    hear()
    window.actions_["undo"].trigger()
    assert not client.of("SkipVersion")[1].skip


def test_a_device_that_went_back_can_be_tried_again(
    qtbot: QtBot, window: Window, client: FakeClient
) -> None:
    window.devices.choose("d4")
    click(qtbot, shown_button(qtbot, window, "Try 1.128.0 again"))
    assert client.of("RetryUpdate")[0].device == "d4"


def test_the_last_update_is_told_step_by_step(qtbot: QtBot, window: Window, hear) -> None:
    window.devices.choose("d3")
    window.devices.details.show_tab(Tab.HISTORY)
    hear()
    texts = [one.text() for one in window.devices.details.findChildren(object) if _has_text(one)]
    assert "Confirmed · 1.122.2 → 1.128.0" in texts


def test_why_nothing_fits_is_said(window: Window) -> None:
    window.devices.choose("d12")
    texts = [one.text() for one in window.devices.details.findChildren(object) if _has_text(one)]
    assert any("not verified by us" in text for text in texts)


def test_what_the_house_says_reaches_row_chip_and_details(
    qtbot: QtBot, window: Window, client: FakeClient, hear
) -> None:
    window.devices.choose("d1")
    going = update("d1", UpdateState.INSTALLING, version_to="1.128.0", percent=10.0)
    client.say(update={"d1": going})
    hear()
    assert window.devices.chips[Group.READY].text() == "Update ready  3"
    texts = [one.text() for one in window.devices.details.findChildren(object) if _has_text(one)]
    assert "Updating" in texts
    client.say(device("d1", "Ceiling lamp", version="1.128.0"), update={"d1": None})
    hear()
    row = window.devices.model.row_at(window.devices.model.place("d1"))
    assert (row.version, row.target) == ("1.128.0", "")


def test_an_empty_house_says_what_to_do(make_face) -> None:
    connection = {"connection": house().facts["connection"]}
    window = make_face(FakeClient(Snapshot(number=1, facts=connection))).window
    assert window.devices._nothing.isVisible()
    assert window.devices._nothing.title.text() == "No devices yet"
    assert "192.168.1.4" in window.devices._nothing.text.text()


def test_a_house_whose_broker_is_away_points_to_the_settings(make_face) -> None:
    lost = replace(house().facts["connection"]["home"], state=BrokerState.LOST)
    window = make_face(FakeClient(Snapshot(number=1, facts={"connection": {"home": lost}}))).window
    assert window.devices._nothing.title.text() == "Not connected to a broker"


def test_a_house_without_a_broker_leads_to_welcome(make_face, qtbot: QtBot) -> None:
    window = make_face(FakeClient(Snapshot(number=1))).window
    shown_button(qtbot, window.devices, "Find your house").click()
    assert isinstance(window.dialog, WelcomeDialog)


def _has_text(one: object) -> bool:
    return callable(getattr(one, "text", None))


def test_escape_clears_the_search(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    window.devices.search.setFocus()
    qtbot.keyClicks(window.devices.search, "lamp")
    qtbot.keyClick(window.devices.search, Qt.Key.Key_Escape)
    assert not window.devices.search.text()


def test_only_rows_on_the_screen_are_drawn_again(
    qtbot: QtBot, window: Window, client, hear
) -> None:
    model, table = window.devices.model, window.devices.table
    window.resize(1280, 640)
    QApplication.processEvents()
    away = model.row_at(model.rowCount() - 1).device
    assert model.place(away.key) not in table.sight()
    heard = []
    model.dataChanged.connect(lambda *_: heard.append(1))
    client.say(device(away.key, "Renamed out of sight"))
    hear()
    assert heard == []
    assert model.index(model.place(away.key), 0).data() == "Renamed out of sight"
    client.say(device(model.row_at(0).key, "Renamed in sight"))
    hear()
    assert heard == [1]
