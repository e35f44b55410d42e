"""What a page says of the window stands there: sections of the settings, words of buttons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desktop import language
from desktop.pages.settings import ALL as SECTIONS
from scripts import generate_docs
from tests.test_docs import documents

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SAID_OF_SETTINGS = re.compile(r"(?:Settings|设置) ?> ?\*?([^\W\d_].{0,30})", re.DOTALL)
NOT_OF_THE_WINDOW = {"It worked:", "Anna's bedside", "who is here"}


def sections() -> set[str]:
    codes = ("en", "zh_CN")
    return {generate_docs.shown("Settings", one.text, code) for one in SECTIONS for code in codes}


@pytest.mark.parametrize(
    "page",
    [page for page in documents() if SAID_OF_SETTINGS.search(page.read_text())],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_a_section_of_the_settings_that_a_page_names_is_there(page):
    text = " ".join(page.read_text().split())
    named = SAID_OF_SETTINGS.findall(text)
    assert [one for one in named if not one.startswith(tuple(sections()))] == []


def words(code: str) -> list[str]:
    """Everything the window can say in a language, without what is filled in."""
    texts = [
        form
        for (_, text), entry in language.entries("zh_CN").items()
        for form in ((text,) if code == "en" else entry.forms)
    ]
    return [re.sub(r"{\w+}", "", text) for text in texts]


MARKS = {"en": r"(?<!\*)\*([^*]+)\*(?!\*)", "zh_CN": r"“([^”]+)”"}
"""How a page sets off a word of the window."""


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("testers.md", "en"),
        ("admins.md", "en"),
        ("zh/testers.md", "zh_CN"),
        ("zh/admins.md", "zh_CN"),
    ],
)
def test_the_words_of_the_window_that_a_first_page_quotes_are_its_own(name, code):
    said = words(code)
    quoted = {" ".join(one.split()) for one in re.findall(MARKS[code], (DOCS / name).read_text())}
    quoted -= NOT_OF_THE_WINDOW
    assert quoted
    unknown = {one for one in quoted if not any(one.strip(" …") in text for text in said)}
    assert unknown == set()
