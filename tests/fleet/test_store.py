import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fleet import store as store_module
from fleet.errors import StoreError
from fleet.store import HouseLock, Store, examine, migrations, set_aside, settle

ONE = migrations("notes")


@ONE()
def create(db):
    db["note"].create({"id": str, "text": str}, pk="id", strict=True)


TWO = migrations("notes")
TWO()(create)


@TWO()
def colour(db):
    db["note"].add_column("colour", str)


PUT = "INSERT INTO note (id, text) VALUES (?, ?)"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "house" / "notes.sqlite"


@pytest.fixture
def store(path):
    with Store.open(path, ONE) as opened:
        yield opened


def texts(store):
    return [row["text"] for row in store.rows("SELECT text FROM note ORDER BY id")]


def put(store, key, text):
    with store.write() as db:
        db.execute(PUT, (key, text))


def test_a_missing_file_and_folder_are_made(store, path):
    assert path.is_file()
    assert store.rows("SELECT * FROM note") == []


def test_a_committed_row_is_there_after_opening_again(path):
    with Store.open(path, ONE) as store:
        put(store, "a", "kept")
    with Store.open(path, ONE) as store:
        assert store.rows("SELECT * FROM note") == [{"id": "a", "text": "kept"}]


def test_a_transaction_that_raises_leaves_nothing_of_itself(store):
    put(store, "a", "before")
    with pytest.raises(sqlite3.IntegrityError), store.write() as db:
        db.executemany(PUT, [("b", "half"), ("a", "twice")])
    assert texts(store) == ["before"]
    put(store, "c", "after")
    assert texts(store) == ["before", "after"]


def test_an_error_of_the_system_inside_a_transaction_stays_what_it_is(store):
    with pytest.raises(FileNotFoundError), store.write():
        raise FileNotFoundError


def test_a_fault_in_our_sql_is_not_called_a_fault_of_the_disk(store):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        store.rows("SELECT * FROM absent")


def test_strict_tables_refuse_a_wrong_type(tmp_path):
    numbers = migrations("numbers")

    @numbers()
    def create(db):
        db["n"].create({"n": int}, pk="n", strict=True)

    with (
        Store.open(tmp_path / "n.sqlite", numbers) as store,
        pytest.raises(sqlite3.IntegrityError),
        store.write() as db,
    ):
        db.execute("INSERT INTO n VALUES ('many')")


def test_journal_is_wal_and_durable_means_full_sync(tmp_path):
    with (
        Store.open(tmp_path / "a", ONE) as quick,
        Store.open(tmp_path / "b", ONE, durable=True) as durable,
    ):
        assert quick.rows("PRAGMA journal_mode") == [{"journal_mode": "wal"}]
        assert quick.rows("PRAGMA synchronous") == [{"synchronous": 1}]
        assert durable.rows("PRAGMA synchronous") == [{"synchronous": 2}]


def test_an_older_file_is_brought_up_and_keeps_its_rows(path):
    with Store.open(path, ONE) as store:
        put(store, "a", "old")
    with Store.open(path, TWO) as store:
        assert store.rows("SELECT * FROM note") == [{"id": "a", "text": "old", "colour": None}]


def test_a_newer_file_is_refused_untouched(path):
    Store.open(path, TWO).close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as refused:
        Store.open(path, ONE)
    assert refused.value.code == "store_newer"
    assert refused.value.facts["migration"] == "colour"
    assert path.read_bytes() == before


@pytest.mark.parametrize("garbage", ["all", "middle"])
def test_a_corrupt_file_is_refused_untouched(path, garbage):
    with Store.open(path, ONE) as store, store.write() as db:
        db.executemany(PUT, [(str(n), "x" * 500) for n in range(200)])
    content = bytearray(path.read_bytes())
    start = 0 if garbage == "all" else 8192
    content[start:] = b"\x5a" * (len(content) - start)
    path.write_bytes(content)
    with pytest.raises(StoreError) as refused:
        Store.open(path, ONE)
    assert refused.value.code == "store_corrupt"
    assert path.read_bytes() == content


