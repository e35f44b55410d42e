"""One build and one bare Debian for all tests that need them, made once: a minute or two each."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import bare
from tests.live.frozen import Frozen
from tests.live.newcomer import CACHE

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
