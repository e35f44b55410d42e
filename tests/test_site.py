"""The site of the pages: built as scripts/docs builds it, then read as a browser would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from scripts import site_pages
from scripts.site_pages import CHINESE, ENGLISH, chapters, explained, joined, rewritten, twin, way

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
pytestmark = pytest.mark.timeout(300)  # whichever comes first waits for the site: 16 s of a core
FETCHES = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


@dataclass
class Page(HTMLParser):
    """What one page of the site asks for, leads to, and can be entered at."""

    leads: list[str] = field(default_factory=list)
    fetches: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    language: str = ""
    without_words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.ids.add(said.get("id") or "")
        if tag == "html":
            self.language = said.get("lang")
        if tag == "a" and said.get("href"):
            self.leads.append(said["href"])
        if tag in FETCHES and said.get(FETCHES[tag]):
            self.fetches.append(said[FETCHES[tag]])
        in_page = tag == "img" and "sidebar-logo" not in (said.get("class") or "")
        if in_page and not (said.get("alt") or "").strip():
            self.without_words.append(said["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [ROOT / "scripts" / "docs", folder],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    found = {}
    for file in sorted(site.rglob("*.html")):
        found[file] = Page()
        found[file].feed(file.read_text())
    return found


@pytest.mark.timeout(600)
def test_every_page_of_the_docs_is_on_the_site(site):
    wanted = {
        f"{one.below}{file.relative_to(one.source).with_suffix('.html')}"
        for one in (ENGLISH, CHINESE)
        for file in one.source.rglob("*.md")
        if file.name != "README.md" or file.parent.name in ("adr", "dialects")
        if one is CHINESE or CHINESE.source not in file.parents
    }
    there = {str(file.relative_to(site)) for file in site.rglob("*.html")}
    assert wanted <= there
    assert not {name for name in there - wanted if not name.endswith(("search.html", "index.html"))}


def test_every_address_on_it_leads_to_a_page_and_a_place_in_it(site, pages):
    missing = []
    for file, page in pages.items():
        for address in [*page.leads, *page.fetches]:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            known = pages.get(there)
            if not there.is_file() or (
                known and parts.fragment and parts.fragment not in known.ids
            ):
                missing.append((str(file.relative_to(site)), address))
    assert [one for one in missing if not one[1].startswith("#svg-")] == []


def test_it_asks_nobody_for_anything(site, pages):
    asked = [address for page in pages.values() for address in page.fetches]
    assert asked
    assert [address for address in asked if urlsplit(address).netloc] == []
    for style in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", style.read_text()), style


def test_every_picture_says_in_words_what_it_shows(pages):
    assert [src for page in pages.values() for src in page.without_words] == []


def test_no_mark_of_markdown_is_left_in_a_sentence(site):
    left = []
    for file in site.rglob("*.html"):
        article = re.search(r"<article.*?</article>", file.read_text(), re.DOTALL)
        text = re.sub(r"<(pre|code).*?</\1>", "", article[0] if article else "", flags=re.DOTALL)
        words = re.sub(r"<[^>]+>", "", text)
        left += [(file.name, mark) for mark in re.findall(r"\*[^*\s][^*\n]*\*|`|\]\(.*", words)]
    assert left == []


def test_each_page_says_its_language_and_leads_to_the_other_one(site, pages):
    for file, page in pages.items():
        chinese = file.is_relative_to(site / "zh")
        assert page.language == ("zh-CN" if chinese else "en")
    assert "zh/updates.html" in pages[site / "updates.html"].leads
    assert "../updates.html" in pages[site / "zh" / "updates.html"].leads
    assert "../zh/dialects.html" in pages[site / "dialects" / "README.html"].leads
    assert "../zh/index.html" in pages[site / "dialects" / "tasmota.html"].leads


def terms(folder: Path) -> dict[str, object]:
    said = (folder / "searchindex.js").read_text()
    return json.loads(said.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]


def test_the_search_knows_chinese_by_pairs_of_characters_and_english_by_words(site):
    assert {"更新", "灯", "tasmota"} <= set(terms(site / "zh"))
    script = (site / "zh" / "_static" / "language_data.js").read_text()
    assert "flatMap" in script
    assert "Stemmer = EnglishStemmer" in script
    assert "broker" in terms(site)


@pytest.mark.parametrize(
    "page",
    [file for file in sorted(CHINESE.source.glob("*.md")) if file.name != "README.md"],
    ids=lambda file: file.name,
)
def test_a_chinese_page_has_its_english_one(page):
    name = page.relative_to(CHINESE.source).with_suffix("")
    assert twin(CHINESE, str(name), ENGLISH) != "index" or page.name == "index.md"


def test_all_that_testers_and_admins_read_is_there_in_chinese():
    parts = site_pages.HEAD.split((DOCS / "index.md").read_text())
    heads = ("For everybody", "For testers", "For whoever looks after a home")
    for head in heads:
        body = parts[parts.index(head) + 1]
        names = {name for name, _ in site_pages.linked(body, DOCS / "index.md", ENGLISH)}
        missing = {name for name in names if twin(ENGLISH, name, CHINESE) == "index"}
        assert missing <= {"commands", "changes", "security"}  # help and news are English


def test_a_link_into_the_other_tree_becomes_a_way_on_the_site():
    text = "[a](../protocol.md#the-signed-week) [b](updates.md#x) ![c](../images/a.png)"
    file = CHINESE.source / "trust.md"
    assert rewritten(text, file, (CHINESE, "trust")) == (
        "[a](part:../protocol.html#the-signed-week) [b](updates.md#x) ![c](../images/a.png)"
    )


def test_a_page_of_the_top_of_the_repository_takes_its_links_along():
    text = "[a](docs/updates.md) [b](LICENSE) [c](README.md)"
    moved = rewritten(text, ROOT / "CONTRIBUTING.md", (ENGLISH, "contributing"))
    assert moved == "[a](site:updates.html) [b](../LICENSE) [c](site:index.html)"


def test_the_name_of_a_file_is_told_as_the_title_of_its_page():
    text = rewritten("[home.md](home.md)", DOCS / "serve.md", (ENGLISH, "serve"))
    assert text == "[A real home](home.md)"


def test_lists_of_links_become_the_chapters():
    text = "# All\n\n## First\n\n- [The week](updates.md)\n\n## Last\n\n[again](updates.md)\n"
    chapter = "```{toctree}\n:hidden:\n:caption: First\n\nThe week </updates>\n```\n"
    assert chapters(text, DOCS / "index.md", (ENGLISH, "index")) == f"{text}\n{chapter}"


def test_a_code_and_a_command_lead_to_what_is_said_of_them(pages, site):
    assert "errors.html#broker_tls" in pages[site / "troubleshooting.html"].leads
    assert "errors.html#broker_tls" in pages[site / "zh" / "troubleshooting.html"].leads
    assert "commands.html#orangery-broker-test" in pages[site / "brokers.html"].leads
    assert "../commands.html#orangery-broker-test" in pages[site / "zh" / "admins.html"].leads


def test_the_longest_command_is_meant_and_its_options_are_none_of_it():
    assert explained("orangery broker set NAME --ca FILE") == ("commands", "orangery-broker-set")
    assert explained("orangery broker") == ("commands", "orangery-broker")
    assert explained("house_locked") == ("errors", "house_locked")
    assert explained("settings.json") == ("", "")


def test_a_chinese_sentence_has_no_gap_where_a_line_ends():
    assert joined("谁先来。\n会出\nOTA\n问题") == "谁先来。会出\nOTA\n问题"
    assert joined("```sh\n中\n文\n```\n") == "```sh\n中\n文\n```\n"


def test_the_way_from_one_page_to_another_is_relative():
    assert way((ENGLISH, "adr/README"), (CHINESE, "updates")) == "../zh/updates.html"
    assert site_pages.language_of(DOCS) is ENGLISH
