import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fleet.series import (
    HOLD_S,
    Point,
    merged,
    packed_points,
    packed_samples,
    points_of,
    thinned,
    unpacked_points,
    unpacked_samples,
)

NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-999, 999).map(
    lambda tenths: tenths / 10
)
SAMPLES = st.lists(st.tuples(st.integers(0, 2**33), NUMBERS), max_size=60).map(sorted)


@given(SAMPLES)
@example([(0, 2.5), (0, 2029990381096433.0)])
def test_samples_come_back_as_they_were(samples):
    assert unpacked_samples(packed_samples(samples)) == samples


@given(SAMPLES)
def test_points_come_back_with_least_and_greatest_exact_and_the_mean_nearly(samples):
    points = thinned(samples, 60)
    back = unpacked_points(packed_points(points))
    assert [(one.at, one.low, one.high) for one in back] == [
        (one.at, one.low, one.high) for one in points
    ]
    for one, other in zip(back, points, strict=True):
        assert math.isclose(one.mean, other.mean, rel_tol=1e-6, abs_tol=0.05)


@pytest.mark.parametrize("data", [b"", b"x", packed_samples([(1, 2.0)])[:-1], b"\0" * 50])
def test_what_is_not_packed_by_us_is_refused(data):
    with pytest.raises(ValueError, match=r".*"):
        unpacked_samples(data)


def test_a_day_of_a_thermometer_takes_little():
    samples = [(1_700_000_000 + 30 * n, round(20 + n % 7 / 10, 1)) for n in range(2_880)]
    assert len(packed_samples(samples)) < len(samples)


def test_the_mean_is_by_time():
    (point,) = thinned([(0, 0.0), (45, 1.0)], 60)
    assert point == Point(0, 0.0, 0.25, 1.0)


def test_a_value_holds_into_the_next_stretch():
    points = thinned([(50, 1.0), (90, 0.0)], 60)
    assert points == [Point(0, 1.0, 1.0, 1.0), Point(60, 0.0, 0.5, 1.0)]


def test_a_value_said_too_long_ago_does_not_hold():
    late = HOLD_S // 60 * 60 + 150
    points = thinned([(0, 1.0), (late, 0.0)], 60)
    assert points[-1] == Point(late // 60 * 60, 0.0, 0.0, 0.0)


def test_a_stretch_in_which_nothing_was_said_has_no_point():
    assert [one.at for one in thinned([(0, 1.0), (600, 1.0)], 60)] == [0, 600]


def test_points_are_merged_to_fewer():
    points = list(points_of([(0, 1.0), (10, 3.0), (20, 5.0), (70, 7.0)]))
    assert merged(points, 60, 0) == [Point(0, 1.0, 3.0, 5.0), Point(70, 7.0, 7.0, 7.0)]
