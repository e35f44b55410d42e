"""Writes what a built folder is made of (CycloneDX 1.6), into it and beside it, with all licences.

    python -m scripts.packaging.sbom dist/orangery --to dist/orangery.cdx.json

It reads the folder itself: whose each file and each module is (origins.py). What is nobody's, what
is not in requirements.lock, and what is under a licence that may not ship (licences.py) ends it.
The same folder gives the same bytes: the time is that of the commit, the number made of the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import click
import msgspec
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from desktop import build, made_of
from scripts.packaging import licences, origins

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ("requirements.lock", "requirements-delta.lock")
EXTRAS = {"orangery": ("release", "delta"), "orangery-hub": ("hub", "postgres", "s3")}
"""Of pyproject.toml: what else each program holds where it is installed."""

_MINE = uuid.UUID("6f4ad5a6-7f0e-5d54-9a57-0e3b6c1d5a10")  # names serial numbers of ours
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A part of a folder, with all that is told of it."""

    name: str
    version: str
    licence: str
    purl: PackageURL
    texts: Sequence[Path]
    files: Iterable[str] = ()
    inner: Sequence[Component] = ()


class Uninvited(Exception):  # noqa: N818 - it says who came along
    """Distributions that happened to be installed and that the project does not ask for."""


class Unlocked(Exception):  # noqa: N818 - it says what is not locked
    """Distributions that are in the folder and not in the lock in this version."""


def found_in(folder: Path) -> tuple[Found, ...]:
    """Return the parts of a folder, by name.

    origins.Unknown, Uninvited, Unlocked, licences.Forbidden: why it must not be given to people.
    """
    whose = origins.origins(folder)
    invite(folder.name, whose.distributions)
    found = [
        *map(_distribution, sorted(whose.distributions)),
        *(_debian(name, files) for name, files in sorted(whose.debian.items())),
        *_python(whose),
        *_qt(whose),
        *(_inside(part) for part in made_of.our_own() if _is_inside(part, folder)),
    ]
    licences.check((part.name, part.licence) for part in found)
    for part in found:
        licences.check((f"{part.name}: {one.name}", _said(one)) for one in part.inner)
    if without := [part.name for part in found if not part.texts]:
        raise licences.Forbidden(f"no text of the licence: {', '.join(without)}")
    return tuple(sorted(found, key=lambda part: (part.name.casefold(), str(part.purl))))


def invite(program: str, distributions: Iterable[str]) -> None:
    """Raise Uninvited where one is not of what pyproject.toml asks for, for this program."""
    asked = made_of.needed(*EXTRAS[program])
    allowed = {origins.INSTALLER, *(made_of.normal(one.name) for one in asked)}
    if others := sorted(set(distributions) - allowed):
        raise Uninvited(", ".join(others))


def write(folder: Path) -> bytes:
    """Lay SBOM and texts into a built folder and return the SBOM."""
    own = folder / "_internal" / "resources"
    texts = own / "licences"
    shutil.rmtree(texts, ignore_errors=True)
    bom = document(folder, found_in(folder), texts)
    (own / made_of.SBOM).write_bytes(bom)
    return bom


def document(folder: Path, found: Sequence[Found], texts: Path) -> bytes:
    """Return the SBOM of these parts; their texts are laid into `texts`."""
    said = _build(folder)
    bom = Bom()
    bom.metadata.component = _program(folder.name, said)
    made = int(os.environ.get("SOURCE_DATE_EPOCH", said.made))
    bom.metadata.timestamp = datetime.fromtimestamp(made, UTC)
    for part in found:
        bom.components.add(_component(part, licences.lay(part.name, part.texts, texts)))
    bom.register_dependency(bom.metadata.component, bom.components)
    bom.serial_number = _MINE
    unnumbered = _written(bom)
    bom.serial_number = uuid.uuid5(_MINE, hashlib.sha256(unnumbered).hexdigest())
    return _written(bom)


def _written(bom: Bom) -> bytes:
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
    return text.encode() + b"\n"


def _build(folder: Path) -> build.Build:
    file = folder / "_internal" / "resources" / "build.json"
    if not file.exists():
        return build.Build(version=metadata.version(build.PROGRAM))
    return msgspec.json.decode(file.read_bytes(), type=build.Build)


def _program(name: str, said: build.Build) -> Component:
    purl = PackageURL("generic", None, name, said.version)
    locks = {lock: _digest(ROOT / lock) for lock in LOCKS}
    return Component(
        type=ComponentType.APPLICATION,
        name=name,
        version=said.version,
        licenses=[LicenseFactory().make_from_string("Apache-2.0")],
        purl=purl,
        bom_ref=str(purl),
        properties=[
            Property(name="orangery:commit", value=said.commit),
            Property(name="orangery:platform", value=said.platform),
            *(Property(name=f"orangery:{lock}", value=digest) for lock, digest in locks.items()),
        ],
    )


def _component(part: Found, texts: Sequence[str]) -> Component:
    for one in part.inner:  # else the library draws lots
        one.bom_ref.value = f"{part.purl}#{one.name}@{one.version or ''}"
    return Component(
        type=ComponentType.LIBRARY,
        name=part.name,
        version=part.version or None,
        licenses=[LicenseFactory().make_from_string(part.licence)],
        purl=part.purl,
        bom_ref=str(part.purl),
        components=part.inner,
        properties=[
            *(Property(name=made_of.TEXT, value=text) for text in texts),
            *(Property(name="orangery:file", value=file) for file in part.files),
        ],
    )


