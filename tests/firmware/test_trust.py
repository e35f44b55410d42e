"""Each attack on a release, by its name, and what the house then knows."""

import datetime as dt
import hashlib
import json
import os
import shutil
import threading

import pytest
from securesystemslib.signer import SSlibKey
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, MetaFile, TargetFile, Targets

from firmware.trust import Maker, Trust, TrustError, VerifiedFile
from tests.firmware.simulator import LAMP, TRAIN, Server, Simulator, signer, trio


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.publish()
    return mirror


@pytest.fixture
def trust(sim, tmp_path):
    house = Trust(tmp_path / "trust", [sim.maker()])
    yield house
    house.close()


def refused(trust, source=""):
    """Refresh, expect a refusal, and check that the house holds what it held."""
    before = trust.standing("acme").week
    floor = trust._seen._store.rows("SELECT * FROM floor")
    with pytest.raises(TrustError) as caught:
        trust.refresh("acme", source)
    after = trust.standing("acme")
    assert after.week == before
    assert after.code == caught.value.code
    assert trust._seen._store.rows("SELECT * FROM floor") == floor
    return caught.value


def later():
    return dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=9)


def edit(file, change):
    """Change signed content without signing it again."""
    body = json.loads(file.read_bytes())
    change(body)
    file.write_bytes(json.dumps(body).encode())


# --- what holds ----------------------------------------------------------------------------------


def test_a_week_that_both_parties_signed_is_read_with_its_signers(trust, sim):
    week = trust.refresh("acme")
    assert (week.id, week.counter, week.maker) == ("2026-W47", 1, "acme")
    [target] = week.targets
    assert (target.path, target.version, target.line) == (LAMP, "1.1", "lamp")
    assert (target.fits.vendor, target.fits.model) == ("Acme", "Lamp 1")
    assert target.sha256 == hashlib.sha256(sim.files[LAMP]).hexdigest()
    assert [(one.role, one.threshold, one.keys, one.signers) for one in week.signed] == [
        ("train-orange", 2, 3, ("train-orange1", "train-orange2")),
        ("build-lamp", 2, 3, ("build-lamp1", "build-lamp2")),
    ]


def test_a_later_week_replaces_the_earlier_one(trust, sim):
    trust.refresh("acme")
    sim.week = "2026-W48"
    sim.publish()
    assert trust.refresh("acme").id == "2026-W48"
    assert trust.standing("acme").week.counter == 2


def test_the_standing_survives_a_restart(trust, sim, tmp_path):
    week = trust.refresh("acme")
    trust.close()
    again = Trust(tmp_path / "trust", [sim.maker()])
    assert again.standing("acme").week == week
    again.close()


def test_the_standing_says_since_when_a_source_fails_and_forgets_it_after_a_success(sim, tmp_path):
    times = iter([100.0, 200.0, 300.0, 400.0])
    trust = Trust(tmp_path / "t", [sim.maker()], clock=lambda: next(times))
    trust.refresh("acme")
    gone = str(tmp_path / "gone")
    for _ in range(2):
        assert refused(trust, gone).code == "mirror_unreachable"
    standing = trust.standing("acme")
    assert (standing.checked, standing.tried, standing.failing_since) == (100.0, 300.0, 200.0)
    trust.refresh("acme")
    assert trust.standing("acme").failing_since is None
    trust.close()


def test_the_mirror_files_let_a_second_verifier_come_to_the_same_week(trust, sim, tmp_path):
    week = trust.refresh("acme")
    copy = tmp_path / "copy"
    for name, body in trust.mirror_files("acme").items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(body)
    other = Trust(tmp_path / "other", [sim.maker(str(copy))])
    assert other.refresh("acme").targets == week.targets
    other.close()


def test_mirror_files_are_the_very_bytes_of_the_mirror(trust, sim):
    trust.refresh("acme")
    sim.publish()
    trust.refresh("acme")
    files = trust.mirror_files("acme")
    assert "metadata/2.build-lamp.json" in files
    assert "metadata/1.build-lamp.json" not in files
    for name, body in files.items():
        assert (sim.folder / name).read_bytes() == body


def test_an_unknown_maker_is_named(trust):
    with pytest.raises(TrustError, match="maker_unknown"):
        trust.refresh("nobody")


