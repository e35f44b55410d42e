"""The one command: `scripts/package` builds the folders, then what is asked for of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from scripts.packaging import ROOT, archive, folders, nfpm, source
from scripts.packaging import twice as compare
from scripts.packaging.packing import Packing

KINDS = ("archive", *nfpm.FORMATS)


@click.command()
@click.argument("kinds", nargs=-1, type=click.Choice(KINDS))
@click.option("--version", default="", help="Instead of the one in pyproject.toml.")
@click.option("--maker", default="", help="The link of whoever signs new versions of this copy.")
@click.option("--to", default=ROOT / "dist", show_default="dist/", type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="Pack loosely: for tests.")
@click.option("--twice", is_flag=True, help="In two places, and name each file that differs.")
def main(
    kinds: tuple[str, ...], version: str, maker: str, to: Path, *, quick: bool, twice: bool
) -> None:
    """Build the folders of the program and the hub, then each of KINDS.

    None named: all of them, but only the folders where this is no Linux.

    Prints what it makes, with its size. With --twice a difference ends it with 1.
    """
    built = source.of(ROOT, version)
    click.echo(f"Orangery {built.version} of {built.commit or 'changed files'}, {built.platform}")
    to.mkdir(parents=True, exist_ok=True)
    try:
        made = folders.build(built, to, maker=maker)
    except folders.BuildError as error:
        raise click.ClickException(str(error)) from error
    for folder in made:
        for path in (folder, *to.glob(f"{folder.name}-{built.version}-{built.platform}.*.json")):
            _told(path)
    wanted = kinds or (KINDS if built.platform.startswith("linux-") else ())
    if "archive" in wanted:
        _told(archive.make(built, made[0], to, root=ROOT, quick=quick))
    formats = tuple(kind for kind in nfpm.FORMATS if kind in wanted)
    for folder in made if formats else ():
        packing = Packing(
            program=folder.name,
            built=folder,
            version=built.version,
            made=built.made,
            machine=built.platform.removeprefix("linux-"),
        )
        for path in nfpm.pack(packing, to, formats, tight=not quick):
            _told(path)
    if twice:
        said = [*kinds, f"--version={version}", f"--maker={maker}", *(["--quick"] if quick else [])]
        raise SystemExit(_twice(to, said))


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder, links not followed."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.lstat().st_size for file in files if file.is_symlink() or file.is_file())


def _twice(to: Path, words: list[str]) -> int:
    """Name what differs in a second build; what else lies in the folder `to` is none of it."""
    with tempfile.TemporaryDirectory(prefix="orangery-twice-") as work:
        other = compare.elsewhere(ROOT, Path(work), *words)
        made = [path.name for path in other.iterdir()]
        found = compare.differences(to, other, made)
        count = sum(path.is_file() for path in other.rglob("*"))
    for difference in found:
        click.echo(f"{difference.place}: {difference.what}")
    click.echo(f"{count} files, {len(found)} of them differ between two builds")
    return 1 if found else 0


def _told(path: Path) -> None:
    click.echo(f"{size(path) / 1e6:8.1f} MB  {path}")


if __name__ == "__main__":
    main()
