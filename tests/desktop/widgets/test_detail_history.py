"""The tab of plots: which values, how far back, under the pointer, and away as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.desk import Desk
from desktop.language import Speaker
from desktop.models.plot import Span
from desktop.widgets.detail_history import HistoryTab
from desktop.wishes_detail import DetailWishes
from tests.desktop import detail_house
from tests.desktop.fake_client import PENDING, FakeClient
from tests.desktop.fake_house import NOW

DAY = 86_400


@pytest.fixture
def spoken(qapp: QApplication) -> Iterator[Speaker]:
    made = Speaker(qapp, "en")
    yield made
    made.close()


@pytest.fixture
def client() -> FakeClient:
    return detail_house.client()


@pytest.fixture
def desk(client: FakeClient, spoken: Speaker) -> Iterator[Desk]:
    made = Desk(client, clock=lambda: NOW)
    yield made
    made.close()


@pytest.fixture
def hear(desk: Desk) -> Callable[[], None]:
    """Let the window take what waits: an answer may lead to the next question."""

    def take() -> None:
        for _ in range(3):
            desk.bridge.take()

    return take


@pytest.fixture
def tab(qtbot: QtBot, desk: Desk, client: FakeClient, hear) -> HistoryTab:
    made = HistoryTab(desk, DetailWishes(client))
    qtbot.addWidget(made)
    made.resize(380, 700)
    made.show()
    qtbot.waitExposed(made)
    made.show_device("thermo")
    hear()
    return made


def test_the_values_worth_most_are_drawn_at_once(tab: HistoryTab) -> None:
    assert [lane.title for lane in tab.plot.lanes] == ["Temperature", "Humidity"]
    assert tab.values.text() == "Temperature and 1 more"
    assert tab.view.accessibleName().startswith("Temperature, last day: from ")


def test_as_many_points_are_asked_for_as_there_are_columns(
    tab: HistoryTab, client: FakeClient
) -> None:
    asked = client.of("ReadPlots")[-1]
    assert asked.until - asked.since == DAY
    assert 60 <= asked.points <= tab.view.width()


@pytest.mark.parametrize(("span", "days"), [(Span.WEEK, 7), (Span.YEAR, 365)])
def test_a_week_and_a_year_are_a_click_away(  # noqa: PLR0917 - fixtures and parameters
    qtbot: QtBot, tab: HistoryTab, client: FakeClient, hear, span: Span, days: int
) -> None:
    qtbot.mouseClick(tab.spans[span], Qt.MouseButton.LeftButton)
    hear()
    asked = client.of("ReadPlots")[-1]
    assert asked.until - asked.since == days * DAY
    assert tab.plot.until - tab.plot.since == days * DAY
    assert tab.spans[span].isChecked()


def test_values_are_chosen_from_a_list(qtbot: QtBot, tab: HistoryTab, hear) -> None:
    tab.fill_menu()
    names = [one.text() for one in tab.menu.actions()]
    assert names == ["Temperature", "Humidity", "Motion", "Signal"]
    tab.menu.setActiveAction(tab.menu.actions()[2])
    qtbot.keyClick(tab.menu, Qt.Key.Key_Space)
    hear()
    assert [lane.title for lane in tab.plot.lanes] == ["Temperature", "Humidity", "Motion"]


def test_the_value_under_the_pointer_is_told(qtbot: QtBot, tab: HistoryTab) -> None:
    qtbot.mouseMove(tab.view, QPoint(tab.view.width() // 3, 30))
    assert "Temperature" in tab.view.pointed
    assert "°C" in tab.view.pointed


def test_the_arrow_keys_go_along_the_values(qtbot: QtBot, tab: HistoryTab) -> None:
    tab.view.setFocus()
    qtbot.keyClick(tab.view, Qt.Key.Key_Left)
    first = tab.view.pointed
    assert first.startswith("14:10: Temperature 19.7 to 20.5 °C, Humidity ")
    qtbot.keyClick(tab.view, Qt.Key.Key_PageUp)
    assert tab.view.pointed != first
    qtbot.keyClick(tab.view, Qt.Key.Key_Escape)
    assert tab.view.pointed == ""


def test_keys_zoom_and_go_back_in_time(
    qtbot: QtBot, tab: HistoryTab, client: FakeClient, hear
) -> None:
    qtbot.keyClick(tab.view, Qt.Key.Key_Plus)
    tab._ask()
    asked = client.of("ReadPlots")[-1]
    assert asked.until - asked.since == DAY / 2
    hear()
    qtbot.keyClick(tab.view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    tab._ask()
    earlier = client.of("ReadPlots")[-1]
    assert earlier.until == asked.until - DAY / 4
    assert tab.span is None
    assert not any(one.isChecked() for one in tab.spans.values())


def test_nobody_sees_the_future(tab: HistoryTab) -> None:
    tab.view.window_wanted.emit(NOW, NOW + DAY)
    assert tab._window == (NOW - DAY, NOW)


def test_only_the_answer_to_the_newest_question_is_drawn(
    tab: HistoryTab, client: FakeClient, hear
) -> None:
    before = tab.plot
    tab.choose_span(Span.WEEK)
    client.answers["ReadPlots"] = PENDING
    tab.choose_span(Span.YEAR)
    hear()
    assert tab.plot == before


def test_it_is_saved_as_csv_and_as_a_picture(tab: HistoryTab, tmp_path) -> None:
    tab.save_csv(str(tmp_path / "a.csv"))
    assert (tmp_path / "a.csv").read_text().startswith("value,unit,at,time,low,mean,high\n")
    tab.save_picture(str(tmp_path / "a.png"))
    assert QImage(str(tmp_path / "a.png")).width() == tab.view.width()
    with pytest.raises(OSError, match="nowhere"):
        tab.save_picture(str(tmp_path / "nowhere" / "a.png"))


def test_a_device_of_which_nothing_is_kept_says_so(tab: HistoryTab, hear) -> None:
    tab.show_device("d3")
    hear()
    assert tab._nothing.text().startswith("No values of it are kept yet.")
    assert not tab.view.isVisible()


def test_its_past_updates_stand_below_with_the_way_to_all(
    qtbot: QtBot, tab: HistoryTab, desk: Desk, hear
) -> None:
    tab.show_device("d3")
    hear()
    with qtbot.waitSignal(desk.history_wanted) as wanted:
        tab.record.click()
    assert wanted.args == ["d3"]


def test_a_large_answer_is_drawn_fast_enough_to_be_no_pause(tab: HistoryTab) -> None:
    """No time is measured here: what is drawn is bounded by the columns, not by the samples."""
    points = sum(len(one) for lane in tab.plot.lanes for one in lane.stretches)
    assert points <= tab.view.width() * len(tab.plot.lanes)
