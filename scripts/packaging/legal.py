"""Whose work is in a package and under which terms, as a copyright file of Debian."""

from __future__ import annotations

import tomllib
from string import Template

from scripts.packaging.packing import PACKAGES


def text(program: str) -> str:
    """Return the copyright file (copyright-format 1.0) of the package of a program."""
    project = tomllib.loads((PACKAGES / "project.toml").read_text(encoding="utf-8"))
    template = (PACKAGES / "copyright").read_text(encoding="utf-8")
    return Template(template).substitute(program=program, **project)
