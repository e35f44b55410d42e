"""Versions that fall: refused, but for the recovery that new keys of a newer root allow."""

import pytest

from firmware.seen import Seen
from tests.firmware.conformance.repository import ALL


def test_an_older_timestamp_is_refused(client, repo):
    repo.publish("timestamp")
    client.refresh()
    repo.set_back("timestamp")
    repo.metadata_asked()
    assert client.refresh() == 1
    assert repo.metadata_asked()[-1] == "timestamp"
    assert client.version("timestamp") == 2


@pytest.mark.parametrize("hashes", [False, True], ids=["plain", "hashes"])
def test_a_timestamp_that_names_an_older_snapshot_is_refused(client, repo, hashes):
    repo.hashes = hashes
    repo.publish("snapshot", "timestamp")
    client.refresh()
    repo.set_back("snapshot")
    repo.publish("timestamp")
    repo.metadata_asked()
    assert client.refresh() == 1
    assert repo.metadata_asked()[-1] == "timestamp"
    assert (client.version("timestamp"), client.version("snapshot")) == (2, 2)


@pytest.mark.parametrize("hashes", [False, True], ids=["plain", "hashes"])
def test_a_snapshot_that_names_older_targets_is_refused(client, repo, hashes):
    repo.hashes = hashes
    repo.publish(*ALL)
    client.refresh()
    repo.set_back("targets")
    repo.publish("snapshot", "timestamp")
    assert client.refresh() == 1
    assert (client.version("snapshot"), client.version("targets")) == (2, 2)


def test_a_role_may_not_vanish_from_the_snapshot(client, repo):
    repo.delegate("targets", "more", ["more/*"])
    repo.publish("more", *ALL)
    client.refresh()
    del repo.snapshot.meta["more.json"]
    repo.publish("snapshot", "timestamp")
    assert client.refresh() == 1
    assert client.version("snapshot") == 2


def test_targets_put_forward_are_recovered_by_a_new_snapshot_key(client, repo):
    repo.delegate("targets", "more", ["more/*"])
    repo.publish("more")
    repo.targets.version = 99
    repo.publish(*ALL)
    assert client.refresh() == 0
    assert client.version("targets") == 100
    repo.rotate("snapshot")
    repo.set_back("targets")
    del repo.snapshot.meta["more.json"]
    repo.publish("root", "snapshot", "timestamp")
    assert client.refresh() == 0
    assert client.version("targets") == 1


def test_a_snapshot_put_forward_is_recovered_by_new_keys_of_snapshot_and_timestamp(client, repo):
    repo.snapshot.version = 99
    repo.publish("snapshot", "timestamp")
    assert client.refresh() == 0
    repo.rotate("snapshot")
    repo.rotate("timestamp")
    repo.set_back("snapshot")
    repo.publish("root", "timestamp")
    assert client.refresh() == 0
    assert client.version("snapshot") == 1


def test_a_timestamp_put_forward_is_recovered_by_a_new_key(client, repo):
    repo.timestamp.version = 99
    repo.publish("timestamp")
    assert client.refresh() == 0
    repo.rotate("timestamp")
    repo.publish("root")
    repo.set_back("timestamp")
    assert client.refresh() == 0
    assert client.version("timestamp") == 1


def test_without_new_keys_nothing_put_forward_comes_back(client, repo):
    repo.timestamp.version = 99
    repo.publish("timestamp")
    client.refresh()
    repo.publish("root")
    repo.set_back("timestamp")
    assert client.refresh() == 1
    assert client.version("timestamp") == 100


def test_a_root_rotation_that_then_breaks_off_does_not_lift_the_floor_of_the_new_keys(client, repo):
    """What we hold of the old keys, 100, must not count as said by the new."""
    repo.timestamp.version = 99
    repo.publish("timestamp")
    client.refresh()
    repo.rotate("timestamp")
    repo.publish("root")
    body = repo.files.pop("metadata/timestamp.json")
    assert client.refresh() == 1
    assert client.version("root") == 2
    repo.files["metadata/timestamp.json"] = body
    repo.set_back("timestamp")
    assert client.refresh() == 0
    assert client.version("timestamp") == 1


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_the_floor_alone_refuses_what_the_stock_client_would_take(client, repo, role):
    """The cache is lost, as after a power cut: the stock client has nothing to compare with."""
    old = dict(repo.files)
    repo.publish(*ALL[ALL.index(role) :])
    client.refresh()
    forget_the_cache(client)
    repo.files = old
    assert client.refresh() == 1
    assert client.version("timestamp") == 2


def test_what_came_before_a_failure_is_held_as_well(client, repo):
    """A snapshot that verified counts, though the targets it names are not there."""
    repo.publish(*ALL)
    del repo.files[repo.place("targets")]
    assert client.refresh() == 1
    forget_the_cache(client)
    repo.set_back("snapshot")
    repo.set_back("timestamp")
    repo.set_back("targets")
    assert client.refresh() == 1
    assert client.version("targets") is None


def forget_the_cache(client):
    seen = Seen(client.metadata / "state" / "trust.sqlite")
    with seen._store.write() as db:
        db.execute("DELETE FROM kept WHERE name NOT LIKE '%root%'")
    seen.close()
