"""One reading of a maker's metadata through the stock TUF updater, in a folder of its own."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    RepositoryError,
    SlowRetrievalError,
)
from tuf.api.metadata import Key, Metadata, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from firmware import durable
from firmware.bundle import on_mirror
from firmware.errors import TrustError
from firmware.refusals import Delegators, expiry, explain
from firmware.release import Fits, Signed, Target, Week
from firmware.seen import ROLE, Floor
from firmware.signed import BUILD, KEY_NAME, TRAIN_PATH, TRAIN_ROLE, Named, read_about, read_train
from firmware.sources import Absent, Source, Unreachable

T = TypeVar("T", Root, Snapshot, Timestamp, Targets)

_BASE = "mirror:///"
_MANIFEST_MAX = 2_000_000  # bytes of the train's manifest
_METADATA_S = 60.0  # longest time for one metadata file, however it drips
_HISTORY = "root_history"  # where the stock updater keeps versioned roots


def lay_out(files: Mapping[str, bytes], work: Path) -> None:
    """Lay raw files, named as on a mirror, as the updater's cache. StoreError."""
    with durable.told(work):
        (work / _HISTORY).mkdir(exist_ok=True)
        for name, body in files.items():
            kind, _, file = name.partition("/")
            if kind != "metadata":
                continue
            if file.endswith(".root.json"):
                (work / _HISTORY / file).write_bytes(body)
            else:
                version, _, role = file.partition(".")
                (work / (role if version.isdigit() else file)).write_bytes(body)


def roots(work: Path) -> dict[str, bytes]:
    """Return the roots that verified, named as on a mirror."""
    files = (work / _HISTORY).glob("*.root.json")
    return {f"metadata/{file.name}": file.read_bytes() for file in files}


