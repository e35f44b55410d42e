"""An OpenID provider for tests: oidc-provider-mock in a process, before it a proxy that can lie.

The proxy adds what the mock lacks (PKCE is checked) and has a key of its own, with which it signs
each ID token anew after `lie` has changed its claims. Whatever `lie` leaves alone is the mock's.
"""

from __future__ import annotations

import base64
import hmac
import http.server
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import urllib3
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from hub import oidc
from tests.hub.running import free_port

PEOPLE = (
    {"sub": "lin", "email": "lin@acme.example", "groups": ["orangery-triage", "choir"]},
    {"sub": "mei", "email": "mei@acme.example", "groups": "orangery-lead"},
    {"sub": "guest", "email": "guest@acme.example", "groups": ["choir"]},
    {"sub": "nameless", "groups": ["orangery-lead"]},
)
ROLES = {"orangery-triage": ("triager",), "orangery-lead": ("lead", "steward")}
Lie = Callable[[dict[str, Any]], dict[str, Any]]


class Provider:
    """What the proxy serves at `issuer`."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.first = RSAKey.generate_key(2048, parameters={"kid": "proxy"}, auto_kid=False)
        self.key = self.first
        self.lie: Lie = lambda claims: claims
        self.header: dict[str, str] = {"alg": "RS256", "kid": "proxy"}
        self.sign_with: Any = self.key
        self.challenges: dict[str, str] = {}
        self.pool = urllib3.PoolManager(retries=False)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _answers(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def settings(self, **more: Any) -> oidc.Settings:
        said = {"issuer": self.issuer, "client_id": "orangery", "roles": ROLES}
        return oidc.Settings(**{**said, **more})

    def honest(self) -> None:
        self.lie = lambda claims: claims
        self.header, self.key = {"alg": "RS256", "kid": "proxy"}, self.first
        self.sign_with = self.first

    def unsigned(self) -> None:
        self.header, self.sign_with = {"alg": "none"}, None

    def signed_with_the_public_key_as_a_secret(self) -> None:
        """The old confusion: the verifier takes the public RSA key for an HMAC secret."""
        self.header = {"alg": "HS256", "kid": "proxy"}
        self.sign_with = self.key.as_pem(private=False)

    def new_key(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "newer"}, auto_kid=False)
        self.header, self.sign_with = {"alg": "RS256", "kid": "newer"}, self.key

    def consent(self, address: str, sub: str) -> dict[str, str]:
        """Sign in as `sub` in a browser; returns what comes back to the redirect address."""
        answer = self.pool.request_encode_body(
            "POST", address, fields={"sub": sub}, encode_multipart=False, redirect=False
        )
        assert answer.status == 302, answer.data
        split = urlsplit(answer.headers["location"])
        return {name: value[0] for name, value in parse_qs(split.query).items()}

    # --- what the proxy does ---------------------------------------------------------------------

    def discovery(self) -> dict[str, Any]:
        paths = {
            "authorization_endpoint": "/oauth2/authorize",
            "token_endpoint": "/oauth2/token",
            "jwks_uri": "/jwks",
        }
        return {"issuer": self.issuer, **{k: self.issuer + path for k, path in paths.items()}}

    def authorize(self, query: str, body: bytes) -> urllib3.BaseHTTPResponse:
        answer = self.pool.request(
            "POST",
            f"{self.behind}/oauth2/authorize?{query}",
            body=body,
            headers={"content-type": "application/x-www-form-urlencoded"},
            redirect=False,
        )
        asked, back = parse_qs(query), urlsplit(answer.headers.get("location", ""))
        assert asked["code_challenge_method"] == ["S256"]
        for code in parse_qs(back.query).get("code", ()):
            self.challenges[code] = asked["code_challenge"][0]
        return answer

    def token(self, body: bytes) -> tuple[int, dict[str, Any]]:
        form = {name: value[0] for name, value in parse_qs(body.decode()).items()}
        if self.challenges.get(form["code"]) != oidc.challenge(form.pop("code_verifier", "")):
            return 400, {"error": "invalid_grant"}
        answer = self.pool.request(
            "POST",
            f"{self.behind}/oauth2/token",
            body=urlencode({"client_secret": "any", **form}).encode(),
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        said = json.loads(answer.data)
        if answer.status == 200:
            claims = self.lie({**_claims(said["id_token"]), "iss": self.issuer})
            said["id_token"] = self._signed(claims)
        return answer.status, said

    def _signed(self, claims: dict[str, Any]) -> str:
        if isinstance(self.sign_with, RSAKey):
            return jwt.encode(self.header, claims, self.sign_with)
        said = ".".join(_b64(json.dumps(part).encode()) for part in (self.header, claims))
        secret = self.sign_with
        mac = hmac.digest(secret, said.encode(), "sha256") if secret else b""
        return f"{said}.{_b64(mac)}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _claims(token: str) -> dict[str, Any]:
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


def _answers(provider: Provider) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/jwks":
                self._say(200, KeySet([provider.key]).as_dict(private=False))
            else:
                self._say(200, provider.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            split = urlsplit(self.path)
            if split.path == "/oauth2/token":
                self._say(*provider.token(body))
                return
            answer = provider.authorize(split.query, body)
            self.send_response(answer.status)
            self.send_header("location", answer.headers.get("location", ""))
            self.send_header("content-length", "0")
            self.end_headers()

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def running() -> Iterator[Provider]:
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for claims in PEOPLE:
        command += ["--user-claims", json.dumps(claims)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        provider = Provider(f"http://127.0.0.1:{port}")
        _wait(provider)
        thread = threading.Thread(target=provider.server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield provider
        finally:
            provider.server.shutdown()
            provider.server.server_close()
            thread.join()
            provider.pool.clear()
            process.kill()


def _wait(provider: Provider) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            provider.pool.request("GET", f"{provider.behind}/jwks")
        except urllib3.exceptions.HTTPError:
            threading.Event().wait(0.05)
        else:
            return
    raise AssertionError