def test_a_verified_file_cannot_be_made_elsewhere(trust, sim, tmp_path):
    [target] = trust.refresh("acme").targets
    with pytest.raises(TypeError):
        VerifiedFile(path=tmp_path, target=target, maker="acme", week="2026-W47", token=object())


# --- attacks on the metadata ---------------------------------------------------------------------


@pytest.mark.parametrize("role", ["targets", "build-lamp", "train-orange"])
def test_threshold_one_short_is_refused(trust, sim, role):
    trust.refresh("acme")
    sim.signers[role] = sim.keys[role][:1]
    sim.publish()
    error = refused(trust)
    assert error.code == "threshold_missing"
    assert (error.facts["role"], error.facts["have"], error.facts["need"]) == (role, "1", "2")


def test_a_key_compromise_below_the_threshold_changes_nothing(trust, sim):
    trust.refresh("acme")
    sim.files[LAMP] = b"evil"
    sim.signers = {role: [sim.keys[role][0], signer()] for role in ("build-lamp", "train-orange")}
    sim.publish()
    assert refused(trust).code == "threshold_missing"


def test_the_same_key_twice_is_refused(trust, sim):
    trust.refresh("acme")
    sim.signers["train-orange"] = sim.keys["train-orange"][:1]

    sim.publish()
    file = sim.file("train-orange")
    edit(file, lambda body: body["signatures"].append(body["signatures"][0]))
    body = file.read_bytes()
    sim.bodies["train-orange"] = body
    sim.heartbeat(snapshot=True)
    assert refused(trust).code == "metadata_tampered"


def test_the_same_key_under_two_names_does_not_count_twice(trust, sim):
    """Root staff would have to slip here; then train and build are still held apart by key."""
    one = sim.keys["train-orange"][0]
    sim.keys["build-lamp"][0] = type(one)(one._private_key, _renamed(one.public_key))
    sim.publish()
    assert refused(trust).code == "keys_shared"


def _renamed(key):
    return SSlibKey("f" * 64, key.keytype, key.scheme, key.keyval)


def test_keys_shared_between_train_and_build_are_refused(trust, sim):
    sim.keys["build-lamp"][2] = sim.keys["train-orange"][2]
    sim.publish()
    assert refused(trust).code == "keys_shared"


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets", "build-lamp", "train-orange"])
def test_tampered_metadata_is_refused(trust, sim, role):
    trust.refresh("acme")
    sim.publish()
    edit(sim.file(role), lambda body: body["signed"].update(evil=1))
    error = refused(trust)
    assert (error.code, error.facts["role"]) == ("metadata_tampered", role)


def test_metadata_that_is_no_json_is_refused(trust, sim):
    (sim.metadata / "timestamp.json").write_bytes(b"<html>please log in</html>")
    assert refused(trust).code == "metadata_tampered"


def test_endless_data_is_refused(trust, sim):
    (sim.metadata / "timestamp.json").write_bytes(b" " * 20_000)
    error = refused(trust)
    assert error.code == "metadata_too_large"
    assert (error.facts["role"], error.facts["limit"]) == ("timestamp", "16384")


def test_a_key_of_the_wrong_role_is_refused(trust, sim):
    trust.refresh("acme")
    sim.signers["build-lamp"] = sim.keys["train-orange"][:2]
    sim.publish()
    error = refused(trust)
    assert (error.code, error.facts["have"]) == ("threshold_missing", "0")


def test_a_rolled_back_mirror_is_refused(trust, sim, tmp_path):
    old = sim.copy(tmp_path / "old")
    sim.publish()
    trust.refresh("acme")
    assert refused(trust, str(old)).code == "mirror_rolled_back"


def test_a_rollback_after_an_emptied_cache_is_refused(trust, sim, tmp_path):
    """The stock updater alone accepts this: a power cut leaves its two files empty."""
    old = sim.copy(tmp_path / "old")
    sim.publish()
    trust.refresh("acme")
    with trust._seen._store.write() as db:
        db.execute("UPDATE kept SET body = x'' WHERE name LIKE '%timestamp%'")
        db.execute("UPDATE kept SET body = x'' WHERE name LIKE '%snapshot%'")
    error = refused(trust, str(old))
    assert (error.code, error.facts["what"]) == ("mirror_rolled_back", "timestamp")


