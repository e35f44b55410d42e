"""A maker in one line: what is understood of it, and that only the root it names is believed."""

import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import bundle, maker_link, roots
from firmware.errors import TrustError
from firmware.maker_link import MakerLink, parse
from firmware.release import Channel
from tests.firmware.simulator import Server, Simulator

HEX = "9f" * 32
PLAIN = f"orangery:maker?name=acme&url=https://fw.acme.example/a&root=sha256:{HEX}"


@pytest.fixture
def mirror(tmp_path):
    made = Simulator(tmp_path / "mirror")
    made.publish()
    return made


@pytest.fixture
def served(mirror):
    with Server(mirror.folder) as running:
        yield running.url


def link(url: str, fingerprint: str) -> MakerLink:
    return maker_link.made("acme", [url], f"sha256:{fingerprint}")


def refused(call, *words) -> TrustError:
    with pytest.raises(TrustError) as caught:
        call(*words)
    return caught.value


def test_a_link_names_the_maker_its_mirrors_and_its_root():
    found = parse(f"{PLAIN}&url=http://192.0.2.7:8080/&channel=stable\n")
    assert found == MakerLink(
        name="acme",
        urls=("https://fw.acme.example/a", "http://192.0.2.7:8080/"),
        fingerprint=HEX,
        channel=Channel.STABLE,
    )


def test_a_link_is_written_as_it_is_read():
    assert str(parse(PLAIN)) == PLAIN


@given(
    st.from_regex(maker_link.NAME, fullmatch=True),
    st.lists(
        st.from_regex(r"https://[a-z]{1,9}\.example/[a-z&= %+é]{0,9}", fullmatch=True),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(Channel),
)
def test_every_link_comes_back_as_it_was(name, urls, channel):
    made = MakerLink(name=name, urls=tuple(urls), fingerprint=HEX, channel=channel)
    assert parse(str(made)) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://fw.acme.example",
        PLAIN.replace("orangery:", "orange:"),
        PLAIN.replace("maker?", "owner?"),
        PLAIN.replace("maker?", "//maker?"),
        PLAIN.replace("name=acme&", ""),
        PLAIN.replace("acme&", "../acme&"),
        PLAIN.replace("acme&", "Acme&"),
        f"{PLAIN}&name=other",
        f"{PLAIN}&root=sha256:{HEX}",
        PLAIN.replace(HEX, HEX[1:]),
        PLAIN.replace("sha256:", "sha1:"),
        PLAIN.replace("https://fw.acme.example/a", "/srv/somebody"),
        PLAIN.replace("https://", "file://"),
        PLAIN.replace("https://", "https://ana:secret@"),
        PLAIN.replace("example/a", "example/a%3Fq%3D1"),
        PLAIN.replace("example/a", "example:99999/a"),
        PLAIN.replace("&url=https://fw.acme.example/a", ""),
        f"{PLAIN}&channel=nightly",
        f"{PLAIN}&trust=me",
        f"{PLAIN}#here",
        f"{PLAIN}&url=https://{'a' * 2_048}.example",
    ],
)
def test_what_is_not_understood_is_refused(text):
    assert refused(parse, text).code == "link_bad"


@given(st.one_of(st.text(), st.text().map(lambda tail: PLAIN + tail)))
def test_nothing_makes_the_reader_fail_otherwise(text):
    with contextlib.suppress(TrustError):
        assert parse(text).name


def test_the_root_that_the_link_names_is_fetched(mirror, served):
    root = (mirror.metadata / "1.root.json").read_bytes()
    assert maker_link.first_root(link(served, roots.fingerprint(root))) == root
    assert maker_link.first_root(link(served, hashlib.sha256(root).hexdigest())) == root


def test_another_root_than_the_named_is_not_believed(served):
    error = refused(maker_link.first_root, link(served, HEX))
    assert (error.code, error.facts["source"]) == ("root_not_the_named", served)


def test_a_mirror_that_fails_hands_over_to_the_next(mirror, served):
    root = (mirror.metadata / "1.root.json").read_bytes()
    two = MakerLink(
        name="acme", urls=("http://127.0.0.1:9/", served), fingerprint=roots.fingerprint(root)
    )
    assert maker_link.first_root(two) == root


def test_of_several_failures_a_false_root_is_the_one_that_is_told(served):
    two = MakerLink(name="acme", urls=(served, "http://127.0.0.1:9/"), fingerprint=HEX)
    assert refused(maker_link.first_root, two).code == "root_not_the_named"


def test_a_mirror_without_a_root_and_what_is_none_are_told(mirror, served):
    (mirror.metadata / "1.root.json").write_bytes(b"{}")
    assert refused(maker_link.first_root, link(served, HEX)).code == "metadata_tampered"
    (mirror.metadata / "1.root.json").unlink()
    assert refused(maker_link.first_root, link(served, HEX)).code == "mirror_unreachable"


# --- from what a person hands in -----------------------------------------------------------------

NOBODY = "http://127.0.0.1:9/"


@pytest.fixture
def stick(mirror, tmp_path):
    """Writes the week as it is now to a new file."""
    mirror.add_bundle()
    mirror.publish()
    return lambda: str(bundle.write(mirror.folder, "2026-W47", tmp_path / "week.bundle"))


def first(mirror) -> bytes:
    return (mirror.metadata / "1.root.json").read_bytes()


def test_a_bundle_brings_the_first_root_however_often_it_was_exchanged_since(mirror, stick):
    mirror.rotate()
    named = link(NOBODY, roots.fingerprint(first(mirror)))
    assert maker_link.first_root(named, stick()) == first(mirror)


def test_what_has_the_root_is_the_only_one_that_is_asked(mirror, stick):
    with Server(mirror.folder) as server:
        named = link(server.url, roots.fingerprint(first(mirror)))
        for source in (stick(), str(mirror.folder)):
            assert maker_link.first_root(named, source) == first(mirror)
        assert server.requests == []


def test_a_bundle_of_other_makers_is_not_believed(stick):
    error = refused(maker_link.first_root, link(NOBODY, HEX), source := stick())
    assert (error.code, error.facts["source"]) == ("root_not_the_named", source)


def test_a_bundle_that_brings_none_says_so_and_the_mirrors_are_asked(mirror, stick, served):
    root = first(mirror)
    (mirror.metadata / "1.root.json").unlink()
    without = stick()
    error = refused(maker_link.first_root, link(NOBODY, HEX), without)
    assert (error.code, error.facts["maker"]) == ("root_not_brought", "acme")
    (mirror.metadata / "1.root.json").write_bytes(root)
    assert maker_link.first_root(link(served, roots.fingerprint(root)), without) == root
