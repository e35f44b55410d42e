"""What is said of a published week afterwards, signed like a week and read by a house."""

import shutil
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import catalogue, rings, weeks
from firmware.catalogue import Circumstances
from firmware.draft import Draft
from firmware.publish import Publisher, PublishError
from firmware.release import Back, Channel, Fit, Ring
from firmware.trust import Maker, Trust
from fleet.model import Caps, Device, Install, Version
from tests.firmware.makers import WORDS, create, key_ring, lamp, published_once, sign_all

NOW = time.time()
DAY = 86_400
WHY = {"en": "We look at a report.", "zh_CN": "正在核实一份报告。"}
RINGS = (
    Ring(name="lab", percent=0, opens=int(NOW) - 9),
    Ring(name="few", percent=20, opens=int(NOW) + DAY),
    Ring(name="all", percent=100, opens=int(NOW) + 3 * DAY),
)


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return key_ring(tmp_path_factory.mktemp("ring"))


@pytest.fixture(scope="module")
def two_weeks(tmp_path_factory, ring):
    """A maker who shipped 1.0.0 and then, in rings, 1.1.0."""
    folder = tmp_path_factory.mktemp("two")
    publisher = published_once(folder, ring)
    publisher.open_week("2026-W48", NOW)
    publisher.add(lamp(folder, "1.1.0"), "lamp")
    publisher.notes("Dims smoothly.", "调光更平滑。")
    publisher.fixes(["R-7"])
    publisher.rings(RINGS)
    out(publisher, ring)
    return publisher.folder


@pytest.fixture
def publisher(two_weeks, tmp_path):
    return Publisher(shutil.copytree(two_weeks, tmp_path / "pub"))


@pytest.fixture
def read(publisher, tmp_path):
    """The week as a house reads it."""
    trust = Trust(
        tmp_path / "trust",
        [Maker(name="acme", root=publisher.root(), url=str(publisher.mirror))],
    )
    yield lambda: trust.refresh("acme")
    trust.close()


def out(publisher, ring):
    sign_all(publisher, ring)
    return publisher.publish(WORDS, NOW)


def again(publisher):
    return weeks.again(publisher.published, publisher.lines, NOW, Channel.ORANGE)


def runs(version):
    return Device(
        key="lamp",
        name="Lamp",
        vendor="Acme",
        model="Lamp",
        version=Version(version),
        caps=Caps(install=frozenset({Install.URL})),
    )


def sha256_of(publisher, version):
    every = publisher.published.images("lamp")
    return next(one.sha256 for one in every if one.about.version == version)


def test_the_published_week_is_opened_whole(publisher):
    before = publisher.published.train()
    draft = publisher.open_week("2026-W48", NOW + DAY)
    assert (draft.rings, draft.salt, draft.notes) == (before.rings, before.salt, before.notes)
    assert (draft.fixes, draft.counter, draft.since) == (("R-7",), 3, before.published)
    assert [one.path for one in draft.images] == [one.path for one in before.files]


def test_a_hold_is_the_week_once_more_and_only_the_train_signs_it(publisher, ring, read):
    before = publisher.published.train()
    publisher.begin(weeks.held(again(publisher), WHY))
    assert out(publisher, ring).roles == ("train-orange",)
    train = publisher.published.train()
    assert (train.held, train.counter, train.files) == (WHY, 3, before.files)
    assert (train.published, train.rings) == (before.published, before.rings)
    week = read()
    assert catalogue.best(week, runs("1.0.0")).code == "week_held"


def test_a_hold_is_lifted_by_the_next_publication(publisher, ring, read):
    publisher.begin(weeks.held(again(publisher), WHY))
    out(publisher, ring)
    publisher.begin(weeks.lifted(again(publisher)))
    out(publisher, ring)
    assert isinstance(catalogue.best(read(), runs("1.0.0")), Fit)


def test_a_hold_stays_while_something_else_is_said(publisher, ring):
    publisher.begin(weeks.held(again(publisher), WHY))
    out(publisher, ring)
    assert publisher.open_week("2026-W48", NOW).held == WHY
    publisher.close_week()
    assert publisher.open_week("2026-W49", NOW).held == {}


def test_a_ring_is_advanced_and_what_it_overtakes_is_gone(publisher, ring, read):
    salt = publisher.published.train().salt
    publisher.begin(weeks.advanced(again(publisher), "all", int(NOW) + 5))
    out(publisher, ring)
    week = read()
    assert [(one.name, one.opens) for one in week.rings] == [
        ("lab", int(NOW) - 9),
        ("all", int(NOW) + 5),
    ]
    assert week.salt == salt
    assert catalogue.best(week, runs("1.0.0"), Circumstances(now=NOW)).code == "ring_not_open"
    assert isinstance(catalogue.best(week, runs("1.0.0"), Circumstances(now=NOW + 6)), Fit)