def test_a_corrupt_file_set_aside_keeps_its_bytes_and_makes_room(path):
    path.parent.mkdir()
    path.write_bytes(b"not a database, surely" * 100)
    away = set_aside(path)
    assert away.read_bytes() == b"not a database, surely" * 100
    Store.open(path, ONE).close()
    assert set_aside(path) != away


def test_a_file_of_no_bytes_is_a_new_one(path):
    path.parent.mkdir()
    path.touch()
    with Store.open(path, ONE) as store:
        assert texts(store) == []


def test_a_folder_that_cannot_be_made_is_unwritable(tmp_path):
    (tmp_path / "house").write_text("a file where the folder should be")
    with pytest.raises(StoreError) as refused:
        Store.open(tmp_path / "house" / "notes.sqlite", ONE)
    assert refused.value.code == "store_unwritable"


_OPEN_AS_NOBODY = """
import os, sys
from pathlib import Path
from fleet.errors import StoreError
from fleet.store import Store, migrations
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    Store.open(Path(sys.argv[1]), migrations("notes"))
except StoreError as error:
    print(error.code)
"""


@pytest.fixture
def open_folder():
    """A folder that any user may walk into; pytest's own is closed to others."""
    import tempfile  # noqa: PLC0415 - only here

    folder = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    folder.chmod(0o755)
    yield folder
    for each in folder.rglob("*"):
        each.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("existing", [True, False])
