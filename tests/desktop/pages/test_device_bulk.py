"""Several devices at once: what is done, what could not be and why, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.pages import device_menu
from desktop.pages.device_deeds import web_page
from desktop.pages.devices import DevicesPage
from desktop.tables import Format
from desktop.window import Window
from fleet.capability import Capability, Deed, Feature
from fleet.errors import CommandError
from fleet.model import Caps, Endpoint, UpdateState
from tests.desktop.fake_client import PENDING, FakeClient
from tests.desktop.fake_house import device, update

RESTART = {
    "Restart": Feature(
        capability=Capability.BUTTON, dialect="tasmota", settable=True, deed=Deed.RESTART
    )
}


@pytest.fixture
def page(window: Window) -> DevicesPage:
    window.activateWindow()
    return window.devices


@pytest.fixture
def trigger(window: Window, hear) -> Callable[[str], None]:
    """Do an action, and let the window take the house's answer."""

    def do(name: str) -> None:
        window.actions_[name].trigger()
        hear()

    return do


def accept(window: Window, hear, *values: str) -> None:
    """Fill a small question in and say yes."""
    for line, value in zip(window.dialog.fields, values, strict=True):
        line.setText(value)
    window.dialog.go.click()
    hear()


class TestRooms:
    def test_a_room_is_set_on_all_that_are_chosen_and_taken_back(
        self, page: DevicesPage, window: Window, client: FakeClient, trigger, hear
    ) -> None:
        page._select(["d1", "d2"])
        trigger("room")
        accept(window, hear, "Attic")
        assert {(one.device, one.room) for one in client.of("SetRoom")} == {
            ("d1", "Attic"),
            ("d2", "Attic"),
        }
        assert window.toast.text == "Room of 2 devices set"
        client.sent.clear()
        trigger("undo")
        assert {(one.device, one.room) for one in client.of("SetRoom")} == {("d1", ""), ("d2", "")}

    def test_a_room_that_the_user_had_given_comes_back(
        self, page: DevicesPage, window: Window, client: FakeClient, trigger, hear
    ) -> None:
        client.say(device("d1", "Ceiling lamp", room="Study", given=frozenset({"room"})))
        hear()
        page._select(["d1"])
        trigger("room")
        assert window.dialog.values == ["Study"]
        accept(window, hear, "Attic")
        trigger("undo")
        assert client.of("SetRoom")[-1].room == "Study"


class TestPartial:
    """What the house refuses for some is told, and can be tried again."""

    @pytest.fixture
    def refusing(self, client: FakeClient) -> set[str]:
        refused = {"d2"}
        client.answers["SetAskFirst"] = lambda command: (
            CommandError("unknown_device", device=command.device)
            if command.device in refused
            else None
        )
        return refused

    def test_how_many_and_why_not_the_others(
        self, page: DevicesPage, window: Window, refusing: set[str], trigger
    ) -> None:
        page._select(["d1", "d2", "d3"])
        trigger("ask_first")
        assert page.bar.outcome.text().startswith("2 of 3 done; 1 could not, because: ")
        assert page.bar.again.isVisible()
        assert window.toast.text == "2 devices: you will be asked first"

    def test_which_and_why_is_listed(
        self, qtbot: QtBot, page: DevicesPage, window: Window, refusing: set[str], trigger
    ) -> None:
        page._select(["d1", "d2"])
        trigger("ask_first")
        qtbot.mouseClick(page.bar.which, Qt.MouseButton.LeftButton)
        assert window.dialog.text.toPlainText().startswith("Desk lamp: ")

    def test_only_those_are_tried_again(
        self, page: DevicesPage, client: FakeClient, refusing: set[str], trigger, hear
    ) -> None:
        page._select(["d1", "d2", "d3"])
        trigger("ask_first")
        refusing.clear()
        client.sent.clear()
        page.bar.again.click()
        hear()
        assert [one.device for one in client.of("SetAskFirst")] == ["d2"]
        assert page.bar.chosen.isVisible()

    def test_taking_it_back_touches_only_what_was_done(
        self, page: DevicesPage, client: FakeClient, refusing: set[str], trigger
    ) -> None:
        page._select(["d1", "d2"])
        trigger("ask_first")
        client.sent.clear()
        trigger("undo")
        assert [(one.device, one.ask) for one in client.of("SetAskFirst")] == [("d1", False)]


