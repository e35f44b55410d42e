"""A maker's release folders for the window: made once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

from desktop.demo.images import make_org1
from desktop.release_desk import ReleaseDesk
from firmware.keys import PublicKey
from firmware.publish import Publisher
from tests.desktop.fake_house import NOW
from tests.firmware import makers
from tests.firmware.makers import DAY, WORDS

NOTES = ("The lamp dims without flicker.", "调光不再闪烁。")
SAID = "do not ship"
"""What the gates find in the image of the open week: stops it until somebody answers."""


class Rooms:
    """`published`: week 47 is out; `half`: week 48 is open, held by a finding, signed by one."""

    def __init__(self, folder: Path) -> None:
        self.keys = folder / "keys"
        self.ring: dict[str, PublicKey] = makers.key_ring(self.keys, "spare")
        self._folder = folder
        first = makers.create(folder / "published", self.ring, NOW - 9 * DAY)
        first.open_week("2026-W47", NOW - 2 * DAY)
        first.add(image(folder, "1.0.0"), "lamp")
        first.notes(*NOTES)
        makers.sign_all(first, self.ring)
        first.publish(WORDS, NOW - 2 * DAY)
        half = self.copy("published", folder / "half")
        half.open_week("2026-W48", NOW - 3600)
        half.add(image(folder, "1.1.0", SAID), "lamp")
        half.notes("Blinds stop where they should.", "窗帘会停在正确的位置。")
        half.sign("train-orange", self.key("train1"), WORDS)

    def copy(self, name: str, to: Path) -> Publisher:
        """A folder of a test's own."""
        return Publisher(shutil.copytree(self._folder / name, to))

    def key(self, name: str) -> Path:
        """The file of a key."""
        return self.ring[name].file

    def sign_all(self, publisher: Publisher) -> None:
        """Let all sign who are still needed."""
        makers.sign_all(publisher, self.ring)


def image(folder: Path, version: str, words: str = "", model: str = "Lamp") -> Path:
    """An image of the maker's."""
    file = folder / f"{model}-{version}.bin"
    body = version.encode() * 900 + f" {words} ".encode()
    file.write_bytes(
        make_org1(vendor="Acme", model=model, version=version, counter=0, payload=body)
    )
    return file


def desk_of(publisher: Publisher) -> ReleaseDesk:
    """The window's hands on it, at the window's time."""
    return ReleaseDesk(publisher.folder, lambda: NOW)
