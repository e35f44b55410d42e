"""Sockets of this user alone, as files of any length of name: the house's and the window's."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fleet.errors import StoreError


def listening(path: Path) -> socket.socket:
    """Listen at `path`, 0600, in place of what lay there; StoreError("store_unwritable").

    Only the holder of a lock may do that: a file left behind is replaced.
    """
    server = socket.socket(socket.AF_UNIX)
    try:
        path.unlink(missing_ok=True)
        os.fchmod(server.fileno(), 0o600)  # Linux gives it to the file: it is never open to others
        with _short(path) as name:
            server.bind(name)
        server.listen()
    except OSError as error:
        server.close()
        raise StoreError("store_unwritable", path=path, words=error.strerror or error) from error
    return server


def connected(path: Path) -> socket.socket:
    """Return a line to who listens at `path`; OSError where nobody does."""
    line = socket.socket(socket.AF_UNIX)
    try:
        with _short(path) as name:
            line.connect(name)
    except OSError:
        line.close()
        raise
    return line


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """Give a name of `path` short enough for a socket, which takes no more than 107 bytes."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
