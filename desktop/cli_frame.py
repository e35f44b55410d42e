"""What all commands share: how they reach the house, answer, warn, and say what failed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click
from click.exceptions import Exit

from desktop import tongues
from desktop.selfupdate import lives
from fleet.errors import CommandError, OrangeryError
from fleet.later import later

if TYPE_CHECKING:
    import msgspec

    from desktop import door, logs, show, words
    from desktop import members_commands as members
    from fleet.client import Client
    from fleet.members import Right
    from fleet.model import Device, Snapshot
else:  # `orangery --help` needs none of them
    msgspec, logs, words = later("msgspec"), later("desktop.logs"), later("desktop.words")
    door, show = later("desktop.door"), later("desktop.show")
    members = later("desktop.members_commands")


class Windows(Protocol):
    """Opens windows: desktop/live.py, handed in by desktop/__main__.py, so that no Qt is here."""

    def house(
        self, folder: Path, *, language: str, simple: bool, link: str, minimised: bool
    ) -> int:
        """Show the house in `folder`, or its simple view, at a link; returns the exit code."""

    def week(self, snapshot: Snapshot, *, language: str, own: bool) -> bytes:
        """Draw the page of the newest week as a PDF file, without showing a window."""

    def demo(self, folder: Path, *, protocol: str, language: str, story: bool) -> int:
        """Show the demo house, or its story; returns the exit code."""


class Context:
    """What every command is given: the house's folder and how to answer."""

    def __init__(
        self,
        folder: Path,
        windows: Windows | None,
        *,
        json: bool,
        language: str,
        who: str = "",
    ) -> None:
        """`who`: name of the member of the household who asks; "": nobody said."""
        self.folder = folder
        self.windows = windows
        self.json = json
        self.language = language
        self.written = tongues.written(language)  # for what is said in two languages only
        self.who = who
        self.warnings: list[OrangeryError] = []

    @contextmanager
    def client(self, *, devices: bool = True) -> Iterator[Client]:
        """The house: of the process that owns it, else opened here for the time of the command.

        `devices`: the command is about them: wait until the brokers have told what they keep, and
        warn where one cannot be reached.
        """
        with logs.kept(self.folder), door.open_client(self.folder, settle=devices) as client:
            if devices:
                self.warnings = door.troubles(client.snapshot(), self.folder)
            for warning in self.warnings if not self.json else ():
                tell_error(warning, as_json=False, language=self.language)
            if self.who:
                self._sign_in(client)
            lives.alive()  # also of a command that somebody ends before it is done
            yield client

    def permit(self, right: Right) -> None:
        """Return where who asks has this right, for what reads the house's files by itself.

        A home that knows nobody is not opened for it. CommandError: member_may_not, say_who.
        """
        if (self.folder / "members.json").exists():
            with self.client(devices=False) as client:
                door.waited(client.send(members.MayI(right=right)))

    def _sign_in(self, client: Client) -> None:
        """Say who asks, with the PIN typed where one is set; no PIN stands in a command line."""
        if not client.snapshot().facts.get("person"):
            raise CommandError("no_members")
        try:
            door.waited(client.send(members.SignIn(member=self.who)))
        except CommandError as error:
            if error.code != "pin_missing":
                raise
            pin = click.prompt(f"PIN of {error.facts['name']}", hide_input=True, err=True)
            door.waited(client.send(members.SignIn(member=self.who, pin=pin)))

    def answer(self, value: Mapping[str, object], table: Any = None) -> None:  # noqa: ANN401 - rich renderable
        """Print `value` as JSON, with the warnings there are, or `table` for people."""
        if self.json or table is None:
            told = [told_of(warning, self.language) for warning in self.warnings]
            whole = {**value, "warnings": told} if told else value
            click.echo(msgspec.json.format(msgspec.json.encode(whole)).decode())
        else:
            show.print_table(table)


class OrangeryGroup(click.Group):
    """Tells every failure in one sentence and what to do; exit code 1.

    An unexpected one is our fault: its traceback goes to the log of the house, or, where there is
    none to write to, to the screen.
    """

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own
        """Run the command; what it raises is told and ends in exit code 1."""
        try:
            return super().invoke(ctx)
        except OrangeryError as error:
            self._tell(ctx, error)
        except (click.ClickException, click.Abort, Exit, BrokenPipeError):
            raise  # not failures, or told by click
        except Exception as fault:
            if not isinstance(ctx.obj, Context):  # before it was said which house is meant
                raise
            lives.fault(ctx.obj.folder, fault)
            if (log := logs.note_fault(ctx.obj.folder)) is None:
                raise
            self._tell(ctx, CommandError("fault_logged", kind=type(fault).__name__, log=log))

    def _tell(self, ctx: click.Context, error: OrangeryError) -> None:
        context: Context = ctx.obj
        warnings = context.warnings if context.json else []
        tell_error(error, as_json=context.json, language=context.language, warnings=warnings)
        ctx.exit(1)


def tell_error(
    error: OrangeryError,
    *,
    as_json: bool,
    language: str,
    warnings: Sequence[OrangeryError] = (),
) -> None:
    """Print what went wrong and what to do: to stderr, or as JSON to stdout."""
    told = told_of(error, language)
    if as_json:
        whole: dict[str, object] = {"error": told}
        if warnings:
            whole["warnings"] = [told_of(warning, language) for warning in warnings]
        click.echo(json.dumps(whole, ensure_ascii=False))
    else:
        click.echo(f"{told['sentence']}\n{told['hint']}", err=True)


def told_of(error: OrangeryError, language: str) -> dict[str, object]:
    """Return an error as JSON has it: code, facts, and the words for people."""
    sentence, hint = words.say(error.code, error.facts, language)
    return {"code": error.code, "facts": error.facts, "sentence": sentence, "hint": hint}


def named(snapshot: Snapshot, name: str) -> Device:
    """Return the device of that key or name; CommandError: no_such_device, ambiguous_device."""
    if name in snapshot.devices:
        return snapshot.devices[name]
    wanted = name.casefold()
    found = [one for one in snapshot.devices.values() if one.name.casefold() == wanted]
    if len(found) != 1:
        raise CommandError("no_such_device" if not found else "ambiguous_device", name=name)
    return found[0]


def json_too(command: Any) -> Any:  # noqa: ANN401 - a click decorator
    """Let `--json` stand after the command as well as before it."""

    def set_json(ctx: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
        ctx.obj.json = ctx.obj.json or value

    return click.option(
        "--json", is_flag=True, expose_value=False, callback=set_json, help="Answer in JSON."
    )(command)
