"""Release staff on the command line: make keys, open a week, sign it, publish it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fleet.later import later

if TYPE_CHECKING:
    from desktop import show
    from firmware import bundle as one_file
    from firmware import keys
    from firmware import publish as publishing
else:  # slow to load, as everything of TUF
    show, keys, publishing = (
        later("desktop.show"),
        later("firmware.keys"),
        later("firmware.publish"),
    )
    one_file = later("firmware.bundle")

_FOLDER = click.option(
    "--release-folder",
    "place",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The maker's release folder; here by default.",
)
_PASSPHRASE = click.option(
    "--passphrase-stdin", is_flag=True, help="Read the passphrase from standard input."
)


@click.group()
def release() -> None:
    """For release staff: open a week, add images, sign, publish."""


@release.command()
@click.argument("name")
@click.option("--keys", "folder", type=click.Path(path_type=Path), default=Path("keys"))
@_PASSPHRASE
@click.pass_obj
def key(context: Any, name: str, folder: Path, *, passphrase_stdin: bool) -> None:  # noqa: ANN401
    """Make a signing key: NAME.pem, encrypted, and NAME.pub to give to the others."""
    made = keys.make(folder, name, _passphrase(ask_twice=True, from_stdin=passphrase_stdin))
    context.answer({"name": made.name, "keyid": made.keyid, "file": str(made.file)})


@release.command()
@click.argument("maker")
@click.option("--vendor", required=True, help="First part of the files' paths.")
@click.option("--line", "lines", multiple=True, required=True, help="A product line; repeatable.")
@click.option("--keys", "folder", type=click.Path(path_type=Path), default=Path("keys"))
@click.option("--root", multiple=True, required=True, help="Key name; three times.")
@click.option("--targets", multiple=True, required=True, help="Key name; three times.")
@click.option("--build", multiple=True, required=True, help="LINE=KEY; three for each line.")
@click.option("--train", multiple=True, required=True, help="Key name; three times.")
@click.option("--snapshot", required=True, help="Key name of the online key.")
@click.option("--timestamp", required=True, help="Key name of the online key.")
@click.option("--threshold", default=2, show_default=True)
@_FOLDER
@click.pass_obj
def init(context: Any, /, maker: str, folder: Path, place: Path, **chosen: Any) -> None:  # noqa: ANN401
    """Begin a new maker MAKER; root and targets are then to be signed."""

    def named(names: tuple[str, ...]) -> tuple[keys.PublicKey, ...]:
        return tuple(keys.read(folder / f"{name}.pub") for name in names)

    pairs = [pair.partition("=")[::2] for pair in chosen["build"]]
    publisher = publishing.Publisher.create(
        place,
        maker=maker,
        vendor=chosen["vendor"],
        lines=chosen["lines"],
        team=publishing.Team(
            root=named(chosen["root"]),
            targets=named(chosen["targets"]),
            build={
                line: named(tuple(name for one, name in pairs if one == line))
                for line in chosen["lines"]
            },
            train=named(chosen["train"]),
            snapshot=keys.read(folder / f"{chosen['snapshot']}.pub"),
            timestamp=keys.read(folder / f"{chosen['timestamp']}.pub"),
            threshold=chosen["threshold"],
        ),
        now=time.time(),
    )
    context.answer(publisher.status())


@release.command("open")
@click.argument("week")
@_FOLDER
@click.pass_obj
def open_week(context: Any, week: str, place: Path) -> None:  # noqa: ANN401
    """Open WEEK ("2026-W48") with the images of the last one."""
    publisher = _publisher(place)
    publisher.open_week(week, time.time())
    _tell(context, publisher)


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
@_FOLDER
@click.pass_obj
def add(context: Any, /, file: Path, line: str, place: Path, **about: Any) -> None:  # noqa: ANN401
    """Put image FILE into the open week; what its header says need not be said."""
    publisher = _publisher(place)
    publisher.add(file, line, **about)
    _tell(context, publisher)


@release.command()
@click.argument("path")
@_FOLDER
@click.pass_obj
def remove(context: Any, path: str, place: Path) -> None:  # noqa: ANN401
    """Take an image out of the open week."""
    publisher = _publisher(place)
    publisher.remove(path)
    _tell(context, publisher)


@release.command()
@click.option("--en", required=True)
@click.option("--zh", required=True)
@_FOLDER
@click.pass_obj
def notes(context: Any, en: str, zh: str, place: Path) -> None:  # noqa: ANN401
    """Say what is new, in both languages."""
    publisher = _publisher(place)
    publisher.notes(en, zh)
    _tell(context, publisher)


@release.command()
@click.argument("reports", nargs=-1)
@_FOLDER
@click.pass_obj
def fixes(context: Any, reports: tuple[str, ...], place: Path) -> None:  # noqa: ANN401
    """Name the reports that this week answers."""
    publisher = _publisher(place)
    publisher.fixes(reports)
    _tell(context, publisher)


@release.command()
@_FOLDER
@click.pass_obj
def status(context: Any, place: Path) -> None:  # noqa: ANN401
    """Show who has signed, who still can, and what expires when."""
    _tell(context, _publisher(place))


@release.command()
@click.argument("role")
@click.argument("key_file", type=click.Path(path_type=Path))
@_PASSPHRASE
@_FOLDER
@click.pass_obj
def sign(
    context: Any,  # noqa: ANN401
    role: str,
    key_file: Path,
    place: Path,
    *,
    passphrase_stdin: bool,
) -> None:
    """Sign ROLE with KEY_FILE, in a child process that exits."""
    publisher = _publisher(place)
    publisher.sign(role, key_file, _passphrase(from_stdin=passphrase_stdin))
    _tell(context, publisher)


@release.command()
@_PASSPHRASE
@_FOLDER
@click.pass_obj
def publish(context: Any, place: Path, *, passphrase_stdin: bool) -> None:  # noqa: ANN401
    """Publish the open week as static files under mirror/; asks for the online keys' passphrase."""
    publisher = _publisher(place)
    week = publisher.publish(_passphrase(from_stdin=passphrase_stdin), time.time())
    context.answer({"published": week.week, "mirror": str(publisher.mirror)})


@release.command()
@_PASSPHRASE
@_FOLDER
@click.pass_obj
def heartbeat(context: Any, place: Path, *, passphrase_stdin: bool) -> None:  # noqa: ANN401
    """Sign the timestamp anew; for a daily job."""
    passphrase = _passphrase(from_stdin=passphrase_stdin)
    context.answer({"expires": _publisher(place).heartbeat(passphrase, time.time())})


@release.command()
@click.argument("week")
@click.argument("file", type=click.Path(path_type=Path))
@_FOLDER
@click.pass_obj
def bundle(context: Any, week: str, file: Path, place: Path) -> None:  # noqa: ANN401
    """Write the published WEEK as one FILE for a house without a connection."""
    context.answer({"bundle": str(one_file.write(_publisher(place).mirror, week, file))})


def _publisher(place: Path) -> publishing.Publisher:
    return publishing.Publisher(place)


def _passphrase(*, from_stdin: bool, ask_twice: bool = False) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return click.prompt("Passphrase", hide_input=True, confirmation_prompt=ask_twice)


def _tell(context: Any, publisher: publishing.Publisher) -> None:  # noqa: ANN401 - desktop.cli.Context
    found = publisher.status()
    context.answer(found, None if context.json else show.release(found))
