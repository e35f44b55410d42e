"""Who may speak of a target: the order of delegations, their paths, their ends, and hash bins."""

import pytest

from tests.firmware.conformance.repository import ALL, Client, Repository, Server

ANY = ["*"]
# Delegations as (delegator, role[, paths[, terminating]]), and the order in which they are asked.
GRAPHS = {
    "one": ([("targets", "A")], "A"),
    "two beside each other": ([("targets", "A"), ("targets", "B")], "AB"),
    "two levels": ([("targets", "A"), ("targets", "B"), ("B", "C")], "ABC"),
    "depth before breadth": (
        [("targets", "A"), ("targets", "B"), ("A", "C"), ("A", "D")],
        "ACDB",
    ),
    "depth before breadth, three levels": (
        [("targets", "A"), ("targets", "B"), ("A", "C"), ("C", "D")],
        "ACDB",
    ),
    "a terminating role ends the search": (
        [("targets", "A"), ("targets", "B"), ("A", "C", ANY, True), ("A", "D")],
        "AC",
    ),
    "a terminating role still asks its own": (
        [("targets", "A"), ("targets", "B"), ("A", "C", ANY, True), ("C", "D")],
        "ACD",
    ),
    "a branch of other paths is not asked": (
        [("targets", "A", ["*.py"]), ("targets", "B"), ("A", "C")],
        "B",
    ),
    "a branch of other paths is not asked, three levels": (
        [("targets", "A"), ("targets", "B"), ("A", "C", ["*.py"]), ("C", "D")],
        "AB",
    ),
    "a circle is walked once": (
        [("targets", "A"), ("targets", "B"), ("B", "C"), ("C", "D"), ("D", "B")],
        "ABCD",
    ),
    "a role of two is asked once": (
        [("targets", "A"), ("targets", "B"), ("B", "C"), ("A", "C")],
        "ACB",
    ),
    "a role of two is asked by the one whose path fits": (
        [("targets", "A"), ("targets", "B"), ("B", "C"), ("A", "C", ["*.py"])],
        "ABC",
    ),
    "a terminating role at the top hides the next": (
        [("targets", "A", ANY, True), ("targets", "B")],
        "A",
    ),
}


def build(repo, delegations):
    for by, role, *more in delegations:
        repo.delegate(by, role, more[0] if more else ANY, terminating=more[1:] == [True])
    repo.publish(*dict.fromkeys(role for _, role, *_ in delegations), *ALL)


@pytest.mark.parametrize(("delegations", "order"), GRAPHS.values(), ids=GRAPHS)
def test_roles_are_asked_in_the_order_of_the_specification(client, repo, delegations, order):
    build(repo, delegations)
    assert client.download("missing") == 1
    assert repo.metadata_asked()[4:] == [f"1.{role}" for role in order]


@pytest.fixture
def tree(repo):
    r"""targets -> A (*.doc, *.md, foo-?.tgz), B (releases/*/*) -> C (.../x/*), D (.../y/*.zip)."""
    build_order = [
        ("targets", "A", ["*.doc", "*.md", "foo-?.tgz"]),
        ("targets", "B", ["releases/*/*"]),
        ("B", "C", ["releases/x/*"]),
        ("B", "D", ["releases/y/*.zip"]),
    ]
    for by, role, paths in build_order:
        repo.delegate(by, role, paths)
    for role, path in [
        ("targets", "top"),
        ("A", "README.md"),
        ("A", "releases/README.md"),
        ("A", "foo-1.tgz"),
        ("A", "foo-alpha.tgz"),
        ("C", "releases/x/v1"),
        ("D", "releases/y/v1.zip"),
        ("D", "releases/z/v1.zip"),
    ]:
        repo.add(path, f"{path} by {role}".encode(), by=role)
    repo.publish("A", "B", "C", "D", *ALL)
    return repo


