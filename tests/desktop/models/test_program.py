"""What a person reads about this program: one state at a time, and what can be done about it."""

from __future__ import annotations

import pytest

from desktop.build import Packaged
from desktop.models import program
from desktop.models.mirror import Mirror
from desktop.models.notices import Level, compose
from desktop.models.program import Deed
from desktop.selfupdate.facts import Gone, Mode, Step
from tests.desktop import fake_house
from tests.desktop.fake_house import NOW
from tests.desktop.scene_house import program as made

QUIET = {"update": {}, "fit": {}, "report": {}, "rollout": {}, "trust": {}, "connection": {}}
pytestmark = pytest.mark.usefixtures("spoken")


def state(**said):
    return program.state(made(**said), NOW)


def notices(**said):
    facts = {**QUIET, "program": {"here": made(**said)}}
    found = compose(Mirror(fake_house.house(**facts)), NOW, Level.USUAL)
    return [one for one in found if one.kind == "program"]


def test_what_there_is_says_its_week_its_size_and_what_is_new():
    shown = state()
    assert shown.title == "0.3.0 is there"
    assert shown.text == "Week 48 · 47.8 MB"
    assert shown.notes.startswith("The map")
    assert shown.deeds == (Deed.FETCH, Deed.BACK)


def test_why_it_is_not_fetched_is_said():
    assert "paid by the byte" in state(waits="program_metered").text


def test_while_it_is_fetched_it_says_how_far_and_can_be_stopped():
    shown = state(step=Step.FETCHING, have=12_000_000, of=48_000_000)
    assert (shown.text, shown.percent, shown.deeds) == ("12.0 MB of 48.0 MB", 25, (Deed.STOP,))


@pytest.mark.parametrize("step", [Step.CHECKING, Step.UNPACKING, Step.RESTARTING])
def test_what_nobody_can_measure_goes_on_without_a_number(step):
    shown = state(step=step)
    assert (shown.percent, shown.deeds) == (-1, ())


def test_what_others_exchanged_comes_before_all_that_can_wait():
    for more in ({}, {"maker": "", "packaged": Packaged.DEB}, {"ready": "0.3.0"}):
        shown = state(exchanged="0.4.0", **more)
        assert shown.title == "A new version of Orangery was installed while this one runs"
        assert "0.4.0" in shown.text
        assert shown.deeds == (Deed.RESTART,)
    assert state(exchanged="0.4.0", step=Step.RESTARTING).deeds == ()


def test_every_page_says_that_it_was_exchanged_until_it_begins_again():
    assert program.exchanged(None) is None
    assert program.exchanged(made()) is None
    assert program.exchanged(made(exchanged="0.4.0")).tone == "warn"
    assert program.exchanged(made(exchanged="0.4.0", step=Step.RESTARTING)) is None


def test_that_it_was_exchanged_is_told_once_whoever_made_it():
    [told] = notices(exchanged="0.4.0", maker="")
    assert str(told.key) == "program:exchanged:0.2.0:0.4.0"


def test_what_is_ready_starts_next_and_one_can_stay():
    shown = state(ready="0.3.0", step=Step.READY)
    assert shown.title == "0.3.0 is ready"
    assert shown.deeds == (Deed.RESTART, Deed.STAY)


def test_a_version_that_was_recalled_offers_the_way_back():
    shown = state(gone=Gone.RECALLED)
    assert (shown.tone, shown.deeds[0]) == ("bad", Deed.BACK)
    assert state(gone=Gone.RECALLED, before="").deeds == (Deed.CHECK,)
    assert state(gone=Gone.RECALLED, ready="0.3.0").deeds == (Deed.RESTART,)


def test_a_withdrawn_one_gives_the_makers_reason():
    words = {"en": "It eats batteries.", "zh_CN": "耗电。"}
    assert state(gone=Gone.WITHDRAWN, gone_words=words).text.startswith("It eats batteries.")


def test_a_version_that_did_not_start_offers_a_report():
    shown = state(failed="0.3.0")
    assert shown.title == "0.3.0 did not start here"
    assert "0.2.0 was started again" in shown.text
    assert shown.deeds == (Deed.REPORT, Deed.AGAIN)


def test_a_version_that_a_person_left_can_be_tried_again():
    assert state(failed="0.3.0", left=True).deeds[0] is Deed.AGAIN


def test_a_newer_one_than_the_one_that_failed_is_offered():
    assert state(failed="0.2.9").title == "0.3.0 is there"


def test_something_false_is_told_as_such_and_a_mirror_that_is_away_is_not():
    false = state(code="mirror_rolled_back", facts={"source": "x"})
    away = state(code="mirror_unreachable", facts={"source": "x", "why": "no"})
    assert (false.tone, away.tone) == ("bad", "warn")


def test_nothing_newer_says_why():
    newest = state(offer=None, why_not="already_there")
    assert "newest" in newest.title
    held = state(offer=None, why_not="week_held", fact="2026-W48")
    assert held.text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Packaged.DEB, "sudo apt install ./orangery_0.3.0_amd64.deb"),
        (Packaged.RPM, "sudo dnf install ./orangery-0.3.0-1.x86_64.rpm"),
        (Packaged.SOURCE, "scripts/setup"),
        (Packaged.LOOSE, "Unpack the new archive"),
    ],
)
def test_a_copy_that_others_keep_says_how_it_is_renewed(kind, said):
    now = made(packaged=kind, before="")
    assert said in program.state(now, NOW).text
    assert Deed.FETCH not in program.state(now, NOW).deeds
    assert program.mode_matters(now) == (Mode.TELL, Mode.NEVER)


def test_a_copy_in_a_folder_of_somebody_else_says_who_can_renew_it():
    now = made(writable=False)
    assert "owns that folder" in program.state(now, NOW).text
    assert program.mode_matters(now) == (Mode.TELL, Mode.NEVER)


def test_without_a_maker_there_is_nothing_to_choose():
    now = made(maker="")
    assert "Nobody signs" in program.state(now, NOW).title
    assert program.mode_matters(now) == ()
    assert program.looked(now, NOW) == ""


def test_when_it_looked_and_when_it_will_is_said():
    assert program.looked(made(), NOW).startswith("Looked ")
    assert "Not looked yet." in program.looked(made(checked=0.0), NOW)


# --- outside the window ---


def test_a_version_that_is_ready_is_told_once_and_one_that_only_is_there_is_not():
    assert notices() == []
    [told] = notices(ready="0.3.0")
    assert (told.title, str(told.key)) == ("0.3.0 is ready", "program:ready:0.3.0")


@pytest.mark.parametrize(
    "said",
    [
        {"gone": Gone.RECALLED},
        {"code": "threshold_missing", "facts": {"role": "root", "have": "1", "need": "2"}},
    ],
)
def test_what_is_grave_is_told_at_every_level(said):
    [told] = notices(**said)
    assert told.weight == 0


def test_what_is_told_elsewhere_and_a_mirror_that_is_away_are_no_notice():
    assert notices(failed="0.3.0") == []  # told as a crash
    assert notices(code="mirror_unreachable", facts={"source": "x", "why": "no"}) == []


def test_whoever_has_a_package_is_told_that_there_is_a_newer_one():
    [told] = notices(packaged=Packaged.DEB)
    assert "apt install" in told.text
