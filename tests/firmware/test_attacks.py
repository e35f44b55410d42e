"""The attacks that the TUF specification names (1.5.2), each by its name, against a house.

After each one the house holds the week it held, says why, and has nothing of the attacker's staged.
"""

import datetime as dt
import json

import pytest
from tuf.api.metadata import MetaFile, TargetFile

from tests.firmware.homes import EVIL, GOOD, House
from tests.firmware.simulator import LAMP, Server, Simulator, signer, trio

ENDLESS = {"metadata_tampered", "metadata_too_large"}


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.trust.close()


@pytest.fixture
def sim(house):
    return house.sim


# --- arbitrary software installation -------------------------------------------------------------


def test_arbitrary_software_installation_of_a_file_exchanged_on_the_mirror(house, sim):
    """The attacker owns the web server and puts own bytes, as long as the true ones, in place."""
    sim.target().write_bytes(EVIL)
    assert len(EVIL) == len(GOOD)
    assert house.refuses_bytes().code == "target_tampered"


def test_arbitrary_software_installation_by_metadata_edited_on_the_mirror(house, sim):
    """The attacker writes the digest of own bytes into the build role, which nobody signed."""
    sim.publish()
    body = sim.file("build-lamp").read_bytes().replace(house.lamp().sha256.encode(), b"e" * 64)
    sim.file("build-lamp").write_bytes(body)
    assert house.refuses().code == "metadata_tampered"


def test_arbitrary_software_installation_by_keys_of_the_attackers_own(house, sim):
    """The attacker signs a whole repository, root and all, with keys nobody knows."""
    sim.files[LAMP] = EVIL
    sim.keys = {role: trio(role) for role in sim.keys}
    sim.rotate()
    sim.publish()
    error = house.refuses()
    assert (error.code, error.facts["role"]) == ("threshold_missing", "root")


# --- rollback ------------------------------------------------------------------------------------


def test_rollback_of_the_whole_mirror(house, sim, tmp_path):
    """The attacker shows the mirror as it was last week, all of it genuine."""
    old = sim.copy(tmp_path / "old")
    sim.publish()
    house.week = house.trust.refresh("acme")
    assert house.refuses(str(old)).code == "mirror_rolled_back"


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets", "build-lamp", "train-orange"])
def test_rollback_of_one_role_with_the_online_keys_in_hand(house, sim, role):
    """The attacker holds the online keys, and gives one role an older version again."""
    sim.publish()
    house.week = house.trust.refresh("acme")
    if role in ("timestamp", "snapshot"):
        sim.versions[role] = 0
    else:
        old = (sim.metadata / f"1.{role}.json").read_bytes()
        meta = MetaFile.from_data(1, old, ["sha256"])
        sim.on_snapshot = lambda snapshot: snapshot.meta.update({f"{role}.json": meta})
    sim.heartbeat(snapshot=role != "timestamp")
    assert house.refuses().code == "mirror_rolled_back"


def test_rollback_of_a_release_counter_by_all_who_may_sign(house, sim):
    """Even the maker's staff cannot take a house back unseen: the counter of a week only rises."""
    sim.publish()
    house.week = house.trust.refresh("acme")
    sim.on_train = lambda train: train.update(counter=1)
    sim.publish()
    assert house.refuses().code == "mirror_rolled_back"


# --- fast-forward --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_fast_forward_is_undone_by_new_online_keys(house, sim, role):
    """With the online keys the attacker sets versions so high that no true one can follow.

    What he published was genuine, so the house took it. The root staff give out new online keys:
    then the true, lower versions count again, and those of the thief never more.
    """
    sim.versions[role] = 2_000_000
    sim.heartbeat(snapshot=True)
    house.week = house.trust.refresh("acme")
    sim.versions[role] = 2
    sim.heartbeat(snapshot=True)
    assert house.refuses().code == "mirror_rolled_back"
    stolen = {name: sim.keys[name] for name in ("snapshot", "timestamp")}
    sim.keys |= {"snapshot": [signer()], "timestamp": [signer()]}
    sim.rotate()
    sim.publish()
    house.week = house.trust.refresh("acme")
    assert house.week.counter == 2
    sim.keys |= stolen
    sim.versions[role] = 3_000_000
    sim.heartbeat(snapshot=True)
    assert house.refuses().code == "threshold_missing"


# --- indefinite freeze ---------------------------------------------------------------------------


