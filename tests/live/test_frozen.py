"""The frozen build tells the whole story where no Python can be found."""

import re
import subprocess
import time

import pytest

from tests.live import frozen as programs
from tests.live.conftest import BUILD_LIMIT_S

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_LIMIT_S + programs.LIMIT_S)]


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
    "pattern",
    [
        *("**/libgtk*", "**/libcairo*", "**/libQt6Qml*", "**/libQt6Network*", "**/tkinter"),
        *("**/libsystemd*", "**/libX11*", "**/libavif*", "**/libharfbuzz*", "**/pydantic_core"),
    ],
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
        said = window.stderr.read().splitlines()  # Qt would say which plugin or icon it misses
        assert [line for line in said if "propagateSizeHints" not in line] == []
    finally:
        window.kill()
        window.wait()
        window.stderr.close()
