"""What the site of the pages needs beside Sphinx, MyST and furo.

One tree a language, links between both, chapters made of plain lists of links, and a search that
finds Chinese words.

The pages stay plain Markdown that reads well on a forge: nothing in them is written for the site.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s#:]+)(#[^)\s]*)?\)")
FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_HAN = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”"
BROKEN = re.compile(rf"(?<=[{_HAN}])\n(?=[{_HAN}])")
HEAD = re.compile(r"^## (.+)$", re.MULTILINE)
CHAPTERS = frozenset({"index", "adr/README", "dialects/README"})
"""Pages whose links are the chapters of the site: what people read is the navigation as well."""

WHOLE = {
    "changes": ROOT / "CHANGELOG.md",
    "conduct": ROOT / "CODE_OF_CONDUCT.md",
    "contributing": ROOT / "CONTRIBUTING.md",
    "security": ROOT / "SECURITY.md",
}
"""Pages of the site that lie at the top of the repository: on a forge docs/ points to them."""

ELSEWHERE = {
    **{path: DOCS / f"{name}.md" for name, path in WHOLE.items()},
    ROOT / "README.md": DOCS / "index.md",
    DOCS / "zh" / "README.md": DOCS / "zh" / "index.md",
}
"""Files with another page of the site in their place."""

TWINS = {"dialects": "dialects/README"}
"""Chinese pages whose English one is called otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One tree of the site: where its pages lie, and below which folder they are shown."""

    code: str  # as in <html lang>
    said: str
    source: Path
    below: str


ENGLISH = Language(code="en", said="English", source=DOCS, below="")
CHINESE = Language(code="zh-CN", said="中文", source=DOCS / "zh", below="zh/")
LANGUAGES = (ENGLISH, CHINESE)


def language_of(source: Path) -> Language:
    """Return the tree whose pages lie in `source`."""
    return next(one for one in LANGUAGES if one.source == source)


def home(page: Path) -> tuple[Language, str] | None:
    """Return the tree and the name of a page in it; None for what is no page of the site."""
    page = ELSEWHERE.get(page, page)
    if page.suffix != ".md":
        return None
    for one in reversed(LANGUAGES):
        if page.is_relative_to(one.source):
            return one, str(page.relative_to(one.source).with_suffix(""))
    return None


def way(start: tuple[Language, str], goal: tuple[Language, str]) -> str:
    """Return the relative address that leads from one page of the site to another."""
    there, here = (f"{one.below}{name}.html" for one, name in (goal, start))
    return os.path.relpath(there, Path(here).parent)


def rewritten(text: str, file: Path, start: tuple[Language, str]) -> str:
    """Return `text` of `file` with the links that lead out of its tree leading to the right page.

    Links inside a tree are left to Sphinx, which checks them; so are files that are no page, which
    it takes along. Where the words of a link are the name of a file, they become the page's title.
    """
    moved = file != start[0].source / f"{start[1]}.md"

    def one(found: re.Match[str]) -> str:
        target = (file.parent / found[2]).resolve()
        goal = home(target)
        if goal is None:
            kept = os.path.relpath(target, start[0].source) if moved else found[2]
            return f"[{found[1]}]({kept}{found[3] or ''})"
        said = title(goal) if found[1].endswith(".md") else found[1]
        if goal[0] is start[0] and not moved and target not in ELSEWHERE:
            return f"[{said}]({found[2]}{found[3] or ''})"
        scheme = "part" if found[3] else "site"
        return f"[{said}]({scheme}:{way(start, goal)}{found[3] or ''})"

    return LINK.sub(one, text)


def title(page: tuple[Language, str]) -> str:
    """Return the first headline of a page; its name where it has not been written."""
    file = page[0].source / f"{page[1]}.md"
    return file.read_text().partition("\n")[0].removeprefix("# ") if file.exists() else page[1]


def chapters(text: str, file: Path, start: tuple[Language, str]) -> str:
    """Return `text` with a hidden chapter behind it for each of its lists of links to pages."""
    parts = HEAD.split(text)
    heads = ["", *parts[1::2]]
    seen = {start[1]}
    found = []
    for head, body in zip(heads, parts[::2], strict=True):
        pages = {
            page: said
            for page, said in linked(body, file, start[0])
            if page not in seen and _belongs(page, start[1])
        }
        seen.update(pages)
        if pages:
            caption = [f":caption: {head}"] if head else []
            entries = (f"{said} </{page}>" for page, said in pages.items())
            found += ["", "```{toctree}", ":hidden:", *caption, "", *entries, "```"]
    return "\n".join([text.rstrip(), *found]) + "\n"


def _belongs(page: str, chapter: str) -> bool:
    """Say whether `page` is told by `chapter`: one of its folder, or the first page of another."""
    return Path(page).parent == Path(chapter).parent or page.endswith("/README")


def linked(text: str, file: Path, tree: Language) -> Iterator[tuple[str, str]]:
    """Yield the pages of `tree` that `text` links to, in their order, and what it calls them."""
    for link in LINK.finditer(text):
        goal = home((file.parent / link[2]).resolve())
        if goal and goal[0] is tree:
            yield goal[1], link[1][:1].upper() + link[1][1:]


def joined(text: str) -> str:
    """Return Chinese `text` with no line broken inside a sentence: a browser shows it as a gap."""
    pieces = FENCE.split(text)
    return "".join(piece if at % 2 else BROKEN.sub("", piece) for at, piece in enumerate(pieces))


def twin(language: Language, page: str, other: Language) -> str:
    """Return the page of `other` that says the same; its first page where there is none."""
    names = TWINS if language is CHINESE else {there: here for here, there in TWINS.items()}
    name = names.get(page, page)
    return name if (other.source / f"{name}.md").exists() else "index"


class Chinese(SearchEnglish):
    """Words as an English page has them, and of Chinese every character and every pair of two.

    No list of words is needed for that; whoever looks for more characters finds the pages that have
    all of their pairs.
    """

    lang = "zh"
    language_name = "English"  # whose stemmer goes along in JavaScript
    js_splitter_code = """
