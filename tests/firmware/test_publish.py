"""A week from the key ceremony to the mirror, with real encrypted keys and real child processes."""

import json
import shutil
import time

import pytest
from tuf.api.metadata import Metadata

from desktop.demo.images import make_esp_demo, make_org1
from firmware.publish import Durations, Publisher, PublishError
from firmware.trust import Maker, Trust, TrustError
from tests.firmware.makers import (
    DAY,
    WORDS,
    create,
    key_ring,
    lamp,
    published_once,
    sign_all,
    team,
)


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return key_ring(tmp_path_factory.mktemp("ring"))


@pytest.fixture
def now():
    return time.time()


@pytest.fixture
def publisher(tmp_path, ring, now):
    return create(tmp_path / "pub", ring, now)


@pytest.fixture(scope="module")
def first_week(tmp_path_factory, ring):
    """A maker who has published one week; copied, not made again, for each test."""
    return published_once(tmp_path_factory.mktemp("first"), ring).folder


@pytest.fixture
def published(first_week, tmp_path):
    return Publisher(shutil.copytree(first_week, tmp_path / "pub"))


@pytest.fixture
def house(published, tmp_path):
    maker = Maker(name="acme", root=published.root(), url=str(published.mirror))
    trust = Trust(tmp_path / "trust", [maker])
    yield trust
    trust.close()


def test_a_published_week_is_what_a_house_reads(house):
    week = house.refresh("acme")
    assert week.id == "2026-W47"
    [target] = week.targets
    assert (target.path, target.version) == ("fw/acme/lamp/Lamp-1.0.0.bin", "1.0.0")
    assert week.signed[0].signers == ("train1", "train2")


def test_with_one_signature_missing_nothing_is_published(publisher, ring, tmp_path, now):
    publisher.open_week("2026-W47", now)
    publisher.add(lamp(tmp_path), "lamp")
    sign_all(publisher, ring, but="train-orange")
    publisher.sign("train-orange", ring["train3"].file, WORDS)
    with pytest.raises(PublishError) as caught:
        publisher.publish(WORDS, now)
    assert caught.value.code == "signatures_missing"
    assert caught.value.facts == {"role": "train-orange", "have": "1", "need": "2"}
    assert not publisher.mirror.exists()
    publisher.sign("train-orange", ring["train1"].file, WORDS)
    assert publisher.publish(WORDS, now).week == "2026-W47"


def test_the_same_person_signing_twice_counts_once(publisher, ring):
    for _ in "12":
        status = publisher.sign("root", ring["root1"].file, WORDS)
    assert (status.signed, status.missing) == (("root1",), 1)


def test_the_status_says_who_signed_and_who_still_can(publisher, ring):
    publisher.sign("targets", ring["root3"].file, WORDS)
    [status] = [role for role in publisher.status().roles if role.role == "targets"]
    assert (status.signed, status.can_sign) == (("root3",), ("root1", "root2"))
    assert (status.threshold, status.missing, status.proposed) == (2, 1, True)


def test_a_key_of_another_role_cannot_sign(publisher, ring, tmp_path, now):
    publisher.open_week("2026-W47", now)
    publisher.add(lamp(tmp_path), "lamp")
    with pytest.raises(PublishError, match="key_not_of_role"):
        publisher.sign("build-lamp", ring["train1"].file, WORDS)


def test_a_wrong_passphrase_keeps_no_signature(publisher, ring):
    with pytest.raises(PublishError, match="wrong_passphrase"):
        publisher.sign("root", ring["root1"].file, "another horse battery")
    assert publisher.status().roles[0].signed == ()


def test_a_key_file_that_was_exchanged_is_noticed_before_its_signature_is_kept(
    publisher, ring, tmp_path
):
    shutil.copy(ring["root1"].file.with_suffix(".pub"), tmp_path / "fake.pub")
    shutil.copy(ring["root2"].file, tmp_path / "fake.pem")
    with pytest.raises(PublishError, match="signature_bad"):
        publisher.sign("root", tmp_path / "fake.pem", WORDS)
    assert publisher.status().roles[0].signed == ()


