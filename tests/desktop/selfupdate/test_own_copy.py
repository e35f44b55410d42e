"""Whoever asks whether the copy that runs is as it was signed is answered, and may go meanwhile."""

import sys
import threading
from concurrent.futures import CancelledError

import msgspec
import pytest

from desktop.build import Build, Packaged
from desktop.selfupdate import keeping, own_copy, place, verifying
from desktop.selfupdate.own_copy import OwnCopy
from desktop.selfupdate.shipped import Difference, Kind
from firmware.errors import TrustError
from fleet.errors import CommandError
from tests.desktop.selfupdate.mirror import PLATFORM, Mirror, signed_copy
from tests.firmware.simulator import Server
from tests.signing import signing_here  # noqa: F401 - used by itself

SOON_S = 60  # a deadline of the test: nothing waits so long


@pytest.fixture
def mirror(tmp_path):
    found = Mirror(tmp_path / "mirror")
    found.publish()
    with Server(found.folder) as server:
        found.server = server
        yield found


@pytest.fixture
def own(tmp_path, mirror, monkeypatch):
    """A built copy, signed by its makers."""
    monkeypatch.setattr(keeping, "home", lambda: tmp_path / "home")
    return signed_copy(tmp_path / "program", mirror, mirror.server.url)


def answer(own, **how):
    return own_copy.check(own, **how).result(SOON_S)


def test_an_untouched_copy_is_as_it_was_signed(own):
    verdict = answer(own)
    assert (verdict.version, verdict.files, verdict.differences) == ("7.1.0", 2, ())


def test_what_was_changed_is_named(own):
    (own.folder / "orangery").write_bytes(b"\x7fELF evil program")
    assert answer(own).differences == (Difference("orangery", Kind.CHANGED),)


def test_how_far_it_has_come_is_told_to_the_end(own):
    heard = []
    answer(own, told=lambda have, of: heard.append((have, of)))
    assert heard == sorted(heard)
    assert heard[-1][0] == heard[-1][1] > 0


def test_a_file_of_the_week_is_enough_where_nobody_can_be_asked(own, mirror):
    mirror.server.folder = mirror.folder / "gone"
    with pytest.raises(TrustError):
        answer(own)
    assert answer(own, source=str(mirror.folder)).differences == ()


@pytest.fixture
def never(monkeypatch):
    """A mirror that never comes to its end, and how many asked it; let go with the test."""
    over, asked = threading.Event(), threading.Event()

    def waits(*_):
        asked.set()
        over.wait(SOON_S)
        raise TrustError("mirror_unreachable", source="", why="the test is over")

    monkeypatch.setattr(verifying, "find", waits)
    yield asked
    over.set()


def test_nobody_waits_for_ever_for_a_list(own, never):
    with pytest.raises(TrustError, match="list_not_in_time") as told:
        answer(own, find_s=0.01)
    assert told.value.facts["seconds"] == "0"


def test_whoever_no_longer_wants_to_know_goes_at_once(own, never):
    asked = own_copy.check(own)
    assert never.wait(SOON_S)
    assert asked.cancel()
    with pytest.raises(CancelledError):
        asked.result(0)


def test_what_is_read_is_read_no_further_once_nobody_waits(own):
    heard, begun, reading, left = [], [], threading.Event(), threading.Event()

    def told(have, of):
        heard.append(have)
        begun.append(threading.current_thread())
        reading.set()
        left.wait(SOON_S)

    asked = own_copy.check(own, told=told)
    assert reading.wait(SOON_S)
    assert asked.cancel()
    left.set()
    begun[0].join(SOON_S)
    assert (len(heard), begun[0].is_alive()) == (1, False)


# --- where nothing can be told -------------------------------------------------------------------


def refused(own):
    with pytest.raises((CommandError, TrustError)) as told:
        answer(own)
    return told.value.code, told.value.facts


def changed(own, **how):
    return OwnCopy(**{"folder": own.folder, "packaged": own.packaged, "build": own.build, **how})


def test_a_copy_from_source_can_be_held_against_nothing(own):
    here = OwnCopy()
    assert (here.folder, here.packaged, here.can_be_held) == (None, Packaged.SOURCE, False)
    assert refused(here)[0] == "version_of_source"


def test_a_copy_that_nobody_signs_says_so(own):
    unsigned = Build(version="7.1.0", platform=PLATFORM)
    (own.folder / place.ABOUT).write_bytes(msgspec.json.encode(unsigned))
    nobody = changed(own, build=unsigned)
    assert not nobody.can_be_held
    assert refused(nobody)[0] == "version_unsigned"


def test_a_version_that_was_put_there_meanwhile_is_not_called_tampered(own):
    newer = Build(version="7.2.0", platform=PLATFORM)
    (own.folder / place.ABOUT).write_bytes(msgspec.json.encode(newer))
    assert refused(own) == ("copy_exchanged", {"new": "7.2.0"})


def test_what_was_started_from_another_file_of_that_name_is_not_held_against_it(own, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(own.folder / "orangery"))  # it is Python that runs
    assert refused(own) == ("copy_exchanged", {"new": "7.1.0"})


def test_what_was_started_from_the_file_that_lies_there_is(own, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(own.folder / "orangery"))
    monkeypatch.setattr(place, "file_at", lambda _: (1, 2))
    assert answer(own).differences == ()


def test_one_that_is_put_there_while_it_is_read_is_seen_too(own):
    (own.folder / "orangery").write_bytes(b"\x7fELF the next program")
    newer = msgspec.json.encode(Build(version="7.2.0", platform=PLATFORM))
    told = lambda *_: (own.folder / place.ABOUT).write_bytes(newer)  # noqa: E731 - the package manager
    with pytest.raises(CommandError, match="copy_exchanged"):
        answer(own, told=told)


def test_a_spoilt_word_of_its_build_is_a_difference_like_any_other(own):
    (own.folder / place.ABOUT).write_bytes(b"{")
    assert [one.kind for one in answer(own).differences] == [Kind.CHANGED]


def test_a_folder_that_is_gone_is_told(own, tmp_path):
    code, facts = refused(changed(own, folder=tmp_path / "gone"))
    assert code == "copy_unreadable"
    assert "gone" in facts["why"]