def test_indefinite_freeze_by_an_old_timestamp(house, sim):
    """The attacker goes on showing what was genuine, so that no house hears of a newer week."""
    sim.days["timestamp"] = -1
    sim.heartbeat()
    error = house.refuses()
    assert (error.code, error.facts["role"]) == ("metadata_expired", "timestamp")
    assert len(error.facts["on"]) == len("2026-11-25")
    assert house.trust.standing("acme").failing_since is not None


@pytest.mark.parametrize("role", ["snapshot", "targets", "build-lamp", "train-orange"])
def test_indefinite_freeze_of_one_role_with_the_online_keys_in_hand(house, sim, role):
    """A fresh timestamp over an old role: each role's own day of expiry ends it."""
    sim.days[role] = -1
    sim.publish()
    error = house.refuses()
    assert (error.code, error.facts["role"]) == ("metadata_expired", role)


def test_indefinite_freeze_by_silence_is_seen_and_staging_ends_with_the_week(tmp_path):
    """The attacker lets no packet through: the house says since when, and the week runs out."""
    now = dt.datetime.now(dt.UTC).timestamp()
    times = [now]
    house = House(tmp_path, lambda: times[0])
    times[0] = now + 100
    assert house.refuses(str(tmp_path / "gone")).code == "mirror_unreachable"
    assert house.trust.standing("acme").failing_since == now + 100
    times[0] = now + 29 * 86_400
    assert house.refuses_bytes().code == "metadata_expired"
    house.trust.close()


# --- endless data --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "size"),
    [("timestamp", 20_000), ("snapshot", 2_100_000), ("targets", 5_100_000), ("root", 520_000)],
)
def test_endless_data_in_place_of_metadata(house, sim, role, size):
    """The attacker answers without end; no more is read than such a file may ever have."""
    sim.on_snapshot = lambda snapshot: snapshot.meta.update({"targets.json": MetaFile(2)})
    sim.publish()
    if role == "root":
        (sim.metadata / "2.root.json").write_bytes(b" " * size)
    else:
        sim.file(role).write_bytes(b" " * size)
    assert house.refuses().code in ENDLESS


def test_endless_data_in_place_of_an_image(house, sim):
    """Nothing beyond the signed size reaches the disk."""
    sim.target().write_bytes(GOOD + b"x" * 10_000_000)
    assert house.refuses_bytes().code == "target_tampered"
    assert house.stage.used() <= len(GOOD)


# --- extraneous dependencies ---------------------------------------------------------------------


def test_extraneous_dependencies_by_a_train_that_names_more_than_was_built(house, sim):
    """The train's keys are stolen, all of them: they name a file that no build role signed."""
    extra = {"path": "fw/acme/lamp/miner.bin", "sha256": "e" * 64, "size": 5}
    sim.on_train = lambda train: train["files"].append(extra)
    sim.publish()
    error = house.refuses()
    assert (error.code, error.facts["path"]) == ("week_disagrees", "fw/acme/lamp/miner.bin")


def test_extraneous_dependencies_by_a_build_that_signs_more_than_ships(house, sim):
    """The build's keys are stolen, all of them: what the train does not name is never offered."""
    name = "fw/acme/lamp/miner.bin"

    def add(build):
        build.targets[name] = TargetFile(4, {"sha256": "e" * 64}, name)

    sim.on_build = add
    sim.publish()
    house.week = house.trust.refresh("acme")
    assert [target.path for target in house.week.targets] == [LAMP]
    house.is_unmoved()


# --- mix-and-match -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["snapshot", "targets", "build-lamp", "train-orange"])
def test_mix_and_match_of_files_of_two_publications(house, sim, role):
    """Each file is genuine, but they were never published together."""
    old = sim.file(role).read_bytes()
    sim.publish()
    sim.file(role).write_bytes(old)
    assert house.refuses().code in {"metadata_tampered", "metadata_mixed", "mirror_rolled_back"}


def test_mix_and_match_of_an_old_image_under_a_new_week(house, sim):
    """The image of last week, genuinely signed then, where this week's should be."""
    sim.files[LAMP] = b"lamp firmware 2.0"
    sim.publish()
    house.week = house.trust.refresh("acme")
    sim.target().write_bytes(GOOD)
    assert house.refuses_bytes().code == "target_tampered"


# --- wrong software installation -----------------------------------------------------------------


def test_wrong_software_installation_of_another_model_s_image(tmp_path):
    """Both images are signed; the mirror hands out the one where the other was asked for."""
    house = House(tmp_path)
    other = "fw/acme/lamp/other.bin"
    house.sim.files[other] = b"plug firmware 1.0"
    house.sim.publish()
    house.week = house.trust.refresh("acme")
    house.sim.target().write_bytes(house.sim.files[other])
    assert house.refuses_bytes().code == "target_tampered"
    house.trust.close()


