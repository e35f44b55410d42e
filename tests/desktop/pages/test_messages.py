"""The Messages page by keyboard and mouse: filter, kinds, tree, pause, details, plots, export."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.gui import Face
from desktop.messages_commands import Read, Understood
from desktop.models.payload_lines import Role, said
from desktop.pages import messages as module
from desktop.pages.messages import MessagesPage
from fleet.errors import CommandError
from fleet.replay import replay
from fleet.ring import Kind
from tests.desktop.fake_messages import Talk


@pytest.fixture
def talk() -> Talk:
    made = Talk()
    made.say("tele/plug/SENSOR", {"ENERGY": {"Power": 40.0, "Voltage": 231}}, "d10")
    made.say("tele/plug/SENSOR", {"ENERGY": {"Power": 44.5, "Voltage": 231}}, "d10")
    made.say("garden/pump", b"7")
    made.send("cmnd/plug/STATUS", b"2", "d10")
    answer = Understood(reads=(Read(dialect="tasmota", says=(("power", "44.5 W"),)),))
    made.client.answers["Understand"] = answer
    return made


@pytest.fixture
def face(make_face, talk: Talk) -> Face:
    made = make_face(talk.client)
    made.window.show_page("messages")
    made.desk.bridge.take()
    return made


@pytest.fixture
def page(face: Face) -> MessagesPage:
    shown = face.window.current
    assert isinstance(shown, MessagesPage)
    return shown


def hear(page: MessagesPage) -> None:
    """Let the page ask and hear what is answered, now."""
    page._desk.bridge.take()
    page.list.feed.ask()
    page.topics.ask()
    page.plots.ask()
    page._desk.bridge.take()


def topics(page: MessagesPage) -> list[str]:
    return [one.topic for one in page.list.model.rows()]


def lines(page: MessagesPage) -> list[str]:
    model = page.detail.lines
    return [model.data(model.index(row)) for row in range(model.rowCount())]


def choose(page: MessagesPage, number: int) -> None:
    page.list.choose(number)
    page._desk.bridge.take()


def test_all_that_is_said_is_listed_and_counted_by_kind(page):
    assert topics(page) == ["tele/plug/SENSOR"] * 2 + ["garden/pump", "cmnd/plug/STATUS"]
    said = [page.chips[kind].text() for kind in Kind]
    assert said == ["All  4", "Devices  2", "Unknown  1", "Sent by us  1"]


def test_a_chip_shows_one_kind(page):
    page.chips[Kind.UNKNOWN].click()
    page._desk.bridge.take()
    assert topics(page) == ["garden/pump"]
    assert not page.chips[Kind.ALL].isChecked()


def test_ctrl_f_goes_into_the_filter_and_enter_into_the_list(face, page, qtbot: QtBot):
    face.window.activateWindow()
    face.window.actions_["search"].trigger()
    qtbot.keyClicks(page.filter, "tele/+/SENSOR")
    qtbot.keyClick(page.filter, Qt.Key.Key_Return)
    page._desk.bridge.take()
    assert topics(page) == ["tele/plug/SENSOR"] * 2
    assert face.window.focusWidget() is page.list.table


def test_ctrl_p_pauses_and_goes_on(face, page, talk):
    face.window.actions_["pause_messages"].trigger()
    talk.say("garden/pump", b"8")
    hear(page)
    assert len(topics(page)) == 4
    assert "1 new" in page.list.more.text()
    assert page.pause.accessibleName() == "Go on"
    face.window.actions_["pause_messages"].trigger()
    page._desk.bridge.take()
    assert len(topics(page)) == 5


def test_its_actions_count_on_this_page_only(face):
    names = ("pause_messages", "clear_messages", "export_messages", "send_message")
    assert all(face.window.actions_[name].isEnabled() for name in names)
    face.window.show_page("devices")
    assert not any(face.window.actions_[name].isEnabled() for name in names)


def test_one_message_is_shown_against_the_one_before(page):
    choose(page, 2)
    assert lines(page) == [
        "  {",
        '    "ENERGY": {',
        '~     "Power": 44.5,    was 40.0',
        '      "Voltage": 231',
        "    }",
        "  }",
    ]
    assert page.detail.compared.text() == "1 change against the one 0.2 s before"
    assert page.detail.understood.text() == "Tasmota: power: 44.5 W"
    assert "Desk plug" in page.detail.under.text()


def test_a_changed_line_is_read_aloud_as_one(page):
    choose(page, 2)
    line = page.detail.lines.index(2).data(Role.LINE)
    assert said(line) == 'changed: "Power": 44.5,    was 40.0'


def test_an_earlier_message_of_the_topic_can_be_shown(page):
    choose(page, 2)
    assert page.detail.earlier.count() == 2
    page.detail.earlier.setCurrentRow(1)
    page._desk.bridge.take()
    assert page.detail.shown.number == 1
    assert page.detail.compared.text() == "The first on this topic that is kept."


def test_the_details_follow_their_topic_where_that_is_wanted(page, talk):
    choose(page, 2)
    talk.say("tele/plug/SENSOR", {"ENERGY": {"Power": 60.0, "Voltage": 231}}, "d10")
    hear(page)
    assert page.detail.shown.number == 2
    assert page.detail.earlier.count() == 3
    page.detail.live.click()
    page._desk.bridge.take()
    talk.say("tele/plug/SENSOR", {"ENERGY": {"Power": 61.0, "Voltage": 231}}, "d10")
    talk.say("garden/pump", b"9")
    hear(page)
    assert '~     "Power": 61.0,    was 60.0' in lines(page)
    page.detail.earlier.setCurrentRow(2)
    assert not page.detail.live.isChecked()


def test_what_nobody_understands_says_why(page, talk):
    talk.client.answers["Understand"] = Understood(unknown="no_dialect")
    choose(page, 3)
    assert page.detail.understood.text()
    talk.client.answers["Understand"] = CommandError("message_gone")
    choose(page, 2)
    assert page.detail.understood.text() == "The message is no longer kept."


def test_a_number_is_plotted_with_what_is_kept_and_from_then_on(page, talk, qtbot: QtBot):
    choose(page, 2)
    page.detail.payload.setCurrentIndex(page.detail.lines.index(2))
    page.detail.payload.setFocus()
    qtbot.keyClick(page.detail.payload, Qt.Key.Key_Return)
    page._desk.bridge.take()
    (plot,) = page.plots.plots.values()
    assert [value for _, value in plot.points] == [40.0, 44.5]
    talk.say("tele/plug/SENSOR", {"ENERGY": {"Power": 50}}, "d10")
    talk.say("tele/plug/SENSOR", b"off", "d10")
    hear(page)
    assert [value for _, value in plot.points] == [40.0, 44.5, 50.0]
    assert "now 50, from 40 to 50 in 3 messages" in plot.accessibleName()


def test_a_plot_is_remembered_exported_and_taken_away(page, tmp_path):
    page.plots.plot("tele/plug/SENSOR", ("ENERGY", "Power"))
    page._desk.bridge.take()
    (one,) = page.plots.plots
    file = tmp_path / "points.csv"
    page.plots.export(one, str(file))
    assert file.read_text().splitlines()[0] == "time,plug/SENSOR · ENERGY.Power"
    assert len(file.read_text().splitlines()) == 3
    again = MessagesPage(page._desk)
    assert list(again.plots.plots) == [one]
    again.deleteLater()
    page.plots.plot(one.topic, one.path)
    assert not page.plots.plots
    assert page.plots.isHidden()


def test_the_tree_counts_topics_and_filters_by_a_click(page, talk):
    page.tree.click()
    hear(page)
    model = page.topics.model
    texts = [model.data(model.index(row, 0)) for row in range(model.rowCount())]
    assert texts == ["cmnd  1", "garden  1", "tele  2"]
    page.topics.tree.clicked.emit(model.index(2, 0))
    page._desk.bridge.take()
    assert page.filter.text() == "tele/#"
    assert topics(page) == ["tele/plug/SENSOR"] * 2
    assert page.topics.topics() == ["cmnd/plug/STATUS", "garden/pump", "tele/plug/SENSOR"]


def test_what_is_listed_is_exported_and_read_again_by_replay(face, page, tmp_path):
    told = []
    face.desk.said.connect(lambda said: told.append(said.text))
    file = tmp_path / "heard.jsonl"
    page.export(file)
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["topic"] for row in rows] == topics(page)
    assert replay(file.read_text().splitlines())["devices"] is not None
    assert told == ["4 messages written to heard.jsonl"]


def test_a_table_is_exported_where_its_name_says_so(page, tmp_path, monkeypatch):
    file = tmp_path / "heard.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    page.deed_export_messages()
    assert file.read_text().startswith("time,direction,broker,topic")


def test_a_file_that_cannot_be_written_is_told(face, page, tmp_path):
    told = []
    face.desk.failed.disconnect()
    face.desk.failed.connect(told.append)
    (tmp_path / "file").write_text("")
    page.export(tmp_path / "file" / "heard.jsonl")
    assert len(told) == 1


def test_escape_closes_the_details_and_then_takes_the_filter_away(face, page, qtbot: QtBot):
    face.window.activateWindow()
    qtbot.waitUntil(face.window.isActiveWindow)
    page.show_filter("plug")
    page._desk.bridge.take()
    choose(page, 2)
    page.list.table.setFocus()
    qtbot.keyClick(page.list.table, Qt.Key.Key_Escape)
    assert not page.detail.isVisible()
    assert page.filter.text() == "plug"
    qtbot.keyClick(page.list.table, Qt.Key.Key_Escape)
    assert page.filter.text() == ""


def test_a_link_shows_a_device_or_a_filter(face, page):
    face.desk.go("messages", "d10")
    page._desk.bridge.take()
    assert topics(page) == ["tele/plug/SENSOR"] * 2 + ["cmnd/plug/STATUS"]
    face.desk.go("messages", "garden/#")
    page._desk.bridge.take()
    assert topics(page) == ["garden/pump"]


def test_filter_kind_and_pause_survive_another_language(face, page):
    page.show_filter("plug")
    page.pick(Kind.DEVICES)
    page.pause.click()
    face.speak("zh_CN")
    made = face.window.page("messages")
    assert made is not page
    assert (made.filter.text(), made.list.feed.wanted.kind) == ("plug", Kind.DEVICES)
    assert made.list.feed.is_paused
    assert made.pause.isChecked()


def test_the_payload_is_copied_as_it_is(page):
    choose(page, 2)
    page.detail.copy()
    assert json.loads(QGuiApplication.clipboard().text()) == {
        "ENERGY": {"Power": 44.5, "Voltage": 231}
    }


def test_without_the_expert_switch_the_link_leads_to_settings(face, page):
    assert "Settings" in page.send.text()
    page.send.click()
    assert face.window.shown == "settings"


def test_with_it_a_message_can_be_written_to_the_topic_that_is_chosen(face, page):
    face.desk.memory.put(module.EXPERT, True)
    choose(page, 2)
    face.window.actions_["send_message"].trigger()
    assert face.window.dialog.topic.text() == "tele/plug/SENSOR"
    face.window.dialog.close()
