"""The hub's HTTP face: reads a request, asks the rules in a thread, answers JSON or a problem."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Final, TypeVar

import msgspec
import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from feedback import signature, wire, wire_outcomes
from feedback.wire import HubError
from hub import changes, health, intake, members, outcomes, triage
from hub.app import Hub

logger = logging.getLogger(__name__)
T = TypeVar("T")

_STATUS: Final = {
    "bad_request": 400,
    "bad_signature": 401,
    "clock_skew": 401,
    "key_unknown": 401,
    "replayed": 401,
    "not_staff": 401,
    "code_unknown": 404,
    "report_unknown": 404,
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

Answer = Callable[[Request], Awaitable[msgspec.Struct | None]]


def told(_request: Request, error: Exception) -> Response:
    """A fault of ours, as a problem; its words stay in our log."""
    logger.error("a request failed", exc_info=error)
    return _problem("hub_failed", 500)


def _answers(work: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Run `work`; its value is the JSON answer, a HubError the problem+json one."""

    @wraps(work)
    async def endpoint(request: Request) -> Response:
        try:
            _hub(request).asks.take(_address(request), now=_hub(request).clock())
            said = await work(request)
        except HubError as error:
            return _refused(error, _hub(request))
        except msgspec.MsgspecError as error:
            return _refused(HubError("bad_request", why=error), _hub(request))
        except sa.exc.OperationalError:
            logger.exception("the database did not answer")
            return _problem("hub_busy", 503)
        return Response(
            msgspec.json.encode(said) if said is not None else b"{}",
            media_type="application/json",
        )

    return endpoint


async def about(request: Request) -> wire.HubInfo:
    """GET /v1/hub."""
    hub = _hub(request)

    def epoch() -> str:
        with hub.store.read() as db:
            return changes.epoch_of(db)

    return wire.HubInfo(
        protocol=wire.PROTOCOL,
        versions=(wire.VERSION,),
        name=hub.settings.name,
        epoch=await run_in_threadpool(epoch),
        hub_time=hub.clock(),
        push_ops=wire.PUSH_OPS,
        push_bytes=hub.settings.push_bytes,
    )


async def enrol(request: Request) -> wire.EnrolAnswer:
    """POST /v1/enrol: signed by the key that the body brings."""
    hub = _hub(request)
    body = await _body(request)
    asked = msgspec.json.decode(body, type=wire.EnrolRequest)
    now = hub.clock()
    hub.wrong_codes.check(_address(request), now=now)
    public = members.public_of_text(asked.public_key)
    claim = _checked(request, body, lambda _: public, now)

    def work() -> members.Standing:
        with hub.store.write() as db:
            members.remember(db, claim.key_id, claim.nonce, now=now)
            return members.enrol(db, hub.secret, asked, now=now)

    try:
        who = await run_in_threadpool(work)
    except HubError as error:
        if error.code == "code_unknown":
            hub.wrong_codes.count(_address(request), now=now)
        raise
    return wire.EnrolAnswer(
        member_id=who.member_id,
        key_id=who.key_id,
        name=who.name,
        hub_name=hub.settings.name,
        hub_time=now,
    )


async def push(request: Request) -> wire.PushAnswer:
    """POST /v1/sync/push: all operations of it settled in one transaction."""
    hub = _hub(request)
    body = await _body(request)
    now = hub.clock()
    outbox = request.headers.get(signature.OUTBOX_HEADER, "")

    def work() -> wire.PushAnswer:
        claim = _signed(hub, request, body, now)
        asked = msgspec.json.decode(body, type=wire.Push)
        if asked.outbox_id != outbox:
            raise HubError("bad_request", why="another outbox than the signed one")
        with hub.store.write() as db:
            who = members.admit(db, claim.key_id, claim.nonce, now=now)
            acked, results = intake.take(db, who, asked, now=now)
        return wire.PushAnswer(acked=acked, results=tuple(results), hub_time=now)

    return await run_in_threadpool(work)


async def pull(request: Request) -> wire.PullAnswer:
    """GET /v1/sync/pull?cursor=: what changed for this member."""
    hub = _hub(request)
    now = hub.clock()
    outbox = request.headers.get(signature.OUTBOX_HEADER, "")

    def work() -> wire.PullAnswer:
        claim = _signed(hub, request, b"", now)
        with hub.store.write() as db:
            who = members.admit(db, claim.key_id, claim.nonce, now=now)
            page = changes.since(db, who.member_id, request.query_params.get("cursor", ""))
            acked = intake.acked_of(db, who, outbox)
        return wire.PullAnswer(
            changes=page.changes, cursor=page.cursor, more=page.more, acked=acked, hub_time=now
        )

    return await run_in_threadpool(work)


async def staff_list(request: Request) -> wire.StaffReports:
    """GET /v1/staff/reports?state=."""
    state = request.query_params.get("state", "")
    return await _as_staff(
        request,
        lambda db, _name, _now: wire.StaffReports(reports=triage.listed(db, state)),
    )


