"""Which program this is, what it is made of, and whether its files are those that were signed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop import build
from desktop.build import Packaged
from desktop.cli_frame import Context, json_too, tell_error
from firmware.errors import TrustError
from fleet.errors import CommandError, OrangeryError
from fleet.later import later

if TYPE_CHECKING:
    import subprocess

    from desktop import made_of, show_version
    from desktop.selfupdate import own_copy, shipped, verifying
else:
    subprocess = later("subprocess")
    made_of, show_version = later("desktop.made_of"), later("desktop.show_version")
    shipped, verifying = later("desktop.selfupdate.shipped"), later("desktop.selfupdate.verifying")
    own_copy = later("desktop.selfupdate.own_copy")

DIFFERS, UNKNOWN = 1, 2
"""Exit codes of --verify, beside 0: the files differ; it could not be checked."""


@click.command()
@click.option("--verify", is_flag=True, help="Hold all its files against the signed list of them.")
@click.option(
    "--from",
    "source",
    default="",
    help="A mirror, folder or bundle file of the week of this version, instead of the makers'.",
)
@click.option(
    "--list",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A files.json; it counts only where it is the signed one.",
)
@click.option(
    "--of",
    "other",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of another copy, on a disk of another computer, instead of this one.",
)
@click.option("--maker", default="", help="The link of whoever signs it; default: as this copy's.")
@click.option("--licences", is_flag=True, help="What it is made of, under which licences.")
@click.option("--text", "part", default="", help="The text of the licence of this part.")
@json_too
@click.pass_context
def version(
    ctx: click.Context,
    /,
    *,
    verify: bool,
    licences: bool,
    part: str,
    **asked: Any,  # noqa: ANN401 - of click
) -> None:
    """Show which program this is: version, commit, how it came here, what it runs with.

    With --verify each of its files is held against the list that both parties of its makers signed.
    Exit code 0: all are as they were signed; 1: some are not; 2: it could not be checked. A program
    that was exchanged could lie about itself: docs/supply-chain.md says how to check from another
    computer.
    """
    context: Context = ctx.obj
    if part:
        _text(context, part)
    elif licences:
        found = made_of.parts()
        context.answer({"parts": found}, show_version.parts(found))
    elif verify:
        ctx.exit(_verify(context, **asked))
    else:
        told = _told()
        context.answer(told, show_version.version(told))


def _text(context: Context, name: str) -> None:
    wanted = made_of.normal(name)
    for part in made_of.parts():
        if made_of.normal(part.name) == wanted:
            text = made_of.text(part)
            if context.json:
                context.answer({"part": part, "text": text})
            else:
                click.echo(text)
            return
    raise CommandError("part_unknown", name=name)


def _told() -> dict[str, Any]:
    own = build.build()
    libraries = show_version.runs_with()
    told = {
        "version": own.version,
        "commit": own.commit,
        "made": own.made or None,
        "platform": own.platform or show_version.platform(),
        "packaged": build.packaged(),
        "folder": str(build.folder() or ""),
        "maker": own.maker,
        "runs_with": libraries,
    }
    return {**told, "git": _git()} if build.packaged() is Packaged.SOURCE else told


def _git() -> dict[str, Any] | None:
    """Return what git knows of the checkout that runs, None where there is none."""
    root, git = Path(__file__).resolve().parent.parent, shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None

    def said(*words: str) -> str:
        ask = [git, "-C", str(root), *words]
        return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()

    changed = said("status", "--porcelain").splitlines()
    return {"commit": said("rev-parse", "HEAD"), "changed": len(changed)}


def _verify(
    context: Context, *, source: str, listed: Path | None, other: Path | None, maker: str
) -> int:
    """Tell what differs, or why it is not known; returns the exit code."""
    try:
        folder = other or build.folder()
        if folder is None:
            told = _told()
            if not context.json:
                context.answer(told, show_version.version(told))
            raise CommandError("version_of_source")
        own = _claimed(other) if other else build.build()
        link = maker or build.build().maker
        wanted = own_copy.wanted(own, link, near=listed or folder / shipped.NAME)
        verdict = verifying.verify(folder, wanted, source)
    except OrangeryError as error:
        tell_error(error, as_json=context.json, language=context.language)
        return UNKNOWN
    context.answer({"verdict": verdict}, show_version.verdict(verdict, mine=other is None))
    return DIFFERS if verdict.differences else 0


def _claimed(folder: Path) -> build.Build:
    """Return what another copy says it is; whether that is true, its signed list says."""
    try:
        listed = shipped.read((folder / shipped.NAME).read_bytes())
    except OSError as error:
        raise TrustError("list_bad", why=error) from error
    return build.Build(version=listed.version, platform=listed.platform)
