"""A private D-Bus with a logind, a NetworkManager and a UPower of our own making on it."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

LIMIT = 10.0
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
</policy></busconfig>
"""
LOGIND, NETWORK, UPOWER = (
    f"org.freedesktop.{name}" for name in ("login1", "NetworkManager", "UPower")
)


class PrivateBus:
    """A dbus-daemon of our own in `folder`; never the machine's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.address = f"unix:path={folder / 'bus'}"

    def __enter__(self) -> Self:
        config = self._folder / "bus.conf"
        config.write_text(CONFIG.format(socket=self._folder / "bus"))
        program = shutil.which("dbus-daemon")
        assert program, "scripts/setup test installs dbus-daemon"
        self._process = subprocess.Popen(
            [program, f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout
        assert self._process.stdout.readline()  # it listens
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(LIMIT)
        assert self._process.stdout
        self._process.stdout.close()


class FakeSystem:
    """Owns the three names, hands out inhibitors as pipes, and signals what a test says."""

    def __init__(self, address: str, names: tuple[str, ...] = (LOGIND, NETWORK, UPOWER)) -> None:
        self._line = open_dbus_connection(address, enable_fds=True)
        for name in names:
            self._line.send_and_get_reply(message_bus.RequestName(name), timeout=LIMIT)
        self.values: dict[str, tuple[str, Any]] = {
            "Metered": ("u", 4),
            "OnBattery": ("b", False),
            "LidIsPresent": ("b", False),
        }
        self.refused: set[str] = set()
        self.held: list[tuple[str, str, int]] = []  # what, mode, our end of its pipe
        self.asker = ""  # whoever asked for an inhibitor last
        self._given: int | None = None
        self._moved = threading.Condition()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._line.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(LIMIT)
        self._line.close()
        for _, _, end in self.held:
            os.close(end)

    def wait_for(self, holds: Callable[[], bool]) -> None:
        """Wait until it is so of what we were asked."""
        with self._moved:
            assert self._moved.wait_for(holds, LIMIT), self.held

    def holding(self, mode: str) -> list[str]:
        """What is inhibited now in this mode."""
        return [what for what, how, end in self.held if how == mode and not _released(end)]

    def prepare(self, what: str, *, start: bool) -> None:
        """Say PrepareForSleep or PrepareForShutdown."""
        self._line.send(new_signal(_manager(LOGIND, "login1"), f"PrepareFor{what}", "b", (start,)))

    def change(self, name: str, value: object) -> None:
        """Give a property of NetworkManager or UPower another value, and signal it."""
        kind, _ = self.values[name]
        self.values[name] = (kind, value)
        where = "NetworkManager" if name == "Metered" else "UPower"
        emitter = DBusAddress(
            f"/org/freedesktop/{where}", interface="org.freedesktop.DBus.Properties"
        )
        body = (f"org.freedesktop.{where}", {name: (kind, value)}, [])
        self._line.send(new_signal(emitter, "PropertiesChanged", "sa{sv}as", body))

    def _serve(self) -> None:
        while (asked := self._next()) is not None:
            if asked.header.message_type is not MessageType.method_call:
                continue
            member = asked.header.fields[HeaderFields.member]
            self._line.send(self._answer(asked, member))
            if self._given is not None:
                os.close(self._given)
                self._given = None

    def _next(self) -> Message | None:
        try:
            return self._line.receive()
        except OSError:  # the bus or the test has ended
            return None

    def _answer(self, asked: Message, member: str) -> Message:
        if member == "Get":
            return new_method_return(asked, "v", (self.values[asked.body[1]],))
        what, _, _, mode = asked.body
        self.asker = asked.header.fields[HeaderFields.sender]
        if what in self.refused:
            return new_error(asked, "org.freedesktop.DBus.Error.AccessDenied", "s", ("Denied",))
        ours, theirs = os.pipe()
        with self._moved:
            self.held.append((what, mode, ours))
            self._moved.notify_all()
        self._given = theirs  # closed once it is on its way
        return new_method_return(asked, "h", (theirs,))


def forged(address: str, to: str) -> None:
    """Send `to` a PrepareForSleep as anybody on the bus may."""
    line = open_dbus_connection(address)
    signal = new_signal(_manager(LOGIND, "login1"), "PrepareForSleep", "b", (True,))
    signal.header.fields[HeaderFields.destination] = to
    line.send(signal)
    line.close()


def released(system: FakeSystem, mode: str) -> bool:
    """Wait until everything of this mode has been let go."""
    ends = [end for _, how, end in system.held if how == mode]
    return all(select.select([end], [], [], LIMIT)[0] for end in ends)


def _released(end: int) -> bool:
    return bool(select.select([end], [], [], 0)[0])


def _manager(name: str, short: str) -> DBusAddress:
    return DBusAddress(f"/org/freedesktop/{short}", name, f"{name}.Manager")