async def staff_read(request: Request) -> wire.StaffReportWhole:
    """GET /v1/staff/reports/{id}: marks it as seen by this person."""
    report = request.path_params["id"]
    return await _as_staff(request, lambda db, name, now: triage.read(db, name, report, now=now))


async def staff_answer(request: Request) -> None:
    """POST /v1/staff/reports/{id}/answer."""
    said = msgspec.json.decode(await _body(request), type=wire.Answer)
    report = request.path_params["id"]
    await _as_staff(request, lambda db, name, now: triage.answer(db, name, report, said, now=now))


async def staff_fix(request: Request) -> None:
    """POST /v1/staff/reports/{id}/fix."""
    said = msgspec.json.decode(await _body(request), type=wire.Fix)
    report = request.path_params["id"]
    await _as_staff(request, lambda db, name, now: triage.fix(db, name, report, said, now=now))


async def staff_decline(request: Request) -> None:
    """POST /v1/staff/reports/{id}/decline."""
    said = msgspec.json.decode(await _body(request), type=wire.Decline)
    report = request.path_params["id"]
    await _as_staff(request, lambda db, name, now: triage.decline(db, name, report, said, now=now))


async def public_outcomes(request: Request) -> wire_outcomes.PublicOutcomes:
    """GET /v1/public/outcomes: what every home may know of the others, at most a minute old."""
    hub = _hub(request)

    def work() -> wire_outcomes.PublicOutcomes:
        with hub.store.read() as db:
            found = outcomes.public(db, least_homes=hub.settings.least_homes)
        return wire_outcomes.PublicOutcomes(
            outcomes=found, least_homes=hub.settings.least_homes, hub_time=hub.clock()
        )

    return await run_in_threadpool(hub.public.get, work, now=hub.clock())


async def staff_health(request: Request) -> wire_outcomes.StaffHealths:
    """GET /v1/staff/health?week=."""
    week = request.query_params.get("week", "")
    return await _as_staff(
        request,
        lambda db, _name, now: wire_outcomes.StaffHealths(
            releases=health.overview(db, week), hub_time=now
        ),
    )


async def staff_mark(request: Request) -> None:
    """POST /v1/staff/marks."""
    said = msgspec.json.decode(await _body(request), type=wire_outcomes.Mark)
    await _as_staff(request, lambda db, name, now: health.set_mark(db, name, said, now=now))


ROUTES: Final[list[BaseRoute]] = [
    Route("/v1/hub", _answers(about)),
    Route("/v1/enrol", _answers(enrol), methods=["POST"]),
    Route("/v1/sync/push", _answers(push), methods=["POST"]),
    Route("/v1/sync/pull", _answers(pull)),
    Route("/v1/public/outcomes", _answers(public_outcomes)),
    Route("/v1/staff/health", _answers(staff_health)),
    Route("/v1/staff/marks", _answers(staff_mark), methods=["POST"]),
    Route("/v1/staff/reports", _answers(staff_list)),
    Route("/v1/staff/reports/{id}", _answers(staff_read)),
    Route("/v1/staff/reports/{id}/answer", _answers(staff_answer), methods=["POST"]),
    Route("/v1/staff/reports/{id}/fix", _answers(staff_fix), methods=["POST"]),
    Route("/v1/staff/reports/{id}/decline", _answers(staff_decline), methods=["POST"]),
]


async def _as_staff(request: Request, work: Callable[[sa.engine.Connection, str, float], T]) -> T:
    hub = _hub(request)
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise HubError("not_staff")

    def inside() -> T:
        with hub.store.write() as db:
            return work(db, members.staff_of(db, token.strip()), hub.clock())

    return await run_in_threadpool(inside)


def _signed(hub: Hub, request: Request, body: bytes, now: float) -> signature.Claim:
    def public(key_id: str) -> bytes:
        with hub.store.read() as db:
            return members.public_of(db, key_id)

    claim = _checked(request, body, public, now)
    hub.syncs.take(claim.key_id, now=now)
    return claim


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


async def _body(request: Request) -> bytes:
    """The body, as far as it is not too large."""
    limit = _hub(request).settings.push_bytes
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HubError("too_large", limit=limit)
    return bytes(body)


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _refused(error: HubError, hub: Hub) -> Response:
    facts: dict[str, Any] = {}
    if error.code == "gap":
        facts["acked"] = int(error.facts["acked"])
    if error.code == "rate_limited":
        facts["retry_after"] = float(error.facts["retry_after"])
    said = error.facts.get("why") or error.facts.get("field", "")
    status = _STATUS.get(error.code, 400)
    return _problem(error.code, status, detail=said, hub_time=hub.clock(), **facts)


def _problem(code: str, status: int, **facts: Any) -> Response:  # noqa: ANN401 - fields of Problem
    problem = wire.Problem(code=code, title=code.replace("_", " "), status=status, **facts)
    headers = {}
    if problem.retry_after is not None:
        headers["retry-after"] = str(int(problem.retry_after) + 1)
    return Response(
        msgspec.json.encode(problem), status, headers, media_type="application/problem+json"
    )
