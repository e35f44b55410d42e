"""`orangery-hub login`, `logout`, `me`: who of the staff sits at this computer.

Without a name the sign-in goes by the hub's provider and comes back to a port of this computer that
listens for it alone (RFC 8252): the browser brings a word that only this program can turn into a
session.
"""

from __future__ import annotations

import hmac
import http.server
import secrets
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import click
import msgspec

from feedback import client_accounts as ask
from feedback.staff_client import StaffClient
from feedback.wire import HubError
from feedback.wire_accounts import Grant, Login, SessionShown
from hub import kept_tokens
from hub.cli_health import at_hub
from hub.cli_options import JSON
from hub.oidc import challenge

_MINUTES: Final = 5
_PAGE: Final = (
    "<!doctype html><meta charset=utf-8><title>Orangery</title>"
    "<p>You may close this window. / 可以关闭此窗口。"
)
_url = click.option("--url", required=True, envvar="ORANGERY_HUB_URL", help="Address of the hub.")


@click.command()
@_url
@click.option("--name", default="", help="Sign in by a password; else by the hub's provider.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@JSON
def login(*, url: str, name: str, password_stdin: bool, no_browser: bool, as_json: bool) -> None:
    """Sign in at a hub; the session is kept for the other commands, and ends after a working day.

    It is kept in the keyring, or, where there is none, in a file that only you can read.
    """
    client = StaffClient(url, "")
    try:
        if name:
            session = _by_password(client, name, stdin=password_stdin)
        else:
            session = _by_provider(client, url, _shown if no_browser else _opened)
    finally:
        client.close()
    where = kept_tokens.keep(url, session.token)
    if as_json:
        said = {"name": session.name, "roles": session.roles, "expires": session.expires}
        click.echo(msgspec.json.encode(said))
    else:
        click.echo(f"{session.name}: {', '.join(session.roles)} (kept in {where})")


@click.command()
@at_hub
def logout(url: str, token: str) -> None:
    """End the session and keep it no more."""
    kept_tokens.forget(url)
    client = StaffClient(url, token)
    try:
        ask.logout(client)
    finally:
        client.close()


@click.command()
@at_hub
@JSON
def me(url: str, token: str, *, as_json: bool) -> None:
    """Say who you are at a hub, and what you may."""
    client = StaffClient(url, token)
    try:
        found = ask.me(client)
    finally:
        client.close()
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        click.echo(f"{found.name}: {', '.join(found.roles)}; may {', '.join(found.rights)}")


def _by_password(client: StaffClient, name: str, *, stdin: bool) -> SessionShown:
    password = (
        sys.stdin.readline().rstrip("\n") if stdin else click.prompt("Password", hide_input=True)
    )
    said = Login(name=name, password=password)
    return client.ask("POST", "/v1/staff/login", said=said, answer=SessionShown)


def _by_provider(client: StaffClient, url: str, show: Callable[[str], None]) -> SessionShown:
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    with _Listener() as listener:
        asked = {"port": listener.port, "state": state, "challenge": challenge(verifier)}
        show(f"{url.rstrip('/')}/v1/staff/oidc/begin?{urlencode(asked)}")
        came = listener.wait(state)
    if "grant" not in came:
        raise HubError(came.get("error", "login_refused"))
    said = Grant(grant=came["grant"], verifier=verifier)
    return client.ask("POST", "/v1/staff/oidc/token", said=said, answer=SessionShown)


def _shown(address: str) -> None:
    click.echo(f"Open this in a browser on this computer:\n{address}", err=True)


def _opened(address: str) -> None:
    _shown(address)
    webbrowser.open(address)


class _Listener:
    """Listens on loopback for one browser that brings our state."""

    def __init__(self) -> None:
        self._came: dict[str, dict[str, str]] = {}
        self._here = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, state: str) -> Mapping[str, str]:
        """Return what came with `state`; HubError("login_lost") where nothing comes."""
        for _ in range(_MINUTES * 60):
            self._here.wait(1.0)
            self._here.clear()
            for said, came in self._came.items():
                if hmac.compare_digest(said, state):
                    return came
        raise HubError("login_lost", minutes=_MINUTES)

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                split = urlsplit(self.path)
                said = {name: value[0] for name, value in parse_qs(split.query).items()}
                if split.path == "/" and len(listener._came) < 16:  # noqa: PLR2004 - ours
                    listener._came[said.get("state", "")] = said
                    listener._here.set()
                body = _PAGE.encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(body)))
                self.send_header("cache-control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's signature
                pass  # a word that is worth a session goes into no log

        return Handler
