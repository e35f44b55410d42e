from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models.location import Location, link, parse
from fleet.errors import CommandError


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Location("devices", "tasmota/4 B"), "orangery:device/tasmota%2F4%20B"),
        (Location("reports", "r1"), "orangery:report/r1"),
        (Location("updates"), "orangery:updates"),
        (Location("messages", "tele/+/STATE"), "orangery:messages/tele%2F%2B%2FSTATE"),
    ],
)
def test_a_link_leads_back_to_its_place(place, said):
    assert link(place) == said
    assert parse(said) == place


def test_a_browser_writes_slashes_before_it():
    assert parse("orangery://device/d1/") == Location("devices", "d1")


@given(st.text(min_size=1, max_size=60))
def test_any_subject_survives_its_link(subject):
    place = Location("devices", subject)
    assert parse(link(place)) == place


@pytest.mark.parametrize(
    "text",
    ["", "orangery:", "device/d1", "http://x/device/d1", "orangery:de vice/x", "orangery:device/\n",
     "orangery:device/" + "a" * 2_000, "orangery:../x"],
)  # fmt: skip
def test_what_is_no_link_of_ours_is_refused(text):
    with pytest.raises(CommandError, match="link_unknown"):
        parse(text)