def test_a_simulation_of_other_times_goes_with_them(publisher):
    publisher.open_week("2026-W48", NOW)
    publisher.simulation("a" * 64)
    assert publisher.change(lambda draft: weeks.advanced(draft, "few", 1)).simulation == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda draft: weeks.held(draft, {"en": "Why"}), "words_missing"),
        (weeks.lifted, "not_held"),
        (lambda draft: weeks.advanced(draft, "some", 1), "ring_unknown"),
        (lambda draft: weeks.advanced(draft, "few", int(NOW) + DAY), "ring_not_earlier"),
    ],
)
def test_what_makes_no_sense_is_refused_and_opens_nothing(publisher, change, code):
    with pytest.raises(PublishError, match=code):
        publisher.begin(change(again(publisher)))
    assert publisher.draft() is None


def test_nothing_is_said_of_a_week_that_is_not_out(tmp_path, ring, publisher):
    new = create(tmp_path / "new", ring, NOW)
    with pytest.raises(PublishError, match="week_not_published"):
        again(new)
    publisher.withdraw(WHY, NOW)
    out(publisher, ring)
    with pytest.raises(PublishError, match="week_not_published"):
        again(publisher)


def test_an_image_that_joins_the_week_makes_it_new(publisher, tmp_path):
    publisher.open_week("2026-W48", NOW + DAY)
    publisher.add(lamp(tmp_path, "1.1.1"), "lamp")
    draft = publisher.draft()
    assert draft.since == 0


# --- the way back --------------------------------------------------------------------------------


def test_a_device_goes_back_over_old_bytes_with_a_new_counter(publisher, ring, read):
    publisher.open_week("2026-W48", NOW)
    image = publisher.add_back(sha256_of(publisher, "1.0.0"), ["1.1.0"])
    assert (image.path, image.about.counter) == ("fw/acme/lamp/Lamp-1.0.0-back-3.bin", 3)
    assert set(out(publisher, ring).roles) == {"build-lamp", "train-orange"}
    week = read()
    ready = catalogue.best(week, runs("1.0.0"))
    assert (ready.target.version, ready.back) == ("1.1.0", Back.YES)
    undone = catalogue.undo(week, runs("1.1.0"))
    assert (undone.target, undone.target.version) == (ready.way_back, "1.0.0")
    assert catalogue.best(week, runs("0.9")).target == ready.target


def test_a_way_back_is_not_among_the_files_that_older_readers_know(publisher, ring):
    publisher.open_week("2026-W48", NOW)
    image = publisher.add_back(sha256_of(publisher, "1.0.0"), ["1.1.0"])
    out(publisher, ring)
    train = publisher.published.train()
    assert [one.path for one in train.back] == [image.path]
    assert image.path not in {one.path for one in train.files}


def test_the_bytes_of_a_way_back_are_fetched_like_any_others(publisher, ring, read, tmp_path):
    (publisher.folder / "images" / sha256_of(publisher, "1.0.0")).unlink()
    publisher.open_week("2026-W48", NOW)
    publisher.add_back(sha256_of(publisher, "1.0.0"), ["1.1.0"])
    out(publisher, ring)
    target = catalogue.undo(read(), runs("1.1.0")).target
    trust = Trust(
        tmp_path / "other",
        [Maker(name="acme", root=publisher.root(), url=str(publisher.mirror))],
    )
    trust.refresh("acme")
    got = trust.fetch("acme", target, tmp_path / "image")
    assert got.path.read_bytes() == lamp(tmp_path, "1.0.0").read_bytes()
    trust.close()


def test_a_recall_leaves_the_way_back_open(publisher, ring, read):
    publisher.open_week("2026-W48", NOW)
    publisher.add_back(sha256_of(publisher, "1.0.0"), ["1.1.0"])
    publisher.recall(sha256_of(publisher, "1.1.0"))
    out(publisher, ring)
    week = read()
    assert isinstance(catalogue.undo(week, runs("1.1.0")), Fit)
    assert not isinstance(catalogue.best(week, runs("1.0.0")), Fit)


def test_a_withdrawn_week_leaves_the_way_back_open(publisher, ring, read):
    publisher.open_week("2026-W48", NOW)
    publisher.add_back(sha256_of(publisher, "1.0.0"), ["1.1.0"])
    out(publisher, ring)
    publisher.withdraw(WHY, NOW)
    out(publisher, ring)
    week = read()
    assert catalogue.best(week, runs("1.0.0")).code == "week_withdrawn"
    assert isinstance(catalogue.undo(week, runs("1.1.0")), Fit)


def test_the_next_image_counts_above_the_way_back(publisher, ring, read, tmp_path):
    publisher.open_week("2026-W48", NOW)
    publisher.add_back(sha256_of(publisher, "1.0.0"), ["1.1.0"])
    out(publisher, ring)
    publisher.open_week("2026-W49", NOW)
    image = publisher.add(lamp(tmp_path, "1.2.0"), "lamp")
    assert image.about.counter == 4
    assert len(publisher.draft().images) == 2
    out(publisher, ring)
    went_back = Circumstances(counters={"lamp": 3})
    assert catalogue.best(read(), runs("1.0.0"), went_back).target.version == "1.2.0"