def test_build_and_train_may_not_share_a_key(tmp_path, ring, now):
    shared = team(ring, train=[ring["train1"], ring["train2"], ring["build3"]])
    with pytest.raises(PublishError) as caught:
        create(tmp_path / "pub", ring, now, team=shared)
    assert caught.value.code == "keys_not_disjoint"
    assert caught.value.facts["keys"] == "build3"
    assert not (tmp_path / "pub").exists()


def test_fewer_keys_than_must_sign_are_refused(tmp_path, ring, now):
    few = team(ring, train=[ring["train1"], ring["train1"]])
    with pytest.raises(PublishError, match="keys_too_few"):
        create(tmp_path / "pub", ring, now, team=few)


def test_a_change_after_signing_needs_new_signatures(publisher, ring, tmp_path, now):
    publisher.open_week("2026-W47", now)
    publisher.add(lamp(tmp_path), "lamp")
    sign_all(publisher, ring)
    assert publisher.status().ready
    publisher.notes("Brighter", "更亮")
    missing = {role.role: role.missing for role in publisher.status().roles}
    assert (missing["train-orange"], missing["build-lamp"]) == (2, 0)


def test_the_open_week_survives_a_restart(publisher, ring, tmp_path, now):
    publisher.open_week("2026-W47", now)
    publisher.add(lamp(tmp_path), "lamp")
    publisher.fixes(["r-1"])
    publisher.sign("root", ring["root1"].file, WORDS)
    again = Publisher(publisher.folder)
    assert again.draft() == publisher.draft()
    assert again.status().roles[0].signed == ("root1",)


def test_notes_fixes_and_recalls_reach_the_house(published, house, ring, now):
    old = house.refresh("acme").targets[0].sha256
    published.open_week("2026-W48", now)
    published.notes("Mended", "已修复")
    published.fixes(["r-1", "r-2"])
    published.recall(old)
    sign_all(published, ring)
    published.publish(WORDS, now)
    week = house.refresh("acme")
    assert (week.notes, week.fixes) == ({"en": "Mended", "zh_CN": "已修复"}, ("r-1", "r-2"))
    assert (week.recalled, week.targets, week.counter) == ((old,), (), 2)


def test_the_next_week_carries_the_images_and_replaces_the_mended_one(
    published, house, ring, tmp_path, now
):
    published.open_week("2026-W48", now)
    plug = tmp_path / "plug.bin"
    plug.write_bytes(make_esp_demo("14.2.0"))
    published.add(plug, "plug", vendor="Tasmota", model="Plug", version="14.2.0", come_back_s=9)
    published.add(lamp(tmp_path, "1.0.1"), "lamp")
    sign_all(published, ring)
    published.publish(WORDS, now)
    found = {t.fits.model: (t.version, t.counter) for t in house.refresh("acme").targets}
    assert found == {"Lamp": ("1.0.1", 2), "Plug": ("14.2.0", 1)}


@pytest.mark.parametrize(
    ("version", "counter", "code"),
    [
        ("1.0.0", 0, "version_not_rising"),
        ("0.9.9", 0, "version_not_rising"),
        ("1.0.1", 1, "counter_not_rising"),
    ],
)
def test_versions_and_counters_must_rise(published, tmp_path, version, counter, code):
    published.open_week("2026-W48", time.time())
    image = tmp_path / "x.bin"
    image.write_bytes(
        make_org1(vendor="Acme", model="Lamp", version=version, counter=counter, payload=b"new")
    )
    with pytest.raises(PublishError) as caught:
        published.add(image, "lamp")
    assert caught.value.code == code


