"""A house rides one channel, chunks must fit their file, and metadata are bounded."""

import datetime as dt
import hashlib

import pytest
from tuf.api.metadata import DelegatedRole
from tuf.ngclient import Updater

from firmware import reading, refusals, roots
from firmware.fetch import open_source
from firmware.reading import Reading
from firmware.release import Channel
from firmware.trust import Maker, Trust, TrustError
from tests.firmware.simulator import LAMP, STABLE, Simulator, trio


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.add_stable(week="2026-W44", counter=7)
    mirror.publish()
    return mirror


@pytest.fixture
def trust(sim, tmp_path):
    house = Trust(tmp_path / "trust", [sim.maker()])
    yield house
    house.close()


def ride(trust, sim, channel):
    maker = sim.maker()
    trust.add(Maker(name=maker.name, root=maker.root, url=maker.url, channel=channel))


def refused(trust):
    with pytest.raises(TrustError) as caught:
        trust.refresh("acme")
    return caught.value


# --- channels ------------------------------------------------------------------------------------


def test_a_house_reads_the_week_of_its_channel(trust, sim):
    assert trust.refresh("acme").id == "2026-W47"
    ride(trust, sim, Channel.STABLE)
    week = trust.refresh("acme")
    assert (week.id, week.channel) == ("2026-W44", "stable")
    assert week.signed[0].role == "train-stable"


def test_going_to_stable_and_back_is_no_rollback(trust, sim):
    sim.counter = 40  # orange is far ahead
    sim.publish()
    trust.refresh("acme")
    for channel in (Channel.STABLE, Channel.ORANGE):
        ride(trust, sim, channel)
        assert trust.refresh("acme").channel == channel


def test_a_channel_that_is_left_keeps_its_floor(trust, sim):
    sim.counter = 40
    sim.publish()
    trust.refresh("acme")
    ride(trust, sim, Channel.STABLE)
    trust.refresh("acme")
    ride(trust, sim, Channel.ORANGE)
    sim.on_train = lambda train: train.update(counter=3)
    sim.publish()
    error = refused(trust)
    assert (error.code, error.facts["what"]) == ("mirror_rolled_back", "counter:train|orange")


def test_the_versions_of_roles_are_shared_by_the_channels(trust, sim, tmp_path):
    old = sim.copy(tmp_path / "old")
    sim.publish()
    trust.refresh("acme")
    ride(trust, sim, Channel.STABLE)
    with pytest.raises(TrustError, match="mirror_rolled_back"):
        trust.refresh("acme", str(old))


def test_a_mirror_cannot_show_the_week_of_another_channel(trust, sim):
    sim.on_train = lambda train: train.update(channel="stable")
    sim.publish()
    error = refused(trust)
    assert (error.code, error.facts["why"]) == ("week_disagrees", "it is for stable")


def test_a_channel_that_the_maker_does_not_have_says_so(trust, sim, tmp_path):
    only = Simulator(tmp_path / "only")
    only.publish()
    house = Trust(tmp_path / "other", [])
    ride(house, only, Channel.STABLE)
    error = refused(house)
    assert (error.code, error.facts["role"]) == ("week_missing", "train-stable")
    house.close()


def test_a_channel_that_has_not_run_yet_says_so(trust, sim, tmp_path):
    """Its role is named, by top targets, and has signed nothing."""
    only = Simulator(tmp_path / "only")
    held = trio("train-stable")

    def delegate(targets):
        ids = [one.public_key.keyid for one in held]
        targets.delegations.keys.update({one.public_key.keyid: one.public_key for one in held})
        targets.delegations.roles["train-stable"] = DelegatedRole(
            "train-stable", ids, 2, terminating=True, paths=[STABLE]
        )

    only.on_targets = delegate
    only.publish()
    house = Trust(tmp_path / "other", [])
    ride(house, only, Channel.STABLE)
    assert refused(house).code == "week_missing"
    house.close()