@pytest.mark.parametrize(
    ("undoes", "code"),
    [(["1.5.0"], "undoes_unknown"), (["1.0.0"], "undoes_not_newer"), ([], "way_back_empty")],
)
def test_a_way_back_from_nowhere_is_refused(publisher, undoes, code):
    publisher.open_week("2026-W48", NOW)
    before = publisher.draft()
    with pytest.raises(PublishError, match=code):
        publisher.add_back(sha256_of(publisher, "1.0.0"), undoes)
    assert publisher.draft() == before


def test_bytes_that_were_never_published_are_no_way_back(publisher, tmp_path):
    publisher.open_week("2026-W49", NOW)
    image = publisher.add(lamp(tmp_path, "1.2.0"), "lamp")
    with pytest.raises(PublishError, match="image_unknown"):
        publisher.add_back(image.sha256, ["1.1.0"])


# --- what is said of an image --------------------------------------------------------------------


def test_both_parties_words_on_an_image_reach_the_house(publisher, ring, read, tmp_path):
    publisher.open_week("2026-W49", NOW)
    path = publisher.add(lamp(tmp_path, "1.2.0"), "lamp").path
    hub = publisher.add(lamp(tmp_path, "3.0", model="Hub"), "lamp").path
    train = {"security": True, "after": (hub,)}
    build = {"battery_least": 60, "regions": ("DE",), "by_cable": True}
    publisher.change(lambda one: weeks.marked(one, publisher.published, path, train, build))
    out(publisher, ring)
    (target,) = (one for one in read().targets if one.path == path)
    assert (target.security, target.after) == (True, (hub,))
    assert (target.battery_least, target.regions, target.by_cable) == (60, ("DE",), True)


def test_what_the_train_says_is_carried_into_the_next_week(publisher, ring):
    (image,) = publisher.open_week("2026-W48", NOW).images
    publisher.change(
        lambda one: weeks.marked(one, publisher.published, image.path, {"security": True}, {})
    )
    assert out(publisher, ring).roles == ("train-orange",)
    (carried,) = publisher.open_week("2026-W49", NOW).images
    assert carried.security


def test_what_the_build_has_said_of_a_published_image_stands(publisher):
    (image,) = publisher.open_week("2026-W48", NOW).images
    with pytest.raises(PublishError, match="image_published"):
        weeks.marked(publisher.draft(), publisher.published, image.path, {}, {"by_cable": True})
    with pytest.raises(PublishError, match="image_unknown"):
        weeks.marked(publisher.draft(), publisher.published, "fw/x", {}, {})


def test_an_image_of_which_nothing_new_is_said_is_signed_as_before(publisher):
    publisher.open_week("2026-W49", NOW)
    assert "build-lamp" not in {one.role for one in publisher.status().roles if one.proposed}


# --- stepping stones -----------------------------------------------------------------------------


def test_a_published_image_becomes_the_stone_to_a_newer_one(publisher, ring, read, tmp_path):
    publisher.open_week("2026-W49", NOW)
    publisher.add(lamp(tmp_path, "2.0.0"), "lamp", minimum="1.1.0", beside=True)
    out(publisher, ring)
    found = catalogue.best(read(), runs("1.0.0"))
    assert (found.target.version, [one.version for one in found.hops]) == ("1.1.0", ["2.0.0"])


def test_a_stone_comes_back_as_it_was_published(publisher, ring, tmp_path):
    publisher.open_week("2026-W49", NOW)
    publisher.add(lamp(tmp_path, "2.0.0"), "lamp", minimum="1.1.0")
    assert [one.about.version for one in publisher.draft().images] == ["2.0.0"]
    stone = publisher.add(lamp(tmp_path, "1.1.0"), "lamp", beside=True)
    assert stone.about.counter == 2
    assert [one.about.version for one in publisher.draft().images] == ["1.1.0", "2.0.0"]


def test_without_the_word_an_image_takes_the_place_of_all_stones(publisher, tmp_path):
    publisher.open_week("2026-W49", NOW)
    publisher.add(lamp(tmp_path, "1.5.0"), "lamp", beside=True)
    assert len(publisher.draft().images) == 2
    publisher.add(lamp(tmp_path, "2.0.0"), "lamp")
    assert [one.about.version for one in publisher.draft().images] == ["2.0.0"]


# --- nobody loses a week by an advance -----------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20)), min_size=1, max_size=5),
    st.text(min_size=1, max_size=10),
    st.data(),
)
def test_an_advance_lets_everybody_in_as_early_as_before_or_earlier(said, salt, data):
    percents = sorted(percent for percent, _ in said)
    moments = sorted(opens for _, opens in said)
    before = Draft(
        week="2026-W48",
        opened=0,
        counter=1,
        salt=salt,
        rings=tuple(
            Ring(name=str(n), percent=percent, opens=opens)
            for n, (percent, opens) in enumerate(zip(percents, moments, strict=True))
        ),
    )
    ring = data.draw(st.sampled_from(before.rings))
    after = weeks.advanced(before, ring.name, data.draw(st.integers(0, ring.opens - 1)))
    weeks.with_rings(after, after.rings, salt)  # they rise as before
    never = 10**9
    for device in (rings.device_id(str(n)) for n in range(60)):
        was, now = rings.opens_for(device, before), rings.opens_for(device, after)
        assert (never if now is None else now) <= (never if was is None else was)
