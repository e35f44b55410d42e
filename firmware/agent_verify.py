"""What the reference device itself checks before it installs; nothing is shared with the house.

The house is a dumb mirror to it. It follows the maker's signatures from its own pinned root, with
its own metadata on disk, and takes a file only when the week's train and the file's build role name
the same bytes, when the file is for this device, and when its counter is above the committed one.

A house without a connection shows what it read from a stick: the maker's bundle repository, its top
in `bundle/metadata/`. The device believes its root when a threshold of the root keys that it trusts
itself has signed it, and when it says that it is a bundle's; a mirror's root must not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    RepositoryError,
)
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile
from tuf.ngclient import FetcherInterface, Updater

from firmware.agent_fetch import Fetcher, from_byte
from firmware.agent_offer import (
    About,
    Me,
    Offered,
    RefusedError,
    UnreachableError,
    is_that,
    suits,
)
from firmware.agent_part import Part, PartError
from firmware.agent_slots import Runs, read_header

TRAINS = ("train/orange/week.json", "train/stable/week.json")
_REPOSITORY = "x-orangery-repository"
_ROOTS_MAX = 256
_ROOT_MAX = 512_000  # bytes
_TOP_MAX = 16_384
_TOP = re.compile(r"(?:timestamp|[0-9]+\.(?:root|snapshot))\.json")


class _Named(msgspec.Struct, frozen=True):
    path: str
    sha256: str
    size: int


class _Train(msgspec.Struct, frozen=True):
    channel: str
    counter: int
    files: tuple[_Named, ...]
    recalled: tuple[str, ...] = ()
    withdrawn: dict[str, str] = {}
    back: tuple[_Named, ...] = ()  # ways back: they stand also where the week was withdrawn


class Verifier:
    """One offer being looked at. RefusedError: never; UnreachableError: perhaps later."""

    def __init__(self, folder: Path, root: bytes, me: Me, offer: Offered, fetcher: Fetcher) -> None:
        self._folder, self._root, self._me, self._offer = folder, root, me, offer
        self._bytes, self._fetcher = fetcher, _Watched(fetcher)
        self._base = offer.mirror.rstrip("/") or "mqtt:"
        self._about: About | None = None
        self._info: TargetFile | None = None
        self._cache = folder

    def judge(self, runs: Runs) -> int:
        """See Checker."""
        with _said("metadata_refused"):
            updater = self._refreshed()
            named = self._named(updater)
            info = updater.get_targetinfo(self._offer.path)
        if info is None:
            raise RefusedError("unknown_file", self._offer.path)
        if info.hashes.get("sha256") != named.sha256 or info.length != named.size:
            raise RefusedError("week_disagrees", self._offer.path)
        if self._offer.sha256 and self._offer.sha256 != named.sha256:
            raise RefusedError("offer_disagrees", self._offer.path)
        about = _about(info)
        suits(about, self._me, runs)
        self._info, self._about = info, about
        return info.length

    def fetch(self, part: Part, progress: Callable[[int], None]) -> About:
        """See Checker."""
        if self._info is None or self._about is None:
            raise RuntimeError("judge first")
        about, info = self._about, self._info
        folder, _, name = info.path.rpartition("/")
        digest = info.hashes["sha256"]
        url = f"{self._base}/targets/{folder}/{digest}.{name}"
        with _said("image_tampered"):
            part.receive(
                lambda first: from_byte(self._bytes, url, first, progress),
                info.length,
                digest,
                chunk_size=about.chunk_size,
                chunks=about.chunks,
            )
        try:
            header = read_header(part.path)
        except ValueError as error:
            raise RefusedError("image_unreadable", str(error)) from error
        is_that(header, about, self._me)
        return about

    def _refreshed(self) -> Updater:
        base = self._base
        self._fetcher.bundle = ""
        try:
            return self._followed(self._root, base, self._folder / "metadata")
        except DownloadHTTPError as error:
            if error.status_code not in (403, 404):
                raise
        self._fetcher.bundle = f"{base}/bundle/metadata/"
        root = self._believed(f"{base}/metadata/")
        return self._followed(root, base, self._folder / "bundle")

    def _followed(self, root: bytes, base: str, cache: Path) -> Updater:
        self._cache = cache
        cache.mkdir(parents=True, exist_ok=True)
        updater = Updater(
            str(cache),
            f"{base}/metadata/",
            target_base_url=f"{base}/targets/",
            fetcher=self._fetcher,
            bootstrap=root,
        )
        updater.refresh()
        return updater

    def _believed(self, metadata: str) -> bytes:
        """Return the first root of the bundle that our own root's keys have signed."""
        own = self._newest()
        for version in range(1, _ROOTS_MAX + 1):
            try:
                body = self._fetcher.download_bytes(f"{metadata}{version}.root.json", _ROOT_MAX)
            except DownloadHTTPError:
                if version == 1:
                    raise
                break
            root = Metadata[Root].from_bytes(body)
            result = own.get_verification_result("root", root.signed_bytes, root.signatures)
            if result.verified and root.signed.version == version:
                return body
        raise RefusedError("metadata_refused", "no root of this bundle is signed by ours")

    def _newest(self) -> Root:
        """Return the newest root that the pinned one leads to, of those seen on mirrors."""
        root = Metadata[Root].from_bytes(self._root).signed
        while True:
            name = f"{root.version + 1}.root.json"
            try:
                body = (self._folder / "metadata" / "root_history" / name).read_bytes()
                following = Metadata[Root].from_bytes(body)
                data, signatures = following.signed_bytes, following.signatures
                root.verify_delegate("root", data, signatures)
                following.signed.verify_delegate("root", data, signatures)
            except (OSError, RepositoryError):
                return root
            if following.signed.version != root.version + 1:
                return root
            root = following.signed

    def _named(self, updater: Updater) -> _Named:
        """Return how a week that the mirror shows names the offered file."""
        found, shown = None, False
        for path in TRAINS:
            train = self._week(updater, path)
            if train is None:
                continue
            shown = True
            for named in (*train.files, *train.back):
                if named.path == self._offer.path:
                    gone = train.withdrawn and named not in train.back
                    if named.sha256 in train.recalled or gone:
                        raise RefusedError("recalled", named.path)
                    found = found or named
        if found is None:
            raise RefusedError("not_in_week" if shown else "week_missing", self._offer.path)
        return found

    def _week(self, updater: Updater, path: str) -> _Train | None:
        """Return the week of one channel; None where the mirror does not show it."""
        snapshot = Metadata[Snapshot].from_file(str(self._cache / "snapshot.json")).signed
        if f"train-{path.split('/')[1]}.json" not in snapshot.meta:  # a train that never ran
            return None
        try:
            info = updater.get_targetinfo(path)
            if info is None:
                return None
            body = Path(updater.download_target(info, str(self._folder / "week.json"))).read_bytes()
        except DownloadHTTPError as error:
            if error.status_code not in (403, 404):
                raise
            self._fetcher.download_bytes(f"{self._base}/metadata/timestamp.json", _TOP_MAX)
            return None  # the mirror is there, and does not show this week
        try:
            train = msgspec.json.decode(body, type=_Train)
        except (ValueError, RecursionError) as error:
            raise RefusedError("week_unreadable", str(error)) from error
        if path != f"train/{train.channel}/week.json":
            raise RefusedError("week_disagrees", f"{path} is for {train.channel}")
        return train


