"""The hub's way of answering HTTP: endpoints as data, one way in for everybody.

An endpoint says who may ask, what is asked and what is said; its work is a plain function of a
`Call`, run in a thread inside one transaction. A HubError rolls that back and becomes a problem.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feedback import signature, wire
from feedback.wire import HubError
from hub import audit, members, sessions
from hub.members import Standing
from hub.rights import Right, may

if TYPE_CHECKING:
    from hub.app import Hub

logger = logging.getLogger(__name__)
T = TypeVar("T")

STATUS: Final[Mapping[str, int]] = {
    "bad_request": 400,
    "bad_signature": 401,
    "clock_skew": 401,
    "key_unknown": 401,
    "replayed": 401,
    "not_staff": 401,
    "right_missing": 403,
    "code_unknown": 404,
    "report_unknown": 404,
    "cluster_unknown": 404,
    "member_unknown": 404,
    "row_unknown": 404,
    "code_used": 409,
    "gap": 409,
    "outbox_fork": 409,
    "report_closed": 409,
    "code_expired": 410,
    "cursor_expired": 410,
    "too_large": 413,
    "code_mistyped": 422,
    "invalid_op": 422,
    "upgrade_required": 426,
    "rate_limited": 429,
    "hub_busy": 503,
}
_STRANGE: Final = frozenset({"bad_signature", "clock_skew", "key_unknown", "replayed", "not_staff"})
_BUSY_S: Final = 10.0  # when to come again; houses spread that by themselves
"""Code -> HTTP status, of the core; a room adds its own. 400 for what is in no table."""


class Who(StrEnum):
    """Who may ask, where it takes no right of staff."""

    ANYONE = "anyone"
    MEMBER = "member"  # a request signed by one of a member's keys


@dataclass(frozen=True, kw_only=True)
class Call(Generic[T]):
    """One request to an endpoint, read and let in."""

    hub: Hub
    db: Connection
    said: T  # the body as the endpoint asks for it
    now: float
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    address: str
    signed_by: Callable[[bytes], signature.Claim]
    """Check the request against a public key; HubError: bad_signature, clock_skew."""
    who: Standing | None = None
    staff: str = ""

    @property
    def member(self) -> Standing:
        """The member that asks; only where the endpoint is for members."""
        if self.who is None:
            raise HubError("key_unknown")
        return self.who


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One thing that can be asked of the hub. `asks` bytes: the body as it comes; None: no body."""

    method: str
    path: str
    work: Callable[[Call[Any]], msgspec.Struct | Response | None]
    who: Who | Right
    summary: str
    asks: type | None = None
    says: type | None = None
    most: int = 0  # bytes of a body; 0: as much as a push
    own: bool = False  # `work` writes in transactions of its own, which outlive a refusal
    can_wait: Callable[[bytes], bool] | None = None  # of a body: sent away first under load


def routes(endpoints: tuple[Endpoint, ...], statuses: Mapping[str, int]) -> list[Route]:
    """The routes of these endpoints. `statuses`: of every code that they may answer."""
    return [Route(one.path, _answering(one, statuses), methods=[one.method]) for one in endpoints]


def told(_request: Request, error: Exception) -> Response:
    """A fault of ours, as a problem; its words stay in our log."""
    logger.error("a request failed", exc_info=error)
    return _problem("hub_failed", 500)


