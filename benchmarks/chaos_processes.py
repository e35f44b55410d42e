"""The reference agent as processes that are killed and started again, and what they installed."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from desktop.processes import own_command, start
from firmware.agent_offer import Me
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.model import Message


class Processes:
    """One process for each of `names`, all of one kind; `start` before, `stop` after."""

    def __init__(self, flash: Path, root: Path, port: int, kind: Me, names: Sequence[str]) -> None:
        self.installs: dict[str, Counter[str]] = {name: Counter() for name in names}  # by transfer
        self._flash, self._root, self._port, self._kind = flash, root, port, kind
        self._names = names
        self._last: dict[str, str] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._bus = Bus(
            BrokerSettings(host="127.0.0.1", port=port),
            on_message=self._came,
            on_state=lambda _: None,
        )
        self._bus.subscribe([("orangery/v1/dev/+/fw/status", 1)])

    def start(self) -> None:
        """Switch them on."""
        self._bus.start()
        for name in self._names:
            self._start(name)

    def kill(self, name: str) -> None:
        """SIGKILL, and on it goes."""
        self._end(name)
        self._start(name)

    def stop(self) -> None:
        """Kill them all."""
        for name in list(self._running):
            self._end(name)
        self._bus.stop()

    def _end(self, name: str) -> None:
        process = self._running.pop(name)
        process.kill()
        process.wait(30)
        assert process.stdin is not None
        process.stdin.close()

    def _start(self, name: str) -> None:
        kind = self._kind
        given = {
            "--port": self._port, "--id": name, "--vendor": kind.vendor, "--model": kind.model,
            "--hardware": kind.hardware, "--folder": self._flash / name, "--root": self._root,
            "--transport": "mqtt" if name.endswith("1") else "http", "--boot-seconds": 0.2,
        }  # fmt: skip
        words = [str(word) for pair in given.items() for word in pair]
        command = own_command("agent", "--tied", *words)
        self._running[name] = start(command, self._flash / name / "log")

    def _came(self, message: Message) -> None:
        name = message.topic.split("/")[3]
        if name in self.installs and message.payload and not message.retain:
            said = msgspec.json.decode(message.payload)
            now = said["transfer"] if said["phase"] == "rebooting" else ""
            if now and now != self._last.get(name):
                self.installs[name][now] += 1
            self._last[name] = now
