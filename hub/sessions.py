"""Who of the staff asks: sessions after a sign-in, tokens of programs; all ways in end here.

Of a token only its SHA-256 is kept (it has 256 random bits). Whatever is wrong with a sign-in is
answered by one code, login_refused; the reason goes to the log.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from feedback.wire import NAME_MAX, HubError
from hub import audit, passwords
from hub.members import Person
from hub.oidc import Flow, challenge
from hub.oidc import Person as Known
from hub.passwords import Tries
from hub.store import alone, insert_once, one
from hub.tables import staff
from hub.tables_accounts import login_tries, session, sign_in, staff_account

logger = logging.getLogger(__name__)
T = TypeVar("T")

SESSION_S: Final = 12 * 3600.0
"""A working day; then one signs in again."""

_SIGN_IN_S: Final = 600.0  # between the legs of a sign-in
_KEEP_EXPIRED_S: Final = 86_400.0
_NO_TOKEN: Final = ""  # of staff who only sign in: matches no hash


class Run(Protocol):
    """Does some work in a transaction that may write: Store.run."""

    def __call__(self, work: Callable[[Connection], T]) -> T:
        """Return what the work returns."""


class How(StrEnum):
    """How somebody came in."""

    PASSWORD = "password"  # noqa: S105 - a way in, not a secret
    OIDC = "oidc"
    TOKEN = "token"  # noqa: S105 - likewise; made by a steward for a program


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A new session; the token is shown once."""

    token: str
    name: str
    roles: str
    expires: float


def person_of(db: Connection, token: str, *, now: float, writes: bool) -> Person:
    """Return who is behind a token or session. HubError: not_staff; read_only where it `writes`."""
    hashed = _hash(token)
    query = (
        sa.select(staff.c.name, staff.c.roles, session.c.read_only)
        .join(session, session.c.staff == staff.c.name)
        .where(session.c.hash == hashed, session.c.expires > now, staff.c.revoked.is_(None))
    )
    row = one(db, query) or one(
        db,
        sa.select(staff.c.name, staff.c.roles, sa.false().label("read_only")).where(
            staff.c.token_hash == hashed, staff.c.revoked.is_(None)
        ),
    )
    if row is None or not token:
        raise HubError("not_staff")
    if writes and row["read_only"]:
        raise HubError("read_only")
    return Person(name=row["name"], roles=row["roles"])


def open_session(
    db: Connection,
    name: str,
    how: How,
    *,
    now: float,
    lasts: float = SESSION_S,
    read_only: bool = False,
) -> Session:
    """Begin a session of somebody who is known to be `name`."""
    row = one(db, sa.select(staff).where(staff.c.name == name, staff.c.revoked.is_(None)))
    if row is None:
        raise HubError("login_refused", why="no such person")
    db.execute(sa.delete(session).where(session.c.expires < now - _KEEP_EXPIRED_S))
    token = secrets.token_urlsafe(32)
    values = {"made": now, "expires": now + lasts, "read_only": read_only}
    db.execute(sa.insert(session).values(hash=_hash(token), staff=name, how=how, **values))
    audit.note(db, name, "sign_in", name, detail=how, now=now)
    return Session(token=token, name=name, roles=row["roles"], expires=now + lasts)


def close_session(db: Connection, token: str, *, now: float) -> None:
    """End a session; nothing where there is none."""
    row = one(db, sa.select(session.c.staff).where(session.c.hash == _hash(token)))
    if row is not None:
        db.execute(sa.delete(session).where(session.c.hash == _hash(token)))
        audit.note(db, row["staff"], "sign_out", row["staff"], now=now)


def close_all(db: Connection, name: str) -> None:
    """End every session of a person."""
    db.execute(sa.delete(session).where(session.c.staff == name))


# --- passwords -----------------------------------------------------------------------------------


def set_password(db: Connection, name: str, password: str) -> None:
    """Let a person of the staff sign in by a password. HubError: password_weak, staff_unknown."""
    kept = passwords.hashed(password)
    _account(db, name)
    _keep_password(db, name, kept)
    close_all(db, name)


