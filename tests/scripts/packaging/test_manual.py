"""The manual pages, read by groff as man(1) does."""

from __future__ import annotations

import importlib
import subprocess

import click
import pytest

from scripts.generate_docs import PROGRAMS, walk
from scripts.packaging import manual
from tests.scripts.packaging.conftest import MADE


def rendered(page: str, *options: str) -> str:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-K", "utf8", "-T", "utf8", "-P-cbou", *options],
        input=page,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_command_has_its_place_and_groff_has_nothing_to_say(program: str) -> None:
    seen = rendered(manual.page(program, version="0.1.0", made=MADE), "-rLL=100n")
    lines = {line.strip() for line in seen.splitlines()}
    paths = [path for path, _ in walk(importlib.import_module(PROGRAMS[program]).main, program)]
    assert [path for path in paths if path not in lines][1:] == []
    for head in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXIT STATUS", "FILES"):
        assert head in lines
    assert "2026-11-27" in seen
    assert "Orangery 0.1.0" in seen


def test_the_chinese_page_has_the_same_commands_and_says_what_they_do_in_chinese() -> None:
    page = manual.page("orangery", version="0.1.0", made=MADE, tongue=manual.chinese())
    seen = rendered(page, "-rLL=100n")
    lines = {line.strip() for line in seen.splitlines()}
    paths = [
        path for path, _ in walk(importlib.import_module(PROGRAMS["orangery"]).main, "orangery")
    ]
    assert [path for path in paths if path not in lines][1:] == []
    for head in ("名称", "概要", "描述", "选项", "命令", "退出状态", "环境变量", "文件"):
        assert head in lines
    assert "列出这个家里有什么。" in lines
    assert "man -L C orangery" in seen


def test_no_line_of_it_is_too_long_and_none_begins_with_a_full_stop() -> None:
    page = manual.page("orangery", version="0.1.0", made=MADE, tongue=manual.chinese())
    lines = rendered(page, "-rLL=60n").splitlines()
    assert [line for line in lines if line.strip().startswith(tuple("。，；：）"))] == []  # noqa: RUF001 - Chinese


def test_each_chinese_sentence_is_of_a_command_and_most_for_homes_have_one() -> None:
    said = manual.chinese().said
    paths = {
        path for path, _ in walk(importlib.import_module(PROGRAMS["orangery"]).main, "orangery")
    }
    assert said.keys() - paths == set()
    homes = {path for path in paths if not path.startswith("orangery release ")}
    assert len(homes & said.keys()) > 0.9 * len(homes)  # one that is new may lack it for a while


def test_letters_that_roff_takes_as_its_own_come_through(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    @click.option("--path", help=r"Like C:\new or 'x'.")
    def main(path: str) -> None:
        """Do it.

        .hidden begins with a dot, and a--b has dashes.

        \b
        first   line
        second  line
        """

    monkeypatch.setattr(importlib, "import_module", lambda _: type("M", (), {"main": main}))
    seen = rendered(manual.page("orangery", version="1", made=MADE))
    assert ".hidden begins with a dot, and a--b" in seen
    assert r"Like C:\new or 'x'." in seen
    assert "first   line\n" in seen
    assert "orangery - do it" in seen