def test_keys_shared_between_the_stable_train_and_build_are_refused(trust, sim):
    sim.keys["build-lamp"][2] = sim.keys["train-stable"][2]
    sim.publish()
    trust.refresh("acme")
    ride(trust, sim, Channel.STABLE)
    error = refused(trust)
    assert (error.code, error.facts["train"]) == ("keys_shared", "train-stable")


def test_a_withdrawn_week_names_nothing_and_says_why(trust, sim, tmp_path):
    [target] = trust.refresh("acme").targets
    sim.on_train = lambda train: train.update(withdrawn={"en": "It forgets its lamp."})
    sim.publish()
    week = trust.refresh("acme")
    assert (week.targets, week.withdrawn["en"]) == ((), "It forgets its lamp.")
    with pytest.raises(TrustError, match="target_recalled"):
        trust.fetch("acme", target, tmp_path / "x.part")


def test_a_withdrawn_week_keeps_the_counters_of_its_images(trust, sim):
    sim.publish()
    trust.refresh("acme")
    sim.on_train = lambda train: train.update(withdrawn={"en": "Bad."})
    sim.publish()
    trust.refresh("acme")
    sim.on_train = lambda train: None
    sim.about[LAMP] = {"counter": 1}
    sim.publish()
    assert refused(trust).facts["what"] == "counter|orange|lamp|Acme|Lamp 1"


# --- chunks --------------------------------------------------------------------------------------


def test_signed_chunks_are_told_with_the_file(trust, sim):
    sim.chunk_size = 10
    sim.publish()
    [target] = trust.refresh("acme").targets
    body = sim.files[LAMP]
    assert target.chunk_size == 10
    assert target.chunks == tuple(hashlib.sha256(one).hexdigest() for one in (body[:10], body[10:]))


DIGEST = "0" * 64


@pytest.mark.parametrize(
    ("size", "count"), [(10, 1), (10, 3), (16, 1), (0, 1), (10, 0), (1, 1025), (17, 0)]
)
def test_chunks_that_cannot_be_those_of_the_file_are_refused(trust, sim, size, count):
    assert len(sim.files[LAMP]) == 17
    sim.about[LAMP] = {"chunk_size": size, "chunks": [DIGEST] * count}
    sim.publish()
    error = refused(trust)
    assert (error.code, error.facts["file"]) == ("week_unreadable", LAMP)


# --- limits --------------------------------------------------------------------------------------


def test_more_delegations_than_we_take_are_told_as_such(trust, sim, monkeypatch):
    monkeypatch.setattr(reading, "_ROLES_MAX", 2)
    error = refused(trust)
    assert (error.code, error.facts["what"]) == ("metadata_too_large", "delegations")


def test_more_rotations_of_root_than_we_follow_are_told_as_such(trust, sim, monkeypatch):
    """The stock updater alone goes on with a root that has been replaced."""
    monkeypatch.setattr(reading, "ROTATIONS_MAX", 2)
    for _ in "12":
        sim.rotate()
    error = refused(trust)
    assert (error.code, error.facts["what"]) == ("metadata_too_large", "rotations")


def test_more_metadata_than_we_take_in_all_are_told_as_such(trust, sim, monkeypatch):
    monkeypatch.setattr(reading, "_ALL_MAX", 3_000)
    error = refused(trust)
    assert (error.code, error.facts["limit"]) == ("metadata_too_large", "3000")


def test_our_limits_are_those_that_the_stock_updater_says(sim):
    assert 16_384 in refusals._LIMITS
    assert roots.ROOT_MAX in refusals._LIMITS


# --- the time of the stock updater ---------------------------------------------------------------


def test_the_stock_updater_still_keeps_its_time_where_we_set_it(sim, tmp_path):
    """A canary: `Reading(anytime=True)` needs this private attribute and no other."""
    root = sim.maker().root
    updater = Updater(str(tmp_path), "http://127.0.0.1:9/", bootstrap=root)
    now = updater._trusted_set.reference_time
    assert abs((dt.datetime.now(dt.UTC) - now).total_seconds()) < 60


