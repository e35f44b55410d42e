"""Every command, option, script, key, link and code that a page names is there."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from desktop import actions, book
from desktop.models.location import parse
from scripts import generate_docs
from tests.test_docs import documents, error_codes

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]+")
MADE = {ROOT / "docs" / "commands.md"}
"""Written from the commands themselves."""

PAGES = [page for page in documents() if page not in MADE and ".github" not in page.parts]
FOREIGN = {"sh", "", "text", "console", "bash"}
"""Languages of blocks in which commands are typed or shown."""


def codes(page: Path) -> Iterator[str]:
    """What a page shows as typed: its blocks, a line at a time, and its code in the text."""
    text = page.read_text()
    for language, body in BLOCK.findall(text):
        if language in FOREIGN:
            yield from re.sub(r" *\\\n *", " ", body).splitlines()
    yield from (" ".join(span.split()) for span in SPAN.findall(BLOCK.sub("", text)))


BEFORE = {"$", "sudo", "exec", "nice"}
"""What may stand before a program."""


@cache
def programs() -> dict[str, click.Command]:
    modules = generate_docs.PROGRAMS.items()
    return {name: importlib.import_module(module).main for name, module in modules}


def calls(line: str) -> Iterator[list[str]]:
    """The calls of our programs in a line, each as its words after the program."""
    for part in re.split(r"\||&&|;|\$\(|\)", line.partition(" #")[0]):
        try:
            words = shlex.split(part)
        except ValueError:
            words = part.split()
        while words and (words[0] in BEFORE or "=" in words[0]):
            words = words[1:]
        name = words[0].rpartition("/")[2] if words else ""
        if name in programs():
            yield [name, *words[1:]]


SHORT = {"broker": "use", "maker": "add", "report": "now"}
"""Groups whose first word may be a host, a maker or a device; then this command is meant."""


def wrong(words: list[str]) -> str:
    """What of a call there is not: command, option or one of its choices; "" where all is well."""
    path, *rest = words
    command = programs()[path]
    known, valued = {"--help", *options(command)}, with_values(command)
    takes: click.Parameter | None = None
    given: list[str] = []
    for word in rest:
        if takes is not None:
            if not fits(takes, word):
                return f"{path} {takes.opts[0]} {word}"
            takes = None
            continue
        option = word.partition("=")[0].rstrip(",.")
        if word.startswith("-") and option in known:
            takes = valued.get(option) if "=" not in word else None
        elif isinstance(command, click.Group):
            found, more = below(command, word)
            given += more
            if found is None and re.fullmatch(r"[a-z][a-z-]*", word):
                return f"{path} {word}"
            if found:
                command, path = found, f"{path} {found.name}"
                known |= options(command)
                valued |= with_values(command)
            if word.startswith("-") and option not in known:
                return f"{path} {word}"
            takes = valued.get(option) if "=" not in word else None
        elif word.startswith("--"):
            return f"{path} {word}"
        else:
            given.append(word)
    places = [one for one in command.params if isinstance(one, click.Argument)]
    unfit = [word for one, word in zip(places, given, strict=False) if not fits(one, word)]
    return f"{path} {unfit[0]}" if unfit else ""


def below(command: click.Group, word: str) -> tuple[click.Command | None, list[str]]:
    """The command that a word leads to, and what of it is said to that command already."""
    short = SHORT.get(command.name or "")
    if word in command.commands or not short:
        return command.commands.get(word), []
    return command.commands[short], [] if word.startswith("-") else [word]


def with_values(command: click.Command) -> dict[str, click.Parameter]:
    """The options that take the word behind them."""
    taking = (one for one in command.params if isinstance(one, click.Option) and not one.is_flag)
    return {name: one for one in taking for name in one.opts}


def fits(parameter: click.Parameter, word: str) -> bool:
    """Whether a word may be said there; what stands for another one (NAME, …) always may."""
    choices = getattr(parameter.type, "choices", None)
    return choices is None or not re.fullmatch(r"[a-z_]+", word) or word in choices


def options(command: click.Command) -> set[str]:
    if command.name == "agent":  # it has no more of its own than the device that it starts
        return set(OPTION.findall((ROOT / "firmware" / "agent.py").read_text()))
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_option_of_a_page_exists(page):
    found = [wrong(call) for line in codes(page) for call in calls(line)]
    assert [one for one in found if one] == []


def test_a_command_that_is_none_is_seen():
    assert wrong(["orangery", "trust", "--all"]) == "orangery trust --all"
    assert wrong(["orangery", "fetch"]) == "orangery fetch"
    assert wrong(["orangery", "report", "LAMP", "--title", "it hums"]) == ""
    assert wrong(["orangery", "--lang", "en", "trust"]) == ""
    assert wrong(["orangery", "broker", "set", "NAME", "--cafile", "x"]) != ""
    assert wrong(["orangery", "policy", "--preset", "each_night"]) != ""
    assert wrong(["orangery", "consent", "everything"]) == "orangery consent everything"
    assert wrong(["orangery", "consent", "LEVEL"]) == ""
    assert wrong(["orangery", "report", "--headline", "x"]) == "orangery report now --headline"
    assert list(calls("echo x | .venv/bin/orangery-hub serve # all")) == [["orangery-hub", "serve"]]


SCRIPTS = {"bench": "benchmarks/*.py", "screenshots": "desktop/scenes*.py"}
"""Scripts that hand their options on."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_script_of_a_page_exists_and_takes_the_options_named(page):
    missing = []
    for line in codes(page):
        for name, rest in re.findall(
            r"(?<![\w/])scripts/([\w-]+(?:\.py)?)(?![\w/])([^|;&#]*)", line
        ):
            file = ROOT / "scripts" / name
            if not file.exists():
                missing.append(f"scripts/{name}")
                continue
            more = ROOT.glob(SCRIPTS[name]) if name in SCRIPTS else ()
            said = "".join(each.read_text() for each in (file, *more))
            missing += [f"{name} {word}" for word in OPTION.findall(rest) if word not in said]
    assert missing == []


