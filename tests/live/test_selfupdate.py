"""The real program renews itself from a real mirror, is killed at each step, and goes back."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

import msgspec
import pytest

from desktop.build import Build
from desktop.selfupdate.versions import Versions
from tests.desktop.selfupdate.renewing import PLATFORM, Program
from tests.firmware import simulator
from tests.firmware.simulator import Server
from tests.live.conftest import BUILD_LIMIT_S
from tests.live.test_versions import UP_S, Copy, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_LIMIT_S + 300)]

OLD, NEW = "1.0.0", "1.1.0"


class Mirror(Server):
    """A mirror that can stop in the middle of an archive, until it is let go on."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.stalls = False
        self.stalled, self.go = threading.Event(), threading.Event()
        self._http.RequestHandlerClass = type("Handler", (_Handler,), {"owner": self})


class _Handler(simulator._Handler):
    def do_GET(self) -> None:  # noqa: N802 - the library's name
        owner = self.owner
        if owner.stalls and self.path.endswith(".tar.xz"):
            body = (owner.folder / self.path.lstrip("/")).read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            owner.stalled.set()
            owner.go.wait(UP_S)
            self.close_connection = True
        else:
            super().do_GET()


class Signed(Copy):
    """A copy whose builds name their makers."""

    link = ""

    def program(self, to: Path, version: str) -> Path:
        made = super().program(to, version)
        about = made / "_internal" / "resources" / "build.json"
        own = Build(version=version, platform=PLATFORM, maker=self.link)
        about.write_bytes(msgspec.json.encode(own))
        return made

    def told(self, *words: str) -> dict[str, object]:
        done = self.run("app", *words, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)["program"]

    @property
    def starts(self) -> str:
        """The version that a start is of."""
        return self.run("--version").stdout.split()[-1]


@pytest.fixture(scope="module")
def maker(tmp_path_factory) -> Program:
    made = Program(tmp_path_factory.mktemp("maker"))
    made.publish()  # there is a root now, which a build can name
    return made


@pytest.fixture(scope="module")
def mirror(maker):
    with Mirror(maker.folder) as running:
        yield running


@pytest.fixture(scope="module")
def copy(built, maker, mirror, tmp_path_factory) -> Signed:
    made = Signed(built, tmp_path_factory.mktemp("a copy"))
    made.link = maker.link(mirror)
    made.begin(OLD)
    archive, listed = made.archive(NEW)
    body = (made.folder / NEW / "files.json").read_bytes()
    assert listed.version == NEW
    maker.publish_program(NEW, archive.read_bytes(), body)
    return made


def renewing(copy: Signed) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        copy.command("app", "renew"),
        env=copy.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_it_is_killed_at_each_step_and_takes_the_new_version_all_the_same(copy, mirror) -> None:
    assert copy.told("check")["offer"]["version"] == NEW

    def asked(end: str) -> bool:
        return any(path.endswith(end) for path, _ in mirror.requests)

    unpacked = copy.root / "versions" / f"{NEW}.part"
    mirror.stalls = True
    for step in (
        lambda: asked("timestamp.json"),
        lambda: asked(".files.json"),
        mirror.stalled.is_set,
        unpacked.is_dir,
    ):
        mirror.requests.clear()
        with renewing(copy) as process:
            until(lambda step=step, process=process: step() or process.poll() is not None)
            process.kill()
        if mirror.stalled.is_set():  # from here on it goes through, and on where it was
            mirror.stalls = False
            mirror.go.set()
        assert copy.starts == OLD
    mirror.requests.clear()
    assert copy.told("renew")["ready"] == NEW
    assert copy.starts == NEW


def test_what_runs_begins_again_as_the_new_one_and_a_person_can_go_back(copy) -> None:
    old = {**copy.environment(), "ORANGERY_VERSION": OLD}
    serve = subprocess.Popen(copy.command("serve"), env=old, stdout=subprocess.PIPE, text=True)
    try:
        first = json.loads(serve.stdout.readline())
        assert program_of(serve).parent.name == OLD
        assert copy.run("app", "restart").returncode == 0
        assert json.loads(serve.stdout.readline()) == first
        assert program_of(serve).parent.name == NEW
        until(lambda: Versions(copy.root).state().proven)
        serve.terminate()
        assert serve.wait(UP_S) == 0
    finally:
        serve.kill()
        serve.wait()
        serve.stdout.close()
    assert copy.told()["before"] == OLD
    gone = copy.told("back")
    assert (gone["ready"], gone["failed"]) == (OLD, NEW)
    assert copy.starts == OLD
    assert copy.told("renew")["why_not"] == "skipped"
    assert copy.told("renew", "--again")["ready"] == NEW


def program_of(process: subprocess.Popen[str]) -> Path:
    return Path(f"/proc/{process.pid}/exe").readlink()
