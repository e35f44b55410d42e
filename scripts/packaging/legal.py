"""Whose work is in a package and under which terms, as a copyright file of Debian."""

from __future__ import annotations

import json
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

from scripts.packaging.packing import PACKAGES

SBOM = Path("_internal/resources/sbom.cdx.json")
"""In a built folder: its parts (CycloneDX 1.6), as scripts/packaging/sbom.py found them."""


def text(program: str, built: Path) -> str:
    """Return the copyright file (copyright-format 1.0) of the package of a built folder.

    Its comment names the parts of others with their licences, where the build wrote them down.
    """
    project = tomllib.loads((PACKAGES / "project.toml").read_text(encoding="utf-8"))
    template = (PACKAGES / "copyright").read_text(encoding="utf-8")
    parts = "\n".join(_parts(built / SBOM))
    return Template(template).substitute(program=program, parts=parts, **project)


def _parts(sbom: Path) -> Iterator[str]:
    if not sbom.is_file():
        return
    yield " ."
    for part in json.loads(sbom.read_text(encoding="utf-8")).get("components", ()):
        named = f"{part['name']} {part.get('version', '')}".strip()
        line = f"{named}: {', '.join(map(_licence, part.get('licenses', ()))) or 'see there'}"
        yield from textwrap.wrap(line, 78, initial_indent=" ", subsequent_indent="   ")


def _licence(said: Mapping[str, Any]) -> str:
    own = said.get("license", {})
    return str(said.get("expression") or own.get("id") or own.get("name") or "")