class TestLong:
    """What takes long shows how far it is, and stops where that is safe."""

    @pytest.fixture(autouse=True)
    def answers(self, client: FakeClient) -> list[Future[None]]:
        """The house answers when the test says so."""
        open_: list[Future[None]] = []
        send = client.send

        def later(command: object, *more: object) -> Future[None]:
            if type(command).__name__ != "Pin":
                return send(command, *more)
            client.sent.append(command)
            open_.append(Future())
            return open_[-1]

        client.send = later
        return open_

    def test_progress_is_told_and_the_rest_can_be_stopped(
        self, page: DevicesPage, client: FakeClient, answers, trigger, hear
    ) -> None:
        client.say(*(device(f"x{n:02}", f"Plug {n:02}") for n in range(50)))
        hear()
        page.table.selectAll()
        trigger("stay")
        assert len(answers) == 20  # a few at a time
        answers[0].set_result(None)
        hear()
        assert page.bar.doing.text() == "Marking: 1 of 64"
        page.bar.stop.click()
        for one in answers[1:]:
            one.set_result(None)
        hear()
        assert page.bar.outcome.text() == "21 of 64 done; 43 not begun: you stopped it"

    def test_two_for_several_do_not_run_at_once(
        self, page: DevicesPage, client: FakeClient, trigger, window: Window
    ) -> None:
        page._select(["d1", "d2"])
        trigger("stay")
        trigger("ask_first")
        assert client.of("SetAskFirst") == []
        assert window.toast.text == "Wait until this is done: Marking"


class TestButtons:
    def test_those_that_can_are_restarted_after_a_question(
        self, page: DevicesPage, window: Window, client: FakeClient, trigger, hear
    ) -> None:
        client.say(device("d1", "Ceiling lamp", dialects=("tasmota",), features=RESTART))
        hear()
        page._select(["d1", "d2"])
        trigger("restart")
        assert client.of("Act") == []
        accept(window, hear)
        (act,) = client.of("Act")
        assert (act.device, act.feature, act.value) == ("d1", "Restart", None)
        assert page.bar.outcome.text() == (
            "1 of 2 done; 1 could not, because: It has no way to be restarted from here"
        )

    def test_only_makers_that_can_be_asked_are_asked(
        self, page: DevicesPage, client: FakeClient, trigger, hear
    ) -> None:
        client.say(device("d1", "Ceiling lamp", caps=Caps(check=True)))
        hear()
        page._select(["d1", "d2"])
        trigger("check_offers")
        assert [one.device for one in client.of("CheckOffer")] == ["d1"]


class TestForgetting:
    def test_several_come_back_with_one_undo(
        self, page: DevicesPage, client: FakeClient, window: Window, trigger
    ) -> None:
        page._select(["d1", "d2"])
        trigger("forget")
        assert window.toast.text == "2 devices forgotten"
        trigger("undo")
        assert {one.device for one in client.of("Restore")} == {"d1", "d2"}


class TestMarks:
    def test_skipping_is_taken_back(self, page, client: FakeClient, trigger) -> None:
        page._select(["d1", "d10"])  # nothing is ready for d10
        trigger("skip")
        trigger("undo")
        assert [(one.device, one.version, one.skip) for one in client.of("SkipVersion")] == [
            ("d1", "1.128.0", True),
            ("d1", "1.128.0", False),
        ]

    def test_where_all_are_marked_the_mark_goes(self, page, client, trigger, hear) -> None:
        client.say(device("d1", "Ceiling lamp", ask_first=True))
        hear()
        page._select(["d1"])
        trigger("ask_first")
        assert client.of("SetAskFirst")[0].ask is False


class TestTags:
    def test_ticks_show_who_has_what_and_only_changes_are_sent(
        self, page: DevicesPage, window: Window, client: FakeClient, trigger, hear
    ) -> None:
        client.say(
            device("d1", "Ceiling lamp", tags=frozenset({"test", "north"})),
            device("d2", "Desk lamp", tags=frozenset({"test"})),
        )
        hear()
        page._select(["d1", "d2"])
        trigger("tags")
        ticks = window.dialog.ticks
        state = Qt.CheckState
        assert ticks["test"].checkState() is state.Checked
        assert ticks["north"].checkState() is state.PartiallyChecked
        ticks["test"].click()
        window.dialog.line.setText("#new, Fridge")
        window.dialog.go.click()
        hear()
        assert {(one.device, one.tags) for one in client.of("SetTags")} == {
            ("d1", frozenset({"north", "new", "Fridge"})),
            ("d2", frozenset({"new", "Fridge"})),
        }
        client.sent.clear()
        trigger("undo")
        assert {(one.device, one.tags) for one in client.of("SetTags")} == {
            ("d1", frozenset({"test", "north"})),
            ("d2", frozenset({"test"})),
        }


class TestRename:
    def test_a_name_is_taken_back_to_the_devices_own(
        self, page: DevicesPage, window: Window, client: FakeClient, trigger, hear
    ) -> None:
        page._select(["d1"])
        trigger("rename")
        accept(window, hear, "Sun")
        assert window.toast.text == "Ceiling lamp is called Sun now"
        trigger("undo")
        assert [one.name for one in client.of("Rename")] == ["Sun", ""]