# --- parts ---------------------------------------------------------------------------------------


def _distribution(name: str) -> Found:
    one = metadata.distribution(name)
    if locked().get(name) != one.version:
        raise Unlocked(f"{name} {one.version}, locked: {locked().get(name, 'not at all')}")
    part = made_of.of_distribution(one)
    return Found(
        name=part.name,
        version=part.version,
        licence=part.licence,
        purl=PackageURL("pypi", None, name, part.version),
        texts=[Path(text) for text in part.texts],
        inner=[*_inner(one), *_known_inner(name)],
    )


def _debian(package: str, files: set[str]) -> Found:
    ask = ["dpkg-query", "-W", "-f=${Version} ${Architecture}", package]
    said = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    version, architecture = said.split()
    release = platform.freedesktop_os_release()
    marks = {"arch": architecture, "distro": release.get("VERSION_CODENAME", "")}
    return Found(
        name=package,
        version=version,
        licence=licences.of_debian(package),
        purl=PackageURL("deb", release.get("ID", "debian"), package, version, marks),
        texts=licences.debian_texts(package),
        files=sorted(files),
    )


def _python(whose: origins.Origins) -> Iterator[Found]:
    if whose.python:
        version = platform.python_version()
        yield Found(
            name="Python",
            version=version,
            licence="Python-2.0.1",
            purl=PackageURL("generic", None, "python", version),
            texts=licences.python_texts(),
        )


def _qt(whose: origins.Origins) -> Iterator[Found]:
    texts = [made_of.resources.path(f"parts/texts/{name}") for name in made_of.LGPL]
    if whose.qt:
        version = metadata.version("PySide6-Essentials")
        yield Found(
            name="Qt",
            version=version,
            licence="LGPL-3.0-only",
            purl=PackageURL("generic", None, "qt", version),
            texts=texts,
            files=sorted(whose.qt),
            inner=[_small(name, "", said) for name, said in made_of.known()["qt"].items()],
        )
    if whose.icu:
        yield Found(
            name="ICU",
            version=whose.icu_version,
            licence="Unicode-DFS-2016",
            purl=PackageURL("generic", None, "icu", whose.icu_version),
            texts=[made_of.resources.path("parts/texts/ICU.txt")],
            files=sorted(whose.icu),
        )


def _inside(part: made_of.Part) -> Found:
    name = re.sub(r"[^a-z0-9]+", "-", part.name.lower()).strip("-")
    return Found(
        name=part.name,
        version=part.version,
        licence=part.licence,
        purl=PackageURL("generic", None, name, part.version or None),
        texts=[made_of.resources.path(text) for text in part.texts],
    )


def _is_inside(part: made_of.Part, folder: Path) -> bool:
    named = made_of.known()["inside"][part.name]["files"]
    return any(next((folder / "_internal").glob(each), None) for each in named)


# --- what lies within a wheel --------------------------------------------------------------------


def _inner(one: metadata.Distribution) -> Iterator[Component]:
    """Yield what a wheel's own lists (PEP 770) say is in it."""
    absent = made_of.known()["absent"].get(made_of.normal(one.name), ())
    known = made_of.known()["inner"].get(made_of.normal(one.name), {})
    for file in sorted(map(str, one.files or ())):
        if re.fullmatch(r"[^/]+\.dist-info/sboms/[^/]+\.json", file):
            said = json.loads(Path(str(one.locate_file(file))).read_bytes())
            for each in said.get("components", ()):
                name = each["name"]
                if name not in absent and name not in known and not _itself(name, one):
                    yield _small(name, each.get("version") or "", _expression(each))


def _known_inner(name: str) -> Iterator[Component]:
    known = made_of.known()["inner"].get(name, {})
    yield from (_small(each, "", licence) for each, licence in known.items())


def _itself(name: str, one: metadata.Distribution) -> bool:
    return made_of.normal(name) == made_of.normal(one.name)


def _small(name: str, version: str, licence: str) -> Component:
    made = [LicenseFactory().make_from_string(licence)] if licence else []
    return Component(type=ComponentType.LIBRARY, name=name, version=version or None, licenses=made)


def _expression(component: dict[str, Any]) -> str:
    said = (made_of.said(one) for one in component.get("licenses") or ())
    return " AND ".join(f"({one})" if " OR " in one else one for one in said if one)


def _said(component: Component) -> str:
    """Return the licence of a component, as an expression."""
    return " AND ".join(
        getattr(one, "value", None) or getattr(one, "id", None) or getattr(one, "name", "")
        for one in component.licenses
    )


# --- the lock ------------------------------------------------------------------------------------


def locked() -> dict[str, str]:
    """Return normalised name -> version of everything that is locked."""
    found: dict[str, str] = {}
    for lock in LOCKS:
        for name, version in _PINNED.findall((ROOT / lock).read_text(encoding="utf-8")):
            found[made_of.normal(name)] = version
    return found


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--to", type=click.Path(path_type=Path), help="Write the list here as well.")
def main(folder: Path, to: Path | None) -> None:
    """Lay the SBOM and all licences into the built FOLDER."""
    try:
        bom = write(folder)
    except (origins.Unknown, Unlocked, licences.Forbidden) as error:
        raise click.ClickException(f"{type(error).__name__}: {error}") from error
    if to:
        to.write_bytes(bom)
    click.echo(f"{folder}: {len(json.loads(bom)['components'])} parts")


if __name__ == "__main__":
    main()
