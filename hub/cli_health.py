"""`orangery-hub health` and `mark`: how a week does in the homes, and what staff say of it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
import msgspec

from feedback.health import Verdict
from feedback.wire_outcomes import Mark, MarkKind, StaffHealth
from hub import kept_tokens
from hub.staff import StaffClient

_SAID = {
    Verdict.GO_ON: "go on",
    Verdict.WARN: "look at it",
    Verdict.PAUSE: "HOLD: danger or dead devices",
    Verdict.HALT: "HOLD: more fail than may",
}


def at_hub(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take the hub's address and the token of whoever asks, or the one kept."""
    url = click.option(
        "--url", required=True, envvar="ORANGERY_HUB_URL", help="Address of the hub."
    )
    token = click.option(
        "--token",
        default="",
        envvar="ORANGERY_HUB_TOKEN",
        help="Your staff token; without it that of your login.",
    )

    @wraps(command)
    def asked(*args: Any, **said: Any) -> Any:  # noqa: ANN401 - as the command
        said["token"] = said["token"] or kept_tokens.token_for(said["url"])
        return command(*args, **said)

    return url(token(asked))


@click.command()
@at_hub
@click.option("--week", default="", help="Default: the newest of each model.")
@click.option("--hold", is_flag=True, help="Print the commands with which release staff hold it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def health(*, url: str, token: str, week: str, hold: bool, as_json: bool) -> None:
    """How each file does on each model, the worst first, and whether to hold it.

    The hub stops nothing by itself: a hold is signed by those who sign weeks, and homes obey that.
    """
    client = StaffClient(url, token)
    try:
        found = client.health(week)
    finally:
        client.close()
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif hold:
        click.echo("\n".join(_command(one) for one in found if one.hold))
    else:
        click.echo(
            "\n".join(line for one in found for line in _lines(one)) or "nothing was told yet"
        )


@click.command()
@click.argument("week")
@click.argument("vendor")
@click.argument("model")
@at_hub
@click.option("--safety", is_flag=True, help="It is dangerous: hold it whatever the numbers.")
@click.option("--known", default="", metavar="REASON", help="Failures with REASON are not of it.")
@click.option("--off", is_flag=True, help="Take the mark off.")
def mark(*, url: str, token: str, known: str, safety: bool, off: bool, **release: str) -> None:
    """Mark WEEK on a model: as dangerous, or with failures that are known already."""
    if safety is bool(known):
        raise click.UsageError("Say either --safety or --known REASON.")
    kind = MarkKind.SAFETY if safety else MarkKind.KNOWN
    said = Mark(**release, kind=kind, reason=known, on=not off)
    client = StaffClient(url, token)
    try:
        client.mark(said)
    finally:
        client.close()


def _command(one: StaffHealth) -> str:
    """Return a draft: whoever signs may find better words."""
    words = shlex.join(("--en", one.hold["en"], "--zh", one.hold["zh_CN"]))
    return f"# {one.week}, {one.vendor} {one.model}\norangery release hold {words}"


def _lines(one: StaffHealth) -> list[str]:
    share = f"{one.failed / one.attempted:.1%}" if one.attempted else "-"
    failing = f"{share}, {one.low:.1%} to {one.high:.1%}; in {one.homes_failed} homes"
    sure = f": {one.chance:.1%} sure that more than {one.accepted:.1%} fail"
    lines = [
        f"{one.week}  {one.vendor} {one.model}  {one.target}",
        f"  {_SAID[one.verdict]}{sure if one.failed else ''}",
        f"  {one.homes} homes, offered to {one.offered} devices, ended on {one.attempted}",
        f"  {one.healthy} healthy, {one.failed} not ({failing})",
    ]
    for way in one.ended:
        passing = " (may pass)" if way.transient else ""
        known = " (known)" if way.known else ""
        lines.append(f"  {way.devices:6} {way.result} {way.reason}{passing}{known}".rstrip())
    return lines
