"""The gates before signing, as far as they are about the week."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.findings import CODES
from firmware.gates import check_week
from firmware.release import Channel, Known, Ring
from firmware.rings import device_id, opens_for
from tests.firmware.gated import DAY, NOTES, NOW, House, image, lamp, train, week


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.fixture
def one(house):
    house.keep(lamp())
    return image(lamp())


def test_a_week_with_nothing_in_it_is_refused(house):
    assert house.codes(week()) == ["week_empty"]
    assert house.codes(week(recalled=("a" * 64,))) == []


def test_a_change_of_keys_is_no_week(house):
    assert house.codes(week(week="", counter=0, notes={}, rings=(), salt="")) == []


def test_two_images_of_one_path_are_refused(house, one):
    other = lamp("1.2.0", 12, hardware=("B",))
    house.keep(other)
    two = week(one, image(other, hardware=("B",)))
    assert house.codes(two) == ["path_twice"] * 2


@pytest.mark.parametrize(
    ("notes", "codes"),
    [
        ({}, ["notes_missing", "notes_missing"]),
        ({"en": NOTES["en"]}, ["notes_missing"]),
        (NOTES | {"zh_CN": " \n"}, ["notes_missing"]),
        (NOTES | {"en": "TODO: write"}, ["notes_placeholder"]),
        (NOTES | {"en": "..."}, ["notes_placeholder"]),
        (NOTES | {"zh_CN": "待定 (稍后补充)"}, ["notes_placeholder"]),
        (NOTES | {"zh_CN": "Nothing new this week."}, ["notes_language"]),
        ({"en": NOTES["zh_CN"], "zh_CN": NOTES["en"]}, ["notes_language", "notes_language"]),
        ({"en": NOTES["en"], "zh_CN": NOTES["en"]}, ["notes_language", "notes_same"]),
        (NOTES | {"en": "Fixes the todos list of the app."}, []),
    ],
)
def test_notes_are_wanted_in_both_languages(house, one, notes, codes):
    assert house.codes(week(one, notes=notes)) == codes


@given(st.dictionaries(st.sampled_from(["en", "zh_CN", "de"]), st.text()), st.text())
def test_any_notes_and_salt_are_judged(notes, salt):
    found = check_week(week(image(b""), notes=notes, salt=salt, rings=()), [], NOW)
    assert {one.code for one in found} <= CODES.keys()


def test_a_known_issue_is_wanted_in_both_languages(house, one):
    known = (Known(id="K1", words=NOTES), Known(id="K2", words={"en": "It hums."}))
    found = house.find(week(one, known=known))
    assert [(each.code, each.facts["id"]) for each in found] == [("known_untranslated", "K2")]


def test_a_week_that_is_taken_back_says_why_in_both_languages(house):
    assert house.codes(week(withdrawn={"en": "It hums."}, notes={})) == ["withdrawn_untranslated"]
    assert house.codes(week(withdrawn=NOTES, notes={})) == []


def rings(*said):
    names = ("lab", "second", "third")
    return tuple(
        Ring(name=name, percent=percent, opens=int(NOW + days * DAY))
        for name, (percent, days) in zip(names, said, strict=False)
    )


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ((), []),
        (((100, -1),), []),
        (((5, -1), (100, 1)), []),
        (((5, 1), (5, 2), (100, 3)), []),
        (((20, 1), (5, 2), (100, 3)), ["rings_not_rising"]),
        (((5, 2), (20, 2), (100, 3)), ["rings_not_rising"]),
        (((5, 1), (101, 2)), ["rings_not_rising"]),
        (((5, -7), (100, 1)), ["rings_stale"]),
        (((5, -1), (100, -0.5)), ["rings_open"]),
        (((5, 1), (50, 2)), ["rings_unfinished"]),
    ],
)
def test_rings_rise_and_lie_ahead(house, one, said, codes):
    assert house.codes(week(one, rings=rings(*said))) == codes


def test_a_hold_says_why_in_both_languages(house, one):
    assert house.codes(week(one, held={"en": "We look."})) == ["held_untranslated"]
    assert house.codes(week(one, held=NOTES)) == []


PAST = ((5, -3), (20, -1), (100, 2))
"""As published: one in five may have it by now."""


@pytest.mark.parametrize(
    ("said", "salt", "codes"),
    [
        (PAST, "s", []),
        (((5, -3), (20, -1), (100, 1)), "s", []),  # the last opens earlier
        (((5, -3), (100, -0.1)), "s", []),  # it is open now
        ((), "s", []),  # everybody
        (((20, -1), (100, 9)), "s", []),  # later than it was said, but nobody loses it
        (((5, -3), (20, 1), (100, 2)), "s", ["ring_closed"]),
        (((5, -3), (19, -1), (100, 2)), "s", ["ring_closed"]),
        (((100, 2),), "s", ["ring_closed"]),
        (PAST, "other", ["ring_closed"]),
        (((5, -3), (100, -0.1)), "other", []),  # everybody, whatever their place
    ],
)
def test_within_a_week_what_has_opened_stays_open(house, one, said, salt, codes):
    house.published = [one]
    house.trains = [train(one, number=48, rings=rings(*PAST), salt="s")]
    assert house.codes(week(one, rings=rings(*said), salt=salt)) == codes


def test_a_week_without_rings_gets_none_that_close_it(house, one):
    house.published = [one]
    house.trains = [train(one, number=48, rings=(), salt="")]
    assert house.codes(week(one)) == ["ring_closed"]


def test_before_anybody_may_have_the_week_its_rings_may_change(house, one):
    house.published = [one]
    house.trains = [train(one, number=48, rings=rings((5, 1), (100, 2)), salt="s")]
    assert house.codes(week(one, rings=rings((1, 5), (100, 6)), salt="t")) == []


def test_next_week_the_rings_begin_anew(house, one):
    house.trains = [train(number=47, rings=rings(*PAST), salt="s")]
    assert house.codes(week(one, rings=rings((1, 1), (100, 2)), salt="t")) == []


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(-9, 9)), max_size=4).map(sorted),
    st.lists(st.tuples(st.integers(0, 100), st.integers(-9, 9)), max_size=4).map(sorted),
    st.sampled_from(["s", "t"]),
)
def test_whoever_had_the_week_has_it_after_what_the_gates_let_pass(before, after, salt):
    def at(number, said):
        made = tuple(
            Ring(name=str(n), percent=percent, opens=int(NOW + days * DAY))
            for n, (percent, days) in enumerate(said)
        )
        return {"number": number, "rings": made}

    old, new = at(48, before), at(48, after)
    out = train(salt="s", **old)
    draft = week(rings=new["rings"], salt=salt)
    if any(one.code == "ring_closed" for one in check_week(draft, [out], NOW)):
        return
    for number in range(200):
        device = device_id(str(number))
        had = opens_for(device, out)
        if had is not None and had <= NOW:
            has = opens_for(device, draft)
            assert has is not None
            assert has <= NOW


def test_rings_want_a_salt_of_their_own(house, one):
    assert house.codes(week(one, salt="")) == ["salt_missing"]
    assert house.codes(week(one, salt="", rings=())) == []
    house.trains = [train(salt="new")]
    assert house.codes(week(one)) == ["salt_reused"]
    house.trains = [train(salt="new", number=48)]  # the same week, published once more
    assert house.codes(week(one)) == []
    house.trains = [train(salt="new", channel=Channel.STABLE)]
    assert house.codes(week(one)) == []


def test_a_recall_that_is_dropped_stops_it(house, one):
    house.trains = [train(recalled=("a" * 64,))]
    (found,) = house.find(week(one))
    assert (found.code, found.sha256) == ("recall_dropped", "a" * 64)
    assert house.codes(week(one, recalled=("a" * 64,))) == []


@pytest.mark.parametrize(
    ("history", "weeks"),
    [
        ([], 0),
        ([{}], 1),
        ([{}, {"number": 47}], 1),  # published twice, but one week
        ([{"number": 46, "channel": Channel.STABLE}, {}], 1),
        ([{"number": 46}, {"withdrawn": NOTES}], 1),
        ([{"number": 45}, {"number": 46}, {}], 2),
        ([{"number": 45}, {"number": 46}, {"recalled": True}], 0),
    ],
)
def test_what_becomes_stable_was_in_two_clean_orange_weeks(house, one, history, weeks):
    house.published = [one]
    for entry in history:
        said = dict(entry)
        if said.get("recalled"):
            said["recalled"] = (one.sha256,)
        house.trains.append(train(one, **said))
    found = house.find(week(one, channel=Channel.STABLE))
    early = [each.facts["weeks"] for each in found if each.code == "promotion_early"]
    assert early == ([] if weeks >= 2 else [str(weeks)])
    assert "promotion_early" not in house.codes(week(one))
