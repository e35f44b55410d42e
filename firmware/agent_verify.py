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
from dataclasses import dataclass
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
from tuf.ngclient.urllib3_fetcher import Urllib3Fetcher

from firmware.agent_slots import Header, read_header

TRAINS = ("train/orange/week.json", "train/stable/week.json")
_REPOSITORY = "x-orangery-repository"
_ROOTS_MAX = 256
_ROOT_MAX = 512_000  # bytes
_TOP = re.compile(r"(?:timestamp|[0-9]+\.(?:root|snapshot))\.json")


class RefusedError(Exception):
    """The device will not install this: a stable code and what it saw."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


class UnreachableError(Exception):
    """The mirror did not answer: it may be tried again."""


class Offered(msgspec.Struct, frozen=True):
    """The house's offer, as far as the device believes it: where to look, nothing else."""

    transfer: str
    path: str
    sha256: str = ""
    version: str = ""
    mirror: str = ""
    chunks: bool = False


class About(msgspec.Struct, frozen=True):
    """What the build role says of the file (`custom`)."""

    version: str
    counter: int
    vendor: str
    model: str
    hardware: tuple[str, ...] = ()
    minimum: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """What this device is, burnt in."""

    id: str
    vendor: str
    model: str
    hardware: str
    name: str = ""
    kind: str = ""


class Verifier:
    """One offer being looked at. RefusedError: never; UnreachableError: perhaps later."""

    def __init__(
        self, folder: Path, root: bytes, me: Me, offer: Offered, fetcher: FetcherInterface | None
    ) -> None:
        self._folder, self._root, self._me, self._offer = folder, root, me, offer
        self._fetcher = _Watched(fetcher or Urllib3Fetcher(socket_timeout=10, chunk_size=65_536))
        self._about: About | None = None
        self._info: TargetFile | None = None
        self._updater: Updater | None = None
        self._cache = folder

    def judge(self, runs: Header) -> int:
        """Follow the signatures and return the file's size in bytes; nothing of it is fetched."""
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
        self._about = _about(info)
        self._suits(self._about, runs)
        self._updater, self._info = updater, info
        return info.length

    def fetch(self, into: Path, progress: Callable[[int], None]) -> Header:
        """Fetch the judged file and compare it with what was signed and with its own header.

        progress(have) in bytes.
        """
        if self._updater is None or self._info is None or self._about is None:
            raise RuntimeError("judge first")
        self._fetcher.count(progress)
        with _said("image_tampered"):
            self._updater.download_target(self._info, str(into))
        try:
            header = read_header(into)
        except ValueError as error:
            raise RefusedError("image_unreadable", str(error)) from error
        about = self._about
        said = (header.vendor, header.model, header.version, header.counter)
        if said != (about.vendor, about.model, about.version, about.counter):
            raise RefusedError("image_disagrees", f"{said}")
        if header.hardware and self._me.hardware not in header.hardware:
            raise RefusedError("other_hardware", ", ".join(header.hardware))
        return header

    def _refreshed(self) -> Updater:
        base = self._offer.mirror.rstrip("/") or "mqtt:"
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
            for named in train.files:
                if named.path == self._offer.path:
                    if named.sha256 in train.recalled or train.withdrawn:
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
            return None
        try:
            train = msgspec.json.decode(body, type=_Train)
        except (ValueError, RecursionError) as error:
            raise RefusedError("week_unreadable", str(error)) from error
        if path != f"train/{train.channel}/week.json":
            raise RefusedError("week_disagrees", f"{path} is for {train.channel}")
        return train

    def _suits(self, about: About, runs: Header) -> None:
        me = self._me
        if (about.vendor, about.model) != (me.vendor, me.model):
            raise RefusedError("other_model", f"{about.vendor} {about.model}")
        if about.hardware and me.hardware not in about.hardware:
            raise RefusedError("other_hardware", ", ".join(about.hardware))
        if about.counter <= runs.counter:
            raise RefusedError("counter_too_old", f"{about.counter} is not above {runs.counter}")
        if about.minimum and not _at_least(runs.version, about.minimum):
            raise RefusedError("below_minimum", about.minimum)


class _Watched(FetcherInterface):
    """Another fetcher: bytes are counted, root, snapshot and timestamp held to their repository.

    `bundle`: where the bundle's top lies, once that is the repository being read.
    """

    def __init__(self, inner: FetcherInterface) -> None:
        self._inner = inner
        self._came: Callable[[int], None] = lambda _: None
        self.bundle = ""

    def count(self, came: Callable[[int], None]) -> None:
        self._came = came

    def _fetch(self, url: str) -> Iterator[bytes]:
        have, body = 0, bytearray()
        folder, _, name = url.rpartition("/")
        is_top = folder.endswith("/metadata") and _TOP.fullmatch(name) is not None
        if self.bundle and is_top:
            url = self.bundle + name
        for piece in self._inner.fetch(url):
            have += len(piece)
            self._came(have)
            if is_top:
                body += piece
            yield piece
        if is_top:  # before anything takes it for one of the other repository
            said = Metadata[Any].from_bytes(bytes(body)).signed.unrecognized_fields
            if said.get(_REPOSITORY) != ("bundle" if self.bundle else None):
                raise RefusedError("metadata_refused", f"{name} is of another repository")


@contextmanager
def _said(code: str) -> Iterator[None]:
    """Turn what stock tuf raises into the device's own two words."""
    try:
        yield
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


def _at_least(version: str, minimum: str) -> bool:
    """Dotted numbers are compared as such; other words must be the same."""
    try:
        one, other = ([int(part) for part in word.split(".")] for word in (version, minimum))
    except ValueError:
        return version == minimum
    length = max(len(one), len(other))
    return one + [0] * (length - len(one)) >= other + [0] * (length - len(other))
