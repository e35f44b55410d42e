"""The makers' hub in the demo: the real `orangery-hub` in a process of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

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
            "serve", "--with-parent", "--data", str(self.folder), "--port", str(self.port)
        )
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment({}),
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

    def staff(self, token: str, *words: str) -> Any:  # noqa: ANN401 - what the hub's command prints
        """Let a member of staff work at the hub: `orangery-hub reports words...`."""
        said = self._do(
            hub_command("reports", *words, "--json"),
            ORANGERY_HUB_URL=self.url,
            ORANGERY_HUB_TOKEN=token,
        )
        return json.loads(said) if said.strip() else None

    def _run(self, *words: str) -> str:
        return self._do(hub_command(*words, "--data", str(self.folder)))

    def _do(self, command: list[str], **extra: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own program
            command, capture_output=True, text=True, check=False, env=environment(extra)
        )
        if done.returncode:
            raise CommandError("hub_command_failed", words=done.stderr.strip()[-300:])
        return done.stdout
