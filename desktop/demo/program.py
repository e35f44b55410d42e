"""The household's program as a process of its own, so that it can be killed like a real one."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop.door import socket_path, waited
from desktop.processes import own_command, start
from desktop.wire import COMMANDS, FACTS
from fleet.client import SocketClient
from fleet.errors import CommandError, OrangeryError
from fleet.model import Snapshot

_START_LIMIT_S = 60.0
_POLL_S = 0.05


class Program:
    """`orangery serve` on the house in `folder`, and a client of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._client: SocketClient | None = None

    def start(self) -> None:
        """Start it; returns when it can be spoken to. CommandError("program_did_not_start")."""
        log = self.folder / "serve.log"
        command = own_command("--folder", str(self.folder), "serve", "--tied")
        self._process = start(command, log)
        deadline = time.monotonic() + _START_LIMIT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self._client = SocketClient(socket_path(self.folder), COMMANDS, FACTS)
            except OrangeryError:
                time.sleep(_POLL_S)
            else:
                return
        self.stop()
        raise CommandError("program_did_not_start", log=log)

    def kill(self) -> None:
        """SIGKILL: nothing is said to it, nothing can be tidied up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        if self._client is not None:
            self._client.close()
            self._client = None

    def do(self, command: object) -> Any:  # noqa: ANN401 - the command's own result
        """Send a command and return what it came to."""
        return waited(self.client.send(command))

    @property
    def client(self) -> SocketClient:
        """The client; CommandError while the program does not run."""
        if self._client is None:
            raise CommandError("program_did_not_start", log=self.folder / "serve.log")
        return self._client

    def snapshot(self) -> Snapshot:
        """Return what the house knows now."""
        return self.client.snapshot()

    def until(self, seen: Callable[[Snapshot], Any], what: str, limit_s: float = 60.0) -> Any:  # noqa: ANN401
        """Wait until `seen` gives something true of the house and return it.

        CommandError("story_waited_in_vain") names `what` after `limit_s` seconds.
        """
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if found := seen(self.snapshot()):
                return found
            time.sleep(_POLL_S)
        raise CommandError("story_waited_in_vain", what=what, seconds=limit_s)
