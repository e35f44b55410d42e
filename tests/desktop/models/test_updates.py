from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.facts import Place
from desktop.models import updates
from desktop.models.lines import Deed
from desktop.models.mirror import Mirror
from firmware.morning import Night
from firmware.release import Misfit
from firmware.trust import Standing
from fleet.home import PlaceState
from fleet.model import Rollout, RolloutState, UpdateState, Waiting
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW, ROLLOUT, WEEK, update


def page(unticked=(), **facts):
    return updates.compose(Mirror(fake_house.house(**facts)), NOW, unticked)


def line(lines, key):
    return next(one for one in lines if one.key == key)


def test_the_week_says_its_friday_its_files_and_who_signed(qapp) -> None:
    week = page().week
    assert (week.name, week.day) == ("Week 48", "Friday 27 November")
    assert "6" in week.summary
    assert "Acme" in week.summary
    assert week.signed == "Signed by 2 of 3 release keys and 2 of 3 build keys"
    assert any("Ana, Chen" in signers for signers in week.signers)
    assert week.freshness == "Checked 5 min ago · valid until Fri 4 Dec"


def test_what_runs_stands_before_what_waits(qapp) -> None:
    running = page().running
    assert [one.key for one in running] == ["d5", "d6"]
    assert running[0].percent == 62.0
    assert running[0].deeds == ()
    assert "asleep" in running[1].text
    assert running[1].deeds == (Deed.CANCEL,)


def test_a_device_that_went_back_needs_a_person_and_is_not_offered_again(qapp) -> None:
    shown = page()
    needs = line(shown.needs, "d4")
    assert needs.text.startswith("Went back: ")
    assert needs.deeds == (Deed.AGAIN, Deed.STAY, Deed.REPORT)
    assert "d4" not in {one.key for one in shown.ready}


def test_a_device_that_runs_the_version_after_all_needs_nobody(qapp) -> None:
    mirror = Mirror(fake_house.house())
    mirror.devices["d4"] = fake_house.device("d4", "Hall light", version="1.128.0")
    assert updates.compose(mirror, NOW).needs == ()


def test_what_fits_is_ticked_but_for_what_is_to_be_asked_first(qapp) -> None:
    shown = page()
    assert [one.key for one in shown.ready] == ["d8", "d1", "d2", "d9"]
    assert shown.chosen == ("d8", "d1", "d2")
    assert "ask me first" in line(shown.ready, "d9").text


def test_a_tick_taken_or_given_is_kept(qapp) -> None:
    assert page(unticked={"d8", "d9"}).chosen == ("d1", "d2", "d9")


def test_what_does_not_fit_says_why_and_the_others_are_counted(qapp) -> None:
    shown = page()
    assert {one.key for one in shown.misfits} == {"d12", "d14"}
    assert all(one.text for one in shown.misfits)
    assert shown.others == 3


def test_what_does_not_fit_for_now_says_until_when(qapp) -> None:
    later = Misfit(code="ring_not_open", fact="orange-20", until=NOW + 86_400)
    shown = line(page(fit={"d1": later}).misfits, "d1")
    assert "That ends tomorrow 14:10. Nothing is to be done" in shown.text


def test_what_is_done_says_the_devices_own_word(qapp) -> None:
    done = line(page().done, "d3")
    assert done.text == "Confirmed · 13:30 · took 3 min · “1.128.0”, says the device"


def test_a_stopped_rollout_is_the_first_thing_that_needs_you(qapp) -> None:
    halted = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, device="d4")
    first = page(rollout={ROLLOUT: halted}).needs[0]
    assert first.title == "Week 48 stopped at Hall light"
    assert first.deeds == (Deed.RESUME, Deed.AGAIN, Deed.REPORT)
    assert first.text.splitlines() == [
        "Went back: The device tried the new version and went back by itself: self test failed.",
        "1 other(s) wait untouched until you decide.",
    ]


@pytest.mark.parametrize("state", [PlaceState.BLANK, PlaceState.OTHER])
def test_a_broker_that_is_not_known_as_home_asks_whether_it_is(qapp, state: PlaceState) -> None:
    place = Place(state=state, address="192.168.9.9:1883")
    first = page(home={"home": place}).needs[0]
    assert "192.168.9.9:1883" in first.title
    assert first.text.endswith("If you are not at home there is nothing to do.")
    assert (first.key, first.deeds) == ("home", (Deed.CLAIM,))