def test_a_read_only_folder_is_unwritable(open_folder, existing):
    house = open_folder / "house"
    house.mkdir()
    if existing:
        Store.open(house / "notes.sqlite", ONE).close()
        (house / "notes.sqlite").chmod(0o444)
    house.chmod(0o555)
    ran = subprocess.run(
        [sys.executable, "-c", _OPEN_AS_NOBODY, str(house / "notes.sqlite")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert ran.stdout.strip() == "store_unwritable", ran.stderr


def test_a_full_file_refuses_the_write_and_keeps_what_was(store):
    put(store, "a", "before")
    store.rows("PRAGMA max_page_count=10")
    with pytest.raises(StoreError) as refused, store.write() as db:
        db.executemany(PUT, [(f"n{n}", "x" * 1000) for n in range(1000)])
    assert refused.value.code == "disk_full"
    assert texts(store) == ["before"]


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 KiB; only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("may not mount a small disk here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_said_and_loses_nothing(small_disk):
    with Store.open(small_disk / "notes.sqlite", ONE) as store:
        put(store, "a", "before")
        with pytest.raises(StoreError) as refused, store.write() as db:
            db.executemany(PUT, [(f"n{n}", "x" * 1000) for n in range(1000)])
        assert refused.value.code == "disk_full"
    with Store.open(small_disk / "notes.sqlite", ONE) as store:
        assert texts(store) == ["before"]


def test_a_disk_too_full_to_open_on_is_said(small_disk):
    (small_disk / "filler").write_bytes(b"x" * 255 * 1024)
    with pytest.raises(StoreError) as refused:
        Store.open(small_disk / "notes.sqlite", ONE)
    assert refused.value.code == "disk_full"


def test_a_disk_too_full_for_a_copy_is_said_and_the_file_stays_as_it_was(small_disk):
    file = small_disk / "notes.sqlite"
    with Store.open(file, ONE) as opened:
        put(opened, "a", "old")
    with pytest.raises(StoreError) as refused:
        Store.open(file, TWO)
    assert refused.value.code == "no_room_for_copy"
    with Store.open(file, ONE) as opened:
        assert texts(opened) == ["old"]


def test_a_file_locked_by_another_is_said(store, path, monkeypatch):
    monkeypatch.setattr("fleet.store._BUSY_S", 0.05)
    with Store.open(path, ONE) as other, store.write(), pytest.raises(StoreError) as refused:
        put(other, "a", "x")
    assert refused.value.code == "store_locked"


def test_a_reader_sees_commits_and_cannot_write(store):
    put(store, "a", "one")
    with store.reader() as reader:
        assert texts(reader) == ["one"]
        put(store, "b", "two")
        assert texts(reader) == ["one", "two"]
        with pytest.raises(StoreError) as refused:
            put(reader, "c", "three")
    assert refused.value.code == "store_unwritable"


def test_another_thread_never_reads_an_open_transaction(store):
    seen = []
    looking = threading.Event()

    def look():
        looking.set()
        seen.extend(texts(store))

    other = threading.Thread(target=look)
    with store.write() as db:
        db.execute(PUT, ("a", "half"))
        other.start()
        assert looking.wait(5)
        db.execute("UPDATE note SET text = 'whole'")
    other.join(5)
    assert seen == ["whole"]


def test_a_backup_holds_what_was_committed(store, tmp_path):
    put(store, "a", "kept")
    store.backup(tmp_path / "copy.sqlite")
    put(store, "b", "later")
    with Store.open(tmp_path / "copy.sqlite", ONE) as copy:
        assert texts(copy) == ["kept"]
    assert not (tmp_path / "copy.sqlite.part").exists()


_WRITE_AND_HANG = """
import sys
from pathlib import Path
from fleet.store import Store, migrations
M = migrations("notes")
@M()
def create(db):
    db["note"].create({"id": str, "text": str}, pk="id", strict=True)
store = Store.open(Path(sys.argv[1]), M)
with store.write() as db:
    db.execute("INSERT INTO note VALUES ('a', 'committed')")
with store.write() as db:
    db.execute("INSERT INTO note VALUES ('b', 'half')")
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_kill_in_the_middle_keeps_commits_and_drops_the_rest(path):
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITE_AND_HANG, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert writer.stdout.readline() == b"ready\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    with Store.open(path, ONE) as store:
        assert texts(store) == ["committed"]


def test_the_house_lock_names_its_holder(tmp_path):
    with HouseLock(tmp_path / "house"), pytest.raises(StoreError) as refused:
        HouseLock(tmp_path / "house").take()
    assert refused.value.code == "house_locked"
    assert refused.value.facts["pid"] == str(os.getpid())


def test_the_rights_of_a_house_that_is_there_are_let_be(tmp_path):
    (tmp_path / "house").mkdir()
    (tmp_path / "house").chmod(0o750)
    with HouseLock(tmp_path / "house"):
        assert stat.S_IMODE((tmp_path / "house").stat().st_mode) == 0o750


def test_a_released_house_lock_can_be_taken_again(tmp_path):
    with HouseLock(tmp_path):
        pass
    with HouseLock(tmp_path):
        assert (tmp_path / "lock").read_text().strip() == str(os.getpid())


def test_looking_at_a_file_that_nobody_has_open_leaves_nothing_beside_it(path):
    with Store.open(path, ONE) as store:
        put(store, "a", "kept")
    with Store.look(path, still=True) as look:
        assert texts(look) == ["kept"]
    assert examine(path, TWO) == ("colour",)
    assert [one.name for one in path.parent.iterdir()] == ["notes.sqlite"]


def test_looking_at_a_file_that_is_written_sees_what_is_only_in_its_log(store, path):
    put(store, "a", "in the log")
    with Store.look(path, still=True) as look:
        assert texts(look) == ["in the log"]
    assert examine(path, ONE) == ()


def test_a_file_that_somebody_begins_to_write_while_it_is_examined_is_not_called_damaged(
    path, monkeypatch
):
    Store.open(path, ONE).close()
    log = path.with_name(path.name + "-wal")
    whole = store_module._examine

    def examined(*said, still=False):
        if still:
            log.touch()
            raise StoreError("store_corrupt", path=path, words="torn")
        return whole(*said)

    monkeypatch.setattr(store_module, "_examine", examined)
    assert examine(path, ONE) == ()


def test_what_was_committed_is_brought_into_the_file_itself(path):
    left = Store.open(path, ONE)
    put(left, "a", "kept")
    left.close()
    settle(path)
    assert [one.name for one in path.parent.iterdir()] == ["notes.sqlite"]
    with Store.look(path) as look:
        assert look.rows("PRAGMA journal_mode") == [{"journal_mode": "delete"}]


def test_a_new_house_is_nobody_elses_to_read_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        with HouseLock(tmp_path / "above" / "house"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "above" / "house").stat().st_mode & 0o777 == 0o700
