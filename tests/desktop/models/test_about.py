from __future__ import annotations

import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

import pytest

from desktop.models import about

ROOT = Path(__file__).resolve().parents[3]


def needed() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.match(r"[\w.-]+", one).group() for one in project["dependencies"]}


def test_everything_that_is_needed_is_thanked() -> None:
    assert set(about.THIRD) == needed()


@pytest.mark.parametrize("name", sorted(about.THIRD))
def test_the_licence_is_what_its_own_record_says(name: str) -> None:
    record = metadata(name)
    said = record.get("License-Expression") or record.get("License") or ""
    classified = " ".join(record.get_all("Classifier") or ())
    first = re.split(r"[ -]", about.THIRD[name])[0]
    assert first in said or first in classified


def test_a_line_names_what_which_and_how() -> None:
    lines = list(about.thanks())
    assert any(re.fullmatch(r"msgspec [\d.]+: BSD-3-Clause", line) for line in lines)
    assert lines[-1] == "Lucide (icons): ISC"


def test_every_document_named_as_help_is_there() -> None:
    assert all((ROOT / place).is_file() for place, _ in about.help_lines())