def test_the_home_broker_asks_nothing(qapp) -> None:
    place = Place(state=PlaceState.HOME, address="192.168.1.4:1883")
    assert [one.key for one in page(home={"home": place}).needs] == ["d4"]


def test_a_stop_after_which_something_could_go_back_offers_that(qapp) -> None:
    halted = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, device="d4")
    done = update("d3", UpdateState.DONE, version_to="1.128.0", version_from="1", back="yes")
    failed = fake_house.updates()["d4"]
    shown = page(rollout={ROLLOUT: halted}, update={"d3": done, "d4": failed})
    assert Deed.UNDO_ALL in shown.needs[0].deeds
    assert shown.needs[0].count == 1
    assert shown.undoable == (ROLLOUT, 1)


def test_a_week_that_stopped_is_asked_about_although_another_rollout_came_later(qapp) -> None:
    halted = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, device="d4")
    undo = Rollout(id="u", week=WEEK, state=RolloutState.FINISHED, undo=True, started=NOW)
    done = update("d3", UpdateState.DONE, version_to="1.128.0", version_from="1", back="yes")
    shown = page(rollout={ROLLOUT: halted, "u": undo}, update={"d3": done})
    assert shown.needs[0].key == ROLLOUT
    assert shown.rollout == halted
    assert shown.undoable == (ROLLOUT, 1)


def test_a_device_that_stopped_the_rollout_is_not_told_twice(qapp) -> None:
    halted = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, device="d4")
    assert [one.key for one in page(rollout={ROLLOUT: halted}).needs] == [ROLLOUT]


def test_a_stop_for_a_reason_of_the_whole_week_says_that_reason(qapp) -> None:
    halted = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, reason="disk_full")
    first = page(rollout={ROLLOUT: halted}).needs[0]
    assert first.title == "Week 48 stopped"
    assert first.text.startswith("A file could not be fetched or kept (disk_full). Free some space")
    assert first.deeds == (Deed.RESUME, Deed.REPORT)


def test_a_device_that_is_not_well_after_its_update_stops_the_others_and_can_go_back(qapp) -> None:
    unwell = update(
        "d3",
        UpdateState.DONE,
        version_to="1.128.0",
        version_from="1.122.2",
        back="yes",
        reason="topic_silent",
        fact="home/stair/power",
    )
    halted = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, reason="unwell", device="d3")
    shown = page(rollout={ROLLOUT: halted}, update={"d3": unwell})
    question = shown.needs[0]
    assert question.text.startswith("Confirmed, but not well: ")
    assert "home/stair/power" in question.text
    assert question.deeds == (Deed.RESUME, Deed.UNDO, Deed.REPORT)
    assert line(shown.done, "d3").tone == "warn"


def test_what_was_taken_back_says_so_and_cannot_be_taken_back_again(qapp) -> None:
    back = update("d3", UpdateState.DONE, version_to="1.128.0", version_from="2", undo=True,
                  back="yes")  # fmt: skip
    shown = line(page(update={"d3": back}).done, "d3")
    assert "taken back by you" in shown.text
    assert shown.deeds == ()


def test_a_silent_device_says_that_it_is_asked_again(qapp) -> None:
    silent = update("d1", UpdateState.SILENT, version_to="1.128.0", version_from="1.122.2")
    shown = page(update={"d1": silent})
    assert line(shown.needs, "d1").text == (
        "No answer: it has not spoken since it restarted. It is asked again as soon as it speaks."
    )


@pytest.mark.parametrize(
    ("back", "deeds", "said"),
    [("yes", (Deed.UNDO,), ""), ("cable", (), "back only by cable"), ("no", (), "")],
)
def test_what_is_done_says_whether_it_could_go_back(qapp, back: str, deeds, said: str) -> None:
    done = update("d3", UpdateState.DONE, version_to="1.128.0", version_from="1", back=back)
    shown = line(page(update={"d3": done}).done, "d3")
    assert shown.deeds == deeds
    assert shown.text.endswith(said)


