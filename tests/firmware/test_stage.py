"""The stage: whole or absent, resumed, bounded, and only for verified files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from firmware import durable
from firmware.stage import Keep, Stage, StagedFile
from firmware.trust import Trust, TrustError
from fleet.errors import StoreError
from tests.firmware.simulator import LAMP, Server, Simulator

OTHER = "fw/acme/lamp/other.bin"


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.files = {LAMP: os.urandom(600_000), OTHER: os.urandom(500_000)}
    mirror.publish()
    return mirror


@pytest.fixture
def trust(sim, tmp_path):
    house = Trust(tmp_path / "trust", [sim.maker()])
    house.refresh("acme")
    yield house
    house.close()


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path / "stage")


def targets(trust):
    return {target.path: target for target in trust.standing("acme").week.targets}


def test_a_staged_file_lies_under_its_digest(trust, sim, stage):
    target = targets(trust)[LAMP]
    staged = stage.fetch(trust, "acme", target)
    assert staged.path == stage.path(target.sha256)
    assert staged.path.parent.name == target.sha256[:2]
    assert staged.path.read_bytes() == sim.files[LAMP]
    assert stage.has(target.sha256)
    assert not list(stage.path(target.sha256).parent.glob("*.part"))


def test_a_staged_file_is_not_fetched_again(trust, sim, stage):
    target = targets(trust)[LAMP]
    stage.fetch(trust, "acme", target)
    shutil.rmtree(sim.folder)
    assert stage.fetch(trust, "acme", target).path.exists()


def test_a_staged_file_that_the_disk_has_spoilt_is_fetched_again(trust, sim, stage):
    target = targets(trust)[LAMP]
    path = stage.fetch(trust, "acme", target).path
    path.write_bytes(b"\0" * target.size)
    assert stage.fetch(trust, "acme", target).path.read_bytes() == sim.files[LAMP]


def test_a_tampered_file_is_not_staged(trust, sim, stage):
    target = targets(trust)[LAMP]
    sim.target().write_bytes(b"e" * target.size)
    with pytest.raises(TrustError, match="target_tampered"):
        stage.fetch(trust, "acme", target)
    assert not stage.has(target.sha256)
    assert stage.used() == 0


def test_what_was_cut_off_is_resumed(sim, tmp_path, stage):
    with Server(sim.folder) as server:
        trust = Trust(tmp_path / "t", [sim.maker(server.url)])
        target = next(t for t in trust.refresh("acme").targets if t.path == LAMP)
        part = stage.path(target.sha256).with_name(f"{target.sha256}.part")
        part.parent.mkdir(parents=True)
        part.write_bytes(sim.files[LAMP][:590_000])
        server.sent = 0
        assert not stage.has(target.sha256)
        assert stage.fetch(trust, "acme", target).path.read_bytes() == sim.files[LAMP]
        assert server.sent == 10_000
        trust.close()


def test_a_staged_file_cannot_be_made_elsewhere(trust, tmp_path):
    with pytest.raises(TypeError):
        StagedFile(
            path=tmp_path, target=targets(trust)[LAMP], maker="acme", week="", token=object()
        )


def test_the_bytes_are_on_the_disk_before_the_name_and_the_name_before_we_say_so(
    trust, stage, monkeypatch
):
    steps = []
    real_sync, real_replace = durable.sync, Path.replace
    monkeypatch.setattr(durable, "sync", lambda p: (steps.append(f"sync {kind(p)}"), real_sync(p)))
    monkeypatch.setattr(
        Path, "replace", lambda p, to: (steps.append("rename"), real_replace(p, to))[1]
    )
    stage.fetch(trust, "acme", targets(trust)[LAMP])
    assert steps[-3:] == ["sync part", "rename", "sync folder"]  # before: of new folders


def kind(path):
    return "folder" if path.is_dir() else path.suffix.lstrip(".")


def test_a_full_disk_is_said_and_nothing_is_visible(trust, stage):
    target = targets(trust)[LAMP]
    part = stage.path(target.sha256).with_name(f"{target.sha256}.part")
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")  # takes no byte, as a full disk
    with pytest.raises(StoreError) as caught:
        stage.fetch(trust, "acme", target)
    assert caught.value.code == "disk_full"
    assert not stage.has(target.sha256)
    part.unlink()
    assert stage.fetch(trust, "acme", target).path.exists()


def test_a_disk_with_too_little_room_is_said_before_the_first_byte(trust, stage, monkeypatch):
    free = shutil.disk_usage("/")._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    with pytest.raises(StoreError, match="disk_full"):
        stage.fetch(trust, "acme", targets(trust)[LAMP])
    assert stage.used() == 0


def test_a_folder_we_cannot_write_to_is_said(trust, tmp_path):
    (tmp_path / "stage").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="store_unwritable"):
        Stage(tmp_path / "stage").fetch(trust, "acme", targets(trust)[LAMP])


def test_above_the_limit_the_oldest_file_that_nobody_holds_goes(trust, tmp_path):
    stage = Stage(tmp_path / "stage", limit=1_000_000)
    stage.hold({})
    lamp, other = targets(trust)[LAMP], targets(trust)[OTHER]
    stage.fetch(trust, "acme", lamp)
    stage.fetch(trust, "acme", other)
    assert (stage.has(lamp.sha256), stage.has(other.sha256)) == (False, True)
    assert stage.used() <= 1_000_000


@pytest.mark.parametrize("why", Keep)
def test_a_file_that_is_held_never_goes(trust, tmp_path, why):
    stage = Stage(tmp_path / "stage", limit=1_000_000)
    lamp, other = targets(trust)[LAMP], targets(trust)[OTHER]
    stage.fetch(trust, "acme", lamp)
    stage.hold({lamp.sha256: why})
    with pytest.raises(StoreError, match="stage_full"):
        stage.fetch(trust, "acme", other)
    assert stage.has(lamp.sha256)


def test_nothing_goes_before_it_was_said_what_is_held(trust, tmp_path):
    stage = Stage(tmp_path / "stage", limit=1_000_000)
    lamp, other = targets(trust)[LAMP], targets(trust)[OTHER]
    stage.fetch(trust, "acme", lamp)
    with pytest.raises(StoreError, match="stage_full"):
        stage.fetch(trust, "acme", other)
    assert stage.clean() == 0
    assert stage.has(lamp.sha256)


def test_a_full_stage_says_what_is_held_and_why(trust, tmp_path):
    stage = Stage(tmp_path / "stage", limit=1_000_000)
    lamp, other = targets(trust)[LAMP], targets(trust)[OTHER]
    stage.fetch(trust, "acme", lamp)
    stage.hold({lamp.sha256: Keep.UNDO, other.sha256: Keep.STAGED})
    with pytest.raises(StoreError) as caught:
        stage.fetch(trust, "acme", other)
    facts = {"need": "1 MiB", "limit": "1 MiB"}
    assert caught.value.facts == facts | {"staged": "0 MiB", "undo": "1 MiB", "evidence": "0 MiB"}


def test_cleaning_frees_what_nobody_holds(trust, stage):
    lamp, other = targets(trust)[LAMP], targets(trust)[OTHER]
    stage.fetch(trust, "acme", lamp)
    stage.fetch(trust, "acme", other)
    stage.hold({lamp.sha256: Keep.STAGED})
    assert stage.clean() == other.size
    assert (stage.has(lamp.sha256), stage.has(other.sha256)) == (True, False)


def test_what_is_just_being_brought_is_not_cleaned_away(trust, sim, stage):
    stage.hold({})
    stage.fetch(trust, "acme", targets(trust)[LAMP], lambda have, _of: have and stage.clean())
    assert stage.path(targets(trust)[LAMP].sha256).read_bytes() == sim.files[LAMP]


def test_two_files_that_are_brought_at_once_share_the_limit(trust, tmp_path):
    stage = Stage(tmp_path / "stage", limit=1_000_000)
    stage.hold({})
    lamp, other = targets(trust)[LAMP], targets(trust)[OTHER]
    refused = []

    def meanwhile(_have, _of):
        if not refused:  # nothing of the first is on the disk yet
            with pytest.raises(StoreError) as caught:
                stage.fetch(trust, "acme", other)
            refused.append(caught.value.code)

    stage.fetch(trust, "acme", lamp, meanwhile)
    assert refused == ["stage_full"]


def test_what_has_come_of_a_file_and_what_is_to_come_are_counted_once(trust, tmp_path):
    stage = Stage(tmp_path / "stage", limit=1_100_000)
    stage.hold({})
    lamp, other = targets(trust)[LAMP], targets(trust)[OTHER]

    def meanwhile(have, of):
        if have == of and not stage.has(other.sha256):  # all of the first is on the disk
            stage.fetch(trust, "acme", other)

    stage.fetch(trust, "acme", lamp, meanwhile)
    assert stage.used() == lamp.size + other.size


def test_the_room_for_all_of_a_file_is_set_aside_before_its_first_byte(trust, stage):
    target = targets(trust)[LAMP]
    part = stage.path(target.sha256).with_name(f"{target.sha256}.part")
    seen = []
    stage.fetch(trust, "acme", target, lambda *_: seen.append(part.stat()))
    assert seen[0].st_size == 0
    assert seen[0].st_blocks * 512 >= target.size


def test_room_that_is_set_aside_already_is_not_asked_for_again(trust, stage, monkeypatch):
    target = targets(trust)[LAMP]
    part = stage.path(target.sha256).with_name(f"{target.sha256}.part")
    part.parent.mkdir(parents=True)
    with part.open("wb") as file:
        durable.reserve(file, target.size)
    full = shutil.disk_usage("/")._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    assert stage.fetch(trust, "acme", target).path.exists()


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64])
def test_only_a_digest_names_a_file(stage, digest):
    with pytest.raises(ValueError, match=r".*"):
        stage.path(digest)


def test_memory_stays_flat_for_a_large_target(tmp_path):
    """64 MiB over a real server: neither the fetch nor the check holds more than some pieces."""
    sim = Simulator(tmp_path / "mirror")
    sim.files = {LAMP: bytes(64 * 1024 * 1024)}
    sim.publish()
    with Server(sim.folder) as server:
        program = f"""
