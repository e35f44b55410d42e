"""What all trackers have in common: what we say, what we hear, and how HTTP is spoken.

* BridgeError (a HubError): bridge_unreachable, bridge_refused, tracker_not_understood
    - GoneError (bridge_refused): what was asked for is not there
    - BusyError: bridge_busy, to be asked again after `wait` seconds
"""

from __future__ import annotations

import email.utils
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol
from urllib.parse import urlencode

import urllib3

from feedback.wire import HubError

LABEL: Final = "orangery"
"""On every issue that we made; only those are looked through for a marker."""

PAGES: Final = 20  # of a list, at most
PER_PAGE: Final = 50
WRITE_S: Final = 1.0  # between two writes
_TIMEOUT: Final = urllib3.Timeout(connect=5, read=10)  # seconds
_MOST: Final = 8 * 1024 * 1024  # bytes of an answer
_WAIT_S: Final = 60.0  # where a tracker asks us to wait and does not say how long
_LONGEST_S: Final = 3_600.0
_GOOD: Final = range(200, 300)
_MARKER: Final = re.compile(r"<!-- orangery:cluster:([0-9a-f-]{36}) -->")


class BridgeError(HubError):
    """A tracker did not do what was asked; it is tried again later."""


class GoneError(BridgeError):
    """It is not there any more, or was never."""


class BusyError(BridgeError):
    """It asks us to come again after `wait` seconds."""

    def __init__(self, wait: float, **facts: object) -> None:
        super().__init__("bridge_busy", wait=int(wait), **facts)
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands in the tracker about a cluster; `body` has its marker."""

    cluster: str
    title: str
    body: str
    labels: tuple[str, ...]
    closed: bool

    @property
    def hash(self) -> str:
        """What tells whether anything of it changed."""
        said = [self.title, self.body, sorted(self.labels), self.closed]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as it stands there."""

    number: int
    url: str
    body: str = ""


class Heard(StrEnum):
    """What can happen to an issue that we care about."""

    CLOSED = "closed"
    REOPENED = "reopened"
    MILESTONE = "milestone"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that was done in the tracker. `by` "": a list does not say who."""

    id: str  # the same for the same event, however often it is heard
    what: Heard
    number: int
    by: str
    at: str  # as the tracker writes it
    text: str = ""  # of a comment; the title of a milestone; why it was closed


class Forge(Protocol):
    """A tracker: GitHub, GitLab, or Gitea and Forgejo. All of it raises BridgeError."""

    def who(self) -> str:
        """The login of our own token: what it does is not heard."""

    def find(self, cluster: str, since: str) -> Issue | None:
        """The issue with this cluster's marker; it was made after `since` (ISO 8601)."""

    def create(self, page: Page) -> Issue:
        """Make an issue."""

    def change(self, number: int, page: Page) -> None:
        """Bring an issue to what the page says; labels of others stay."""

    def changed(self, since: str) -> Iterator[Event]:
        """What was done since then, by everybody."""

    def hook(self, headers: Mapping[str, str], body: bytes) -> tuple[Event, ...]:
        """What a web hook tells. HubError("bad_signature") where it is not from there."""


def marker(cluster: str) -> str:
    """What makes an issue that of a cluster; nobody sees it there."""
    return f"<!-- orangery:cluster:{cluster} -->"


def marked(body: str | None) -> str:
    """The cluster of an issue, "" where it is none of ours."""
    found = _MARKER.search(body or "")
    return found.group(1) if found else ""


def check_hmac(secret: str, body: bytes, given: str) -> None:
    """HubError("bad_signature") unless `given` is the hex HMAC-SHA256 of the body."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(expected.encode(), given.encode()):
        raise HubError("bad_signature")


def check_token(secret: str, given: str) -> None:
    """HubError("bad_signature") unless the two are the same words."""
    if not secret or not hmac.compare_digest(secret.encode(), given.encode()):
        raise HubError("bad_signature")


def labels_of(ours: tuple[str, ...], theirs: list[str]) -> list[str]:
    """Our labels of today, and all of theirs that are not ours of yesterday."""
    kept = [name for name in theirs if not name.startswith((LABEL, f"{LABEL}:"))]
    return [*kept, *(name for name in ours if name not in kept)]


class Pace:
    """Lets one write begin a second after the last one began; `wait` sleeps so many seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._clock = clock
        self._wait = wait
        self._free = float("-inf")

    def __call__(self) -> None:
        """Wait until a write may begin."""
        if (left := self._free - self._clock()) > 0:
            self._wait(left)
        self._free = self._clock() + WRITE_S


class Http:
    """JSON over HTTP with one tracker; the token is in no error and no log."""

    def __init__(self, url: str, headers: Mapping[str, str], pace: Pace) -> None:
        self._pace = pace
        self._url = url.rstrip("/")
        self._headers = {"accept": "application/json", "user-agent": "orangery-hub", **headers}
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        said: object = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """One request. BridgeError: bridge_unreachable, _refused, _not_understood; BusyError."""
        if method != "GET":
            self._pace()
        target = f"{self._url}{path}" + (f"?{urlencode(query)}" if query else "")
        body = None if said is None else json.dumps(said).encode()
        headers = self._headers | ({"content-type": "application/json"} if body else {})
        try:
            answer = self._pool.request(
                method, target, body=body, headers=headers, redirect=False, preload_content=False
            )
            data = answer.read(_MOST + 1)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise BridgeError("bridge_unreachable", fact=type(error).__name__) from error
        if answer.status not in _GOOD:
            raise _refusal(answer.status, answer.headers)
        try:
            return json.loads(data) if data else None
        except ValueError as error:
            raise BridgeError("tracker_not_understood", fact=answer.status) from error

    def listed(self, path: str, query: Mapping[str, object]) -> Iterator[Mapping[str, Any]]:
        """All entries of a list, page by page."""
        for page in range(1, PAGES + 1):
            found = self.ask("GET", path, query={**query, "page": page})
            if not isinstance(found, list):
                raise BridgeError("tracker_not_understood", fact="no list")
            yield from found
            if len(found) < PER_PAGE:
                return


def _refusal(status: int, headers: Mapping[str, str]) -> BridgeError:
    """A limit is told by 429, by 403 with its own headers, or by 503 that says when to come."""
    after = headers.get("retry-after", "")
    limited = headers.get("x-ratelimit-remaining") == "0"
    if status in (429, 503) or (status == 403 and (after or limited)):  # noqa: PLR2004 - of HTTP
        return BusyError(_seconds(after, headers), status=status)
    kind = GoneError if status in (404, 410) else BridgeError
    return kind("bridge_refused", fact=status)


def _seconds(after: str, headers: Mapping[str, str]) -> float:
    """How long to wait: Retry-After in seconds or as a date, or until the limit begins anew."""
    said, now = _WAIT_S, email.utils.parsedate_to_datetime(headers.get("date") or _EPOCH)
    try:
        if after.isdecimal():
            said = float(after)
        elif after:
            said = (email.utils.parsedate_to_datetime(after) - now).total_seconds()
        elif reset := headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset"):
            said = float(reset) - now.timestamp()
    except ValueError:
        said = _WAIT_S
    return min(max(said, 1.0), _LONGEST_S)


_EPOCH: Final = "Thu, 01 Jan 1970 00:00:00 GMT"


def read(found: Any, *names: str) -> Any:  # noqa: ANN401 - JSON
    """What stands under these names. BridgeError("tracker_not_understood") where nothing does."""
    for name in names:
        if not isinstance(found, Mapping) or name not in found:
            raise BridgeError("tracker_not_understood", fact=".".join(names))
        found = found[name]
    return found
