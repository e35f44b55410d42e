"""An import or export as a process of its own, killed at any moment: old or new, and whole."""

from __future__ import annotations

import hashlib
import random
import threading

import pytest

from desktop import exchange_folders, house_file, move_in, move_out, settings
from desktop.processes import own_command, start
from fleet.store import Store
from tests.desktop.homes import furnish

KILLS = 10
SIZE = 8 << 20
pytestmark = pytest.mark.timeout(300)


def house(folder, region, seed):
    """A house with all its databases and some files that take a while to write."""
    furnish(folder, region=region)
    for name, migrations in house_file.STORES.items():
        Store.open(folder / name, migrations, durable=True).close()
    for number in range(4):
        data = random.Random(seed * 10 + number).randbytes(SIZE)
        name = hashlib.sha256(data).hexdigest()
        (folder / "blobs" / name[:2]).mkdir(parents=True, exist_ok=True)
        (folder / "blobs" / name[:2] / name).write_bytes(data)
    return folder


def is_whole(folder) -> str:
    """Return which house it is, after every file of it was looked at."""
    for name, migrations in house_file.STORES.items():
        Store.open(folder / name, migrations, durable=True).close()
    blobs = [file for file in folder.rglob("blobs/??/*") if file.is_file()]
    assert len(blobs) == 4
    for file in blobs:
        assert hashlib.sha256(file.read_bytes()).hexdigest() == file.name
    return settings.load(folder).region


def killed(words, log, after_s):
    """Run it, and kill it after so long."""
    process = start(words, log)
    threading.Event().wait(after_s)  # the moment itself is what is tried
    process.kill()
    process.wait(30)
    if process.stdin is not None:
        process.stdin.close()


def moments():
    """Return so many moments in the life of such a process, in seconds."""
    dice = random.Random(7)
    return [dice.uniform(0.2, 3.0) for _ in range(KILLS)]


@pytest.mark.slow
def test_an_import_killed_at_any_moment_leaves_one_of_the_two(tmp_path):
    here = house(tmp_path / "home", "DE", 1)
    file = tmp_path / "new.zip"
    move_out.write(house(tmp_path / "new", "NL", 2), file)
    words = own_command("--folder", str(here), "--json", "import", "--replace", str(file))
    for after_s in moments():
        killed(words, tmp_path / "log", after_s)
        assert is_whole(here) in ("DE", "NL")
        move_in.settle_quietly(here)  # as the next start does
        assert is_whole(here) in ("DE", "NL")
    move_in.prepare(file, here)
    move_in.settle(here)
    assert is_whole(here) == "NL"
    assert not exchange_folders.beside(here)
    assert "DE" in [is_whole(one) for one in tmp_path.glob("home.before-*")]


@pytest.mark.slow
def test_an_export_killed_at_any_moment_leaves_the_file_before(tmp_path):
    here, file = house(tmp_path / "home", "DE", 1), tmp_path / "house.zip"
    move_out.write(here, file)
    words = own_command("--folder", str(here), "--json", "export", str(file))
    for after_s in moments():
        killed(words, tmp_path / "log", after_s)
        with move_in.opened(file) as found:
            assert len(found.manifest.files) == 5 + len(house_file.STORES)
    move_out.write(here, file)
    assert not list(here.glob("leaving-*"))