def by_password(run: Run, secret: bytes, name: str, password: str, *, now: float) -> Session:
    """Begin a session. HubError("login_refused") whatever is wrong, and whether it is shut.

    The password is looked at outside any transaction: nobody waits for the work it costs.
    """
    typed, hashed = name.strip(), _name_hash(secret, name)
    kept = run(lambda db: _password_of(db, typed))
    right = passwords.matches(kept, password)
    anew = passwords.hashed(password) if right and kept and passwords.outdated(kept) else None

    def settle(db: Connection) -> Session | None:
        alone(db, f"login {hashed}")
        tries = _tries(db, hashed)
        if tries.shut(now):
            return None
        if right:
            db.execute(sa.delete(login_tries).where(login_tries.c.name_hash == hashed))
            if anew is not None:
                _keep_password(db, typed, anew)
            return open_session(db, typed, How.PASSWORD, now=now)
        tries = tries.missed(now)
        _keep_tries(db, hashed, tries)
        if tries.shut(now) and kept is not None:
            audit.note(db, typed, "shut_out", typed, detail=f"{tries.wrong} wrong", now=now)
        return None

    session_made = run(settle)
    if session_made is None:
        logger.info("a sign-in by password was refused")
        raise HubError("login_refused")
    return session_made


def _password_of(db: Connection, name: str) -> str | None:
    query = (
        sa.select(staff_account.c.password)
        .join(staff, staff.c.name == staff_account.c.name)
        .where(staff.c.name == name, staff.c.revoked.is_(None))
    )
    return db.execute(query).scalar()


def _keep_password(db: Connection, name: str, kept: str) -> None:
    here = staff_account.c.name == name
    db.execute(sa.update(staff_account).where(here).values(password=kept))


def _tries(db: Connection, hashed: str) -> Tries:
    row = one(db, sa.select(login_tries).where(login_tries.c.name_hash == hashed))
    if row is None:
        return Tries()
    return Tries(wrong=row["wrong"], last=row["last"], shut_until=row["shut_until"])


def _keep_tries(db: Connection, hashed: str, tries: Tries) -> None:
    db.execute(sa.delete(login_tries).where(login_tries.c.last < tries.last - 2 * 86_400))
    values = {"wrong": tries.wrong, "last": tries.last, "shut_until": tries.shut_until}
    if not insert_once(db, login_tries, name_hash=hashed, **values):
        db.execute(sa.update(login_tries).where(login_tries.c.name_hash == hashed).values(**values))


# --- the provider --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The program that wants a session: where it listens on loopback, and what it will prove."""

    port: int
    state: str
    challenge: str

    def checked(self) -> Asking:
        """HubError("bad_request") where it is none that we could answer."""
        fits = 1024 <= self.port <= 65_535 and 16 <= len(self.state) <= 128  # noqa: PLR2004
        if not fits or len(self.challenge) != 43:  # noqa: PLR2004 - base64url of a SHA-256
            raise HubError("bad_request", why="not a program that can be answered")
        return self


def remember_flow(db: Connection, flow: Flow, asking: Asking, browser: str, *, now: float) -> None:
    """Keep a sign-in that begins; `browser` is the cookie of the browser that was sent on."""
    db.execute(sa.delete(sign_in).where(sign_in.c.made < now - _SIGN_IN_S))
    db.execute(
        sa.insert(sign_in).values(
            state_hash=_hash(flow.state),
            browser_hash=_hash(browser),
            nonce=flow.nonce,
            verifier=flow.verifier,
            port=asking.port,
            program_state=asking.state,
            program_challenge=asking.challenge,
            made=now,
        )
    )


def flow_of(db: Connection, state: str, browser: str, *, now: float) -> tuple[Flow, Asking]:
    """Take the sign-in that this browser began, once. HubError("login_refused")."""
    row = _taken(db, sign_in.c.state_hash == _hash(state), now)
    if row is None or not hmac.compare_digest(row["browser_hash"], _hash(browser)):
        raise HubError("login_refused", why="another state, another browser, or too late")
    if row["grant_hash"] is not None:
        raise HubError("login_refused", why="came back twice")
    flow = Flow(state=state, nonce=row["nonce"], verifier=row["verifier"])
    names = {"state": row["program_state"], "challenge": row["program_challenge"]}
    return flow, Asking(port=row["port"], **names)


