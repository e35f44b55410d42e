"""A database is copied before it is changed, and the copy can take its place again."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from fleet import copies, store
from fleet.errors import StoreError
from fleet.store import Store, migrations
from tests.fleet.test_store import ONE, TWO, put, texts


def more(*names, fails=False):
    """The migrations of a later program: those of TWO, and one that adds a column for each name."""
    made = migrations("notes")
    for name, change in TWO._changes.items():
        made._changes[name] = change
    for name in names:

        def add(db, name=name):
            db["note"].add_column(name, str)
            if fails:
                raise ZeroDivisionError

        made._changes[name] = add
    return made


@pytest.fixture
def path(tmp_path):
    """A file of the first program, with one row in its log only, as a kill leaves it."""
    file = tmp_path / "house" / "notes.sqlite"
    with Store.open(file, ONE) as opened:
        put(opened, "a", "old")
    return file


def names(path):
    """The files there are; a log beside one, which who only reads leaves there, belongs to it."""
    found = (file.name for file in path.parent.iterdir())
    return sorted(name for name in found if not name.endswith(("-wal", "-shm")))


def rows(path):
    with Store.look(path) as opened:
        return opened.rows("SELECT * FROM note ORDER BY id")


def test_a_new_file_and_one_that_is_up_to_date_are_not_copied(path):
    Store.open(path, ONE).close()
    assert names(path) == ["notes.sqlite"]


def test_an_older_file_is_copied_before_the_first_change_it_gets(path):
    path.chmod(0o600)
    Store.open(path, more("size")).close()
    assert names(path) == ["notes.sqlite", "notes.sqlite.before-colour"]
    (copy,) = copies.copies(path)
    assert copy.before == "colour"
    assert rows(copy.file) == [{"id": "a", "text": "old"}]
    assert copy.file.stat().st_mode & 0o777 == 0o600


def test_what_was_committed_last_is_in_the_copy_though_it_is_only_in_the_log(path):
    left = Store.open(path, ONE)  # never closed, as after a kill
    put(left, "b", "in the log")
    Store.open(path, TWO).close()
    assert [row["id"] for row in rows(copies.copies(path)[0].file)] == ["a", "b"]
    left.close()


def test_what_is_made_anew_anyway_is_not_copied(path):
    Store.open(path, TWO, copied=False).close()
    assert names(path) == ["notes.sqlite"]


def test_two_copies_stay_the_newest(path):
    later = ["colour", "size", "shape", "taste"]
    for number in range(1, 5):
        Store.open(path, more(*later[1:number])).close()
        for age, file in enumerate(store.copies(path)):
            os.utime(file, (1_000 - age, 1_000 - age))
    assert [copy.before for copy in copies.copies(path)] == ["taste", "shape"]


def dated(path, *moments):
    """Give the copies of a file these dates, by the order in which they were made."""
    for name, moment in zip(("colour", "size", "shape"), moments, strict=False):
        os.utime(path.with_name(f"{path.name}.before-{name}"), (moment, moment))


def test_a_clock_that_was_set_back_takes_no_copy_that_was_just_made(path):
    Store.open(path, TWO).close()
    Store.open(path, more("size")).close()
    dated(path, 4e9, 4e9 + 1)
    Store.open(path, more("size", "shape")).close()
    assert {copy.before for copy in copies.copies(path)} == {"size", "shape"}


def test_the_copy_nearest_to_this_program_fits_best_whatever_the_clock_said(path):
    Store.open(path, TWO).close()
    Store.open(path, more("size")).close()
    dated(path, 4e9, 1e9)
    assert copies.fitting(path, TWO).before == "size"


def test_a_change_that_fails_leaves_file_and_copy_as_the_file_was(path):
    with pytest.raises(ZeroDivisionError):
        Store.open(path, more("size", fails=True))
    assert rows(path) == [{"id": "a", "text": "old"}]
    assert rows(copies.copies(path)[0].file) == [{"id": "a", "text": "old"}]
    Store.open(path, ONE).close()


def test_without_room_for_a_copy_nothing_is_changed_and_it_is_said(path, monkeypatch):
    full = shutil.disk_usage(path.parent)._replace(free=4_096)
    monkeypatch.setattr("fleet.store.shutil.disk_usage", lambda _: full)
    with pytest.raises(StoreError) as refused:
        Store.open(path, TWO)
    assert refused.value.code == "no_room_for_copy"
    assert refused.value.facts["need"] == "2"
    assert names(path) == ["notes.sqlite"]
    Store.open(path, ONE).close()


def test_a_disk_that_fills_while_it_is_copied_leaves_no_half_of_one(path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fleet.store.sync", full)
    with pytest.raises(StoreError) as refused:
        Store.open(path, TWO)
    assert refused.value.code == "disk_full"
    assert names(path) == ["notes.sqlite"]


def test_the_newest_copy_that_fits_is_put_back_and_the_newer_file_is_kept(path):
    Store.open(path, TWO).close()
    with Store.open(path, more("size")) as newer:
        put(newer, "b", "new")
    assert copies.is_newer(path, ONE)
    done = copies.put_back(path, ONE)
    assert not copies.is_newer(path, ONE)
    assert rows(path) == [{"id": "a", "text": "old"}]
    assert [row["id"] for row in rows(done.kept)] == ["a", "b"]
    Store.open(path, ONE).close()
    assert "notes.sqlite.before-colour" in names(path)  # the copy stays as well


def test_a_copy_between_the_two_programs_is_brought_to_this_one(path):
    Store.open(path, more("size")).close()
    copies.put_back(path, TWO)
    assert rows(path) == [{"id": "a", "text": "old", "colour": None}]


def test_without_a_copy_that_fits_nothing_is_done(path):
    Store.open(path, TWO).close()
    copies.copies(path)[0].file.write_bytes(b"damaged" * 1_000)
    with pytest.raises(StoreError) as refused:
        copies.put_back(path, ONE)
    assert refused.value.code == "no_copy_fits"
    assert copies.is_newer(path, ONE)


def test_what_must_not_be_lost_is_brought_into_the_copy_before_it_counts(path):
    Store.open(path, TWO).close()
    with Store.open(path, TWO) as newer:
        put(newer, "b", "must stay")

    def prepare(copy, newer):
        with Store.look(newer) as theirs, Store.open(copy, ONE) as ours:
            put(ours, "b", theirs.rows("SELECT text FROM note WHERE id = 'b'")[0]["text"])

    copies.put_back(path, ONE, prepare)
    with Store.open(path, ONE) as opened:
        assert texts(opened) == ["old", "must stay"]


def test_a_disk_without_second_names_keeps_the_newer_file_too(path, monkeypatch):
    Store.open(path, TWO).close()

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    done = copies.put_back(path, ONE)
    assert "colour" in rows(done.kept)[0]
    assert "colour" not in rows(path)[0]


def test_a_newer_file_that_another_has_open_is_left(path, monkeypatch):
    monkeypatch.setattr("fleet.store._BUSY_S", 0.05)
    with Store.open(path, TWO), pytest.raises(StoreError) as refused:
        copies.put_back(path, ONE)
    assert refused.value.code == "store_locked"
    assert copies.is_newer(path, ONE)


# --- killed at every step ------------------------------------------------------------------------

_KILLED = """
import os, signal, sys
from pathlib import Path
from fleet import copies, store
from fleet.store import Store
from tests.fleet.test_copies import more
from tests.fleet.test_store import ONE, TWO