class TestCopies:
    def test_rows_are_copied_as_csv_and_json(self, page, qapp: QApplication, trigger) -> None:
        page._select(["d1"])
        trigger("copy_csv")
        assert qapp.clipboard().text().splitlines()[0] == "Name,State,Version,Update to,Seen"
        trigger("copy_json")
        (row,) = json.loads(qapp.clipboard().text())
        assert (row["name"], row["version"], row["update_to"]) == (
            "Ceiling lamp",
            "1.122.2",
            "1.128.0",
        )

    def test_what_is_shown_is_written_into_a_file(
        self, qtbot: QtBot, page: DevicesPage, window: Window, trigger, tmp_path: Path
    ) -> None:
        page._select(["d1"])
        trigger("export_devices")
        dialog = window.dialog
        assert dialog.path.name == "devices-2026-11-27.csv"
        dialog.how.setCurrentIndex(dialog.how.findData(Format.JSON))
        assert dialog.path.name == "devices-2026-11-27.json"
        dialog.file.setText(str(tmp_path / "all.json"))
        dialog.which.setCurrentIndex(1)
        dialog.go.click()
        qtbot.waitUntil(lambda: "14 rows written to all.json" in window.toast.text)
        assert len(json.loads((tmp_path / "all.json").read_text())) == 14

    def test_a_file_that_cannot_be_written_is_told_where_it_was_chosen(
        self, qtbot: QtBot, page: DevicesPage, window: Window, trigger, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("")
        trigger("export_devices")
        dialog = window.dialog
        dialog.file.setText(str(tmp_path / "file" / "x.csv"))
        dialog.go.click()
        qtbot.waitUntil(dialog._wrong.isVisible)
        assert dialog.go.isEnabled()
        dialog.reject()


class TestMenu:
    def names(self, page: DevicesPage, window: Window) -> dict[str, bool]:
        menu = device_menu.row_menu(page, window.desk, page._rows())
        found = {one.objectName(): one.isEnabled() for one in menu.actions() if one.objectName()}
        menu.close()
        return found

    def test_what_a_device_cannot_is_there_and_cannot_be_pressed(
        self, page: DevicesPage, window: Window, client: FakeClient, hear
    ) -> None:
        page._select(["d2"])
        able = self.names(page, window)
        assert set(able) == {name for name in device_menu.MENU if name != "-"}
        off = {name for name, on in able.items() if not on}
        assert off == {"go_back", "check_offers", "restart", "locate", "open_page"}

    def test_what_all_chosen_are_marked_with_is_ticked(
        self, page: DevicesPage, window: Window, client: FakeClient, hear
    ) -> None:
        client.say(device("d1", "Ceiling lamp", ask_first=True), device("d2", "Desk lamp"))
        hear()
        for keys, ticked in ((["d1"], True), (["d1", "d2"], False)):
            page._select(keys)
            device_menu.row_menu(page, window.desk, page._rows()).close()
            assert window.actions_["ask_first"].isChecked() is ticked

    def test_going_back_says_where_to(
        self, page: DevicesPage, window: Window, client: FakeClient, hear
    ) -> None:
        done = {"version_from": "1.122.2", "version_to": "1.128.0", "back": "yes"}
        client.say(update={"d3": update("d3", UpdateState.DONE, **done)})
        hear()
        page._select(["d3"])
        menu = device_menu.row_menu(page, window.desk, page._rows())
        (back,) = [one for one in menu.actions() if one.objectName() == "go_back"]
        assert back.text() == "Go back to 1.122.2…"
        menu.close()


@pytest.mark.parametrize(
    ("dialect", "address", "page"),
    [
        ("tasmota", "192.168.1.7", "http://192.168.1.7/"),
        ("shelly2", "10.0.0.9", "http://10.0.0.9/"),
        ("zigbee2mqtt", "192.168.1.7", ""),
        ("tasmota", "8.8.8.8", ""),
        ("tasmota", "127.0.0.1", ""),
        ("tasmota", "evil.example", ""),
        ("tasmota", "", ""),
    ],
)
def test_a_page_is_only_opened_at_home(dialect: str, address: str, page: str) -> None:
    at = Endpoint(broker="home", dialect=dialect, id="x", data={"ip": address})
    one = device("a", "A", dialects=(dialect,), endpoints={dialect: at})
    assert web_page(one) == page


def test_nothing_is_waited_for_when_the_house_does_not_answer(
    page: DevicesPage, client: FakeClient, trigger
) -> None:
    client.answers["SetAskFirst"] = PENDING
    page._select(["d1"])
    trigger("ask_first")
    assert page.bar.amount.isVisible()


def test_which_rows_are_chosen_is_read_without_asking_each_cell(
    page: DevicesPage, client: FakeClient, hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.say(*(device(f"x{n:03}", f"Plug {n:03}") for n in range(500)))
    hear()
    page.table.selectAll()
    asked: list[int] = []
    monkeypatch.setattr(type(page.model), "columnCount", lambda *_: asked.append(1) or 15)
    page._read_anew()
    assert len(page.selected()) == 514
    assert len(asked) < 10