def test_a_rollback_after_a_lost_cache_and_a_restart_is_refused(trust, sim, tmp_path):
    old = sim.copy(tmp_path / "old")
    sim.publish()
    trust.refresh("acme")
    with trust._seen._store.write() as db:
        db.execute("DELETE FROM kept")
    trust.close()
    again = Trust(tmp_path / "trust", [sim.maker()])
    assert refused(again, str(old)).code == "mirror_rolled_back"
    again.close()


def test_a_rollback_of_one_role_under_a_new_snapshot_is_refused(trust, sim):
    sim.publish()
    trust.refresh("acme")
    old = sim.metadata / "1.build-lamp.json"
    sim.on_snapshot = lambda snapshot: snapshot.meta.update(
        {"build-lamp.json": MetaFile.from_data(1, old.read_bytes(), ["sha256"])}
    )
    sim.heartbeat(snapshot=True)
    assert refused(trust).code == "mirror_rolled_back"


def test_a_role_that_vanishes_from_the_snapshot_is_refused(trust, sim):
    trust.refresh("acme")
    with trust._seen._store.write() as db:
        db.execute("DELETE FROM kept")  # the stock updater no longer remembers it
    sim.on_snapshot = lambda snapshot: snapshot.meta.pop("build-lamp.json")
    sim.heartbeat(snapshot=True)
    assert refused(trust).code == "mirror_rolled_back"


def test_a_train_with_a_lower_counter_is_refused(trust, sim):
    sim.publish()
    trust.refresh("acme")
    sim.on_train = lambda train: train.update(counter=1)
    sim.publish()
    error = refused(trust)
    assert (error.code, error.facts["what"]) == ("mirror_rolled_back", "counter:train|orange")


def test_an_image_with_a_lower_release_counter_is_refused(trust, sim):
    sim.publish()
    trust.refresh("acme")
    sim.about[LAMP] = {"counter": 1}
    sim.publish()
    error = refused(trust)
    assert error.facts["what"] == "counter|orange|lamp|Acme|Lamp 1"


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets", "build-lamp", "train-orange"])
def test_an_expired_role_is_refused_with_its_day(trust, sim, role):
    trust.refresh("acme")
    sim.days[role] = -1
    sim.publish()
    error = refused(trust)
    assert (error.code, error.facts["role"]) == ("metadata_expired", role)
    assert len(error.facts["on"]) == len("2026-11-22")


def test_an_expired_root_is_refused(sim, tmp_path):
    sim.days["root"] = -1
    sim.rotate()
    trust = Trust(tmp_path / "t", [sim.maker()])
    error = refused(trust)
    assert (error.code, error.facts["role"]) == ("metadata_expired", "root")
    trust.close()


def test_mix_and_match_of_an_older_snapshot_is_refused(trust, sim):
    old = sim.file("snapshot").read_bytes()
    sim.publish()
    sim.file("snapshot").write_bytes(old)
    assert refused(trust).code in {"metadata_tampered", "metadata_mixed"}


def test_mix_and_match_of_another_version_of_a_role_is_refused(trust, sim):
    """Without hashes in the snapshot only the version number tells."""
    old = sim.file("train-orange").read_bytes()
    sim.on_snapshot = lambda snapshot: snapshot.meta.update({"train-orange.json": MetaFile(2)})
    sim.publish()
    sim.file("train-orange").write_bytes(old)
    assert refused(trust).code == "metadata_mixed"


def test_a_fast_forward_is_recovered_from_by_new_online_keys(trust, sim):
    sim.versions |= {"timestamp": 900, "snapshot": 900}
    sim.heartbeat(snapshot=True)
    trust.refresh("acme")
    sim.keys |= {"snapshot": [signer()], "timestamp": [signer()]}
    sim.rotate()
    sim.versions |= {"timestamp": 1, "snapshot": 1}
    sim.publish()
    assert trust.refresh("acme").counter == 2


def test_a_root_rotation_signed_by_old_and_new_keys_is_followed(trust, sim):
    trust.refresh("acme")
    old, sim.keys["root"] = sim.keys["root"], trio("new")
    sim.rotate(signers=[*old[:2], *sim.keys["root"][:2]])
    sim.publish()
    trust.refresh("acme")
    assert "metadata/2.root.json" in trust.mirror_files("acme")


def test_a_root_signed_only_by_new_keys_is_refused(trust, sim):
    trust.refresh("acme")
    sim.keys["root"] = trio("thief")
    sim.rotate()
    sim.publish()
    error = refused(trust)
    assert (error.facts["role"], error.facts["have"]) == ("root", "0")


