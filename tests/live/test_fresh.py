"""README's two commands on a Debian 12 with nothing prepared, by an ordinary user who may sudo.

The user has git, Debian's Python and a clone of what is committed here. Where no bare Debian can be
made or no package can be fetched, the summary says that nothing was proven.
"""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop import made_of
from tests.live import roads
from tests.live.bare import ALL_PATHS, HOME, USER, Machine
from tests.live.newcomer import CACHE, ROOT

PREPARED = ("git", "python3", "ca-certificates", "sudo")
SOURCES = f"{HOME}/orangery"
TESTS = "tests/fleet/test_topics.py"
LIMIT_S = 600.0
CLONE_S = 60
PLENTY_KIB = 8_000_000  # as scripts/test
STEPS = list("1234567")
CAME = r"^setup: (\d+) %s:\n((?:setup:   .*\n)+)"
DEBIAN = CAME % "Debian packages came, with all that these need"
PYTHON = CAME % r"Python packages are new in \.venv"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Done:
    """A command that ran to its end: what it said, and which packages came or became newer."""

    code: int
    out: str
    err: str
    debian: set[str]
    python: set[str]


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """What is committed here, for others to clone; whoever owns this checkout."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "gitconfig").write_text("[safe]\n\tdirectory = *\n")
    words = ("git", "clone", "--bare", "--depth=1", ROOT.as_uri(), str(folder / "orangery.git"))
    made = subprocess.run(
        words,
        env={"PATH": ALL_PATHS, "GIT_CONFIG_GLOBAL": str(folder / "gitconfig")},
        capture_output=True,
        text=True,
        timeout=CLONE_S,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"NOTHING IS PROVEN OF A FRESH MACHINE: no clone, {made.stderr[-300:]}")
    return folder / "orangery.git"


@pytest.fixture(scope="module")
def fresh(debian, clone, tmp_path_factory) -> Iterator[Machine]:
    """A machine with the sources, and with pip's way to packages; services may start there."""
    if reason := roads.why_not():
        pytest.skip(f"NOTHING IS PROVEN OF A FRESH MACHINE: {reason}")
    work = tmp_path_factory.mktemp("fresh")
    with Machine(work, [debian], CACHE, memory=memory()) as machine:
        machine.apt("install", "--no-install-recommends", *PREPARED)
        may = machine.root / "etc/sudoers.d/user"
        may.write_text(f"{USER} ALL=(ALL:ALL) NOPASSWD: ALL\n")
        may.chmod(0o440)
        (machine.root / "etc/hosts").write_text(f"127.0.0.1 localhost {socket.gethostname()}\n")
        (machine.root / "usr/sbin/policy-rc.d").unlink()
        roads.open_to(machine)
        shutil.copytree(clone, machine.home / clone.name)
        machine.do("chown", "--recursive", f"{USER}:", f"{HOME}/{clone.name}", user="root")
        machine.do("git", "clone", clone.name, SOURCES)
        yield machine
    shutil.rmtree(work)


@pytest.fixture(scope="module")
def story(fresh) -> Done:
    """scripts/run without a display, the first command of all."""
    return done(fresh, "scripts/run")


@pytest.fixture(scope="module")
def window(fresh, story) -> subprocess.CompletedProcess[str]:
    """The window, asked for where only the story was told."""
    return in_sources(fresh, ".venv/bin/orangery")


@pytest.fixture(scope="module")
def tested(fresh, story, window) -> Done:
    """scripts/test with one file of them, after that."""
    return done(fresh, "scripts/test", TESTS)


def test_the_story_is_told_to_its_end(story):
    assert story.code == 0, story.err[-4000:] + story.out[-4000:]
    assert re.findall(r"^ *step (\d) held", story.out, re.MULTILINE) == STEPS
    assert story.out.endswith("Every step held.\n")


def test_running_brings_what_it_names_and_nothing_else(story):
    assert named(DEBIAN, story.err) == story.debian
    assert named(PYTHON, story.err) == story.python


