"""One build and one bare Debian for all tests that need them, once a session."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live import bare
from tests.live.bare import Machine
from tests.live.frozen import Frozen
from tests.live.newcomer import CACHE, PROGRAMS, handed_over, pack, version_of
from tests.live.screen import SOCKETS, Screen

ROOT = Path(__file__).parent.parent.parent
BUILD_LIMIT_S = 900
BROKER = ("mosquitto", "mosquitto_passwd")
BUILT = "ORANGERY_BUILT"
"""Names a folder that scripts/package made, for whoever tries one test again and again."""


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The folder with orangery/, orangery-hub/ and the loosely packed archive. Only to be read."""
    if given := os.environ.get(BUILT):
        return Path(given)
    to = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "scripts.packaging", "--quick", f"--to={to}", "archive"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=BUILD_LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return to


@pytest.fixture(scope="session")
def debian(tmp_path_factory) -> Path:
    """A bare Debian 12. Only to be read: a minute or two went into it."""
    if reason := bare.why_not():
        pytest.skip(f"NOTHING IS PROVEN ON A BARE DEBIAN: none can be made, {reason}")
    return bare.make(tmp_path_factory.mktemp("debian") / "root", CACHE)


@pytest.fixture(scope="session")
def frozen(built, tmp_path_factory) -> Frozen:
    """Both programs away from where they were built, with a home and nothing else but a broker."""
    moved = tmp_path_factory.mktemp("elsewhere") / "programs"
    for name in ("orangery", "orangery-hub"):
        shutil.copytree(built / name, moved / name, symlinks=True)
    home = tmp_path_factory.mktemp("home")
    (home / "bin").mkdir()
    for tool in BROKER:
        found = shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        assert found, f"{tool} is missing: scripts/setup installs it"
        (home / "bin" / tool).symlink_to(found)
    return Frozen(moved, home)


@dataclass(frozen=True)
class Layers:
    """A bare Debian, then what our packages need, then our packages: each lies over the others."""

    bare: Path
    needed: Path
    packaged: Path

    @property
    def all(self) -> tuple[Path, ...]:
        return self.packaged, self.needed, self.bare


@pytest.fixture(scope="session")
def debs(built, tmp_path_factory) -> Path:
    """A folder with a package of each program."""
    return pack(built, tmp_path_factory.mktemp("debs"), version_of(built))


@pytest.fixture(scope="session")
def layers(debs, debian, tmp_path_factory) -> Layers:
    """Both packages installed by apt, recommendations too."""
    work = tmp_path_factory.mktemp("layers")
    with Machine(work / "needed", [debian], CACHE) as machine:
        with handed_over(machine, debs) as files:
            told = machine.apt("--simulate", "install", *files)
        names = [line.split()[1] for line in told.splitlines() if line.startswith("Inst ")]
        machine.apt("install", "--no-install-recommends", *(n for n in names if n not in PROGRAMS))
    needed = work / "needed" / "upper"
    with (
        Machine(work / "packaged", [needed, debian], CACHE) as machine,
        handed_over(machine, debs) as files,
    ):
        machine.apt("install", *files)
    return Layers(debian, needed, work / "packaged" / "upper")


@pytest.fixture
def screen(tmp_path) -> Iterator[Screen]:
    with Screen(tmp_path / "screen") as shown:
        yield shown


@pytest.fixture
def machine(layers, screen, tmp_path) -> Iterator[Machine]:
    """One with both packages, whose user sits at a screen."""
    look = {"DISPLAY": screen.name}
    with Machine(tmp_path / "machine", layers.all, CACHE, SOCKETS, look) as ours:
        yield ours
