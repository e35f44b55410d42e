"""Holds a program's folder against the list of its files that both parties of its makers signed.

The list is one of the files of a week (docs/freshness.md): for the model "<platform>.files", of the
version that runs. Which week's list is found, in this order:

    the source that a person names: a mirror, a folder, a bundle file
    what was kept when it was found before: <home>/lists/<version>/, laid out like a mirror
    the makers' own mirrors, which show this week only

Nothing is believed for where it lies: each time the whole chain is checked anew, from the root that
the build's link names, by a trust of its own that leaves nothing behind. A week past its date
counts where a file or folder of this machine has it: an old list is as true as it was.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from desktop.selfupdate import choice, shipped
from desktop.selfupdate.shipped import Difference, File, FileList, Progress
from firmware import durable, maker_link, roots
from firmware.bundle import on_mirror
from firmware.errors import TrustError
from firmware.maker_link import MakerLink
from firmware.refusals import gravest
from firmware.release import Admission, Channel, Signed, Target, Week
from firmware.trust import Maker, Trust
from fleet.errors import OrangeryError

LAUNCHER = "_internal/resources/launcher"
"""The copy, in each version, of the launcher that lies beside the versions."""

_ADMITTED = Admission(by="orangery version --verify", reason="a list is as true as it was")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; `differences` is empty where every byte is as it was signed."""

    version: str
    platform: str
    commit: str
    maker: str
    week: str
    signed: tuple[Signed, ...]  # by whom, of both parties
    published: float
    expires: float
    source: str  # where the list was read
    sha256: str  # of the list
    files: int
    size: int  # bytes
    differences: tuple[Difference, ...]
    launcher: bool | None = None  # whether it is this version's; None: there is none


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """A list of files, and the week by which it is believed."""

    week: Week
    target: Target
    body: bytes
    listed: FileList
    metadata: Mapping[str, bytes]  # all that is needed to check it again, named as on a mirror


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose list is looked for, and with what at hand."""

    version: str
    platform: str
    link: MakerLink
    home: Path  # what the installation remembers; what is found is kept there
    near: Path | None = None  # a file that may hold the list, so that it need not be fetched
    clock: Callable[[], float] = time.time


def verify(
    folder: Path, wanted: Wanted, source: str = "", progress: Progress | None = None
) -> Verdict:
    """Hold the program in `folder` against its signed list; blocks while all of it is read.

    TrustError: why it could not be checked. StoreError: there is nowhere to work.
    OSError: there is no such folder.
    """
    return hold(folder, wanted, *find(wanted, source), progress)


def hold(
    folder: Path, wanted: Wanted, proven: Proven, where: str, progress: Progress | None = None
) -> Verdict:
    """Hold the program in `folder` against a list that `find` gave, and keep the list."""
    if where != str(kept(wanted.home, wanted.version)):
        keep(proven, wanted.home)
    found = proven.listed
    return Verdict(
        version=found.version,
        platform=found.platform,
        commit=found.commit,
        maker=wanted.link.name,
        week=proven.week.id,
        signed=proven.week.signed,
        published=proven.week.published,
        expires=proven.week.expires,
        source=where,
        sha256=proven.target.sha256,
        files=len(found.files),
        size=found.size,
        differences=shipped.differences(folder, found, progress),
        launcher=_launcher(folder, found),
    )


def find(wanted: Wanted, source: str = "") -> tuple[Proven, str]:
    """Return the signed list of a version, and where the week that names it was read.

    TrustError: the gravest reason of those that were met; list_not_in_week where weeks hold, and
    none of them is of this version.
    """
    link, own = wanted.link, kept(wanted.home, wanted.version)
    places = [source] if source else [*([str(own)] if own.is_dir() else []), *link.urls]
    failures: list[TrustError] = []
    for where in places:
        for channel in (link.channel, *(one for one in Channel if one is not link.channel)):
            try:
                return _found(wanted, channel, where), where
            except TrustError as error:
                failures.append(error)
    raise _told(failures)


def kept(home: Path, version: str) -> Path:
    """Return the folder in which the proof of a version's list is kept."""
    return home / "lists" / f"of-{version}"


def keep(proven: Proven, home: Path) -> None:
    """Keep a list with all by which it is believed; where that cannot be, nothing is kept."""
    folder = kept(home, proven.listed.version)
    name = on_mirror(proven.target.path, proven.target.sha256)
    try:
        for place, body in {**proven.metadata, name: proven.body}.items():
            durable.write(folder / place, body)
    except OrangeryError:  # a full disk keeps nobody from the answer
        return


def _found(wanted: Wanted, channel: Channel, where: str) -> Proven:
    name, root = wanted.link.name, _root(wanted, where)
    with durable.told(Path(os.environ.get("TMPDIR", "TMPDIR"))):
        beside = TemporaryDirectory(prefix="orangery-verify-")
    with beside as work:
        maker = Maker(name=name, root=root, url="", channel=channel)
        with closing(Trust(Path(work) / "trust", [maker], clock=wanted.clock)) as trust:
            week = trust.refresh(name, where, admit=_ADMITTED)
            target = choice.listed(week, wanted.version, wanted.platform)
            if target is None:
                raise TrustError("list_not_in_week", week=week.id, version=wanted.version)
            body = _body(trust, name, target, wanted.near, Path(work) / "list")
            listed = shipped.read(body)
            if (listed.version, listed.platform) != (target.version, wanted.platform):
                said = f"{listed.version} {listed.platform}"
                raise TrustError("list_bad", why=f"{target.path}: {said}")
            metadata = trust.mirror_files(name)
            return Proven(week=week, target=target, body=body, listed=listed, metadata=metadata)


def _body(trust: Trust, maker: str, target: Target, near: Path | None, into: Path) -> bytes:
    """Return the bytes that were signed: of this machine where it has them, else of the source."""
    if target.size > shipped.LARGEST_LIST:
        raise TrustError("list_bad", why=f"{target.size} bytes")
    try:
        if near is not None and near.stat().st_size == target.size:
            body = near.read_bytes()
            into.write_bytes(body)
            trust.verify(maker, target, into)
            return body
    except OSError:
        into.unlink(missing_ok=True)
    except TrustError as error:
        if error.code != "target_tampered":
            raise
        into.unlink()
    return trust.fetch(maker, target, into).path.read_bytes()


def _root(wanted: Wanted, where: str) -> bytes:
    """Return the first root that the link names, wherever one can be found. TrustError."""
    pinned = wanted.home / "root.json"  # desktop/selfupdate/keeping.py
    body = pinned.read_bytes() if pinned.is_file() else b""
    if body and roots.named(body, wanted.link.fingerprint):
        return body
    return maker_link.first_root(wanted.link, where)


def _told(failures: list[TrustError]) -> TrustError:
    """Return what a person must hear: a false thing first, else that no week has it."""
    there = [one for one in failures if one.code not in ("week_missing", "list_not_in_week")]
    if there and gravest(there).code != "mirror_unreachable":
        return gravest(there)
    without = [one for one in failures if one.code == "list_not_in_week"]
    return (without or there or failures)[0]


def _launcher(folder: Path, listed: FileList) -> bool | None:
    """Whether the launcher beside the versions is the one of this version."""
    said = listed.files.get(LAUNCHER)
    own = folder.parent.parent / "orangery"
    if folder.parent.name != "versions" or not isinstance(said, File) or not own.is_file():
        return None
    return shipped.sha256(own) == said.sha256
