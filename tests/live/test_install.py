"""The packages on a bare Debian 12, as a person without Python meets them; the root is made here.

Nobody but root can make one, and debootstrap needs apt's source of bookworm: where that is not so,
the summary says that nothing was proven. Who wrote what is asked of the root itself, file by file.
"""

import gzip
import hashlib
import os
import re
import shutil
import stat
from pathlib import Path

import pytest

from tests.live import bare
from tests.live.bare import HOME, Machine
from tests.live.newcomer import (
    CACHE,
    DEVICES,
    FOLDER,
    LIMIT_S,
    PROGRAMS,
    ROOT,
    closed,
    devices,
    handed_over,
    opened,
    pack,
    renamed,
    until,
    version_of,
    with_devices,
)

HOUSE = FOLDER.lstrip("/")
NEWER = "99.1.0"
MISSING = "find /usr/lib/orangery -name '*.so*' -type f | xargs ldd | grep 'not found' | sort -u"
# What apt, dpkg and ldconfig write for themselves whenever anything is installed.
BOOKS = re.compile(
    r"var/(log|cache/(apt|debconf|ldconfig)|lib/apt)/"
    r"|var/lib/dpkg/(status|available|lock|triggers/|info/format)|etc/ld\.so\.cache"
)
NOT_FILES = ("proc", "sys", "dev", "run", "tmp/.X11-unix", bare.ARCHIVES)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(LIMIT_S)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_ordinary_user_runs_it_where_no_python_is(machine, built, name):
    assert machine.run("sh", "-c", "command -v python3 python").returncode != 0
    assert machine.do(name, "--version") == f"{name}, version {version_of(built)}\n"


def test_every_library_that_it_loads_is_brought_or_named_as_needed(machine):
    machine.environment["LD_LIBRARY_PATH"] = "/usr/lib/orangery/_internal"  # as its own start does
    assert machine.do("sh", "-c", MISSING) == ""


def test_an_ordinary_user_is_told_the_whole_story(machine):
    before = listing(machine, "srv", "tmp", "var")
    told = machine.do("orangery", "demo", "--story")
    assert re.findall(r"^ *step (\d) held", told, re.MULTILINE) == list("1234567")
    assert changed(before, listing(machine, "srv", "tmp", "var")) == []


def test_the_window_shows_what_is_at_the_broker(machine, screen):
    with_devices(machine)
    window = opened(machine)
    machine.do("orangery", "broker", "use", "localhost")
    until(lambda: len(devices(machine)) == DEVICES)
    until(lambda: screen.colours() > 100)
    before = screen.picture()
    machine.do("orangery", "orangery:settings")  # a link: the window that is open goes there
    until(lambda: screen.picture() != before)
    assert window.poll() is None
    closed(machine, window)


def test_the_desktop_finds_all_that_it_is_told(machine):
    entry = (machine.root / "usr/share/applications/orangery.desktop").read_text()
    said = dict(line.split("=", 1) for line in entry.splitlines() if "=" in line)
    assert machine.run("sh", "-c", f"command -v {said['Exec'].split()[0]}").returncode == 0
    assert "x-scheme-handler/orangery" in said["MimeType"].split(";")
    icons = machine.root / "usr/share/icons/hicolor"
    assert list(icons.glob(f"*/apps/{said['Icon']}.*"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_manual_and_the_completion_are_where_they_are_looked_for(machine, name):
    page = gzip.decompress((machine.root / f"usr/share/man/man1/{name}.1.gz").read_bytes())
    assert b"\n.TH" in b"\n" + page
    completion = f"/usr/share/bash-completion/completions/{name}"
    machine.do("bash", "-c", f"source {completion} && complete -p {name}")


@pytest.mark.parametrize(
    "unit", ["usr/lib/systemd/user/orangery.service", "usr/lib/systemd/system/orangery-hub.service"]
)
def test_a_unit_starts_a_program_that_is_there_and_is_off(machine, unit):
    text = (machine.root / unit).read_text()
    program = re.search(r"^ExecStart=(\S+)", text, re.MULTILINE)[1]
    machine.do("test", "-x", program)
    assert list((machine.root / "etc/systemd").rglob("orangery*")) == []


def test_removing_it_leaves_nothing_but_what_is_the_users_own(machine, layers, tmp_path):
    with Machine(tmp_path / "before", [layers.needed, layers.bare], CACHE) as other:
        before = listing(other)
    with_devices(machine)
    window = opened(machine)
    machine.do("orangery", "broker", "use", "localhost")
    until(lambda: devices(machine))
    closed(machine, window)
    machine.apt("purge", *PROGRAMS)
    left = changed(before, listing(machine))
    named = re.findall(r"`~/([^`]+)`", (ROOT / "docs" / "install.md").read_text())
    of_nobody = [path for path in left if not of_the_user(path, named)]
    assert of_nobody == []
    assert f"{HOUSE}/house.sqlite" in left


def test_an_upgrade_keeps_the_house(machine, built, tmp_path):
    with_devices(machine)
    window = opened(machine)
    machine.do("orangery", "broker", "use", "localhost")
    until(lambda: len(devices(machine)) == DEVICES)
    known = {one["key"] for one in devices(machine)}
    closed(machine, window)
    renamed(built / "orangery", tmp_path / "newer" / "orangery", NEWER)
    newer = pack(tmp_path / "newer", tmp_path / "debs", NEWER, ["orangery"])
    with handed_over(machine, newer) as files:
        machine.apt("install", *files)
    assert machine.do("orangery", "--version") == f"orangery, version {NEWER}\n"
    window = opened(machine)
    assert {one["key"] for one in devices(machine)} == known
    closed(machine, window)


def test_the_archive_runs_where_it_is_unpacked_and_goes_with_its_folder(built, layers, tmp_path):
    archive = next(built.glob("orangery-*.tar.xz"))
    with Machine(tmp_path / "machine", [layers.needed, layers.bare], CACHE) as machine:
        shutil.copy(archive, machine.home)
        before = listing(machine)
        machine.do("tar", "-xf", archive.name)
        assert machine.do("orangery/orangery", "--version").startswith("orangery, version ")
        machine.do("rm", "-r", "orangery")
        assert changed(before, listing(machine)) == []


def of_the_user(path: str, named: list[str]) -> bool:
    """Whether a path is in a folder of the home that is named to people, or on the way to one."""
    own = [f"{HOME.lstrip('/')}/{one.rstrip('/')}/" for one in named]
    return any(f"{path}/".startswith(one) or one.startswith(f"{path}/") for one in own)


def listing(machine: Machine, *under: str) -> dict[str, str]:
    """Return every file of the machine and what is in it, but what only its kernel keeps."""
    found = {}
    for top in under or ("",):
        for folder, folders, files in os.walk(machine.root / top):
            here = os.path.relpath(folder, machine.root)
            folders[:] = [n for n in folders if os.path.normpath(f"{here}/{n}") not in NOT_FILES]
            for name in [*folders, *files]:
                path = os.path.normpath(f"{here}/{name}")
                found[path] = content(Path(folder, name))
    return {path: said for path, said in found.items() if not BOOKS.match(path)}


def content(file: Path) -> str:
    about = file.lstat()
    what = f"{about.st_mode:o} {about.st_uid} {about.st_gid}"
    if stat.S_ISLNK(about.st_mode):
        return f"{what} {file.readlink()}"
    if stat.S_ISREG(about.st_mode):
        return f"{what} {hashlib.sha256(file.read_bytes()).hexdigest()}"
    return what


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the paths that came, went or are other than they were."""
    return sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))
