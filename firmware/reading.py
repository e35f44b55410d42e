"""One reading of a maker's metadata through the stock TUF updater, in a folder of its own."""

from __future__ import annotations

import datetime as dt
import re
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

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
from firmware.release import Channel, Expired, Signed, Target, Week
from firmware.roots import ONLINE, ROTATIONS_MAX, believed, check, leading_to, newest, scope
from firmware.seen import ROLE, Floor
from firmware.signed import (
    BUILD,
    BUNDLE_REPOSITORY,
    KEY_NAME,
    REPOSITORY,
    About,
    Named,
    Train,
    read_about,
    read_train,
    target_of,
    train_path,
    train_role,
)
from firmware.sources import Absent, Source, Unreachable

T = TypeVar("T", Root, Snapshot, Timestamp, Targets)

_BASE = "mirror:///"
_MANIFEST_MAX = 2_000_000  # bytes of the train's manifest
_METADATA_S = 60.0  # longest time for one metadata file, however it drips
_ALL_MAX = 64_000_000  # bytes of metadata that one reading takes, all files together
_ROLES_MAX = 1_000  # that top targets may hand on to
_HISTORY = "root_history"  # where the stock updater keeps versioned roots
_ROOT = re.compile(r"metadata/[0-9]+\.root\.json")
_BEGINNING = dt.datetime.fromtimestamp(0, dt.UTC)


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
    """Refreshes in `work` from `source`; its results may be believed when nothing raised.

    bundle: `source` is the maker's bundle repository, believed by what this house knows of the
    main one (`kept`, its raw files). anytime: nothing counts as expired; `expired` says what is.
    """

    def __init__(
        self,
        root: bytes,
        source: Source,
        work: Path,
        *,
        bundle: bool = False,
        kept: Mapping[str, bytes] | None = None,
        anytime: bool = False,
    ) -> None:
        self._work = work
        self._bundle = bundle
        self._fetcher = _Fetcher(source, bundle=bundle)
        self._bodies: dict[str, bytes] = {}  # the targets that were read
        main = newest(root, (kept or {}).get)
        self._main = main.signed
        first = believed(main, source) if bundle else root
        self._before = leading_to(first, source) if bundle else {}
        with self._explained():
            self._updater = Updater(
                str(work),
                f"{_BASE}metadata/",
                target_base_url=f"{_BASE}targets/",
                fetcher=self._fetcher,
                config=UpdaterConfig(max_root_rotations=ROTATIONS_MAX),
                bootstrap=first,
            )
        self._now = self._set_time(_BEGINNING if anytime else None)

    def refresh(self) -> None:
        """Do what the TUF specification calls the client workflow, without the targets."""
        with self._explained():
            self._updater.refresh()
        self._check_repository()
        if self._fetcher.roots >= ROTATIONS_MAX:  # the updater goes on with an old one, silently
            raise TrustError(
                "metadata_too_large", role="root", what="rotations", limit=ROTATIONS_MAX
            )
        delegations = self._role("targets", Targets).signed.delegations
        if delegations is not None and len(delegations.roles or ()) > _ROLES_MAX:
            raise TrustError(
                "metadata_too_large", role="targets", what="delegations", limit=_ROLES_MAX
            )

    def _check_repository(self) -> None:
        """The same online key may sign for mirror and bundle: neither's word is the other's."""
        wanted = BUNDLE_REPOSITORY if self._bundle else None
        tops: tuple[Metadata[Any], ...] = (
            self._role("timestamp", Timestamp),
            self._role("snapshot", Snapshot),
        )
        for top in tops:
            if top.signed.unrecognized_fields.get(REPOSITORY) != wanted:
                raise TrustError("metadata_mixed", role=top.signed.type, why="of a bundle")

    def floors(self) -> tuple[Floor, ...]:
        """Return the versions that may not fall.

        Those of targets roles are the same in both repositories, so a bundle's count under the
        online keys of the main root that this house trusts now. The bundle's root itself may start
        again where the main root has other root keys: it was those that vouched for it.
        """
        root = self._role("root", Root).signed
        own = scope(root, *ONLINE)
        shared, top, staff = own, "", ""
        if self._bundle:
            shared, top, staff = scope(self._main, *ONLINE), "bundle:", scope(self._main, "root")
        snapshot = self._role("snapshot", Snapshot).signed
        return (
            Floor(f"{top}root", root.version, staff),
            Floor(f"{top}timestamp", self._role("timestamp", Timestamp).signed.version, own),
            Floor(f"{top}snapshot", snapshot.version, own),
            *(Floor(ROLE + name, meta.version, shared) for name, meta in snapshot.meta.items()),
        )

    def info(self, path: str) -> TargetFile | None:
        """Return what any TUF client would be told of `path`: by the first role that knows it.

        None where no role does; TrustError. For a week that is not enough: see `week`.
        """
        with self._explained():
            return self._updater.get_targetinfo(path)

    def week(self, maker: str, source: str, now: float, channel: Channel = Channel.ORANGE) -> Week:
        """Read the channel's week by the rule of two parties. TrustError."""
        train = self._train(channel)
        ships = () if train.withdrawn else train.files  # what is taken back ships nothing
        targets = (
            *(self._target(one, channel, back=False) for one in ships),
            *(self._target(one, channel, back=True) for one in train.back),
        )
        roles = (train_role(channel), *sorted({BUILD + one.line for one in targets}, reverse=True))
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
            held=train.held,
            rings=train.rings,
            salt=train.salt,
            known=train.known,
            books=train.books,
            signed=tuple(self._signers(role) for role in roles),
            published=float(train.published),
            expires=min(expires),
            source=source,
            checked=now,
        )

    def expired(self) -> tuple[Expired, ...]:
        """Return what is too old, of all that was read."""
        roles = {
            role.removesuffix(".json") for role in self._role("snapshot", Snapshot).signed.meta
        }
        found = []
        for role in ("root", "timestamp", "snapshot", *sorted(roles)):
            if self._file(role).exists():
                signed = Metadata.from_bytes(self._raw(role)).signed
                if signed.is_expired(self._now):
                    found.append(Expired(role=role, on=signed.expires.date().isoformat()))
        return tuple(found)

    def files(self) -> dict[str, bytes]:
        """Return the raw files that were verified, named as on a mirror; see leading_to too."""
        found = {**self._before, **roots(self._work)}
        found["metadata/timestamp.json"] = self._raw("timestamp")
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

    def _set_time(self, now: dt.datetime | None) -> dt.datetime:
        """Return the time that expiry is measured by; give it another where there is one.

        The stock updater has no public way to be told the time: this is the one place that knows
        where it keeps it.
        """
        trusted = self._updater._trusted_set  # noqa: SLF001 - see above
        real = trusted.reference_time
        trusted.reference_time = now or real
        return real

    # --- the two parties -------------------------------------------------------------------------

    def _train(self, channel: Channel) -> Train:
        path = train_path(channel)
        train = read_train(self._manifest(path, train_role(channel)), path)
        if train.channel != channel:
            raise TrustError("week_disagrees", path=path, why=f"it is for {train.channel}")
        return train

    def _manifest(self, path: str, role: str) -> bytes:
        runs = f"{role}.json" in self._role("snapshot", Snapshot).signed.meta
        info = self._look_up(path) if runs and self._responsible(path) == role else None
        if info is None:
            raise TrustError("week_missing", role=role)
        if info.length > _MANIFEST_MAX:
            raise TrustError("week_unreadable", file=path, why="too large")
        with self._explained():
            body = Path(self._updater.download_target(info, str(self._work / "week"))).read_bytes()
        self._bodies[on_mirror(path, next(iter(info.hashes.values())))] = body
        return body

    def _target(self, named: Named, channel: Channel, *, back: bool) -> Target:
        role = self._responsible(named.path)
        if not role.startswith(BUILD):
            raise TrustError("week_disagrees", path=named.path, why="no build role has this path")
        info = self._look_up(named.path)
        if info is None or info.hashes.get("sha256") != named.sha256 or info.length != named.size:
            raise TrustError("week_disagrees", path=named.path, why=f"not what {role} signed")
        self._check_disjoint(role, train_role(channel))
        about = read_about(named.path, info.custom)
        _check_chunks(named, about)
        if bool(about.undoes) != back:
            raise TrustError("week_disagrees", path=named.path, why="one party says a way back")
        return target_of(named, about, role.removeprefix(BUILD))

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

    def _check_disjoint(self, role: str, train: str) -> None:
        if self._publics(role) & self._publics(train):
            raise TrustError("keys_shared", role=role, train=train)

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
    """Lets the updater read a source; remembers the last file for the sake of the explanation.

    What must be refused before the updater takes it is refused here: too much, and a root of the
    other repository, which would be kept as soon as it verifies.
    """

    def __init__(self, source: Source, *, bundle: bool) -> None:
        self._source = source
        self._bundle = bundle
        self._left = _ALL_MAX
        self.roots = 0
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
                    self._left -= len(piece)
                    if self._left < 0:
                        raise TrustError(
                            "metadata_too_large", role=self.name, what="bytes", limit=_ALL_MAX
                        )
                    yield piece
                    if time.monotonic() > end:
                        raise SlowRetrievalError(self.name)
        except Absent as error:
            raise DownloadHTTPError(self.name, 404) from error
        except Unreachable as error:
            raise DownloadError(str(error)) from error
        if _ROOT.fullmatch(self.name):
            self.roots += 1
            check(bytes(self.body), bundle=self._bundle)


def _check_chunks(named: Named, about: About) -> None:
    """Refuse digests of chunks that cannot be those of a file of this size."""
    if bool(about.chunk_size) != bool(about.chunks):
        raise TrustError("week_unreadable", file=named.path, why="half of the chunks' facts")
    if about.chunks and len(about.chunks) != -(-named.size // about.chunk_size):
        raise TrustError("week_unreadable", file=named.path, why="not as many chunks as the size")


def _quoted(role: str) -> str:
    return urllib.parse.quote(role, "")


def _owner(key: Key) -> str:
    return str(key.unrecognized_fields.get(KEY_NAME) or key.keyid[:8])