def test_a_root_signed_by_one_old_key_is_refused(trust, sim):
    old, sim.keys["root"] = sim.keys["root"], trio("thief")
    sim.rotate(signers=[old[0], *sim.keys["root"]])
    assert refused(trust).code == "threshold_missing"


def test_a_revoked_key_stays_revoked_when_the_rest_of_the_refresh_fails(trust, sim, tmp_path):
    trust.refresh("acme")
    old = sim.copy(tmp_path / "old")
    stolen, sim.keys["timestamp"] = sim.keys["timestamp"], [signer()]
    sim.rotate()
    (sim.metadata / "timestamp.json").unlink()
    assert refused(trust).code == "mirror_unreachable"
    sim.keys["timestamp"] = stolen  # the thief hides the new root and goes on signing
    sim.folder = old
    sim.heartbeat()
    assert refused(trust, str(old)).code == "threshold_missing"


def test_another_makers_mirror_is_refused(trust, tmp_path):
    stranger = Simulator(tmp_path / "stranger")
    stranger.publish()
    assert refused(trust, str(stranger.folder)).code == "threshold_missing"


# --- the rule of two parties ---------------------------------------------------------------------


def test_a_week_that_names_other_bytes_than_the_build_role_is_refused(trust, sim):
    sim.on_train = lambda train: train["files"][0].update(sha256="0" * 64)
    sim.publish()
    error = refused(trust)
    assert (error.code, error.facts["path"]) == ("week_disagrees", LAMP)


def test_a_week_that_names_another_size_is_refused(trust, sim):
    sim.on_train = lambda train: train["files"][0].update(size=1)
    sim.publish()
    assert refused(trust).code == "week_disagrees"


def test_a_file_that_no_build_role_signed_is_refused(trust, sim):
    sim.on_build = lambda build: build.targets.clear()
    sim.publish()
    assert refused(trust).code == "week_disagrees"


def test_a_file_outside_every_build_path_is_refused(trust, sim):
    sim.on_train = lambda train: train["files"][0].update(path="fw/acme/plug/lamp.bin")
    sim.publish()
    assert refused(trust).code == "week_disagrees"


def test_a_file_named_by_top_targets_instead_of_the_build_role_is_refused(trust, sim):
    trust.refresh("acme")
    sim.on_targets = lambda targets: targets.targets.update({LAMP: sim.named()})
    sim.on_build = lambda build: build.targets.clear()
    sim.publish()
    assert refused(trust).code == "week_disagrees"


def test_a_file_that_the_build_role_has_withdrawn_cannot_come_back_through_top_targets(trust, sim):
    """What the cache still holds of the build role says it, but that is not its word any more."""
    trust.refresh("acme")
    withdrawn = Metadata.from_file(str(sim.file("build-lamp"))).signed.targets[LAMP]
    sim.on_targets = lambda targets: targets.targets.update({LAMP: withdrawn})
    sim.on_build = lambda build: build.targets.clear()
    sim.publish()
    assert refused(trust).code == "week_disagrees"


def test_a_file_that_the_build_role_only_hands_on_to_another_is_refused(trust, sim):
    one = signer("nephew")
    sim.keys["nephew"] = [one]
    role = DelegatedRole("nephew", [one.public_key.keyid], 1, terminating=True, paths=[LAMP])

    def hand_on(build):
        build.targets.clear()
        build.delegations = Delegations({one.public_key.keyid: one.public_key}, {"nephew": role})

    sim.on_build = hand_on
    sim.more["nephew"] = Targets(1, expires=later(), targets={LAMP: sim.named()})
    sim.publish()
    assert refused(trust).code == "week_disagrees"


def test_train_keys_alone_cannot_ship_bytes(trust, sim):
    """Even where top targets gave the train a build path: only a build role names bytes."""

    def hand_over(targets):
        targets.delegations.roles["train-orange"].paths = ["train/orange/*", "fw/acme/lamp/*"]
        targets.delegations.roles["build-lamp"].paths = ["fw/acme/none/*"]

    sim.on_targets = hand_over
    sim.on_train_role = lambda train: train.targets.update({LAMP: sim.named()})
    sim.publish()
    assert refused(trust).code == "week_disagrees"