def test_nothing_goes_back_while_trust_fails(qapp) -> None:
    done = update("d3", UpdateState.DONE, version_to="1.128.0", version_from="1", back="yes")
    bad = Standing(maker="acme", code="metadata_mixed")
    shown = page(update={"d3": done}, trust={"acme": bad})
    assert line(shown.done, "d3").deeds == ()
    assert shown.undoable[1] == 0


def test_a_week_its_maker_holds_says_why(qapp) -> None:
    held = replace(fake_house.week(), held={"en": "Lamps of hardware B are being looked at."})
    (notice,) = page(week={"acme": held}).week.notices
    assert notice.text.endswith("no more of it begins. Lamps of hardware B are being looked at.")


def test_the_morning_names_who_did_not_come_through(qapp) -> None:
    night = Night(begin=NOW - 50_000, end=NOW - 20_000, done=("d3",), rolled_back=("d4",))
    shown = page(night={"last": night}).night
    assert shown.title == "Last night: 1 of 2 confirmed, 1 went back"
    assert (shown.text, shown.tone) == ("Hall light: Went back", "warn")


def test_a_stop_that_was_decided_since_is_no_question_of_the_morning(qapp) -> None:
    night = Night(
        begin=NOW - 50_000, end=NOW - 20_000, done=("d3",), halted="rolled_back", device="d4"
    )
    assert page(night={"last": night}).night.title == "Last night: 1 of 1 confirmed"
    halted = {ROLLOUT: Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, device="d4")}
    assert "it stopped at Hall light" in page(night={"last": night}, rollout=halted).night.title


def test_a_night_in_which_all_only_waited_is_not_told(qapp) -> None:
    night = Night(begin=NOW - 50_000, end=NOW - 20_000, waiting=("d1", "d2"))
    assert page(night={"last": night}).night is None


def test_a_held_update_asks_for_a_yes(qapp) -> None:
    held = update("d9", UpdateState.KNOWN, waiting=Waiting.HELD, version_to="1.4.2")
    shown = page(update={"d9": held})
    assert line(shown.needs, "d9").deeds == (Deed.APPROVE, Deed.CANCEL)
    assert shown.running == ()


@pytest.mark.parametrize("code", ["mirror_rolled_back", "metadata_tampered", "threshold_missing"])
def test_a_release_that_cannot_be_verified_leaves_nothing_to_install(qapp, code: str) -> None:
    bad = Standing(maker="acme", code=code, facts={"fact": "counter"}, source="https://fw.example")
    shown = page(trust={"acme": bad})
    assert shown.week is None
    assert shown.ready == shown.misfits == shown.chosen == ()
    assert shown.trouble.title
    assert shown.trouble.text.startswith("Nothing will be installed. ")
    assert code in shown.trouble.details


def test_a_mirror_that_is_away_leaves_the_last_week_standing(qapp) -> None:
    away = Standing(maker="acme", code="mirror_unreachable", checked=NOW - 90_000)
    shown = page(trust={"acme": away})
    assert [one.icon for one in shown.week.notices] == ["wifi-off"]
    assert "1 d ago" in shown.week.freshness
    assert shown.chosen


def test_a_house_that_never_looked_says_so(qapp) -> None:
    shown = page(week={}, trust={}, update={}, fit={})
    assert shown.trouble.title == "No week has been checked yet"


def test_the_rail_counts_what_is_ready_and_what_needs_a_decision(qapp) -> None:
    assert updates.waiting_count(Mirror(fake_house.house())) == 5
    bad = Standing(maker="acme", code="mirror_rolled_back")
    assert updates.waiting_count(Mirror(fake_house.house(trust={"acme": bad}))) == 1


def test_notes_are_in_the_readers_language_or_in_english(qapp) -> None:
    only = replace(fake_house.week(), notes={"en": "- Mended"})
    assert page(week={"acme": only}).week.notes == "- Mended"


def test_a_plug_says_that_it_may_cut_the_power(qapp) -> None:
    ready = page().ready
    assert "restarts: may cut power for a moment" in line(ready, "d9").text
    assert "may cut power" not in line(ready, "d1").text
