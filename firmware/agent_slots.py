"""The reference device's two slots: a power cut at any step leaves it with the old or the new.

    a/image b/image   ORG1 images (docs/protocol.md); b/image.part: being written
    active            "b 7": the slot that is committed, and the counter it was signed with, which
                      is not the image's own where it is a way back; "b" alone: the image's own.
                      Written last, by rename
    trial             JSON: the slot that is tried, how often, for which transfer
    last              JSON: what became of the last transfer, to be told after the restart

Every file is whole or absent: written beside, synced, renamed, the folder synced.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from firmware.agent_part import Part

TRIES = 3  # boots of a slot that is not committed
_MAGIC = b"ORG1"
_HEADER_MAX = 64 * 1024


class SelfTest(msgspec.Struct, frozen=True):
    """What the image's own test does on which hardware (the demo's bad image)."""

    fails_on: tuple[str, ...] = ()


class Header(msgspec.Struct, frozen=True):
    """What an image says of itself."""

    vendor: str
    model: str
    version: str
    counter: int
    hardware: tuple[str, ...] = ()
    selftest: SelfTest = SelfTest()


class Runs(msgspec.Struct, frozen=True):
    """What is committed; nothing is taken whose signed counter is not above `counter`."""

    header: Header
    counter: int  # that it was signed with


class Trial(msgspec.Struct, frozen=True):
    """A slot on trial."""

    slot: str
    transfer: str
    version: str
    tries: int = 0
    counter: int | None = None  # as signed; None: the image's own


class Last(msgspec.Struct, frozen=True):
    """What became of a transfer: `phase` as in fleet.model.Phase."""

    transfer: str
    phase: str
    error: str = ""
    version: str = ""


class Booted(msgspec.Struct, frozen=True):
    """What runs now; `trial`: not committed yet."""

    slot: str
    header: Header
    trial: Trial | None = None

    def unwell(self, hardware: str) -> str:
        """Return what the image's own self test finds on this hardware; "": nothing."""
        fails = hardware in self.header.selftest.fails_on
        return f"self test failed on hardware {hardware}" if fails else ""


def read_header(image: Path) -> Header:
    """Return the image's header; ValueError where it is none, OSError where it cannot be read."""
    with image.open("rb") as file:
        start = file.read(8)
        length = int.from_bytes(start[4:], "little")
        if start[:4] != _MAGIC or length > _HEADER_MAX:
            raise ValueError("no ORG1 image")
        header = msgspec.json.decode(file.read(length), type=Header)
        if not file.read(1):
            raise ValueError("an image without a body")
    return header


def image(header: Header, body: bytes) -> bytes:
    """Return an ORG1 image."""
    text = msgspec.json.encode(header)
    return _MAGIC + len(text).to_bytes(4, "little") + text + body


class Slots:
    """The device's folder; one process at a time. `hook` is called by name between all steps."""

    def __init__(self, folder: Path, hook: Callable[[str], None] = lambda _: None) -> None:
        self.folder = folder
        self._hook = hook

    def found(self, factory: Header) -> None:
        """Put the factory's image into slot a where nothing was ever committed."""
        if not (self.folder / "active").exists():
            self.write("a/image", image(factory, b"factory"))
            self.write("active", b"a")

    @property
    def active(self) -> str:
        """The committed slot."""
        return self._committed()[0]

    @property
    def committed(self) -> Header:
        """The header of the committed image."""
        return read_header(self._image(self.active))

    @property
    def runs(self) -> Runs:
        """What is committed, and the counter it was signed with."""
        _, *signed = self._committed()
        header = self.committed
        return Runs(header, int(signed[0]) if signed else header.counter)

    @property
    def part(self) -> Part:
        """Where a new image is written to: the slot that is not committed."""
        path = self._image(self._other()).with_suffix(".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        return Part(path, self._hook)

    @property
    def last(self) -> Last | None:
        """What became of the last transfer; None where there was none."""
        last: Last | None = self._read("last", Last)
        return last

    def remember(self, last: Last) -> None:
        """Keep what is to be told of a transfer, also after a power cut."""
        self.write("last", msgspec.json.encode(last))

    def install(self, transfer: str, counter: int | None = None) -> None:
        """Make the written part the other slot's image and put it on trial at the next boot.

        `counter`: that it was signed with; None: its own.
        """
        part, slot = self.part.path, self._other()
        version = read_header(part).version
        with part.open("rb") as file:
            os.fsync(file.fileno())
        self._hook("part.synced")
        part.replace(self._image(slot))
        self._sync(self._image(slot).parent)
        self._hook("image.renamed")
        trial = Trial(slot=slot, transfer=transfer, version=version, counter=counter)
        self.write("trial", msgspec.json.encode(trial))

    def boot(self) -> Booted:
        """Start what is to be started; a slot on trial loses one of its tries first."""
        trial = self._read("trial", Trial)
        if trial and trial.slot == self.active:  # cut off right after the commit
            self._close(Last(trial.transfer, "committed", version=trial.version))
        elif trial and trial.tries >= TRIES:
            self.fall_back(trial, "trial boots used up")
        elif trial:
            trial = msgspec.structs.replace(trial, tries=trial.tries + 1)
            self.write("trial", msgspec.json.encode(trial))
            try:
                return Booted(trial.slot, read_header(self._image(trial.slot)), trial)
            except (ValueError, OSError) as error:
                self.fall_back(trial, f"unreadable image: {error}")
        self._name_interrupted()
        return Booted(self.active, self.committed)

    def commit(self, trial: Trial) -> None:
        """Make the slot on trial the committed one."""
        signed = "" if trial.counter is None else f" {trial.counter}"
        self.write("active", f"{trial.slot}{signed}".encode())
        self._close(Last(trial.transfer, "committed", version=trial.version))

    def fall_back(self, trial: Trial, error: str) -> None:
        """Give the trial up; the committed slot was never touched."""
        version = self.committed.version
        self._close(Last(trial.transfer, "rolled_back", error=error, version=version))

    def read(self, name: str) -> bytes | None:
        """Return what is kept under `name`; None where nothing is."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes, *, mode: int = 0o644) -> None:
        """Keep `data` under `name`: the old or the new after a power cut, the new on return."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            self._hook(f"{name}.written")
            os.fsync(file.fileno())
        self._hook(f"{name}.synced")
        beside.replace(path)
        self._hook(f"{name}.renamed")
        self._sync(path.parent)

    def _close(self, last: Last) -> None:
        self.remember(last)
        (self.folder / "trial").unlink(missing_ok=True)
        self._sync(self.folder)
        self._hook("trial.removed")

    def _name_interrupted(self) -> None:
        """A transfer that a power cut ended is named as that, not left hanging."""
        last = self.last
        if last and last.phase in {"accepted", "transferring", "installing", "rebooting"}:
            self.remember(msgspec.structs.replace(last, phase="failed", error="interrupted"))

    def _committed(self) -> list[str]:
        return (self.folder / "active").read_text().split()

    def _other(self) -> str:
        return "b" if self.active == "a" else "a"

    def _image(self, slot: str) -> Path:
        return self.folder / slot / "image"

    def _read(self, name: str, kind: type[Any]) -> Any:  # noqa: ANN401 - of the kind asked for
        try:
            return msgspec.json.decode(self.read(name) or b"", type=kind)
        except msgspec.DecodeError:
            return None

    def _sync(self, folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