def test_a_week_in_the_build_role_is_no_week(trust, sim):
    week = next((sim.folder / "targets/train/orange").iterdir()).read_bytes()
    digest = {"sha256": hashlib.sha256(week).hexdigest()}
    file = TargetFile(len(week), digest, TRAIN)

    def hand_over(targets):
        targets.delegations.roles["train-orange"].paths = ["train/stable/*"]
        targets.delegations.roles["build-lamp"].paths = ["fw/acme/lamp/*", TRAIN]

    sim.on_targets = hand_over
    sim.on_build = lambda build: build.targets.update({TRAIN: file})
    sim.publish()
    assert refused(trust).code == "week_missing"


def test_a_maker_without_a_week_says_so(trust, sim):
    sim.on_targets = lambda targets: targets.delegations.roles.pop("train-orange")
    sim.publish()
    assert refused(trust).code == "week_missing"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"counter": "1"}, "week_unreadable"),
        ({"week": "2026-W60"}, "week_unreadable"),
        ({"files": [{"path": "fw/../../etc/x", "sha256": "0" * 64, "size": 1}]}, "week_unreadable"),
        ({"files": [{"path": LAMP}]}, "week_unreadable"),
        ({"schema": 2}, "week_newer"),
    ],
)
def test_a_signed_week_that_breaks_the_schema_is_refused(trust, sim, change, code):
    sim.on_train = lambda train: train.update(change)
    sim.publish()
    assert refused(trust).code == code


@pytest.mark.parametrize(
    "change", [{"vendor": 7}, {"counter": -1}, {"hardware": "A"}, {"come_back_s": 0}]
)
def test_signed_facts_of_a_file_that_break_the_schema_are_refused(trust, sim, change):
    sim.about[LAMP] = change
    sim.publish()
    error = refused(trust)
    assert (error.code, error.facts["file"]) == ("week_unreadable", LAMP)


# --- files ---------------------------------------------------------------------------------------


def test_a_fetched_file_is_what_was_signed(trust, sim, tmp_path):
    [target] = trust.refresh("acme").targets
    told = []
    verified = trust.fetch("acme", target, tmp_path / "x.part", lambda *at: told.append(at))
    assert verified.path.read_bytes() == sim.files[LAMP]
    assert told[-1] == (target.size, target.size)


@pytest.mark.parametrize(
    "body", [b"evil firmware 1.0", b"lamp firmware 1.0 and more", b"lamp firm", b""]
)
def test_a_tampered_longer_or_truncated_target_is_refused_and_removed(trust, sim, tmp_path, body):
    [target] = trust.refresh("acme").targets
    sim.target().write_bytes(body)
    into = tmp_path / "x.part"
    with pytest.raises(TrustError, match="target_tampered"):
        trust.fetch("acme", target, into)
    assert not into.exists() or into.stat().st_size == 0


def test_an_endless_target_is_not_taken_beyond_its_signed_length(trust, sim, tmp_path):
    [target] = trust.refresh("acme").targets
    sim.target().write_bytes(sim.files[LAMP] + bytes(5_000_000))
    told = []
    with pytest.raises(TrustError, match="target_tampered"):
        trust.fetch("acme", target, tmp_path / "x", lambda have, of: told.append(have))
    assert max(told) <= target.size


def test_a_target_that_is_not_there_is_missing(trust, sim, tmp_path):
    [target] = trust.refresh("acme").targets
    sim.target().unlink()
    with pytest.raises(TrustError, match="target_missing"):
        trust.fetch("acme", target, tmp_path / "x.part")


def test_a_file_that_no_verified_week_names_is_not_fetched(trust, sim, tmp_path):
    [target] = trust.refresh("acme").targets
    sim.files = {"fw/acme/lamp/other.bin": b"other"}
    sim.publish()
    trust.refresh("acme")
    with pytest.raises(TrustError, match="target_unknown"):
        trust.fetch("acme", target, tmp_path / "x.part")


def test_a_recalled_file_is_neither_offered_nor_fetched(trust, sim, tmp_path):
    [target] = trust.refresh("acme").targets
    sim.on_train = lambda train: train.update(recalled=[target.sha256])
    sim.publish()
    assert trust.refresh("acme").targets == ()
    with pytest.raises(TrustError, match="target_recalled"):
        trust.fetch("acme", target, tmp_path / "x.part")


