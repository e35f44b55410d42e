"""A generic TUF client on the household's own path, for the public conformance suite of TUF.

It speaks the suite's protocol (its CLIENT-CLI.md: init, refresh, download) and knows nothing of
weeks. Everything else is what a house runs on: `Reading` in a work folder, the floor and the raw
files in one transaction of `Seen`, `fetch.bring` for the targets. The files it lays into the
metadata folder are copies for the suite to look at; they are never read again.

    python -m firmware.conformance --metadata-dir D init ROOT
    python -m firmware.conformance --metadata-url U --metadata-dir D refresh
    python -m firmware.conformance --metadata-url U --metadata-dir D --target-name P [...]
        --target-base-url TU --target-dir TD download

It ends with 0 where all of it succeeded, otherwise with 1.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import shutil
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import Metadata, Root, TargetFile

from firmware import durable
from firmware.errors import TrustError
from firmware.fetch import bring
from firmware.reading import Reading, lay_out, roots
from firmware.release import Standing
from firmware.seen import Floor, Seen
from firmware.sources import Http, Stream
from firmware.trust import check_root
from fleet.errors import OrangeryError

_REPOSITORY = "repository"  # the only one such a client knows
_METADATA = "metadata/"
_NAME_MAX = 200  # characters of a file name; the rest of what file systems bear is for ".part"


def main(argv: Sequence[str] | None = None) -> int:
    """Do one command; 0 where all of it succeeded, 1 where any part failed, said on stderr."""
    words = _parser().parse_args(argv)
    try:
        match words.command:
            case "init":
                begin(words.metadata_dir, words.root.read_bytes())
            case "refresh":
                with Client(words.metadata_dir, words.metadata_url) as client:
                    client.refresh()
            case _:
                with Client(words.metadata_dir, words.metadata_url) as client:
                    client.download(words.target_name, words.target_base_url, words.target_dir)
    except (OrangeryError, OSError) as error:
        print(f"conformance: {error!r}", file=sys.stderr)  # noqa: T201 - a command's word
        return 1
    return 0


def begin(folder: Path, root: bytes) -> None:
    """Pin `root` for the repository whose metadata `folder` will hold. No network.

    TrustError("root_bad"): not signed by its own keys, or another root is pinned already.
    """
    check_root(root)
    pinned = _pinned(folder)
    if pinned.exists() and pinned.read_bytes() != root:
        raise TrustError("root_bad", why="another root is pinned already")
    durable.write(pinned, root)
    durable.write(folder / "root.json", root)


class Client:
    """One repository's client between two commands; a context manager, one process at a time."""

    def __init__(self, folder: Path, url: str) -> None:
        """Continue in a folder that `begin` made. TrustError, StoreError."""
        self._folder = folder
        self._state = _pinned(folder).parent
        self._source = _MetadataServer(url)
        try:
            self._root = _pinned(folder).read_bytes()
        except FileNotFoundError:
            raise TrustError("root_bad", why="no root is pinned: init has not succeeded") from None
        self._lock = (self._state / "lock").open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._seen = Seen(self._state / "trust.sqlite")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._seen.close()
        self._lock.close()

    def refresh(self) -> None:
        """Do the client workflow of the TUF specification without targets. TrustError."""
        with self._reading():
            pass

    def download(self, paths: Iterable[str], url: str, folder: Path) -> None:
        """Refresh, then bring each target below `url` into `folder`, in order. TrustError.

        What is there and good is not fetched again; what was cut off is resumed.
        """
        with self._reading() as cache:
            for path in paths:
                info = cache.reading.info(path)
                if info is None:
                    raise TrustError("target_unknown", path=path)
                _bring(info, _on_server(info, cache.root()), url, folder)

    @contextmanager
    def _reading(self) -> Iterator[_Cache]:
        """Refresh and check the floor; afterwards keep what has verified, whatever else failed.

        The specification wants each file that verified kept at once (5.3 to 5.6), so that a later
        try cannot be shown an older one.
        """
        work = Path(tempfile.mkdtemp(prefix="work-", dir=self._state))
        try:
            lay_out(self._seen.files(_REPOSITORY), work)
            with closing(self._source):
                cache = _Cache(work, Reading(self._root, self._source, work))
                try:
                    cache.reading.refresh()
                    self._seen.check(_REPOSITORY, cache.reading.floors())
                    self._keep(cache)
                    yield cache
                finally:
                    self._keep(cache)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _keep(self, cache: _Cache) -> None:
        """Keep what the updater has let into its cache, or only the roots below the floor."""
        floors, files, known = cache.floors(), cache.files(), roots(cache.work)
        try:
            self._seen.check(_REPOSITORY, floors)
        except TrustError:  # a new root stays also then: a revocation must stick
            self._seen.keep_failure(_standing(), known)
            files = {}
        else:
            named = {_on_mirror(name, body): body for name, body in files.items()}
            self._seen.keep(_standing(), floors, {**named, **known})
        for name, body in {**files, "root.json": cache.body("root.json")}.items():
            shown = self._folder / name
            if not shown.is_file() or shown.read_bytes() != body:
                durable.write(shown, body)


