"""Where the window hears that it was started once more, or that a link of it was opened."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QSocketNotifier, QTimer

from desktop import knock
from fleet import local_socket
from fleet.errors import CommandError, StoreError

logger = logging.getLogger(__name__)

_AT_ONCE = 8  # who knocks more often than this at a time is let go
_PATIENCE_MS = 5_000


class Doorbell(QObject):
    """Listens for the whole life of the window; whoever knocks is answered in the Qt thread.

    `show` is called with the link and raises CommandError where it does not understand it. Sockets
    of the standard library, watched by Qt: QtNetwork would be loaded for this alone.
    """

    def __init__(self, folder: Path, show: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._path = knock.socket_path(folder)
        self._show = show
        self._guests: set[_Guest] = set()
        self._socket: socket.socket | None = None
        try:
            self._socket = local_socket.listening(self._path)
        except StoreError as error:  # a second start opens a second window: no harm but for that
            logger.warning("a second start cannot be heard: %s", error)
            return
        self._socket.setblocking(False)
        self._bell = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read, self)
        self._bell.activated.connect(self._rung)

    def close(self) -> None:
        """Listen no more; a second call does nothing."""
        if self._socket is not None:
            self._bell.setEnabled(False)
            for guest in list(self._guests):
                guest.close()
            self._socket.close()
            self._socket = None
            self._path.unlink(missing_ok=True)

    def _rung(self) -> None:
        if self._socket is None:
            return
        try:
            line, _ = self._socket.accept()
        except OSError as error:
            logger.warning("who knocked could not be let in: %s", error)
            return
        if len(self._guests) >= _AT_ONCE:
            line.close()
            return
        self._guests.add(_Guest(line, self))

    def answer(self, line: bytes) -> knock.Answer:
        """Do what a line asks; the code of what was not understood."""
        try:
            asked = knock.understood(line)
            if asked.token:
                os.environ["XDG_ACTIVATION_TOKEN"] = asked.token  # Qt takes it from there
            self._show(asked.show)
        except CommandError as error:
            logger.info("a knock was refused: %s", error)
            return knock.Answer(error=error.code)
        return knock.Answer()

    def gone(self, guest: _Guest) -> None:
        """Forget one who was answered or has left."""
        self._guests.discard(guest)


class _Guest(QObject):
    """One who knocks: their line is read as it comes, never waited for."""

    def __init__(self, line: socket.socket, bell: Doorbell) -> None:
        super().__init__(bell)
        self._line, self._doorbell = line, bell
        self._said = b""
        line.setblocking(False)
        self._notifier = QSocketNotifier(line.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._came)
        QTimer.singleShot(_PATIENCE_MS, self, self.close)

    def close(self) -> None:
        if self._line.fileno() >= 0:
            self._notifier.setEnabled(False)
            self._line.close()
            self._doorbell.gone(self)
            self.deleteLater()

    def _came(self) -> None:
        try:
            piece = self._line.recv(knock.LONGEST)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        self._said += piece
        if piece and b"\n" not in self._said and len(self._said) < knock.LONGEST:
            return
        with contextlib.suppress(OSError):  # who does not wait for the answer has lost nothing
            self._line.sendall(msgspec.json.encode(self._doorbell.answer(self._said)) + b"\n")
        self.close()
