"""`orangery-hub member`, `invitations` and `audit`: for stewards anywhere, over HTTP."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import click
import msgspec

from feedback import client_accounts as ask
from feedback.enrol_link import EnrolLink
from feedback.invitation import read as symbols
from feedback.staff_client import StaffClient
from feedback.wire_accounts import MakeInvitations, MemberShown, RevokeInvitations
from hub.cli_health import at_hub
from hub.cli_options import JSON


@click.group()
@at_hub
@click.pass_context
def member(ctx: click.Context, url: str, token: str) -> None:
    """Households: who there is, a lost or stolen key, deletion."""
    _open(ctx, url, token)


@member.command("list")
@click.option("--name", default="", help="Only those with it in their name.")
@JSON
@click.pass_obj
def member_list(client: StaffClient, name: str, *, as_json: bool) -> None:
    """List households."""
    found: list[MemberShown] = []
    more = True
    while more:
        page = ask.members(client, name, found[-1].id if found else "")
        found += page.members
        more = page.more
    _say(found, "\n".join(map(_member, found)) or "nobody yet", as_json=as_json)


@member.command("show")
@click.argument("member_id", metavar="MEMBER")
@JSON
@click.pass_obj
def member_show(client: StaffClient, member_id: str, *, as_json: bool) -> None:
    """Show one household; that you looked is noted."""
    found = ask.member(client, member_id)
    _say(found, _member(found), as_json=as_json)


@member.command("name")
@click.argument("member_id", metavar="MEMBER")
@click.argument("name")
@JSON
@click.pass_obj
def member_name(client: StaffClient, member_id: str, name: str, *, as_json: bool) -> None:
    """Call a household NAME."""
    ask.rename(client, member_id, name)
    _say({"id": member_id, "done": "named"}, "named", as_json=as_json)


@member.command("revoke")
@click.argument("member_id", metavar="MEMBER")
@click.option("--key", default="", help="Only this key; else all.")
@JSON
@click.pass_obj
def member_revoke(client: StaffClient, member_id: str, key: str, *, as_json: bool) -> None:
    """Shut a household's desktops out: all, or the one that was stolen."""
    count = ask.revoke_keys(client, member_id, key)
    _say({"id": member_id, "ended": count}, f"{count} key(s) ended", as_json=as_json)


@member.command("code")
@click.argument("member_id", metavar="MEMBER")
@JSON
@click.pass_obj
def member_code(client: StaffClient, member_id: str, *, as_json: bool) -> None:
    """Print a code by which a new desktop of a household joins: its key was lost."""
    code = ask.desk_code(client, member_id)
    _say({"id": member_id, "code": code}, code, as_json=as_json)


@member.command("forget")
@click.argument("member_id", metavar="MEMBER")
@click.option("--keep", is_flag=True, help="Take it back, while it is not done.")
@JSON
@click.pass_obj
def member_forget(client: StaffClient, member_id: str, *, keep: bool, as_json: bool) -> None:
    """Have everything of a household erased, as if it had asked."""
    if keep:
        ask.keep(client, member_id)
        _say({"id": member_id, "done": "kept"}, "it stays", as_json=as_json)
        return
    asked = ask.forget(client, member_id)
    _say(asked, f"erased on {_day(asked.due)}", as_json=as_json)


@click.group()
@at_hub
@click.pass_context
def invitations(ctx: click.Context, url: str, token: str) -> None:
    """Invitations: make, list, take back; and who waits for one."""
    _open(ctx, url, token)
    ctx.meta["orangery_hub_url"] = url


@invitations.command("make")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 1000))
@click.option("--days", default=30.0, show_default=True, help="How long they can be used.")
@click.option("--batch", default="", help="A name for all of them.")
@click.option("--ring", default=2, show_default=True, type=click.IntRange(0, 4))
@click.option("--model", "models", multiple=True, help="For homes that have it.")
@click.option("--lab", is_flag=True, help="For homes of your own: what they tell is not counted.")
@click.option("--links", is_flag=True, help="Print them as links, for QR codes.")
@JSON
@click.pass_context
def invitations_make(ctx: click.Context, /, *, links: bool, as_json: bool, **wish: Any) -> None:  # noqa: ANN401 - click's
    """Print new codes, one a line; they are shown once and not kept."""
    made = ask.invite(ctx.obj, MakeInvitations(**wish))
    hub = ctx.meta["orangery_hub_url"].rstrip("/")
    root = made.root.removeprefix("sha256:")
    lines = [
        str(EnrolLink(hub=hub, code=symbols(each.code), root=root)) if links else each.code
        for each in made.codes
    ]
    _say(made, "\n".join(lines), as_json=as_json)


