"""Release staff on the command line: a week from its opening to its recall."""

from __future__ import annotations

import hashlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from desktop import cli_ceremony, cli_directives, cli_signing
from desktop.cli_directives import CHANNEL
from desktop.cli_frame import json_too
from desktop.cli_signing import FOLDER, tell
from feedback.wire_points import Checkpoint
from fleet.later import later

if TYPE_CHECKING:
    from desktop import show_release
    from desktop.demo import own_program
    from firmware import agent_slots, checks, publish, simulate
    from firmware import bundle as one_file
    from firmware import release as values
else:  # slow to load, as everything of TUF
    show_release = later("desktop.show_release")
    own_program = later("desktop.demo.own_program")
    one_file, checks = later("firmware.bundle"), later("firmware.checks")
    publish, simulate = later("firmware.publish"), later("firmware.simulate")
    agent_slots = later("firmware.agent_slots")
    values = later("firmware.release")

_SAMPLE_BYTES = 20_000


@click.group()
def release() -> None:
    """For release staff: open a week, add images, sign, publish."""


for one in (cli_ceremony.hold, *cli_signing.ALL, *cli_directives.ALL):
    release.add_command(one)


@release.command("open")
@click.argument("week", default="")
@click.option("--keys-only", is_flag=True, help="No week: only keys change, or terms are renewed.")
@click.option("--empty", is_flag=True, help="Without the images of the last week.")
@CHANNEL
@FOLDER
@click.pass_obj
def open_week(
    context: Any,  # noqa: ANN401
    week: str,
    channel: str,
    place: Path,
    *,
    keys_only: bool,
    empty: bool,
) -> None:
    """Open WEEK ("2026-W48") with the images of the last one."""
    if keys_only == bool(week):
        raise click.UsageError("Say a week, as 2026-W48, or --keys-only.")
    publisher = publish.Publisher(place)
    if keys_only:
        publisher.open_keys(time.time())
    else:
        channel_ = values.Channel(channel)
        publisher.open_week(week, time.time(), channel=channel_, carry=not empty)
    tell(context, publisher)


@release.command()
@FOLDER
@click.pass_obj
def close(context: Any, place: Path) -> None:  # noqa: ANN401
    """Drop what is open, and its signatures; what is published stays."""
    publisher = publish.Publisher(place)
    publisher.close_week()
    tell(context, publisher)


@release.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("line")
@click.option("--vendor", default="")
@click.option("--model", default="")
@click.option("--hardware", multiple=True)
@click.option("--version", default="")
@click.option("--counter", default=0)
@click.option("--minimum", default="", help="Lowest version it may be installed over.")
@click.option("--come-back-s", default=180, show_default=True)
@click.option("--keeps-previous", is_flag=True, help="One can go back after it.")
@click.option("--beside", is_flag=True, help="Keep the other: a stepping stone to this one.")
@FOLDER
@click.pass_obj
def add(context: Any, /, file: Path, line: str, place: Path, **about: Any) -> None:  # noqa: ANN401
    """Put image FILE into the open week; what its header says need not be said.

    It takes the place of another for the same model and hardware. Add a stepping stone first, then
    what it leads to with --beside.
    """
    publisher = publish.Publisher(place)
    publisher.add(file, line, **about)
    tell(context, publisher)


@release.command()
@click.argument("path")
@FOLDER
@click.pass_obj
def remove(context: Any, path: str, place: Path) -> None:  # noqa: ANN401
    """Take an image out of the open week."""
    publisher = publish.Publisher(place)
    publisher.remove(path)
    tell(context, publisher)


@release.command()
@click.option("--en", required=True)
@click.option("--zh", required=True)
@FOLDER
@click.pass_obj
def notes(context: Any, en: str, zh: str, place: Path) -> None:  # noqa: ANN401
    """Say what is new, in both languages."""
    publisher = publish.Publisher(place)
    publisher.notes(en, zh)
    tell(context, publisher)


@release.command()
@click.argument("reports", nargs=-1)
@FOLDER
@click.pass_obj
def fixes(context: Any, reports: tuple[str, ...], place: Path) -> None:  # noqa: ANN401
    """Name the reports that this week answers."""
    publisher = publish.Publisher(place)
    publisher.fixes(reports)
    tell(context, publisher)


@release.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@FOLDER
@click.pass_obj
def books(context: Any, file: Path, place: Path) -> None:  # noqa: ANN401
    """Sign with the week how the books of points stand: FILE of `orangery-hub checkpoint`."""
    publisher = publish.Publisher(place)
    said = msgspec.json.decode(file.read_bytes(), type=Checkpoint)
    publisher.books(said.rows, said.head)
    tell(context, publisher)


@release.command()
@click.argument("name")
@click.option("--en", required=True)
@click.option("--zh", required=True)
@click.option("--model", "models", multiple=True, help="Only of these; repeatable.")
@FOLDER
@click.pass_obj
def known(context: Any, /, name: str, place: Path, models: tuple[str, ...], **words: str) -> None:  # noqa: ANN401
    """Tell of a problem that this week still has."""
    publisher = publish.Publisher(place)
    draft = publisher.draft()
    others = [one for one in (draft.known if draft else ()) if one.id != name]
    issue = values.Known(id=name, words={"en": words["en"], "zh_CN": words["zh"]}, models=models)
    publisher.known((*others, issue))
    tell(context, publisher)


