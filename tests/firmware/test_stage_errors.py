"""Every way the system can refuse while a file is staged: said, nothing half visible, gone on."""

import errno
import itertools
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from firmware.stage import Keep, Stage
from firmware.trust import Trust
from fleet.errors import StoreError
from tests.firmware.cuts import fail
from tests.firmware.simulator import LAMP, Server, Simulator

CODES = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EIO: "store_io",
    errno.EROFS: "store_unwritable",
    errno.EACCES: "store_unwritable",
}
MIB = 1 << 20


@pytest.fixture
def sim(tmp_path):
    mirror = Simulator(tmp_path / "mirror")
    mirror.files = {LAMP: os.urandom(3_000)}
    mirror.chunk_size = 1_000
    mirror.publish()
    return mirror


@pytest.fixture
def trust(sim, tmp_path):
    house = Trust(tmp_path / "trust", [sim.maker()])
    house.refresh("acme")
    yield house
    house.close()


def told(action):
    """The code of what an action raises; "" where it succeeds."""
    try:
        action()
    except StoreError as error:
        return error.code
    return ""


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("code", CODES)
def test_whatever_is_refused_nothing_is_half_visible_and_the_next_call_goes_on(
    trust, sim, tmp_path, code, lasting
):
    [target] = trust.standing("acme").week.targets
    said = []
    for number in itertools.count():
        stage = Stage(tmp_path / f"house-{number}" / "stage")
        more = []

        def action(stage=stage, number=number, more=more):
            fetch = lambda: stage.fetch(trust, "acme", target)  # noqa: E731
            more.append(fail(tmp_path / f"house-{number}", fetch, number, code, lasting=lasting))

        said.append(told(action))
        whole = not stage.has(target.sha256)
        assert whole or stage.path(target.sha256).read_bytes() == sim.files[LAMP]
        assert stage.fetch(trust, "acme", target).path.read_bytes() == sim.files[LAMP]
        if more == [False]:
            break
    assert said.pop() == ""  # the one that was not reached
    assert len(said) > 8
    assert set(said) <= {CODES[code], ""}
    assert said.count("") <= 1  # a last buffer may be written when it is tried again


@pytest.mark.parametrize("code", [errno.EIO, errno.EROFS])
def test_what_cannot_be_removed_to_make_room_is_said_and_stays(trust, tmp_path, code):
    [target] = trust.standing("acme").week.targets
    house = tmp_path / "house"
    stage = Stage(house, limit=4_000)
    old = stage.path("a" * 64)
    old.parent.mkdir(parents=True)
    old.write_bytes(bytes(4_000))
    stage.hold({target.sha256: Keep.STAGED})
    fetch = lambda: stage.fetch(trust, "acme", target)  # noqa: E731
    assert told(lambda: fail(house, fetch, 2, code, lasting=True)) == CODES[code]
    assert old.stat().st_size == 4_000
    assert stage.fetch(trust, "acme", target).path.exists()
    assert not old.exists()


def test_a_part_on_a_bad_spot_of_the_disk_is_begun_elsewhere(trust, sim, tmp_path, monkeypatch):
    [target] = trust.standing("acme").week.targets
    stage = Stage(tmp_path / "stage")
    part = stage.path(target.sha256).with_name(f"{target.sha256}.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(sim.files[LAMP][:1_500])

    def broken(*_):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("firmware.fetch._digest", broken)
        assert told(lambda: stage.fetch(trust, "acme", target)) == "store_io"
    assert not part.exists()
    assert stage.fetch(trust, "acme", target).path.read_bytes() == sim.files[LAMP]


def test_a_staged_file_that_cannot_be_read_any_more_is_fetched_anew(
    trust, sim, tmp_path, monkeypatch
):
    [target] = trust.standing("acme").week.targets
    stage = Stage(tmp_path / "stage")
    spot = stage.fetch(trust, "acme", target).path
    opened = Path.open

    def broken(path, *more, **words):
        if path == spot:
            raise OSError(errno.EIO, "Input/output error")
        return opened(path, *more, **words)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", broken)
        stage.fetch(trust, "acme", target)
    assert spot.read_bytes() == sim.files[LAMP]


# --- real disks ----------------------------------------------------------------------------------

PROGRAM = """
import sys
from pathlib import Path
from firmware.stage import Stage
from firmware.trust import Maker, Trust
from fleet.errors import StoreError
root, url, house, stage = sys.argv[1:]
trust = Trust(Path(house), [Maker(name="acme", root=Path(root).read_bytes(), url=url)])
week = trust.standing("acme").week or trust.refresh("acme")
try:
    print(Stage(Path(stage)).fetch(trust, "acme", week.targets[0]).path.stat().st_size)
except StoreError as error:
    print(error.code)
"""


@pytest.fixture
def large(tmp_path):
    mirror = Simulator(tmp_path / "large")
    mirror.files = {LAMP: os.urandom(3 * MIB)}
    mirror.chunk_size = 64 * 1024
    mirror.publish()
    return mirror


def program(sim, url, tmp_path, stage):
    root = sim.metadata / "1.root.json"
    return [sys.executable, "-c", PROGRAM, root, url, tmp_path / "trust-of-child", stage]


def test_a_limit_of_the_system_is_said_and_what_came_before_it_is_not_fetched_again(
    large, tmp_path
):
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MIB, resource.RLIM_INFINITY))

    with Server(large.folder) as server:
        command = program(large, server.url, tmp_path, tmp_path / "stage")
        first = subprocess.run(
            command, preexec_fn=limited, capture_output=True, check=True, text=True
        )
        assert first.stdout.split() == ["store_unwritable"]
        server.sent = 0
        again = subprocess.run(command, capture_output=True, check=True, text=True)
        assert again.stdout.split() == [str(3 * MIB)]
        assert 0 < server.sent <= 3 * MIB // 2 + 64 * 1024


MOUNTED = """
set -e
mount -t tmpfs -o size=2m tmpfs "$1"; shift
"$@"
mount -o remount,size=16m,ro "$LAST"
"$@"
mount -o remount,rw "$LAST"
"$@"
"""


def test_a_small_disk_is_full_then_read_only_then_as_it_should_be(large, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    namespace = ["unshare", "--mount", "--user", "--map-root-user"]
    can = subprocess.run([*namespace, "mount", "-t", "tmpfs", "x", disk], check=False)
    if can.returncode:
        pytest.skip("this machine lets nobody mount a disk of their own")
    command = program(large, str(large.folder), tmp_path, disk / "stage")
    said = subprocess.run(
        [*namespace, "sh", "-c", MOUNTED, "sh", disk, *command],
        env={**os.environ, "LAST": str(disk)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert said.stdout.split() == ["disk_full", "store_unwritable", str(3 * MIB)]
