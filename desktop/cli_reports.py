"""`orangery report`: everything the window's report dialog does, step by step or all at once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from desktop.cli_frame import Context, json_too, named
from fleet.errors import CommandError
from fleet.later import later

if TYPE_CHECKING:
    import msgspec

    from desktop import commands, door, show, show_reports
    from feedback import commands as feedback
    from feedback import consent, evidence, outbox, wire
    from feedback.report import Report
    from firmware import durable
    from fleet.client import Client
    from fleet.model import Snapshot
else:  # each command loads what it needs
    msgspec, door, commands = later("msgspec"), later("desktop.door"), later("desktop.commands")
    show, show_reports = later("desktop.show"), later("desktop.show_reports")
    feedback, consent = later("feedback.commands"), later("feedback.consent")
    evidence, outbox, wire = (
        later("feedback.evidence"),
        later("feedback.outbox"),
        later("feedback.wire"),
    )
    durable = later("firmware.durable")

KINDS: Final = ("problem", "wish", "question", "praise")
OFTEN: Final = ("always", "often", "once")
EFFECTS: Final = ("annoying", "function_lost", "device_dead")
DANGERS: Final = ("heat", "smoke", "lock", "gas", "other")
PARTS: Final = ("program", "device", "path", "signal", "messages", "updates", "log", "known",
                "recording")  # fmt: skip


class ReportGroup(click.Group):
    """A word that is no command is a device: `orangery report LAMP --title "…"` reports at once."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in front that was meant."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["now", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ReportGroup)
def report() -> None:
    """Report a problem: at once (`report DEVICE --title …`), or step by step from `report new`."""


