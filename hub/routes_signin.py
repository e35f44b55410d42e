"""How staff come in over HTTP: by a password, or by the provider and back to their program."""

from __future__ import annotations

import logging
import secrets
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from feedback.wire import HubError
from feedback.wire_accounts import Grant, Login, Me, SessionShown
from hub import sessions
from hub.http import Call, Endpoint, Who, bearer
from hub.oidc import Flow, Provider
from hub.rights import ROLES
from hub.sessions import Asking, Session

logger = logging.getLogger(__name__)

STATUS: Final = {
    "login_refused": 401,
    "login_unreachable": 502,
    "read_only": 403,
    "no_provider": 404,
}
_COOKIE: Final = "orangery_sign_in"
_BACK: Final = "/v1/staff/oidc/back"


def login(call: Call[Login]) -> SessionShown:
    """Sign in by a password."""
    call.hub.logins.take(call.address, now=call.now)
    made = sessions.by_password(
        call.hub.store.run, call.hub.secret, call.said.name, call.said.password, now=call.now
    )
    return _shown(made)


def logout(call: Call[None]) -> None:
    """End the session that asks."""
    sessions.close_session(call.db, bearer(call.headers), now=call.now)


def me(call: Call[None]) -> Me:
    """Say who asks."""
    person = sessions.person_of(call.db, bearer(call.headers), now=call.now, writes=False)
    roles = person.roles.split()
    rights = sorted({right for role in roles for right in ROLES.get(role, ())})
    return Me(name=person.name, roles=tuple(roles), rights=tuple(rights))


def begin(call: Call[None]) -> Response:
    """Send a browser on to the provider, for a program that listens on loopback."""
    call.hub.logins.take(call.address, now=call.now)
    port = call.query.get("port", "")
    asking = Asking(
        port=int(port) if port.isascii() and port.isdigit() else 0,
        state=call.query.get("state", ""),
        challenge=call.query.get("challenge", ""),
    ).checked()
    flow, browser = Flow.begin(), secrets.token_urlsafe(32)
    where = _provider(call).address(flow, _back(call))
    call.hub.store.run(lambda db: sessions.remember_flow(db, flow, asking, browser, now=call.now))
    answer = _redirect(where)
    answer.set_cookie(
        _COOKIE,
        browser,
        max_age=600,
        path=_BACK,
        secure=call.hub.config.url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return answer


def back(call: Call[None]) -> Response:
    """Take a browser that comes back from the provider, and send it on to the program."""
    state, browser = call.query.get("state", ""), _cookie(call)
    flow, asking = sessions.flow_of(call.db, state, browser, now=call.now)
    said: dict[str, str] = {"state": asking.state}
    try:
        known = _provider(call).person(flow, call.query.get("code", ""), _back(call))
        said["grant"] = call.hub.store.run(lambda db: sessions.grant(db, flow, known))
    except HubError as error:
        logger.info("a sign-in at the provider was refused: %s", error)
        said["error"] = error.code
    return _redirect(f"http://127.0.0.1:{asking.port}/?{urlencode(said)}")


def token(call: Call[Grant]) -> SessionShown:
    """Give the program its session."""
    call.hub.logins.take(call.address, now=call.now)
    return _shown(sessions.by_grant(call.db, call.said.grant, call.said.verifier, now=call.now))


def _provider(call: Call[Any]) -> Provider:
    if call.hub.provider is None:
        raise HubError("no_provider")
    return call.hub.provider


def _back(call: Call[Any]) -> str:
    return call.hub.config.url.rstrip("/") + _BACK


def _cookie(call: Call[Any]) -> str:
    for part in call.headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == _COOKIE:
            return value
    return ""


def _redirect(where: str) -> RedirectResponse:
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
    return RedirectResponse(where, 302, headers)


def _shown(made: Session) -> SessionShown:
    return SessionShown(
        token=made.token, name=made.name, roles=tuple(made.roles.split()), expires=made.expires
    )


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/v1/staff/login",
        work=login,
        who=Who.ANYONE,
        asks=Login,
        says=SessionShown,
        summary="Sign in by a password",
        most=4096,
        own=True,
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/logout",
        work=logout,
        who=Who.ANYONE,
        summary="End the session that asks",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/me",
        work=me,
        who=Who.ANYONE,
        says=Me,
        summary="Who asks, and what they may",
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/oidc/begin",
        work=begin,
        who=Who.ANYONE,
        says=Response,
        summary="Sends a browser to the provider, for the program at ?port= with ?state= and"
        " ?challenge=",
    ),
    Endpoint(
        method="GET",
        path=_BACK,
        work=back,
        who=Who.ANYONE,
        says=Response,
        summary="Where the provider sends the browser back, with ?state= and ?code=",
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/oidc/token",
        work=token,
        who=Who.ANYONE,
        asks=Grant,
        says=SessionShown,
        summary="Turns what came back to the program into a session",
        most=4096,
    ),
)
