"""New keys and thresholds: of the root by old and new alike, of the others by the root."""

import pytest

from tests.firmware.conformance.repository import Client, Server, new_key

FIVE, NEXT = [0, 1, 2, 3, 4], [0, 1, 3, 4, 5]
# Each version of the root: (its keys, its threshold, who signs); then whether the last one holds.
ROOTS = {
    "1 of 1 rotated": ([([1], 1, [1]), ([2], 1, [2, 1]), ([2], 1, [2])], True),
    "1 of 1 rotated, with signatures nobody asked for": (
        [([1], 1, [3, 1, 4]), ([2], 1, [3, 2, 1, 4]), ([2], 1, [3, 2, 4])],
        True,
    ),
    "3 of 5 by different people": (
        [(FIVE, 3, [0, 2, 4]), (FIVE, 3, [0, 4, 1]), (FIVE, 3, [0, 1, 3]), (FIVE, 3, [0, 1, 3])],
        True,
    ),
    "3 of 5, one key rotated": ([(FIVE, 3, [0, 2, 4]), (NEXT, 3, [0, 4, 1])], True),
    "3 of 5, one key rotated, by both": (
        [(FIVE, 3, [0, 2, 4]), (NEXT, 3, [0, 2, 4, 5]), (NEXT, 3, [0, 4, 5])],
        True,
    ),
    "3 of 5, all keys rotated": (
        [
            (FIVE, 3, [0, 2, 4]),
            ([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]),
            ([5, 6, 7, 8, 9], 3, [5, 6, 7]),
        ],
        True,
    ),
    "threshold up from 1 to 2 of 3": ([([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [1, 2])], True),
    "threshold down from 2 to 1 of 3": (
        [([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1, 2]), ([1, 2, 3], 1, [1])],
        True,
    ),
    "from 1 of 1 to 2 of 2": ([([1], 1, [1]), ([1, 2], 2, [1, 2])], True),
    "not signed by the old key": ([([1], 1, [1]), ([2], 1, [2, 3, 4])], False),
    "not signed by the new key": ([([1], 1, [1]), ([2], 1, [1, 3, 4])], False),
    "not signed by 3 of the new": ([(FIVE, 3, [0, 2, 4]), (NEXT, 3, [0, 2, 4])], False),
    "not signed by 3 of the old": ([(FIVE, 3, [0, 2, 4]), (NEXT, 3, [0, 4, 5])], False),
    "the new, higher threshold not reached": (
        [([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [2])],
        False,
    ),
    "the old, higher threshold not reached": (
        [([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1])],
        False,
    ),
    "not signed at all": ([([1], 1, [1]), ([1], 1, [])], False),
}
# The keys of a role, its threshold, who signs, and whether that holds.
ROLES = {
    "1 of 1 rotated": ([2], 1, [2], True),
    "1 of 1, with signatures nobody asked for": ([1], 1, [3, 1, 4], True),
    "not signed by the new key": ([2], 1, [1, 3, 4], False),
    "3 of 5, one signer not of them": (NEXT, 3, [0, 2, 4], False),
    "3 of 5, one signer missing": (NEXT, 3, [0, 4], False),
    "3 of 5, first": (FIVE, 3, [0, 2, 4], True),
    "3 of 5, second": (FIVE, 3, [0, 4, 1], True),
    "3 of 5, third": (FIVE, 3, [0, 1, 3], True),
    "3 of 5, fourth": (FIVE, 3, [1, 2, 3], True),
    "3 of 5, fifth": (FIVE, 3, [2, 3, 4], True),
}


@pytest.fixture(scope="module")
def keys():
    return [new_key() for _ in range(10)]


@pytest.mark.parametrize(("versions", "holds"), ROOTS.values(), ids=ROOTS)
def test_a_root_is_followed_as_far_as_old_and_new_have_signed(
    repo, tmp_path, keys, versions, holds
):
    bodies = []
    for number, (named, threshold, signers) in enumerate(versions, start=1):
        members = [keys[one] for one in named]
        repo.set_keys("root", members, threshold, [keys[one] for one in signers])
        repo.set_back("root", number)
        bodies.append(repo.files[repo.place("root")])
    with Server(repo) as server:
        client = Client(tmp_path, server.url, bodies[0])
        assert client.init() == 0
        assert client.refresh() == (0 if holds else 1)
    assert client.body("root") == bodies[-1 if holds else -2]


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
@pytest.mark.parametrize("case", ROLES.values(), ids=ROLES)
def test_a_role_is_believed_where_enough_of_the_keys_of_the_newest_root_signed(
    client, repo, keys, role, case
):
    named, threshold, signers, holds = case
    members = [keys[one] for one in named]
    repo.set_keys(role, members, threshold, [keys[one] for one in signers])
    repo.publish("root", "targets", "snapshot", "timestamp")
    assert client.refresh() == (0 if holds else 1)
    assert client.version("root") == 2
    assert client.version(role) == (2 if holds else None)


def test_many_roots_at_once_are_followed(client, repo):
    for _ in range(30):
        repo.publish("root")
    assert client.refresh() == 0
    assert client.version("root") == 31


def test_roots_without_end_are_not_followed(client, repo):
    """The stock client takes at most 256 after the pinned one."""
    for _ in range(300):
        repo.publish("root")
    client.refresh()
    assert 1 <= client.version("root") <= 257
