"""The online roles, the bundle's repository, and publications that are cut off."""

import json
import shutil
import time
from pathlib import Path

import pytest
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import Metadata
from tuf.ngclient import FetcherInterface, Updater

from firmware import durable
from firmware.publish import Publisher, PublishError
from firmware.release import Channel
from firmware.trust import Maker, Trust
from tests.firmware.makers import DAY, WORDS, key_ring, lamp, published_once, sign_all

NOW = time.time()


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return key_ring(tmp_path_factory.mktemp("ring"), "new1", "new2")


@pytest.fixture(scope="module")
def first_week(tmp_path_factory, ring):
    return published_once(tmp_path_factory.mktemp("first"), ring).folder


@pytest.fixture
def publisher(first_week, tmp_path):
    return Publisher(shutil.copytree(first_week, tmp_path / "pub"))


@pytest.fixture
def house(publisher, tmp_path):
    trust = Trust(
        tmp_path / "trust",
        [Maker(name="acme", root=publisher.root(), url=str(publisher.mirror))],
    )
    yield trust
    trust.close()


class Stick(FetcherInterface):
    """A bundle as the stock updater sees it: its own top over the targets roles of the mirror."""

    def __init__(self, mirror):
        self.mirror = mirror

    def _fetch(self, url):
        name = url.removeprefix("stick:///")
        top = name.endswith(("root.json", "snapshot.json", "timestamp.json"))
        file = (self.mirror / "bundle" if top else self.mirror) / name
        if not file.exists():
            raise DownloadHTTPError(name, 404)
        yield file.read_bytes()


def stick(mirror, folder):
    """The stock updater with the bundle's first root as its bootstrap."""
    folder.mkdir()
    return Updater(
        str(folder),
        "stick:///metadata/",
        target_base_url="stick:///targets/",
        fetcher=Stick(mirror),
        bootstrap=(mirror / "bundle/metadata/1.root.json").read_bytes(),
    )


def versions(repository):
    return (repository.snapshot().signed.version, repository.timestamp().signed.version)


# --- the bundle's repository ----------------------------------------------------------------------


def test_the_bundle_repository_is_plain_tuf(publisher, tmp_path):
    updater = stick(publisher.mirror, tmp_path / "stick")
    updater.refresh()
    info = updater.get_targetinfo("train/orange/week.json")
    body = updater.download_target(info, str(tmp_path / "week"))
    assert b"2026-W47" in Path(body).read_bytes()
    assert updater.get_targetinfo("fw/acme/lamp/Lamp-1.0.0.bin")


def test_only_what_is_of_the_bundle_says_so(publisher):
    for repository, said in (
        (publisher.published.bundle, "bundle"),
        (publisher.published.main, None),
    ):
        for one in (repository.root(), repository.snapshot(), repository.timestamp()):
            assert one.signed.unrecognized_fields.get("x-orangery-repository") == said


def test_a_bundle_lives_longer_than_the_mirror(publisher):
    expires = {role.role: role.expires for role in publisher.status().roles}
    days = {
        role: round((expires[role] - NOW) / DAY)
        for role in ("snapshot", "timestamp", "bundle-snapshot", "bundle-timestamp")
    }
    assert days == {
        "snapshot": 21, "timestamp": 7, "bundle-snapshot": 35, "bundle-timestamp": 15
    }  # fmt: skip


def test_the_bundle_shows_the_same_week_as_the_mirror(publisher, ring):
    publisher.open_week("2026-W48", NOW)
    sign_all(publisher, ring)
    publisher.publish(WORDS, NOW)
    meta = [
        one.snapshot().signed.meta for one in (publisher.published.main, publisher.published.bundle)
    ]
    assert meta[0] == meta[1]
    assert meta[0]["train-orange.json"].version == 2


# --- the heartbeat -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "main", "bundle"),
    [
        (1, (1, 2), (1, 1)),  # daily: only the main timestamp
        (8, (1, 2), (1, 2)),  # half of the bundle's fifteen days are over
        (15, (2, 2), (1, 2)),  # the main snapshot has less than a week left
        (19, (2, 2), (2, 2)),  # and the bundle's would not outlive its timestamp
    ],
)
def test_a_heartbeat_renews_what_is_near_its_end(publisher, days, main, bundle):
    publisher.heartbeat(WORDS, NOW + days * DAY)
    published = publisher.published
    assert (versions(published.main), versions(published.bundle)) == (main, bundle)


def test_a_heartbeat_while_keys_change_is_signed_by_those_in_force(publisher, house, ring):
    publisher.open_keys(NOW)
    publisher.rotate_key(["snapshot", "timestamp"], "online", ring["new1"])
    publisher.heartbeat(WORDS, NOW)
    assert list(publisher.published.main.timestamp().signatures) == [ring["online"].keyid]
    assert house.refresh("acme").id == "2026-W47"


