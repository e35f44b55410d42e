"""The versions of a copy that renews itself: folders side by side, and which of them is started.

What it writes is read by the launcher (resources/launcher), which has the same rules in sh and
counts the starts that fail. Every step leaves a whole version to be started, whenever the process
is killed or the power goes (docs/adr/0056-versions-side-by-side.md).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from desktop import build
from desktop.selfupdate import lives, shipped, unpacking
from desktop.selfupdate.shipped import FileList
from desktop.selfupdate.unpacking import Progress
from firmware import durable
from firmware.errors import TrustError
from fleet.errors import CommandError, StoreError

TRIES = 2
"""Starts of a version that fail before it is gone back from; resources/launcher has it too."""

_NAME = re.compile(r"(?![.-])(?!.*\.part$)[A-Za-z0-9.+_-]{1,64}")
_YES = "yes"
_SPARE = 32 << 20  # bytes that stay free
_CLUSTER = 4096  # bytes that a file takes at least


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Which version is started, and what became of the last one that was new here."""

    now: str
    before: str = ""  # the one that ran before it, to go back to; "": there is none
    proven: bool = False  # `now` has worked here
    tries: int = 0  # its starts that gave no sign of life
    failed: str = ""  # the version that was gone back from
    worked: bool = False  # that one had worked, and a person went back
    told: bool = False  # that it was gone back from has been told


