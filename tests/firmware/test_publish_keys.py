"""Keys come, go and get lost; houses that trust the first root follow."""

import shutil
import time

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, TargetFile

from firmware import keys
from firmware.key_files import opened
from firmware.publish import Publisher, PublishError
from firmware.staff import info_of
from firmware.trust import Maker, Trust, TrustError
from tests.firmware.makers import DAY, WORDS, create, key_ring, published_once, sign_all, team

ONLINE = ("snapshot", "timestamp", "bundle-snapshot", "bundle-timestamp")


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return key_ring(tmp_path_factory.mktemp("ring"), *ONLINE, "new1", "new2", "new3")


@pytest.fixture(scope="module")
def first_week(tmp_path_factory, ring):
    online = {name.replace("-", "_"): ring[name] for name in ONLINE}
    folder = tmp_path_factory.mktemp("first")
    return published_once(folder, ring, team=team(ring, **online)).folder


@pytest.fixture
def now():
    return time.time()


@pytest.fixture
def publisher(first_week, tmp_path):
    return Publisher(shutil.copytree(first_week, tmp_path / "pub"))


@pytest.fixture
def house(publisher, tmp_path):
    maker = Maker(name="acme", root=publisher.root(), url=str(publisher.mirror))
    trust = Trust(tmp_path / "trust", [maker])
    yield trust
    trust.close()


def status(publisher, role):
    return next(one for one in publisher.status().roles if one.role == role)


def waiting(publisher):
    return {role.role for role in publisher.status().roles if role.proposed}


def names(publisher, role):
    return [info.name for info in publisher.setup.signers(role).keys]


# --- rotation ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "old", "asks"),
    [
        ("root", "root1", {"root", "bundle-root"}),
        ("targets", "root1", {"root", "bundle-root", "targets"}),
        ("build-lamp", "build1", {"targets", "build-lamp"}),
        ("train-orange", "train1", {"targets", "train-orange"}),
        ("train-stable", "train1", {"targets"}),
        ("snapshot", "snapshot", {"root"}),
        ("timestamp", "timestamp", {"root"}),
        ("bundle-snapshot", "bundle-snapshot", {"bundle-root"}),
        ("bundle-timestamp", "bundle-timestamp", {"bundle-root"}),
    ],
)
def test_a_house_follows_when_a_key_of_a_role_is_replaced(  # noqa: PLR0917 - a row of the table
    publisher, house, ring, role, old, asks
):
    now = time.time()
    house.refresh("acme")
    publisher.open_keys(now)
    publisher.rotate_key(role, old, ring["new1"])
    assert waiting(publisher) == asks
    sign_all(publisher, ring, lost=[old])
    assert publisher.publish(WORDS, now).week == ""
    assert publisher.draft() is None
    assert house.refresh("acme").id == "2026-W47"
    assert "new1" in names(publisher, role)
    publisher.heartbeat(WORDS, now + DAY)
    assert house.refresh("acme").counter == 1


def test_a_changed_root_needs_its_old_and_its_new_keys(publisher, ring, now):
    publisher.open_keys(now)
    publisher.rotate_key("root", "root2", ring["new1"])
    publisher.rotate_key("root", "root3", ring["new2"])
    publisher.sign("root", ring["new1"].file, WORDS)
    publisher.sign("root", ring["new2"].file, WORDS)
    root = status(publisher, "root")
    assert (root.signed, root.before.signed) == (("new1", "new2"), ())
    assert (root.missing, root.before.missing) == (2, 2)
    assert set(root.can_sign) == {"root1", "root2", "root3"}
    with pytest.raises(PublishError, match="signatures_missing") as caught:
        publisher.publish(WORDS, now)
    assert caught.value.facts["role"] == "root"


def test_one_signature_of_a_key_that_stays_counts_for_the_old_and_the_new_root(
    publisher, ring, now
):
    publisher.open_keys(now)
    publisher.rotate_key("root", "root3", ring["new1"])
    root = status(publisher, "root")
    assert (root.missing, root.can_sign[:2]) == (2, ("root1", "root2"))
    publisher.sign("root", ring["root1"].file, WORDS)
    assert publisher.sign("root", ring["root2"].file, WORDS).missing == 0


def test_the_same_week_under_other_keys_lives_no_longer(publisher, ring, now):
    before = status(publisher, "train-orange").expires
    publisher.open_keys(now + 5 * DAY)
    publisher.rotate_key("train-orange", "train1", ring["new1"])
    train = status(publisher, "train-orange")
    assert (train.proposed, train.version, train.expires) == (True, 2, before)


