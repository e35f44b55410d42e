"""The devices of the demo house: reference agents as processes, simulated others beside them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from desktop.processes import own_command, start

VENDOR = "Grove"
LAMP = "Lumen L1"
PLUG = "Sprout S2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """A reference agent of the demo house."""

    id: str
    name: str
    room: str = ""
    hardware: str = "A"
    transport: str = "http"


LAMPS = (
    Lamp(id="lamp-1", name="Balcony lamp", room="Balcony"),
    Lamp(id="lamp-2", name="Desk lamp", room="Study", transport="mqtt"),
    Lamp(id="lamp-3", name="Hall lamp", room="Hall", hardware="B"),
    Lamp(id="lamp-4", name="Kitchen lamp", room="Kitchen"),
    Lamp(id="lamp-5", name="Porch lamp", room="Porch"),
)
"""The hall lamp has hardware B, which the first image of the story does not boot on."""


class Agents:
    """Reference agents, each a process of its own that ends with this one."""

    def __init__(self, folder: Path, root: Path, port: int, protocol: str) -> None:
        self._folder = folder
        self._root = root
        self._port = port
        self._protocol = protocol
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, lamp: Lamp, version: str) -> None:
        """Start one; `version` is what it left the factory with."""
        folder = self._folder / lamp.id
        folder.mkdir(parents=True, exist_ok=True)
        words = own_command("agent", "--tied", "--port", str(self._port))
        words += ["--protocol", self._protocol, "--id", lamp.id, "--name", lamp.name]
        words += [
            "--vendor",
            VENDOR,
            "--model",
            LAMP,
            "--hardware",
            lamp.hardware,
            "--kind",
            "light",
        ]
        words += ["--version", version, "--folder", str(folder), "--root", str(self._root)]
        words += ["--transport", lamp.transport, "--boot-seconds", "0.5"]
        self._processes[lamp.id] = start(words, folder / "log")

    def stop(self) -> None:
        """Ask them all to end."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(20)
            if process.stdin is not None:
                process.stdin.close()
        self._processes.clear()
