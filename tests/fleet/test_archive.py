import itertools

import pytest

from fleet.archive import QUARTER_S, Archive
from fleet.errors import StoreError

T = 1_800_000_000 // (4 * QUARTER_S) * 4 * QUARTER_S  # a midnight
DAY = 86_400
HALL = ("hall", "climate", "temperature", "°C")
IDS = frozenset({("mac", "02005E000001")})


@pytest.fixture
def archive(tmp_path):
    with Archive.open(tmp_path / "history.sqlite") as opened:
        yield opened


def said(*samples, what=HALL):
    return [(*what, at, value) for at, value in samples]


def day_of(begin, *, every=30, what=HALL):
    return said(
        *((at, at // every % 10 / 10) for at in range(begin, begin + DAY, every)), what=what
    )


def values(archive, since, until, *, points=10_000, device="hall"):
    found = archive.plot(device, "climate", since=since, until=until, points=points)
    return [(one.at, one.mean) for one in found]


def test_what_was_kept_is_there_again_after_a_restart(tmp_path):
    path = tmp_path / "history.sqlite"
    with Archive.open(path) as first:
        first.keep(said((T, 20.5), (T + 30, 20.6)))
    with Archive.open(path) as second:
        assert values(second, T, T + 60) == [(T, 20.5), (T + 30, 20.6)]


def test_a_reader_sees_what_another_writes(archive, tmp_path):
    archive.keep(said((T, 20.5)))
    with Archive.look(tmp_path / "history.sqlite") as reader:
        archive.keep(said((T + 30, 20.6)))
        assert values(reader, T, T + 60) == [(T, 20.5), (T + 30, 20.6)]


def test_packing_changes_nothing_that_is_of_today(archive):
    archive.keep(day_of(T))
    before = values(archive, T, T + DAY)
    assert archive.tidy(T + DAY) == 2_880
    assert values(archive, T, T + DAY) == before
    assert archive.tidy(T + DAY) == 0


def test_the_quarter_that_goes_on_is_not_packed(archive):
    archive.keep(said((T, 1.0), (T + QUARTER_S, 2.0)))
    assert archive.tidy(T + QUARTER_S + 60) == 1
    assert values(archive, T, T + DAY) == [(T, 1.0), (T + QUARTER_S, 2.0)]


def test_packing_stops_where_it_is_asked_to_and_goes_on_later(archive):
    archive.keep(said((T, 1.0)))
    assert archive.tidy(T + DAY, going_on=lambda: False) == 0
    assert archive.tidy(T + DAY) == 1


def test_samples_thin_to_minutes_then_to_hours_then_go(archive):
    archive.keep(day_of(T))
    archive.tidy(T + DAY)
    archive.keep(said((T + 5 * DAY, 1.0)))
    archive.tidy(T + 6 * DAY)
    assert len(values(archive, T, T + DAY)) == 1_440
    archive.keep(said((T + 40 * DAY, 1.0)))
    archive.tidy(T + 41 * DAY)
    assert len(values(archive, T, T + DAY)) == 24
    archive.keep(said((T + 2_000 * DAY, 1.0)))
    archive.tidy(T + 2_001 * DAY)
    assert values(archive, T, T + DAY) == []


def test_a_long_plot_has_few_points_with_least_and_greatest(archive):
    archive.keep(day_of(T))
    archive.tidy(T + DAY)
    (point,) = archive.plot("hall", "climate", since=T, until=T + DAY, points=1)
    assert (point.low, point.high) == (0.0, 0.9)
    assert point.mean == pytest.approx(0.45, abs=0.01)


def test_a_plot_reaches_from_hours_over_minutes_to_now(archive):
    for day in range(45):
        archive.keep(day_of(T + day * DAY, every=1_800))
        archive.tidy(T + (day + 1) * DAY)
    archive.keep(said((T + 45 * DAY, 0.5)))
    found = values(archive, T, T + 46 * DAY, points=100_000)
    assert (found[0][0], found[-1]) == (T, (T + 45 * DAY, 0.5))
    times = [at for at, _ in found]
    assert times == sorted(set(times))
    assert max(b - a for a, b in itertools.pairwise(times)) <= 3_600


def test_what_is_said_late_finds_its_place(archive):
    archive.keep(said((T, 1.0)))
    archive.tidy(T + DAY)
    archive.keep(said((T + 60, 2.0)))
    archive.tidy(T + DAY)
    assert values(archive, T, T + DAY) == [(T, 1.0), (T + 60, 2.0)]


def test_a_device_under_a_new_key_keeps_what_was_its_own(archive):
    archive.keep(said((T, 1.0)))
    archive.tidy(T + DAY)
    archive.own({"hall": IDS})
    archive.rekey("hall", "porch")
    assert values(archive, T, T + DAY) == []
    assert values(archive, T, T + DAY, device="porch") == [(T, 1.0)]
    assert archive.owners() == {}


def test_two_devices_joined_have_both_histories(archive):
    other = ("porch", "climate", "temperature", "°C")
    archive.keep(said((T, 1.0), (T + 60, 1.0)) + said((T + 60, 2.0), (T + 120, 2.0), what=other))
    archive.tidy(T + DAY)
    archive.keep(said((T + DAY, 1.0)) + said((T + DAY, 2.0), (T + DAY + 9, 2.0), what=other))
    archive.rekey("hall", "porch")
    assert values(archive, T, T + 2 * DAY, device="porch") == [
        (T, 1.0),
        (T + 60, 2.0),
        (T + 120, 2.0),
        (T + DAY, 2.0),
        (T + DAY + 9, 2.0),
    ]


def test_of_a_forgotten_device_nothing_stays(archive):
    archive.keep(said((T, 1.0)))
    archive.tidy(T + DAY)
    archive.own({"hall": IDS})
    archive.forget("hall")
    assert (archive.series(), archive.owners()) == ([], {})


def test_ids_come_back(archive):
    archive.own({"hall": IDS})
    assert archive.owners() == {"hall": IDS}


def test_a_series_says_what_it_is_and_may_change_its_unit(archive):
    archive.keep(said((T, 1.0)))
    archive.keep(said((T + 1, 34.0), what=("hall", "climate", "temperature", "°F")))
    (series,) = archive.series("hall")
    assert (series.feature, series.capability, series.unit) == ("climate", "temperature", "°F")


def test_what_could_not_be_written_is_not_taken_for_written(archive):
    with pytest.raises(Exception, match="REAL"):
        archive.keep([(*HALL, T, 1.0), (*HALL, T + 1, "broken")])
    archive.keep(said((T, 1.0)))
    assert values(archive, T, T + 60) == [(T, 1.0)]


def test_a_file_that_is_none_is_set_aside(tmp_path):
    path = tmp_path / "history.sqlite"
    path.write_bytes(b"this is no database at all, but long enough to look like one" * 20)
    with Archive.open(path) as opened:
        assert opened.series() == []
    assert (tmp_path / "history.sqlite.aside-1").exists()


def test_where_no_file_can_be_the_error_says_so(tmp_path):
    (tmp_path / "history.sqlite").mkdir()
    with pytest.raises(StoreError):
        Archive.open(tmp_path / "history.sqlite")


def test_a_damaged_chunk_costs_its_own_points_alone(archive):
    archive.keep(said((T, 1.0), (T + QUARTER_S, 2.0)))
    archive.tidy(T + DAY)
    with archive._store.write() as db:
        db.execute("UPDATE chunk SET body = x'00' WHERE tier = 0 AND start = ?", (T,))
    assert values(archive, T + QUARTER_S, T + DAY) == [(T + QUARTER_S, 2.0)]


@pytest.mark.parametrize(
    ("since", "until", "points"), [(T, T, 10), (T + 60, T, 10), (T, T + 60, 0)]
)
def test_an_empty_stretch_has_no_points(archive, since, until, points):
    archive.keep(said((T, 1.0)))
    assert archive.plot("hall", "climate", since=since, until=until, points=points) == []


def test_nobody_has_a_plot_of_what_was_never_kept(archive):
    assert archive.plot("nobody", "x", since=0, until=1, points=5) == []


@pytest.mark.parametrize("lost", [0, 1, 100, 4_096, 9_000, 10**9])
def test_a_power_cut_leaves_what_was_on_the_disk_before(archive, tmp_path, lost):
    for number in range(5):
        archive.keep(said((T + number, float(number))))
    cut = tmp_path / "cut"
    cut.mkdir()
    (cut / "history.sqlite").write_bytes((tmp_path / "history.sqlite").read_bytes())
    log = (tmp_path / "history.sqlite-wal").read_bytes()
    (cut / "history.sqlite-wal").write_bytes(log[: max(0, len(log) - lost)])
    with Archive.open(cut / "history.sqlite") as after:
        found = values(after, T, T + 60)
        assert found == [(T + number, float(number)) for number in range(len(found))]
        assert after._store.rows("PRAGMA integrity_check")[0]["integrity_check"] == "ok"
        assert len(found) == 5 or lost
