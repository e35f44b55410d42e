from __future__ import annotations

import pytest

from desktop.models import week_sheet
from desktop.models.mirror import Mirror
from desktop.models.week_sheet import Part, WeekSheet
from feedback.wire_outcomes import Numbers
from firmware.release import Known
from fleet.errors import CommandError
from tests.desktop import fake_house, fake_voice
from tests.desktop.fake_house import NOW, WEEK


def numbers() -> dict[str, Numbers]:
    """What became of the lamp's file in other homes, and of a file of a week before."""
    lamp = fake_house.week().targets[0]
    known = {"homes": 300, "offered": 500, "attempted": 420, "healthy": 414, "failed": 6}
    more = {"silent": 1, "low": 0.01, "high": 0.03, "target": lamp.path, "sha256": lamp.sha256}
    return {
        "now": Numbers(week=WEEK, **known, **more),
        "before": Numbers(week="2026-W47", **known, **more),
    }


@pytest.fixture
def mirror(spoken) -> Mirror:
    return Mirror(fake_house.house(outcome_stats=numbers(), **fake_voice.facts()))


def part(sheet: WeekSheet, title: str) -> Part:
    return next(one for one in sheet.parts if one.title == title)


def test_the_page_says_which_week_it_is_and_when_it_was_made(mirror) -> None:
    sheet = week_sheet.compose(mirror, NOW)
    assert sheet.title == "Week 48"
    assert sheet.about == "Friday 27 November · 2026-W48 · Acme · Orange"
    assert sheet.foot.startswith("Made on Friday 27 November 2026 by Orangery")


def test_notes_become_items(mirror) -> None:
    news = part(week_sheet.compose(mirror, NOW), "What is new")
    assert news.items[0] == "Lamps no longer flicker when dimmed below 10 %"
    assert news.lines == ()


def test_each_file_stands_with_its_size_and_the_begin_of_its_checksum(mirror) -> None:
    table = part(week_sheet.compose(mirror, NOW), "Files").table
    assert len(table.rows) == 6
    lamp = next(row for row in table.rows if row[0] == "Acme LGT-01")
    assert lamp[1:3] == ("1.128.0", "1.2 MB")
    assert lamp[4] == fake_house.week().targets[0].sha256[:16] + "…"


def test_who_signed_is_named(mirror) -> None:
    signed = part(week_sheet.compose(mirror, NOW), "Who signed it")
    assert signed.lines[0] == "Signed by 2 of 3 release keys and 2 of 3 build keys"
    assert any("Ana, Chen" in one for one in signed.items)


def test_numbers_of_other_homes_are_those_of_this_week(mirror) -> None:
    table = part(week_sheet.compose(mirror, NOW), "In other homes").table
    assert table.rows == (("Acme LGT-01", "1.128.0", "300", "420", "414", "6"),)


def test_what_came_of_testers_words_is_what_the_hub_counted(mirror) -> None:
    told = part(week_sheet.compose(mirror, NOW), "What came of testers' words")
    assert told.lines[0].startswith("From testers:")
    assert told.items


def test_own_devices_say_what_became_of_them_in_their_own_word(mirror) -> None:
    own = part(week_sheet.compose(mirror, NOW), "In this home")
    rows = {row[0]: row[1:] for row in own.table.rows}
    assert own.lines == ("2 confirmed by the device itself, 1 ended otherwise",)
    assert rows["Stair light"][1] == "confirmed: “1.128.0”, says the device"
    assert rows["Hall light"][1].startswith("Went back: ")
    assert rows["Ceiling lamp"] == ("1.122.2 → 1.128.0", "Update ready", "")
    assert rows["Hall camera"][1] == "This device only installs what its own maker offers."
    assert "Desk plug" not in rows  # nothing of the week is about it


def test_what_is_shown_around_names_no_device_of_the_home(mirror) -> None:
    sheet = week_sheet.compose(mirror, NOW, own=False)
    assert not any(one.own for one in sheet.parts)
    assert "Stair light" not in repr(sheet)


def test_a_withdrawn_week_says_so_above_all(spoken) -> None:
    gone = fake_house.week(withdrawn={"en": "Lamps go dark."})
    sheet = week_sheet.compose(Mirror(fake_house.house(week={"w": gone})), NOW)
    assert "Lamps go dark." in sheet.warnings[0]


def test_known_issues_have_a_part(spoken) -> None:
    week = fake_house.week(known=(Known(id="k1", words={"en": "The fan hums."}),))
    sheet = week_sheet.compose(Mirror(fake_house.house(week={"w": week})), NOW)
    assert part(sheet, "Known issues").items == ("The fan hums.",)


def test_a_part_without_anything_is_left_out(spoken) -> None:
    sheet = week_sheet.compose(Mirror(fake_house.house()), NOW)
    titles = {one.title for one in sheet.parts}
    assert "In other homes" not in titles
    assert "Known issues" not in titles


def test_without_a_week_there_is_no_page(spoken) -> None:
    with pytest.raises(CommandError) as told:
        week_sheet.compose(Mirror(fake_house.house(week={})), NOW)
    assert told.value.code == "no_week"