var splitQuery = (query) => query
  .split(/[^\\p{Letter}\\p{Number}_]+/gu)
  .flatMap((run) => run.split(/([\\u4e00-\\u9fff]+)/u))
  .filter((run) => run)
  .flatMap((run) => /[\\u4e00-\\u9fff]/u.test(run) && run.length > 1
    ? [...Array(run.length - 1).keys()].map((at) => run.slice(at, at + 2))
    : [run]);
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx's name for it
        """Return what a page is found by."""
        found: list[str] = []
        for run in re.findall(r"[\u4e00-\u9fff]+|[^\W\u4e00-\u9fff]+", input):
            if "\u4e00" <= run[0] <= "\u9fff":
                found += [*run, *(run[at : at + 2] for at in range(len(run) - 1))]
            else:
                found.append(run)
        return found


def _read(app: Sphinx, page: str, content: list[str]) -> None:
    """Make the text of a page what the site needs, before MyST reads it."""
    tree = language_of(Path(app.srcdir))
    file = tree.source / f"{page}.md"
    text = content[0]
    if tree is ENGLISH and page in WHOLE:
        file = WHOLE[page]
        text = file.read_text()
    if page in CHAPTERS:
        text = chapters(text, file, (tree, page))
    if tree is CHINESE:
        text = joined(text)
    content[0] = rewritten(text, file, (tree, page))


def _context(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Say in which languages a page can be read."""
    tree = language_of(Path(app.srcdir))
    context["language"] = tree.code
    context["languages"] = [
        (one, "" if one is tree else way((tree, page), (one, twin(tree, page, one))))
        for one in LANGUAGES
    ]


@cache
def codes() -> frozenset[str]:
    """Return the codes of all errors."""
    rooms = (ROOT / "resources" / "i18n" / "errors").glob("*.json")
    return frozenset(code for room in rooms for code in json.loads(room.read_text()))


@cache
def commands() -> frozenset[str]:
    """Return all commands as they are typed, which are the headlines of their page."""
    page = (DOCS / "commands.md").read_text()
    return frozenset(re.findall(r"^##+ (orangery.*)$", page, re.MULTILINE))


def explained(said: str) -> tuple[str, str]:
    """Return page and place that explain a word of code: an error, a command; "": nowhere."""
    if said in codes():
        return "errors", said
    words = said.split()
    for count in range(len(words), 1, -1):
        if (command := " ".join(words[:count])) in commands():
            return "commands", command.replace(" ", "-")
    return "", ""


def _link_words(app: Sphinx, doctree: nodes.document) -> None:
    """Let each code of an error, and each command, lead to what is said of it."""
    here = language_of(Path(app.srcdir)), app.env.docname
    for literal in list(doctree.findall(nodes.literal)):
        said = literal.astext()
        page, place = explained(said)
        if here[1] == "errors" and page == "errors":
            literal["ids"].append(said)
        elif page and page != here[1] and not isinstance(literal.parent, nodes.reference):
            tree = CHINESE if here[0] is CHINESE and page == "errors" else ENGLISH
            goal = f"{way(here, (tree, page))}#{place}"
            literal.replace_self(nodes.reference("", "", literal.deepcopy(), refuri=goal))


def setup(app: Sphinx) -> dict[str, Any]:
    """Join Sphinx."""
    app.add_search_language(Chinese)
    app.connect("source-read", _read)
    app.connect("doctree-read", _link_words)
    app.connect("html-page-context", _context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
