"""From an update's steps to what the makers may hear of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import msgspec
import pytest

from feedback import outcome
from feedback.outcome import Attempt, follow
from feedback.wire import Result
from feedback.wire_outcomes import CreateOutcome, Spans
from fleet.model import Device, Update, UpdateState

LAMP = Device(key="k1", name="Anna's lamp", vendor="acme", model="lamp", hardware="B")
UPDATE = Update(
    device="k1",
    rollout="r1",
    week="2026-W48",
    state=UpdateState.OFFERED,
    version_from="1.1.0",
    version_to="1.2.0",
    target="fw/acme/lamp/lamp-1.2.0.bin",
    sha256="a" * 64,
    fact="my words: Anna",
    since=100.0,
)
NEW = iter(f"00000000-0000-4000-8000-{n:012}" for n in count())


def walked(*steps: tuple[UpdateState, float], before: Attempt | None = None, **more) -> Attempt:
    for state, at in steps:
        step = replace(UPDATE, state=state, since=at, **more)
        before = follow(before, step, lambda: next(NEW))
    return before


def said(state: UpdateState, reason: str = "", **more) -> CreateOutcome | None:
    update = replace(UPDATE, state=state, reason=reason)
    attempt = more.pop("attempt", None) or walked((state, 100.0))
    device = more.pop("device", LAMP)
    return outcome.outcome(attempt, update, device, home="h" * 32, name="d" * 32, **more)


@pytest.mark.parametrize("state", list(UpdateState))
def test_every_state_is_told_as_one_result_or_not_at_all(state):
    before = [UpdateState.KNOWN, UpdateState.APPROVED, UpdateState.QUEUED]
    before += [UpdateState.STAGING, UpdateState.STAGED]
    found = said(state)
    if state in before:
        assert found is None
    else:
        assert found.result == (state if state.ended else Result.OFFERED)


def test_what_is_done_and_then_unwell_is_told_as_that():
    found = said(UpdateState.DONE, "entities_missing")
    assert (found.result, found.reason) == (Result.UNWELL, "entities_missing")
    assert said(UpdateState.DONE, "code_of_tomorrow").result is Result.UNWELL


def test_what_ran_the_version_already_was_no_attempt():
    assert said(UpdateState.DONE, "already_there") is None


def test_an_update_that_only_its_maker_knows_is_not_told():
    own = replace(UPDATE, own=True, sha256="", state=UpdateState.DONE)
    assert outcome.result_of(own) is None


def test_the_way_back_is_no_outcome_of_the_week_it_leads_to():
    assert outcome.result_of(replace(UPDATE, undo=True, state=UpdateState.DONE)) is None


def test_the_same_result_is_told_once():
    attempt = outcome.told(walked((UpdateState.FAILED, 1.0)), Result.FAILED)
    assert said(UpdateState.FAILED, attempt=attempt) is None


def test_a_silent_device_that_comes_back_is_the_same_attempt_told_anew():
    attempt = outcome.told(walked((UpdateState.SILENT, 1.0)), Result.SILENT)
    later = walked((UpdateState.DONE, 9.0), before=attempt)
    again = said(UpdateState.DONE, attempt=later)
    assert (again.attempt, again.revision, again.result) == (attempt.id, 2, Result.DONE)


def test_a_retry_is_another_attempt_with_the_next_number():
    first = walked((UpdateState.OFFERED, 1.0), (UpdateState.FAILED, 2.0))
    second = walked((UpdateState.QUEUED, 3.0), (UpdateState.OFFERED, 4.0), before=first)
    assert (second.number, second.id == first.id, dict(second.at)) == (
        2,
        False,
        {"queued": 3.0, "offered": 4.0},
    )


def test_another_file_begins_to_count_anew():
    first = walked((UpdateState.FAILED, 2.0))
    assert walked((UpdateState.OFFERED, 3.0), before=first, sha256="b" * 64).number == 1


def test_each_step_has_its_seconds():
    attempt = walked(
        (UpdateState.STAGING, 0.0),
        (UpdateState.STAGED, 4.2),
        (UpdateState.OFFERED, 5.0),
        (UpdateState.TRANSFERRING, 7.0),
        (UpdateState.INSTALLING, 67.0),
        (UpdateState.REBOOTING, 80.0),
        (UpdateState.DONE, 101.0),
    )
    took = said(UpdateState.DONE, attempt=attempt).took
    assert took == Spans(staging=4, transfer=60, install=13, come_back=21)


def test_a_device_that_says_no_step_has_one_span_from_offer_to_end():
    attempt = walked((UpdateState.OFFERED, 5.0), (UpdateState.DONE, 65.0))
    assert said(UpdateState.DONE, attempt=attempt).took == Spans(transfer=60)


def test_a_clock_that_was_set_back_gives_no_time_below_zero():
    attempt = walked((UpdateState.REBOOTING, 50.0), (UpdateState.DONE, 10.0))
    assert said(UpdateState.DONE, attempt=attempt).took == Spans(come_back=0)


def test_a_code_nobody_knows_yet_is_told_as_it_is_and_words_are_not():
    assert said(UpdateState.FAILED, "flash_worn_out").reason == "flash_worn_out"
    assert said(UpdateState.FAILED, "Anna's lamp burns").reason == "other"


@pytest.mark.parametrize(
    ("state", "reason", "transient"),
    [
        (UpdateState.SILENT, "stalled", True),
        (UpdateState.FAILED, "device_cannot_reach", True),
        (UpdateState.FAILED, "image_for_another_chip", False),
        (UpdateState.SILENT, "not_back", False),
        (UpdateState.FAILED, "device_refused", False),
        (UpdateState.FAILED, "flash_worn_out", False),
    ],
)
def test_what_may_pass_by_itself_is_told_apart(state, reason, transient):
    assert said(state, reason).transient is transient


def test_neither_name_nor_key_nor_words_of_the_device_are_in_it():
    device = msgspec.structs.replace(LAMP, room="Bedroom", key="k1-secret")
    body = msgspec.json.encode(said(UpdateState.FAILED, device=device)).decode()
    assert not [word for word in ("Anna", "Bedroom", "k1", "my words") if word in body]


def test_a_value_with_something_private_is_left_out_whole():
    device = msgspec.structs.replace(LAMP, hardware="rev B of Anna", model="lamp <b>")
    found = said(UpdateState.DONE, device=device, clean=lambda text: text.replace("Anna", "<x>"))
    assert (found.hardware, found.model, found.vendor) == ("", "", "acme")


def test_names_change_with_the_week_the_house_and_the_device():
    names = {
        outcome.name_of(secret, week, key)
        for secret in (b"one", b"two")
        for week in ("2026-W48", "2026-W49")
        for key in ("k1", "k2")
    }
    homes = {outcome.home_of(secret, "2026-W48") for secret in (b"one", b"two")}
    assert len(names | homes) == 10


def test_the_example_is_what_the_hub_would_take():
    found = msgspec.json.decode(outcome.example(), type=CreateOutcome)
    assert (found.result, found.revision) == (Result.SILENT, 2)


@pytest.mark.parametrize("page", ["docs/outcomes.md", "docs/zh/outcomes.md"])
def test_the_pages_show_the_example_as_the_program_makes_it(page):
    shown = msgspec.json.format(outcome.example(), indent=1).decode()
    assert f"```json\n{shown}\n```" in (Path(__file__).parents[2] / page).read_text()