left = int(sys.argv[3])

def step(event, args):
    global left
    if event in ("os.rename", "os.link", "os.remove", "open", "sqlite3.connect"):
        named = "" if not args else str(args[0])
        if "notes.sqlite" in named:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

path = Path(sys.argv[1])
fsync = os.fsync
def counted(handle):
    fsync(handle)
    step("os.rename", ("notes.sqlite",))
os.fsync = counted
sys.addaudithook(step)
if sys.argv[2] == "forward":
    Store.open(path, more("size")).close()
else:
    copies.put_back(path, ONE)
left = 10**9
print("done")
"""


def killed(path, way, after):
    """Run it in a process that is killed after so many steps; whether it came to its end."""
    ran = subprocess.run(
        [sys.executable, "-c", _KILLED, str(path), way, str(after)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert ran.returncode in (0, -signal.SIGKILL), ran.stderr
    return ran.returncode == 0


def test_a_kill_at_any_step_forward_leaves_the_old_or_the_new_whole(path, tmp_path):
    for after in range(200):
        here = tmp_path / f"forward-{after}" / "notes.sqlite"
        shutil.copytree(path.parent, here.parent)
        ended = killed(here, "forward", after)
        for copy in copies.copies(here):
            assert rows(copy.file) == [{"id": "a", "text": "old"}]
        Store.open(here, more("size")).close()
        assert [row["id"] for row in rows(here)] == ["a"]
        assert names(here) == ["notes.sqlite", "notes.sqlite.before-colour"]
        if ended:
            assert after > 5
            return
    raise AssertionError


def test_a_kill_at_any_step_back_leaves_one_of_the_two_and_it_goes_on(path, tmp_path):
    with Store.open(path, more("size")) as newer:
        put(newer, "b", "new")
    for after in range(200):
        here = tmp_path / f"back-{after}" / "notes.sqlite"
        shutil.copytree(path.parent, here.parent)
        ended = killed(here, "back", after)
        is_new = copies.is_newer(here, ONE)
        assert [row["id"] for row in rows(here)] == (["a", "b"] if is_new else ["a"])
        if is_new:
            copies.put_back(here, ONE)
        Store.open(here, ONE).close()
        kept = [name for name in names(here) if ".aside-" in name]
        assert kept == ["notes.sqlite.aside-1"]
        assert [row["id"] for row in rows(here.with_name(kept[0]))] == ["a", "b"]
        if ended:
            assert after > 5
            return
    raise AssertionError
