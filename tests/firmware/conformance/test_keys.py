"""Thresholds and keys: what counts as a signature, and how often."""

import pytest

from tests.firmware.conformance.repository import ALL, new_key


def test_a_snapshot_below_its_threshold_is_refused(client, repo):
    keys = [new_key() for _ in range(3)]
    repo.set_keys("snapshot", keys, 3, keys)
    repo.publish("root", *ALL)
    assert client.refresh() == 0
    repo.signers["snapshot"] = keys[:2]
    repo.publish(*ALL)
    assert client.refresh() == 1
    assert client.version("snapshot") == 2


def test_a_threshold_above_the_number_of_keys_can_never_be_met(client, repo):
    keys = [new_key() for _ in range(5)]
    repo.set_keys("snapshot", keys, 6, keys)
    repo.publish("root", "snapshot", "timestamp")
    assert client.refresh() == 1
    assert (client.version("root"), client.version("snapshot")) == (2, None)


def test_one_key_named_many_times_counts_once(client, repo):
    """The stock values cannot hold such a role: it is written into the JSON and signed there."""
    key = new_key()
    repo.set_keys("snapshot", [key], 1, [key])
    repo.root.roles["snapshot"].threshold = 6
    repo.root.roles["snapshot"].keyids = [key.public_key.keyid] * 9
    repo.publish("root", "snapshot", "timestamp")
    repo.edit("snapshot", lambda body: body.update(signatures=body["signatures"] * 9))
    assert client.refresh() == 1
    assert client.version("snapshot") is None


def test_one_signature_given_twice_is_refused(client, repo):
    repo.edit("snapshot", lambda body: body["signatures"].append(body["signatures"][0]))
    assert client.refresh() == 1
    assert client.version("snapshot") is None


@pytest.mark.parametrize("kind", ["rsa", "ecdsa", "ed25519"])
def test_each_type_of_key_of_the_specification_counts_and_only_with_its_own_signature(
    client, repo, kind
):
    key = repo.add_key("root", new_key(kind))
    repo.root.roles["root"].threshold = 2
    repo.publish("root")
    assert client.refresh() == 0
    assert client.version("root") == 2
    earlier = repo.sign("root").signatures[key.public_key.keyid].signature
    repo.publish("root")

    def exchange(body):
        for one in body["signatures"]:
            if one["keyid"] == key.public_key.keyid:
                one["sig"] = earlier  # a true one, of this key, of other content

    repo.edit("root", exchange)
    assert client.refresh() == 1
    assert client.version("root") == 2


@pytest.mark.parametrize("sig", ["00" * 64, ""])
def test_a_wrong_signature_beside_enough_right_ones_does_no_harm(client, repo, sig):
    other = repo.add_key("timestamp").public_key.keyid
    repo.publish("root", "timestamp")

    def spoil(body):
        for one in body["signatures"]:
            one["sig"] = sig if one["keyid"] == other else one["sig"]

    repo.edit("timestamp", spoil)
    assert client.refresh() == 0
    assert client.version("timestamp") == 2


def test_a_key_of_another_role_does_not_count(client, repo):
    repo.signers["snapshot"] = repo.signers["targets"]
    repo.publish("snapshot", "timestamp")
    assert client.refresh() == 1
    assert client.version("snapshot") is None
