"""The client workflow: what is asked for, what is believed, and what stays after a failure."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, MetaFile

from tests.firmware.conformance.repository import ALL, TOP, Client, new_key

PROGRAM = Path(__file__).parents[3] / "scripts" / "conformance-client"
FIRST = ["2.root", "timestamp", "1.snapshot", "1.targets"]


def test_a_first_refresh_asks_for_each_role_once_and_in_order(client, repo):
    assert client.refresh() == 0
    assert repo.metadata_asked() == FIRST


def test_what_verified_is_laid_out_under_plain_names(client, repo):
    assert client.refresh() == 0
    for role in TOP:
        assert client.body(role) == repo.files[repo.place(role)]


def test_init_asks_the_network_nothing(client, repo):
    assert repo.asked == []
    assert client.versions() == {"root": 1}


def test_a_download_refreshes_first(client, repo):
    assert client.download("not there") == 1
    assert repo.metadata_asked() == FIRST
    assert client.versions() == dict.fromkeys(TOP, 1)


def test_a_second_refresh_asks_only_for_what_may_be_new(client, repo):
    client.refresh()
    repo.metadata_asked()
    assert client.refresh() == 0
    assert repo.metadata_asked() == ["2.root", "timestamp"]


def without_version(root):
    del root["signed"]["version"]


def with_a_foreign_signature(root):
    root["signatures"][0]["sig"] = "00" * 64


@pytest.mark.parametrize("spoil", [without_version, with_a_foreign_signature])
def test_a_bad_initial_root_is_never_used(server, repo, tmp_path, spoil):
    root = json.loads(repo.files["metadata/1.root.json"])
    spoil(root)
    client = Client(tmp_path, server.url, json.dumps(root).encode())
    assert client.init() == 1
    assert client.refresh() == 1
    assert repo.asked == []


def test_another_root_cannot_be_pinned_later(client, repo):
    repo.rotate("root")
    repo.publish("root")
    client.root.write_bytes(repo.sign("root").to_bytes())
    assert client.init() == 1
    assert client.versions() == {"root": 1}


UP_TO = {
    "root": {"root": 1},
    "timestamp": {"root": 2},
    "snapshot": {"root": 2, "timestamp": 2},
    "targets": {"root": 2, "timestamp": 2, "snapshot": 2},
}


@pytest.mark.parametrize("role", TOP)
def test_an_unsigned_role_is_refused_and_what_came_before_it_stays(client, repo, role):
    repo.signers[role] = []
    repo.publish("root", *ALL)
    assert client.refresh() == 1
    assert client.versions() == UP_TO[role]


@pytest.mark.parametrize("role", ["root", "snapshot", "targets"])
def test_a_version_other_than_the_name_of_its_file_is_refused(client, repo, role):
    repo.publish("root", *ALL)
    place = repo.place(role)
    repo.signed[role].version = 3
    repo.files[place] = repo.sign(role).to_bytes()
    assert client.refresh() == 1
    assert client.versions() == UP_TO[role]


def test_a_timestamp_changed_under_the_same_version_is_not_used(client, repo):
    client.refresh()
    before = client.body("timestamp")
    repo.timestamp.snapshot_meta = MetaFile(100)
    repo.set_back("timestamp", 1)
    repo.metadata_asked()
    assert client.refresh() == 0
    assert repo.metadata_asked() == ["2.root", "timestamp"]
    assert client.body("timestamp") == before


def test_hashes_of_metadata_are_understood(client, repo):
    repo.hashes = True
    repo.publish(*ALL)
    assert client.refresh() == 0
    assert client.version("targets") == 2


def test_targets_of_another_hash_than_the_snapshot_says_are_refused(client, repo):
    repo.hashes = True
    repo.publish(*ALL)
    client.refresh()
    repo.publish("targets")
    repo.snapshot.meta["targets.json"].hashes["sha256"] = "0" * 64
    repo.publish("snapshot", "timestamp")
    assert client.refresh() == 1
    assert (client.version("snapshot"), client.version("targets")) == (3, 2)


def test_a_snapshot_of_another_hash_than_the_timestamp_says_is_refused(client, repo):
    repo.hashes = True
    repo.publish("snapshot", "timestamp")
    client.refresh()
    repo.publish("snapshot")
    repo.timestamp.snapshot_meta.hashes["sha256"] = "0" * 64
    repo.publish("timestamp")
    assert client.refresh() == 1
    assert (client.version("timestamp"), client.version("snapshot")) == (3, 2)


def test_metadata_are_kept_byte_for_byte(client, repo):
    repo.files[repo.place("timestamp")] += b"  \n"
    assert client.refresh() == 0
    assert client.body("timestamp").endswith(b"  \n")


def test_members_nobody_defined_are_part_of_what_is_signed(client, repo):
    repo.root.unrecognized_fields["x-of-ours"] = {"deep": [1]}
    repo.root.roles["root"].unrecognized_fields["x-more"] = "y"
    key = new_key()
    key.public_key.unrecognized_fields["x-owner"] = "ann"
    repo.add_key("snapshot", key)
    repo.publish("root")
    assert client.refresh() == 0
    assert client.version("root") == 2


def test_a_member_nobody_defined_that_is_altered_is_noticed(client, repo):
    repo.root.unrecognized_fields["x-of-ours"] = 1
    repo.publish("root")
    repo.edit("root", lambda root: root["signed"].update({"x-of-ours": 2}))
    assert client.refresh() == 1
    assert client.version("root") == 1


def test_the_old_member_keyid_hash_algorithms_means_nothing(client, repo):
    key = new_key()
    key.public_key.unrecognized_fields["keyid_hash_algorithms"] = ["md5"]
    repo.set_keys("snapshot", [key], 1, [key])
    repo.publish("root", "snapshot", "timestamp")
    assert client.refresh() == 0
    assert (client.version("root"), client.version("snapshot")) == (2, 2)


@pytest.mark.parametrize(
    ("role", "left"),
    [
        ("snapshot", {"root": 1, "timestamp": 2, "snapshot": 1, "targets": 1}),
        ("targets", {"root": 1, "timestamp": 2, "snapshot": 2, "targets": 1}),
        ("timestamp", {"root": 1, "timestamp": 1, "snapshot": 1, "targets": 1}),
    ],
)
def test_a_missing_role_fails_the_refresh_and_what_came_before_it_stays(client, repo, role, left):
    client.refresh()
    repo.publish(*ALL[ALL.index(role) :])
    del repo.files[repo.place(role)]
    assert client.refresh() == 1
    assert repo.metadata_asked()[-1].endswith(role)
    assert client.versions() == left


def test_a_snapshot_in_the_place_of_a_timestamp_is_refused(client, repo):
    """All of it is in order, signatures too, but for the type."""
    repo.add_key("snapshot", repo.signers["timestamp"][0])
    repo.snapshot.meta = {"snapshot.json": MetaFile(1)}
    repo.publish("root", "snapshot")
    repo.files["metadata/timestamp.json"] = repo.files[repo.place("snapshot")]
    assert client.refresh() == 1
    assert client.versions() == {"root": 2}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"<html>log in</html>", b"\xff\xfe"])
def test_what_is_no_metadata_is_refused(client, repo, body):
    repo.files["metadata/timestamp.json"] = body
    assert client.refresh() == 1
    assert client.versions() == {"root": 1}


def test_metadata_longer_than_any_is_are_refused(client, repo):
    repo.files["metadata/timestamp.json"] += b" " * 20_000
    assert client.refresh() == 1
    assert client.version("timestamp") is None


def test_the_same_protocol_is_spoken_as_a_process(client, repo, tmp_path):
    """As the public suite calls it: from anywhere, with the exit code as the answer."""
    repo.add("a/b.txt", b"content")
    repo.publish(*ALL)
    for words, code in [
        (client.init_words(), 0),
        (client.refresh_words(), 0),
        (client.download_words("a/b.txt"), 0),
        (client.download_words("a/c.txt"), 1),
    ]:
        assert run(words, tmp_path) == code
    assert client.downloaded() == [b"content"]


def run(words, folder):
    env = {**os.environ, "PYTHON": sys.executable}
    return subprocess.run([PROGRAM, *words], cwd=folder, env=env, check=False).returncode


def test_metadata_on_disk_that_somebody_altered_are_not_read_again(client, repo):
    """They are copies for others to see: the house's own are in its database."""
    client.refresh()
    (client.metadata / "timestamp.json").write_bytes(b"")
    (client.metadata / "snapshot.json").write_bytes(b"")
    assert client.refresh() == 0
    assert Metadata.from_bytes(client.body("snapshot")).signed.version == 1