def test_keys_can_change_together_with_a_week(publisher, house, ring, now):
    publisher.open_week("2026-W48", now)
    publisher.rotate_key(["build-lamp", "build-plug"], "build1", ring["new1"])
    publisher.set_threshold("train-stable", 3)
    sign_all(publisher, ring, lost=["build1"])
    publisher.publish(WORDS, now)
    assert house.refresh("acme").id == "2026-W48"
    assert publisher.setup.signers("train-stable").threshold == 3


def test_a_new_signer_can_sign_from_then_on(publisher, house, ring, now):
    publisher.open_keys(now)
    publisher.add_signer("train-orange", ring["new1"])
    sign_all(publisher, ring)
    publisher.publish(WORDS, now)
    publisher.open_week("2026-W48", now)
    sign_all(publisher, ring, lost=["train1", "train2"])
    publisher.publish(WORDS, now)
    assert house.refresh("acme").signed[0].signers == ("new1", "train3")


def test_an_event_of_keys_also_renews_what_is_near_its_end(publisher, ring, now):
    publisher.open_keys(now + 310 * DAY)
    assert waiting(publisher) == {"root", "bundle-root", "targets", "build-lamp"}
    assert status(publisher, "bundle-root").expires == int(now + 310 * DAY) + 365 * DAY


# --- what goes wrong ----------------------------------------------------------------------------


def test_a_revoked_key_counts_for_nothing_any_more(publisher, house, ring, now):
    publisher.open_keys(now)
    publisher.add_signer("train-orange", ring["new1"])
    publisher.remove_signer("train-orange", "train1")
    sign_all(publisher, ring, lost=["train1"])
    publisher.publish(WORDS, now)
    house.refresh("acme")
    publisher.open_week("2026-W48", now)
    with pytest.raises(PublishError, match="key_not_of_role"):
        publisher.sign("train-orange", ring["train1"].file, WORDS)
    forge(publisher, ring, "train-orange", ["train1", "new1"])
    with pytest.raises(TrustError, match="threshold_missing"):
        house.refresh("acme")


def test_with_one_of_three_root_keys_lost_the_two_left_replace_it(publisher, house, ring, now):
    publisher.open_keys(now)
    publisher.rotate_key(["root", "targets"], "root1", ring["new1"])
    sign_all(publisher, ring, lost=["root1"])
    publisher.publish(WORDS, now)
    publisher.open_keys(now)
    publisher.rotate_key(["root", "targets"], "root2", ring["new2"])
    sign_all(publisher, ring, lost=["root1", "root2"])
    publisher.publish(WORDS, now)
    assert house.refresh("acme").id == "2026-W47"
    assert names(publisher, "root") == ["new1", "new2", "root3"]


def test_with_two_of_three_targets_keys_lost_the_root_names_new_ones(tmp_path, ring, now):
    own = team(ring, targets=[ring["new1"], ring["new2"], ring["new3"]])
    publisher = published_once(tmp_path, ring, team=own)
    publisher.open_keys(now)
    for lost, new in (("new1", "root1"), ("new2", "root2")):
        publisher.rotate_key("targets", lost, ring[new])
    sign_all(publisher, ring, lost=["new1", "new2"])
    publisher.publish(WORDS, now)
    trust = Trust(
        tmp_path / "t", [Maker(name="a", root=publisher.root(), url=str(publisher.mirror))]
    )
    assert trust.refresh("a").id == "2026-W47"
    trust.close()


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_a_stolen_online_key_that_ran_ahead_is_left_behind_by_a_new_root(
    publisher, house, ring, now, role
):
    genuine = shutil.copytree(publisher.mirror, publisher.folder / "genuine")
    run_ahead(publisher, ring, role)
    house.refresh("acme")
    shutil.rmtree(publisher.mirror)
    genuine.rename(publisher.mirror)
    with pytest.raises(TrustError, match="mirror_rolled_back"):
        house.refresh("acme")
    publisher.open_keys(now)
    publisher.rotate_key("timestamp", "timestamp", ring["new1"])
    publisher.rotate_key("snapshot", "snapshot", ring["new2"])
    sign_all(publisher, ring)
    publisher.publish(WORDS, now)
    publisher.heartbeat(WORDS, now)  # by now with the new key alone
    assert house.refresh("acme").id == "2026-W47"


