"""The only reader of TUF: from a mirror, a folder or a bundle file to a Week and a VerifiedFile.

One path for all three sources: the stock TUF updater with the maker's pinned root, then our own
floor of versions and counters (trust.sqlite, durable), then the rule of two parties: a file counts
only when the train and its build role name the same bytes. Nothing is kept of what failed, except
newer roots that verified (a revocation must stick) and the reason for the failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from pathlib import Path

from firmware.release import Target, Week
from fleet.errors import OrangeryError


class TrustError(OrangeryError):
    """Metadata or bytes that we cannot vouch for; nothing was changed.

    mirror_unreachable  the source does not answer, or has nothing there
    metadata_tampered   a signed file was altered, is unreadable or endless
    metadata_mixed      genuine files of different publications, put together
    metadata_expired    genuine but too old: a stopped train or a frozen mirror
    rolled_back         older than what this house has already seen
    threshold_missing   fewer people signed than must
    week_missing        the maker has not published a week
    week_disagrees      train and build role do not name the same bytes
    week_unreadable     signed, but not of the schema we know
    week_newer          signed for a newer version of this program
    keys_shared         one key could sign both as train and as build
    bundle_bad          the bundle file breaks a rule of docs/protocol.md
    target_tampered     the file is not the one that was signed
    target_missing      the source does not hold that file
    target_unknown      no verified week names that file
    target_recalled     the maker has recalled that file
    maker_unknown       no maker of that name
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who makes weeks for this house: pinned root and where the weeks come from."""

    name: str
    root: bytes = field(repr=False)  # the first root.json, shipped or pinned by hand
    url: str = ""  # http(s) mirror, folder or bundle file with metadata/ and targets/ in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How fresh a maker's weeks are here; kept over restarts."""

    maker: str
    week: Week | None = None  # the last one that held
    checked: float | None = None  # when a refresh last succeeded
    tried: float | None = None
    code: str = ""  # of the TrustError of the last try; "" when it succeeded
    facts: Mapping[str, str] = field(default_factory=dict)
    failing_since: float | None = None
    source: str = ""  # of the last try


_TOKEN = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedFile:
    """Bytes on disk that both parties signed. Only this module can make one."""

    path: Path
    target: Target
    maker: str
    week: str
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        """Refuse anybody else: TypeError."""
        if token is not _TOKEN:
            raise TypeError("only firmware.trust can vouch for a file")


class Trust:
    """Refreshes, verifies and fetches; any thread, one refresh or fetch at a time per maker."""

    def __init__(self, folder: Path, makers: Iterable[Maker] = ()) -> None:
        """Own `folder`: trust.sqlite is made there. StoreError as Store.open."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the store."""
        raise NotImplementedError

    def add(self, maker: Maker) -> None:
        """Know one more maker, or the same with another address. Its root stays pinned."""
        raise NotImplementedError

    def refresh(self, maker: str, source: str = "") -> Week:
        """Read the maker's week from `source` ("": its own address) and verify it. TrustError."""
        raise NotImplementedError

    def standing(self, maker: str) -> Standing:
        """Return what we know of this maker; TrustError("maker_unknown")."""
        raise NotImplementedError

    def fetch(
        self,
        maker: str,
        target: Target,
        into: Path,
        progress: Callable[[int, int], None] | None = None,
    ) -> VerifiedFile:
        """Fetch the rest of `target` into the part file `into` and verify the whole. TrustError.

        progress(have, of) in bytes. The part file stays for the next try when the source breaks
        off, and is removed when its bytes are wrong.
        """
        raise NotImplementedError

    def verify(self, maker: str, target: Target, path: Path) -> VerifiedFile:
        """Vouch for bytes that are here already; TrustError("target_tampered")."""
        raise NotImplementedError

    def mirror_files(self, maker: str) -> Mapping[str, bytes]:
        """Return the raw metadata as last verified, named as on the mirror, for agents.

        "metadata/1.root.json" ..., "metadata/timestamp.json", "metadata/7.snapshot.json", the
        targets roles, and the week itself: "targets/train/orange/<sha256>.week.json".
        """
        raise NotImplementedError
