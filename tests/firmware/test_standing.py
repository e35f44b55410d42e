"""Several mirrors, what fails at each, and since when a house has heard nothing fresh."""

import pytest

from firmware import bundle
from firmware.release import Admission, Admitted, Channel, Standing, Week
from firmware.trust import Maker, Trust, TrustError
from tests.firmware.simulator import LAMP, Server, Simulator

ANNA = Admission(by="anna", reason="no network until Monday")


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.add_bundle()
    mirror.publish()
    return mirror


@pytest.fixture
def at():
    """The clock: a list of one time."""
    return [100.0]


@pytest.fixture
def house(sim, tmp_path, at):
    trust = Trust(tmp_path / "trust", [], clock=lambda: at[0])
    yield trust
    trust.close()


def mirrors(house, sim, *places):
    first, *more = map(str, places)
    house.add(Maker(name="acme", root=sim.maker().root, url=first, more=tuple(more)))


def refused(trust, source="", **how):
    with pytest.raises(TrustError) as caught:
        trust.refresh("acme", source, **how)
    return caught.value


def stick(sim, tmp_path, name="stick"):
    return str(bundle.write(sim.folder, "2026-W47", tmp_path / name))


# --- fall-over -----------------------------------------------------------------------------------


def test_a_maker_knows_each_of_its_mirrors_once(sim):
    maker = Maker(name="acme", root=b"", url="one", more=("two", "one", ""))
    assert maker.urls == ("one", "two")


def tampered(house, sim, tmp_path):
    copy = sim.copy(tmp_path / "bad")
    name = copy / "metadata" / "timestamp.json"
    name.write_bytes(name.read_bytes()[:-1])
    return copy


def frozen(house, sim, tmp_path):
    sim.days["timestamp"] = -1
    sim.heartbeat()
    copy = sim.copy(tmp_path / "bad")
    sim.days["timestamp"] = 7
    sim.heartbeat()
    return copy


def rolled_back(house, sim, tmp_path):
    copy = sim.copy(tmp_path / "bad")
    sim.publish()
    mirrors(house, sim, sim.folder)
    house.refresh("acme")
    return copy


def unreachable(house, sim, tmp_path):
    return "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (tampered, "metadata_tampered"),
        (frozen, "metadata_expired"),
        (rolled_back, "mirror_rolled_back"),
        (unreachable, ""),
    ],
)
def test_a_mirror_that_fails_hands_over_to_the_next_and_is_remembered_where_it_lies(
    house, sim, tmp_path, at, *, make, code
):
    bad = make(house, sim, tmp_path)
    mirrors(house, sim, bad, sim.folder)
    at[0] = 200.0
    assert house.refresh("acme").counter == sim.counter
    standing = house.standing("acme")
    assert (standing.code, standing.source, standing.silent_since) == ("", str(sim.folder), None)
    lies = [(one.url, one.code, one.since) for one in standing.false_mirrors]
    assert lies == ([(str(bad), code, 200.0)] if code else [])


def test_a_false_mirror_is_remembered_since_when_until_it_is_good_again(house, sim, tmp_path, at):
    bad = tampered(house, sim, tmp_path)
    mirrors(house, sim, bad, sim.folder)
    for at[0] in (100.0, 200.0):
        house.refresh("acme")
    assert house.standing("acme").false_mirrors[0].since == 100.0
    house.refresh("acme", str(sim.folder))
    assert house.standing("acme").false_mirrors, "another one's word does not clear it"
    good = (sim.metadata / "timestamp.json").read_bytes()
    (bad / "metadata" / "timestamp.json").write_bytes(good)
    house.refresh("acme")
    assert house.standing("acme").false_mirrors == ()


def test_when_all_fail_the_gravest_reason_is_told_and_all_are_named(house, sim, tmp_path):
    bad = tampered(house, sim, tmp_path)
    gone = "http://127.0.0.1:9/"
    mirrors(house, sim, gone, bad, tmp_path / "nowhere")
    error = refused(house)
    assert (error.code, error.facts["source"]) == ("metadata_tampered", str(bad))
    assert error.facts["tried"] == (
        f"{gone}: mirror_unreachable; {bad}: metadata_tampered;"
        f" {tmp_path / 'nowhere'}: mirror_unreachable"
    )
    assert house.standing("acme").code == "metadata_tampered"


def test_a_revocation_learnt_at_a_mirror_that_fails_holds_at_the_next(house, sim, tmp_path):
    old = sim.copy(tmp_path / "old")
    sim.rotate()
    sim.keys["timestamp"] = sim.keys["snapshot"]
    sim.rotate()
    sim.publish()
    (sim.metadata / "timestamp.json").unlink()
    mirrors(house, sim, sim.folder, old)
    error = refused(house)
    assert error.facts["tried"].endswith(f"{old}: threshold_missing")


