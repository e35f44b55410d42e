"""What a device's values were, answered in the pool from a file that is really written."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop import plots
from desktop.app import Household
from desktop.door import socket_path
from desktop.plot_commands import FEATURES_MAX, POINTS_MAX, Kept, KeptValues, ReadPlots
from desktop.plots import Plots
from desktop.wire import COMMANDS, FACTS
from fleet.archive import Archive
from fleet.client import SocketClient
from fleet.errors import CommandError
from fleet.model import OWNER, Message
from fleet.series import HOLD_S, Point
from tests.desktop.homes import furnish

NOW = 1_795_000_000
DAY = 86_400


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.sqlite"


def write(path, feature="t", *, every=60, hours=24, kind="temperature", skip=()):
    begin = NOW - hours * 3_600
    times = [at for at in range(begin, NOW, every) if at not in skip]
    with Archive.open(path) as archive:
        archive.keep(
            ("hall", feature, kind, "°C", at, 20.0 + (at - begin) / every % 7) for at in times
        )


def asked(**more) -> ReadPlots:
    known = {"device": "hall", "features": ("t",), "since": NOW - DAY, "until": NOW, "points": 300}
    return ReadPlots(**{**known, **more})


def test_a_picture_gets_no_more_points_than_it_has_columns(path) -> None:
    write(path)
    (found,) = plots.read(path, asked(points=200), NOW)
    assert 100 < len(found.points) <= 201
    assert all(one.low <= one.mean <= one.high for one in found.points)
    assert (found.points[0].low, found.breaks) == (20.0, ())


def test_a_stretch_in_which_nothing_was_said_is_a_gap(path) -> None:
    quiet = range(NOW - 6 * 3_600, NOW - 5 * 3_600)
    write(path, skip=quiet)
    (found,) = plots.read(path, asked(), NOW)
    (number,) = found.breaks
    assert found.points[number].at - found.points[number - 1].at >= 3_600


def test_a_device_that_sleeps_for_an_hour_has_no_gap(path) -> None:
    write(path, every=3_600)
    assert len(plots.read(path, asked(), NOW)[0].breaks) > 10
    assert plots.read(path, asked(rest_s=9_000), NOW)[0].breaks == ()


@pytest.mark.parametrize(
    ("age", "step", "width"),
    [(0, 10, 10), (0, 288, 288), (3 * DAY, 10, 60), (40 * DAY, 10, 3_600), (0, 90_000, 90_000)],
)
def test_a_point_holds_as_long_as_it_may_be_wide(age, step, width) -> None:
    assert plots.hold(NOW - age, step, NOW) == HOLD_S + width


def test_what_is_not_kept_is_left_out_and_the_order_is_the_one_asked_for(path) -> None:
    write(path, "b")
    write(path, "a")
    found = plots.read(path, asked(features=("b", "nothing", "a")), NOW)
    assert [one.feature for one in found] == ["b", "a"]


def test_which_values_are_kept_is_told(path) -> None:
    write(path)
    assert plots.kept(path, "hall") == (Kept(feature="t", capability="temperature", unit="°C"),)
    assert plots.kept(path, "nobody") == ()


def test_a_house_that_has_kept_nothing_yet_has_no_plots(path) -> None:
    assert plots.kept(path, "hall") == plots.read(path, asked(), NOW) == ()


class FakeHouse:
    def __init__(self) -> None:
        self.handlers = {}

    def handle(self, kind, role, fn) -> None:
        self.handlers[kind] = fn


@pytest.fixture
def house(path):
    """A house that answers; its pool ends with it."""
    with ThreadPoolExecutor(1) as pool:
        made = FakeHouse()
        Plots(pool, path, lambda: NOW).join(made)
        yield made


def test_the_house_thread_only_hands_it_on(house, path) -> None:
    write(path)
    (found,) = house.handlers[ReadPlots](asked(), OWNER).result(10)
    assert isinstance(found.points[0], Point)
    assert house.handlers[KeptValues](KeptValues(device="hall"), OWNER).result(10)


@pytest.mark.parametrize(
    "bad",
    [
        {"points": 0},
        {"points": POINTS_MAX + 1},
        {"since": NOW},
        {"features": tuple(map(str, range(FEATURES_MAX + 1)))},
    ],
)
def test_what_no_picture_can_show_is_refused(house, bad) -> None:
    with pytest.raises(CommandError) as refused:
        house.handlers[ReadPlots](asked(**bad), OWNER)
    assert refused.value.code == "plot_bad"


@pytest.mark.parametrize("through", ["here", "socket"])
def test_a_house_answers_what_it_has_kept(tmp_path, through) -> None:
    hello = {
        "id": "hall",
        "name": "Hall",
        "features": [{"name": "t", "capability": "temperature", "unit": "°C"}],
    }
    with Household(furnish(tmp_path / "house")) as house:
        for word, said in (("hello", hello), ("tele", {"t": 20.5})):
            topic = f"orangery/v1/dev/hall/{word}"
            payload, now = json.dumps(said).encode(), time.time()
            house._house.post(Message(broker="home", topic=topic, payload=payload, at=now))
        house._house.announced().result(10)
        house._values.flushed()
        other = SocketClient(socket_path(house.folder), COMMANDS, FACTS)
        client = other if through == "socket" else house.client
        (key,) = client.snapshot().devices
        (kept,) = client.send(KeptValues(device=key)).result(10)
        assert (kept.feature, kept.unit) == ("t", "°C")
        now = time.time()
        wanted = ReadPlots(device=key, features=("t",), since=now - 60, until=now + 60)
        (found,) = client.send(wanted).result(10)
        assert [point.mean for point in found.points] == [20.5]
        other.close()
