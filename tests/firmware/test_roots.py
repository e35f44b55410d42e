"""A bundle brings its own root: whom a house believes, and what neither repository may pass for."""

import pytest

from firmware import bundle
from firmware.roots import check, newest
from firmware.trust import Maker, Trust, TrustError, check_root
from tests.firmware.simulator import Simulator, signer, trio


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.add_bundle()
    mirror.publish()
    return mirror


@pytest.fixture
def house(sim, tmp_path):
    trust = Trust(tmp_path / "trust", [sim.maker()])
    yield trust
    trust.close()


@pytest.fixture
def stick(sim, tmp_path):
    """Writes the week as it is now to a new stick."""
    made = []

    def write():
        made.append(tmp_path / f"{len(made)}.bundle")
        return str(bundle.write(sim.folder, "2026-W47", made[-1]))

    return write


def refused(trust, source=""):
    with pytest.raises(TrustError) as caught:
        trust.refresh("acme", source)
    return caught.value


def new_staff(sim):
    """Replace all root keys: signed by the old and the new threshold, for both repositories."""
    old, sim.keys["root"] = sim.keys["root"], trio("new")
    both = [*old[:2], *sim.keys["root"][:2]]
    sim.rotate(signers=both)
    sim.bundle.rotate(signers=both)
    sim.publish()
    return old


@pytest.fixture
def strangers(tmp_path):
    """The first root of a bundle of somebody else."""
    other = Simulator(tmp_path / "other")
    other.keys["root"] = trio("strangers")
    other.add_bundle()
    other.publish()
    return (other.folder / "bundle/metadata/1.root.json").read_bytes()


@pytest.mark.parametrize("by", ["strangers", "itself"])
def test_an_earlier_root_comes_along_only_where_it_vouches_for_the_next(
    house, sim, stick, strangers, by
):
    new_staff(sim)
    house.refresh("acme")
    metadata = sim.folder / "bundle" / "metadata"
    other = strangers if by == "strangers" else (metadata / "2.root.json").read_bytes()
    (metadata / "1.root.json").write_bytes(other)
    assert house.refresh("acme", stick()).id == "2026-W47"
    assert "bundle/metadata/1.root.json" not in house.mirror_files("acme")


# --- whom a house believes -----------------------------------------------------------------------


def test_a_house_with_nothing_but_its_pin_reads_a_stick(house, stick):
    week = house.refresh("acme", stick())
    assert week.id == "2026-W47"
    assert house.standing("acme").bundle


def test_a_stick_after_a_rotation_is_accepted_by_a_house_that_has_only_the_old_pin(
    sim, house, stick
):
    new_staff(sim)
    assert house.refresh("acme", stick()).counter == 2


def test_a_stick_after_a_rotation_is_accepted_by_a_house_that_saw_it_online(sim, house, stick):
    new_staff(sim)
    house.refresh("acme")
    assert house.refresh("acme", stick()).counter == 2


def test_a_stick_signed_under_a_revoked_root_is_refused_after_the_rotation_was_seen(
    sim, house, stick
):
    old_stick = stick()
    new_staff(sim)
    house.refresh("acme")
    error = refused(house, old_stick)
    assert (error.code, error.facts["role"]) == ("threshold_missing", "root")
    assert (error.facts["have"], error.facts["need"]) == ("0", "2")


def test_the_thief_of_revoked_root_keys_cannot_make_a_stick(sim, house, stick):
    thieves = new_staff(sim)
    house.refresh("acme")
    sim.bundle.keys = {"snapshot": [signer()], "timestamp": [signer()]}
    sim.bundle.root_version = 0
    sim.bundle.rotate(signers=thieves)
    sim.bundle.metadata.joinpath("2.root.json").unlink()
    sim.publish()
    assert refused(house, stick()).code == "threshold_missing"


def test_a_bundle_root_signed_by_one_key_of_the_main_root_is_refused(sim, house, stick):
    sim.bundle.root_version = 0
    sim.bundle.rotate(signers=sim.keys["root"][:1])
    error = refused(house, stick())
    assert (error.code, error.facts["have"]) == ("threshold_missing", "1")


def test_another_makers_stick_is_refused(house, tmp_path):
    stranger = Simulator(tmp_path / "stranger")
    stranger.add_bundle()
    stranger.publish()
    theirs = bundle.write(stranger.folder, "2026-W47", tmp_path / "theirs")
    assert refused(house, str(theirs)).code == "threshold_missing"