@invitations.command("list")
@click.option("--batch", default="")
@click.option("--state", default="", help="active, used, expired, revoked")
@JSON
@click.pass_obj
def invitations_list(client: StaffClient, batch: str, state: str, *, as_json: bool) -> None:
    """List invitations, newest first; nothing tells who used one."""
    found = ask.invitations(client, batch, state)
    lines = [
        f"{one.id}  {one.state:<8} ring {one.ring}  until {_day(one.expires)}  {one.batch}"
        for one in found
    ]
    _say(found, "\n".join(lines) or "none", as_json=as_json)


@invitations.command("revoke")
@click.option("--id", "invitation_id", default="", help="One of them.")
@click.option("--batch", default="", help="What is left of a batch.")
@JSON
@click.pass_obj
def invitations_revoke(
    client: StaffClient, invitation_id: str, batch: str, *, as_json: bool
) -> None:
    """Take invitations back; whoever has joined stays."""
    if bool(invitation_id) is bool(batch):
        raise click.UsageError("Say either --id or --batch.")
    count = ask.revoke_invitations(client, RevokeInvitations(id=invitation_id, batch=batch))
    _say({"revoked": count}, f"{count} taken back", as_json=as_json)


@invitations.command("waiting")
@JSON
@click.pass_obj
def invitations_waiting(client: StaffClient, *, as_json: bool) -> None:
    """List who waits, in the order in which they are called."""
    found = ask.waiting(client)
    lines = [f"{'any number of' if found.free is None else found.free} seats free"]
    lines += [
        f"{one.place:4}  since {_day(one.since)}  {', '.join(one.models)}"
        f"{'  called' if one.called else ''}"
        for one in found.waiting
    ]
    _say(found, "\n".join(lines), as_json=as_json)


@click.command()
@at_hub
@click.option("--by", default="", help="Only what this person did.")
@click.option("--about", default="", help="Only what was done to this.")
@click.option("--before", default=0, help="Older than this entry.")
@click.option("--verify", is_flag=True, help="Say whether it is whole; code 1 where it is not.")
@click.option("--known", default="", metavar="HASH", help="With --verify: it must hold this one.")
@JSON
def audit(*, url: str, token: str, verify: bool, known: str, as_json: bool, **which: Any) -> None:  # noqa: ANN401 - click's
    """Say what staff did, newest first; the last line is a hash to be kept elsewhere."""
    client = StaffClient(url, token)
    try:
        if verify:
            verdict = ask.verify(client, known)
            words = "\n".join(verdict.faults) or f"whole; newest hash {verdict.head}"
            _say(verdict, words, as_json=as_json)
            if verdict.faults:
                sys.exit(1)
            return
        page = ask.audit(client, which["by"], which["about"], which["before"])
    finally:
        client.close()
    lines = [
        f"{one.n:6}  {_minute(one.at)}  {one.staff:<16} {one.action:<14} {one.subject} {one.detail}"
        for one in page.entries
    ]
    _say(page, "\n".join([*lines, f"newest hash {page.head}"]), as_json=as_json)


def _open(ctx: click.Context, url: str, token: str) -> None:
    ctx.obj = StaffClient(url, token)
    ctx.call_on_close(ctx.obj.close)


def _member(one: MemberShown) -> str:
    seen = _day(one.last_seen) if one.last_seen else "never"
    marks = [
        word
        for word, is_so in (
            ("left", one.left),
            ("seat free", one.seat_returned),
            ("lab", one.lab),
            ("to be erased", one.erased_by),
        )
        if is_so
    ]
    return (
        f"{one.id}  {one.name:<20} ring {one.ring}  {one.keys} key(s)  {one.reports} report(s)"
        f"  seen {seen}  {', '.join(marks)}"
    ).rstrip()


def _say(value: Any, words: str, *, as_json: bool) -> None:  # noqa: ANN401 - whatever is printed
    click.echo(msgspec.json.encode(value) if as_json else words)


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d")


def _minute(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M")