@pytest.mark.parametrize("role", ["root", "targets", "build-lamp", "train-orange"])
def test_a_compromise_below_the_threshold_changes_nothing(publisher, house, ring, role):
    week = house.refresh("acme")
    thief = {"root": "root1", "targets": "root1", "build-lamp": "build1", "train-orange": "train1"}
    forge(publisher, ring, role, [thief[role]])
    with pytest.raises(TrustError, match="threshold_missing"):
        house.refresh("acme")
    assert house.standing("acme").week == week


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pub, ring: pub.rotate_key("lamp", "root1", ring["new1"]), "role_unknown"),
        (lambda pub, ring: pub.rotate_key("root", "train1", ring["new1"]), "key_not_of_role"),
        (lambda pub, ring: pub.rotate_key("root", "root1", ring["root2"]), "key_twice"),
        (lambda pub, ring: pub.add_signer("build-lamp", ring["train1"]), "keys_not_disjoint"),
        (lambda pub, ring: pub.add_signer("train-stable", ring["build1"]), "keys_not_disjoint"),
        (lambda pub, ring: pub.remove_signer("timestamp", "timestamp"), "keys_too_few"),
        (lambda pub, ring: pub.set_threshold("root", 4), "keys_too_few"),
        (lambda pub, ring: pub.set_threshold("root", 0), "threshold_bad"),
        (lambda pub, ring: pub.set_threshold("snapshot", 2), "threshold_bad"),
    ],
)
def test_a_change_that_leaves_a_role_unsafe_is_refused(publisher, ring, now, change, code):
    publisher.open_keys(now)
    before = publisher.setup
    with pytest.raises(PublishError) as caught:
        change(publisher, ring)
    assert caught.value.code == code
    assert publisher.setup == before


def test_a_key_under_another_name_is_the_same_key(publisher, ring, now, tmp_path):
    text = ring["root1"].file.with_suffix(".pub").read_text().replace("root1", "other")
    (tmp_path / "other.pub").write_text(text)
    publisher.open_keys(now)
    with pytest.raises(PublishError, match="key_ambiguous"):
        publisher.add_signer("root", keys.read(tmp_path / "other.pub"))


def test_keys_change_only_while_an_event_is_open(publisher, ring):
    with pytest.raises(PublishError, match="week_not_open"):
        publisher.rotate_key("root", "root1", ring["new1"])


def test_dropping_the_event_drops_its_changes_of_keys(publisher, ring, now):
    before = publisher.setup
    publisher.open_keys(now)
    publisher.rotate_key("root", "root1", ring["new1"])
    publisher.close_week()
    assert (publisher.setup, publisher.draft(), waiting(publisher)) == (before, None, set())


def test_no_content_goes_into_an_event_of_keys(publisher, now):
    publisher.open_keys(now)
    with pytest.raises(PublishError, match="week_not_open"):
        publisher.notes("a", "b")


def test_without_the_online_key_nothing_is_published(publisher, ring, tmp_path, now):
    publisher.open_week("2026-W48", now)
    sign_all(publisher, ring)
    before = sorted(publisher.mirror.rglob("*"))
    with pytest.raises(PublishError) as caught:
        publisher.publish(WORDS, now, keys=tmp_path)
    assert (caught.value.code, caught.value.facts["keys"]) == (
        "online_key_missing",
        "bundle-snapshot",
    )
    assert sorted(publisher.mirror.rglob("*")) == before


# --- several folders -----------------------------------------------------------------------------


def test_one_passphrase_signs_all_that_a_key_may_sign(publisher, ring, now):
    publisher.open_keys(now)
    publisher.rotate_key(["root", "targets"], "root2", ring["new1"])
    signed = publisher.sign_all(ring["root1"].file, WORDS)
    assert [role.role for role in signed] == ["root", "bundle-root", "targets"]
    assert all(role.signed == ("root1",) for role in signed)
    with pytest.raises(PublishError, match="nothing_to_sign"):
        publisher.sign_all(ring["root1"].file, WORDS)


def test_two_who_never_meet_sign_in_folders_of_their_own(publisher, house, ring, now, tmp_path):
    other = Publisher.join(tmp_path / "other", publisher.setup, publisher.published.files())
    publisher.open_keys(now)
    publisher.rotate_key("timestamp", "timestamp", ring["new1"])
    other.adopt(publisher.setup, publisher.draft())
    publisher.sign_all(ring["root1"].file, WORDS)
    other.sign_all(ring["root2"].file, WORDS)
    for role, metadata in other.proposals().items():
        brought = {id_: one.signature for id_, one in metadata.signatures.items()}
        assert publisher.collect(role, brought) == ("root2",)
    publisher.publish(WORDS, now)
    assert house.refresh("acme").id == "2026-W47"


