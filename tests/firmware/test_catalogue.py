"""Each rule of the catalogue says its own no, and the best fit is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from firmware import catalogue, rings
from firmware.catalogue import Circumstances
from firmware.release import Back, Channel, Fit, Fits, Misfit, Ring, Target, Week
from fleet.model import Caps, Device, Install, Version

LAMP = Device(
    key="lamp",
    name="Lamp",
    vendor="acme",
    model="lamp",
    hardware="A",
    version=Version("1.0.0"),
    caps=Caps(install=frozenset({Install.URL})),
)


def target(**other: object) -> Target:
    fits = {
        name: other.pop(name)
        for name in ("vendor", "model", "hardware", "minimum")
        if name in other
    }
    values = {
        "path": "fw/acme/lamp/lamp-1.2.0.bin",
        "sha256": "aa",
        "size": 10,
        "version": "1.2.0",
        "counter": 2,
        "line": "lamp",
        "fits": Fits(**{"vendor": "acme", "model": "lamp"} | fits),
    }
    return Target(**values | other)


def week(*targets: Target, **other: object) -> Week:
    values = {"id": "2026-W48", "maker": "acme", "channel": Channel.ORANGE, "counter": 1}
    return Week(targets=targets, **values | other)


def back(version: str = "1.0.0", *, undoes: str = "1.2.0", counter: int = 3, **other: object):
    path = f"fw/acme/lamp/lamp-{version}-back-{counter}.bin"
    values = {"path": path, "sha256": "00", "version": version, "counter": counter}
    return target(undoes=(undoes,), **values | other)


def running(version: str, **other: object) -> Device:
    return replace(LAMP, version=Version(version), **other)


HTTP = Caps(install=frozenset({Install.HTTP}))


def test_a_device_that_is_only_reached_over_http_waits_for_the_households_word():
    wled = replace(LAMP, caps=HTTP)
    allowed, not_yet = Circumstances(http=True), Circumstances(http=False)
    assert isinstance(catalogue.fits(target(), wled, allowed), Fit)
    assert catalogue.fits(target(), wled, not_yet) == Misfit(code="http_not_allowed")
    assert isinstance(catalogue.fits(target(), LAMP, not_yet), Fit)


def test_versions_are_compared_by_what_can_be_compared():
    shelly = replace(LAMP, version=Version("20230913-112003/gcb84623", plain="1.1.0"))
    assert isinstance(catalogue.fits(target(version="1.2.0"), shelly), Fit)
    assert catalogue.fits(target(version="1.1.0"), shelly).code == "already_there"
    assert catalogue.fits(target(version="1.0.0"), shelly).code == "older_than_installed"


def test_a_word_that_nobody_can_order_is_never_older():
    unknown = replace(LAMP, version=Version("20230913-112003/gcb84623"))
    assert catalogue.fits(target(), unknown).code == "versions_not_comparable"


@pytest.mark.parametrize(
    ("misfit", "of", "device"),
    [
        ("other_vendor", {"vendor": "other"}, {}),
        ("other_model", {"model": "Lamp"}, {}),
        ("other_hardware", {"hardware": ("B", "C")}, {}),
        ("hardware_unknown", {"hardware": ("B",)}, {"hardware": ""}),
        ("version_unknown", {}, {"version": None}),
        ("own_updates_only", {}, {"caps": Caps(install=frozenset({Install.OWN}))}),
        ("no_way_to_install", {}, {"caps": Caps()}),
        ("already_there", {}, {"version": Version("v1.2")}),
        ("older_than_installed", {}, {"version": Version("1.10.0")}),
        ("older_than_installed", {"version": "1.0.0-rc1"}, {}),
        ("versions_not_comparable", {"version": "blue"}, {"version": Version("red")}),
        ("versions_not_comparable", {"version": "20261120"}, {}),
        ("below_minimum", {"minimum": "1.1.0"}, {}),
        ("skipped", {}, {"skipped": frozenset({"1.2.0"})}),
        ("pinned", {}, {"pinned": True}),
        ("region_unknown", {"regions": ("DE",)}, {}),
        ("way_back_only", {"undoes": ("1.3.0",)}, {}),
        ("way_back_only", {"undoes": ("1.0.0",)}, {}),
    ],
)
def test_each_rule_says_its_own_no(misfit, of, device):
    answer = catalogue.fits(target(**of), replace(LAMP, **device))
    assert isinstance(answer, Misfit)
    assert answer.code == misfit
    assert catalogue.best(week(target(**of)), replace(LAMP, **device)) == answer


@pytest.mark.parametrize(
    ("of", "device"),
    [
        ({}, {}),
        ({"hardware": ("A",)}, {}),
        ({"minimum": "1.0"}, {}),
        ({"version": "1.0.0"}, {"version": Version("1.0.0-rc1")}),
        ({}, {"caps": Caps(install=frozenset({Install.CHUNKS, Install.OWN}))}),
    ],
)
def test_a_file_that_suits_fits(of, device):
    assert isinstance(catalogue.fits(target(**of), replace(LAMP, **device)), Fit)


def test_the_most_basic_reason_is_told():
    other = replace(LAMP, model="plug", version=None, caps=Caps())
    assert catalogue.fits(target(), other) == Misfit(code="other_model", fact="plug")


def test_the_best_fit_has_the_highest_counter_then_the_exact_hardware():
    old, any_, exact = (
        target(path="1", version="1.1.0", counter=1),
        target(path="2"),
        target(path="3", hardware=("A",)),
    )
    for order in ((old, any_, exact), (exact, any_, old)):
        found = catalogue.best(week(*order), LAMP)
        assert isinstance(found, Fit)
        assert found.target == exact


def test_a_device_is_told_the_reason_of_the_file_that_came_closest():
    answer = catalogue.best(week(target(minimum="1.1"), target(model="plug")), LAMP)
    assert answer == Misfit(code="below_minimum", fact="1.1")


def test_a_recalled_file_fits_nobody_and_says_so_only_to_those_it_was_for():
    of = week(target(), recalled=("aa",))
    plug = replace(LAMP, key="plug", model="plug")
    told = catalogue.table(of, [LAMP, plug])
    assert [told["lamp"].code, told["plug"].code] == ["recalled", "other_model"]


def test_an_empty_week_says_that_it_holds_nothing_for_the_device():
    assert catalogue.best(week(), LAMP) == Misfit(code="not_in_week", fact="2026-W48")


# --- circumstances -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ({"region": "AT"}, ""),
        ({"region": "US"}, "other_region"),
        ({}, "region_unknown"),
    ],
)
def test_a_file_for_regions_is_for_homes_that_say_they_are_there(at, code):
    answer = catalogue.fits(target(regions=("DE", "AT")), LAMP, Circumstances(**at))
    assert getattr(answer, "code", "") == code


@pytest.mark.parametrize(("installed", "code"), [(1, ""), (2, ""), (3, "counter_lower")])
def test_a_device_takes_no_release_from_before_one_it_had(installed, code):
    at = Circumstances(counters={"lamp": installed, "plug": 9})
    assert getattr(catalogue.fits(target(counter=2), LAMP, at), "code", "") == code


def test_a_device_that_went_back_is_told_that_it_had_the_release():
    went_back = catalogue.best(week(target(), back()), LAMP, Circumstances(counters={"lamp": 3}))
    assert went_back == Misfit(code="counter_lower", fact="1.2.0")


def test_a_week_of_the_other_train_is_for_nobody_here():
    of = week(target(), channel=Channel.STABLE)
    assert isinstance(catalogue.best(of, LAMP), Fit)
    answer = catalogue.best(of, LAMP, Circumstances(channel=Channel.ORANGE))
    assert answer == Misfit(code="other_channel", fact="orange")


def test_a_week_taken_back_is_told_as_such():
    answer = catalogue.best(week(withdrawn={"en": "It hums."}), LAMP)
    assert answer == Misfit(code="week_withdrawn", fact="2026-W48")


def test_a_held_week_lets_nothing_begin_and_says_so_only_to_whom_it_would_suit():
    of = week(target(), held={"en": "We look at a report."})
    told = catalogue.table(of, [LAMP, replace(LAMP, key="plug", model="plug")])
    assert [told["lamp"].code, told["plug"].code] == ["week_held", "other_model"]


# --- rings ---------------------------------------------------------------------------------------

OPENING = 1_796_150_000


def ringed(*said: tuple[int, int]) -> Week:
    steps = tuple(Ring(name=f"to-{percent}", percent=percent, opens=at) for percent, at in said)
    return week(target(), rings=steps, salt="W48")


def test_a_device_waits_for_its_ring_and_is_told_until_when():
    of = ringed((100, OPENING))
    waits = catalogue.best(of, LAMP, Circumstances(now=OPENING - 1.0))
    assert waits == Misfit(code="ring_not_open", fact="2026-12-01 18:33 UTC", until=OPENING)
    assert isinstance(catalogue.best(of, LAMP, Circumstances(now=float(OPENING))), Fit)


def test_a_device_in_no_ring_is_told_so():
    answer = catalogue.best(ringed((0, 1)), LAMP, Circumstances(now=float(OPENING)))
    assert answer == Misfit(code="in_no_ring", fact="2026-W48")


def test_without_a_clock_nobody_asks_for_rings():
    assert isinstance(catalogue.best(ringed((0, OPENING)), LAMP), Fit)


def test_whom_the_week_does_not_suit_hears_nothing_of_rings():
    answer = catalogue.best(ringed((100, OPENING)), running("1.2.0"), Circumstances(now=1.0))
    assert answer.code == "already_there"


@given(
    st.text(max_size=20),
    st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=30, unique=True),
    st.lists(st.integers(0, 100), min_size=1, max_size=6).map(sorted),
)
def test_whoever_may_have_the_week_may_have_it_as_more_rings_open(salt, keys, percents):
    steps = tuple(
        Ring(name=str(at), percent=percent, opens=at) for at, percent in enumerate(percents)
    )
    of = week(target(), rings=steps, salt=salt)
    before: set[str] = set()
    for now, percent in enumerate(percents):
        answers = catalogue.table(
            of, [replace(LAMP, key=key) for key in keys], Circumstances(now=float(now))
        )
        have = {key for key, answer in answers.items() if isinstance(answer, Fit)}
        places = {key: rings.place(salt, rings.device_id(key)) for key in keys}
        assert have == {key for key in keys if rings.holds(percent, places[key])}
        assert before <= have
        before = have


# --- stepping stones -----------------------------------------------------------------------------


def stones(*said: tuple[str, str]) -> tuple[Target, ...]:
    """Files of rising counters, each of (version, the least version it may go over)."""
    return tuple(
        target(path=version, sha256=version, version=version, minimum=least, counter=number)
        for number, (version, least) in enumerate(said, start=2)
    )


def test_the_newest_file_is_reached_over_the_stone_that_leads_to_it():
    first, last = stones(("1.1.0", ""), ("2.0.0", "1.1.0"))
    for order in ((first, last), (last, first)):
        found = catalogue.best(week(*order), LAMP)
        assert (found.target, found.hops) == (first, (last,))
    assert catalogue.best(week(first, last), running("1.1.0")).target == last


def test_a_way_of_any_length_is_found():
    steps = stones(*((f"{n}.0", f"{n - 1}.0") for n in range(2, 30)))
    found = catalogue.best(week(*reversed(steps)), running("1.0"))
    assert (found.target, *found.hops) == steps


def test_a_file_that_needs_no_stone_is_taken_at_once():
    found = catalogue.best(week(*stones(("1.1.0", ""), ("2.0.0", "1.0.0"))), LAMP)
    assert (found.target.version, found.hops) == ("2.0.0", ())


@pytest.mark.parametrize("other", [{"skipped": frozenset({"2.0.0"})}, {}])
def test_a_stone_leads_only_where_the_next_file_would_fit(other):
    first, last = stones(("1.1.0", ""), ("2.0.0", "1.1.0" if other else "1.5.0"))
    found = catalogue.best(week(first, last), replace(LAMP, **other))
    assert (found.target, found.hops) == (first, ())


def test_without_a_stone_the_nearest_no_is_told():
    far = stones(("2.0.0", "1.5.0"), ("3.0.0", "2.0.0"))
    assert catalogue.best(week(*far), LAMP) == Misfit(code="below_minimum", fact="1.5.0")


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=8
    ),
    st.integers(0, 9),
)
def test_whatever_a_week_holds_a_way_ends_and_each_step_fits_the_one_before(said, runs):
    files = [
        target(path=str(n), sha256=str(n), version=f"{v}.0", minimum=f"{least}.0", counter=c)
        for n, (v, least, c) in enumerate(said)
    ]
    found = catalogue.best(week(*files), running(f"{runs}.0"))
    if isinstance(found, Misfit):
        return
    device = running(f"{runs}.0")
    for step in (found.target, *found.hops):
        assert isinstance(catalogue.fits(step, device), Fit)
        device = running(step.version)
    counters = [one.counter for one in (found.target, *found.hops)]
    assert counters == sorted(set(counters))


# --- the way back --------------------------------------------------------------------------------


def test_one_can_go_back_where_the_week_names_the_very_version_before():
    found = catalogue.best(week(target(), back()), LAMP)
    assert (found.target, found.back, found.way_back) == (target(), Back.YES, back())


@pytest.mark.parametrize(
    "other",
    [
        {"version": "0.9.0"},  # not what it runs now
        {"undoes": "1.1.0"},
        {"counter": 2},  # the device would not take it
        {"hardware": ("B",)},
        {"model": "plug"},
    ],
)
def test_any_other_file_is_no_way_back(other):
    found = catalogue.best(week(target(), back(**other)), LAMP)
    assert (found.back, found.way_back) == (Back.NO, None)


def test_a_recalled_file_is_no_way_back():
    assert catalogue.best(week(target(), back(), recalled=("00",)), LAMP).back == Back.NO


def test_where_nothing_undoes_it_the_maker_may_say_by_cable():
    assert catalogue.best(week(target(by_cable=True)), LAMP).back == Back.CABLE
    assert catalogue.best(week(target(by_cable=True), back()), LAMP).back == Back.YES


def test_over_a_stone_it_is_told_whether_one_can_go_back_from_the_end():
    first, last = stones(("1.1.0", ""), ("2.0.0", "1.1.0"))
    to_stone = back(undoes="1.1.0", counter=9)
    assert catalogue.best(week(first, last, to_stone), LAMP).back == Back.NO
    to_end = back(undoes="2.0.0", counter=9)
    assert catalogue.best(week(first, last, to_end), LAMP).way_back == to_end


def test_a_device_goes_back_from_what_it_runs():
    answer = catalogue.undo(week(target(), back()), running("v1.2"))
    assert (answer.target, answer.hops) == (back(), ())


@pytest.mark.parametrize(
    ("of", "at"),
    [
        ({"held": {"en": "Held."}}, {}),
        ({"rings": (Ring(name="all", percent=100, opens=9),), "salt": "s"}, {"now": 1.0}),
        ({"recalled": ("aa",)}, {}),
        ({"withdrawn": {"en": "It hums."}}, {}),
    ],
)
def test_what_keeps_a_week_from_beginning_keeps_nobody_from_going_back(of, at):
    bad = running("1.2.0", skipped=frozenset({"1.0.0"}))
    files = (back(),) if "withdrawn" in of or "recalled" in of else (target(), back())
    answer = catalogue.undo(week(*files, **of), bad, Circumstances(**at))
    assert isinstance(answer, Fit)


@pytest.mark.parametrize(
    ("code", "files", "device"),
    [
        ("not_undone", (), {}),
        ("not_undone", ({"undoes": "1.1.0"},), {}),
        ("not_undone", ({"model": "plug"},), {}),
        ("version_unknown", ({},), {"version": None}),
        ("no_way_to_install", ({},), {"caps": Caps()}),
        ("own_updates_only", ({},), {"caps": Caps(install=frozenset({Install.OWN}))}),
        ("pinned", ({},), {"pinned": True}),
        ("counter_lower", ({"counter": 2},), {}),
        ("recalled", ({"sha256": "dd"},), {}),
        ("region_unknown", ({"regions": ("DE",)},), {}),
    ],
)
def test_a_device_that_cannot_go_back_is_told_why(code, files, device):
    of = week(target(), *(back(**one) for one in files), recalled=("dd",))
    answer = catalogue.undo(of, replace(running("1.2.0"), **device))
    assert isinstance(answer, Misfit)
    assert answer.code == code


def test_going_back_counts_above_what_the_device_ever_had():
    of = week(back(counter=3))
    assert isinstance(catalogue.undo(of, running("1.2.0")), Fit)
    answer = catalogue.undo(of, running("1.2.0"), Circumstances(counters={"lamp": 3}))
    assert answer.code == "counter_lower"


def test_where_only_a_cable_leads_back_that_is_told():
    answer = catalogue.undo(week(target(by_cable=True)), running("1.2.0"))
    assert answer == Misfit(code="back_by_cable", fact="1.2.0")


def test_of_several_ways_back_the_version_before_is_preferred_else_the_newest():
    near, far = back("1.1.0", counter=4), back("1.0.0", counter=3)
    of, bad = week(target(), near, far), running("1.2.0")
    assert catalogue.undo(of, bad, to="1.0").target == far
    assert catalogue.undo(of, bad, to="0.9").target == near
    assert catalogue.undo(of, bad).target == near


def test_a_device_that_went_back_has_nothing_to_undo():
    answer = catalogue.undo(week(target(), back()), LAMP)
    assert answer == Misfit(code="not_undone", fact="1.0.0")


def test_a_way_back_to_what_it_runs_does_not_keep_it_from_going_back_further():
    newer, to_it = target(version="1.3.0", counter=4), back("1.2.0", undoes="1.3.0", counter=6)
    of = week(target(), newer, to_it, back())
    assert catalogue.undo(of, running("1.2.0")).target == back()
    over_it = Circumstances(counters={"lamp": 6})
    assert catalogue.undo(of, running("1.2.0"), over_it).code == "counter_lower"
