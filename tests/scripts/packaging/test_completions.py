"""Completion in the shells themselves: what a Tab offers, with the program really asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.generate_docs import PROGRAMS
from scripts.packaging import completions
from tests.scripts.packaging.conftest import said

ROOT = Path(__file__).resolve().parents[3]

BASH = """
source {file}
complete -p orangery
COMP_WORDS=(orangery dev) COMP_CWORD=1
_orangery_completion orangery
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """
fpath=({folder} $fpath)
autoload -Uz compinit && compinit -u -D
print -- "by $_comps[orangery]"
_describe() {{ print -l -- ${{(P)${{@[-2]}}}} }}
compdef() {{ }}
words=(orangery dev) CURRENT=2
source {file}
_orangery_completion
"""
FISH = """
source {file}
complete -C 'orangery dev'
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Give a shell the completion of orangery, then a script; returns what it says."""
    program = tmp_path / "bin" / "orangery"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m desktop "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(name: str, text: str, *options: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        file = folder / "_orangery"
        file.write_text(completions.script("orangery", name))
        return said(name, *options, "-c", text.format(file=file, folder=folder))

    return run


@pytest.mark.parametrize(
    ("name", "text", "options"),
    [("bash", BASH, ["--norc"]), ("zsh", ZSH, ["-f"]), ("fish", FISH, ["--no-config"])],
)
def test_a_tab_offers_the_commands(shell, name: str, text: str, options: list[str]) -> None:
    answer = shell(name, text, *options)
    assert "devices" in answer
    assert "updates" not in answer
    if name == "bash":
        assert "complete -o nosort -F _orangery_completion orangery" in answer
    if name == "zsh":
        assert "by _orangery" in answer  # found in a folder, as a package lays it


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_each_program_has_one_that_its_shell_can_read(program, name, tmp_path: Path) -> None:
    file = tmp_path / program
    file.write_text(completions.script(program, name))
    done = subprocess.run([name, "-n", file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_of_another_shell_there_is_none() -> None:
    with pytest.raises(ValueError, match="tcsh"):
        completions.script("orangery", "tcsh")
