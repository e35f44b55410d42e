"""A package manager exchanges the program while its window is open: it goes on, whole."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from desktop import door
from tests.live.conftest import BUILD_LIMIT_S
from tests.live.frozen import Frozen
from tests.live.test_versions import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_LIMIT_S + 120)]

NEW = "9.0.0"
ABOUT = Path("_internal/resources/build.json")
LATE = ("updates", "community", "settings")  # pages whose modules nothing has loaded yet


@pytest.fixture
def installed(built, tmp_path) -> Frozen:
    """The program at a place of its own, as a package has put it there."""
    for name in ("old", "new"):
        shutil.copytree(built / "orangery", tmp_path / name, symlinks=True)
    (tmp_path / "place").mkdir()
    (tmp_path / "old").rename(tmp_path / "place" / "orangery")
    (tmp_path / "home").mkdir()
    return Frozen(tmp_path / "place", tmp_path / "home")


def exchange(new: Path, there: Path) -> None:
    """Do what dpkg does: each file beside the old one, then renamed over it; other bytes within.

    The new program has the same words in front, so that whoever reads it at the old places of its
    modules meets what is none.
    """
    program = new / "orangery"
    program.write_bytes(program.read_bytes()[: 1 << 16] + bytes(1 << 24))
    about = json.loads((new / ABOUT).read_bytes())
    (new / ABOUT).write_text(json.dumps({**about, "version": NEW}))
    for file in sorted(one for one in new.rglob("*") if one.is_symlink() or one.is_file()):
        file.rename(there / file.relative_to(new))


def test_pages_that_were_not_opened_yet_open_all_the_same(installed, tmp_path) -> None:
    house = tmp_path / "house"
    words = [installed.program("orangery"), "--folder", house]
    settings = {**installed.environment(), "QT_QPA_PLATFORM": "offscreen"}
    window = subprocess.Popen(words, env=settings, stderr=subprocess.PIPE, text=True)
    try:
        until((house / "window.socket").exists)
        until(lambda: door.socket_path(house).exists())
        shutil.copytree(tmp_path / "new", tmp_path / "kept", symlinks=True)
        exchange(tmp_path / "new", tmp_path / "place" / "orangery")
        for page in LATE:  # the one that is open is asked by a whole one
            asked = [tmp_path / "kept" / "orangery", "--folder", house, f"orangery://{page}"]
            done = subprocess.run(
                asked, env=settings, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == 0, done.stderr
        window.terminate()
        assert window.wait(30) == 0
        said = window.stderr.read()
        assert "our fault" not in said
        assert "Traceback" not in said
    finally:
        window.kill()
        window.wait()
        window.stderr.close()