def test_running_brings_nothing_that_only_the_tests_need(story):
    lock = (ROOT / "requirements-run.lock").read_text()
    assert {name.rsplit("-", 1)[0] for name in story.python} <= set(
        re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)
    )
    assert story.debian >= {"mosquitto", "python3.11-venv"}
    assert story.debian.isdisjoint({"gcc", "postgresql", "nginx-light", "xvfb"})
    assert story.debian.isdisjoint({"libegl1", "libgl1-mesa-dri"})  # that is the window's


def test_a_window_without_its_libraries_says_what_brings_them(window):
    assert window.returncode == 1
    assert "scripts/setup window" in window.stderr
    assert "Traceback" not in window.stderr


def test_the_tests_run_there_as_well(tested):
    assert tested.code == 0, tested.err[-4000:] + tested.out[-4000:]
    assert re.search(r"^=+ \d+ passed in ", tested.out, re.MULTILINE)


def test_the_tests_bring_what_they_name_and_nothing_else(tested):
    assert named(DEBIAN, tested.err) == tested.debian
    assert named(PYTHON, tested.err) == tested.python


def test_afterwards_both_have_all_they_need_at_once(fresh, tested):
    for purpose in ("story", "window", "test", "story"):
        again = in_sources(fresh, "scripts/setup", purpose)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_no_service_runs_or_comes_up_at_the_next_start(fresh, tested):
    running = {file.read_text().strip() for file in (fresh.root / "proc").glob("[0-9]*/comm")}
    assert running.isdisjoint({"mosquitto", "nginx", "postgres"})
    starts = [*(fresh.root / "etc").glob("rc?.d/S*"), *(fresh.root / "etc").rglob("*.wants/*")]
    assert [one for one in starts if re.search("mosquitto|nginx|postgres", one.name)] == []
    assert not (fresh.root / "usr/sbin/policy-rc.d").exists()


def test_the_clone_stays_clean(fresh, tested):
    assert in_sources(fresh, "git", "status", "--porcelain").stdout == ""


def memory() -> str:
    """Return how much memory the machine may fill, "" where it has to write to the disk.

    It writes two gigabytes in 70,000 files, and on a busy disk taking them away takes minutes.
    """
    said = Path("/proc/meminfo").read_text()
    kibibytes = int(re.search(r"^MemAvailable: +(\d+) kB", said, re.MULTILINE)[1])
    return "5g" if kibibytes > PLENTY_KIB else ""


def in_sources(machine: Machine, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the user's in the clone, with this machine's network."""
    enter = ("sh", "-c", f'cd {SOURCES} && exec "$@"', "enter")
    return machine.run(*enter, *words, online=True, limit=LIMIT_S)


def done(machine: Machine, *words: str) -> Done:
    debian, python = there(machine)
    ran = in_sources(machine, *words)
    debian_then, python_then = there(machine)
    return Done(
        code=ran.returncode,
        out=ran.stdout,
        err=ran.stderr,
        debian={one.partition("=")[0] for one in debian_then - debian},
        python=python_then - python,
    )


def there(machine: Machine) -> tuple[set[str], set[str]]:
    """Return Debian's packages and Python's but our own, with their versions."""
    debian = machine.do("dpkg-query", "--show", "--showformat=${Package}=${Version}\n").split()
    if not (machine.root / SOURCES.lstrip("/") / ".venv").exists():
        return set(debian), set()
    listed = machine.do(f"{SOURCES}/.venv/bin/python", "-m", "pip", "list", "--format=freeze")
    pairs = dict(line.split("==") for line in listed.split() if "==" in line)
    pairs.pop("orangery-fleet", None)
    return set(debian), {f"{made_of.normal(name)}-{version}" for name, version in pairs.items()}


def named(pattern: str, said: str) -> set[str]:
    """Return the names that setup told; it must have counted them right."""
    found = set()
    for count, lines in re.findall(pattern, said, re.MULTILINE):
        names = lines.replace("setup:", "").split()
        assert len(names) == int(count)
        found |= set(names)
    return found
