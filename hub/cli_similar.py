"""`orangery-hub similar`: clusters like one, for whoever decides whether they are one thing."""

from __future__ import annotations

import click
import msgspec

from feedback.client_similar import similar as clusters_like
from feedback.staff_client import StaffClient
from hub.cli_health import at_hub


@click.command()
@click.argument("cluster")
@at_hub
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def similar(cluster: str, url: str, token: str, *, as_json: bool) -> None:
    """List clusters like CLUSTER, the most alike first. Nothing is merged by it."""
    client = StaffClient(url, token)
    try:
        found = clusters_like(client, cluster)
    finally:
        client.close()
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    lines = [f"{one.score:.2f}  {one.id}  {one.state:<9} {one.model}  {one.title}" for one in found]
    click.echo("\n".join(lines) or "no other is like it")
