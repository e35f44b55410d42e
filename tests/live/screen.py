"""A screen that nobody sits at: Xvfb, with the picture on it read as it is."""

from __future__ import annotations

import os
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image

SOCKETS = Path("/tmp/.X11-unix")
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_FIELDS = 25  # of an XWD header, each of 32 bits, most significant first
_ANSWER_S = 20.0
_LOOK_S, _REST_S = 0.05, 60.0


@dataclass(slots=True)
class Screen:
    """An X server of one's own, as long as the `with` block lasts; its memory lies in `folder`."""

    folder: Path
    size: tuple[int, int] = (1280, 800)
    name: str = ""  # for DISPLAY
    _server: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        width, height = self.size
        self._server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", "1", "-ac", "-nolisten", "tcp", "-noreset"),
                *("-screen", "0", f"{width}x{height}x24", "-fbdir", str(self.folder)),
            ],
            env={**os.environ, "PATH": _PATH},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.name = f":{self._server.stdout.readline().strip()}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.terminate()
        self._server.wait(_ANSWER_S)
        self._server.stdout.close()

    def picture(self) -> Image.Image:
        """Return what is on it now (XWD 7: a header, the table of colours, then the pixels)."""
        raw = (self.folder / "Xvfb_screen0").read_bytes()
        said = struct.unpack(f">{_FIELDS}I", raw[: 4 * _FIELDS])
        header, width, height, line, colours = said[0], said[4], said[5], said[12], said[19]
        begin = header + 12 * colours
        pixels = raw[begin : begin + line * height]
        return Image.frombytes("RGB", (width, height), pixels, "raw", "BGRX", line)

    def press(self, *keys: str) -> None:
        """Press keys, as xdotool names them; they go to the window that has the focus."""
        look = {**os.environ, "DISPLAY": self.name}
        subprocess.run(["xdotool", "key", *keys], env=look, check=True)

    def settled(self, before: Image.Image, quiet: float) -> float:
        """Wait until it is other than `before`, and then rests for `quiet` seconds.

        Returns when the last thing moved, by time.monotonic(). AssertionError where nothing does,
        or where it never comes to rest.
        """
        last, moved = before, 0.0
        end = time.monotonic() + _REST_S
        while not moved or time.monotonic() < moved + quiet:
            assert time.monotonic() < end, "what is on the screen never moves, or never rests"
            time.sleep(_LOOK_S)
            seen = self.picture()
            if seen != last:
                last, moved = seen, time.monotonic()
        return moved

    def colours(self) -> int:
        """Return how many colours are on it: one or two where nothing is shown."""
        return len(self.picture().getcolors(1 << 24) or ())