def test_an_online_key_that_is_lost_can_still_be_replaced(publisher, house, ring, tmp_path):
    for name in ("new1", "new2"):
        for file in (ring[name].file, ring[name].file.with_suffix(".pub")):
            shutil.copy(file, tmp_path)
    house.refresh("acme")
    publisher.open_keys(NOW)
    publisher.rotate_key(["snapshot", "timestamp"], "online", ring["new1"])
    publisher.rotate_key(["bundle-snapshot", "bundle-timestamp"], "online", ring["new2"])
    sign_all(publisher, ring)
    publisher.publish(WORDS, NOW, keys=tmp_path)
    assert list(publisher.published.main.timestamp().signatures) == [ring["new1"].keyid]
    assert house.refresh("acme").id == "2026-W47"


def test_a_heartbeat_comes_after_the_first_week(publisher):
    shutil.rmtree(publisher.mirror)
    with pytest.raises(PublishError, match="mirror_incomplete"):
        publisher.heartbeat(WORDS, NOW)


# --- cut off --------------------------------------------------------------------------------------


class Cut(BaseException):
    """The power is gone."""


def cut_after(monkeypatch, writes):
    """Let `writes` files settle, then cut."""
    real, left = durable.settle, [writes]

    def settle(part, path):
        if not left[0]:
            raise Cut
        left[0] -= 1
        real(part, path)

    monkeypatch.setattr(durable, "settle", settle)


def publish_cut(publisher, monkeypatch, writes):
    """Publish, cut after so many writes; returns whether it was cut."""
    with monkeypatch.context() as patch:
        cut_after(patch, writes)
        try:
            publisher.publish(WORDS, NOW)
        except Cut:
            return True
    return False


def kept(mirror):
    """Every versioned file with what it holds."""
    places = (mirror / "metadata", mirror / "bundle" / "metadata")
    files = (file for place in places for file in place.glob("[0-9]*.json"))
    return {file: file.read_bytes() for file in files}


def test_a_publication_cut_at_any_write_is_finished_by_the_next(
    publisher, ring, house, tmp_path, monkeypatch
):
    """A week with a rotation of root and online keys: each cut leaves the old or the new week."""
    publisher.open_week("2026-W48", NOW)
    publisher.add(lamp(tmp_path, "1.0.1"), "lamp")
    publisher.rotate_key("root", "root3", ring["new1"])
    publisher.rotate_key(["snapshot", "timestamp"], "online", ring["new2"])
    sign_all(publisher, ring)
    before = house.refresh("acme").id
    done, seen = False, []
    for writes in range(40):
        one = Publisher(shutil.copytree(publisher.folder, tmp_path / f"cut{writes}"))
        done = not publish_cut(one, monkeypatch, writes)
        written = kept(one.mirror)
        now = house.refresh("acme", str(one.mirror)).id
        seen.append(now)
        if one.draft() is not None:
            one.publish(WORDS, NOW + 60)
        fresh = Trust(
            tmp_path / f"t{writes}", [Maker(name="a", root=one.root(), url=str(one.mirror))]
        )
        assert fresh.refresh("a").id == "2026-W48"
        fresh.close()
        assert written.items() <= kept(one.mirror).items()
        root = one.published.root().signed
        assert ring["new1"].keyid in root.roles["root"].keyids
        if done:
            break
    assert seen == sorted(seen)
    assert (seen[0], seen[-1], done) == (before, "2026-W48", True)


def test_a_change_after_a_cut_takes_new_versions(publisher, ring, house, monkeypatch):
    publisher.open_week("2026-W48", NOW)
    publisher.notes("Old", "旧")
    sign_all(publisher, ring)
    assert publish_cut(publisher, monkeypatch, 2)  # the manifest and the train's metadata
    written = kept(publisher.mirror)
    publisher.notes("New", "新")
    [train] = [role for role in publisher.status().roles if role.role == "train-orange"]
    assert (train.version, train.missing) == (3, 2)
    sign_all(publisher, ring)
    publisher.publish(WORDS, NOW)
    assert house.refresh("acme").notes["en"] == "New"
    assert written.items() <= kept(publisher.mirror).items()


def test_a_version_that_holds_something_else_is_not_overwritten(publisher, ring):
    publisher.open_week("2026-W48", NOW)
    sign_all(publisher, ring)
    there = publisher.mirror / "metadata" / "2.train-orange.json"
    other = publisher.published.any("train-orange")
    other.signed.version = 2
    there.write_bytes(Metadata(other.signed).to_bytes())
    before = kept(publisher.mirror)
    with pytest.raises(PublishError, match="version_taken"):
        publisher.publish(WORDS, NOW)
    assert kept(publisher.mirror) == before


def test_no_number_in_what_is_signed_is_a_fraction(publisher, ring):
    publisher.open_week("2026-W48", NOW + 0.75, channel=Channel.STABLE)
    sign_all(publisher, ring)
    publisher.publish(WORDS, NOW + 0.75)
    files = list(publisher.mirror.rglob("*.json"))
    for file in files:
        json.loads(file.read_bytes(), parse_float=pytest.fail)
    assert len(files) > 10
