from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models.location import Location, file_link, file_of, link, parse
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


@pytest.mark.parametrize("name", ["week 48.bundle", "橘园.orangery.zip", "a%20b#c?d", "-x"])
def test_a_file_travels_as_an_address(tmp_path, name):
    assert file_of(file_link(tmp_path / name)) == tmp_path / name


def test_a_desktop_may_name_this_computer():
    assert file_of("file://localhost/srv/x") == Path("/srv/x")


@pytest.mark.parametrize(
    "link",
    ["", "orangery:updates", "file://nas/share/x", "file:x", "file:", "file:///a%00b", "file://[x"],
)
def test_what_names_no_file_of_this_computer_is_none(link):
    assert file_of(link) is None
