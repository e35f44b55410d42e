"""The hub as a service of systemd: its unit, the word that it is ready, and the memory it needs.

Formats: systemd.service(5), sd_notify(3), proc_pid_status(5).
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import sys
from pathlib import Path

import resources
from feedback.wire import HubError

UNIT = "orangery-hub.service"


def unit(port: int) -> str:
    """Return the unit of a hub that listens on loopback; a reverse proxy before it does TLS."""
    program = shutil.which("orangery-hub")
    command = [program] if program else [sys.executable, "-m", "hub"]
    said = shlex.join([*command, "serve", "--port", str(port)])
    for special in "%$":  # systemd would put something else in their place
        said = said.replace(special, 2 * special)
    text = resources.path(f"systemd/{UNIT}").read_text(encoding="utf-8")
    return text.replace("@COMMAND@", said)


def notify(state: str) -> bool:
    """Tell systemd `state` ("READY=1"); False where nobody hears it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # an abstract one
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        try:
            told.connect(address)
            told.sendall(state.encode())
        except OSError:
            return False  # a hub lives on also where nobody hears that it does
    return True


def memory(pid: int) -> dict[str, int]:
    """Return what a process needs now and needed at most, in bytes.

    HubError("no_such_process"): it is gone, or this system has no /proc.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise HubError("no_such_process", pid=pid, fact=error) from error
    said = dict(line.split(":", 1) for line in lines if ":" in line)
    return {
        name: int(said[field].split()[0]) * 1024
        for name, field in (("resident", "VmRSS"), ("most", "VmHWM"))
        if field in said
    }
