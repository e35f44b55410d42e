"""Targets: what is signed and nothing else, once, and only the rest of what was cut off."""

import pytest

from tests.firmware.conformance.repository import ALL

BODY = b"what was signed"


def targets_asked(repo):
    return [x for x in repo.asked if x.startswith("targets/")]


@pytest.mark.parametrize("path", ["file.txt", "path/to/a/file.txt"])
def test_a_signed_target_is_downloaded(client, repo, path):
    repo.add(path, BODY)
    repo.publish(*ALL)
    assert client.refresh() == 0
    assert client.downloaded() == []
    assert client.download(path) == 0
    assert client.downloaded() == [BODY]


@pytest.mark.parametrize("body", [b"something malicious!", BODY + b"more", BODY[:5], b""])
def test_other_bytes_than_the_signed_ones_are_not_stored(client, repo, body):
    repo.add("file.txt", BODY)
    repo.publish(*ALL)
    repo.swap("file.txt", body)
    assert client.download("file.txt") == 1
    assert client.downloaded() == []


def test_a_target_we_have_is_not_replaced_by_a_malicious_one(client, repo):
    repo.add("file.txt", BODY)
    repo.publish(*ALL)
    client.download("file.txt")
    repo.swap("file.txt", b"something malicious")
    client.download("file.txt")
    assert client.downloaded() == [BODY]


def test_each_signed_change_of_a_target_is_followed_and_no_other(client, repo):
    for number in range(11):
        body = b"signed %d" % number
        repo.add("file.txt", body)
        repo.publish(*ALL)
        if number % 5:
            continue  # clients do not see every version
        assert client.download("file.txt") == 0
        assert client.downloaded() == [body]
        repo.swap("file.txt", b"malicious %d" % number)
        repo.publish(*ALL)
        client.download("file.txt")
        assert client.downloaded() == [body]


@pytest.mark.parametrize("hashes", [("sha256",), ("sha512",), ("sha256", "sha512")])
def test_each_hash_of_the_specification_is_understood(client, repo, hashes):
    repo.add("file.txt", BODY, hashes=hashes)
    repo.publish(*ALL)
    assert client.download("file.txt") == 0
    [asked] = targets_asked(repo)
    assert asked.removeprefix("targets/") in repo.places["file.txt"]
    assert client.downloaded() == [BODY]


def test_one_wrong_hash_among_right_ones_is_enough_to_refuse(client, repo):
    repo.add("file.txt", BODY, hashes=("sha256", "sha512")).hashes["sha512"] = "0" * 128
    repo.publish(*ALL)
    assert client.download("file.txt") == 1
    assert client.downloaded() == []


def test_a_hash_nobody_knows_vouches_for_nothing(client, repo):
    target = repo.add("file.txt", BODY)
    target.hashes["unheard-of"] = target.hashes.pop("sha256")
    repo.publish(*ALL)
    assert client.download("file.txt") == 1
    assert client.downloaded() == []


def test_a_target_is_downloaded_once(client, repo):
    repo.add("file.txt", BODY)
    repo.publish(*ALL)
    assert client.download("file.txt", "file.txt") == 0
    assert client.download("file.txt") == 0
    assert len(targets_asked(repo)) == 1


def test_a_target_spoilt_on_the_disk_is_downloaded_again(client, repo):
    repo.add("file.txt", BODY)
    repo.publish(*ALL)
    client.download("file.txt")
    (client.targets / "file.txt").write_bytes(b"rotten")
    assert client.download("file.txt") == 0
    assert client.downloaded() == [BODY]


def test_targets_are_taken_in_order_up_to_the_first_that_fails(client, repo):
    for name in ("one", "two"):
        repo.add(name, name.encode())
    repo.publish(*ALL)
    assert client.download("one", "missing", "two") == 1
    assert client.downloaded() == [b"one"]


@pytest.fixture
def large(repo):
    body = bytes(range(256)) * 4096
    repo.add("file.bin", body)
    repo.publish(*ALL)
    return body


def test_a_connection_that_breaks_off_is_resumed(client, large, server):
    server.cuts = [400_000]
    assert client.download("file.bin") == 0
    assert client.downloaded() == [large]
    assert server.sent == len(large)


def test_a_download_that_failed_is_resumed_by_the_next(client, large, server):
    server.cuts = [400_000, 0]
    assert client.download("file.bin") == 1
    assert client.download("file.bin") == 0
    assert client.downloaded() == [large]
    assert server.sent == len(large)


def test_a_part_that_the_disk_has_spoilt_is_fetched_anew(client, large, server):
    server.cuts = [400_000, 0]
    client.download("file.bin")
    [part] = client.targets.iterdir()
    part.write_bytes(bytes(400_000))
    assert client.download("file.bin") == 0
    assert client.downloaded() == [large]


@pytest.mark.parametrize(
    "path", ["../evil", "a/../../evil", "/etc/evil", "a//b", ".hidden", "%2e%2e"]
)
def test_a_target_path_never_leaves_the_folder(client, repo, path):
    repo.add(path, BODY)
    repo.publish(*ALL)
    before = set(client.targets.parent.iterdir())
    client.download(path)
    assert set(client.targets.parent.iterdir()) == before
    assert client.downloaded() in ([BODY], [])
    assert [file for file in client.targets.rglob("*") if file.is_dir()] == []


def test_a_target_path_too_long_for_a_file_name_has_a_file_still(client, repo):
    path = "/".join(["folder"] * 60) + "/file.txt"
    repo.add(path, BODY)
    repo.publish(*ALL)
    assert client.download(path) == 0
    assert client.downloaded() == [BODY]