@release.command()
@FOLDER
@click.pass_obj
def status(context: Any, place: Path) -> None:  # noqa: ANN401
    """Show who has signed, who still can, and what expires when."""
    tell(context, publish.Publisher(place))


@release.command()
@FOLDER
@click.pass_obj
def diff(context: Any, place: Path) -> None:  # noqa: ANN401
    """Show what the open event would change, the gravest first; worked out here and now."""
    found = checks.changes(publish.Publisher(place))
    context.answer({"changes": found}, show_release.changes(found, context.written))


@release.command()
@FOLDER
@click.pass_obj
def check(context: Any, place: Path) -> None:  # noqa: ANN401
    """Show what the gates find; ends with 1 while something stands in the way of signing."""
    publisher = publish.Publisher(place)
    found = checks.findings(publisher, time.time())
    stops = checks.stopping(publisher, found)
    table = show_release.findings(found, stops, context.written)
    context.answer({"findings": found, "stopping": stops}, table)
    if stops:
        raise click.exceptions.Exit(1)


@release.command()
@click.argument("code")
@click.argument("image", default="")
@click.option("--person", required=True, help="Who answers for it.")
@click.option("--reason", required=True)
@FOLDER
@click.pass_obj
def waive(context: Any, /, code: str, image: str, place: Path, **answer: str) -> None:  # noqa: ANN401
    """Answer for the finding CODE of IMAGE (its path, or its sha256), or, without, of the week."""
    publisher = publish.Publisher(place)
    publisher.waive(checks.image_of(publisher, image) if image else "", code, **answer)
    tell(context, publisher)


@release.command()
@click.argument("what", type=click.Choice(["ring", "known", "waiver"]))
@click.argument("name")
@click.argument("image", default="")
@FOLDER
@click.pass_obj
def drop(context: Any, what: str, name: str, image: str, place: Path) -> None:  # noqa: ANN401
    """Take out of the open week a ring, a known issue, or the waiver of the finding NAME."""
    publisher = publish.Publisher(place)
    publisher.drop(what, name, checks.image_of(publisher, image) if image else "")
    tell(context, publisher)


@release.command()
@FOLDER
@click.pass_obj
def delta(context: Any, place: Path) -> None:  # noqa: ANN401
    """Measure whether a patch would be smaller; each is applied and hashed before it is named."""
    found = checks.deltas(publish.Publisher(place))
    context.answer({"deltas": found}, show_release.deltas(found, context.written))


@release.command("simulate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--only-look", is_flag=True, help="Do not sign its digest with the week.")
@FOLDER
@click.pass_obj
def simulate_week(context: Any, file: Path, place: Path, *, only_look: bool) -> None:  # noqa: ANN401
    """Say who of the inventory FILE gets what and when, who is skipped and why."""
    publisher = publish.Publisher(place)
    found = checks.simulation(publisher, file)
    digest = simulate.digest(found)
    if not only_look:
        publisher.simulation(digest)
    value = {"simulation": found, "sha256": digest}
    context.answer(value, show_release.simulation(found, digest, context.written))


@release.command()
@click.argument("week")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--model", "models", multiple=True, help="VENDOR=MODEL; only these; repeatable.")
@CHANNEL
@FOLDER
@click.pass_obj
def bundle(context: Any, /, week: str, file: Path, place: Path, **which: Any) -> None:  # noqa: ANN401
    """Write the published WEEK as one FILE for a house without a connection."""
    pairs = tuple(pair.partition("=")[::2] for pair in which["models"])
    mirror = publish.Publisher(place).mirror
    made = one_file.write(
        mirror, week, file, models=pairs, channel=values.Channel(which["channel"])
    )
    context.answer({"bundle": str(made)}, f"Written: {made}")


@release.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--vendor", required=True)
@click.option("--model", required=True)
@click.option("--version", required=True)
@click.option("--counter", required=True, type=int)
@click.pass_obj
def sample(context: Any, /, file: Path, **header: Any) -> None:  # noqa: ANN401
    """Write a small image FILE that no device would start: for trying these commands."""
    seed = "|".join(map(str, header.values())).encode()
    body = b"".join(hashlib.sha256(seed + bytes([at & 255, at >> 8])).digest() for at in range(640))
    file.write_bytes(agent_slots.image(agent_slots.Header(**header), body))
    context.answer({"image": str(file)}, f"Written: {file}")


@release.command()
@click.argument("version")
@click.option("--platform", default="linux-x86_64", show_default=True)
@click.option("--to", default=".", type=click.Path(path_type=Path), help="Folder.")
@click.pass_obj
def sample_program(context: Any, version: str, platform: str, to: Path) -> None:  # noqa: ANN401
    """Write a very small Orangery and the list of its files: for trying how it is released."""
    to.mkdir(parents=True, exist_ok=True)
    archive = to / f"orangery-{version}-{platform}.tar.xz"
    listed = to / f"orangery-{version}-{platform}.files.json"
    with tempfile.TemporaryDirectory() as work:
        folder = own_program.lay_out(Path(work) / version, version, platform)
        archive.write_bytes(own_program.packed(folder, version))
        listed.write_bytes((folder / "files.json").read_bytes())
    made = {"archive": str(archive), "list": str(listed)}
    context.answer(made, f"Written: {archive}, {listed}")


for one in release.commands.values():
    json_too(one)
