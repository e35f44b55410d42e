"""Release staff on the command line: keys, the ceremony, signatures, and the way between people."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fleet.later import later

if TYPE_CHECKING:
    from desktop import show_release
    from firmware import ceremony, checks, exchange, keys, publish
else:  # slow to load, as everything of TUF
    show_release, checks = later("desktop.show_release"), later("firmware.checks")
    exchange, keys = later("firmware.exchange"), later("firmware.keys")
    ceremony = later("firmware.ceremony")
    publish = later("firmware.publish")

FOLDER = click.option(
    "--release-folder",
    "place",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The maker's release folder; here by default.",
)
KEYS = click.option("--keys", "folder", type=click.Path(path_type=Path), default=Path("keys"))
PASSPHRASE = click.option(
    "--passphrase-stdin", is_flag=True, help="Read the passphrase from standard input."
)
ONLINE = click.option(
    "--online-keys",
    "online",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of the online keys; remembered.",
)
KINDS = ("ed25519", "ecdsa-p256", "ecdsa-p384", "ml-dsa-44", "ml-dsa-65")
_FILE = click.argument("file", type=click.Path(path_type=Path))
_PUB = click.argument("new", type=click.Path(path_type=Path))


@click.command()
@click.argument("name")
@KEYS
@click.option("--kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True)
@click.option("--token", default="", help="Make it on the PKCS#11 token of this label instead.")
@PASSPHRASE
@click.pass_obj
def key(
    context: Any,  # noqa: ANN401
    name: str,
    folder: Path,
    kind: str,
    token: str,
    *,
    passphrase_stdin: bool,
) -> None:
    """Make a signing key: NAME.pem, encrypted, and NAME.pub to give to the others."""
    if token:
        made = keys.make_on_token(folder, name, token, secret("PIN", stdin=passphrase_stdin))
    else:
        word = secret("Passphrase", stdin=passphrase_stdin, twice=True)
        made = keys.make(folder, name, word, kind=keys.Kind(kind))
    value = {"name": made.name, "keyid": made.keyid, "file": str(made.file)}
    context.answer(value, show_release.key(**value))


@click.command()
@click.argument("maker")
@click.option("--vendor", required=True, help="First part of the files' paths.")
@click.option("--line", "lines", multiple=True, required=True, help="A product line; repeatable.")
@KEYS
@click.option("--root", multiple=True, required=True, help="Key name; three times.")
@click.option("--targets", multiple=True, required=True, help="Key name; three times.")
@click.option("--build", multiple=True, required=True, help="LINE=KEY; three for each line.")
@click.option("--train", multiple=True, required=True, help="Key name; three times.")
@click.option("--snapshot", required=True, help="Key name of the online key.")
@click.option("--timestamp", required=True, help="Key name of the online key.")
@click.option("--threshold", default=2, show_default=True)
@FOLDER
@click.pass_obj
def init(context: Any, /, maker: str, folder: Path, place: Path, **chosen: Any) -> None:  # noqa: ANN401
    """Begin a new maker MAKER without a ceremony; root and targets are then to be signed."""

    def named(names: tuple[str, ...]) -> tuple[keys.PublicKey, ...]:
        return tuple(keys.read(folder / f"{name}.pub") for name in names)

    pairs = [pair.partition("=")[::2] for pair in chosen["build"]]
    publisher = publish.Publisher.create(
        place,
        maker=maker,
        vendor=chosen["vendor"],
        lines=chosen["lines"],
        team=publish.Team(
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
    tell(context, publisher)


@click.command()
@click.argument("key_file", type=click.Path(path_type=Path))
@click.argument("roles", nargs=-1)
@PASSPHRASE
@FOLDER
@click.pass_obj
def sign(
    context: Any,  # noqa: ANN401
    key_file: Path,
    roles: tuple[str, ...],
    place: Path,
    *,
    passphrase_stdin: bool,
) -> None:
    """Sign with KEY_FILE (.pem, or .pub of a token's key) all it may sign, or only ROLES.

    Refused while the gates find what nobody has answered for. The key is used in a child process
    that exits.
    """
    publisher = publish.Publisher(place)
    checks.hold(publisher, time.time())
    word = secret("Passphrase or PIN", stdin=passphrase_stdin)
    if roles:
        for role in roles:
            publisher.sign(role, key_file, word)
    else:
        publisher.sign_all(key_file, word)
    tell(context, publisher)


@click.command()
@_FILE
@click.option("--without-images", is_flag=True, help="Small enough for a mail.")
@FOLDER
@click.pass_obj
def send(context: Any, file: Path, place: Path, *, without_images: bool) -> None:  # noqa: ANN401
    """Write what is open, with the signatures so far, as one FILE for the other key holders."""
    publisher = publish.Publisher(place)
    exchange.send(publisher, file, with_images=not without_images, language=context.written)
    context.answer({"event": str(file)}, f"Written: {file}")


@click.command()
@_FILE
@click.option("--replace", is_flag=True, help="Give up what was changed here since.")
@FOLDER
@click.pass_obj
def take(context: Any, file: Path, place: Path, *, replace: bool) -> None:  # noqa: ANN401
    """Take in what another key holder sent: each signature is verified before it is kept."""
    taken = exchange.take(publish.Publisher(place), file, context.written, replace=replace)
    context.answer({"taken": taken}, show_release.taken(taken, context.written))


@click.command()
@_FILE
@click.option("--fingerprint", required=True, help="Of the first root: from the sheet.")
@FOLDER
@click.pass_obj
def join(context: Any, file: Path, fingerprint: str, place: Path) -> None:  # noqa: ANN401
    """Begin a release folder of your own with what another key holder of the maker sent."""
    publisher = exchange.join(place, file, fingerprint)
    taken = exchange.take(publisher, file, context.written)
    context.answer({"taken": taken}, show_release.taken(taken, context.written))


@click.command()
@FOLDER
@click.pass_obj
def fingerprint(context: Any, place: Path) -> None:  # noqa: ANN401
    """Print the fingerprint of the first root, as it stands on the ceremony's sheet."""
    digest = exchange.own_fingerprint(publish.Publisher(place))
    groups = " ".join(ceremony.fingerprint(digest))
    context.answer({"fingerprint": digest}, None if context.json else groups)


@click.command("publish")
@PASSPHRASE
@ONLINE
@FOLDER
@click.pass_obj
def publish_week(
    context: Any,  # noqa: ANN401
    place: Path,
    online: Path | None,
    *,
    passphrase_stdin: bool,
) -> None:
    """Publish what is open as static files under mirror/; needs the online keys."""
    publisher = publish.Publisher(place)
    checks.hold(publisher, time.time())
    word = secret("Passphrase of the online keys", stdin=passphrase_stdin)
    done = publisher.publish(word, time.time(), keys=online)
    mirror = str(publisher.mirror)
    value = {"published": done.week, "roles": done.roles, "mirror": mirror}
    context.answer(value, show_release.publication(done.week, done.roles, mirror))


@click.command()
@PASSPHRASE
@ONLINE
@FOLDER
@click.pass_obj
def heartbeat(
    context: Any,  # noqa: ANN401
    place: Path,
    online: Path | None,
    *,
    passphrase_stdin: bool,
) -> None:
    """Sign the timestamp anew; for a daily job."""
    word = secret("Passphrase of the online keys", stdin=passphrase_stdin)
    expires = publish.Publisher(place).heartbeat(word, time.time(), keys=online)
    context.answer({"expires": expires}, f"Fresh until {show_release.moment(expires)}.")


@click.command("rotate-key")
@click.argument("old")
@_PUB
@click.option("--role", "roles", multiple=True, help="Only in these; by default in all.")
@FOLDER
@click.pass_obj
def rotate_key(
    context: Any,  # noqa: ANN401
    old: str,
    new: Path,
    roles: tuple[str, ...],
    place: Path,
) -> None:
    """Put the key of the file NEW (.pub) in the place of the key named OLD."""
    publisher = publish.Publisher(place)
    publisher.rotate_key(roles or checks.roles_of(publisher, old), old, keys.read(new))
    tell(context, publisher)


@click.command("add-signer")
@click.argument("role")
@_PUB
@FOLDER
@click.pass_obj
def add_signer(context: Any, role: str, new: Path, place: Path) -> None:  # noqa: ANN401
    """Let the key of the file NEW (.pub) sign ROLE too."""
    publisher = publish.Publisher(place)
    publisher.add_signer(role, keys.read(new))
    tell(context, publisher)


@click.command("remove-signer")
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="Only in these; by default in all.")
@FOLDER
@click.pass_obj
def remove_signer(context: Any, name: str, roles: tuple[str, ...], place: Path) -> None:  # noqa: ANN401
    """Let the key named NAME sign no longer."""
    publisher = publish.Publisher(place)
    publisher.remove_signer(roles or checks.roles_of(publisher, name), name)
    tell(context, publisher)


@click.command()
@click.argument("role")
@click.argument("number", type=click.IntRange(1))
@FOLDER
@click.pass_obj
def threshold(context: Any, role: str, number: int, place: Path) -> None:  # noqa: ANN401
    """Ask for NUMBER signatures of ROLE."""
    publisher = publish.Publisher(place)
    publisher.set_threshold(role, number)
    tell(context, publisher)


def secret(what: str, *, stdin: bool, twice: bool = False) -> str:
    """Ask for a passphrase without showing it, or read it as one line from standard input."""
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    answer: str = click.prompt(what, hide_input=True, confirmation_prompt=twice)
    return answer


def tell(context: Any, publisher: publish.Publisher) -> None:  # noqa: ANN401 - desktop.cli.Context
    """Answer with where everything stands."""
    found = publisher.status()
    context.answer(found, None if context.json else show_release.status(found))


ALL = (
    key, init, sign, send, take, join, fingerprint, publish_week, heartbeat, rotate_key, add_signer,
    remove_signer, threshold,
)  # fmt: skip