class Reading:
    """Refreshes in `work` from `source`; its results may be believed when nothing raised."""

    def __init__(self, root: bytes, source: Source, work: Path) -> None:
        self._work = work
        self._fetcher = _Fetcher(source)
        self._bodies: dict[str, bytes] = {}  # the targets that were read
        with self._explained():
            self._updater = Updater(
                str(work),
                f"{_BASE}metadata/",
                target_base_url=f"{_BASE}targets/",
                fetcher=self._fetcher,
                config=UpdaterConfig(),
                bootstrap=root,
            )

    def refresh(self) -> None:
        """Do what the TUF specification calls the client workflow, without the targets."""
        with self._explained():
            self._updater.refresh()

    def floors(self) -> tuple[Floor, ...]:
        """Return the versions that may not fall."""
        root = self._role("root", Root).signed
        keys = [root.roles[role].keyids for role in ("timestamp", "snapshot")]
        scope = hashlib.sha256(json.dumps([sorted(ids) for ids in keys]).encode()).hexdigest()
        snapshot = self._role("snapshot", Snapshot).signed
        return (
            Floor("root", root.version),
            Floor("timestamp", self._role("timestamp", Timestamp).signed.version, scope),
            Floor("snapshot", snapshot.version, scope),
            *(Floor(ROLE + name, meta.version, scope) for name, meta in snapshot.meta.items()),
        )

    def info(self, path: str) -> TargetFile | None:
        """Return what any TUF client would be told of `path`: by the first role that knows it.

        None where no role does; TrustError. For a week that is not enough: see `week`.
        """
        with self._explained():
            return self._updater.get_targetinfo(path)

    def week(self, maker: str, source: str, now: float) -> Week:
        """Read the week by the rule of two parties. TrustError."""
        train = read_train(self._manifest())
        targets = tuple(self._target(named) for named in train.files)
        roles = {TRAIN_ROLE, *(BUILD + target.line for target in targets)}
        expires = [expiry(self._role(role, Targets).signed) for role in roles]
        return Week(
            id=train.week,
            maker=maker,
            channel=train.channel,
            counter=train.counter,
            targets=tuple(one for one in targets if one.sha256 not in train.recalled),
            notes=train.notes,
            fixes=train.fixes,
            recalled=train.recalled,
            withdrawn=train.withdrawn,
            rings=train.rings,
            salt=train.salt,
            known=train.known,
            signed=tuple(self._signers(role) for role in sorted(roles, reverse=True)),
            published=float(train.published),
            expires=min(expires),
            source=source,
            checked=now,
        )

    def files(self) -> dict[str, bytes]:
        """Return the raw files that were verified, named as on a mirror."""
        found = {**roots(self._work), "metadata/timestamp.json": self._raw("timestamp")}
        snapshot = self._role("snapshot", Snapshot).signed
        found[f"metadata/{snapshot.version}.snapshot.json"] = self._raw("snapshot")
        for name, meta in snapshot.meta.items():
            role = name.removesuffix(".json")
            if (
                self._file(role).exists()
                and self._role(role, Targets).signed.version == meta.version
            ):
                found[f"metadata/{meta.version}.{_quoted(role)}.json"] = self._raw(role)
        return {**found, **self._bodies}

    # --- the two parties -------------------------------------------------------------------------

    def _manifest(self) -> bytes:
        if self._responsible(TRAIN_PATH) != TRAIN_ROLE:
            raise TrustError("week_missing", role=TRAIN_ROLE)
        info = self._look_up(TRAIN_PATH)
        if info is None:
            raise TrustError("week_missing", role=TRAIN_ROLE)
        if info.length > _MANIFEST_MAX:
            raise TrustError("week_unreadable", file=TRAIN_PATH, why="too large")
        with self._explained():
            body = Path(self._updater.download_target(info, str(self._work / "week"))).read_bytes()
        self._bodies[on_mirror(TRAIN_PATH, next(iter(info.hashes.values())))] = body
        return body

    def _target(self, named: Named) -> Target:
        role = self._responsible(named.path)
        if not role.startswith(BUILD):
            raise TrustError("week_disagrees", path=named.path, why="no build role has this path")
        info = self._look_up(named.path)
        if info is None or info.hashes.get("sha256") != named.sha256 or info.length != named.size:
            raise TrustError("week_disagrees", path=named.path, why=f"not what {role} signed")
        self._check_disjoint(role)
        about = read_about(named.path, info.custom)
        return Target(
            path=named.path,
            sha256=named.sha256,
            size=named.size,
            version=about.version,
            counter=about.counter,
            line=role.removeprefix(BUILD),
            fits=Fits(
                vendor=about.vendor,
                model=about.model,
                hardware=about.hardware,
                minimum=about.minimum,
            ),
            come_back_s=float(about.come_back_s),
            keeps_previous=about.keeps_previous,
            chunk_size=about.chunk_size,
            chunks=about.chunks,
        )

    def _responsible(self, path: str) -> str:
        """Return the one role that top targets hands `path` to, "" where it is not handed on."""
        delegations = self._role("targets", Targets).signed.delegations
        if delegations is None:
            return ""
        for role, terminating in delegations.get_roles_for_target(path):
            return role if terminating else ""
        return ""

    def _look_up(self, path: str) -> TargetFile | None:
        """Return what the responsible role itself says of `path`: no other role's word counts.

        Not that of top targets, which the updater would ask first, nor of a role it hands on to.
        """
        if path in self._role("targets", Targets).signed.targets:
            return None
        info, role = self.info(path), self._responsible(path)
        if info is None or not self._file(role).exists():
            return None
        return info if self._role(role, Targets).signed.targets.get(path) == info else None

    def _check_disjoint(self, role: str) -> None:
        shared = self._publics(role) & self._publics(TRAIN_ROLE)
        if shared:
            raise TrustError("keys_shared", role=role, train=TRAIN_ROLE)

    def _publics(self, role: str) -> set[str]:
        top = self._role("targets", Targets).signed
        return {str(top.get_key(id_).keyval) for id_ in top.get_delegated_role(role).keyids}

    def _signers(self, role: str) -> Signed:
        top, metadata = self._role("targets", Targets).signed, self._role(role, Targets)
        result = top.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
        return Signed(
            role=role,
            threshold=result.threshold,
            keys=len(result.signed) + len(result.unsigned),
            signers=tuple(sorted(_owner(key) for key in result.signed.values())),
        )

    # --- files the updater has verified ----------------------------------------------------------

    def _role(self, role: str, kind: type[T]) -> Metadata[T]:
        metadata = Metadata[T].from_bytes(self._raw(role))
        if not isinstance(metadata.signed, kind):
            raise TrustError("metadata_tampered", role=role, why="of another type")
        return metadata

    def _raw(self, role: str) -> bytes:
        return self._file(role).read_bytes()

    def _file(self, role: str) -> Path:
        return self._work / f"{_quoted(role)}.json"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            with durable.told(self._work):
                yield
        except (RepositoryError, DownloadError) as error:
            last = self._fetcher
            raise explain(
                error, name=last.name, body=bytes(last.body), delegators=self._delegators()
            ) from error

    def _delegators(self) -> Delegators:
        if not self._file("root").exists():
            return ()
        found: Delegators = (self._role("root", Root),)
        if self._file("targets").exists():
            found = (*found, self._role("targets", Targets))
        return found


class _Fetcher(FetcherInterface):
    """Lets the updater read a source; remembers the last file for the sake of the explanation."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.name = ""
        self.body = bytearray()

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.name = urllib.parse.unquote(url.removeprefix(_BASE))
        self.body.clear()
        end = time.monotonic() + _METADATA_S
        try:
            with self._source.open(self.name) as stream:
                for piece in stream.chunks:
                    self.body += piece
                    yield piece
                    if time.monotonic() > end:
                        raise SlowRetrievalError(self.name)
        except Absent as error:
            raise DownloadHTTPError(self.name, 404) from error
        except Unreachable as error:
            raise DownloadError(str(error)) from error


def _quoted(role: str) -> str:
    return urllib.parse.quote(role, "")


def _owner(key: Key) -> str:
    return str(key.unrecognized_fields.get(KEY_NAME) or key.keyid[:8])