def test_a_file_is_fetched_from_the_next_mirror_when_the_first_sends_wrong_bytes(
    house, sim, tmp_path, at
):
    bad = sim.copy(tmp_path / "bad")
    next((bad / "targets/fw/acme/lamp").iterdir()).write_bytes(b"evil firmware 1.0")
    mirrors(house, sim, bad, sim.folder)
    [target] = house.refresh("acme").targets
    at[0] = 300.0
    assert house.fetch("acme", target, tmp_path / "x").path.read_bytes() == sim.files[LAMP]


def test_a_mirror_with_a_bad_chunk_is_remembered(house, sim, tmp_path, at):
    sim.chunk_size = 5
    sim.publish()
    bad = sim.copy(tmp_path / "bad")
    next((bad / "targets/fw/acme/lamp").iterdir()).write_bytes(b"lamp firmware EVI")
    mirrors(house, sim, bad, sim.folder)
    [target] = house.refresh("acme").targets
    at[0] = 300.0
    house.fetch("acme", target, tmp_path / "x")
    [lie] = house.standing("acme").false_mirrors
    assert (lie.url, lie.code, lie.since) == (str(bad), "target_tampered", 300.0)


# --- how fresh -----------------------------------------------------------------------------------


def test_a_house_says_when_it_last_heard_and_since_when_it_hears_nothing(house, sim, tmp_path, at):
    mirrors(house, sim, sim.folder)
    house.refresh("acme")
    mirrors(house, sim, "http://127.0.0.1:9/")
    for at[0] in (200.0, 300.0):
        refused(house)
    standing = house.standing("acme")
    assert (standing.heard, standing.silent_since) == (100.0, 200.0)


def test_sticks_do_not_make_a_house_hear_from_its_maker(house, sim, tmp_path, at):
    mirrors(house, sim, "http://127.0.0.1:9/")
    refused(house)
    at[0] = 200.0
    house.refresh("acme", stick(sim, tmp_path))
    standing = house.standing("acme")
    assert (standing.code, standing.checked, standing.failing_since) == ("", 200.0, None)
    assert (standing.heard, standing.silent_since) == (None, 100.0)


def test_a_house_that_only_ever_read_sticks_is_silent_since_the_first(house, sim, tmp_path, at):
    mirrors(house, sim, "http://127.0.0.1:9/")
    for at[0] in (200.0, 300.0):
        house.refresh("acme", stick(sim, tmp_path))
    assert house.standing("acme").silent_since == 200.0


def test_a_bad_stick_says_nothing_of_the_mirrors(house, sim, tmp_path, at):
    mirrors(house, sim, sim.folder)
    house.refresh("acme")
    refused(house, str(tmp_path / "none"))
    assert house.standing("acme").silent_since is None


# --- an expired stick ----------------------------------------------------------------------------


@pytest.fixture
def expired(sim, tmp_path, house):
    """A stick whose timestamp is two days too old."""
    mirrors(house, sim, "http://127.0.0.1:9/")
    sim.bundle.days["timestamp"] = -2
    sim.heartbeat(snapshot=True)
    return stick(sim, tmp_path, "expired")


def test_an_expired_stick_is_refused_with_its_role_and_day(house, expired):
    error = refused(house, expired)
    assert (error.code, error.facts["role"]) == ("metadata_expired", "timestamp")
    assert len(error.facts["on"]) == len("2026-11-22")


def test_an_admin_lets_an_expired_stick_count_and_it_is_kept(house, expired, at, tmp_path, sim):
    week = house.refresh("acme", expired, admit=ANNA)
    standing = house.standing("acme")
    assert (standing.week, standing.fresh) == (week, False)
    [kept] = house.admissions("acme")
    assert kept == standing.admitted
    assert (kept.by, kept.reason, kept.at) == ("anna", "no network until Monday", 100.0)
    assert (kept.week, kept.source) == ("2026-W47", expired)
    assert [one.role for one in kept.expired] == ["timestamp"]
    [target] = week.targets
    assert house.fetch("acme", target, tmp_path / "x").path.read_bytes() == sim.files[LAMP]


def test_an_admission_is_on_record_after_a_fresh_week(house, sim, expired):
    house.refresh("acme", expired, admit=ANNA)
    mirrors(house, sim, sim.folder)
    house.refresh("acme")
    standing = house.standing("acme")
    assert (standing.fresh, standing.admitted) == (True, None)
    assert [one.by for one in house.admissions("acme")] == ["anna"]


def test_files_of_an_admitted_week_whose_train_has_expired_are_fetched(tmp_path, sim):
    trust = Trust(tmp_path / "t", [sim.maker()])
    sim.days["train-orange"] = -1
    sim.publish()
    [target] = trust.refresh("acme", stick(sim, tmp_path), admit=ANNA).targets
    assert trust.fetch("acme", target, tmp_path / "x")
    trust.close()