def test_wrong_software_installation_of_another_maker_s_week(house, tmp_path):
    """A genuine mirror, but of somebody else: no root of one maker vouches for another."""
    stranger = Simulator(tmp_path / "stranger")
    stranger.publish()
    assert house.refuses(str(stranger.folder)).code == "threshold_missing"


# --- malicious mirrors preventing updates --------------------------------------------------------


def test_malicious_mirrors_preventing_updates_leave_another_source_open(house, sim, tmp_path):
    """One mirror lies; a stick or another mirror brings the week all the same."""
    good = Simulator.copy(sim, tmp_path / "good")
    sim.file("timestamp").write_bytes(b"{}")
    house.refuses()
    assert house.trust.refresh("acme", str(good)) is not None
    assert house.trust.standing("acme").code == ""


def test_malicious_mirrors_preventing_updates_by_breaking_off_cost_no_byte_twice(tmp_path):
    """The mirror breaks each transfer off: every piece that came is kept and the rest is asked."""
    house = House(tmp_path)
    house.sim.files[LAMP] = bytes(600_000)
    house.sim.publish()
    with Server(house.sim.folder) as server:
        house.trust.add(house.sim.maker(server.url))
        house.week = house.trust.refresh("acme")
        server.sent, server.cut_after = 0, 200_000
        house.stage.fetch(house.trust, "acme", house.lamp())
        assert server.sent == 600_000
    house.trust.close()


# --- vulnerability to key compromises ------------------------------------------------------------


def new_root(sim, thief):
    """Give every role keys of the thief's own."""
    sim.keys = {
        role: trio("thief") if len(keys) > 1 else [signer()] for role, keys in sim.keys.items()
    }
    sim.rotate(signers=[thief, *sim.keys["root"]])


def lower_the_threshold(sim, thief):
    sim.threshold = 1
    sim.rotate(signers=[thief])


def new_online_keys(sim, thief):
    sim.keys |= {"snapshot": [signer()], "timestamp": [signer()]}
    sim.rotate(signers=[thief])


def give_the_build_to_own_keys(sim, thief):
    sim.files[LAMP] = EVIL
    sim.keys["build-lamp"] = trio("thief")


def give_the_train_to_own_keys(sim, thief):
    sim.keys["train-orange"] = trio("thief")
    sim.on_train = lambda train: train.update(files=[])


def name_the_file_in_top_targets(sim, thief):
    sim.files[LAMP] = EVIL
    sim.on_targets = lambda targets: targets.targets.update({LAMP: sim.named()})


def exchange_the_image(sim, thief):
    """Even where the other party is careless, and signs the same bytes."""
    sim.files[LAMP] = EVIL


def say_it_is_for_another_model(sim, thief):
    sim.about[LAMP] = {"model": "Lock 1"}


def ship_nothing(sim, thief):
    sim.on_train = lambda train: train.update(files=[])


def recall_what_is_good(sim, thief):
    sim.on_train = lambda train: train.update(recalled=[train["files"][0]["sha256"]])


def keep_it_for_ever(sim, thief):
    sim.days = dict.fromkeys(sim.days, 36_500.0)


DEEDS = {
    "root": [new_root, lower_the_threshold, new_online_keys],
    "targets": [
        give_the_build_to_own_keys,
        give_the_train_to_own_keys,
        name_the_file_in_top_targets,
        keep_it_for_ever,
    ],
    "build-lamp": [exchange_the_image, say_it_is_for_another_model, keep_it_for_ever],
    "train-orange": [exchange_the_image, ship_nothing, recall_what_is_good, keep_it_for_ever],
}


@pytest.mark.parametrize(
    ("role", "deed"), [(role, deed) for role, deeds in DEEDS.items() for deed in deeds]
)
def test_vulnerability_to_key_compromises_one_of_two_keys_changes_nothing(house, sim, role, deed):
    """One key of a role is stolen, and both online keys with it.

    Everything else is as the thief would wish it: the others sign what fits to his.
    """
    thief = sim.keys[role][0]
    deed(sim, thief)
    sim.signers[role] = [thief]
    sim.publish()
    error = house.refuses()
    assert (error.code, error.facts["role"]) == ("threshold_missing", role)


@pytest.mark.parametrize("deed", [exchange_the_image, ship_nothing, keep_it_for_ever])
def test_vulnerability_to_key_compromises_one_key_of_each_role_changes_nothing(house, sim, deed):
    """One person of each role is robbed on the same day."""
    sim.signers = {role: sim.keys[role][:1] for role in DEEDS}
    deed(sim, None)
    sim.publish()
    assert house.refuses().code == "threshold_missing"