class _Watched(FetcherInterface):
    """Another fetcher: root, snapshot and timestamp are held to their repository.

    `bundle`: where the bundle's top lies, once that is the repository being read.
    """

    def __init__(self, inner: Fetcher) -> None:
        self._inner = inner
        self.bundle = ""

    def _fetch(self, url: str) -> Iterator[bytes]:
        body = bytearray()
        folder, _, name = url.rpartition("/")
        is_top = folder.endswith("/metadata") and _TOP.fullmatch(name) is not None
        if self.bundle and is_top:
            url = self.bundle + name
        for piece in self._inner.fetch(url):
            if is_top:
                body += piece
            yield piece
        if is_top:  # before anything takes it for one of the other repository
            said = Metadata[Any].from_bytes(bytes(body)).signed.unrecognized_fields
            if said.get(_REPOSITORY) != ("bundle" if self.bundle else None):
                raise RefusedError("metadata_refused", f"{name} is of another repository")


@contextmanager
def _said(code: str) -> Iterator[None]:
    """Turn what stock tuf and the writing raise into the device's own two words."""
    try:
        yield
    except PartError as error:
        raise RefusedError(code, str(error)) from error
    except EOFError as error:
        raise UnreachableError(str(error)) from error
    except DownloadLengthMismatchError as error:
        raise RefusedError(code, str(error)) from error
    except DownloadError as error:
        raise UnreachableError(str(error)) from error
    except RepositoryError as error:
        raise RefusedError(code, str(error) or type(error).__name__) from error


def _about(info: TargetFile) -> About:
    try:
        return msgspec.convert(info.custom, About)
    except ValueError as error:
        raise RefusedError("file_undescribed", str(error)) from error
