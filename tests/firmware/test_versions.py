"""Versions are ordered as the dialects mean them; what nobody can order is never called newer."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.versions import LENGTH_MAX, Order, compare, newer, same

MIRRORED = {
    Order.OLDER: Order.NEWER,
    Order.NEWER: Order.OLDER,
    Order.SAME: Order.SAME,
    Order.UNKNOWN: Order.UNKNOWN,
}


@pytest.mark.parametrize(
    "rising",
    [
        ("1.9", "1.10", "v2", "2.0.1"),
        ("14.1.0(tasmota32)", "14.2.0(tasmota)", "14.2.0.1(tasmota)", "14.2.0.6"),
        ("20123649", "20254721", "0x1361000", "0x1383001"),  # Zigbee
        ("2026.10.3", "2026.11.0-dev", "2026.11.0b1", "2026.11.0b2", "2026.11.0"),  # ESPHome
        ("1.2.0-alpha", "1.2.0-alpha.1", "1.2.0-beta.2", "1.2.0-beta.11", "1.2.0-rc.1", "1.2.0"),
        ("20261120", "20261120-1", "20261121"),  # dates, and the second of a day
        ("2026-09-30", "2026-11-20", "2026-11-20-1"),
        ("20230913-114010/v1.14.0-gcb84623", "20231107-162940/v1.14.1-rc1-g0617c15"),  # Shelly
        ("1.2.3-gcb84623", "1.2.4"),
        ("1.13.0", "20230913-112003/v1.14.0-gcb84623", "v1.14.1-rc1", "1.14.1"),  # and its plain
        ("1.11.7", "20211026-072015/v2.0.3@1dfb9313", "20230913-114010/v2.0.4-gcb84623"),
        ("14.2.0.5", "14.2.0.6(theo)", "14.3.0(release-tasmota)"),
        ("esphome v2024.1.0-dev Jan  3 2024, 20:56:34", "2024.1.0", "2024.1.1"),
        ("2026.7.3", "2026.8.0 (config hash 0x0dd1e1e6)", "2026.8.1"),
        ("Build on Nov 11 2022 11:30:00 version 1.15.4", "1.15.5", "1.17.308"),  # OpenBeken
        ("0.14.4", "0.15.0-b1", "0.15.0"),  # WLED
        ("v1.7.0", "v1.8.0"),  # OpenMQTTGateway
        ("2025.08.0", "2026.08.0"),  # Valetudo
    ],
)
def test_versions_of_each_dialect_rise_as_their_makers_mean_them(rising):
    for lower, higher in itertools.combinations(rising, 2):
        assert compare(lower, higher) is Order.OLDER, (lower, higher)
        assert compare(higher, lower) is Order.NEWER, (lower, higher)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("v1.2", "1.2.0"),
        ("1.02", "1.2"),
        ("1.2.0b1", "1.2-beta.1"),
        ("14.2.0(tasmota)", "14.2.0(minimal)"),
        ("1.2.0+build.5", "1.2.0"),
        ("0x01383001", "20459521"),
        ("2026.11.20", "2026-11-20"),
        ("spring", " Spring "),
        ("1.2.3-gcb84623", "v1.2.3-gcb84623"),
        ("20230913-112003/v1.14.0-gcb84623", "1.14.0"),
        ("20211026-072015/v2.0.3@1dfb9313", "2.0.3"),
        ("2026.8.0 (config hash 0x0dd1e1e6)", "2026.8.0"),
        ("ESPHome v2024.1.0 Jan  3 2024, 20:56:34", "2024.1.0"),
        ("Build on Nov 11 2022 11:30:00 version 1.15.4", "1.15.4"),
        ("14.2.0.6(theo)", "14.2.0.6"),
    ],
)
def test_the_same_version_written_differently_is_the_same(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("spring", "winter"),
        ("", "0.1"),
        ("rolling", "1.0"),
        ("1.2.0-12", "1.2.0"),  # before it in semver, after it in Debian
        ("1.2.3-gcb84623", "1.2.3-g0617c15"),
        ("1.2.3-gcb84623", "1.2.3-rc1"),
        ("0x01383001", "14.2.0"),  # a packed number beside a dotted one
        ("20261120", "2026.11.19"),
        ("-1", "20254721"),  # what Zigbee2MQTT says where it does not know
        ("20230913-112003/gcb84623", "1.14.0"),  # a Shelly that names no version
        ("20220415-105853/v1.11.7-25-gb3b096857-v1.11.7-3em", "1.11.7"),  # so many commits after
        ("Build on Nov 11 2022 11:30:00", "1.15.4"),
        ("OpenBK7231N", "1.17.308"),
        ("esphome v2024.1.0", "0x01383001"),
        ("9" * (LENGTH_MAX + 1), "9" * LENGTH_MAX),
    ],
)
def test_what_nobody_can_order_is_newer_on_neither_side(one, other):
    assert compare(one, other) is Order.UNKNOWN
    assert not newer(one, other)
    assert not newer(other, one)


PARTS = st.lists(st.integers(0, 12), min_size=1, max_size=3)
DOTTED = PARTS.map(lambda parts: ".".join(map(str, parts)))
STAGES = st.sampled_from(["", "dev", "a", "-alpha.", "b", "-beta", "rc", "-rc."])
KNOWN = st.builds(
    lambda dotted, stage, number: f"{dotted}{stage}{number}" if stage else dotted,
    DOTTED,
    STAGES,
    st.integers(0, 3),
)
ANY = st.one_of(
    KNOWN,
    st.text(max_size=12),
    st.builds("{}{}".format, DOTTED, st.text(max_size=4)),
    st.integers(0, 2**32 - 1).map(str),
)


@given(KNOWN, KNOWN, KNOWN)
def test_versions_that_are_understood_are_in_one_total_order(one, two, three):
    at_most = {Order.OLDER, Order.SAME}
    assert compare(one, two) is not Order.UNKNOWN
    if compare(one, two) in at_most and compare(two, three) in at_most:
        assert compare(one, three) in at_most


@given(ANY, ANY)
def test_seen_from_the_other_side_the_order_is_mirrored(one, other):
    assert compare(other, one) is MIRRORED[compare(one, other)]


@given(ANY, ANY, ANY)
def test_newer_is_passed_on_also_among_words_that_are_not_understood(one, two, three):
    if newer(one, two) and newer(two, three):
        assert newer(one, three)


@given(ANY, ANY, ANY)
def test_what_is_the_same_stands_alike_to_everything(one, two, three):
    if same(one, two):
        assert compare(one, three) is compare(two, three)


@given(ANY)
def test_every_version_is_the_same_as_itself(one):
    assert same(one, one)
