"""A bundle of more than 4 GiB: what lies beyond is found, and every byte of it is covered."""

import hashlib
import zipfile

import pytest
from tuf.api.metadata import TargetFile

from firmware import bundle
from firmware.trust import Trust, TrustError
from tests.firmware.simulator import Simulator

FOUR_GIB = 1 << 32
MIB = 1 << 20
SIZE = FOUR_GIB + MIB
PATH = "fw/acme/lamp/big.bin"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def sim(tmp_path):
    """A mirror whose image is a hole of more than 4 GiB with a mark at its end."""
    mirror = Simulator(tmp_path / "mirror")
    mirror.add_bundle()
    part = tmp_path / "mirror" / "big"
    part.parent.mkdir(exist_ok=True)
    with part.open("wb") as file:
        file.seek(SIZE - 4)
        file.write(b"mark")
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    about = {"schema": 1, "version": "1", "counter": 1, "vendor": "Acme", "model": "Big"}
    named = TargetFile(SIZE, {"sha256": digest}, PATH, {"custom": about})
    mirror.on_build = lambda build: build.targets.__setitem__(PATH, named)
    mirror.on_train = lambda train: train["files"].append(
        {"path": PATH, "sha256": digest, "size": SIZE}
    )
    mirror.publish()
    part.rename(mirror.folder / bundle.on_mirror(PATH, digest))
    return mirror


def test_offsets_beyond_4_gib_are_right_and_one_byte_there_that_differs_is_refused(sim, tmp_path):
    stick = bundle.write(sim.folder, sim.week, tmp_path / "acme.bundle")
    with zipfile.ZipFile(stick) as archive:
        behind = [info for info in archive.infolist() if info.header_offset > FOUR_GIB]
    assert "week.json" in behind[-1].filename
    part = tmp_path / "big.part"
    trust = Trust(tmp_path / "trust", [sim.maker("http://127.0.0.1:9/")])
    try:
        week = trust.refresh("acme", str(stick))  # its manifest lies behind the image
        [target] = [one for one in week.targets if one.path == PATH]
        trust.fetch("acme", target, part)
        with part.open("rb") as file:
            file.seek(-4, 2)
            assert file.read() == b"mark"
        part.unlink()
        with stick.open("r+b") as file:
            file.seek(FOUR_GIB + MIB // 2)
            file.write(b"\1")
        with pytest.raises(TrustError, match="target_tampered"):
            trust.fetch("acme", target, part)
        assert not part.exists() or part.stat().st_size == 0
    finally:
        trust.close()
