"""From one version of the real program to the next, and back by itself where the next is broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from desktop import crashes
from desktop.build import Build
from desktop.selfupdate import shipped
from desktop.selfupdate.shipped import FileList
from desktop.selfupdate.versions import State, Versions
from tests.live.conftest import BUILD_LIMIT_S

LAUNCHER = Path(__file__).parents[2] / "resources" / "launcher"
UP_S = 60.0
pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_LIMIT_S + 300)]

BRINGS = """
import sys
from pathlib import Path
from desktop.selfupdate import shipped
from desktop.selfupdate.versions import Versions
root, archive, listed = map(Path, sys.argv[1:])
files = shipped.read(listed.read_bytes())
def say(done, of):
    print(done, of, flush=True)
Versions(root, "").unpack(archive, files.version, files, say)
"""


class Copy:
    """The real program in a folder of its own, renewed from archives made of the same build."""

    def __init__(self, built: Path, folder: Path) -> None:
        self.built, self.folder = built, folder
        self.root = folder / "orangery"
        self.house = folder / "house"

    def program(self, to: Path, version: str) -> Path:
        """Make a version: the files that were built, with another number."""
        shutil.copytree(self.built / "orangery", to, symlinks=True, copy_function=os.link)
        about = to / "_internal" / "resources" / "build.json"
        about.unlink(missing_ok=True)
        about.write_bytes(msgspec.json.encode(Build(version=version, platform="linux-x86_64")))
        (to / shipped.NAME).unlink(missing_ok=True)
        return to

    def begin(self, version: str) -> None:
        """Unpack the first one by hand."""
        self.program(self.root / "versions" / version, version)
        shutil.copy(LAUNCHER, self.root / "orangery")
        (self.root / "state").write_text(f"now={version}\n")

    def break_(self, version: str, name: str) -> None:
        """Put a version beside the others of which one file is cut short."""
        file = self.program(self.root / "versions" / version, version) / name
        whole = file.read_bytes()
        file.unlink()
        file.write_bytes(whole[: len(whole) // 2])

    def archive(self, version: str) -> tuple[Path, FileList]:
        """Return the archive and list of a version."""
        place = self.program(self.folder / version, version)
        listed = shipped.make(place, version=version, platform="linux-x86_64")
        (place / shipped.NAME).write_bytes(shipped.write(listed))
        archive = self.folder / f"orangery-{version}.tar.xz"
        with tarfile.open(archive, "w:xz", preset=0) as tar:
            tar.add(place, f"orangery/versions/{version}", filter=_written_whole)
        return archive, listed

    def environment(self) -> dict[str, str]:
        """Nothing but coreutils and a folder to live in."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        plain = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
        return {**plain, "QT_QPA_PLATFORM": "offscreen"}

    def command(self, *words: str) -> list[str]:
        return [str(self.root / "orangery"), "--folder", str(self.house), *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=UP_S,
            check=False,
        )

    @contextmanager
    def window(self, version: str) -> Iterator[None]:
        """Open the window, wait until it is proven to be of that version, and close it in order."""
        with self.started() as process:
            until(lambda: process.poll() is not None or self.is_proven(version))
            assert process.poll() is None, self.said
            assert Path(f"/proc/{process.pid}/exe").readlink().parent.name == version
            yield
            process.terminate()
            assert process.wait(UP_S) == 0

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        """Open the window; what it says to the terminal is `said`."""
        with (self.folder / "said").open("wb") as out:
            process = subprocess.Popen(self.command(), env=self.environment(), stderr=out)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text()

    def is_proven(self, version: str) -> bool:
        said = Versions(self.root).state()
        return (said.now, said.proven) == (version, True)


def _written_whole(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mode = 0o755 if member.mode & 0o100 else 0o644
    return member


def until(is_so) -> None:
    deadline = time.monotonic() + UP_S
    while not is_so():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def killed_while_it_unpacks(copy: Copy, archive: Path, files: FileList, place: Path) -> None:
    """Let a process unpack it, and kill that one in the midst of it."""
    listed = place / "listed"
    listed.write_bytes(shipped.write(files))
    words = [sys.executable, "-c", BRINGS, *map(str, (copy.root, archive, listed))]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=LAUNCHER.parents[1]) as one:
        for line in one.stdout:
            done, of = map(int, line.split())
            if done > of // 2:
                break
        one.kill()
    names = sorted(one.name for one in (copy.root / "versions").iterdir())
    assert names == ["1.0.0", f"{files.version}.part"]


def failed_window(copy: Copy) -> str:
    """Open the window of a broken version, see it end, and return which version that was."""
    with copy.started() as process:
        assert process.wait(UP_S) != 0
    return Versions(copy.root).state().now


def version_of(told: subprocess.CompletedProcess[str]) -> str:
    return told.stdout.split()[-1]


@pytest.fixture(scope="module")
def copy(built, tmp_path_factory) -> Copy:
    made = Copy(built, tmp_path_factory.mktemp("a copy"))
    made.begin("1.0.0")
    return made


def test_it_is_renewed_killed_broken_and_comes_back_by_itself(copy: Copy, tmp_path) -> None:
    new, new_files = copy.archive("1.1.0")
    with copy.window("1.0.0"):
        killed_while_it_unpacks(copy, new, new_files, tmp_path)
        assert version_of(copy.run("--version")) == "1.0.0"
        old = Versions(copy.root, "1.0.0")
        old.unpack(new, "1.1.0", new_files)
        old.switch("1.1.0")
        assert shipped.differences(copy.root / "versions" / "1.1.0", new_files) == ()
    assert version_of(copy.run("--version")) == "1.1.0"
    assert Versions(copy.root).state() == State(now="1.1.0", before="1.0.0")
    with copy.window("1.1.0"):
        assert old.tidy() == ()
    copy.break_("1.2.0", "_internal/PySide6/Qt/lib/libQt6Widgets.so.6")
    known = Versions(copy.root, "1.1.0")
    known.switch("1.2.0")
    assert [failed_window(copy), known.state().tries] == ["1.2.0", 1]
    assert [version_of(copy.run("--version")), known.state().tries] == ["1.2.0", 1]
    assert [failed_window(copy), known.state().tries] == ["1.2.0", 2]
    with copy.window("1.1.0"):
        until(lambda: known.state().told)
        told = copy.house / "crash" / "told" / "went_back-1.2.0.json"
        until(told.exists)
    assert "version 1.2.0 was started 2 times and did not come up" in copy.said
    crash = msgspec.json.decode(told.read_bytes(), type=crashes.Crash)
    traces = [one.read_text() for one in told.parent.glob("window-*.trace")]
    assert len(traces) == 2
    assert all("Bus error" in trace and "desktop/live.py" in trace for trace in traces)
    assert (crash.ended, crash.version) == (crashes.Ended.WENT_BACK, "1.2.0")
    assert known.state() == State(now="1.1.0", proven=True, failed="1.2.0", told=True)
    known.tidy()  # as the window may have done
    assert [one.name for one in (copy.root / "versions").iterdir()] == ["1.1.0"]
