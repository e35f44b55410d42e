"""What a week says: two channels, withdrawal, rings, known issues, waivers, chunks."""

import hashlib
import shutil
import time

import pytest

from firmware import weeks
from firmware.publish import Publisher, PublishError
from firmware.release import Channel, Known, Ring
from tests.firmware.makers import DAY, WORDS, key_ring, lamp, published_once, sign_all

NOW = time.time()
BOTH = {"en": "It starts again and again.", "zh_CN": "它会反复重启。"}


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return key_ring(tmp_path_factory.mktemp("ring"))


@pytest.fixture(scope="module")
def first_week(tmp_path_factory, ring):
    return published_once(tmp_path_factory.mktemp("first"), ring).folder


@pytest.fixture
def publisher(first_week, tmp_path):
    return Publisher(shutil.copytree(first_week, tmp_path / "pub"))


@pytest.fixture
def open_week(publisher):
    publisher.open_week("2026-W48", NOW)
    return publisher


def waiting(publisher):
    return {role.role for role in publisher.status().roles if role.proposed}


def test_stable_ships_what_orange_has_published_and_changes_nothing_of_it(publisher, ring):
    orange = publisher.published.train()
    draft = publisher.open_week("2026-W47", NOW, channel=Channel.STABLE)
    assert [image.path for image in draft.images] == [file.path for file in orange.files]
    assert waiting(publisher) == {"train-stable"}
    sign_all(publisher, ring)
    assert publisher.publish(WORDS, NOW).roles == ("train-stable",)
    stable = publisher.published.train(Channel.STABLE)
    assert (stable.channel, stable.counter, stable.files) == ("stable", 1, orange.files)
    assert publisher.published.train() == orange


def test_each_channel_counts_for_itself(publisher, ring):
    publisher.open_week("2026-W47", NOW, channel=Channel.STABLE)
    sign_all(publisher, ring)
    publisher.publish(WORDS, NOW)
    assert publisher.open_week("2026-W48", NOW).counter == 2
    publisher.close_week()
    assert publisher.open_week("2026-W48", NOW, channel=Channel.STABLE).counter == 2


def test_a_stable_week_holds_longer_than_an_orange_one(publisher):
    publisher.open_week("2026-W47", NOW, channel=Channel.STABLE)
    [stable] = [role for role in publisher.status().roles if role.role == "train-stable"]
    assert stable.expires == int(NOW) + 120 * DAY


def test_what_orange_has_recalled_is_not_promoted(publisher, ring):
    [image] = publisher.published.images("lamp")
    publisher.open_week("2026-W48", NOW)
    publisher.recall(image.sha256)
    sign_all(publisher, ring)
    publisher.publish(WORDS, NOW)
    draft = publisher.open_week("2026-W48", NOW, channel=Channel.STABLE)
    assert (draft.images, draft.recalled) == ((), (image.sha256,))


def test_a_withdrawn_week_ships_nothing_and_says_why(publisher, ring):
    draft = publisher.withdraw(BOTH, NOW)
    assert (draft.week, draft.counter, draft.images) == ("2026-W47", 2, ())
    assert waiting(publisher) == {"train-orange"}
    with pytest.raises(PublishError, match="signatures_missing"):
        publisher.publish(WORDS, NOW)
    sign_all(publisher, ring)
    publisher.publish(WORDS, NOW)
    train = publisher.published.train()
    assert (train.withdrawn, train.files, train.counter) == (BOTH, (), 2)
    assert [image.about.version for image in publisher.published.images("lamp")] == ["1.0.0"]


def test_a_withdrawal_needs_a_week_and_reasons_in_both_languages(publisher):
    with pytest.raises(PublishError, match="week_not_published"):
        publisher.withdraw(BOTH, NOW, channel=Channel.STABLE)
    with pytest.raises(PublishError) as caught:
        publisher.withdraw({"en": "Broken"}, NOW)
    assert (caught.value.code, caught.value.facts["language"]) == ("words_missing", "zh_CN")
    assert publisher.draft() is None


def test_an_image_that_did_not_change_is_not_signed_again(open_week):
    assert waiting(open_week) == {"train-orange"}


