"""Bytes of a signed size: resumed, cut, verified chunk by chunk, and asked of the next place."""

import hashlib
import os

import pytest

from firmware.fetch import Chunks, bring, open_source
from firmware.sources import Folder, Http
from firmware.trust import TrustError
from tests.firmware.simulator import Server

SIZE, CHUNK = 1_000_000, 64 * 1024
NAME = "targets/fw/acme/lamp/x.bin"


@pytest.fixture
def body():
    return os.urandom(SIZE)


@pytest.fixture
def chunks(body):
    digests = [hashlib.sha256(body[at : at + CHUNK]).hexdigest() for at in range(0, SIZE, CHUNK)]
    return Chunks(CHUNK, tuple(digests))


@pytest.fixture
def place(tmp_path, body):
    """Makes a place that holds these bytes, by default the right ones."""

    def make(name="good", content=None):
        file = tmp_path / name / NAME
        file.parent.mkdir(parents=True)
        file.write_bytes(body if content is None else content)
        return tmp_path / name

    return make


@pytest.fixture
def into(tmp_path):
    return tmp_path / "x.part"


def get(places, into, chunks=None, told=None):
    bring(
        [str(one) for one in places],
        NAME,
        SIZE,
        into,
        lambda have, _of: told.append(have) if told is not None else None,
        chunks=chunks,
        doubt=chunks is not None,
    )
    return into.read_bytes()


def spoilt(body, at):
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


# --- places --------------------------------------------------------------------------------------


def test_a_place_is_an_address_a_folder_or_a_file(tmp_path):
    assert isinstance(open_source("http://127.0.0.1:9/"), Http)
    assert isinstance(open_source(str(tmp_path)), Folder)
    assert isinstance(open_source(tmp_path.as_uri()), Folder)
    (tmp_path / "no.bundle").write_bytes(b"no zip")
    with pytest.raises(TrustError, match="bundle_bad"):
        open_source(str(tmp_path / "no.bundle"))
    for nowhere in ("", str(tmp_path / "none"), "http://[/"):
        with pytest.raises(TrustError, match="mirror_unreachable"):
            open_source(nowhere)


def test_the_next_place_goes_on_where_the_first_has_nothing(place, into, body, tmp_path):
    (tmp_path / "empty").mkdir()
    assert get(["http://127.0.0.1:9/", tmp_path / "empty", place()], into) == body


def test_the_gravest_reason_is_told_when_every_place_fails(place, into, body, tmp_path):
    (tmp_path / "empty").mkdir()
    places = [place("long", body + b"x"), tmp_path / "empty", tmp_path / "gone"]
    with pytest.raises(TrustError) as caught:
        get(places, into)
    assert (caught.value.code, caught.value.facts["source"]) == (
        "target_tampered",
        str(places[0]),
    )


def test_no_place_at_all_is_said(into):
    with pytest.raises(TrustError, match="mirror_unreachable"):
        get([], into)


# --- without chunks ------------------------------------------------------------------------------


def test_a_part_longer_than_the_file_is_begun_anew(place, into, body):
    into.write_bytes(bytes(SIZE + 1))
    assert get([place()], into) == body


@pytest.mark.parametrize("wrong", [b"short", b""])
def test_a_file_shorter_than_signed_is_refused_and_nothing_is_left(place, into, wrong):
    with pytest.raises(TrustError, match="target_tampered"):
        get([place(content=wrong)], into)
    assert into.stat().st_size == 0


# --- chunk by chunk ------------------------------------------------------------------------------


def test_a_file_with_chunks_is_brought_whole(place, into, body, chunks):
    told = []
    assert get([place()], into, chunks, told) == body
    assert told[-1] == SIZE


def test_nothing_is_asked_for_when_every_chunk_is_there(place, into, body, chunks):
    into.write_bytes(body)
    with Server(place()) as server:
        get([server.url], into, chunks)
        assert server.requests == []


def test_a_part_is_cut_to_the_whole_chunks_that_verify(place, into, body, chunks):
    into.write_bytes(body[: 5 * CHUNK + 1000])
    with Server(place()) as server:
        assert get([server.url], into, chunks) == body
        assert [start for _, start in server.requests] == [5 * CHUNK]


def test_a_spoilt_part_is_cut_before_its_first_bad_chunk(place, into, body, chunks):
    into.write_bytes(spoilt(body, 2 * CHUNK + 7))  # as a power cut may leave it: full length
    with Server(place()) as server:
        assert get([server.url], into, chunks) == body
        assert [start for _, start in server.requests] == [2 * CHUNK]


def test_a_part_of_zeros_is_not_believed(place, into, body, chunks):
    into.write_bytes(bytes(SIZE))
    assert get([place()], into, chunks) == body


def test_a_part_longer_than_the_file_is_cut(place, into, body, chunks):
    into.write_bytes(body + b"more")
    with Server(place()) as server:
        assert get([server.url], into, chunks) == body
        assert server.sent == 0


