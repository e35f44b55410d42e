"""One desktop of a home hands its week to another, which verifies everything again."""

import pytest

from firmware import bundle, share
from firmware.stage import Stage
from firmware.trust import Trust, TrustError
from tests.firmware.simulator import LAMP, Server, Simulator, signer


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.add_bundle()
    mirror.publish()
    return mirror


@pytest.fixture
def houses(sim, tmp_path):
    """Two desktops: one with the mirror, one with nothing but its pin."""
    one = Trust(tmp_path / "one", [sim.maker()])
    other = Trust(tmp_path / "other", [sim.maker("http://127.0.0.1:9/")])
    yield one, other
    one.close()
    other.close()


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path / "stage")


def laid_out(trust, stage, folder):
    share.lay_out(share.files(trust, stage, "acme"), folder)
    return folder


def test_nothing_is_handed_on_before_there_is_a_week(houses, stage):
    assert share.files(houses[0], stage, "acme") == {}


@pytest.mark.parametrize("online", [True, False])
def test_a_second_house_reads_and_fetches_from_the_first_over_http(
    houses, stage, sim, tmp_path, online
):
    one, other = houses
    source = "" if online else str(bundle.write(sim.folder, "2026-W47", tmp_path / "stick"))
    [target] = one.refresh("acme", source).targets
    stage.fetch(one, "acme", target)
    with Server(laid_out(one, stage, tmp_path / "shared")) as server:
        week = other.refresh("acme", server.url)
        assert week.targets == (target,)
        assert other.standing("acme").bundle is not online
        got = Stage(tmp_path / "second").fetch(other, "acme", target)
        assert got.path.read_bytes() == sim.files[LAMP]


def test_a_file_that_is_not_staged_is_missing_there(houses, stage, tmp_path):
    one, other = houses
    one.refresh("acme")
    [target] = other.refresh("acme", str(laid_out(one, stage, tmp_path / "shared"))).targets
    with pytest.raises(TrustError, match=r"target_missing|mirror_unreachable"):
        other.fetch("acme", target, tmp_path / "x")


def test_the_second_house_holds_the_first_to_its_own_floor(houses, stage, sim, tmp_path):
    one, other = houses
    one.refresh("acme")
    old = laid_out(one, stage, tmp_path / "old")
    sim.publish()
    one.refresh("acme")
    other.refresh("acme", str(laid_out(one, stage, tmp_path / "new")))
    with pytest.raises(TrustError, match="mirror_rolled_back"):
        other.refresh("acme", str(old))


def test_a_first_house_that_lies_is_not_believed(houses, stage, sim, tmp_path):
    one, other = houses
    [target] = one.refresh("acme").targets
    staged = stage.fetch(one, "acme", target)
    staged.path.write_bytes(b"evil firmware 1.0")
    shared = laid_out(one, stage, tmp_path / "shared")
    other.refresh("acme", str(shared))
    with pytest.raises(TrustError, match="target_tampered"):
        other.fetch("acme", target, tmp_path / "x")
    sim.keys["timestamp"] = [signer()]
    sim.heartbeat()
    (shared / "metadata/timestamp.json").write_bytes(sim.bodies["timestamp"])
    with pytest.raises(TrustError, match="threshold_missing"):
        other.refresh("acme", str(shared))


def test_what_a_share_holds_can_be_laid_out_again(houses, stage, tmp_path):
    one, _ = houses
    [target] = one.refresh("acme").targets
    stage.fetch(one, "acme", target)
    for _ in "12":
        laid_out(one, stage, tmp_path / "shared")
