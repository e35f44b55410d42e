"""A real PostgreSQL for tests: its own cluster in a temporary folder, reached by a socket in it.

`python -m tests.postgres` is the keeper: it makes the cluster, says where it is in one JSON line,
and ends with its standard input. So nothing stays, not even after a SIGKILL of the tests; where the
keeper itself is killed, the kernel ends the server. It listens on no port and is nobody else's.
"""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).parents[1]
_PDEATHSIG = 1  # PR_SET_PDEATHSIG, linux/prctl.h
_UNSAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # it never outlives us


class Cluster:
    """A running server. `fresh` gives an empty database, `copy` one like another."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def fresh(self, template: str = "template1") -> str:
        """Make a database and return the address that the hub takes."""
        name = f"hub_{uuid.uuid4().hex}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Take a database away, whoever is still in it."""
        self.do(f"DROP DATABASE IF EXISTS {name_of(url)} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://orangery@/{name}?host={self.folder}"

    def do(self, sql: str) -> None:
        """Do something about databases; not in a transaction."""
        at = f"postgresql://orangery@/postgres?host={self.folder}"
        with psycopg.connect(at, autocommit=True) as connection:
            connection.execute(sql)


def name_of(url: str) -> str:
    """The name of the database in an address."""
    found = re.search(r"@/(\w+)\?", url)
    assert found is not None
    return found[1]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server for as long as the block runs."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl+C is for the tests; they tell the keeper
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        line = keeper.stdout.readline()  # ends with the keeper, so it never waits for ever
        assert line, "no PostgreSQL could be started here: scripts/setup test installs one"
        yield Cluster(json.loads(line)["folder"])
    finally:
        keeper.stdin.close()
        keeper.wait(60)
        keeper.stdout.close()


def programs() -> Path:
    """The folder with initdb and postgres, of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        sys.exit("There is no PostgreSQL on this machine: scripts/setup test installs it.")
    return (found[-1] if found else Path(str(on_path)).resolve()).parent


def keep() -> None:
    """Make a cluster, serve until standard input ends, take everything away."""
    bin_folder = programs()
    folder = Path(tempfile.mkdtemp(prefix="orangery-pg-"))
    user: dict[str, object] = {}
    if os.getuid() == 0:  # PostgreSQL refuses to be root
        other = pwd.getpwnam("postgres")
        os.chown(folder, other.pw_uid, other.pw_gid)
        user = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
    try:
        data = str(folder / "data")
        words = ("--no-sync", "--auth=trust", "--username=orangery", "--encoding=UTF8")
        made = subprocess.run(
            [str(bin_folder / "initdb"), "-D", data, *words, "--locale=C.UTF-8"],
            capture_output=True, text=True, check=False, cwd=folder, **user,
        )  # fmt: skip
        if made.returncode:
            sys.exit(made.stderr)
        _serve(bin_folder, folder, data, user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(bin_folder: Path, folder: Path, data: str, user: dict[str, object]) -> None:
    settings = [f"-c{one}" for one in (*_UNSAFE, "listen_addresses=", "max_connections=120")]
    log = folder / "log"
    with log.open("w") as said:
        server = subprocess.Popen(
            [str(bin_folder / "postgres"), "-D", data, "-k", str(folder), *settings],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=folder,
            preexec_fn=_end_with_us,  # noqa: PLW1509 - the keeper has one thread
            **user,
        )  # fmt: skip
    try:
        _until_it_answers(folder, server, log)
        sys.stdout.write(json.dumps({"folder": str(folder), "pid": server.pid}) + "\n")
        sys.stdout.flush()
        sys.stdin.buffer.read()
    finally:
        server.send_signal(signal.SIGINT)  # "fast": it does not wait for clients
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _end_with_us() -> None:
    """In the child, after it has become another user: the kernel ends it when we die."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)


def _until_it_answers(folder: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        try:
            psycopg.connect(f"postgresql://orangery@/postgres?host={folder}").close()
        except psycopg.OperationalError:
            try:
                server.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
        return
    sys.exit(log.read_text())


if __name__ == "__main__":
    keep()