def test_after_a_cut_in_the_same_fetch_no_byte_is_sent_twice(place, into, body, chunks):
    with Server(place()) as server:
        server.cut_after = 400_000
        assert get([server.url], into, chunks) == body
        assert server.sent == SIZE


def test_after_a_cut_of_the_program_at_most_one_chunk_is_sent_twice(place, into, body, chunks):
    with Server(place()) as server:
        into.write_bytes(body[:400_000])  # what had come when it was killed
        assert get([server.url], into, chunks) == body
        assert 0 < server.sent + 400_000 - SIZE <= CHUNK


def test_a_bad_chunk_costs_one_chunk_and_the_next_place_is_asked_for_it(place, into, body, chunks):
    bad = place("bad", spoilt(body, 3 * CHUNK + 5))
    with Server(place()) as good:
        assert get([bad, good.url], into, chunks) == body
        assert [start for _, start in good.requests] == [3 * CHUNK]


def test_a_bad_chunk_of_the_only_place_is_refused_and_the_good_ones_stay(place, into, body, chunks):
    with pytest.raises(TrustError) as caught:
        get([place("bad", spoilt(body, 3 * CHUNK + 5))], into, chunks)
    assert (caught.value.code, caught.value.facts["chunk"]) == ("target_tampered", "3")
    assert into.read_bytes() == body[: 3 * CHUNK]


def test_a_file_on_a_disk_is_copied_first_and_doubted_only_where_the_whole_is_wrong(
    place, into, body, chunks
):
    bad = str(place("bad", spoilt(body, 3 * CHUNK + 5)))
    bring([bad], NAME, SIZE, into, lambda *_: None, chunks=chunks)
    assert into.read_bytes() != body
    with Server(place()) as good:
        places = [bad, good.url]
        bring(places, NAME, SIZE, into, lambda *_: None, chunks=chunks, doubt=True)
        assert into.read_bytes() == body
        assert [start for _, start in good.requests] == [3 * CHUNK]


def test_what_comes_over_a_network_is_verified_as_it_comes(place, into, body, chunks):
    bad = place("bad", spoilt(body, 3 * CHUNK + 5))
    with Server(bad) as liar, pytest.raises(TrustError, match="target_tampered"):
        bring([liar.url], NAME, SIZE, into, lambda *_: None, chunks=chunks)
    assert into.read_bytes() == body[: 3 * CHUNK]


def test_each_place_that_fails_is_told(place, into, body, chunks):
    bad = place("bad", spoilt(body, 0))
    failures = []
    places = [str(bad), str(place())]
    bring(
        places,
        NAME,
        SIZE,
        into,
        lambda *_: None,
        chunks=chunks,
        doubt=True,
        failed=lambda where, error: failures.append((where, error.code)),
    )
    assert failures == [(str(bad), "target_tampered")]


def test_a_chunk_is_never_made_of_two_places(place, into, body, chunks):
    """Else the bytes of a liar would be blamed on the one who finishes the chunk."""
    wrong = place("liar", spoilt(body, CHUNK + 1))

    def gone(have, _of):
        if have:
            (wrong / NAME).unlink(missing_ok=True)

    with Server(wrong) as liar, Server(place()) as good:
        liar.cut_after = CHUNK + 500
        bring([liar.url, good.url], NAME, SIZE, into, gone, chunks=chunks)
        assert into.read_bytes() == body
        assert [start for _, start in good.requests] == [CHUNK]


def test_a_place_that_ends_too_early_leaves_the_good_chunks(place, into, body, chunks):
    with pytest.raises(TrustError, match="target_tampered"):
        get([place(content=body[: 2 * CHUNK + 9])], into, chunks)
    assert into.read_bytes() == body[: 2 * CHUNK]


def test_an_endless_place_is_not_read_beyond_the_last_chunk(place, into, body, chunks):
    told = []
    assert get([place(content=body + bytes(5_000_000))], into, chunks, told) == body
    assert max(told) == SIZE


def test_a_place_without_ranges_starts_again_and_is_verified_again(place, into, body, chunks):
    into.write_bytes(body[: 5 * CHUNK])
    with Server(place(), ranges=False) as server:
        assert get([server.url], into, chunks) == body
        assert server.sent == SIZE


def test_a_last_chunk_of_one_byte_is_verified(tmp_path, into):
    body = os.urandom(CHUNK + 1)
    digests = tuple(hashlib.sha256(one).hexdigest() for one in (body[:CHUNK], body[CHUNK:]))
    file = tmp_path / "place" / NAME
    file.parent.mkdir(parents=True)
    for last, good in ((body[CHUNK:], True), (bytes([body[CHUNK] ^ 1]), False)):
        file.write_bytes(body[:CHUNK] + last)
        how = ([str(tmp_path / "place")], NAME, CHUNK + 1, into, lambda *_: None)
        if good:
            bring(*how, chunks=Chunks(CHUNK, digests), doubt=True)
            assert into.read_bytes() == body
            into.unlink()
        else:
            with pytest.raises(TrustError, match="target_tampered"):
                bring(*how, chunks=Chunks(CHUNK, digests), doubt=True)
