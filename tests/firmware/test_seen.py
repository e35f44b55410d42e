"""The floor: what this house has seen may not fall, and survives everything but its own disk."""

import sqlite3

import pytest

from firmware.errors import TrustError
from firmware.release import Admitted, Expired, Standing
from firmware.seen import Floor, Seen
from fleet.errors import StoreError
from fleet.store import OtherTables


@pytest.fixture
def seen(tmp_path):
    memory = Seen(tmp_path / "trust.sqlite")
    yield memory
    memory.close()


def held(seen, *floors, maker="acme"):
    seen.keep(Standing(maker=maker, checked=1.0, source="there"), floors, {})


ROLE = Floor("role:targets.json", 5, "keys")


@pytest.mark.parametrize("number", [5, 6])
def test_a_number_may_stay_or_rise(seen, number):
    held(seen, ROLE)
    seen.check("acme", [Floor(ROLE.name, number, "keys")])


def test_a_number_may_not_fall(seen):
    held(seen, ROLE)
    with pytest.raises(TrustError) as caught:
        seen.check("acme", [Floor(ROLE.name, 4, "keys")])
    assert caught.value.code == "mirror_rolled_back"
    assert caught.value.facts == {"what": ROLE.name, "have": "5", "got": "4"}


def test_new_keys_may_start_again_below(seen):
    held(seen, ROLE)
    seen.check("acme", [Floor(ROLE.name, 1, "new keys")])


def test_a_number_without_a_scope_never_starts_again(seen):
    held(seen, Floor("counter:train|orange", 5))
    with pytest.raises(TrustError, match="mirror_rolled_back"):
        seen.check("acme", [Floor("counter:train|orange", 4)])


def test_a_role_may_not_vanish_under_the_same_keys(seen):
    held(seen, ROLE, Floor("role:build-lamp.json", 1, "keys"))
    with pytest.raises(TrustError, match=r"build-lamp\.json"):
        seen.check("acme", [ROLE])


def test_a_role_may_vanish_under_new_keys_and_a_counter_always(seen):
    held(seen, ROLE, Floor("counter|orange|lamp|Acme|Lamp", 1))
    seen.check("acme", [Floor("role:other.json", 1, "new keys")])
    seen.check("acme", [ROLE])


def test_a_role_of_the_mirror_may_not_vanish_from_a_bundle(seen):
    """A bundle has a timestamp of another name, and the same roles under the same keys."""
    held(seen, ROLE, Floor("role:build-lamp.json", 1, "keys"), Floor("timestamp", 1, "keys"))
    with pytest.raises(TrustError, match=r"build-lamp\.json"):
        seen.check("acme", [ROLE, Floor("bundle:timestamp", 1, "other keys")])


def test_makers_do_not_share_a_floor(seen):
    held(seen, ROLE)
    seen.check("other", [Floor(ROLE.name, 1, "keys")])


def test_the_floor_and_the_standing_survive_a_restart(seen, tmp_path):
    held(seen, ROLE)
    seen.close()
    again = Seen(tmp_path / "trust.sqlite")
    with pytest.raises(TrustError, match="mirror_rolled_back"):
        again.check("acme", [Floor(ROLE.name, 4, "keys")])
    assert again.standing("acme").source == "there"
    again.close()


def test_every_commit_is_on_the_disk_before_it_counts(seen):
    [row] = seen._store.rows("PRAGMA synchronous")
    assert row["synchronous"] == 2  # FULL


def test_the_files_of_the_two_repositories_are_kept_side_by_side(seen):
    seen.keep(Standing(maker="acme"), [], {"metadata/timestamp.json": b"main"})
    seen.keep(Standing(maker="acme", bundle=True), [], {"metadata/timestamp.json": b"bundle"})
    assert seen.files("acme") == {"metadata/timestamp.json": b"main"}
    assert seen.files("acme", bundle=True) == {"metadata/timestamp.json": b"bundle"}
    seen.keep(Standing(maker="acme"), [], {})
    assert seen.files("acme") == {}
    assert seen.files("acme", bundle=True) == {"metadata/timestamp.json": b"bundle"}


def test_roots_that_verified_are_kept_beside_what_is_there(seen):
    seen.keep(Standing(maker="acme"), [], {"metadata/timestamp.json": b"main"})
    seen.keep_roots("acme", {"metadata/2.root.json": b"new"}, bundle=False)
    assert set(seen.files("acme")) == {"metadata/timestamp.json", "metadata/2.root.json"}


def test_an_admission_stays_on_record_after_the_standing_has_moved_on(seen):
    admitted = Admitted(
        by="anna",
        reason="no network until Monday",
        at=9.0,
        source="stick",
        week="2026-W47",
        expired=(Expired(role="timestamp", on="2026-11-20"),),
    )
    seen.keep(Standing(maker="acme", admitted=admitted), [], {})
    seen.keep(Standing(maker="acme"), [], {})
    assert seen.standing("acme").admitted is None
    assert seen.admissions("acme") == (admitted,)
    assert seen.admissions("other") == ()


