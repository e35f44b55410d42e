"""A broker is this home's by its mark, by the devices that are there, or by a person's word."""

import pytest

from fleet import home
from fleet.home import ASK_S, ECHO_S, Here, Mark, PlaceState

OURS, THEIRS = "a" * 32, "b" * 32


def at(mark: str | None = None, *, kept: bool = True) -> Here:
    """A broker just connected to, met before where `mark` is given."""
    known = Mark(id=mark, kept=kept) if mark else None
    return home.connected(Here(own=OURS, mark=known), 0)


def blank(*, kept: bool = True) -> Here:
    return home.ticked(at(OURS, kept=kept), ASK_S).here


def other() -> Here:
    return home.heard(at(OURS), THEIRS, 1).here


def test_a_broker_never_met_before_is_spoken_to_at_once():
    assert at().open


def test_a_mark_is_left_where_there_is_none_and_known_when_it_comes_back():
    assert home.ticked(at(), ASK_S - 0.1).leave == ""
    left = home.ticked(at(), ASK_S)
    assert left.leave == OURS
    assert home.ticked(left.here, ASK_S + 1).leave == ""
    here = home.heard(left.here, OURS, ASK_S + 1).here
    assert (here.state, here.mark) == (PlaceState.HOME, Mark(id=OURS))


def test_the_mark_of_the_home_s_first_desktop_is_taken_up():
    assert home.heard(at(), THEIRS, 1).here.mark == Mark(id=THEIRS)


def test_of_two_that_leave_a_mark_at_once_both_keep_the_last():
    left = home.ticked(at(), ASK_S).here
    for mark in (OURS, THEIRS):
        left = home.heard(left, mark, 3).here
    assert (left.state, left.mark) == (PlaceState.HOME, Mark(id=THEIRS))


def test_before_the_mark_is_known_a_broker_met_before_is_not_spoken_to():
    assert not at(OURS).open
    assert home.heard(at(OURS), OURS, 0.1).here.open


def test_the_mark_of_another_home_is_not_ours():
    assert (other().state, other().open) == (PlaceState.OTHER, False)


def test_a_broker_without_the_mark_ours_had_is_not_ours():
    assert (blank().state, blank().open) == (PlaceState.BLANK, False)


def test_what_was_so_before_the_connection_was_lost_says_nothing_of_the_next_broker():
    here = home.heard(at(OURS), OURS, 0.1).here
    assert not home.lost(here).open
    assert not home.connected(home.lost(here), 9).open


def test_a_wiped_broker_is_known_by_three_of_our_devices_and_marked_again():
    here = home.recognised(blank(), {"one", "two"}, 9, 3).here
    assert not here.open
    again = home.recognised(here, {"two", "three"}, 9, 4)
    assert (again.here.state, again.leave, again.here.wiped) == (PlaceState.HOME, OURS, True)


@pytest.mark.parametrize(("seen", "known", "ours"), [(1, 1, True), (1, 2, False), (0, 0, True)])
def test_where_there_are_fewer_all_of_them_are_needed(seen, known, ours):
    devices = [str(number) for number in range(seen)]
    assert home.recognised(blank(), devices, known, 3).here.open is ours


def test_devices_do_not_make_a_broker_ours_that_has_the_mark_of_another_home():
    assert not home.recognised(other(), {"one", "two", "three"}, 3, 3).here.open


def test_a_person_can_say_that_this_is_home_now():
    assert home.claimed(blank(), 3).leave == OURS
    moved = home.claimed(other(), 3)
    assert (moved.here.mark, moved.leave) == (Mark(id=THEIRS), "")  # nobody's mark is overwritten
    assert moved.here.open


def test_a_broker_that_keeps_no_mark_is_ours_and_said_to_be_unmarked():
    left = home.ticked(at(), ASK_S).here
    here = home.ticked(left, ASK_S + ECHO_S).here
    assert (here.state, here.open) == (PlaceState.UNMARKED, True)
    assert here.mark == Mark(id=OURS, kept=False)


def test_a_home_whose_broker_keeps_no_mark_leaves_none_elsewhere():
    assert home.ticked(at(OURS, kept=False), ASK_S).leave == ""
    here = home.recognised(blank(kept=False), {"one"}, 1, 3)
    assert (here.here.state, here.leave) == (PlaceState.UNMARKED, "")


def test_a_mark_that_somebody_removes_is_left_again_while_we_are_there():
    here = home.heard(at(OURS), OURS, 0.1).here
    assert home.heard(here, "", 5).leave == OURS
    assert home.heard(other(), "", 5).leave == ""


def test_a_mark_that_changes_while_we_are_there_is_another_desktop_s_of_this_home():
    here = home.heard(at(OURS), OURS, 0.1).here
    assert home.heard(here, THEIRS, 5).here.mark == Mark(id=THEIRS)


def test_a_late_mark_still_counts():
    assert home.heard(blank(), OURS, 9).here.state is PlaceState.HOME
    assert home.heard(blank(), THEIRS, 9).here.state is PlaceState.OTHER


def test_nothing_is_known_of_a_broker_that_is_away():
    assert home.heard(Here(own=OURS), THEIRS, 0).here.mark is None
