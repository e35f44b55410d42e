"""`orangery-hub attachments`: files that houses sent along, for staff who say why they look."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from feedback.wire_blobs import StaffAttachments
from hub.cli_health import at_hub
from hub.staff import StaffClient


@click.group()
@at_hub
@click.pass_context
def attachments(ctx: click.Context, url: str, token: str) -> None:
    """Files that go along with reports: list, save."""
    ctx.obj = StaffClient(url, token)
    ctx.call_on_close(ctx.obj.close)


@attachments.command("list")
@click.argument("report")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(client: StaffClient, report: str, *, as_json: bool) -> None:
    """Those of REPORT, the oldest first."""
    at = f"/v1/staff/reports/{report}/attachments"
    found = client.ask("GET", at, answer=StaffAttachments).attachments
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for one in found:
        click.echo(f"{one.id}  {one.state:<9} {one.size:>9}  {one.type}  {one.name}")


@attachments.command()
@click.argument("attachment")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reason", required=True, help="Why you look: it is audited.")
@click.pass_obj
def save(client: StaffClient, attachment: str, file: Path, reason: str) -> None:
    """Write the bytes of ATTACHMENT into FILE, which must not be there yet."""
    data = client.load(f"/v1/staff/attachments/{attachment}", reason=reason)
    with file.open("xb") as out:
        out.write(data)
    click.echo(f"{len(data)} bytes")
