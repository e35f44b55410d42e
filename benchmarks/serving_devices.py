"""Devices of a process of their own: each fetches a file in ranges, over connections that are cut.

`python -m benchmarks.serving_devices SIZE CUTS SEED URL...` says "ready", begins at a line on its
input, says "fetched" when the last byte of the last device is here, and then the sha256 of each.
"""

from __future__ import annotations

import hashlib
import random
import selectors
import socket
import sys
from urllib.parse import urlsplit

_HEAD_MAX = 4096  # bytes


class Device:
    """One device: where it is in the file, and where its connections will be cut."""

    def __init__(self, url: str, size: int, cuts: list[int]) -> None:
        self._where = urlsplit(url)
        self._cuts = sorted(cuts, reverse=True)
        self.body = bytearray(b"?") * size  # a device's own memory, there before the clock runs
        self._view = memoryview(self.body)
        self._at = 0

    def begin(self) -> None:
        """Ask for the file."""
        self.link = self._asked()

    def go_on(self) -> bool:
        """Take what is here; True: the connection is at its end, `link` may be another one."""
        if not self._head_read:
            self._take_head()
            return False
        got = self.link.recv_into(self._view[self._at :])
        if not got:
            raise RuntimeError(f"cut by the server at {self._at}")
        self._at += got
        return self._at >= self._until

    def again(self) -> bool:
        """Cut the connection and ask for the rest; False: there is none."""
        self.link.close()
        if self._at >= len(self.body):
            return False
        self.link = self._asked()
        return True

    def _asked(self) -> socket.socket:
        self._until = self._cuts.pop() if self._cuts else len(self.body)
        self._until = max(self._until, self._at)
        self._head_read = False
        link = socket.create_connection((self._where.hostname, self._where.port))
        host = self._where.netloc
        asked = (
            f"GET {self._where.path} HTTP/1.1\r\nHost: {host}\r\nRange: bytes={self._at}-\r\n\r\n"
        )
        link.sendall(asked.encode())
        return link

    def _take_head(self) -> None:
        seen = self.link.recv(_HEAD_MAX, socket.MSG_PEEK)
        if not seen:
            raise RuntimeError("no answer")
        end = seen.find(b"\r\n\r\n") + 4
        if end < 4:
            return
        if b" 206 " not in seen[:20]:
            raise RuntimeError(seen[:end].decode(errors="replace"))
        self.link.recv(end)
        self._head_read = True


def main(size: int, cuts: int, seed: int, urls: list[str]) -> None:
    dice = random.Random(seed)
    plans = [[dice.randrange(size) for _ in range(cuts)] for _ in urls]
    devices = [Device(url, size, plan) for url, plan in zip(urls, plans, strict=True)]
    selector = selectors.DefaultSelector()
    print("ready", flush=True)
    sys.stdin.readline()
    for device in devices:
        device.begin()
        selector.register(device.link, selectors.EVENT_READ, device)
    left = len(devices)
    while left:
        for key, _ in selector.select():
            device = key.data
            if device.go_on():
                selector.unregister(key.fileobj)
                if device.again():
                    selector.register(device.link, selectors.EVENT_READ, device)
                else:
                    left -= 1
    print("fetched", flush=True)
    for device in devices:
        print(hashlib.sha256(device.body).hexdigest(), flush=True)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]), sys.argv[4:])
