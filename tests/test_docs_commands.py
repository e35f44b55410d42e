"""The pages with commands are followed from top to bottom, as somebody would who is new to them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from firmware import bundle
from tests.firmware.simulator import Simulator

ROOT = Path(__file__).parent.parent
WORDS = "four words nobody else knows"
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```sh(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

PAGES = ("outcomes.md", "release-staff.md", "staging.md", "trust.md", "updates.md")


def commands(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text()
    return [line for _, body in BLOCK.findall(text) for line in body.splitlines() if line]


@pytest.mark.parametrize(
    "name",
    ["freshness.md", *PAGES, "serve.md"],
)
def test_both_languages_of_a_page_say_the_same_commands(name):
    pages = [ROOT / "docs" / name, ROOT / "docs" / "zh" / name]
    english, chinese = (FENCE.findall(page.read_text()) for page in pages)
    assert english
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
        input=f"{WORDS}\n" * 40,
        env={
            **os.environ,
            "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            "XDG_DATA_HOME": str(home / "data"),
            "ORANGERY_LANG": "en",
        },
        capture_output=True,
        text=True,
        start_new_session=True,  # no terminal: the prompt reads standard input
        check=False,
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_somebody_new_signs_publishes_recalls_and_rotates_by_following_the_page(home):
    for line in commands("release-staff.md"):
        done = run(line, home)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    status = json.loads(
        run("orangery --json release status --release-folder ana/release", home).stdout
    )
    signed = {role["role"]: set(role["signed"]) for role in status["roles"]}
    assert signed["train-orange"] == {"ana-train", "bo-train-2"}
    assert signed["train-stable"] == {"ana-train", "bo-train-2"}


@pytest.fixture
def acme(home):
    """A maker with two mirrors and two channels, a stick in date, and a newer one that is not."""
    sim = Simulator(home / "mirror")
    sim.add_stable(week="2026-W44")
    top = sim.add_bundle()
    sim.publish()
    sim.copy(home / "other")
    (home / "root.json").write_bytes(sim.maker().root)
    bundle.write(sim.folder, sim.week, home / "week.orangery")
    away = Simulator(home / "away")
    away.__dict__.update(sim.__dict__, folder=home / "away")
    sim.copy(home / "away")
    top.sim, top.days = away, {**top.days, "timestamp": -1.0}
    away.publish()
    bundle.write(away.folder, away.week, home / "old.orangery")
    return {
        "https://fw.acme.example": home / "mirror",
        "https://mirror.acme.example": home / "other",
    }


@pytest.mark.slow
def test_a_household_can_type_every_command_of_the_page_about_trust(home, acme):
    for line in commands("trust.md"):
        for address, folder in acme.items():
            line = line.replace(address, str(folder))  # noqa: PLW2901 - nobody is there
        done = run(line, home)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    found = json.loads(run("orangery --json trust", home).stdout)["trust"]
    assert [one["reason"] for one in found["admissions"]] == [
        "no line until Monday, the lamp must be mended"
    ]
    assert (home / "devices.jsonl").exists()