def test_a_signature_over_other_bytes_or_of_a_stranger_is_not_kept(publisher, ring, now):
    publisher.open_keys(now)
    publisher.rotate_key("timestamp", "timestamp", ring["new1"])
    data = publisher.proposals()["root"].signed_bytes
    wrong = {
        ring["root1"].keyid: keys.sign(ring["root1"].file, WORDS, data + b" "),
        ring["root2"].keyid: "no hex",
        ring["train1"].keyid: keys.sign(ring["train1"].file, WORDS, data),
    }
    assert publisher.collect("root", wrong) == ()
    assert status(publisher, "root").signed == ()


def test_another_open_event_is_not_overwritten(publisher, first_week, tmp_path, now):
    other = Publisher(shutil.copytree(first_week, tmp_path / "other"))
    other.open_week("2026-W48", now)
    publisher.open_keys(now)
    with pytest.raises(PublishError, match="week_open"):
        publisher.adopt(other.setup, other.draft())


def test_an_event_of_another_maker_is_not_taken(publisher, ring, tmp_path, now):
    other = create(tmp_path / "other", ring, now, maker="Else")
    draft = other.open_week("2026-W48", now)
    with pytest.raises(PublishError) as caught:
        publisher.adopt(other.setup, draft)
    assert caught.value.facts == {"field": "maker"}


def test_a_published_state_that_was_altered_is_not_joined(publisher, tmp_path):
    files = publisher.published.files()
    name = "metadata/1.build-lamp.json"
    files[name] = files[name].replace(b'"Lamp"', b'"Pump"')
    with pytest.raises(PublishError, match="published_bad"):
        Publisher.join(tmp_path / "other", publisher.setup, files)
    assert not (tmp_path / "other").exists() or not list((tmp_path / "other").rglob("*.json"))


def test_names_outside_of_a_mirror_are_not_joined(publisher, tmp_path):
    files = {**publisher.published.files(), "metadata/../../x.json": b"{}"}
    with pytest.raises(PublishError, match="published_bad"):
        Publisher.join(tmp_path / "other", publisher.setup, files)


# --- an attacker with keys ------------------------------------------------------------------------


def signer(ring, name):
    private = opened(ring[name].file, WORDS)
    return CryptoSigner(private, info_of(ring[name]).key)


def forge(publisher, ring, role, thieves):
    """Publish a next version of a role by the keys of `thieves` and all the online keys."""
    published = publisher.published
    metadata = published.any(role)
    metadata.signed.version += 1
    if role.startswith(("build", "train")):
        metadata.signed.targets["fw/acme/lamp/evil.bin"] = TargetFile(
            1, {"sha256": "0" * 64}, "fw/acme/lamp/evil.bin"
        )
    _put(publisher, role, metadata, ring, thieves)
    if role == "root":
        return
    snapshot = published.main.snapshot()
    snapshot.signed.version += 1
    snapshot.signed.meta[f"{role}.json"] = MetaFile(metadata.signed.version)
    _put(publisher, "snapshot", snapshot, ring, ["snapshot"])
    _lead(publisher, ring, snapshot.signed.version)


def run_ahead(publisher, ring, role):
    """Fast-forward the online roles with the genuine keys."""
    snapshot = publisher.published.main.snapshot()
    if role == "snapshot":
        snapshot.signed.version = 1_000_000
        _put(publisher, "snapshot", snapshot, ring, ["snapshot"])
    _lead(publisher, ring, snapshot.signed.version, version=1_000_000)


def _lead(publisher, ring, snapshot, version=0):
    stamp = publisher.published.main.timestamp()
    stamp.signed.version = version or stamp.signed.version + 1
    stamp.signed.snapshot_meta = MetaFile(snapshot)
    _put(publisher, "timestamp", stamp, ring, ["timestamp"])


def _put(publisher, role, metadata, ring, names):
    whole = Metadata(metadata.signed)
    for name in names:
        whole.sign(signer(ring, name), append=True)
    number = "" if role == "timestamp" else f"{metadata.signed.version}."
    (publisher.mirror / "metadata" / f"{number}{role}.json").write_bytes(whole.to_bytes())
