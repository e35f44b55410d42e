from __future__ import annotations

from desktop.commands import VerifiedHistory
from desktop.models import history
from fleet.model import UpdateEvent, UpdateState
from tests.desktop.fake_house import NOW, ROLLOUT


def event(state: UpdateState, **more) -> UpdateEvent:
    known = {"number": 1, "at": NOW - 60, "rollout": ROLLOUT, "device": "d4", "version_to": "1.1"}
    return UpdateEvent(state=state, **{**known, **more})


def test_the_newest_step_stands_on_top_with_its_versions(qapp) -> None:
    shown = history.lines(
        [event(UpdateState.QUEUED), event(UpdateState.DONE, version_from="1.0")], NOW
    )
    assert [one.said for one in shown] == ["Confirmed", "in the queue"]
    assert (shown[0].versions, shown[0].when, shown[0].tone) == ("1.0 → 1.1", "14:09", "ok")


def test_a_bad_step_says_why_in_words(qapp) -> None:
    (shown,) = history.lines(
        [event(UpdateState.ROLLED_BACK, reason="device_rolled_back", fact="self test failed")], NOW
    )
    assert "went back by itself: self test failed" in shown.why
    assert shown.tone == "bad"


def test_a_step_without_a_code_gives_the_devices_own_words(qapp) -> None:
    (shown,) = history.lines([event(UpdateState.FAILED, fact="E42")], NOW)
    assert shown.why == "E42"


def test_a_whole_record_and_a_changed_one_are_told_apart(qapp) -> None:
    whole, broken = VerifiedHistory(rows=12), VerifiedHistory(rows=12, broken_at=5)
    assert history.chain(whole).tone == "ok"
    assert "12" in history.chain(whole).text
    assert history.chain(broken).tone == "bad"
    assert "step 5" in history.chain(broken).text


def test_words_of_a_device_are_no_formula_in_a_spreadsheet(qapp) -> None:
    steps = history.lines([event(UpdateState.FAILED, fact="=cmd()")], NOW, {"d4": "@Hall"})
    row = history.table(steps).splitlines()[1]
    assert "'@Hall" in row
    assert "'=cmd()" in row


def test_a_step_is_found_by_all_words_in_any_case(qapp) -> None:
    (step,) = history.lines([event(UpdateState.DONE)], NOW, {"d4": "Hall light"})
    assert step.says("hall CONFIRMED 1.1")
    assert not step.says("hall failed")