def grant(db: Connection, flow: Flow, known: Known) -> str:
    """Say who came back from the provider; returns what the program turns into a session.

    HubError("login_refused"): somebody came back by this sign-in before.
    """
    name = _staff_of(db, known)
    made = secrets.token_urlsafe(32)
    first = sa.and_(sign_in.c.state_hash == _hash(flow.state), sign_in.c.grant_hash.is_(None))
    values = {"grant_hash": _hash(made), "staff": name}
    if not db.execute(sa.update(sign_in).where(first).values(**values)).rowcount:
        raise HubError("login_refused", why="came back twice")
    return made


def by_grant(db: Connection, given: str, verifier: str, *, now: float) -> Session:
    """Turn what `grant` gave into a session, once. HubError("login_refused")."""
    row = _taken(db, sign_in.c.grant_hash == _hash(given), now)
    if row is None or row["program_challenge"] != challenge(verifier):
        raise HubError("login_refused", why="not the program that asked")
    taken = db.execute(sa.delete(sign_in).where(sign_in.c.grant_hash == _hash(given)))
    if not taken.rowcount:
        raise HubError("login_refused", why="came twice")
    return open_session(db, row["staff"], How.OIDC, now=now)


def _taken(db: Connection, which: sa.ColumnElement[bool], now: float) -> dict[str, Any] | None:
    fresh = sign_in.c.made >= now - _SIGN_IN_S
    return one(db, sa.select(sign_in).where(which, fresh))


def _staff_of(db: Connection, known: Known) -> str:
    """Return the name of a person of the provider; their roles are what it says today."""
    roles = " ".join(known.roles)
    here = sa.and_(staff_account.c.issuer == known.issuer, staff_account.c.subject == known.subject)
    name = db.execute(sa.select(staff_account.c.name).where(here)).scalar()
    if name is not None:
        db.execute(sa.update(staff).where(staff.c.name == name).values(roles=roles))
        return str(name)
    new = insert_once(db, staff, name=known.name, token_hash=_unusable(), roles=roles, made=0.0)
    if not new:
        raise HubError("login_refused", why="the name belongs to somebody else here")
    values = {"issuer": known.issuer, "subject": known.subject}
    db.execute(sa.insert(staff_account).values(name=known.name, **values))
    return known.name


# --- who there is --------------------------------------------------------------------------------


def add_person(db: Connection, name: str, roles: str, *, now: float) -> None:
    """Let there be a person without any way in yet, or change the roles of one."""
    name = name.strip()
    if not 0 < len(name) <= NAME_MAX:
        raise HubError("invalid_op", field="name")
    values = {"roles": roles, "revoked": None}
    if not insert_once(db, staff, name=name, token_hash=_unusable(), made=now, **values):
        db.execute(sa.update(staff).where(staff.c.name == name).values(**values))
    insert_once(db, staff_account, name=name)


def end_person(db: Connection, name: str, *, now: float) -> None:
    """Let a person in no more, in no way; what they did stays. HubError("staff_unknown")."""
    here = sa.and_(staff.c.name == name, staff.c.revoked.is_(None))
    if not db.execute(sa.update(staff).where(here).values(revoked=now)).rowcount:
        raise HubError("staff_unknown", name=name)
    close_all(db, name)


def set_household(db: Connection, name: str, member_id: str | None) -> None:
    """Say whose household a person's is: they award nothing to it."""
    _account(db, name)
    db.execute(
        sa.update(staff_account).where(staff_account.c.name == name).values(member_id=member_id)
    )


def refuse_own(db: Connection, name: str, members: set[str]) -> None:
    """HubError("own_household") where a person's own household is among these members."""
    query = sa.select(staff_account.c.member_id).where(staff_account.c.name == name)
    own = db.execute(query).scalar()
    if own is not None and own in members:
        raise HubError("own_household")


def _account(db: Connection, name: str) -> None:
    if one(db, sa.select(staff.c.name).where(staff.c.name == name)) is None:
        raise HubError("staff_unknown", name=name)
    insert_once(db, staff_account, name=name)


def _unusable() -> str:
    """Return a hash that no token has: the column is unique and must hold something."""
    return f"none-{secrets.token_hex(24)}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _name_hash(secret: bytes, name: str) -> str:
    return hmac.new(secret, b"login " + name.strip().encode(), hashlib.sha256).hexdigest()
