"""apt exchanges the package under windows and a `serve` that run: they go on, and follow."""

import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from desktop.remote import RemoteClient
from desktop.selfupdate.facts import Program
from tests.live.bare import HOME, Machine
from tests.live.newcomer import (
    DEVICES,
    FOLDER,
    LIMIT_S,
    WAIT_S,
    closed,
    devices,
    handed_over,
    opened,
    pack,
    processes,
    renamed,
    until,
    with_devices,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(LIMIT_S)]

NEWER = "99.1.0"
PROGRAM = "usr/lib/orangery/orangery"
OTHER = f"{HOME}/other"  # a second house, which `serve` has open
LATE = ("updates", "community", "messages")  # pages whose modules nothing has loaded yet
FOLLOW_S = 120.0
"""Half a minute until it is looked, 20 s until the package counts as whole, and a start."""


@pytest.fixture(scope="module")
def newer(built, tmp_path_factory) -> Path:
    """A folder with a package of a newer version."""
    place = tmp_path_factory.mktemp("newer")
    renamed(built / "orangery", place / "orangery", NEWER)
    moved(place / "orangery" / "orangery")
    return pack(place, tmp_path_factory.mktemp("debs"), NEWER, ["orangery"])


def moved(program: Path) -> None:
    """Put its modules elsewhere in the file: whoever reads at the old places meets what is none.

    They are found from the end: PyInstaller's CArchive cookie says how long the archive before it
    is (PyInstaller/archive/readers.py: magic, length of all, ..., name of the library).
    """
    body = program.read_bytes()
    cookie = struct.Struct("!8sIIII64s")
    at = body.rindex(b"MEI\014\013\012\013\016")
    begin = at + cookie.size - cookie.unpack_from(body, at)[1]
    program.unlink()
    program.write_bytes(body[:begin] + bytes(4099) + body[begin:])
    program.chmod(0o755)


def is_new(machine: Machine, process: Path) -> bool:
    """Whether a process is of the file that has the program's name now."""
    return (process / "exe").samefile(machine.root / PROGRAM)


def house_of(machine: Machine, folder: str) -> Path:
    return machine.root / folder.lstrip("/")


def told(client: RemoteClient) -> Program:
    """What a house says of the program that runs it."""
    return client.snapshot().facts["program"]["here"]


def test_an_upgrade_by_apt_under_all_that_runs(machine, screen, newer, tmp_path) -> None:
    with_devices(machine)
    window = opened(machine)
    machine.do("orangery", "broker", "use", "localhost")
    until(lambda: len(devices(machine)) == DEVICES)
    known = {one["key"] for one in devices(machine)}
    serve = machine.start("orangery", "--folder", OTHER, "serve")
    until((house_of(machine, OTHER) / "socket").exists)
    guest = machine.start("orangery", "--folder", OTHER)
    until((house_of(machine, OTHER) / "window.socket").exists)
    [own] = processes(machine, "orangery")
    [server] = processes(machine, "orangery", "--folder", OTHER, "serve")
    [sharing] = processes(machine, "orangery", "--folder", OTHER)

    with handed_over(machine, newer) as files:
        machine.apt("install", *files)
    assert machine.do("orangery", "--version").split()[-1] == NEWER
    assert not is_new(machine, own)
    for page in LATE:  # the old window opens them out of the file that it was started from
        before = screen.picture()
        machine.do("orangery", f"orangery:{page}")
        until(lambda before=before: screen.picture() != before)
    assert {one["key"] for one in devices(machine)} == known

    with closing(RemoteClient(house_of(machine, FOLDER))) as client:
        until(lambda: "program" in client.snapshot().facts)
        until(lambda: told(client).exchanged == NEWER, FOLLOW_S)
        until(lambda: is_new(machine, server), FOLLOW_S)  # by itself, where nobody looks
        until(lambda: is_new(machine, sharing), FOLLOW_S)  # it follows its house
        assert not is_new(machine, own)
        machine.do("orangery", "app", "restart")  # what the window's strip offers
        until(lambda: (told(client).version, told(client).exchanged) == (NEWER, ""))
        until(lambda: client.snapshot().devices.keys() == known)
    assert is_new(machine, own)
    assert [window.poll(), serve.poll(), guest.poll()] == [None, None, None]

    closed(machine, window)
    for process, started in ((sharing, guest), (server, serve)):
        machine.do("sh", "-c", f"kill {process.name}")
        assert started.wait(WAIT_S) == 0
    for folder in (FOLDER, OTHER):
        whole(house_of(machine, folder), tmp_path / Path(folder).name)


def whole(house: Path, copy: Path) -> None:
    """Every database of the house is sound, and nothing was our fault.

    `copy`: where they are looked at; SQLite takes the links of /proc for those of this machine.
    """
    copy.mkdir()
    files = [Path(shutil.copy(file, copy)) for file in house.glob("*.sqlite*")]
    assert copy / "house.sqlite" in files
    for file in copy.glob("*.sqlite"):
        with closing(sqlite3.connect(file)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    said = "".join(one.read_text() for one in (house / "log").glob("*.log"))
    assert "our fault" not in said
    assert "Traceback" not in said
    assert not list((house / "crash").glob("*.json"))
