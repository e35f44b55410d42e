"""One window for each house: the second start asks the first to show itself, then ends. No Qt.

The first window holds `window.lock` in the house's folder and listens at `window.socket`, which
only this user can reach. One line of JSON goes there, {"show": "orangery:device/…"} ("": only come
to the front), and one comes back, {"error": ""}. What is not understood is refused.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from pathlib import Path

import msgspec

from fleet import local_socket
from fleet.errors import CommandError, StoreError
from fleet.store import HouseLock

LONGEST = 16_384
"""Bytes of a line, either way: a path of 4096 bytes is up to three times as long in an address."""

_ANSWER_S = 5.0
_START_S = 20.0  # a window that has just been started listens once it is drawn
_POLL_S = 0.05
_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")  # without one no window may come forward


class Knock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a second start wants of the first."""

    show: str = ""  # a link, or a file as file:///…; "": nothing but to be seen
    token: str = ""  # by which the desktop lets a window come to the front


class Answer(msgspec.Struct, frozen=True):
    """What became of it; `error`: a code, "" where it was done."""

    error: str = ""


def socket_path(folder: Path) -> Path:
    """Return where the window of the house in `folder` listens."""
    return folder / "window.socket"


def first(folder: Path) -> HouseLock | None:
    """Take the right to be the window of this house; None: there is one already. StoreError."""
    lock = HouseLock(folder, "window.lock")
    try:
        lock.take()
    except StoreError as error:
        if error.code == "house_locked":
            return None
        raise
    return lock


def show(folder: Path, link: str = "", *, patience_s: float = _START_S) -> None:
    """Bring the window of this house to the front, at `link`; waits while it is just starting.

    CommandError: window_no_answer; link_unknown where it does not understand the link.
    """
    token = next((os.environ[name] for name in _TOKENS if os.environ.get(name)), "")
    line = msgspec.json.encode(Knock(show=link, token=token)) + b"\n"
    deadline = time.monotonic() + patience_s
    while True:
        try:
            answer = _asked(socket_path(folder), line)
        except (OSError, msgspec.MsgspecError) as error:
            if time.monotonic() > deadline:
                raise CommandError("window_no_answer", words=error) from error
            time.sleep(_POLL_S)
        else:
            break
    if answer.error:
        raise CommandError(answer.error, link=link)


def understood(line: bytes) -> Knock:
    """Read what came in. CommandError("knock_unreadable")."""
    try:
        return msgspec.json.decode(line[:LONGEST], type=Knock)
    except msgspec.MsgspecError as error:
        raise CommandError("knock_unreadable", words=error) from error


def _asked(path: Path, line: bytes) -> Answer:
    with contextlib.closing(local_socket.connected(path)) as connection:
        connection.settimeout(_ANSWER_S)
        connection.sendall(line)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while len(said) < LONGEST and (piece := connection.recv(LONGEST)):
            said += piece
    return msgspec.json.decode(said, type=Answer)
