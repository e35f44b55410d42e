from __future__ import annotations

import pytest

from desktop.models import to_test
from desktop.models.mirror import Mirror
from feedback.report import ReportState
from fleet.model import UpdateState
from tests.desktop import fake_house
from tests.desktop.fake_house import update

NOTES = """- Lamps no longer flicker

What to test this week:
- Dim a lamp below 10 %
- Restart the gateway

Thank you."""


def test_what_the_makers_ask_for_is_parted_from_the_news() -> None:
    found = to_test.parted(NOTES)
    assert found.test == ("Dim a lamp below 10 %", "Restart the gateway")
    assert found.news.startswith("- Lamps no longer flicker")
    assert "Dim a lamp" not in found.news
    assert found.news.endswith("Thank you.")


def test_the_head_may_be_chinese_with_a_wide_colon() -> None:
    assert to_test.parted("本周请重点体验\uff1a\n- 调暗灯").test == ("调暗灯",)


def test_notes_without_it_stay_as_they_are() -> None:
    assert to_test.parted("- a\n\n- b") == to_test.Notes(news="- a\n\n- b", test=())


@pytest.fixture
def mirror(spoken) -> Mirror:
    return Mirror(fake_house.house(week={"acme": fake_house.week(notes={"en": NOTES})}))


def test_the_makers_words_come_first_then_ones_own_reports_then_what_runs_anew(mirror) -> None:
    week = mirror.week()
    found = to_test.items(mirror, week)
    assert found[:2] == ("Dim a lamp below 10 %", "Restart the gateway")
    fixed = [one for one in mirror.reports() if one.state is ReportState.ON_DEVICE]
    assert [one for one in found if one.endswith("Say so in Reports.")] == [
        f"“{one.title}”: is it fixed for you? Say so in Reports." for one in fixed
    ]
    assert found[-1] == "Stair light runs 1.128.0: does all of it work as before?"


def test_of_many_devices_only_some_are_named(spoken) -> None:
    done = {key: update(key, UpdateState.DONE, version_to="2") for key in fake_house.devices()}
    mirror = Mirror(fake_house.house(update=done))
    found = to_test.items(mirror, mirror.week())
    assert found[-1] == "and 6 more devices"
