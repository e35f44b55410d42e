"""A real hub process for tests: started by `python -m hub serve`, killed by its own id."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from hub import members
from hub.staff import StaffClient
from hub.store import Store

ROOT = Path(__file__).parents[2]
_START_S = 60.0
UNLIMITED = (
    "pushes_per_minute",
    "similar_per_minute",
    "strangers_per_minute",
    "enrols_per_minute",
    "hub_enrols_per_minute",
    "logins_per_minute",
    "ops_per_day",
    "reports_per_minute",
    "reports_per_day",
    "outcomes_per_day",
    "shed_outcomes_at",
    "shed_all_at",
)


class RunningHub:
    """One hub on loopback; the same folder and port when started again."""

    def __init__(self, folder: Path, database: str = "", *more: str) -> None:
        self.more = more
        self.folder = folder
        self.database = database
        self.url = ""
        self.process: subprocess.Popen[str] | None = None
        self.store = Store(folder, database)
        self.store.migrate()

    def start(self) -> RunningHub:
        port = self.url.rpartition(":")[2] or "0"
        self.process = launch(self.folder, port, "--database", self.database, *self.more)
        self.url = ready(self.process)["url"]
        return self

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)
        return self.process.returncode

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.store.close()

    def invite(self) -> str:
        with self.store.write() as db:
            return members.invite(db, self.store.secret(), now=time.time())

    def staff(self, name: str = "Lin") -> StaffClient:
        with self.store.write() as db:
            token = members.add_staff(db, name, now=time.time())
        return StaffClient(self.url, token)


def launch(folder: Path, port: str = "0", *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "hub", "serve", "--data", str(folder), "--port", port]
    limits = ["--public-seconds", "0"]
    for name in UNLIMITED:
        limits += ["--set", f"limits.{name}=1000000"]
    return subprocess.Popen(
        [*command, *limits, *more],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ready(process: subprocess.Popen[str]) -> dict[str, object]:
    assert process.stdout is not None
    line = process.stdout.readline()  # ends with the process, so it never waits for ever
    assert line, process.communicate()[1]
    return json.loads(line)


def free_port() -> int:
    """A port of loopback that was free a moment ago, for programs that must be told one."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