def _answering(one: Endpoint, statuses: Mapping[str, int]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        hub: Hub = request.app.state.hub
        try:
            _admit_address(one, request, hub)
            body = await _body(request, one.most or hub.settings.push_bytes) if one.asks else b""
            with hub.load.entered(can_wait=one.can_wait is not None and one.can_wait(body)):
                said = await run_in_threadpool(_work, one, request, hub, body)
        except HubError as error:
            if one.who is not Who.ANYONE and error.code in _STRANGE:
                hub.refusals.count(_address(request), now=hub.clock())
            return _refused(error, hub, statuses)
        except msgspec.MsgspecError as error:
            return _refused(HubError("bad_request", why=error), hub, statuses)
        except (sa.exc.DBAPIError, sa.exc.TimeoutError):
            logger.exception("the database did not answer")
            return _problem("hub_busy", 503, retry_after=_BUSY_S)
        if isinstance(said, Response):
            return said
        content = msgspec.json.encode(said) if said is not None else b"{}"
        return Response(content, media_type="application/json")

    return answer


def _admit_address(one: Endpoint, request: Request, hub: Hub) -> None:
    """Count strangers by their address; who proves to be known is counted by that.

    So whoever is known is not shut out by others behind the same address who only look.
    """
    if one.who is Who.ANYONE:
        hub.asks.take(_address(request), now=hub.clock())
    else:
        hub.refusals.check(_address(request), now=hub.clock())


def _work(
    one: Endpoint, request: Request, hub: Hub, body: bytes
) -> msgspec.Struct | Response | None:
    now = hub.clock()

    def signed_by(public: bytes) -> signature.Claim:
        return _checked(request, body, lambda _key_id: public, now)

    claim = None
    if one.who is Who.MEMBER:
        claim = _checked(request, body, lambda key_id: _public(hub, key_id), now)
        hub.syncs.take(claim.key_id, now=now)

    def work(db: Connection) -> msgspec.Struct | Response | None:
        who = members.admit(db, claim.key_id, claim.nonce, now=now) if claim else None
        staff = _staff(request, db, one, now)
        call: Call[Any] = Call(
            hub=hub,
            db=db,
            said=_said(one, body),
            now=now,
            path=request.path_params,
            query=request.query_params,
            headers=request.headers,
            address=_address(request),
            signed_by=signed_by,
            who=who,
            staff=staff,
        )
        if not staff or one.method == "GET":
            return one.work(call)
        return _audited(one, call)

    if one.own or (one.who is Who.ANYONE and one.method == "GET"):
        with hub.store.read() as db:
            return work(db)
    only_asks = one.who is Who.MEMBER and one.method in {"GET", "HEAD"}
    return hub.store.run(work, alone=not only_asks)


def _audited(one: Endpoint, call: Call[Any]) -> msgspec.Struct | Response | None:
    """Do the work of staff; where it has noted nothing itself, that it was done is noted here."""
    audit.begin(call.db)
    said = one.work(call)
    if not audit.noted(call.db):
        action = f"{one.method} {one.path.removeprefix('/v1/staff/')}"[:32]
        subject = next(iter(call.path.values()), "")
        audit.note(call.db, call.staff, action, subject, now=call.now)
    return said


def _said(one: Endpoint, body: bytes) -> Any:  # noqa: ANN401 - what the endpoint asks for
    if one.asks is None or one.asks is bytes:
        return body if one.asks is bytes else None
    return msgspec.json.decode(body, type=one.asks)


def _staff(request: Request, db: Connection, one: Endpoint, now: float) -> str:
    """Return who of the staff asks, where a right is asked for."""
    if not isinstance(one.who, Right):
        return ""
    writes = one.method != "GET"
    person = sessions.person_of(db, bearer(request.headers), now=now, writes=writes)
    if not may(person.roles, one.who):
        raise HubError("right_missing", right=one.who)
    return person.name


def bearer(headers: Mapping[str, str]) -> str:
    """Return the token of a request. HubError("not_staff") where there is none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise HubError("not_staff")
    return token.strip()


def _public(hub: Hub, key_id: str) -> bytes:
    with hub.store.read() as db:
        return members.public_of(db, key_id)


def _checked(
    request: Request, body: bytes, public: Callable[[str], bytes], now: float
) -> signature.Claim:
    """Read and check the signature; `public` finds the key of a name."""
    claim = signature.read(request.headers)
    asked = signature.Request(
        method=request.method,
        path=request.url.path,
        query=request.url.query,
        body=body,
        outbox=request.headers.get(signature.OUTBOX_HEADER, ""),
    )
    key = public(claim.key_id)
    if signature.key_id(key) != claim.key_id:
        raise HubError("bad_signature", why="another key than the named one")
    signature.check(claim, asked, request.headers, key, now=now)
    return claim


async def _body(request: Request, limit: int) -> bytes:
    """The body, as far as it is not too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HubError("too_large", limit=limit)
    return bytes(body)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _refused(error: HubError, hub: Hub, statuses: Mapping[str, int]) -> Response:
    facts: dict[str, Any] = {}
    if error.code == "gap":
        facts["acked"] = int(error.facts["acked"])
    if error.code in {"rate_limited", "hub_busy"}:
        facts["retry_after"] = float(error.facts.get("retry_after", _BUSY_S))
    said = next(
        (error.facts[name] for name in ("why", "field", "right") if name in error.facts), ""
    )
    status = statuses.get(error.code, 400)
    return _problem(error.code, status, detail=said, hub_time=hub.clock(), **facts)


def _problem(code: str, status: int, **facts: Any) -> Response:  # noqa: ANN401 - fields of Problem
    problem = wire.Problem(code=code, title=code.replace("_", " "), status=status, **facts)
    headers = {}
    if problem.retry_after is not None:
        headers["retry-after"] = str(int(problem.retry_after) + 1)
    return Response(
        msgspec.json.encode(problem), status, headers, media_type="application/problem+json"
    )