def test_at_any_time_the_expired_is_read_and_named(sim, tmp_path):
    sim.days |= {"timestamp": -1, "build-lamp": -2}
    sim.publish()
    anew = Reading(sim.maker().root, open_source(str(sim.folder)), tmp_path, anytime=True)
    anew.refresh()
    anew.week("acme", "", 0.0)
    assert [one.role for one in anew.expired()] == ["timestamp", "build-lamp"]


# --- what a week says beside its files -----------------------------------------------------------

BACK = "fw/acme/lamp/back.bin"


@pytest.fixture
def way_back(sim):
    """A second file, that leads back from the first."""
    sim.files[BACK] = b"lamp firmware 0.9"
    said = {"version": "0.9", "counter": 99, "model": "Lamp 1", "undoes": ["1.2"]}
    sim.about[BACK] = said
    sim.on_train = stands_in_back
    sim.publish()
    return sim


def stands_in_back(train):
    train["back"] = [one for one in train["files"] if one["path"] == BACK]
    train["files"] = [one for one in train["files"] if one["path"] != BACK]


def test_a_way_back_is_a_target_of_the_week(trust, way_back):
    lamp, back = trust.refresh("acme").targets
    assert (lamp.path, lamp.undoes) == (LAMP, ())
    assert (back.path, back.undoes, back.version) == (BACK, ("1.2",), "0.9")


def test_a_withdrawn_week_still_names_the_way_back(trust, way_back):
    def withdrawn(train):
        stands_in_back(train)
        train["withdrawn"] = {"en": "It hums."}

    way_back.on_train = withdrawn
    way_back.publish()
    assert [one.path for one in trust.refresh("acme").targets] == [BACK]


def test_a_recalled_way_back_is_none(trust, way_back):
    def recalled(train):
        stands_in_back(train)
        train["recalled"] = [hashlib.sha256(way_back.files[BACK]).hexdigest()]

    way_back.on_train = recalled
    way_back.publish()
    assert [one.path for one in trust.refresh("acme").targets] == [LAMP]


@pytest.mark.parametrize(
    ("undoes", "on_train"), [(["1.2"], lambda train: None), ([], stands_in_back)]
)
def test_a_way_back_that_only_one_party_names_makes_the_week_a_lie(
    trust, way_back, undoes, on_train
):
    way_back.about[BACK]["undoes"] = undoes
    way_back.on_train = on_train
    way_back.publish()
    assert refused(trust).code == "week_disagrees"


def test_a_way_back_wants_the_word_of_both_parties_on_its_bytes(trust, way_back):
    def other_bytes(train):
        stands_in_back(train)
        train["back"][0]["sha256"] = "0" * 64

    way_back.on_train = other_bytes
    way_back.publish()
    assert refused(trust).code == "week_disagrees"


def test_what_ships_how_and_where_is_read_from_the_party_that_may_say_it(trust, sim):
    sim.about[LAMP] = {"battery_least": 60, "regions": ["DE"], "by_cable": True, "security": True}

    def urgent(train):
        train["files"][0] |= {"after": ["fw/acme/lamp/hub.bin"], "by_cable": False}
        train["held"] = {"en": "We look."}

    sim.on_train = urgent
    sim.publish()
    week = trust.refresh("acme")
    (lamp,) = week.targets
    assert (lamp.battery_least, lamp.regions, lamp.by_cable) == (60, ("DE",), True)
    assert (lamp.security, lamp.after) == (False, ("fw/acme/lamp/hub.bin",))
    assert week.held == {"en": "We look."}


@pytest.mark.parametrize(
    "said", [{"regions": ["de"]}, {"regions": ["DEU"]}, {"battery_least": 101}, {"undoes": [""]}]
)
def test_words_on_a_file_that_nobody_could_mean_are_refused(trust, sim, said):
    sim.about[LAMP] = said
    sim.publish()
    assert refused(trust).code == "week_unreadable"


def test_a_week_from_before_these_words_is_read_as_it_was_meant(trust, sim):
    week = trust.refresh("acme")
    (lamp,) = week.targets
    assert (lamp.security, lamp.after, lamp.undoes, lamp.regions) == (False, (), (), ())
    assert (lamp.battery_least, lamp.by_cable, week.held) == (0, False, {})