def test_a_stolen_online_key_of_the_bundle_is_revoked_by_its_next_root(sim, house, stick):
    stolen = sim.bundle.keys["timestamp"]
    old_stick = stick()
    sim.bundle.keys["timestamp"] = [signer()]
    sim.bundle.rotate()
    sim.publish()
    house.refresh("acme", stick())
    assert refused(house, old_stick).code in {"mirror_rolled_back", "threshold_missing"}
    sim.bundle.keys["timestamp"] = stolen  # and hides the new root
    sim.bundle.metadata.joinpath("2.root.json").unlink()
    sim.publish()
    assert refused(house, stick()).code == "threshold_missing"


def test_the_online_keys_of_the_mirror_do_not_sign_a_bundle(sim, house, stick):
    stolen, sim.bundle.keys = sim.bundle.keys, {role: sim.keys[role] for role in sim.bundle.keys}
    sim.publish()
    assert refused(house, stick()).code == "threshold_missing"
    sim.bundle.keys = stolen
    sim.publish()
    assert house.refresh("acme", stick())


def test_roots_that_do_not_follow_from_the_pin_are_not_the_newest(sim):
    pin = sim.maker().root
    sim.keys["root"] = trio("thief")
    sim.rotate()
    forged = (sim.metadata / "2.root.json").read_bytes()
    assert newest(pin, {"metadata/2.root.json": forged}.get).signed.version == 1
    assert newest(pin, {"metadata/2.root.json": b""}.get).signed.version == 1
    assert newest(pin, {"metadata/2.root.json": pin}.get).signed.version == 1


# --- the main roots that a stick brings along ----------------------------------------------------


def test_a_house_that_is_never_online_follows_its_makers_staff_by_sticks(sim, house, stick):
    """As if the bundle repository began only with the new staff: the old pin alone says nothing."""
    new_staff(sim)
    sim.bundle.metadata.joinpath("1.root.json").unlink()
    sim.bundle.root_version = 0
    sim.bundle.rotate()
    sim.bundle.metadata.joinpath("2.root.json").unlink()
    sim.publish()
    assert house.refresh("acme", stick()).counter == 3


def test_what_a_stick_has_shown_of_the_staff_holds_for_the_mirror_too(sim, house, stick, tmp_path):
    before = sim.copy(tmp_path / "before")
    old_stick = stick()
    new_staff(sim)
    house.refresh("acme", stick())
    assert refused(house, old_stick).code == "threshold_missing"
    assert refused(house, str(before)).code == "mirror_rolled_back"
    assert house.refresh("acme").counter == 2


def test_a_main_root_on_a_stick_that_the_old_staff_did_not_sign_leads_nowhere(sim, house, stick):
    sim.keys["root"] = trio("thief")
    sim.rotate(signers=sim.keys["root"])
    assert house.refresh("acme", stick()).counter == 1
    assert house._seen.files("acme") == {}


# --- type confusion ------------------------------------------------------------------------------


def test_a_bundles_root_on_a_mirror_is_refused_and_not_kept(sim, house):
    house.refresh("acme")
    sim.bundle.rotate()  # version 2, signed by the very staff of the main root
    root = (sim.bundle.metadata / "2.root.json").read_bytes()
    (sim.metadata / "2.root.json").write_bytes(root)
    assert refused(house).code == "root_misplaced"
    assert "metadata/2.root.json" not in house.mirror_files("acme")
    (sim.metadata / "2.root.json").unlink()
    assert house.refresh("acme")


def test_a_mirrors_root_in_a_bundle_is_refused(sim, house, stick):
    for name in ("1.root.json", "timestamp.json", f"{sim.versions['snapshot']}.snapshot.json"):
        (sim.bundle.metadata / name).write_bytes((sim.metadata / name).read_bytes())
    assert refused(house, stick()).code == "root_misplaced"


def test_a_later_root_of_a_bundle_without_the_mark_is_refused(sim, house, stick):
    sim.bundle.marker = None
    sim.bundle.rotate()
    sim.publish()
    assert refused(house, stick()).code == "root_misplaced"


@pytest.mark.parametrize("marker", ["main", "", "Bundle"])
def test_another_mark_is_neither(sim, house, stick, marker):
    sim.bundle.marker = marker
    sim.bundle.root_version = 0
    sim.bundle.rotate()
    assert refused(house, stick()).code == "root_misplaced"
    if marker:
        marked = (sim.bundle.metadata / "1.root.json").read_bytes()
        with pytest.raises(TrustError, match="root_misplaced"):
            check(marked, bundle=False)


def test_a_mirror_of_the_makers_list_is_never_read_as_a_bundle(sim, house):
    """Else whoever holds it could keep a house behind for the bundle's longer life."""
    (sim.metadata / "timestamp.json").unlink()
    assert refused(house).code == "mirror_unreachable"


