"""What a plot looks like, by its pixels: gaps, bars, bands, and the same in both faces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.language import Speaker
from desktop.models import plot
from desktop.models.plot import Span
from desktop.plot_commands import Plotted
from desktop.theme import Mode, Theme
from desktop.widgets.plot import PlotView
from fleet.series import Point
from tests.desktop import detail_house
from tests.desktop.fake_house import NOW

DAY = 86_400
WIDE = 500
_ORANGE = 100  # more red than blue: the accent of both faces, and nothing else there


@pytest.fixture(autouse=True)
def spoken(qapp: QApplication) -> Iterator[Speaker]:
    made = Speaker(qapp, "en")
    yield made
    made.close()


@pytest.fixture(params=[Mode.LIGHT, Mode.DARK])
def face(request, qapp: QApplication) -> Iterator[Theme]:
    worn = Theme(qapp, Mode.LIGHT)
    worn.choose(request.param)
    yield worn
    worn.choose(Mode.LIGHT)


def view(qtbot: QtBot, *found: Plotted) -> PlotView:
    made = PlotView()
    qtbot.addWidget(made)
    made.show_plot(plot.compose(detail_house.thermometer(), found, NOW - DAY, NOW, Span.DAY))
    made.resize(WIDE, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    return made


def values(feature: str, kind: str, points: list[Point], *breaks: int) -> Plotted:
    return Plotted(
        feature=feature, capability=kind, unit="°C", points=tuple(points), breaks=breaks,
        hold_s=1_500.0,
    )  # fmt: skip


def warm(first: int, last: int, *, spread: float = 0.0) -> list[Point]:
    """Twenty degrees from one hour of the day that is shown to another."""
    begin = int(NOW) - DAY
    return [
        Point(begin + at, 20.0 - spread, 20.0 + (at % 7) / 10, 20.0 + spread)
        for at in range(first * 3_600, last * 3_600, 600)
    ]


def coloured(made: PlotView, hour: float) -> bool:
    """Whether anything of a value is drawn at this hour of the day that is shown."""
    image: QImage = made.picture().toImage()
    x = round(made._frame.x(NOW - DAY + hour * 3_600) * image.devicePixelRatio())
    column = (image.pixelColor(x, y) for y in range(image.height()))
    return any(seen.red() - seen.blue() > _ORANGE for seen in column)


def test_a_gap_is_drawn_as_a_gap(qtbot: QtBot, face: Theme) -> None:
    points = [*warm(1, 8), *warm(14, 23)]
    made = view(qtbot, values("temperature", "temperature", points, len(warm(1, 8))))
    assert [coloured(made, hour) for hour in (4, 11, 18)] == [True, False, True]


def test_what_is_on_is_a_bar_and_what_is_off_is_none(qtbot: QtBot, face: Theme) -> None:
    begin = int(NOW) - DAY
    said = [Point(begin + hour * 3_600, on, on, on) for hour, on in ((2, 0), (6, 1), (12, 0))]
    made = view(qtbot, values("occupancy", "motion", said))
    assert [coloured(made, hour) for hour in (4, 9, 15)] == [False, True, False]


def test_a_state_that_held_for_a_moment_is_seen(qtbot: QtBot) -> None:
    begin = int(NOW) - DAY + 12 * 3_600
    said = [Point(begin, 1, 1, 1), Point(begin + 1, 0, 0, 0)]
    made = view(qtbot, values("occupancy", "motion", said))
    around = (made._frame.moment(made._frame.x(begin) + step) for step in (-1, 0, 1))
    assert any(coloured(made, (moment - (NOW - DAY)) / 3_600) for moment in around)


def test_the_band_of_least_and_greatest_is_lighter_than_the_line(qtbot: QtBot) -> None:
    flat = view(qtbot, values("temperature", "temperature", warm(1, 23)))
    wide = view(qtbot, values("temperature", "temperature", warm(1, 23, spread=3.0)))
    tinted = QColor(theme.tokens().accent)
    ground = QColor(theme.tokens().surface)

    def between(made: PlotView) -> int:
        image = made.picture().toImage()
        x = round(made._frame.x(NOW - DAY / 2))
        reds = (image.pixelColor(x, y) for y in range(image.height()))
        return sum(
            tinted.blue() < seen.blue() < ground.blue() and seen.red() > 200 for seen in reds
        )

    assert between(wide) > between(flat) + 10


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 800])
def test_any_number_of_points_is_drawn(qtbot: QtBot, count: int) -> None:
    begin = int(NOW) - DAY
    points = [Point(begin + number * DAY // count, 10.0, 20.0, 30.0) for number in range(count)]
    made = view(qtbot, values("temperature", "temperature", points))
    assert coloured(made, 0.01)


def test_nothing_is_drawn_anew_while_only_the_pointer_moves(qtbot: QtBot) -> None:
    made = view(qtbot, values("temperature", "temperature", warm(1, 23)))
    made.grab()
    before = made._kept
    made.point_at(NOW - DAY / 2)
    made.grab()
    assert made._kept is before


def test_a_wider_picture_shows_more_columns(qtbot: QtBot) -> None:
    made = view(qtbot, values("temperature", "temperature", warm(1, 23)))
    before = made.columns
    made.resize(900, made.height())
    assert made.columns > before
