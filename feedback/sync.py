"""One push-then-pull loop with the hub: values in, values out; the only outgoing HTTP here.

No thread, no store: the composer runs `run` in its pool and gives the `Result` to the house, which
keeps outcomes, changes and cursor in one transaction. Lost before that, the next loop brings the
same: what was pushed is answered "duplicate", what was pulled comes again under the old cursor.
"""

from __future__ import annotations

import base64
import contextlib
import platform
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from feedback import keys, signature, uploads, wire, wire_outcomes
from feedback.uploads import Upload, Uploaded
from feedback.wire import Change, HubError, Op, OpResult
from feedback.wire_points import Entry, LedgerPage

FIRST_WAIT_S: Final = 30.0
LONGEST_WAIT_S: Final = 6 * 3600.0
_BATCH_BYTES: Final = 900 * 1024  # of operations in one push; wire.PUSH_BYTES less its frame
_TIMEOUT: Final = urllib3.Timeout(connect=5, read=30)
_BOOK_PAGES: Final = 20  # of a thousand rows; the rest with the next sync
_JSON: Final = {"content-type": "application/json"}
_PROGRAM: Final = {"user-agent": "orangery"}  # else a library tells its version
_GOOD: Final = (200, 201, 204)
_HEADLESS: Final = {404: "upload_unknown", 410: "upload_expired", 409: "offset_wrong"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What a house has to say, as of one moment."""

    hub_url: str
    key: str  # name of its key in the keyring
    outbox_id: str
    ops: tuple[Op, ...] = ()  # unsettled, in order without a hole
    cursor: str = ""
    clock_offset: float = 0.0  # hub's clock less ours
    member_id: str = ""  # "": not enrolled yet, then `code` and `name` are used
    code: str = ""
    name: str = ""
    spent: str = ""  # the invitation it joined with: a hub that was set back may ask for it again
    root: str = ""  # what the invitation says of the makers; "": nothing
    uploads: tuple[Upload, ...] = ()  # files to bring, after the text
    books: int = 0  # rows of the hub's books of points that we have checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one loop brought; what came before an error stands."""

    outbox_id: str
    at: float
    enrolled: wire.EnrolAnswer | None = None
    outcomes: tuple[OpResult, ...] = ()
    too_large: str = ""  # id of an operation that the hub would not even read
    acked: int | None = None  # how far the hub has this outbox, where it said so
    forked: bool = False  # this house was set back: it needs a new outbox
    changes: tuple[Change, ...] = ()
    cursor: str | None = None
    reset: bool = False  # the hub was set back: forget the cursor and all versions
    numbers: wire_outcomes.PublicOutcomes | None = None  # None: the hub did not say
    uploads: tuple[Uploaded, ...] = ()  # how far files came; their errors are their own
    entries: tuple[Entry, ...] = ()  # rows of the books behind `Outbox.books`
    clock_offset: float = 0.0
    error: HubError | None = None
    retry_after: float | None = None  # the hub's own wish, in seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What a transport brings back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters


class Transport(Protocol):
    """Carries one request; HubError("hub_unreachable") where there is no answer."""

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Return the answer, whatever its status."""


def run(
    outbox: Outbox,
    *,
    clock: Callable[[], float],
    transport: Transport | None = None,
    find_key: Callable[[str], Ed25519PrivateKey] = keys.load_or_make,
) -> Result:
    """Enrol where that waits, push everything, pull everything. Never raises HubError.

    Then pieces of files are brought, whose failures are their own. Last it fetches what the hub
    says of other homes, and its books; that fails by itself alone.
    """
    loop = _Loop(outbox, clock, transport or request, find_key)
    try:
        loop.enrol()
        loop.push()
        loop.pull()
        loop.bring()
        loop.count()
        loop.read_books()
    except HubError as error:
        loop.error = error
    return loop.result()


def ask(
    way: Outbox,
    method: str,
    path: str,
    body: bytes,
    *,
    clock: Callable[[], float],
    transport: Transport | None = None,
    find_key: Callable[[str], Ed25519PrivateKey] = keys.load_or_make,
) -> Answer:
    """Return the answer to one signed request outside the exchange. Every HubError of the hub."""
    return _Loop(way, clock, transport or request, find_key).plain(method, path, body)


def wait_after(tries: int, *, retry_after: float | None = None, dice: float = 1.0) -> float:
    """Seconds until the next try after `tries` failures: 30 s doubling to 6 h, times `dice`.

    What the hub itself wishes always wins. `dice`: 0.5 to 1, so that houses do not come together.
    """
    if retry_after is not None:
        return max(1.0, retry_after)
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(tries - 1, 20)) * dice


def dice() -> float:
    """A throw for `wait_after`."""
    return random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, protects nothing


def check_url(url: str) -> str:
    """Return the base address of a hub. HubError: hub_url_bad, hub_not_https (beyond loopback)."""
    parts = urlsplit(url.strip().rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise HubError("hub_url_bad", url=url)
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise HubError("hub_not_https", url=url)
    return parts.geturl()


def request(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """The transport of every day: urllib3, no redirects, no retries of its own."""
    try:
        with urllib3.PoolManager(retries=False, timeout=_TIMEOUT) as pool:
            answer = pool.request(
                method, url, headers={**_PROGRAM, **headers}, body=body or None, redirect=False
            )
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, answer.data, headers)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise HubError("hub_unreachable", url=url, fact=error) from error


@dataclass(slots=True)
class _Loop:
    """One run, as far as it got."""

    outbox: Outbox
    clock: Callable[[], float]
    transport: Transport
    find_key: Callable[[str], Ed25519PrivateKey]
    error: HubError | None = None
    enrolled: wire.EnrolAnswer | None = None
    outcomes: list[OpResult] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    too_large: str = ""
    acked: int | None = None
    forked: bool = False
    reset: bool = False
    cursor: str | None = None
    numbers: wire_outcomes.PublicOutcomes | None = None
    entries: list[Entry] = field(default_factory=list)
    retry_after: float | None = None
    offset: float = 0.0
    key: Ed25519PrivateKey | None = None
    uploads: tuple[Uploaded, ...] = ()

    def __post_init__(self) -> None:
        self.offset = self.outbox.clock_offset

    def result(self) -> Result:
        return Result(
            outbox_id=self.outbox.outbox_id,
            at=self.clock(),
            enrolled=self.enrolled,
            outcomes=tuple(self.outcomes),
            too_large=self.too_large,
            acked=self.acked,
            forked=self.forked,
            changes=tuple(self.changes),
            cursor=self.cursor,
            reset=self.reset,
            uploads=self.uploads,
            numbers=self.numbers,
            entries=tuple(self.entries),
            clock_offset=self.offset,
            error=self.error,
            retry_after=self.retry_after,
        )

    def enrol(self) -> None:
        self.key = self.find_key(self.outbox.key)
        if self.outbox.member_id:
            return
        if not self.outbox.code:
            raise HubError("not_enrolled")
        self._meet()
        self._timed(lambda: self._join(self.outbox.code))

    def _join(self, code: str) -> None:
        assert self.key is not None  # noqa: S101 - `enrol` comes first
        public = self.key.public_key().public_bytes_raw()
        asked = wire.EnrolRequest(
            v=wire.VERSION,
            code=code,
            name=self.outbox.name,
            public_key=base64.b64encode(public).decode(),
            app=f"orangery {platform.system()}",
        )
        body = msgspec.json.encode(asked)
        self.enrolled = self._once("POST", "/v1/enrol", wire.EnrolAnswer, "", body)

    def _meet(self) -> None:
        """Look whether it is the hub that the invitation names. HubError("hub_not_the_named")."""
        if self.outbox.root:
            info = self._ask("GET", "/v1/hub", wire.HubInfo)
            if info.root.removeprefix("sha256:") != self.outbox.root:
                raise HubError("hub_not_the_named", url=self.outbox.hub_url)

    def plain(self, method: str, path: str, body: bytes) -> Answer:
        """One signed request and its good answer, whatever that says."""
        self.key = self.find_key(self.outbox.key)
        answer = self._carry(method, path, "", body, _JSON)
        if answer.status in _GOOD:
            return answer
        error = self._refusal(answer)
        if error.code != "clock_skew" or "hub_time" not in error.facts:
            raise error
        self.offset = float(error.facts["hub_time"]) - self.clock()
        answer = self._carry(method, path, "", body, _JSON)
        if answer.status not in _GOOD:
            raise self._refusal(answer)
        return answer

    def push(self) -> None:
        waiting = list(self.outbox.ops)
        most = wire.PUSH_OPS
        while waiting and not self.too_large and not self.forked:
            batch = _batch(waiting, most)
            try:
                answer = self._push(batch)
            except HubError as error:
                if error.code == "rate_limited":  # what is new at the hub is fetched all the same
                    self.error = error
                    return
                if error.code not in {"too_large", "gap", "outbox_fork"}:
                    raise
                if error.code == "too_large" and len(batch) > 1:
                    most = len(batch) // 2
                    continue
                self._cannot_go_on(error, batch[0])
                return
            self.outcomes += answer.results
            self.acked = answer.acked
            waiting = [op for op in waiting if op.seq > answer.acked]

    def pull(self) -> None:
        cursor = self.outbox.cursor
        more = True
        while more and not self.forked:
            query = urlencode({"cursor": cursor}) if cursor else ""
            try:
                page = self._ask("GET", "/v1/sync/pull", wire.PullAnswer, query=query)
            except HubError as error:
                if error.code != "cursor_expired" or self.reset:
                    raise
                self.reset, self.changes, cursor = True, [], ""
                continue
            self.changes += page.changes
            self.cursor = cursor = page.cursor
            self.acked = page.acked
            more = page.more

    def bring(self) -> None:
        """Bring pieces of files; whatever becomes of that, the text is through."""
        if not self.forked:
            before = self.retry_after
            self.uploads = uploads.bring(
                self.outbox.uploads,
                self._blob,
                clock=self.clock,
                retry_after=lambda: self.retry_after,
            )
            self.retry_after = before

    def count(self) -> None:
        """Fetch what is public, without saying who asks; a hub without it is no failure."""
        with contextlib.suppress(HubError, msgspec.MsgspecError):
            answer = self.transport("GET", self.outbox.hub_url + "/v1/public/outcomes", {}, b"")
            if answer.status in _GOOD:
                self.numbers = msgspec.json.decode(answer.body, type=wire_outcomes.PublicOutcomes)

    def read_books(self) -> None:
        """Fetch the rows of the books that are new; a hub without them is no failure."""
        after = self.outbox.books
        with contextlib.suppress(HubError, msgspec.MsgspecError):
            for _ in range(_BOOK_PAGES):
                url = f"{self.outbox.hub_url}/v1/public/ledger?after={after}"
                answer = self.transport("GET", url, {}, b"")
                if answer.status not in _GOOD:
                    return
                page = msgspec.json.decode(answer.body, type=LedgerPage)
                self.entries += page.entries
                if not page.more or not page.entries:
                    return
                after = page.entries[-1].n

    def _push(self, batch: list[Op]) -> wire.PushAnswer:
        said = wire.Push(v=wire.VERSION, outbox_id=self.outbox.outbox_id, ops=tuple(batch))
        body = msgspec.json.encode(said)
        return self._ask("POST", "/v1/sync/push", wire.PushAnswer, body=body)

    def _cannot_go_on(self, error: HubError, first: Op) -> None:
        """Settle what only the house itself can mend before the next loop."""
        if error.code == "too_large":
            self.too_large = first.op_id
        elif error.code == "outbox_fork":
            self.forked = True
        else:  # the hub has less than we thought: it was set back
            self.acked = int(error.facts["acked"])

    def _ask(
        self, method: str, path: str, kind: type[T], *, query: str = "", body: bytes = b""
    ) -> T:
        try:
            return self._timed(lambda: self._once(method, path, kind, query, body))
        except HubError as error:
            if error.code != "key_unknown" or not self._joins_again():
                raise
        return self._once(method, path, kind, query, body)

    def _joins_again(self) -> bool:
        """Join with our spent invitation: a hub that was set back may not have seen it yet."""
        if not self.outbox.spent or self.enrolled is not None:
            return False
        try:
            self._timed(lambda: self._join(self.outbox.spent))
        except HubError:  # we were let go, or the invitation is lost as well
            return False
        return True

    def _timed(self, ask: Callable[[], T]) -> T:
        """Ask, and once more by the hub's clock where ours is wrong."""
        try:
            return ask()
        except HubError as error:
            if error.code != "clock_skew" or "hub_time" not in error.facts:
                raise
            self.offset = float(error.facts["hub_time"]) - self.clock()
        return ask()

    def _blob(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Mapping[str, str]:
        self.retry_after = None
        answer = self._carry(method, path, "", body, headers)
        if answer.status in _GOOD:
            return answer.headers
        if method == "HEAD" and answer.status in _HEADLESS:  # an answer to HEAD has no body
            raise HubError(_HEADLESS[answer.status])
        raise self._refusal(answer)

    def _once(self, method: str, path: str, kind: type[T], query: str, body: bytes) -> T:
        answer = self._carry(method, path, query, body, _JSON)
        if answer.status not in _GOOD:
            raise self._refusal(answer)
        try:
            return msgspec.json.decode(answer.body, type=kind)
        except msgspec.MsgspecError as error:
            raise HubError("hub_not_understood", fact=error) from error

    def _carry(
        self, method: str, path: str, query: str, body: bytes, more: Mapping[str, str]
    ) -> Answer:
        assert self.key is not None  # noqa: S101 - `enrol` comes first
        base = urlsplit(self.outbox.hub_url)
        asked = signature.Request(
            method=method,
            path=base.path + path,
            query=query,
            body=body,
            outbox=self.outbox.outbox_id,
        )
        created = self.clock() + self.offset
        headers = signature.sign(asked, self.key, created=created, nonce=secrets.token_urlsafe(18))
        headers |= more
        url = self.outbox.hub_url + path + (f"?{query}" if query else "")
        return self.transport(method, url, headers, body)

    def _refusal(self, answer: Answer) -> HubError:
        try:
            problem = msgspec.json.decode(answer.body, type=wire.Problem)
        except msgspec.MsgspecError:
            problem = wire.Problem()
        if not problem.code:
            return HubError("hub_not_understood", fact=f"HTTP {answer.status}")
        self.retry_after = problem.retry_after
        told = {"acked": problem.acked, "hub_time": problem.hub_time}
        facts = {name: value for name, value in told.items() if value is not None}
        return HubError(problem.code, url=self.outbox.hub_url, fact=problem.detail, **facts)


def pushes(outbox: Outbox) -> list[wire.Push]:
    """All that waits, in pushes of the size that a hub takes, in order."""
    waiting, said = list(outbox.ops), []
    while waiting:
        batch = _batch(waiting, wire.PUSH_OPS)
        said.append(wire.Push(v=wire.VERSION, outbox_id=outbox.outbox_id, ops=tuple(batch)))
        waiting = waiting[len(batch) :]
    return said


def _batch(waiting: list[Op], most: int) -> list[Op]:
    """The first operations, at least one, as many as fit into one push."""
    batch: list[Op] = []
    room = _BATCH_BYTES
    for op in waiting[:most]:
        room -= len(bytes(op.body)) + 200
        if batch and room < 0:
            break
        batch.append(op)
    return batch
