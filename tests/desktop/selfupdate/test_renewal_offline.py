"""A copy that never had a connection is renewed from a bundle file: whom it believes, and when."""

import shutil
from types import SimpleNamespace

import pytest

from firmware import bundle
from firmware.errors import TrustError
from tests.desktop.selfupdate.renewing import Program, copy, shelf
from tests.firmware.simulator import trio


@pytest.fixture
def maker(tmp_path):
    made = Program(tmp_path / "maker")
    made.ship("0.2.0")
    return made


@pytest.fixture
def stick(maker, tmp_path):
    """Writes the week as it is now to a file."""
    maker.add_bundle()
    maker.ship("0.3.0")
    return lambda: str(bundle.write(maker.folder, "2026-W47", tmp_path / "week.bundle"))


@pytest.fixture
def alone(tmp_path, maker):
    """A copy whose build names its makers, and that reaches nobody."""
    nobody = SimpleNamespace(url="http://127.0.0.1:9/")
    return copy(tmp_path, maker.link(nobody), versions=shelf(tmp_path))


def code_of(call):
    with pytest.raises(TrustError) as told:
        call()
    return told.value.code


def test_a_copy_that_never_had_a_connection_takes_its_first_version_from_a_stick(alone, stick):
    assert alone.renew(stick()).ready == "0.3.0"


def test_it_follows_the_staff_of_its_makers_on_that_stick(alone, maker, stick):
    old, maker.keys["root"] = maker.keys["root"], trio("new")
    both = [*old[:2], *maker.keys["root"][:2]]
    maker.rotate(signers=both)
    maker.bundle.rotate(signers=both)
    maker.publish()
    assert alone.renew(stick()).ready == "0.3.0"


def test_the_stick_of_a_stranger_is_refused_on_the_first_day_too(alone, tmp_path):
    stranger = Program(tmp_path / "stranger")
    stranger.add_bundle()
    stranger.ship("6.6.6")
    theirs = bundle.write(stranger.folder, "2026-W47", tmp_path / "theirs")
    assert code_of(lambda: alone.renew(str(theirs))) == "root_not_the_named"
    assert not (tmp_path / "program" / "root.json").exists()


def test_a_strangers_week_under_the_true_root_is_refused(alone, maker, stick, tmp_path):
    stranger = Program(tmp_path / "stranger")
    stranger.add_bundle()
    stranger.ship("6.6.6")
    shutil.copy(maker.metadata / "1.root.json", stranger.metadata)
    theirs = bundle.write(stranger.folder, "2026-W47", tmp_path / "theirs")
    assert code_of(lambda: alone.renew(str(theirs))) == "threshold_missing"
    assert alone.renew(stick()).ready == "0.3.0"


def test_an_old_stick_is_refused_on_the_first_day_and_a_fresh_one_is_taken(alone, maker, stick):
    maker.bundle.days["timestamp"] = -1.0
    maker.publish()
    assert code_of(lambda: alone.renew(stick())) == "metadata_expired"
    maker.bundle.days["timestamp"] = 15.0
    maker.publish()
    assert alone.renew(stick()).ready == "0.3.0"
