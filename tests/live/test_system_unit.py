"""`orangery serve` for a whole computer, set up by docs/serve.md on a bare Debian, under its unit.

It renews itself from its makers' mirror, comes back from a version that does not start, and may
do nothing beyond the unit meanwhile. There is no systemd: tests/live/confined.py stands for it.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.demo import own_program
from desktop.program_commands import RenewProgram
from desktop.remote import RemoteClient
from desktop.selfupdate import shipped
from desktop.selfupdate.facts import Program as Told
from desktop.selfupdate.versions import State, Versions
from tests.desktop.selfupdate.renewing import PLATFORM, Program, begin_again
from tests.live.bare import Machine
from tests.live.confined import Unit
from tests.live.newcomer import CACHE, LIMIT_S, ROOT, WAIT_S, processes, until, version_of
from tests.live.test_selfupdate import Signed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(LIMIT_S)]

NEW, BROKEN = "99.1.0", "99.2.0"
HOME = "/var/lib/orangery"
PORT = 8000  # in a network of the machine's own
RENEWED_S = 180.0
"""148 MB fetched and unpacked, then at most half a minute until it is looked again."""

PAGE = (ROOT / "docs/serve.md").read_text()
SETUP = re.search(r"## For the whole computer.*?```sh\n(.*?)```", PAGE, re.DOTALL)[1]
ELSEWHERE = ("broker", "maker", "policy", "systemctl")  # asks a person, or for systemd


@pytest.fixture(scope="module")
def maker(built, tmp_path_factory) -> Program:
    """The makers, and on their mirror a version newer than the one that was built."""
    made = Program(tmp_path_factory.mktemp("maker"))
    made.publish()
    build = Signed(built, tmp_path_factory.mktemp("newer"))
    build.link = link(made)
    archive, _ = build.archive(NEW)
    listed = (build.folder / NEW / shipped.NAME).read_bytes()
    made.publish_program(NEW, archive.read_bytes(), listed)
    return made


def link(maker: Program) -> str:
    return maker.link(SimpleNamespace(url=f"http://127.0.0.1:{PORT}"))


@pytest.fixture
def nas(debian, built, maker, tmp_path) -> Iterator[Machine]:
    """A computer that never saw Orangery, with the makers' mirror in its network."""
    with Machine(tmp_path / "nas", [debian], CACHE) as machine:
        shutil.copy(archive_of(built), machine.root / "srv")
        serving = ["-m", "http.server", "--bind", "127.0.0.1", "--directory", str(maker.folder)]
        words = machine.nearby(sys.executable, *serving, str(PORT))
        with subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as mirror:
            try:
                yield machine
            finally:
                mirror.kill()


def archive_of(built: Path) -> Path:
    return next(built.glob(f"orangery-{version_of(built)}-*.tar.xz"))


def account(machine: Machine, line: str) -> str:
    """Do what `sudo -u orangery` does with a line of the page."""
    who = ("setpriv", "--reuid=orangery", "--regid=orangery", "--init-groups")
    shell = ("sh", "-c", f"cd /srv && {line}")
    return machine.do(*who, "env", f"HOME={HOME}", *shell, user="root")


def set_up(machine: Machine, version: str) -> Unit:
    """Follow the page, and return the unit that comes of it."""
    for line in SETUP.replace("VERSION", version).splitlines():
        if any(f" {word} " in line for word in ELSEWHERE):
            continue
        if found := re.fullmatch(r"sudo -u orangery (.*?)( \| sudo tee (\S+))?", line):
            said = account(machine, found[1])
            if found[3]:
                (machine.root / found[3].lstrip("/")).write_text(said)
        else:
            machine.do("sh", "-c", line.removeprefix("sudo "), user="root")
    return Unit((machine.root / "etc/systemd/system/orangery.service").read_text())


def names(machine: Machine, version: str, maker: str) -> None:
    """Let the build name these makers: without release keys ours names none."""
    inside = f"{HOME}/orangery/versions/{version}/_internal/resources/build.json"
    about = machine.root / inside.lstrip("/")
    about.write_text(json.dumps(json.loads(about.read_text()) | {"maker": maker}))


def weeks_ago(machine: Machine) -> None:
    """Let it have been here for a while: a new installation asks nobody before its first Friday."""
    folder = f"{HOME}/.local/share/orangery-program"
    kept = json.dumps({"installation": "ab" * 16, "since": 0.0})
    account(machine, f"mkdir -p {folder} && echo '{kept}' >{folder}/program.json")


def broken(maker: Program, folder: Path) -> None:
    """Publish a version that ends at once."""
    made = own_program.lay_out(folder, BROKEN, PLATFORM)
    (made / "orangery").write_text("#!/bin/sh\nexit 1\n")
    (made / shipped.NAME).unlink()
    body = shipped.write(shipped.make(made, version=BROKEN, platform=PLATFORM))
    (made / shipped.NAME).write_bytes(body)
    maker.publish_program(BROKEN, own_program.packed(made, BROKEN), body)


def told(client: RemoteClient) -> Told | None:
    """What the house says of the program that runs it."""
    return client.snapshot().facts.get("program", {}).get("here")


def runs(machine: Machine, version: str) -> list[Path]:
    program = f"{HOME}/orangery/versions/{version}/orangery"
    return processes(machine, program, "--folder", HOME, "serve")


def test_it_renews_itself_under_its_unit_and_comes_back_from_a_broken_version(
    nas, built, maker, tmp_path
) -> None:
    old = version_of(built)
    unit = set_up(nas, old)
    names(nas, old, link(maker))
    weeks_ago(nas)
    house = nas.root / HOME.lstrip("/")
    versions = Versions(house / "orangery")
    service = unit.start(nas, HOME)
    with closing(RemoteClient(house)) as client:
        until(lambda: told(client) is not None or service.poll() is not None)
        assert told(client).version == old
        assert_confined(*runs(nas, old))
        until(lambda: told(client).version == NEW or service.poll() is not None, RENEWED_S)
        until(lambda: versions.state() == State(now=NEW, before=old, proven=True))

        broken(maker, tmp_path / "broken")
        assert client.send(RenewProgram()).result(WAIT_S)["ready"] == BROKEN
        begin_again(client)
        assert service.wait(WAIT_S) == 1
        assert unit.start(nas, HOME).wait(WAIT_S) == 1  # as systemd does, by Restart=on-failure
        service = unit.start(nas, HOME)
        until(lambda: told(client).failed == BROKEN or service.poll() is not None)
        assert (told(client).version, versions.state().now) == (NEW, NEW)

    [process] = runs(nas, NEW)
    nas.do("sh", "-c", f"kill {process.name}", user="root")
    assert service.wait(WAIT_S) == 0
    assert f"{BROKEN} was started 2 times and did not come up" in service.stdout.read()


def assert_confined(process: Path) -> None:
    said = dict(re.findall(r"^(\w+):\s+(.*)$", (process / "status").read_text(), re.MULTILINE))
    assert (said["NoNewPrivs"], said["Seccomp"], int(said["CapBnd"], 16)) == ("1", "2", 0)
    mounts = [line.split() for line in (process / "mounts").read_text().splitlines()]
    writable = {place for _, place, _, how, *_ in mounts if "ro" not in how.split(",")}
    assert "/" not in writable
    assert HOME in writable
