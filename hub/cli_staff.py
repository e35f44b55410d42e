"""`orangery-hub invite`, `staff`, `unit`, `memory`: for whoever runs a hub, beside its database."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from sqlalchemy.engine import Connection

from feedback.enrol_link import EnrolLink
from feedback.invitation import read as symbols
from feedback.wire import HubError
from hub import audit, config, invitations, members, people, rights, service, sessions
from hub.cli_options import DATA, DATABASE, JSON
from hub.invitations import Wanted
from hub.rights import EVERYTHING, ROLES
from hub.sessions import How
from hub.store import Store

OPERATOR: Final = "operator"
"""Who stands in the audit for what is done beside the database."""

_role = click.option(
    "--role", "roles", multiple=True, type=click.Choice(sorted(ROLES)), help="Several may be given."
)


@click.command()
@DATA
@DATABASE
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 1000))
@click.option("--days", default=30.0, show_default=True, help="How long they can be used.")
@click.option("--batch", default="", help="A name for all of them.")
@click.option("--ring", default=2, show_default=True, type=click.IntRange(0, 4))
@click.option("--model", "models", multiple=True, help="For homes that have it.")
@click.option("--lab", is_flag=True, help="For homes of your own: what they tell is not counted.")
@click.option("--link", is_flag=True, help="Print them as links; needs the hub's url in hub.toml.")
def invite(*, data: Path, database: str, count: int, days: float, link: bool, **wish: Any) -> None:  # noqa: ANN401 - click's
    """Print new invitation codes, one a line; they are shown once and not kept."""
    store, settings = Store(data, database), config.read(data)
    if link and not settings.url:
        raise HubError("settings_bad", why="with --link the hub's own url must be said")
    wanted = Wanted(lasts=days * 86_400.0, issuer=OPERATOR, **wish)
    now = time.time()

    def make(db: Connection) -> list[str]:
        made = invitations.make(db, store.secret(), wanted, now=now, count=count)
        detail = f"{count} {wanted.batch}".strip()
        audit.note(db, OPERATOR, "invite", made[0].id, detail=detail, now=now)
        return [each.code for each in made]

    codes = _in(store, make)
    root = settings.root.removeprefix("sha256:")
    for code in codes:
        shown = EnrolLink(hub=settings.url.rstrip("/"), code=symbols(code), root=root)
        click.echo(shown if link else code)


@click.group()
def staff() -> None:
    """People who answer."""


@staff.command("add")
@click.argument("name")
@DATA
@DATABASE
@_role
@click.option("--password-stdin", is_flag=True, help="Sign-in by the password on standard input.")
def staff_add(
    name: str, data: Path, database: str, roles: tuple[str, ...], *, password_stdin: bool
) -> None:
    """Let NAME work here: with all roles, or those that are given; or change the roles.

    Without --password-stdin it prints a token, once; a former one ends.
    """
    store, now = Store(data, database), time.time()
    wanted = rights.checked(roles) if roles else EVERYTHING
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None

    def add(db: Connection) -> str:
        audit.note(db, OPERATOR, "staff", name, detail=wanted, now=now)
        if password is None:
            return members.add_staff(db, name, now=now, roles=wanted)
        sessions.add_person(db, name, wanted, now=now)
        sessions.set_password(db, name, password)
        return f"{name} may sign in: orangery-hub login --url ADDRESS --name {shlex.quote(name)}"

    click.echo(_in(store, add))


@staff.command("list")
@DATA
@DATABASE
@JSON
def staff_list(data: Path, database: str, *, as_json: bool) -> None:
    """List the staff, how they come in, and with which roles."""
    store = Store(data, database)
    found = _in(store, people.staff_shown)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for one in found:
        ways = [word for word, has in (("password", one.password), ("oidc", one.provider)) if has]
        ended = "  ended" if one.revoked else ""
        click.echo(f"{one.name:<24} {' '.join(one.roles)}  [{', '.join(ways) or 'token'}]{ended}")


@staff.command("end")
@click.argument("name")
@DATA
@DATABASE
def staff_end(name: str, data: Path, database: str) -> None:
    """Let NAME in no more, in no way; what they did stays."""
    _noted(data, database, name, "ended", lambda db, now: sessions.end_person(db, name, now=now))


@staff.command("token")
@click.argument("name")
@DATA
@DATABASE
@click.option("--days", default=90.0, show_default=True, help="How long it lasts.")
@click.option("--read-only", is_flag=True, help="It changes nothing, whatever the roles.")
def staff_token(name: str, data: Path, database: str, days: float, *, read_only: bool) -> None:
    """Print a token of NAME for a program, such as CI; it is shown once."""

    def make(db: Connection, now: float) -> str:
        made = sessions.open_session(
            db, name, How.TOKEN, now=now, lasts=days * 86_400.0, read_only=read_only
        )
        return made.token

    click.echo(_noted(data, database, name, "token", make))


@staff.command("household")
@click.argument("name")
@click.argument("member_id", metavar="MEMBER", default="")
@DATA
@DATABASE
def staff_household(name: str, member_id: str, data: Path, database: str) -> None:
    """Say that NAME lives in the household MEMBER: they decide on no points of it. Empty: none."""

    def say(db: Connection, _now: float) -> None:
        if member_id:
            people.shown(db, member_id)
        sessions.set_household(db, name, member_id or None)

    _noted(data, database, name, "household", say)


@click.command()
@click.option("--port", default=8460, show_default=True)
def unit(port: int) -> None:
    """Print a unit for systemd: docs/hub-people.md says where it goes."""
    click.echo(service.unit(port), nl=False)


@click.command()
@click.argument("pid", type=int)
def memory(pid: int) -> None:
    """Print the MiB that a running hub needs, and needed at most; PID is in its first line."""
    said = {name: round(size / 2**20, 1) for name, size in service.memory(pid).items()}
    click.echo(json.dumps(said))


def _noted(
    data: Path, database: str, name: str, what: str, work: Callable[[Connection, float], Any]
) -> Any:  # noqa: ANN401 - what the work returns
    now = time.time()

    def do(db: Connection) -> Any:  # noqa: ANN401 - likewise
        audit.note(db, OPERATOR, "staff", name, detail=what, now=now)
        return work(db, now)

    return _in(Store(data, database), do)


def _in(store: Store, work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - likewise
    """Do the work in a database that is at this version."""
    store.ready()
    try:
        return store.run(work)
    finally:
        store.close()