def written(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take all that can be said in a report."""
    options = (
        click.option("--title"),
        click.option("--text", help="What happened, in your own words."),
        click.option("--kind", type=click.Choice(KINDS)),
        click.option("--step", "steps", multiple=True, help="How to make it happen; one each."),
        click.option("--expected", help="What should have come."),
        click.option("--actual", help="What came instead."),
        click.option("--often", type=click.Choice(OFTEN)),
        click.option("--effect", type=click.Choice(EFFECTS)),
        click.option("--since", help="The version since which it is so."),
        click.option("--safety", type=click.Choice(DANGERS), help="It is dangerous."),
        click.option("--cluster", help="It is one more case of this known problem."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def picked(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take which parts of the evidence go along."""
    part = click.Choice(PARTS)
    more = click.option("--with", "more", multiple=True, type=part, help="Take this part along.")
    less = click.option("--without", multiple=True, type=part, help="Leave this part out.")
    return more(less(command))


@report.command("now")
@click.argument("name", default="")
@written
@click.option("--without", multiple=True, help="A part of the evidence to leave out.")
@click.option("--preview", is_flag=True, help="Only show the bytes that would be sent.")
@json_too
@click.pass_obj
def now(
    context: Context,
    /,
    name: str,
    *,
    without: tuple[str, ...],
    preview: bool,
    **said: str | tuple[str, ...] | None,
) -> None:
    """Report about the device NAME with all evidence; sent when the hub can be reached."""
    if not said["title"]:
        raise click.UsageError("Missing option '--title'.")
    with context.client() as client:
        key = named(client.snapshot(), name).key if name else ""
        draft = _save(client, "", key, said)
        parts = door.waited(client.send(commands.GatherEvidence(device=key, report=draft.id)))
        chosen = evidence.preview(parts, [part.name for part in parts if part.name not in without])
        if preview:
            door.waited(client.send(feedback.DropDraft(report=draft.id)))
            click.echo(outbox.payload(draft, chosen))
            return
        sent = door.waited(client.send(feedback.SendReport(report=draft.id, evidence=chosen)))
        context.answer({"report": sent}, show.report_line(sent))


@report.command("new")
@click.argument("name", default="")
@written
@json_too
@click.pass_obj
def new(context: Context, /, name: str, **said: str | tuple[str, ...] | None) -> None:
    """Begin a draft about the device NAME, or about the house; it is kept until you send it."""
    with context.client() as client:
        key = named(client.snapshot(), name).key if name else ""
        draft = _save(client, "", key, said)
        known = _known(client.snapshot(), key)
    words = show_reports.known(known, context.language)
    context.answer({"report": draft, "known": known}, words + show.report_line(draft))


@report.command("edit")
@click.argument("report_id")
@written
@json_too
@click.pass_obj
def edit(context: Context, /, report_id: str, **said: str | tuple[str, ...] | None) -> None:
    """Change a draft; what is not named stays."""
    with context.client(devices=False) as client:
        before = draft_of(client.snapshot(), report_id)
        draft = _save(client, before.id, before.device, said, before)
    context.answer({"report": draft}, show.report_line(draft))


@report.command("show")
@click.argument("report_id")
@json_too
@click.pass_obj
def show_one(context: Context, report_id: str) -> None:
    """Show a report: what was said, what goes along with how many bytes, what became of it."""
    with context.client() as client:
        one = draft_of(client.snapshot(), report_id)
        parts = _gathered(client, one) if one.queued is None else ()
        level = _level(client)
    chosen = sorted(consent.chosen(level))
    value = {"report": one, "parts": [show_reports.told(part) for part in parts], "chosen": chosen}
    context.answer(value, show_reports.whole(one, parts, chosen))


@report.command("check")
@click.argument("report_id")
@click.option("--take", is_flag=True, help="Put the proposals in place of what they are for.")
@json_too
@click.pass_obj
def check(context: Context, report_id: str, *, take: bool) -> None:
    """Look for names, addresses and passwords in your own words: an offer, nothing is forced."""
    with context.client() as client:
        one = draft_of(client.snapshot(), report_id)
        asked = commands.CheckWords(
            title=one.title, text=one.text, device=one.device, report=one.id
        )
        found = door.waited(client.send(asked))
        proposal = {
            "title": show_reports.proposed(one.title, found.title),
            "text": show_reports.proposed(one.text, found.text),
        }
        if take:
            one = _save(client, one.id, one.device, proposal, one)
    context.answer({"found": found, "proposal": proposal}, show_reports.checked(one, found))


@report.command("preview")
@click.argument("report_id")
@picked
@click.option("--out", type=click.Path(path_type=Path), help="Write it there, to be sent so.")
@json_too
@click.pass_obj
def preview_one(
    context: Context,
    report_id: str,
    *,
    more: tuple[str, ...],
    without: tuple[str, ...],
    out: Path | None,
) -> None:
    """Print exactly the bytes that would be sent; `report send --exactly FILE` sends those."""
    with context.client() as client:
        one = draft_of(client.snapshot(), report_id)
        body = outbox.payload(one, _chosen(client, one, more, without))
    digest = hashlib.sha256(body).hexdigest()
    if out is not None:
        durable.write(out, body)
        said = {"file": str(out), "size": len(body), "sha256": digest}
        context.answer(said, f"{out}: {len(body):,} bytes, sha256 {digest}")
    elif context.json:
        context.answer({"preview": msgspec.Raw(body), "size": len(body), "sha256": digest})
    else:
        click.echo(body)


@report.command("send")
@click.argument("report_id")
@picked
@click.option(
    "--exactly",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What `report preview --out` wrote: these bytes, and no others.",
)
@json_too
@click.pass_obj
def send(
    context: Context,
    report_id: str,
    *,
    more: tuple[str, ...],
    without: tuple[str, ...],
    exactly: Path | None,
) -> None:
    """Send a draft; it goes when the hub can be reached."""
    with context.client() as client:
        one = draft_of(client.snapshot(), report_id)
        if exactly is None:
            chosen, shown = _chosen(client, one, more, without), ""
        else:
            body = exactly.read_bytes()
            chosen, shown = _evidence_of(body), hashlib.sha256(body).hexdigest()
        asked = feedback.SendReport(report=one.id, evidence=chosen, shown=shown)
        sent = door.waited(client.send(asked))
    context.answer({"report": sent}, show.report_line(sent))


@report.command("reply")
@click.argument("report_id")
@click.argument("text")
@json_too
@click.pass_obj
def reply(context: Context, report_id: str, text: str) -> None:
    """Say TEXT about a report that was sent: an answer to what the makers asked, or news."""
    with context.client(devices=False) as client:
        one = draft_of(client.snapshot(), report_id)
        said = door.waited(client.send(feedback.SendReply(report=one.id, text=text)))
    context.answer({"report": said}, show.report_line(said))


@report.command("drop")
@click.argument("report_id")
@click.pass_obj
def drop(context: Context, report_id: str) -> None:
    """Throw a draft away."""
    with context.client(devices=False) as client:
        one = draft_of(client.snapshot(), report_id)
        door.waited(client.send(feedback.DropDraft(report=one.id)))


@report.command("attach")
@click.argument("report_id")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_too
@click.pass_obj
def attach(context: Context, report_id: str, file: Path) -> None:
    """Let a text or a picture go along: redacted or drawn anew first, sent after the words."""
    with context.client(devices=False) as client:
        one = draft_of(client.snapshot(), report_id)
        asked = commands.AttachFile(report=one.id, path=str(file.resolve()), device=one.device)
        kept = door.waited(client.send(asked))
    context.answer({"attachment": kept}, f"{kept.name}: {kept.size:,} bytes")


@report.command("record")
@click.argument("name")
@click.option("--seconds", default=300.0, show_default=True, help="At most 600.")
@json_too
@click.pass_obj
def record_one(context: Context, name: str, seconds: float) -> None:
    """Record the device NAME, louder where it can be, for reports about it; Ctrl+C ends it early.

    It is put back as it was, whatever happens to this program.
    """
    with context.client() as client:
        key = named(client.snapshot(), name).key
        door.waited(client.send(feedback.RecordNow(device=key, seconds=seconds)))
        try:
            _until_over(client, key, seconds)
        except KeyboardInterrupt:
            door.waited(client.send(feedback.StopRecording(device=key)))
            _until_over(client, key, 0.0)
        left = client.snapshot().facts.get("recording", {}).get(key)
    words = "It waits to be put back as it was." if left else "It is as it was before."
    context.answer({"recording": left}, words)


@report.command("carry")
@click.argument("file", type=click.Path(path_type=Path))
@json_too
@click.pass_obj
def carry_out(context: Context, file: Path) -> None:
    """Write what waits into FILE (.orangery-outbox), signed, for whoever can reach the hub.

    `orangery-hub carry FILE` brings it there from any machine; all of it goes on waiting here.
    """
    with context.client(devices=False) as client:
        written_ = door.waited(client.send(feedback.CarryOutbox()))
    durable.write(file, written_.text.encode())
    context.answer({"file": str(file), "ops": written_.ops}, f"{file}: {written_.ops} to carry.")


@report.command("carried")
@click.argument("receipt", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_too
@click.pass_obj
def carried(context: Context, receipt: Path) -> None:
    """Take the answer to a carried file: what the hub has waits here no more."""
    said = receipt.read_text(encoding="utf-8", errors="replace")
    with context.client(devices=False) as client:
        member = door.waited(client.send(feedback.TakeReceipt(receipt=said)))
    context.answer({"member": member}, f"{member.waiting} still wait to be sent.")


# --- what they share ------------------------------------------------------------------------------


def draft_of(snapshot: Snapshot, start: str) -> Report:
    """Return the report whose id begins so; CommandError("report_unknown")."""
    found: Any = snapshot.facts.get("report", {})
    return found[reported(snapshot, start)]  # type: ignore[no-any-return] # facts of that kind


def reported(snapshot: Snapshot, start: str) -> str:
    """Return the id of the report that begins so; CommandError("report_unknown")."""
    found = [key for key in snapshot.facts.get("report", {}) if start and key.startswith(start)]
    if len(found) != 1:
        raise CommandError("report_unknown", report=start)
    return found[0]


def _save(
    client: Client,
    report_id: str,
    device: str,
    said: Mapping[str, Any],
    before: Report | None = None,
) -> Any:  # noqa: ANN401 - a Report
    """Keep what was said; of `before` what is not said now stays."""
    names = set(wire.Details.__struct_fields__)
    details = {name: value for name, value in said.items() if name in names and value}
    changed = msgspec.convert(details, wire.Details)
    if before is not None:
        kept = {name: getattr(before.details, name) for name in names}
        changed = wire.Details(**{**kept, **{name: getattr(changed, name) for name in details}})
    own = {name: said[name] for name in ("title", "text") if said.get(name) is not None}
    earlier = {"title": before.title, "text": before.text} if before is not None else {}
    kind = said.get("kind") or (before.kind if before is not None else "problem")
    asked = feedback.SaveDraft(
        report=report_id,
        device=device,
        kind=wire.Kind(kind),
        details=changed,
        **{**earlier, **own},
    )
    return door.waited(client.send(asked))


def _known(snapshot: Snapshot, key: str) -> list[Any]:
    """The makers' documents of the known problems that a device has, the worst first."""
    hit: Any = snapshot.facts.get("known_issue", {}).get(key)
    clusters = snapshot.facts.get("cluster", {})
    return [clusters[one] for one in hit.clusters if one in clusters] if hit else []


def _gathered(client: Client, one: Report) -> Any:  # noqa: ANN401 - a tuple of Parts
    asked = commands.GatherEvidence(device=one.device, report=one.id)
    return door.waited(client.send(asked))


def _chosen(client: Client, one: Report, more: Iterable[str], without: Iterable[str]) -> bytes:
    wanted = (consent.chosen(_level(client)) | set(more)) - set(without)
    return evidence.preview(_gathered(client, one), wanted)


def _level(client: Client) -> Any:  # noqa: ANN401 - an outcome.Level
    return door.waited(client.send(feedback.SetConsent())).level


def _evidence_of(body: bytes) -> bytes:
    try:
        return bytes(msgspec.json.decode(body, type=wire.CreateReport).evidence)
    except msgspec.MsgspecError as error:
        raise CommandError("preview_changed") from error


def _until_over(client: Client, key: str, seconds: float) -> None:
    """Wait until the recording has ended, or is seen not to have worked."""
    over = threading.Event()

    def look(_changes: object = None) -> None:
        one: Any = client.snapshot().facts.get("recording", {}).get(key)
        if one is None or one.stage == "restores":
            over.set()

    stop = client.listen(look)
    try:
        look()
        over.wait(seconds + _END_S)
    finally:
        stop()


_END_S: Final = 30.0  # in which a device is put back, or is not there