@cache
def all_options() -> set[str]:
    found: set[str] = set()
    for name, program in programs().items():
        for _, command in generate_docs.walk(program, name):
            found |= options(command)
    for file in (*(ROOT / "scripts").iterdir(), *(ROOT / "benchmarks").glob("*.py")):
        if file.is_file():
            found |= set(OPTION.findall(file.read_text()))
    return found


STRANGE = {  # options of other people's programs that pages name
    "--require-hashes",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_option_that_is_named_alone_is_one_of_ours(page):
    alone = {word for line in codes(page) for word in OPTION.findall(line) if line.startswith("--")}
    assert alone - all_options() - STRANGE == set()


KEY = re.compile(
    r"(?<![\w+])((?:(?:Ctrl|Alt|Shift)\+)+(?:[A-Z]|\d|Return|Enter|Space|Tab|Left|Right|Up|Down|[,.?\[\]])|F\d{1,2})(?![\w+])"
)


@cache
def keys() -> set[str]:
    """Keys of actions, and those that the code of a dialog or a page names."""
    found = {key for one in actions.ALL for key in one.keys.split(", ")}
    for file in (ROOT / "desktop").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(KEY.findall(node.value))
    return found


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.parent.name != "adr"],  # a decision may number its facts
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_key_of_a_page_is_one_of_the_window(page):
    assert set(KEY.findall(page.read_text())) - keys() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_into_the_window_leads_to_one_of_its_pages(page):
    pages = {one.name for one in book.ALL}
    for line in codes(page):
        for link in re.findall(r"orangery:[a-z]+(?![a-z:?])(?:/[^\s`]*)?", line):
            assert parse(link).page in pages, link
        for kind in re.findall(r"orangery:([a-z]+)\?", line):
            assert kind in ("maker", "enroll")  # firmware/maker_link.py, feedback/enrol_link.py


@cache
def variables() -> set[str]:
    """Variables of the environment that a program or a script of ours reads."""
    found: set[str] = set()
    for folder in (
        "fleet",
        "firmware",
        "feedback",
        "hub",
        "desktop",
        "resources",
        "scripts",
        "benchmarks",
        "tests",
    ):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and file.suffix in ("", ".py") and file != Path(__file__):
                found |= set(re.findall(r"\bORANGERY_[A-Z_]+\b", file.read_text()))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_variable_of_ours_that_a_page_names_is_read_somewhere(page):
    named = set(re.findall(r"\bORANGERY_[A-Z_]+\b", page.read_text()))
    assert named - variables() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_code_of_an_error_that_a_page_links_to_is_one(page):
    codes = {code for _, code in error_codes()}
    assert set(re.findall(r"errors\.md#([a-z]+_[a-z_]+)", page.read_text())) - codes == set()
