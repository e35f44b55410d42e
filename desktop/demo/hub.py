"""The makers' hub in the demo: the real `orangery-hub` in a process of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from desktop.processes import environment, hub_command
from fleet.brokers import free_port
from fleet.errors import CommandError


class DemoHub:
    """Starts and stops the hub whose data lie in `folder`; its address stays the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; returns when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        words = hub_command(
            "serve", "--data", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)
        )
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment({})
            )
        ready = self._process.stdout.readline() if self._process.stdout else b""
        if not ready:
            self.stop()
            raise CommandError("hub_did_not_start", log=self.folder / "log")
        json.loads(ready)

    def stop(self) -> None:
        """Ask it to end and wait; its data stay."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(20)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None

    def invite(self) -> str:
        """Return a fresh invitation code."""
        return self._run("invite").strip().splitlines()[-1]

    def add_staff(self, name: str) -> str:
        """Return the token of a new member of staff."""
        return self._run("staff", "add", name).strip().splitlines()[-1]

    def _run(self, *words: str) -> str:
        command = hub_command(*words, "--data", str(self.folder))
        done = subprocess.run(  # noqa: S603 - our own program
            command, capture_output=True, text=True, check=False, env=environment({})
        )
        if done.returncode:
            raise CommandError("hub_did_not_start", log=done.stderr[-300:])
        return done.stdout
