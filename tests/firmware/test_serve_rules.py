"""Conditions and ranges as RFC 9110 has them, and a device's share of the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.serve_rules import BLOCK_LEAST, BLOCK_MOST, Pace, Part, block_after, part_of

TAG = "abc"
WHOLE = Part(status=200, end=10, size=10)


def part(method: str = "GET", size: int = 10, **headers: str) -> Part:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return part_of(method, named, size, TAG)


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=4-", 4, 10),
        ("bytes=-3", 7, 10),
        ("bytes=-99", 0, 10),
        ("bytes=5-9999999", 5, 10),
    ],
)
def test_a_range_is_cut_out_exactly(asked, first, end):
    found = part(Range=asked)
    assert found == Part(status=206, first=first, end=end, size=10)
    assert found.headers == {"Content-Range": f"bytes {first}-{end - 1}/10"}


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_range_without_a_byte_of_the_file_is_refused_with_the_size(asked):
    found = part(Range=asked)
    assert (found.status, found.headers) == (416, {"Content-Range": "bytes */10"})


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=9-3", f"bytes={'9' * 5000}-", "٣"]
)
def test_what_is_no_single_range_gets_the_whole(asked):
    assert part(Range=asked) == WHOLE


def test_an_empty_file_has_no_range():
    assert part(size=0, Range="bytes=0-").status == 416
    assert part(size=0).status == 200


def test_a_range_of_other_bytes_gets_the_whole():
    assert part(Range="bytes=0-3", If_Range='"other"') == WHOLE
    assert part(Range="bytes=0-3", If_Range=f'W/"{TAG}"') == WHOLE
    assert part(Range="bytes=0-3", If_Range="Fri, 27 Nov 2026 09:00:00 GMT") == WHOLE
    assert part(Range="bytes=0-3", If_Range=f'"{TAG}"').end == 4


def test_only_get_has_ranges():
    assert part("HEAD", Range="bytes=0-3") == WHOLE


@pytest.mark.parametrize("said", [f'"{TAG}"', f'"other", W/"{TAG}"', "*"])
def test_who_has_these_bytes_already_is_told_so(said):
    assert part(If_None_Match=said, Range="bytes=0-3").status == 304
    assert part(If_None_Match='"other"') == WHOLE


@pytest.mark.parametrize("said", ['"other"', f'W/"{TAG}"', TAG])
def test_who_wants_other_bytes_gets_none(said):
    assert part(If_Match=said).status == 412
    assert part(If_Match=f'"x", "{TAG}"') == WHOLE
    assert part(If_Match="*") == WHOLE


@given(
    st.dictionaries(
        st.sampled_from(["Range", "If-Range", "If-Match", "If-None-Match"]),
        st.text(max_size=20)
        | st.builds("bytes={}-{}".format, st.integers(-1, 30), st.integers(-1, 30))
        | st.sampled_from(['"abc"', "bytes=-", "bytes=-4", "bytes=4-"]),
    ),
    st.integers(0, 20),
)
def test_no_header_leads_out_of_the_file(headers, size):
    found = part_of("GET", headers, size, TAG)
    assert 0 <= found.first <= found.end <= size
    assert (found.status == 206) == bool(found.headers) or found.status == 416


def test_a_device_takes_its_rate_and_no_more():
    pace, now, taken = Pace(1000), 0.0, 0
    while now < 10:
        now += pace.take(100, now)
        taken += 100
    assert 10_000 <= taken <= 10_400  # a quarter of a second's at once is free


def test_what_was_not_taken_is_not_saved_up():
    pace = Pace(1000)
    pace.take(100, 0.0)
    assert pace.take(1000, 500.0) == 0.0
    assert pace.take(1, 500.0) == pytest.approx(0.75)


def test_no_rate_is_no_limit():
    pace = Pace(0)
    assert pace.take(1 << 40, 0.0) == pace.debt(0.0) == 0.0
    assert pace.block(1 << 20) == 1 << 20


def test_blocks_are_as_small_as_the_rate_asks_for():
    assert Pace(100_000).block(1 << 20) == 25_000
    assert Pace(1).block(1 << 20) == 4096


def test_a_slow_device_is_looked_at_about_every_second_and_a_fast_one_seldom():
    for rate, most_s in ((20_000, 4.0), (1_000_000, 2.0), (1 << 40, 1.0)):
        block = BLOCK_MOST
        for _ in range(10):
            block = block_after(block, block / rate)
        assert block / rate <= most_s
        assert BLOCK_LEAST <= block <= BLOCK_MOST
    assert block == BLOCK_MOST