def test_rings_known_issues_waivers_and_the_simulation_are_signed_with_the_week(open_week, ring):
    sha256 = open_week.draft().images[0].sha256
    rings = (Ring(name="lab", percent=1, opens=5), Ring(name="all", percent=100, opens=9))
    known = (Known(id="k1", words=BOTH, models=("Lamp",)),)
    open_week.rings(rings)
    open_week.known(known)
    open_week.waive(sha256, "size_jump", "Mei", "new fonts")
    open_week.waive(sha256, "size_jump", "Mei", "new fonts, 2 MB")
    open_week.simulation("a" * 64)
    sign_all(open_week, ring)
    open_week.publish(WORDS, NOW)
    train = open_week.published.train()
    assert (train.rings, train.known, train.simulation) == (rings, known, "a" * 64)
    assert [waiver.reason for waiver in train.waivers] == ["new fonts, 2 MB"]
    assert train.salt


def test_what_was_said_of_a_week_can_be_taken_back_one_by_one(open_week):
    sha256 = open_week.draft().images[0].sha256
    lab = Ring(name="lab", percent=5, opens=1)
    open_week.rings([lab, Ring(name="all", percent=100, opens=2)])
    open_week.known([Known(id="k1", words=BOTH), Known(id="k2", words=BOTH)])
    for image in (sha256, ""):
        open_week.waive(image, "size_jump", "Mei", "new fonts")
    open_week.drop("ring", "lab")
    open_week.drop("known", "k2")
    draft = open_week.drop("waiver", "size_jump", sha256)
    assert [one.name for one in draft.rings] == ["all"]
    assert [one.id for one in draft.known] == ["k1"]
    assert [one.sha256 for one in draft.waivers] == [""]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda pub: pub.drop("known", "k9"), "nothing_to_drop"),
        (lambda pub: pub.rings([Ring(name=" ", percent=1, opens=1)]), "ring_bad"),
        (lambda pub: pub.rings([Ring(name="a", percent=101, opens=1)]), "ring_bad"),
        (lambda pub: pub.rings([_ring(50, 1), _ring(20, 2)]), "ring_bad"),
        (lambda pub: pub.rings([_ring(20, 2), _ring(50, 1)]), "ring_bad"),
        (lambda pub: pub.known([Known(id="", words=BOTH)]), "known_bad"),
        (lambda pub: pub.known([Known(id="k", words=BOTH)] * 2), "known_bad"),
        (lambda pub: pub.known([Known(id="k", words={"en": "x"})]), "words_missing"),
        (lambda pub: pub.waive("0" * 64, "c", "p", "r"), "image_unknown"),
        (lambda pub: pub.waive(pub.draft().images[0].sha256, "c", " ", "r"), "waiver_incomplete"),
        (lambda pub: pub.simulation("abc"), "simulation_bad"),
    ],
)
def test_what_houses_could_not_use_is_refused_and_nothing_changes(open_week, act, code):
    before = open_week.draft()
    with pytest.raises(PublishError) as caught:
        act(open_week)
    assert caught.value.code == code
    assert open_week.draft() == before


def _ring(percent, opens):
    return Ring(name="r", percent=percent, opens=opens)


def test_an_image_over_a_mebibyte_is_signed_in_chunks(open_week, tmp_path):
    image = lamp(tmp_path, "1.0.1")
    image.write_bytes(image.read_bytes() + bytes(2 * weeks.CHUNK))
    body = image.read_bytes()
    about = open_week.add(image, "lamp").about
    cut = [body[at : at + weeks.CHUNK] for at in range(0, len(body), weeks.CHUNK)]
    assert about.chunk_size == weeks.CHUNK
    assert about.chunks == tuple(hashlib.sha256(one).hexdigest() for one in cut)


def test_a_small_image_has_no_chunks(open_week, tmp_path):
    about = open_week.add(lamp(tmp_path, "1.0.1"), "lamp").about
    assert (about.chunk_size, about.chunks) == (0, ())


def test_chunks_grow_until_they_are_at_most_a_thousand_and_some(tmp_path, monkeypatch):
    monkeypatch.setattr(weeks, "CHUNK", 4)
    file = tmp_path / "x"
    file.write_bytes(bytes(range(250)) * 40)  # 2,500 pieces of 4
    size, chunks = weeks.chunked(file, 10_000)
    assert (size, len(chunks)) == (16, 625)
    body = file.read_bytes()
    assert chunks[-1] == hashlib.sha256(body[624 * 16 :]).hexdigest()