def test_another_hardware_has_versions_of_its_own(published, tmp_path, now):
    published.open_week("2026-W48", now)
    image = published.add(lamp(tmp_path, "0.1", hardware=["B"]), "lamp")
    assert image.path == "fw/acme/lamp/Lamp-B-0.1.bin"
    assert len(published.draft().images) == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"line": "kettle"}, "line_unknown"),
        ({"model": "Kettle"}, "image_disagrees"),
        ({"version": "2.0"}, "image_disagrees"),
    ],
)
def test_an_image_that_is_not_what_it_is_said_to_be_is_refused(
    publisher, tmp_path, now, words, code
):
    publisher.open_week("2026-W47", now)
    with pytest.raises(PublishError) as caught:
        publisher.add(lamp(tmp_path), **{"line": "lamp", **words})
    assert caught.value.code == code
    assert publisher.draft().images == ()


def test_an_image_that_does_not_say_what_it_is_must_be_told(publisher, tmp_path, now):
    publisher.open_week("2026-W47", now)
    image = tmp_path / "esp.bin"
    image.write_bytes(make_esp_demo("1"))
    with pytest.raises(PublishError) as caught:
        publisher.add(image, "plug", vendor="Tasmota", model="Plug")
    assert caught.value.facts["field"] == "version"


def test_a_broken_image_is_refused(publisher, tmp_path, now):
    publisher.open_week("2026-W47", now)
    image = tmp_path / "broken.bin"
    image.write_bytes(make_esp_demo("1")[:-1] + b"\0")
    with pytest.raises(PublishError, match="checksum"):
        publisher.add(image, "plug", vendor="Tasmota", model="Plug", version="1")


def test_a_missing_image_is_named(publisher, tmp_path, now):
    publisher.open_week("2026-W47", now)
    with pytest.raises(PublishError, match="image_unreadable"):
        publisher.add(tmp_path / "none.bin", "lamp")


def test_an_image_can_be_taken_out_again(publisher, tmp_path, now):
    publisher.open_week("2026-W47", now)
    image = publisher.add(lamp(tmp_path), "lamp")
    assert publisher.remove(image.path).images == ()
    with pytest.raises(PublishError, match="image_unknown"):
        publisher.remove(image.path)


@pytest.mark.parametrize(("week", "code"), [("2026-W60", "week_bad"), ("2026-W46", "week_too_old")])
def test_a_week_that_cannot_be_is_not_opened(published, now, week, code):
    with pytest.raises(PublishError, match=code):
        published.open_week(week, now)


def test_one_week_at_a_time(publisher, now):
    publisher.open_week("2026-W47", now)
    with pytest.raises(PublishError, match="week_open"):
        publisher.open_week("2026-W48", now)
    publisher.close_week()
    publisher.open_week("2026-W48", now)


def test_an_empty_week_is_not_published(publisher, now):
    publisher.open_week("2026-W47", now)
    with pytest.raises(PublishError, match="week_empty"):
        publisher.publish(WORDS, now)


def test_without_an_open_week_nothing_can_be_added(publisher, tmp_path):
    with pytest.raises(PublishError, match="week_not_open"):
        publisher.add(lamp(tmp_path), "lamp")


def test_a_wrong_online_passphrase_changes_nothing_on_the_mirror(published, ring, tmp_path, now):
    published.open_week("2026-W48", now)
    published.add(lamp(tmp_path, "1.0.1"), "lamp")
    sign_all(published, ring)
    before = sorted(published.mirror.rglob("*"))
    with pytest.raises(PublishError, match="wrong_passphrase"):
        published.publish("another horse battery", now)
    assert sorted(published.mirror.rglob("*")) == before
    assert published.draft() is not None


