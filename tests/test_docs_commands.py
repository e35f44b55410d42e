"""docs/release-staff.md is followed from top to bottom, as somebody would who never signed one."""

import faulthandler
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WORDS = "four words nobody else knows"
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```sh(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text()
    return [line for _, body in BLOCK.findall(text) for line in body.splitlines() if line]


def test_both_languages_of_the_page_say_the_same_commands():
    pages = [ROOT / "docs" / name for name in ("release-staff.md", "zh/release-staff.md")]
    english, chinese = (FENCE.findall(page.read_text()) for page in pages)
    assert len(english) > 20
    assert english == chinese


@pytest.fixture
def home(tmp_path):
    """A folder in which `orangery` is the program, and every passphrase the same."""
    program = tmp_path / "bin" / "orangery"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m desktop "$@"\n')
    program.chmod(0o755)
    return tmp_path


def run(line: str, home: Path) -> subprocess.CompletedProcess[str]:
    """One command as typed; a passphrase is typed as often as it is asked for."""
    return subprocess.run(
        ["bash", "-c", line],
        cwd=home,
        input=f"{WORDS}\n" * 4,
        env={
            **os.environ,
            "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            "ORANGERY_FOLDER": str(home / "house"),
        },
        capture_output=True,
        text=True,
        start_new_session=True,  # no terminal: the prompt reads standard input
        check=False,
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", ["release-staff.md"])
def test_somebody_new_signs_publishes_recalls_and_rotates_by_following_the_page(page, home):
    faulthandler.cancel_dump_traceback_later()  # more than a hundred processes: it takes its time
    for line in commands(page):
        done = run(line, home)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    status = json.loads(
        run("orangery --json release status --release-folder ana/release", home).stdout
    )
    signed = {role["role"]: set(role["signed"]) for role in status["roles"]}
    assert signed["train-orange"] == {"ana-train", "bo-train-2"}
    assert signed["train-stable"] == {"ana-train", "bo-train-2"}
