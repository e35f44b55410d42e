"""`orangery member` and `orangery invite`: this household at its hub, and its own data there."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop.cli_frame import Context, json_too, tell_error
from feedback.wire import HubError
from fleet.errors import OrangeryError
from fleet.later import later

if TYPE_CHECKING:
    import msgspec

    from desktop import commands, door, qr, show_member
    from feedback import commands as feedback
    from feedback import enrol_link, invitation
    from feedback import wire_accounts as wire
else:  # each command loads what it needs
    msgspec, door = later("msgspec"), later("desktop.door")
    commands, qr = later("desktop.commands"), later("desktop.qr")
    show_member, feedback = later("desktop.show_member"), later("feedback.commands")
    enrol_link, invitation = later("feedback.enrol_link"), later("feedback.invitation")
    wire = later("feedback.wire_accounts")

_TRIES = 3  # an exchange with the former hub may still be under way
_TOLD_S = 5.0  # what a sync brought is told in the house's next turn


@click.group()
def member() -> None:
    """This household at its hub: how it stands, its data there, leaving and moving."""


@member.command()
@json_too
@click.pass_obj
def show(context: Context) -> None:
    """Show how this household stands at its hub."""
    with context.client(devices=False) as client:
        said = _asked(client, "GET", "/v1/member")
        snapshot = client.snapshot()
    answer = msgspec.json.decode(said, type=wire.MemberAnswer)
    here = snapshot.facts.get("member", {}).get("me")
    context.answer({"member": answer, "here": here}, show_member.member(answer))


@member.command()
@click.argument("name")
@json_too
@click.pass_obj
def name(context: Context, name: str) -> None:
    """Be called NAME by the makers."""
    with context.client(devices=False) as client:
        _asked(client, "POST", "/v1/member/name", wire.SetName(name=name))
    context.answer({"name": name}, name)


@member.command()
@json_too
@click.pass_obj
def code(context: Context) -> None:
    """Make a code by which another desktop of this home joins; it lasts a day."""
    _make_code(context, "desk")


@click.command()
@json_too
@click.pass_obj
def invite(context: Context) -> None:
    """Invite another home: two a year. You will see how many joined, never who."""
    _make_code(context, "gift")


@member.command()
@json_too
@click.pass_obj
def rekey(context: Context) -> None:
    """Take a new key in place of the one by which the hub knows this computer."""
    with context.client(devices=False) as client:
        door.waited(client.send(commands.ChangeKey()))
    context.answer({"done": "rekeyed"}, "The hub knows this computer by a new key.")


@member.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_too
@click.pass_obj
def export(context: Context, file: Path) -> None:
    """Fetch everything the hub has of you into FILE, a zip; it says when it is still being made."""
    with context.client(devices=False) as client:
        asked = door.waited(client.send(commands.FetchExport(file=str(file.resolve()))))
    context.answer({"request": asked, "file": str(file)}, show_member.export(asked, file))


@member.command()
@click.option("--keep", is_flag=True, help="Take it back; that can be done until it is done.")
@json_too
@click.pass_obj
def erase(context: Context, *, keep: bool) -> None:
    """Have the hub erase everything of this household. What is on this computer stays."""
    method = "DELETE" if keep else "POST"
    with context.client(devices=False) as client:
        said = _asked(client, method, "/v1/erase")
    if keep:
        context.answer({"done": "kept"}, "It stays.")
        return
    asked = msgspec.json.decode(said, type=wire.RequestDoc)
    context.answer({"request": asked}, show_member.erase(asked))


@member.command()
@json_too
@click.pass_obj
def leave(context: Context) -> None:
    """Leave the hub. Nothing is wiped: reports, updates and devices stay as they are."""
    with context.client(devices=False) as client:
        told = _told_to_leave(client, "", context)
        door.waited(client.send(feedback.LeaveHub()))
    context.answer({"left": True, "told": told}, "This house belongs to no hub any more.")


@member.command()
@click.argument("hub_url", metavar="HUB")
@click.argument("code", default="")
@json_too
@click.pass_obj
def move(context: Context, hub_url: str, code: str) -> None:
    """Leave the hub for another: HUB and an invitation CODE, or a link in place of both.

    The new hub hears your reports under the same ids, each once; what was not sent yet goes there.
    Without a CODE where this house was before. If the new hub refuses, everything stays as it was.
    """
    said = _meant(hub_url, code)
    with context.client(devices=False) as client:
        here: Any = client.snapshot().facts["member"]["me"]
        door.waited(client.send(feedback.MoveHub(**said)))
        try:
            now = _joined(client)
        except OrangeryError:
            if here.member_id:  # not taken there: back to where we were
                door.waited(client.send(feedback.MoveHub(hub_url=here.hub_url)))
                _joined(client)
            raise
        told = _told_to_leave(client, here.hub_url, context) if here.member_id else True
    context.answer({"member": now, "told": told}, f"This house belongs to {now.hub_name}.")


@member.command()
@click.argument("hub_url", metavar="HUB")
@click.option("--model", "models", multiple=True, help="A device that you have.")
@json_too
@click.pass_obj
def wait(context: Context, hub_url: str, models: tuple[str, ...]) -> None:
    """Wait for a seat at HUB without an invitation, or ask how far the list has come."""
    asked = commands.WaitAtHub(hub_url=hub_url, models=models)
    with context.client(devices=False) as client:
        answer = door.waited(client.send(asked))
    context.answer({"waiting": answer}, show_member.waiting(answer, hub_url))


def enrol_in(hub_url: str, code: str) -> dict[str, str]:
    """Return what Enrol is told: of HUB and CODE, or of a link in place of both."""
    said = _meant(hub_url, code)
    if not said["code"]:
        raise click.UsageError("Say HUB_URL and CODE, or a link.")
    return said


def _meant(hub_url: str, code: str) -> dict[str, str]:
    if enrol_link.is_link(hub_url):
        link = enrol_link.parse(hub_url)
        return {"hub_url": link.hub, "code": link.code, "root": link.root}
    return {"hub_url": hub_url, "code": code}


def _joined(client: Any) -> Any:  # noqa: ANN401 - a door.Client; the Membership
    """Exchange until the hub of now has taken this house, or said why not."""
    for _ in range(_TRIES):
        refused: OrangeryError | None = None
        try:
            door.waited(client.send(commands.SyncNow()))
        except OrangeryError as error:
            refused = error
        door.until(client, _settled, _TOLD_S)
        now: Any = client.snapshot().facts["member"]["me"]
        if now.member_id:
            return now
        if now.error:
            raise HubError(now.error, url=now.hub_url, fact=now.fact)
        if refused is not None:
            raise refused
    raise HubError("hub_unreachable", url=now.hub_url)


def _settled(now: Any) -> bool:  # noqa: ANN401 - a Snapshot
    me = now.facts["member"]["me"]
    return bool(me.member_id or me.error)


def _make_code(context: Context, kind: str) -> None:
    made = invitation.make()
    wish = wire.MakeCode(id=str(uuid.uuid4()), code=invitation.read(made), kind=wire.CodeKind(kind))
    with context.client(devices=False) as client:
        said = _asked(client, "POST", "/v1/member/codes", wish)
        here: Any = client.snapshot().facts["member"]["me"]
    kept = msgspec.json.decode(said, type=wire.CodeKept)
    link = str(enrol_link.EnrolLink(hub=here.hub_url, code=invitation.read(made)))
    words = f"{made}\n{link}\n\n{'' if context.json else qr.in_terminal(link)}"
    context.answer({"code": made, "link": link, "expires": kept.expires}, words)


def _told_to_leave(client: Any, hub_url: str, context: Context) -> bool:  # noqa: ANN401 - a door.Client
    """Tell a hub that this house leaves; one that is away takes the seat back by itself."""
    try:
        door.waited(
            client.send(commands.AskHub(method="POST", path="/v1/member/leave", hub_url=hub_url))
        )
    except OrangeryError as error:
        if not context.json:
            tell_error(error, as_json=False, language=context.language)
        return False
    return True


def _asked(client: Any, method: str, path: str, said: Any = None) -> bytes:  # noqa: ANN401 - Struct or None
    body = b"" if said is None else msgspec.json.encode(said)
    asked = commands.AskHub(method=method, path=path, body=body)
    return bytes(door.waited(client.send(asked)))