def test_a_bundles_root_cannot_be_pinned(sim):
    with pytest.raises(TrustError, match="root_bad"):
        check_root((sim.bundle.metadata / "1.root.json").read_bytes())


def test_a_house_that_pinned_a_bundles_root_reads_nothing(sim, tmp_path, stick):
    root = (sim.bundle.metadata / "1.root.json").read_bytes()
    trust = Trust(tmp_path / "t", [Maker(name="acme", root=root, url=str(sim.folder))])
    assert refused(trust).code == "root_misplaced"
    assert refused(trust, stick()).code == "root_misplaced"
    trust.close()


# --- one floor -----------------------------------------------------------------------------------


def test_an_old_stick_after_a_newer_week_online_is_refused(sim, house, stick):
    old = stick()
    sim.publish()
    house.refresh("acme")
    error = refused(house, old)
    assert error.code == "mirror_rolled_back"
    assert error.facts["what"].startswith("role:")


def test_an_old_mirror_after_a_newer_stick_is_refused(sim, house, stick, tmp_path):
    old = sim.copy(tmp_path / "old")
    sim.publish()
    house.refresh("acme", stick())
    error = refused(house, str(old))
    assert error.code == "mirror_rolled_back"
    assert error.facts["what"].startswith("role:")


def test_an_older_stick_after_a_newer_one_is_refused(sim, house, stick):
    old = stick()
    sim.bundle.version += 5  # only the bundle's own numbers rise
    sim.heartbeat(snapshot=True)
    house.refresh("acme", stick())
    assert refused(house, old).code == "mirror_rolled_back"


@pytest.mark.parametrize("first", ["online", "stick"])
def test_a_rollback_between_the_two_after_a_power_cut_is_refused(
    sim, house, stick, tmp_path, first
):
    """The stock updater alone accepts this: its timestamp and snapshot are empty files."""
    old = {"online": stick(), "stick": str(sim.copy(tmp_path / "old"))}[first]
    sim.publish()
    house.refresh("acme", {"online": "", "stick": stick()}[first])
    with house._seen._store.write() as db:
        db.execute("UPDATE kept SET body = x'' WHERE name LIKE '%timestamp%'")
        db.execute("UPDATE kept SET body = x'' WHERE name LIKE '%snapshot%'")
    assert refused(house, old).code == "mirror_rolled_back"


def test_an_older_stick_after_a_power_cut_is_refused(sim, house, stick):
    old = stick()
    sim.heartbeat(snapshot=True)
    house.refresh("acme", stick())
    with house._seen._store.write() as db:
        db.execute("UPDATE kept SET body = x'' WHERE name LIKE '%timestamp%'")
        db.execute("UPDATE kept SET body = x'' WHERE name LIKE '%snapshot%'")
    error = refused(house, old)
    assert (error.code, error.facts["what"]) == ("mirror_rolled_back", "bundle:timestamp")


def test_after_a_recovery_by_rotation_the_stick_counts_under_the_new_keys(sim, house, stick):
    """The main root's new online keys start the roles' floor again; a stick's too."""
    sim.versions["build-lamp"] = 900
    sim.publish()
    house.refresh("acme")
    sim.keys |= {"snapshot": [signer()], "timestamp": [signer()]}
    sim.rotate()
    sim.versions["build-lamp"] = 5
    sim.publish()
    house.refresh("acme")
    assert house.refresh("acme", stick()).counter == 3
    sim.versions["build-lamp"] = 3
    sim.publish()
    assert refused(house, stick()).code == "mirror_rolled_back"


# --- one online key for both ---------------------------------------------------------------------


def test_a_bundles_longer_lived_timestamp_passes_for_no_mirrors(house, sim):
    """By default the same online keys sign for both: a thief of none shows the one as the other."""
    sim.bundle.keys = {role: sim.keys[role] for role in ("snapshot", "timestamp")}
    sim.bundle.rotate()
    sim.publish()
    house.refresh("acme")
    sim.publish()
    for file in sim.bundle.metadata.glob("*.json"):
        if "root" not in file.name:
            (sim.metadata / file.name).write_bytes(file.read_bytes())
    assert refused(house).code == "metadata_mixed"
    assert house.standing("acme").week.counter == 2


@pytest.mark.parametrize("said", [None, "main"])
def test_a_stick_whose_timestamp_is_not_a_bundles_is_refused(house, sim, stick, said):
    sim.bundle.online_marker = said
    sim.publish()
    assert refused(house, stick()).code == "metadata_mixed"
