"""Sign-in of staff at somebody else's OpenID provider: authorization code with PKCE, state, nonce.

`Provider` speaks HTTP (discovery, keys, token) and believes an ID token only by `claims_of`; which
roles a person gets of the claims is `person_of`, by the operator's settings alone. What must be
remembered between the two legs is a `Flow`; hub/sessions.py keeps it. OpenID Connect Core 1.0, RFC
7636, RFC 9700 (section 2.1).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec
import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from feedback.wire import NAME_MAX, HubError

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "Ed25519", "EdDSA")
"""What an ID token may be signed with: never "none", never a secret that both sides know."""

LEEWAY_S: Final = 60
"""How far the provider's clock may be off."""

_TIMEOUT: Final = urllib3.Timeout(connect=5, read=10)
_MOST_BYTES: Final = 1024 * 1024
_KEEP_S: Final = 3600.0  # discovery and keys
_AGAIN_S: Final = 60.0  # keys are fetched anew for an unknown one at most so often
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator says of the provider; `[oidc]` in hub.toml."""

    issuer: str  # https, or http on loopback
    client_id: str
    client_secret: str = ""  # "": a public client, PKCE alone
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    name_claim: str = "email"  # what the audit calls a person
    role_claim: str = "groups"  # a word or a list of words
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # word -> roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What is remembered of one sign-in between its two legs; random, used once."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Flow:
        """Make a new one."""
        return cls(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who somebody is by the provider's word, and what they are at this hub by our settings."""

    issuer: str
    subject: str
    name: str
    roles: tuple[str, ...]


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def claims_of(
    token: str, keys: KeySet, settings: Settings, *, nonce: str, now: float
) -> dict[str, Any]:
    """Return the claims of an ID token that is for us, of this sign-in, and of now.

    HubError("login_refused", why=...): the signature, its algorithm, issuer, audience, nonce or
    times are not as they must be. `why` is for the log, never for whoever asks.
    """
    rules = jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": settings.issuer},
        aud={"essential": True, "value": settings.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise HubError("login_refused", why=error) from error
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several or "azp" in claims) and claims.get("azp") != settings.client_id:
        raise HubError("login_refused", why="azp: made for somebody else")
    return dict(claims)


def person_of(claims: Mapping[str, Any], settings: Settings) -> Person:
    """Return who it is. HubError("login_refused"): no setting gives them any role, or no name."""
    said = claims.get(settings.role_claim, ())
    words = (said,) if isinstance(said, str) else tuple(said) if isinstance(said, list) else ()
    roles = {role for word in words for role in settings.roles.get(str(word), ())}
    name = str(claims.get(settings.name_claim, "")).strip()
    unproven = settings.name_claim == "email" and claims.get("email_verified") is False
    if not roles or not 0 < len(name) <= NAME_MAX or unproven:
        raise HubError("login_refused", why="unknown to this hub")
    return Person(
        issuer=settings.issuer,
        subject=str(claims["sub"]),
        name=name,
        roles=tuple(sorted(roles)),
    )


class _Described(msgspec.Struct, frozen=True):
    """What we need of the provider's own description (discovery)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Token(msgspec.Struct, frozen=True):
    id_token: str


class Provider:
    """The provider over HTTP; any thread. Every method: HubError("login_unreachable")."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._clock = clock
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)
        self._lock = threading.Lock()
        self._described: tuple[float, _Described] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, flow: Flow, back: str) -> str:
        """Return where a person's browser goes; it comes back to `back` with a code and `state`."""
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": back,
            "scope": " ".join(self.settings.scopes),
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": challenge(flow.verifier),
            "code_challenge_method": "S256",
        }
        where = self._description().authorization_endpoint
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def person(self, flow: Flow, code: str, back: str) -> Person:
        """Turn the code that came back into a person. HubError: login_refused."""
        token = self._exchange(flow, code, back)
        keys = self._key_set(self._clock() - _KEEP_S)
        try:
            claims = claims_of(token, keys, self.settings, nonce=flow.nonce, now=self._clock())
        except HubError:
            newer = self._key_set(self._clock() - _AGAIN_S)  # perhaps they changed their key
            if newer is keys:
                raise
            claims = claims_of(token, newer, self.settings, nonce=flow.nonce, now=self._clock())
        return person_of(claims, self.settings)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _exchange(self, flow: Flow, code: str, back: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self.settings.client_id,
            "code_verifier": flow.verifier,
        }
        if self.settings.client_secret:
            form["client_secret"] = self.settings.client_secret
        headers = {"content-type": "application/x-www-form-urlencoded"}
        where = self._description().token_endpoint
        status, body = self._ask("POST", where, urlencode(form).encode(), headers)
        if status != 200:  # noqa: PLR2004 - RFC 6749, 5.1
            raise HubError("login_refused", why=f"the provider answers {status}")
        return _read(body, _Token).id_token

    def _description(self) -> _Described:
        now = self._clock()
        with self._lock:
            if self._described is None or now - self._described[0] > _KEEP_S:
                path = "/.well-known/openid-configuration"
                status, body = self._ask("GET", self.settings.issuer.rstrip("/") + path)
                found = _read(body, _Described) if status == 200 else None  # noqa: PLR2004
                if found is None or found.issuer != self.settings.issuer:
                    raise HubError("login_unreachable", why="not the issuer of our settings")
                self._described = now, found
            return self._described[1]

    def _key_set(self, not_before: float) -> KeySet:
        where = self._description().jwks_uri
        with self._lock:
            if self._keys is None or self._keys[0] < not_before:
                status, body = self._ask("GET", where)
                try:
                    keys = KeySet.import_key_set(msgspec.json.decode(body))
                except (JoseError, ValueError, TypeError, KeyError) as error:
                    raise HubError("login_unreachable", why=f"{status}: {error}") from error
                self._keys = self._clock(), keys
            return self._keys[1]

    def _ask(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise HubError("login_unreachable", why="not https")
        try:
            answer = self._pool.request(
                method, url, body=body, headers=headers, redirect=False, preload_content=False
            )
            said = answer.read(_MOST_BYTES + 1, decode_content=True)
            answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise HubError("login_unreachable", why=error) from error
        if len(said) > _MOST_BYTES:
            raise HubError("login_unreachable", why="an answer of more than a megabyte")
        return answer.status, said


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise HubError("login_unreachable", why=error) from error
