"""What the documents say is so."""

import ast
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from scripts import generate_docs

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"```.*?```", re.DOTALL)


@cache
def documents() -> list[Path]:
    """Every Markdown file that git has or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split() or [str(x) for x in ROOT.glob("docs/**/*.md")]
    return [ROOT / name for name in names]


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    kept = [re.sub(r"[^\w\- ]", "", head.lower()) for head in heads]
    return {head.replace(" ", "-") for head in kept}


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_holds_what_a_merge_left_behind(page):
    assert not re.search(r"^(<{7}|>{7}) ", page.read_text(), re.MULTILINE)


def test_every_picture_that_is_kept_is_shown_by_a_page():
    shown = "".join(page.read_text() for page in documents())
    shown += (ROOT / "resources" / "packages" / "orangery.metainfo.xml").read_text()
    kept = {file.name for file in (ROOT / "docs" / "images").iterdir()}
    assert {
        name for name in kept if f"/{name})" not in shown and f"}}{name}<" not in shown
    } == set()


def test_a_chinese_page_shows_the_window_in_chinese():
    shown = [
        link
        for page in documents()
        if page.parent.name == "zh"
        for link in PICTURE.findall(page.read_text())
    ]
    assert shown
    assert [link for link in shown if not link.endswith("-zh.png")] == []


@cache
def error_codes() -> list[tuple[str, str]]:
    rooms = generate_docs.rooms()
    return [(room, code) for room in rooms for code in generate_docs.errors(room)]


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page):
    for link in LINK.findall(FENCE.sub("", page.read_text())):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), link
        assert not anchor or anchor in anchors(there), link


@pytest.mark.parametrize(("room", "code"), error_codes())
def test_an_error_has_a_sentence_and_a_hint_in_both_languages(room, code):
    words = generate_docs.errors(room)[code]
    assert set(words) == {"en", "zh_CN"}
    for sentence, hint in words.values():
        assert sentence.strip()
        assert hint.strip()


@pytest.mark.parametrize(("room", "code"), error_codes())
def test_both_languages_of_an_error_use_the_same_facts(room, code):
    words = generate_docs.errors(room)[code]
    facts = {lang: set(re.findall(r"{(\w+)}", " ".join(text))) for lang, text in words.items()}
    assert facts["en"] == facts["zh_CN"]


def test_no_code_is_named_by_two_rooms():
    codes = [code for _, code in error_codes()]
    assert sorted(codes) == sorted(set(codes))


def test_the_generated_pages_are_as_the_code_is():
    for page, text in generate_docs.pages().items():
        assert page.read_text() == text, "run: python -m scripts.generate_docs"


@pytest.mark.parametrize("page", ["README.md", "docs/zh/README.md"])
def test_the_two_commands_of_the_readme_can_be_started(page):
    block = re.search(r"```sh\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    commands = [line.split()[0] for line in block[1].splitlines()]
    assert commands == ["scripts/run", "scripts/test"]
    assert all(os.access(ROOT / command, os.X_OK) for command in commands)


def test_every_decision_has_its_number_and_is_dated():
    pages = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    for number, page in enumerate(pages, start=1):
        assert page.name.startswith(f"{number:04d}-")
        assert page.read_text().startswith(f"# {number}. ")
        assert re.search(r"^(Accepted|Replaced by \d+), \w+ \d{4}", page.read_text(), re.MULTILINE)


ROOMS = r"(?:fleet|firmware|feedback|hub|desktop|resources|scripts|benchmarks)"
CODE = re.compile(rf"`({ROOMS}/[\w/]+\.py)(?::([\w.]+))?`")


@cache
def defined(file: Path) -> set[str]:
    """Classes, functions, methods ("House.post") and typed tables ("ALL") of a file."""
    found = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            found |= {f"{node.name}.{method.name}" for method in methods}
    return found


def named_code(page: Path) -> list[tuple[str, str]]:
    """Every file of ours that a page names, and what in it."""
    return [] if page.name in ("CHANGELOG.md", "adding.md") else CODE.findall(page.read_text())


@pytest.mark.parametrize(
    "page",
    [page for page in documents() if named_code(page)],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_file_and_function_that_a_page_names_exists(page):
    missing = []
    for name, what in named_code(page):
        file = ROOT / name
        if not file.exists() or (what and what not in defined(file)):
            missing.append(f"{name}:{what}")
    assert not missing


FAILURES = frozenset(
    {
        *("OrangeryError", "BrokerError", "StoreError", "CommandError", "TrustError"),
        *("PublishError", "InstallError", "HubError", "ServeError", "Misfit", "Refusal"),
    }
)
CODE_WORD = re.compile(r"[a-z]+(_[a-z]+)+")


RAISES = re.compile(rf"\b(?:{'|'.join(sorted(FAILURES))})\(")


def parsed(file: Path) -> ast.Module:
    """The source of a file; empty where nothing of it is a failure: most need no parsing."""
    text = file.read_text(encoding="utf-8")
    return ast.parse(text if RAISES.search(text) else "")


def codes_raised() -> set[str]:
    """Codes that stand in the source as the first argument of an error, a misfit or a refusal."""
    found = set()
    for room in ("fleet", "firmware", "feedback", "hub", "desktop"):
        for file in (ROOT / room).rglob("*.py"):
            for call in ast.walk(parsed(file)):
                if isinstance(call, ast.Call) and name_of(call) in FAILURES:
                    said = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "code")]
                    found |= {word for node in said for word in words_in(node)}
    return found


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def words_in(node: ast.AST) -> set[str]:
    texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and CODE_WORD.fullmatch(text)}


def test_every_code_that_is_raised_has_its_words():
    assert not codes_raised() - {code for _, code in error_codes()}


TEST = re.compile(r"`(tests/[\w/]+\.py)(?::(\w+))?`")


def named_tests(page: Path) -> list[tuple[str, str]]:
    """Every test that a page names: its file, and the beginning of its name."""
    return TEST.findall(page.read_text())


@pytest.mark.parametrize(
    "page",
    [page for page in documents() if named_tests(page)],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_test_that_a_page_names_exists(page):
    missing = []
    for name, beginning in named_tests(page):
        text = (ROOT / name).read_text() if (ROOT / name).exists() else ""
        if not text or not re.search(rf"def {beginning}", text):
            missing.append(f"{name}:{beginning}")
    assert not missing


def test_every_cannot_of_the_security_model_names_its_test():
    page = (ROOT / "docs" / "security-model.md").read_text()
    table = page.partition("## Part by part")[2].partition("## Threats by kind")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    claims = [row for row in rows if "tested by" not in row and "| - :" not in row]
    assert len(claims) > 40
    assert not [row for row in claims if not TEST.search(row)]


def test_both_languages_of_the_security_model_name_the_same_parts_with_as_many_claims():
    english, chinese = (
        [part.count("\n| ") for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:-1]]
        for text in (
            (ROOT / "docs" / name).read_text()
            for name in ("security-model.md", "zh/security-model.md")
        )
    )
    assert english == chinese