class _Cache:
    """The stock updater's cache: the files it has let in, of which a failure may leave a part."""

    def __init__(self, work: Path, reading: Reading) -> None:
        self.work = work
        self.reading = reading
        self._before = {*self.files().items()}
        self._old_roots = roots(work).keys()

    def files(self) -> dict[str, bytes]:
        """Return the metadata without the root, by their names in the cache."""
        names = (file.name for file in self.work.glob("*.json"))
        return {name: self.body(name) for name in names if name != "root.json"}

    def body(self, name: str) -> bytes:
        """Return one file."""
        return (self.work / name).read_bytes()

    def root(self) -> Root:
        """Return the newest root that verified."""
        return Metadata[Root].from_bytes(self.body("root.json")).signed

    def floors(self) -> tuple[Floor, ...]:
        """Return the floors that this reading, perhaps broken off, may raise.

        None where its root is new and its snapshot is not: the latter is then of older keys, and
        says nothing of the numbers of the new ones.
        """
        new = {*self.files().items()} - self._before
        if any(name == "snapshot.json" for name, _ in new):
            return self.reading.floors()
        known = "snapshot.json" in self.files() and roots(self.work).keys() == self._old_roots
        return self.reading.floors() if known else ()


class _MetadataServer:
    """A server whose address is that of the metadata themselves.

    There are no folders below it: a slash in a role's name is part of the name (specification 4.5)
    and goes over the wire quoted.
    """

    def __init__(self, url: str) -> None:
        self._http = Http(url, safe="%")

    @contextmanager
    def open(self, name: str, start: int = 0) -> Iterator[Stream]:
        """Open "metadata/<file>"."""
        quoted = urllib.parse.quote(name.removeprefix(_METADATA), "")
        with self._http.open(quoted, start) as stream:
            yield stream

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


# --- targets -------------------------------------------------------------------------------------


def _bring(info: TargetFile, name: str, url: str, folder: Path) -> None:
    """Make the target's file in `folder` what was signed, fetching only what is missing."""
    place = folder / _file_name(info.path)
    if place.is_file() and _matches(info, place):
        return
    signed = json.dumps([info.length, info.hashes], sort_keys=True)
    part = folder / f".{hashlib.sha256(signed.encode()).hexdigest()}.part"
    resumed = part.exists() and part.stat().st_size > 0
    try:
        bring([url], name, info.length, part, _silent)
    except TrustError as error:
        if error.code != "mirror_unreachable":  # only what was cut off is worth keeping
            part.unlink(missing_ok=True)
        raise
    if _matches(info, part):
        durable.settle(part, place)
        return
    part.unlink()
    if not resumed:
        raise TrustError("target_tampered", path=info.path, source=url)
    _bring(info, name, url, folder)  # the part may have been spoilt: once more, from nothing


def _matches(info: TargetFile, path: Path) -> bool:
    with durable.told(path), path.open("rb") as file:
        try:
            info.verify_length_and_hashes(file)
        except LengthOrHashMismatchError:
            return False
    return True


def _on_server(info: TargetFile, root: Root) -> str:
    """Return the target's name on the server (specification 6.2: consistent snapshots)."""
    if not root.consistent_snapshot:
        return info.path
    folder, slash, name = info.path.rpartition("/")
    return f"{folder}{slash}{next(iter(info.hashes.values()))}.{name}"


def _file_name(path: str) -> str:
    """Return a file name for a target path, always the same and never a path itself."""
    quoted = urllib.parse.quote(path, "")
    if len(quoted) > _NAME_MAX or quoted.startswith("."):
        return hashlib.sha256(path.encode()).hexdigest()
    return quoted


def _silent(have: int, of: int) -> None:
    """Tell nobody."""


# --- files ---------------------------------------------------------------------------------------


def _pinned(folder: Path) -> Path:
    return folder / "state" / "pinned.json"


def _on_mirror(name: str, body: bytes) -> str:
    """Return a cached file's name on a mirror, of which `lay_out` makes the former again."""
    if name == "timestamp.json":
        return _METADATA + name
    return f"{_METADATA}{json.loads(body)['signed']['version']}.{name}"


def _standing() -> Standing:
    return Standing(maker=_REPOSITORY, checked=time.time())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="conformance", description="A TUF client under test.")
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url", default="")
    parser.add_argument("--target-name", action="append", default=[])
    parser.add_argument("--target-base-url", default="")
    parser.add_argument("--target-dir", type=Path)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init").add_argument("root", type=Path)
    commands.add_parser("refresh")
    commands.add_parser("download")
    return parser


if __name__ == "__main__":
    sys.exit(main())