@pytest.mark.parametrize(
    ("path", "found", "order"),
    [
        ("top", True, ""),
        ("README.md", True, "A"),
        ("releases/x/v1", True, "BC"),
        ("releases/y/v1.zip", True, "BD"),
        ("releases/z/v1.zip", False, "B"),
        ("releases/README.md", False, ""),
        ("foo-1.tgz", True, "A"),
        ("foo-alpha.tgz", False, ""),
        ("README.MD", False, ""),
    ],
)
def test_a_target_counts_only_where_every_role_on_the_way_may_speak_of_it(
    client, tree, path, found, order
):
    assert client.download(path) == (0 if found else 1)
    assert [body.split(b" by ")[0] for body in client.downloaded()] == [path.encode()] * found
    assert tree.metadata_asked()[4:] == [f"1.{role}" for role in order]


def test_the_word_of_the_role_that_is_asked_first_counts(client, repo):
    for role in "AB":
        repo.delegate("targets", role, ANY)
        repo.add("file", f"by {role}".encode(), by=role)
    repo.publish("A", "B", *ALL)
    assert client.download("file") == 0
    assert client.downloaded() == [b"by A"]


def test_a_role_verified_for_one_delegator_is_verified_again_for_another(client, repo):
    """Both name "release", each with its own key, and only the key of the first has signed."""
    for parent, path in (("one", "one/*"), ("two", "two/*")):
        repo.delegate("targets", parent, [path])
    first = repo.delegate("one", "release", ["one/*"])
    repo.delegate("two", "release", ["two/*"])
    repo.signers["release"] = [first]
    repo.add("one/file", b"trusted", by="release")
    repo.add("two/file", b"malicious", by="release")
    repo.publish("release", "one", "two", *ALL)
    assert client.download("one/file", "two/file") == 1
    assert client.downloaded() == [b"trusted"]


def test_a_role_that_the_snapshot_does_not_name_is_not_even_asked_for(client, repo):
    repo.delegate("targets", "more", ["more/*"])
    repo.publish("more", "targets")
    del repo.snapshot.meta["more.json"]
    repo.publish("snapshot", "timestamp")
    assert client.refresh() == 0
    repo.metadata_asked()
    assert client.download("more/file") == 1
    assert repo.metadata_asked() == ["2.root", "timestamp"]
    assert client.version("more") is None


def test_a_delegated_role_below_its_threshold_is_refused(client, repo):
    repo.delegate("targets", "A", ANY)
    repo.targets.delegations.roles["A"].threshold = 2
    repo.add("file", b"content", by="A")
    repo.publish("A", *ALL)
    assert client.download("file") == 1
    assert client.version("A") is None


def test_a_chain_of_delegations_without_end_is_given_up(client, repo):
    roles = [f"r{number}" for number in range(40)]
    for by, role in zip(["targets", *roles], roles, strict=False):
        repo.delegate(by, role, ANY)
    repo.publish(*roles, *ALL)
    assert client.download("missing") == 1
    assert len(repo.metadata_asked()) < 40


@pytest.mark.parametrize("bits", [1, 3])
def test_hash_bins_are_asked_by_the_hash_of_the_path(client, repo, bits):
    bins = repo.delegate_bins(bits, "bin")
    for path in ("a", "b", "c"):
        repo.add(path, path.encode(), by=bins.get_role_for_target(path))
    repo.publish(*bins.get_roles(), *ALL)
    assert client.download("a", "b", "c") == 0
    assert client.downloaded() == [b"a", b"b", b"c"]
    asked = set(repo.metadata_asked()[4:])
    assert asked == {f"1.{bins.get_role_for_target(path)}" for path in "abc"}


def test_a_target_in_the_wrong_hash_bin_is_not_found(client, repo):
    bins = repo.delegate_bins(1, "bin")
    right = bins.get_role_for_target("file")
    [wrong] = set(bins.get_roles()) - {right}
    repo.add("file", b"content", by=wrong)
    repo.publish(*bins.get_roles(), *ALL)
    assert client.download("file") == 1


def test_a_repository_without_consistent_snapshots_is_read(tmp_path):
    """Files without version or hash in their names."""
    repo = Repository(consistent=False)
    repo.delegate("targets", "A", ["a/*"])
    repo.add("a/file", b"content", by="A")
    repo.publish("A", *ALL)
    with Server(repo) as server:
        client = Client(tmp_path, server.url, repo.files["metadata/1.root.json"])
        assert client.init() == 0
        assert client.download("a/file") == 0
        assert repo.metadata_asked() == ["2.root", "timestamp", "snapshot", "targets", "A"]
    assert client.downloaded() == [b"content"]
