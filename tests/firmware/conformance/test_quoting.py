"""Unusual names of roles: quoted on the wire, and never a path on the disk."""

import urllib.parse

import pytest

from tests.firmware.conformance.repository import ALL, Client, Repository, Server

NAMES = ["?", "#", "/role", "../role", "../../role", "a//b", "a/../b", "%2e%2e%2f", "1.role", "x y"]


@pytest.mark.parametrize("role", NAMES)
def test_an_unusual_role_is_asked_for_by_its_quoted_name(client, repo, tmp_path, role):
    repo.delegate("targets", role, ["*"])
    repo.publish(role, *ALL)
    assert client.download("not there") == 1
    assert repo.metadata_asked()[-1] == f"1.{urllib.parse.quote(role, '')}"
    assert len(client.versions()) == 5
    outside = {file.name for file in tmp_path.rglob("*") if "role" in file.name}
    assert outside <= {f"{urllib.parse.quote(role, '')}.json"}


@pytest.mark.parametrize("role", NAMES)
def test_an_unusual_role_is_remembered(client, repo, role):
    repo.delegate("targets", role, ["*"])
    repo.add("file", b"content", by=role)
    repo.publish(role, *ALL)
    assert client.download("file") == 0
    repo.metadata_asked()
    assert client.download("file") == 0
    assert repo.metadata_asked() == ["2.root", "timestamp"]


@pytest.mark.parametrize("role", NAMES)
def test_an_unusual_role_is_read_where_snapshots_are_not_consistent(tmp_path, role):
    repo = Repository(consistent=False)
    repo.delegate("targets", role, ["*"])
    repo.add("file", b"content", by=role)
    repo.publish(role, *ALL)
    with Server(repo) as server:
        client = Client(tmp_path, server.url, repo.files["metadata/1.root.json"])
        assert client.init() == 0
        assert client.download("file") == 0
    assert client.downloaded() == [b"content"]


@pytest.mark.parametrize("path", ["with space", "ünï/cødé", "a#b", "a?b", "50%", "a&b=c", "a+b"])
def test_an_unusual_target_path_is_asked_for_quoted_and_found(client, repo, path):
    repo.add(path, b"content")
    repo.publish(*ALL)
    assert client.download(path) == 0
    assert client.downloaded() == [b"content"]
