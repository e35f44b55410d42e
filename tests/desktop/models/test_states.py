from __future__ import annotations

import pytest
from msgspec.structs import replace

from desktop import words
from desktop.models import states
from fleet.model import Availability, UpdateState, Version, Waiting
from tests.desktop.fake_house import NOW, device, update


@pytest.mark.parametrize("state", UpdateState)
def test_every_step_and_end_of_an_update_is_seen(state: UpdateState, qapp) -> None:
    look = states.of_update(update("d", state, version_to="2", version_from="1"))
    assert look.word
    assert look.icon
    assert states.state_word(state)


@pytest.mark.parametrize("waiting", [one for one in Waiting if one])
def test_every_reason_to_wait_is_said(waiting: Waiting, qapp) -> None:
    look = states.of_update(update("d", UpdateState.QUEUED, waiting=waiting))
    assert (look.word, look.tone) == ("Waiting", "warn")
    assert look.note


def test_every_reason_to_wait_has_words_of_its_own_and_what_can_be_done_in_both_languages() -> None:
    said = {
        language: [words.say(one, {}, language, book="waiting") for one in Waiting if one]
        for language in ("en", "zh_CN")
    }
    for told in said.values():
        assert len(set(told)) == len(told)
        assert all(sentence and hint for sentence, hint in told)
    assert not set(said["en"]) & set(said["zh_CN"])


def test_a_time_that_is_known_is_told_with_the_reason(qapp) -> None:
    closed = update("d", UpdateState.QUEUED, waiting=Waiting.WINDOW_CLOSED, ready_at=NOW + 3600)
    assert states.step(closed, NOW) == "outside the hours for updates, not before 15:10"
    assert states.step(closed, NOW + 7200) == "outside the hours for updates"


def test_a_device_that_rests_says_until_when_and_how_often_it_failed(qapp) -> None:
    rests = update(
        "d", UpdateState.QUEUED, waiting=Waiting.RESTING, ready_at=NOW + 13 * 3600, bad_ends=3
    )
    assert states.step(rests, NOW) == "rests until tomorrow 03:10: it failed 3 time(s)"


def test_progress_tells_about_how_long_it_will_take_yet(qapp) -> None:
    half = update("d", UpdateState.TRANSFERRING, percent=50.0, since=NOW - 120)
    assert states.step(half, NOW) == "fetching the file · 50 % · about 2 min left"
    early = update("d", UpdateState.TRANSFERRING, percent=2.0, since=NOW - 120)
    assert states.seconds_left(early, NOW) is None


@pytest.mark.parametrize("availability", Availability)
def test_presence_is_icon_word_and_colour(availability: Availability, qapp) -> None:
    look = states.of_device(device("d", "D", availability=availability), None, None)
    assert look.word
    assert look.icon
    assert look.tone


def test_the_end_states_have_the_words_of_the_design(qapp) -> None:
    ends = (UpdateState.DONE, UpdateState.ROLLED_BACK, UpdateState.SILENT)
    assert [states.state_word(one) for one in ends] == ["Confirmed", "Went back", "No answer"]


def test_a_bad_end_without_a_code_of_its_own_still_says_why(qapp) -> None:
    ended = update("d", UpdateState.FAILED, version_to="2", reason="not_in_the_list", fact="E42")
    assert states.reason(ended) == "the device did not take 2 (E42)"


def test_a_makers_own_offer_is_said_and_is_no_update_of_ours(qapp) -> None:
    offered = replace(device("d", "D"), offer=Version("9"))
    look = states.of_device(offered, None, None)
    assert (look.word, look.note) == ("Online", "its maker offers 9")


@pytest.mark.parametrize(
    ("kind", "name", "icon"),
    [
        ("light", "Front door", "lightbulb"),
        ("sensor", "Front door", "door-open"),
        ("sensor", "Thing", "thermometer"),
        ("", "Porch lamp", "lightbulb"),
        ("", "Thing", "cpu"),
    ],
)
def test_a_device_has_a_picture(kind: str, name: str, icon: str) -> None:
    assert states.kind_icon(device("d", name, kind=kind)) == icon
