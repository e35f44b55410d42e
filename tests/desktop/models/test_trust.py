"""What stands beside a week: stale, silent, false, withdrawn, known; and which train it is of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.commands import SetChannel
from desktop.language import Speaker
from desktop.models import detail, detail_versions, updates
from desktop.models.lines import Deed
from desktop.models.mirror import Mirror
from desktop.models.signing import when
from firmware.release import Admitted, Answer, Channel, FalseMirror, Known, Standing
from fleet.model import Rollout, RolloutState
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW, ROLLOUT, WEEK

DAY = 86400.0
GOOD = fake_house.week(source="https://fw.example")


def standing(**said):
    known = {"week": GOOD, "checked": NOW - 300, "heard": NOW - 300, "source": "https://fw.example"}
    return Standing(maker="acme", **{**known, **said})


def page(*, now=NOW, week=GOOD, **said):
    facts = {"week": {"acme": week}, "trust": {"acme": standing(week=week, **said)}}
    return updates.compose(Mirror(fake_house.house(**facts)), now)


def texts(shown):
    return [one.text for one in (shown.week or shown.trouble).notices]


def test_a_week_that_is_fresh_has_nothing_beside_it(qapp) -> None:
    assert texts(page()) == []
    assert page().week.fresh


def test_silence_names_the_day_of_the_last_fresh_word(qapp) -> None:
    heard = NOW - 10 * DAY
    shown = page(heard=heard, silent_since=NOW - 9 * DAY, code="mirror_unreachable")
    assert texts(shown)[0] == "Nothing fresh seen since Tuesday 17 November."


def test_a_house_that_did_not_ask_for_longer_than_a_timestamp_lives_says_so(qapp) -> None:
    assert texts(page(heard=NOW - 7 * DAY)) == []
    assert texts(page(heard=NOW - 7 * DAY - 1)) == ["Nothing fresh seen since Friday 20 November."]


def test_a_house_that_lives_on_sticks_says_that_no_mirror_was_heard(qapp) -> None:
    shown = page(heard=None, silent_since=NOW - 2 * DAY)
    assert "maker's mirrors since Wednesday 25 November" in texts(shown)[0]


def test_an_expired_stick_is_never_called_fresh(qapp) -> None:
    expired = replace(GOOD, expires=NOW - DAY)
    admitted = Admitted(
        by="Ana", reason="no line", at=NOW - 60, source="/media/stick", week=WEEK, expired=()
    )
    shown = page(week=expired, admitted=admitted)
    assert not shown.week.fresh
    assert texts(shown) == ["Not fresh: taken by Ana on Friday 27 November because: no line"]
    assert shown.chosen  # it may be installed: that is what the word was given for


def test_a_mirror_that_lies_is_named_although_another_one_answered(qapp) -> None:
    lie = FalseMirror(url="https://b.example", code="mirror_rolled_back", since=NOW - DAY)
    shown = page(false_mirrors=(lie,))
    (said,) = texts(shown)
    since = "since Thursday 26 November (rolled back): not used."
    assert said == f"https://b.example shows something false {since}"
    assert shown.chosen


def test_a_withdrawn_week_says_why_in_the_readers_language(qapp) -> None:
    gone = replace(GOOD, withdrawn={"en": "It drains batteries.", "zh_CN": "耗电过快。"})
    assert texts(page(week=gone)) == [
        "The maker has withdrawn this week; nothing of it will be installed. It drains batteries."
    ]
    assert not page(week=gone).week.fresh
    assert not any(Deed.AGAIN in line.deeds for line in page(week=gone).needs)
    speaker = Speaker(qapp, "zh_CN")
    try:
        assert texts(page(week=gone))[0].endswith("耗电过快。")
    finally:
        speaker.speak("en")
        speaker.close()


def test_known_issues_are_shown_for_the_models_of_this_home(qapp) -> None:
    known = (
        Known(id="a", words={"en": "The fan hums."}, models=("FAN-1",)),
        Known(id="b", words={"en": "The oven is shy."}, models=("OVEN-9",)),
        Known(id="c", words={"en": "All restart once."}),
    )
    shown = page(week=replace(GOOD, known=known))
    assert texts(shown) == ["Known issue: The fan hums.", "Known issue: All restart once."]


@pytest.mark.parametrize(("channel", "word"), [("orange", "Orange"), ("stable", "Stable")])
def test_the_train_is_named(qapp, channel: str, word: str) -> None:
    assert page(week=replace(GOOD, channel=Channel(channel))).week.channel == word


def test_a_house_on_another_train_waits_for_its_first_week(qapp) -> None:
    chosen = {"acme": SetChannel(maker="acme", channel=Channel.STABLE)}
    facts = fake_house.house(week={}, trust={"acme": standing()}, fit={}, channel=chosen)
    shown = updates.compose(Mirror(facts), NOW)
    assert shown.trouble.title == "No week of the channel Stable has been checked yet"
    assert shown.chosen == ()


def test_a_week_says_by_itself_that_its_date_has_passed(qapp) -> None:
    assert page(now=GOOD.expires - 1).chosen
    shown = page(now=GOOD.expires)
    assert shown.trouble.title == "This week is too old"
    assert "train-orange" in shown.trouble.text
    assert "Fri 4 Dec" in shown.trouble.text
    assert "Week 48 (Friday 27 November)" in texts(shown)[0]
    assert shown.week is None
    assert shown.ready == shown.chosen == ()


def test_nothing_that_stopped_goes_on_while_trust_fails(qapp) -> None:
    halted = Rollout(id=ROLLOUT, week=WEEK, state=RolloutState.HALTED, device="d4")
    facts = {"trust": {"acme": standing(code="metadata_mixed")}, "rollout": {ROLLOUT: halted}}
    shown = updates.compose(Mirror(fake_house.house(**facts)), NOW)
    deeds = {deed for line in shown.needs for deed in line.deeds}
    assert [line.device for line in shown.needs] == ["d4"]
    assert deeds == {Deed.REPORT}


def test_a_device_that_failed_cannot_be_tried_again_from_its_details_either(qapp) -> None:
    good, bad = standing(), standing(code="metadata_mixed")
    gone = replace(GOOD, withdrawn={"en": "no"})
    for said, week, again in ((good, GOOD, True), (bad, GOOD, False), (good, gone, False)):
        facts = fake_house.house(trust={"acme": said}, week={"acme": week}, fit={})
        deeds = detail.compose(Mirror(facts), "d4", NOW).versions.deeds
        assert (detail_versions.Deed.RETRY in deeds) is again


def test_the_details_name_what_each_mirror_answered(qapp) -> None:
    answers = (
        Answer(url="https://a.example", at=NOW, code="metadata_mixed"),
        Answer(url="https://b.example", at=NOW, code="mirror_unreachable"),
    )
    shown = page(code="metadata_mixed", facts={"role": "targets"}, answers=answers)
    assert "https://a.example: metadata_mixed" in shown.trouble.details
    assert "https://b.example: mirror_unreachable" in shown.trouble.details


def test_who_signed_comes_with_when_and_from_where(qapp) -> None:
    assert when(GOOD, None) == (
        "Published on Friday 27 November",
        "Checked here on Friday 27 November, read from https://fw.example",
    )
    signers = page().week.signers
    assert signers[0] == "What ships (train-orange): 2 of 3 needed · Ana, Chen"
    assert signers[-2:] == when(GOOD, None)