def test_until_the_timestamp_is_written_houses_see_the_old_week(
    published, house, ring, tmp_path, monkeypatch
):
    published.open_week("2026-W48", time.time())
    published.add(lamp(tmp_path, "1.0.1"), "lamp")
    sign_all(published, ring)
    real = published.published.main.write

    def cut(name, metadata):
        if name == "timestamp":
            raise KeyboardInterrupt
        real(name, metadata)

    monkeypatch.setattr(published.published.main, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        published.publish(WORDS, time.time())
    assert house.refresh("acme").id == "2026-W47"
    again = Publisher(published.folder)
    assert again.status().ready
    again.publish(WORDS, time.time())
    assert house.refresh("acme").id == "2026-W48"


def test_a_week_that_was_published_when_the_program_was_killed_is_not_open_any_more(
    published, ring, tmp_path, now
):
    published.open_week("2026-W48", now)
    published.add(lamp(tmp_path, "1.0.1"), "lamp")
    sign_all(published, ring)
    draft = (published.folder / "draft.json").read_bytes()
    published.publish(WORDS, now)
    (published.folder / "draft.json").write_bytes(draft)
    assert Publisher(published.folder).draft() is None


def test_a_heartbeat_makes_a_stopped_mirror_fresh_again(published, tmp_path, ring):
    late = time.time()
    short = Durations(timestamp=-1.0)
    pub = create(tmp_path / "short", ring, late, durations=short)
    pub.open_week("2026-W47", late)
    pub.add(lamp(tmp_path), "lamp")
    sign_all(pub, ring)
    pub.publish(WORDS, late)
    trust = Trust(tmp_path / "t", [Maker(name="a", root=pub.root(), url=str(pub.mirror))])
    with pytest.raises(TrustError, match="metadata_expired"):
        trust.refresh("a")
    pub.heartbeat(WORDS, late + 3600)
    assert trust.refresh("a").id == "2026-W47"
    trust.close()


def test_a_heartbeat_near_the_end_of_the_snapshot_renews_it(published, now):
    published.heartbeat(WORDS, now + DAY)
    assert not (published.mirror / "metadata" / "2.snapshot.json").exists()
    published.heartbeat(WORDS, now + 15 * DAY)
    assert (published.mirror / "metadata" / "2.snapshot.json").exists()


def test_roles_near_their_end_are_renewed_with_the_week(published, ring, house, now):
    published.open_week("2026-W48", now + 140 * DAY)
    waiting = {role.role for role in published.status().roles if role.proposed}
    assert waiting == {"targets", "build-lamp", "train-orange"}


def test_the_train_expires_by_itself(tmp_path, ring):
    past = time.time() - 30 * DAY
    pub = create(tmp_path / "pub", ring, past, durations=Durations(snapshot=90 * DAY))
    pub.open_week("2026-W43", past)
    pub.add(lamp(tmp_path), "lamp")
    sign_all(pub, ring)
    pub.publish(WORDS, past)
    pub.heartbeat(WORDS, time.time())
    trust = Trust(tmp_path / "t", [Maker(name="a", root=pub.root(), url=str(pub.mirror))])
    with pytest.raises(TrustError) as caught:
        trust.refresh("a")
    assert caught.value.facts["role"] == "train-orange"
    trust.close()


def test_a_folder_that_is_no_publishers_is_said(tmp_path):
    with pytest.raises(PublishError, match="publisher_missing"):
        Publisher(tmp_path)


def test_a_publishers_folder_is_not_made_twice(publisher, ring, now):
    with pytest.raises(PublishError, match="publisher_exists"):
        create(publisher.folder, ring, now)


def test_everything_on_the_mirror_is_plain_tuf(published):
    for file in (published.mirror / "metadata").iterdir():
        Metadata.from_file(str(file))
    root = json.loads((published.mirror / "metadata" / "1.root.json").read_bytes())
    assert root["signed"]["consistent_snapshot"] is True


def test_no_secret_lies_in_the_publishers_folder(published):
    for file in published.folder.rglob("*"):
        if file.is_file():
            body = file.read_bytes()
            assert b"PRIVATE" not in body
            assert WORDS.encode() not in body
