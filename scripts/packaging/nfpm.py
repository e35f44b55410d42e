"""Debian and RPM packages of the built folders, by nfpm from resources/packages/*.yaml.

The same folder, version and time give the same bytes: nfpm sorts, and every date is `made`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from scripts.packaging import debs, shared
from scripts.packaging.packing import PACKAGES, Packing, sortable

FORMATS = ("deb", "rpm")

_PAPERS = ("/usr/share/doc/", "/usr/share/man/")

_ARCH = {"x86_64": "amd64", "aarch64": "arm64"}  # Go's word for it, which nfpm takes


def pack(
    packing: Packing, to: Path, formats: tuple[str, ...] = FORMATS, *, tight: bool = False
) -> list[Path]:
    """Write a package of each format into `to`; returns them. SystemExit with nfpm's words.

    `tight`: as small as can be, for those who download it; that takes minutes.
    """
    if not formats:
        return []
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        staged = Path(scratch)
        staged.chmod(0o755)
        shared.lay(packing, staged)
        config = staged / "nfpm.yaml"
        config.write_text(filled(packing, staged, tight=tight), encoding="utf-8")
        made = [_run(config, form, to / name(packing, form), packing.made) for form in formats]
        for file in made:
            if tight and file.suffix == ".deb":
                debs.tighten(file, packing.machine)
        return made


def filled(packing: Packing, staged: Path, *, tight: bool = False) -> str:
    """Return the program's nfpm file, with everything known filled in."""
    about = tomllib.loads((PACKAGES / "project.toml").read_text(encoding="utf-8"))
    template = (PACKAGES / f"{packing.program}.yaml").read_text(encoding="utf-8")
    return Template(template).substitute(
        arch=_ARCH[packing.machine],
        version=sortable(packing.version),
        maintainer=about["maintainer"],
        homepage=about["homepage"],
        made=_date(packing.made),
        scripts=PACKAGES,
        deb="none" if tight else "zstd",
        rpm="zstd:19" if tight else "zstd",
        contents="\n".join(
            [
                *entries(packing.built.resolve(), f"/usr/lib/{packing.program}", packing.made),
                *entries(staged / "root", "", packing.made),
                *entries(staged / "deb", "", packing.made, only="deb"),
                *entries(staged / "rpm", "", packing.made, only="rpm"),
            ]
        ),
    )


def entries(folder: Path, under: str, made: int, only: str = "") -> Iterator[str]:
    """Give an nfpm entry for each file of `folder`, to lie below `under`; `only`: in that format.

    One by one, since a tree would carry along the dates and rights that the files have here.
    """
    own = [folder] if under else []  # rpm takes away only folders that it was told of
    for file in (*own, *sorted(folder.rglob("*"))):
        entry: dict[str, object] = {"dst": str(Path(f"{under}/") / file.relative_to(folder))}
        about: dict[str, object] = {"owner": "root", "group": "root", "mtime": _date(made)}
        if file.is_symlink():
            entry |= {"src": str(file.readlink()), "type": "symlink"}
        elif file.is_dir():
            if only or not re.search(r"/orangery(-hub)?(/|$)", str(entry["dst"])):
                continue  # everybody's: it belongs to no package
            entry |= {"type": "dir"}
            about["mode"] = 0o755
        else:
            entry |= {"src": str(file)}
            about["mode"] = 0o755 if file.stat().st_mode & 0o100 else 0o644
        entry["file_info"] = about
        if only or not str(entry["dst"]).startswith(_PAPERS) or "src" not in entry:
            yield _line(entry, packager=only)
        else:  # rpm wants to be told which files may be left out
            yield _line(entry, packager="deb")
            yield _line(entry, packager="rpm", type="doc")


def _line(entry: dict[str, object], **more: str) -> str:
    told = {name: value for name, value in more.items() if value}
    return f"  - {json.dumps({**entry, **told})}"


def name(packing: Packing, form: str) -> str:
    """Return the file name that its package manager's people expect."""
    version = sortable(packing.version)
    if form == "rpm":
        return f"{packing.program}-{version}-1.{packing.machine}.rpm"
    return f"{packing.program}_{version}_{_ARCH[packing.machine]}.deb"


def _date(made: int) -> str:
    return datetime.fromtimestamp(made, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _run(config: Path, form: str, target: Path, made: int) -> Path:
    tool = Path(sys.executable).with_name("nfpm")
    command = [
        str(tool),
        "package",
        "--config",
        str(config),
        "--packager",
        form,
        "--target",
        str(target),
    ]
    dated = {**os.environ, "SOURCE_DATE_EPOCH": str(made)}
    done = subprocess.run(command, env=dated, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"nfpm: {(done.stderr or done.stdout).strip()}")
    return target


def main() -> None:
    """Pack folders that are there: python -m scripts.packaging.nfpm --version 1.0 dist/orangery."""
    words = argparse.ArgumentParser(description=main.__doc__)
    words.add_argument("folders", nargs="+", type=Path, help="dist/orangery, dist/orangery-hub")
    words.add_argument("--version", required=True)
    words.add_argument("--made", type=int, default=int(os.environ.get("SOURCE_DATE_EPOCH", "0")))
    words.add_argument("--to", type=Path, default=Path("dist"))
    words.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    words.add_argument("--tight", action="store_true", help="as small as can be; takes minutes")
    said = words.parse_args()
    for folder in said.folders:
        packing = Packing(program=folder.name, built=folder, version=said.version, made=said.made)
        for made in pack(packing, said.to, tuple(said.formats), tight=said.tight):
            print(made)


if __name__ == "__main__":
    main()