def test_floors_from_before_there_were_channels_are_those_of_orange(tmp_path):
    path = tmp_path / "trust.sqlite"
    Seen(path).close()
    with sqlite3.connect(path) as db:  # as the version before wrote it
        db.execute("DROP TABLE admission")
        db.execute("DELETE FROM _sqlite_migrations WHERE name <> 'create'")
        for name in ("counter:train", "counter|lamp|Acme|Lamp 1", "timestamp"):
            db.execute("INSERT INTO floor VALUES ('acme', ?, '', 7, 'there', 1.0)", (name,))
    db.close()
    again = Seen(path)
    names = {row["name"] for row in again._store.rows("SELECT name FROM floor")}
    assert names == {"counter:train|orange", "counter|orange|lamp|Acme|Lamp 1", "timestamp"}
    with pytest.raises(TrustError, match="mirror_rolled_back"):
        again.check("acme", [Floor("counter:train|orange", 6)])
    again.close()


def test_the_floors_of_a_maker_are_shown_by_name(seen):
    train = Floor("counter:train|orange", 5)
    held(seen, ROLE, train)
    held(seen, Floor("role:other", 1), maker="beta")
    assert seen.floors("acme") == (train, ROLE)


@pytest.fixture
def other(tmp_path):
    memory = Seen(tmp_path / "other.sqlite")
    yield memory
    memory.close()


def numbers(seen, maker="acme"):
    return {floor.name: floor.number for floor in seen.floors(maker)}


def test_what_another_memory_has_seen_is_not_gone_below(seen, other):
    held(seen, Floor("root", 2), Floor("counter:train|orange", 5), Floor("counter|a", 9))
    held(other, Floor("root", 2), Floor("counter:train|orange", 8), Floor("counter|b", 1))
    held(other, Floor("root", 1), maker="third")
    seen.rise(other)
    assert numbers(seen) == {"root": 2, "counter:train|orange": 8, "counter|a": 9, "counter|b": 1}
    assert numbers(seen, "third") == {"root": 1}


def test_of_two_memories_the_metadata_under_the_newer_root_stays(seen, other):
    seen.keep(Standing(maker="acme", source="mine"), [Floor("root", 2)], {"root.json": b"2"})
    other.keep(Standing(maker="acme", source="theirs"), [Floor("root", 3)], {"root.json": b"3"})
    seen.rise(other)
    assert (seen.files("acme"), seen.standing("acme").source) == ({"root.json": b"3"}, "theirs")
    other.rise(seen)
    assert other.files("acme") == {"root.json": b"3"}


def test_a_number_of_older_keys_does_not_hold_back_newer_ones(seen, other):
    held(seen, Floor("root", 2), Floor("timestamp", 900, "old keys"))
    held(other, Floor("root", 3), Floor("timestamp", 4, "new keys"))
    seen.rise(other)
    assert numbers(seen) == {"root": 3, "timestamp": 4}


def test_each_admission_of_either_memory_is_kept_once(seen, other):
    one = Standing(
        maker="acme",
        admitted=Admitted(at=1.0, by="me", reason="away", source="s", week="", expired=()),
    )
    for memory in (seen, other):
        memory.keep(one, [], {})
    two = Standing(
        maker="acme",
        admitted=Admitted(at=2.0, by="me", reason="away", source="s", week="", expired=()),
    )
    other.keep(two, [], {})
    seen.rise(other)
    seen.rise(other)
    assert [each.at for each in seen.admissions("acme")] == [1.0, 2.0]


def test_a_memory_is_read_as_it_is_by_who_only_looks(seen, tmp_path):
    held(seen, ROLE)
    look = Seen(tmp_path / "trust.sqlite", look=True)
    look.readable()
    assert look.floors("acme") == (ROLE,)
    with pytest.raises(StoreError, match="store_unwritable"):
        held(look, Floor("timestamp", 9))
    look.close()


def test_a_memory_with_other_tables_is_not_readable(seen, tmp_path):
    held(seen, ROLE)
    seen.close()
    with sqlite3.connect(tmp_path / "trust.sqlite") as db:
        db.execute("ALTER TABLE kept RENAME COLUMN body TO bytes")
    db.close()
    look = Seen(tmp_path / "trust.sqlite", look=True)
    with pytest.raises(OtherTables):
        look.readable()
    look.close()


def test_a_root_is_exchanged_once_however_often_it_is_asked_for(seen):
    held(seen, ROLE)
    for _ in range(2):
        seen.repin("acme", "one", "two")
        held(seen, Floor(ROLE.name, 2, "other keys"))
    for _ in range(2):
        seen.repin("acme", "two", "one")
        assert seen.floors("acme") == (ROLE,)