def test_an_admission_does_not_cover_what_expires_after_it(house, expired, at, tmp_path):
    week = house.refresh("acme", expired, admit=ANNA)
    at[0] = week.expires
    with pytest.raises(TrustError, match="metadata_expired"):
        house.fetch("acme", week.targets[0], tmp_path / "x")


def test_an_expired_folder_on_this_machine_is_admitted(house, sim):
    mirrors(house, sim, "http://127.0.0.1:9/")
    sim.days |= {"timestamp": -1}
    sim.publish()
    house.refresh("acme", str(sim.folder), admit=ANNA)
    assert not house.standing("acme").fresh


def test_an_expired_mirror_on_the_net_is_not_admitted(house, sim):
    sim.days |= {"timestamp": -1}
    sim.publish()
    with Server(sim.folder) as server:
        mirrors(house, sim, server.url)
        assert refused(house, admit=ANNA).code == "metadata_expired"
        assert refused(house, server.url, admit=ANNA).code == "metadata_expired"
    assert house.admissions("acme") == ()


def test_an_expired_stick_below_the_floor_is_not_admitted(house, sim, expired):
    sim.bundle.days["timestamp"] = 15
    sim.publish()
    mirrors(house, sim, sim.folder)
    house.refresh("acme")
    assert refused(house, expired, admit=ANNA).code == "mirror_rolled_back"
    assert house.admissions("acme") == ()


def test_an_expired_stick_with_a_lower_image_counter_is_not_admitted(house, sim, tmp_path):
    sim.publish()
    mirrors(house, sim, sim.folder)
    house.refresh("acme")
    sim.about[LAMP] = {"counter": 1}
    sim.bundle.days["timestamp"] = -1
    sim.publish()
    error = refused(house, stick(sim, tmp_path), admit=ANNA)
    assert error.facts["what"] == "counter|orange|lamp|Acme|Lamp 1"


def test_an_expired_stick_that_also_lacks_signatures_is_not_admitted(house, sim, tmp_path):
    mirrors(house, sim, sim.folder)
    sim.signers["train-orange"] = sim.keys["train-orange"][:1]
    sim.bundle.days["timestamp"] = -1
    sim.publish()
    assert refused(house, stick(sim, tmp_path), admit=ANNA).code == "threshold_missing"
    assert house.admissions("acme") == ()


def test_an_admission_that_was_not_needed_is_not_written_down(house, sim, tmp_path):
    mirrors(house, sim, sim.folder)
    house.refresh("acme", stick(sim, tmp_path), admit=ANNA)
    assert house.standing("acme").fresh
    assert house.admissions("acme") == ()


def test_what_each_mirror_said_last_is_known_in_their_order(house, sim, tmp_path, at):
    other = sim.copy(tmp_path / "other")
    mirrors(house, sim, tmp_path / "none", other, sim.folder)
    house.refresh("acme")
    said = [(one.url, one.code, one.at) for one in house.standing("acme").answers]
    assert said == [(str(tmp_path / "none"), "mirror_unreachable", 100.0), (str(other), "", 100.0)]
    at[0] = 200.0
    house.refresh("acme", str(sim.folder))
    said = [(one.url, one.at) for one in house.standing("acme").answers]
    assert said[1:] == [(str(other), 100.0), (str(sim.folder), 200.0)]


def test_a_stick_is_none_of_the_mirrors_and_answers_for_none(house, sim, tmp_path):
    mirrors(house, sim, tmp_path / "none")
    house.refresh("acme", stick(sim, tmp_path))
    assert house.standing("acme").answers == ()


# --- what may be installed -----------------------------------------------------------------------

WEEK = Week(
    id="2026-W47", maker="acme", channel=Channel.ORANGE, counter=1, targets=(), expires=1000.0
)


def let_in(at):
    return Admitted(by="ana", reason="r", at=at, source="s", week=WEEK.id, expired=())


@pytest.mark.parametrize(
    ("known", "now", "code"),
    [
        ({}, 999.0, ""),
        ({}, 1000.0, "metadata_expired"),
        ({"code": "mirror_unreachable"}, 999.0, ""),
        ({"code": "mirror_unreachable"}, 1000.0, "metadata_expired"),
        ({"code": "threshold_missing"}, 999.0, "threshold_missing"),
        ({"code": "threshold_missing"}, 1000.0, "threshold_missing"),
        ({"admitted": let_in(1500.0)}, 2000.0, ""),
        ({"admitted": let_in(500.0)}, 999.0, ""),
        ({"admitted": let_in(500.0)}, 1000.0, "metadata_expired"),
        ({"admitted": let_in(1500.0), "code": "metadata_mixed"}, 2000.0, "metadata_mixed"),
    ],
)
def test_a_week_may_be_installed_until_its_date_and_while_nothing_was_false(known, now, code):
    assert Standing(maker="acme", week=WEEK, **known).barred(now) == code


def test_without_a_week_nothing_is_expired():
    assert Standing(maker="acme").barred(1e12) == ""
