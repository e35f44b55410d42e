from __future__ import annotations

import csv
import io

import pytest

from desktop.models import plot
from desktop.models.plot import Span
from desktop.plot_commands import Plotted
from fleet.series import Point
from tests.desktop import detail_house
from tests.desktop.fake_house import NOW

pytestmark = pytest.mark.usefixtures("spoken")
DAY = 86_400


def numbers(*means: float, breaks=(), step=3_600) -> Plotted:
    begin = int(NOW) - step * len(means)
    points = tuple(
        Point(begin + step * place, mean - 0.5, mean, mean + 0.5)
        for place, mean in enumerate(means)
    )
    return Plotted(
        feature="temperature", capability="temperature", unit="°C", points=points, breaks=breaks,
        hold_s=1_260 + step,
    )  # fmt: skip


def states(*said: float, breaks=(), step=3_600) -> Plotted:
    begin = int(NOW) - step * len(said)
    points = tuple(Point(begin + step * place, on, on, on) for place, on in enumerate(said))
    return Plotted(
        feature="occupancy", capability="motion", unit="", points=points, breaks=breaks,
        hold_s=1_260 + step,
    )  # fmt: skip


def made(*found: Plotted, span: Span | None = Span.DAY) -> plot.Plot:
    return plot.compose(detail_house.thermometer(), found, NOW - DAY, NOW, span)


def test_a_lane_says_all_of_it_to_who_does_not_see_it() -> None:
    (lane,) = made(numbers(18.7, 20.0, 21.9)).lanes
    assert lane.said == "Temperature, last day: from 18.2 to 22.4 °C, now 21 °C"


def test_a_state_says_its_share_of_the_time() -> None:
    (lane,) = made(states(0, 0, 0, 1)).lanes
    assert lane.said == "Motion, last day: detected 25 % of the time, now clear"
    assert (lane.states, lane.low, lane.high) == (True, 0.0, 1.0)


def test_a_stretch_of_its_own_names_its_ends() -> None:
    (lane,) = made(numbers(20.0), span=None).lanes
    assert "Thu 26 Nov 14:10 until Fri 27 Nov 14:10" in lane.said


def test_nothing_kept_is_said() -> None:
    empty = made(numbers())
    assert empty.empty == "Nothing was kept of this time."
    assert empty.lanes[0].said == "Temperature, last day: nothing was kept"


def test_gaps_cut_a_value_into_stretches() -> None:
    (lane,) = made(numbers(20, 20, 21, 21, breaks=(2,))).lanes
    assert [len(one) for one in lane.stretches] == [2, 2]


def test_in_a_gap_there_is_no_value_and_before_the_first_none_either() -> None:
    found = numbers(20, 21, 22, 23, breaks=(2,))
    (lane,) = made(found).lanes
    first, second, third, last = (one.at for one in found.points)
    assert plot.at(lane, first - 1) is None
    assert plot.at(lane, first + 100).mean == 20
    assert plot.at(lane, second).mean == 21
    assert plot.at(lane, second + 100) is None
    assert plot.at(lane, third).mean == 22
    assert plot.at(lane, last + 100).mean == 23


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (numbers(20.0), "19.5 to 20.5 °C"),
        (states(1.0), "detected"),
        (states(0.0), "clear"),
    ],
)
def test_a_point_is_told_as_people_say_it(found: Plotted, said: str) -> None:
    (lane,) = made(found).lanes
    assert plot.told(lane, found.points[0]) == said


def test_a_point_that_stands_for_many_states_says_their_share() -> None:
    (lane,) = made(states(1.0)).lanes
    assert plot.told(lane, Point(0, 0.0, 0.35, 1.0)) == "detected 35 % of the time"


def test_a_gap_counts_for_no_state() -> None:
    told = states(1, 0, breaks=(1,), step=10_000)
    ends = told.points[-1].at + 10_000
    assert plot.share(told, ends) == pytest.approx(10_000 / 20_000)


def test_what_is_looked_at_first_comes_first() -> None:
    plug = detail_house.plug()
    order = plot.worth(plug, ["Wifi.Signal", "Voltage", "POWER", "Power", "gone"])
    assert order == ("Power", "POWER", "Voltage", "Wifi.Signal", "gone")


def test_it_leaves_as_csv_with_both_kinds_of_time() -> None:
    rows = list(csv.DictReader(io.StringIO(plot.as_csv(made(numbers(20.0, 21.0))))))
    assert [row["mean"] for row in rows] == ["20.0", "21.0"]
    assert rows[0]["unit"] == "°C"
    assert rows[0]["time"].startswith("2026-11-27T12:10:00")


def test_a_file_of_it_is_named_after_device_and_day() -> None:
    assert plot.file_name(detail_house.plug(), made(), "csv") == "Washing-machine-2026-11-27.csv"


@pytest.mark.parametrize("span", Span)
def test_every_span_has_its_words(span: Span) -> None:
    assert plot.span_words(span)
    assert made(numbers(20.0), span=span).lanes[0].said