def test_nothing_is_fetched_of_a_week_that_has_expired_since(sim, tmp_path):
    times = [0.0]
    trust = Trust(tmp_path / "t", [sim.maker()], clock=lambda: times[0])
    [target] = trust.refresh("acme").targets
    times[0] = trust.standing("acme").week.expires
    with pytest.raises(TrustError, match="metadata_expired"):
        trust.fetch("acme", target, tmp_path / "x.part")
    trust.close()


def test_a_spoilt_part_is_fetched_again_from_the_start(trust, sim, tmp_path):
    [target] = trust.refresh("acme").targets
    into = tmp_path / "x.part"
    into.write_bytes(b"\0" * 5)  # what a power cut may leave
    assert trust.fetch("acme", target, into).path.read_bytes() == sim.files[LAMP]


# --- over a real web server ----------------------------------------------------------------------


@pytest.fixture
def big(sim):
    sim.files[LAMP] = os.urandom(3_000_000)
    sim.publish()
    return sim


def test_a_broken_connection_is_resumed_without_sending_a_byte_twice(big, tmp_path):
    with Server(big.folder) as server:
        trust = Trust(tmp_path / "t", [big.maker(server.url)])
        [target] = trust.refresh("acme").targets
        server.sent, server.cut_after = 0, 2_000_000
        verified = trust.fetch("acme", target, tmp_path / "x.part")
        assert verified.path.read_bytes() == big.files[LAMP]
        assert [start for path, start in server.requests if "lamp.bin" in path] == [0, 2_000_000]
        assert server.sent == target.size
        trust.close()


def test_a_fetch_begun_by_another_process_is_only_finished(big, tmp_path):
    into = tmp_path / "x.part"
    into.write_bytes(big.files[LAMP][:2_900_000])
    with Server(big.folder) as server:
        trust = Trust(tmp_path / "t", [big.maker(server.url)])
        [target] = trust.refresh("acme").targets
        server.sent = 0
        trust.fetch("acme", target, into)
        assert server.sent == 100_000
        trust.close()


def test_a_server_without_ranges_sends_it_all_again(big, tmp_path):
    into = tmp_path / "x.part"
    into.write_bytes(big.files[LAMP][:2_900_000])
    with Server(big.folder, ranges=False) as server:
        trust = Trust(tmp_path / "t", [big.maker(server.url)])
        [target] = trust.refresh("acme").targets
        assert trust.fetch("acme", target, into).path.read_bytes() == big.files[LAMP]
        trust.close()


def test_a_server_that_is_gone_leaves_the_part_for_later(big, tmp_path):
    into = tmp_path / "x.part"
    with Server(big.folder) as server:
        trust = Trust(tmp_path / "t", [big.maker(server.url)])
        [target] = trust.refresh("acme").targets
    into.write_bytes(big.files[LAMP][:1000])
    with pytest.raises(TrustError, match="mirror_unreachable"):
        trust.fetch("acme", target, into)
    assert into.stat().st_size == 1000
    with pytest.raises(TrustError, match="mirror_unreachable"):
        trust.refresh("acme")
    trust.close()


def test_the_address_is_tried_when_the_bundle_or_folder_of_the_week_is_gone(big, tmp_path):
    stick = big.copy(tmp_path / "stick")
    with Server(big.folder) as server:
        trust = Trust(tmp_path / "t", [big.maker(server.url)])
        [target] = trust.refresh("acme", str(stick)).targets
        shutil.rmtree(stick)
        assert trust.fetch("acme", target, tmp_path / "x.part").path.exists()
        trust.close()


def test_refreshes_at_the_same_time_do_not_disturb_each_other(trust, sim):
    found = []
    threads = [threading.Thread(target=lambda: found.append(trust.refresh("acme"))) for _ in "1234"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4


def test_what_a_killed_refresh_left_is_cleaned_up(sim, tmp_path):
    left = tmp_path / "t" / "work-1"
    left.mkdir(parents=True)
    (left / "timestamp.json").write_bytes(b"{}")
    trust = Trust(tmp_path / "t", [sim.maker()])
    assert not left.exists()
    trust.close()


def test_a_failed_refresh_leaves_no_files_behind(trust, tmp_path):
    refused(trust, str(tmp_path / "gone"))
    assert not list((tmp_path / "trust").glob("work-*"))


def test_a_broken_pinned_root_is_refused(sim, tmp_path):
    trust = Trust(tmp_path / "t", [Maker(name="acme", root=b"{}", url=str(sim.folder))])
    assert refused(trust).code == "metadata_tampered"
    trust.close()