import tracemalloc, sys
from pathlib import Path
from firmware.stage import Stage
from firmware.trust import Maker, Trust
root = Path({str(sim.metadata / "1.root.json")!r}).read_bytes()
trust = Trust(Path({str(tmp_path / "t")!r}), [Maker(name="a", root=root, url={server.url!r})])
[target] = trust.refresh("a").targets
tracemalloc.start()
Stage(Path({str(tmp_path / "s")!r})).fetch(trust, "a", target)
print(tracemalloc.get_traced_memory()[1])
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert int(done.stdout) < 4 * 1024 * 1024


def test_a_kill_in_the_middle_leaves_no_visible_file_and_the_rest_is_fetched(sim, tmp_path):
    program = f"""
import os
from pathlib import Path
from firmware.stage import Stage
from firmware.trust import Maker, Trust
root = Path({str(sim.metadata / "1.root.json")!r}).read_bytes()
folder = {str(sim.folder)!r}
trust = Trust(Path({str(tmp_path / "t")!r}), [Maker(name="acme", root=root, url=folder)])
target = next(t for t in trust.refresh("acme").targets if t.path == {LAMP!r})
def killed(have, of):
    if have > 200_000:
        os.kill(os.getpid(), 9)
Stage(Path({str(tmp_path / "s")!r})).fetch(trust, "acme", target, killed)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -9
    stage, trust = Stage(tmp_path / "s"), Trust(tmp_path / "t", [sim.maker()])
    target = targets(trust)[LAMP]
    assert not stage.has(target.sha256)
    assert stage.used() > 200_000
    assert stage.fetch(trust, "acme", target).path.read_bytes() == sim.files[LAMP]
    trust.close()
