from __future__ import annotations

from pathlib import Path

import pytest

from desktop import build, language
from desktop.build import Build
from desktop.made_of import Part
from desktop.models import about

ROOT = Path(__file__).resolve().parents[3]
QT = Part(name="Qt", version="6.11.3", licence="LGPL-3.0-only")
ICONS = Part(name="Lucide (icons)", licence="ISC")


def test_a_part_is_named_with_its_version_and_its_licence_under_it() -> None:
    assert (about.entry(QT).title, about.entry(QT).under) == ("Qt 6.11.3", "LGPL-3.0-only")
    assert about.entry(ICONS).title == "Lucide (icons)"


@pytest.mark.parametrize(
    ("words", "found"),
    [("", (QT, ICONS)), ("lgpl", (QT,)), ("  ISC icons ", (ICONS,)), ("isc qt", ())],
)
def test_parts_are_found_by_any_words_of_name_and_licence(words, found) -> None:
    assert about.found((QT, ICONS), words) == found


def test_a_built_program_says_of_what_and_when_it_was_built(monkeypatch) -> None:
    own = Build(version="7.1.0", commit="c" * 40, made=1_764_000_000, platform="linux-x86_64")
    monkeypatch.setattr(build, "build", lambda: own)
    assert about.built() == "linux-x86_64 · 2025-11-24 · cccccccccccc"


def test_from_source_it_says_nothing_of_that() -> None:
    assert about.built() == ""


def test_how_qt_is_exchanged_depends_on_where_it_lies(monkeypatch) -> None:
    assert "PySide6 that is installed" in about.exchange()
    monkeypatch.setattr(build, "folder", lambda: Path("/opt/orangery"))
    assert "_internal/PySide6/Qt" in about.exchange()


@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
def test_every_document_named_as_help_is_there(monkeypatch, spoken) -> None:
    monkeypatch.setattr(language, "_current", spoken)
    assert all((ROOT / place).is_file() for place, _ in about.help_lines())


def test_from_source_a_page_is_a_file_and_in_a_package_it_is_not(monkeypatch) -> None:
    assert about.document("docs/window.md") == ROOT / "docs/window.md"
    assert about.document("docs/nothing.md") is None
    monkeypatch.setattr(build, "folder", lambda: Path("/usr/lib/orangery"))
    assert about.document("docs/window.md") is None
