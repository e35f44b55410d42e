"""The PostgreSQL of the tests: nobody else's, and gone with them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.postgres import ROOT, name_of

pytestmark = pytest.mark.postgres


def started() -> tuple[subprocess.Popen[str], dict]:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert keeper.stdout is not None
    return keeper, json.loads(keeper.stdout.readline())


def until_gone(pid: int) -> bool:
    """Whether the process ends within 20 s; a zombie counts as ended."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        os.sched_yield()
    return False


def test_a_database_is_the_makers_own_and_can_be_copied(postgres):
    first = postgres.fresh()
    with psycopg.connect(first.replace("+psycopg", "")) as db:
        db.execute("CREATE TABLE t AS SELECT 7 AS n")
    copy = postgres.fresh(name_of(first))
    with psycopg.connect(copy.replace("+psycopg", "")) as db:
        assert db.execute("SELECT n FROM t").fetchone() == (7,)
    postgres.drop(first)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(first.replace("+psycopg", ""))


def test_it_listens_on_no_port(postgres):
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", "")) as db:
        assert db.execute("SHOW listen_addresses").fetchone() == ("",)


def test_nothing_stays_when_the_tests_are_killed():
    keeper, told = started()
    keeper.communicate()  # closes its input: what the kernel does for a process that is killed
    assert keeper.returncode == 0
    assert until_gone(told["pid"])
    assert not Path(told["folder"]).exists()


def test_the_server_ends_with_a_keeper_that_is_killed():
    keeper, told = started()
    keeper.send_signal(signal.SIGKILL)
    keeper.communicate()
    assert until_gone(told["pid"])
    subprocess.run(["rm", "-rf", told["folder"]], check=True)
