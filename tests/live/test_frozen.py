"""The frozen build tells the whole story where no Python can be found."""

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

BUILD_LIMIT_S = 900  # of what tests/live/conftest.py makes
STORY_LIMIT_S = 900
BROKER = ("mosquitto", "mosquitto_passwd")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_LIMIT_S + STORY_LIMIT_S)]


@dataclass(frozen=True)
class Frozen:
    """Both folders, away from the source, and an empty home."""

    folder: Path
    home: Path

    def program(self, name: str) -> Path:
        return self.folder / name / name

    def environment(self) -> dict[str, str]:
        """Nothing of this environment but a broker on the path."""
        return {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": str(self.home / "bin"),
            "ORANGERY_HUB": str(self.program("orangery-hub")),
        }

    def run(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end."""
        return subprocess.run(
            [self.program(name), *words],
            cwd=self.home,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=STORY_LIMIT_S,
            check=False,
        )


@pytest.fixture(scope="module")
def frozen(built, tmp_path_factory) -> Frozen:
    moved = tmp_path_factory.mktemp("elsewhere") / "programs"  # away from where it was built
    for name in ("orangery", "orangery-hub"):
        shutil.copytree(built / name, moved / name, symlinks=True)
    home = tmp_path_factory.mktemp("home")
    (home / "bin").mkdir()
    for tool in BROKER:
        found = shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        assert found, f"{tool} is missing: scripts/setup installs it"
        (home / "bin" / tool).symlink_to(found)
    return Frozen(moved, home)


def test_the_story_holds_without_python(frozen):
    told = frozen.run("orangery", "demo", "--story")
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-6000:]
    held = re.findall(r"^ *step (\d) held", told.stdout, re.MULTILINE)
    assert held == list("1234567")


@pytest.mark.parametrize("name", ["orangery", "orangery-hub"])
def test_a_program_says_its_version(frozen, name):
    said = frozen.run(name, "--version")
    assert (said.returncode, said.stderr) == (0, "")
    assert re.search(r"\d+\.\d+\.\d+", said.stdout)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("orangery", "resources/i18n/*_zh_CN.ts"),
        ("orangery", "resources/i18n/errors/*.json"),
        ("orangery", "resources/icons/*.svg"),
        ("orangery", "**/qtbase_zh_CN.qm"),
        ("orangery", "LICENSE"),
        ("orangery-hub", "hub/migrations/env.py"),
        ("orangery-hub", "hub/migrations/versions/*.py"),
        ("orangery-hub", "resources/i18n/errors/*.json"),
    ],
)
def test_a_build_has_the_files_it_needs(frozen, name, pattern):
    assert list((frozen.folder / name / "_internal").glob(pattern))


@pytest.mark.parametrize(
    "pattern", ["**/libgtk*", "**/libQt6Qml*", "**/libQt6Quick*", "**/tkinter"]
)
def test_the_desktop_carries_nothing_that_it_never_loads(frozen, pattern):
    assert not list((frozen.folder / "orangery").glob(pattern))


def test_the_window_starts_without_python_and_ends_when_asked(frozen, tmp_path):
    command = [str(frozen.program("orangery")), "--folder", str(tmp_path / "house")]
    environment = {**frozen.environment(), "QT_QPA_PLATFORM": "offscreen"}
    window = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        open_for_others = tmp_path / "house" / "socket"  # made when the house behind it is open
        deadline = time.monotonic() + 60
        while not open_for_others.exists() and time.monotonic() < deadline:
            assert window.poll() is None, window.stderr.read()
            time.sleep(0.1)
        assert open_for_others.exists()
        window.terminate()
        assert window.wait(30) == 0
    finally:
        window.kill()
        window.wait()
        window.stderr.close()