class Versions:
    """The versions below `root`; `running` is the one that this process is of, where it is one.

    What changes anything raises CommandError("program_not_writable") where they are another's.
    """

    def __init__(self, root: Path, running: str = "") -> None:
        self.root = root
        self.running = running

    @property
    def ours(self) -> bool:
        """Whether the folder belongs to who runs this: what root put there its owner cannot use."""
        try:
            owner = self.root.stat().st_uid
        except OSError:
            return False
        return owner == os.geteuid() and os.access(self.root, os.W_OK)

    def state(self) -> State:
        """Return what the launcher would find; `now` is "" where no version is whole."""
        said = self._said()
        now, before = said.get("now", ""), said.get("before", "")
        proven = said.get("proven") == _YES
        if not self.is_whole(now):
            if self.is_whole(before):
                now, before, proven = before, "", True
            else:
                now, before, *_ = (*self._whole(), "", "")
                proven = False
        return State(
            now=now,
            before=before,
            proven=proven,
            tries=len(self._failed_starts(now)) if now and not proven else 0,
            failed=said.get("failed", ""),
            worked=said.get("worked") == _YES,
            told=said.get("told") == _YES,
        )

    def is_whole(self, version: str) -> bool:
        """Whether that version is here and can be started."""
        program = self._folder(version) / "orangery"
        return bool(_NAME.fullmatch(version)) and program.is_file() and os.access(program, os.X_OK)

    def unpack(
        self, archive: Path, version: str, files: FileList, progress: Progress | None = None
    ) -> None:
        """Put a version out of its verified archive beside the others; it is not started yet.

        Where it is here already, and is as `files` lists, nothing happens. StoreError:
        version_no_room before anything is written, and those of a disk. TrustError:
        archive_differs. CommandError: renewal_under_way; version_in_use, where the version that
        is here is not as listed, yet is one that is started.
        """
        if files.version != version or not _NAME.fullmatch(version):
            raise TrustError("archive_differs", path=shipped.NAME, why=files.version)
        with self._working():
            self._sweep()
            folder = self._folder(version)
            if folder.is_dir():
                if not shipped.differences(folder, files):
                    return
                self._remove(version)
            self._make_room(files)
            part = folder.with_name(f"{version}.part")
            try:
                unpacking.unpack(archive, part, files, progress)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
            with durable.told(folder):
                part.rename(folder)
                durable.sync(folder.parent)

    def switch(self, version: str) -> None:
        """Let the next start be of that version, on trial; the last one that worked is kept.

        CommandError("version_missing"): it is not here. StoreError.
        """
        with self._alone():
            if not self.is_whole(version):
                raise CommandError("version_missing", version=version)
            state = self.state()
            if self._said().get("now") == version:
                return
            for mark in self._marks(version):
                durable.remove(mark)
            failed = state.failed if state.failed != version else ""
            good = self._last_good(state, version)
            runs = version == self.running  # it is taken back before it was ever started
            self._write(
                State(now=version, before=good, proven=runs, failed=failed, told=state.told)
            )

    def proven(self) -> None:
        """The version of this process works: it is not gone back from by itself any more.

        Where another one is to be started nothing happens, unless that one is not here. StoreError.
        """
        said = self._said()
        if (said.get("now"), said.get("proven")) == (self.running, _YES):
            return
        with self._alone():
            state, said = self.state(), self._said()
            lost = not self.is_whole(said.get("now", "")) and self.is_whole(self.running)
            if state.now == self.running and self.is_whole(said.get("now", "")):
                self._write(State(now=state.now, before=state.before, proven=True))
            elif lost:
                self._write(replace(state, now=self.running, before="", proven=True))
            else:
                return
            for mark in self._marks(self.running):
                durable.remove(mark)

    def back(self) -> str:
        """Let the next start be of the version before, and return that one.

        CommandError("no_version_before"). StoreError.
        """
        with self._alone():
            state = self.state()
            if not self.is_whole(state.before) or state.before == state.now:
                raise CommandError("no_version_before")
            gone = State(
                now=state.before, proven=True, failed=state.now, worked=state.proven, told=True
            )
            self._write(gone)
            return state.before

    def forget_failed(self) -> None:
        """Forget which version was gone back from: it may come again. StoreError."""
        with self._alone():
            if (state := self.state()).failed:
                self._write(replace(state, failed="", worked=False, told=False))

    def was_told(self) -> None:
        """Remember that people have heard of the version that was gone back from. StoreError."""
        with self._alone():
            if (state := self.state()).failed and not state.told:
                self._write(replace(state, told=True))

    def tidy(self) -> tuple[str, ...]:
        """Remove what is started no more, but no version that runs; returns the versions removed.

        Nothing happens while another process works here. StoreError.
        """
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._working())
            except CommandError:
                return ()
            state = self.state()
            self._sweep()
            kept = {state.now, state.before, self.running}
            old = [one for one in self._whole() if one not in kept and not self._runs(one)]
            for version in old:
                self._remove(version)
            for mark in self._marks("*"):
                if not mark.name.startswith(f"{state.now}~"):
                    durable.remove(mark)
            return tuple(old)

    # --- state ---

    def _said(self) -> dict[str, str]:
        """Return what the file says in whole lines; {}: nothing can be read."""
        try:
            lines = (self.root / "state").read_text(encoding="ascii").split("\n")[:-1]
        except (OSError, UnicodeDecodeError):
            return {}
        pairs = (line.partition("=") for line in lines)
        return {key: value for key, _, value in pairs if _NAME.fullmatch(value)}

    def _write(self, state: State) -> None:
        said = {
            "now": state.now,
            "before": state.before,
            "proven": _YES if state.proven else "",
            "failed": state.failed,
            "worked": _YES if state.failed and state.worked else "",
            "told": _YES if state.failed and state.told else "",
        }
        body = "".join(f"{key}={value}\n" for key, value in said.items() if value)
        durable.write(self.root / "state", body.encode("ascii"))

    def _last_good(self, state: State, new: str) -> str:
        """Return the version to go back to from `new`: the last of which it is known that it works.

        A process that asks for another version works, whether it has said so or not.
        """
        asks = state.now if state.now == self.running else ""
        known = (state.now if state.proven else "", asks, state.before, self.running)
        return next((one for one in known if one != new and self.is_whole(one)), "")

    # --- folders ---

    def _folder(self, version: str) -> Path:
        return self.root / build.VERSIONS / version

    def _whole(self) -> list[str]:
        """Return the whole versions that are here, the newest first."""
        try:
            names = [one.name for one in (self.root / build.VERSIONS).iterdir()]
        except OSError:
            return []
        return sorted((one for one in names if self.is_whole(one)), key=_order, reverse=True)

    def _make_room(self, files: FileList) -> None:
        needed = files.size + _CLUSTER * len(files.files) + _SPARE
        with durable.told(self.root):
            free = shutil.disk_usage(self.root).free
        if free < needed:
            megabytes = {"needed": -(-needed // 1_000_000), "free": free // 1_000_000}
            raise StoreError("version_no_room", path=self.root, **megabytes)

    def _runs(self, version: str) -> bool:
        """Whether a process of that version may be running."""
        try:
            handle = os.open(self._folder(version), os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(handle)
        return False

    def _remove(self, version: str) -> None:
        """Remove a version: its name goes first, so that no half of it is ever started."""
        state = self.state()
        if version in {state.now, state.before, self.running} or self._runs(version):
            raise CommandError("version_in_use", version=version)
        folder = self._folder(version)
        gone = folder.with_name(f"{version}.gone.part")
        with durable.told(folder):
            shutil.rmtree(gone, ignore_errors=True)
            folder.rename(gone)
            durable.sync(folder.parent)
            shutil.rmtree(gone)
            durable.sync(folder.parent)

    def _sweep(self) -> None:
        """Remove what killed processes have left behind."""
        for part in (self.root / build.VERSIONS).glob("*.part"):
            shutil.rmtree(part, ignore_errors=True)
        for new in self.root.glob("state.new.*"):  # of a launcher
            if not _is_alive(new.suffix[1:]):
                new.unlink(missing_ok=True)

    # --- starts ---

    def _marks(self, version: str) -> list[Path]:
        return sorted((self.root / lives.STARTS).glob(f"{version}~*~*"))

    def _failed_starts(self, version: str) -> list[Path]:
        """Return the marks of starts whose process is gone."""
        found = [(mark, mark.name.split("~")) for mark in self._marks(version)]
        here = lives.boot()
        return [mark for mark, (_, boot, pid) in found if not (boot == here and _is_alive(pid))]

    # --- one at a time ---

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Be the only process that puts versions here or takes them away. CommandError."""
        with self._locked("working", fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only process that changes the state; others wait, for a moment."""
        with self._locked("lock", fcntl.LOCK_EX):
            yield

    @contextmanager
    def _locked(self, name: str, how: int) -> Iterator[None]:
        if not self.ours:
            raise CommandError("program_not_writable", root=self.root)
        path = self.root / name
        with durable.told(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(handle, how)
            except BlockingIOError as error:
                raise CommandError("renewal_under_way") from error
            yield
        finally:
            os.close(handle)


def here() -> Versions | None:
    """Return the versions that this program is one of; None: it does not renew itself."""
    root, own = build.root(), build.folder()
    return Versions(root, own.name) if root and own else None


def _order(version: str) -> list[tuple[int, int, str]]:
    """Sort versions as `sort -V` does, which the launcher uses."""
    parts = re.findall(r"\d+|\D+", version)
    return [(1, int(one), "") if one.isdecimal() else (0, 0, one) for one in parts]


def _is_alive(pid: str) -> bool:
    if not re.fullmatch(r"[1-9]\d{0,9}", pid):
        return False
    try:
        os.kill(int(pid), 0)
    except (OSError, OverflowError):
        return False
    return True