@pytest.mark.parametrize("role", ["build-lamp", "train-orange"])
def test_vulnerability_to_key_compromises_all_keys_of_one_party_ship_nothing(house, sim, role):
    """All three keys of one party and the online ones do not make a house take other bytes."""
    made = {"build-lamp": sim._build, "train-orange": sim._train}[role]
    sim.files[LAMP] = EVIL
    sim.counter += 1
    sim._write(role, made())
    sim.heartbeat(snapshot=True)
    assert house.refuses().code == "week_disagrees"


def test_vulnerability_to_key_compromises_the_timestamp_key_names_no_snapshot_of_its_own(
    house, sim
):
    """It cannot sign one, and nobody else has."""
    sim.versions["snapshot"] = 7
    sim.heartbeat()
    assert house.refuses().code == "mirror_unreachable"
    sim.file("snapshot").write_bytes(sim.bodies["snapshot"].replace(b'"version":1', b'"version":7'))
    assert house.refuses().code in {"metadata_tampered", "threshold_missing"}


def test_vulnerability_to_key_compromises_the_timestamp_key_does_not_bring_back_the_past(
    house, sim, tmp_path
):
    """An old snapshot under a fresh timestamp: this house has seen a newer one."""
    old = sim.bodies["snapshot"]
    sim.publish()
    house.week = house.trust.refresh("acme")
    sim.bodies["snapshot"], sim.versions["snapshot"] = old, 1
    sim.heartbeat()
    assert house.refuses().code == "mirror_rolled_back"


def test_vulnerability_to_key_compromises_the_timestamp_key_holds_back_until_the_snapshot_ends(
    house, sim
):
    """This it can: new timestamps over the same snapshot. It ends with the snapshot's own day."""
    sim.heartbeat()
    assert house.trust.refresh("acme").targets == house.week.targets
    house.week = house.known()
    sim.days["snapshot"] = -1
    sim.heartbeat(snapshot=True)
    sim.heartbeat()
    error = house.refuses()
    assert (error.code, error.facts["role"]) == ("metadata_expired", "snapshot")


def test_vulnerability_to_key_compromises_the_snapshot_key_names_nothing_that_nobody_signed(
    house, sim
):
    """It picks among genuine versions, none older than seen; a made-up one is refused."""
    evil = json.dumps({"signed": {}, "signatures": []}).encode()
    (sim.metadata / "2.build-lamp.json").write_bytes(evil)
    meta = MetaFile.from_data(2, evil, ["sha256"])
    sim.on_snapshot = lambda snapshot: snapshot.meta.update({"build-lamp.json": meta})
    sim.heartbeat(snapshot=True)
    assert house.refuses().code == "metadata_tampered"


def test_vulnerability_to_key_compromises_the_snapshot_key_drops_no_role(house, sim):
    """Leaving the train's role out would hide a recall."""
    sim.on_snapshot = lambda snapshot: snapshot.meta.pop("train-orange.json")
    sim.heartbeat(snapshot=True)
    assert house.refuses().code in {"mirror_rolled_back", "metadata_tampered"}


def test_vulnerability_to_key_compromises_a_revoked_key_signs_nothing_any_more(house, sim):
    """Taken away by the staff above it, a stolen key counts no more, also beside a true one."""
    stolen = sim.keys["train-orange"][0]
    sim.keys["train-orange"] = trio("new")
    sim.publish()
    house.week = house.trust.refresh("acme")
    sim.signers["train-orange"] = [stolen, sim.keys["train-orange"][0]]
    ship_nothing(sim, stolen)
    sim.publish()
    assert house.refuses().code == "threshold_missing"


# --- and the other side --------------------------------------------------------------------------


def test_what_was_refused_above_is_taken_when_those_sign_it_who_may(house, sim):
    """Otherwise a verifier that refuses everything would pass all of this."""
    exchange_the_image(sim, None)
    sim.publish()
    assert house.trust.refresh("acme").targets[0].sha256 == house.evil().sha256
    assert house.stage.fetch(house.trust, "acme", house.lamp()).path.read_bytes() == EVIL


@pytest.mark.parametrize("deed", [new_root, new_online_keys])
def test_a_root_that_was_refused_above_is_taken_from_two_of_the_old_keys(house, sim, deed):
    """By the very same deed, with one more signature."""
    old = sim.keys["root"][:2]
    deed(sim, old[0])
    sim.root_version -= 1
    sim.rotate(signers=[*old, *(key for key in sim.keys["root"] if key not in old)])
    sim.publish()
    assert house.trust.refresh("acme").counter == 2
