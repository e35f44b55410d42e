"""Looking for devices, choosing columns, saving views: what the page remembers and what it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.models.columns import DEFAULT, Arrangement, Column
from desktop.models.states import Group
from desktop.pages.devices import DevicesPage
from desktop.window import Window
from fleet.model import BrokerState, Connection, Snapshot
from tests.desktop.fake_client import FakeClient
from tests.desktop.fake_house import device, house
from tests.desktop.pages.buttons import shown_button

Key, Mod = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> DevicesPage:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window.devices


@pytest.fixture
def typed(qtbot: QtBot, page: DevicesPage) -> Callable[[str], None]:
    """Type into the search as a person does."""

    def type_(text: str) -> None:
        page.search.setFocus()
        qtbot.keyClicks(page.search, text)

    return type_


def offered(page: DevicesPage) -> list[str]:
    model = page.search.below.words.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


class TestCompleting:
    def test_names_then_values_are_offered_and_taken_with_the_keyboard(
        self, qtbot: QtBot, page: DevicesPage, typed
    ) -> None:
        typed("ro")
        assert offered(page) == ["room:"]
        qtbot.keyClick(page.search, Key.Key_Down)
        qtbot.keyClick(page.search, Key.Key_Tab)
        assert page.search.text() == "room:"
        assert "room:Kitchen" in offered(page)
        typed("kit")
        qtbot.keyClick(page.search, Key.Key_Up)
        qtbot.keyClick(page.search, Key.Key_Return)
        assert page.search.text() == "room:Kitchen "
        assert not page.search.below.isVisible()

    def test_escape_closes_the_list_and_leaves_the_words(
        self, qtbot: QtBot, page: DevicesPage, typed
    ) -> None:
        typed("is:")
        assert page.search.below.offering
        qtbot.keyClick(page.search, Key.Key_Escape)
        assert not page.search.below.offering
        assert page.search.text() == "is:"

    def test_a_click_takes_a_word(self, qtbot: QtBot, page: DevicesPage, typed) -> None:
        typed("is:off")
        words = page.search.below.words
        place = words.visualRect(words.model().index(0, 0)).center()
        qtbot.mouseClick(words.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert page.search.text() == "is:offline "

    def test_enter_without_a_choice_leads_to_the_table(
        self, qtbot: QtBot, page: DevicesPage, typed
    ) -> None:
        typed("is:off")
        qtbot.keyClick(page.search, Key.Key_Return)
        assert page.selected() == ["d13"]
        assert page.table.hasFocus()


class TestTelling:
    def test_a_word_that_is_not_known_is_told_below_the_field(
        self, qtbot: QtBot, page: DevicesPage, typed
    ) -> None:
        typed("romm:hall ")
        qtbot.waitUntil(page.search.below.isVisible)
        assert page.search.below.hint.text().startswith("“romm:hall” is not known. Try is: has: ")
        assert page.search.accessibleDescription() == page.search.below.hint.text()
        page.search.clearFocus()
        assert not page.search.below.isVisible()

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("is:broken ", "“is:broken” is not known. Possible: online offline"),
            ("battery<low ", "“battery<low” needs a number, as in battery<20"),
            ("seen>long ", "“seen>long” needs a span, as in seen>10m, 2h, 3d"),
        ],
    )
    def test_each_says_what_it_takes(self, page: DevicesPage, text: str, said: str) -> None:
        page.search.setText(text)
        page.search.settle()
        assert page.search.accessibleDescription().startswith(said)


class TestColumns:
    def test_at_first_there_are_four(self, page: DevicesPage) -> None:
        assert page.table.arrangement().shown == DEFAULT

    def test_a_column_is_ticked_in_the_menu_and_remembered(
        self, page: DevicesPage, window: Window
    ) -> None:
        menu = page.table.column_menu()
        next(one for one in menu.actions() if one.text() == "Room").trigger()
        assert page.table.arrangement().shown == (*DEFAULT, Column.ROOM)
        kept = window.desk.memory.get("devices.columns", Arrangement, Arrangement())
        assert kept.shown == (*DEFAULT, Column.ROOM)

    def test_order_width_and_sorting_survive_a_page_made_anew(
        self, page: DevicesPage, window: Window
    ) -> None:
        header = page.table.horizontalHeader()
        header.moveSection(header.visualIndex(Column.SEEN), 1)
        header.resizeSection(Column.VERSION, 200)
        page.table.sortByColumn(Column.STATE, Qt.SortOrder.DescendingOrder)
        window.build()
        again = window.devices.table.arrangement()
        assert again.order == ("name", "seen", "state", "version")
        assert again.widths == {"version": 200}
        assert (again.sort, again.down) == ("state", True)
        assert window.devices.model.order == (Column.STATE, Qt.SortOrder.DescendingOrder)

    def test_the_name_takes_the_room_that_is_left(self, page: DevicesPage) -> None:
        table = page.table
        header = table.horizontalHeader()
        widths = sum(header.sectionSize(column) for column in Column)
        assert widths == table.viewport().width()

    def test_as_it_was_at_first_takes_all_back(self, page: DevicesPage) -> None:
        page.table.arrange(Arrangement(order=("name", "tags"), sort="tags", down=True))
        page.table.column_menu().actions()[-1].trigger()
        assert page.table.arrangement() == Arrangement(order=("name", "state", "version", "seen"))


class TestViews:
    def test_a_view_is_saved_shown_renamed_removed_and_taken_back(
        self, page: DevicesPage, window: Window, hear
    ) -> None:
        page.search.setText("room:hall")
        page.search.settle()
        page._pick(Group.READY)
        page.views.save_wanted.emit()
        window.dialog.fields[0].setText("Hall")
        window.dialog.go.click()
        assert page.views.button.text() == "Hall"
        page._all()
        assert page.views.button.text() == "Views"
        menu = page.views.menu()
        next(one for one in menu.actions() if one.text() == "Hall").trigger()
        assert (page.search.text(), page.model.filter.group) == ("room:hall", Group.READY)
        page.views.rename(page.views.views.each[0], "Entrance")
        assert page.views.button.text() == "Entrance"
        page.views.remove(page.views.views.each[0])
        assert page.views.views.each == ()
        window.actions_["undo"].trigger()
        hear()
        assert [one.name for one in page.views.views.each] == ["Entrance"]

    def test_views_are_offered_again_at_the_next_start(
        self, page: DevicesPage, window: Window
    ) -> None:
        page.views.save("Mine")
        window.build()
        assert [one.name for one in window.devices.views.views.each] == ["Mine"]


class TestKeys:
    def test_enter_leads_into_the_details(self, qtbot: QtBot, page: DevicesPage) -> None:
        page.choose("d1")
        page.table.setFocus()
        qtbot.keyClick(page.table, Key.Key_Return)
        assert page.details.isAncestorOf(QApplication.focusWidget())

    def test_escape_leaves_the_search_then_what_is_chosen(
        self, qtbot: QtBot, page: DevicesPage
    ) -> None:
        page.search.setText("lamp")
        page.search.settle()
        page.choose("d1")
        page.table.setFocus()
        qtbot.keyClick(page.table, Key.Key_Escape)
        assert page.search.text() == ""
        assert page.selected() == ["d1"]
        qtbot.keyClick(page.table, Key.Key_Escape)
        assert page.selected() == []

    def test_the_menu_key_asks_for_the_menu_below_the_row(
        self, qtbot: QtBot, page: DevicesPage
    ) -> None:
        page.table.menu_wanted.disconnect()  # no menu opens without a screen
        page.choose("d1")
        row = page.table.visualRect(page.table.currentIndex())
        with qtbot.waitSignal(page.table.menu_wanted) as heard:
            key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
            page.table.contextMenuEvent(key)
        at = page.table.viewport().mapFromGlobal(heard.args[0])
        assert at.y() == row.bottom()

    def test_all_shown_are_chosen(self, qtbot: QtBot, page: DevicesPage) -> None:
        page._pick(Group.READY)
        page.table.setFocus()
        qtbot.keySequence(page.table, QKeySequence.StandardKey.SelectAll)
        assert len(page.selected()) == 4
        assert page.bar.chosen.text() == "4 selected"


class TestNarrow:
    @pytest.fixture(autouse=True)
    def narrow(self, window: Window, page: DevicesPage, qtbot: QtBot) -> None:
        window.setMinimumSize(400, 400)
        window.resize(780, 620)
        qtbot.waitUntil(lambda: page._narrow)

    def test_details_are_a_page_of_their_own(self, qtbot: QtBot, page: DevicesPage) -> None:
        assert not page.details.isVisible()
        page.choose("d1")
        page.table.setFocus()
        qtbot.keyClick(page.table, Key.Key_Return)
        assert page.details.isVisible()
        assert not page.table.isVisible()
        qtbot.keyClick(page.back, Key.Key_Escape)
        assert page.table.isVisible()

    def test_a_link_to_a_device_opens_them(self, page: DevicesPage, window: Window) -> None:
        window.go("devices", "d2")
        assert page.details.isVisible()
        assert page.details.key == "d2"

    def test_nothing_above_the_table_is_cut(self, page: DevicesPage) -> None:
        page.layout().activate()
        for one in (*page.chips.values(), page.update_button):
            assert one.width() >= one.sizeHint().width(), one.text()


class TestNothing:
    def test_an_empty_house_leads_to_messages(self, make_face, qtbot: QtBot) -> None:
        facts = {"connection": house().facts["connection"]}
        window = make_face(FakeClient(Snapshot(number=1, facts=facts))).window
        assert not window.devices.details.isVisible()
        shown_button(qtbot, window, "Show all messages").click()
        assert window.shown == "messages"

    def test_a_broker_that_is_away_leads_to_settings(self, make_face, qtbot: QtBot) -> None:
        away = Connection(broker="home", address="192.168.1.4:1883", state=BrokerState.LOST)
        facts = {"connection": {"home": away}}
        window = make_face(FakeClient(Snapshot(number=1, facts=facts))).window
        shown_button(qtbot, window, "Open Settings").click()
        assert window.shown == "settings"

    def test_a_search_without_result_is_left_with_a_click(
        self, page: DevicesPage, qtbot: QtBot, window: Window
    ) -> None:
        page.search.setText("zzz")
        page.search.settle()
        shown_button(qtbot, window, "Show all devices").click()
        assert page.model.rowCount() == 14

    @pytest.mark.parametrize(
        ("error", "said"), [(None, "opens in a window"), (OSError(), "could not be opened")]
    )
    def test_the_demo_house_opens_beside(
        self, make_face, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, error, said: str
    ) -> None:
        def open_demo(_language: str) -> None:
            if error:
                raise error

        monkeypatch.setattr("desktop.demo_window.open_demo", open_demo)
        window = make_face(FakeClient(Snapshot(number=1))).window
        shown_button(qtbot, window, "Try the demo house").click()
        assert said in window.toast.text


def test_what_was_shown_of_a_device_goes_when_it_is_filtered_away(page: DevicesPage) -> None:
    page.choose("d1")
    page.search.setText("camera")
    page.search.settle()
    assert page.details.key == ""
    assert not page.update_button.isEnabled()


def test_children_of_a_gateway_say_its_new_name(
    page: DevicesPage, client: FakeClient, hear
) -> None:
    client.say(device("hub", "Old hub"), device("kid", "Kid", via="hub"))
    hear()
    client.say(device("hub", "New hub"))
    hear()
    assert page.model.row_at(page.model.place("kid")).gateway == "New hub"
