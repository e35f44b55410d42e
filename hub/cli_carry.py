"""`orangery-hub carry`: bring a house's signed file to a hub, from any machine, no account."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
import urllib3

from feedback import carry
from feedback.wire import HubError, Problem
from feedback.wire_carry import PATH, Receipt

_TIMEOUT = urllib3.Timeout(connect=5, read=60)
_GOOD = 200


@click.command(name="carry")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", default="", help="Address of the hub; without it the one in the file.")
@click.option(
    "--receipt", type=click.Path(path_type=Path), help="Write the answer there, for the house."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def carry_file(*, file: Path, url: str, receipt: Path | None, as_json: bool) -> None:
    """Bring FILE (.orangery-outbox), which a house without a network wrote, to its hub.

    Nothing in it can be changed on the way, and bringing it twice does no harm.
    """
    data = file.read_bytes()
    address = (url or carry.read(data).head.hub).rstrip("/")
    answer = carry.join(_post(address, part) for part in carry.split(data))
    if receipt is not None:
        receipt.write_bytes(msgspec.json.encode(answer))
    if as_json:
        click.echo(msgspec.json.encode(answer))
        return
    results = [result for one in answer.settled for result in one.results]
    click.echo(f"{answer.hub} has {len(results)} of it, {_refused(answer)} refused.")
    for code in (one.code for one in answer.settled if one.code):
        raise HubError(code)


def _refused(answer: Receipt) -> int:
    return sum(bool(result.code) for one in answer.settled for result in one.results)


def _post(address: str, part: bytes) -> Receipt:
    headers = {"content-type": "application/x-ndjson"}
    try:
        with urllib3.PoolManager(retries=False, timeout=_TIMEOUT) as pool:
            answer = pool.request("POST", address + PATH, body=part, headers=headers)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise HubError("hub_unreachable", url=address, fact=error) from error
    if answer.status == _GOOD:
        return carry.read_receipt(answer.data)
    try:
        problem = msgspec.json.decode(answer.data, type=Problem)
    except msgspec.MsgspecError:
        problem = Problem()
    raise HubError(problem.code or "hub_not_understood", fact=problem.detail or answer.status)
