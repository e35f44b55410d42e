"""Desktops of a home come to agree, on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop.cli import main
from tests.desktop.homes import furnish


@pytest.fixture
def run(tmp_path):
    for name in ("study", "attic"):
        furnish(tmp_path / name)

    def run(folder, *words, code=0):
        place = str(tmp_path / folder)
        result = CliRunner().invoke(main, ["--folder", place, "--lang", "en", "agree", *words])
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_it_is_begun_at_one_and_joined_at_the_other_by_its_code(run):
    assert "agrees with no other" in run("study")
    begun = json.loads(run("study", "--begin", "--json"))
    assert begun["agreement"]["on"]
    assert begun["code"] in run("study", "--show-code")
    assert begun["code"] in run("attic", "--code", begun["code"])
    assert "Agrees with 0 other desktop(s)" in run("attic")


def test_it_ends_at_this_desktop_alone(run):
    run("study", "--begin")
    assert "agrees with no other" in run("study", "--stop")
    run("study", "--show-code", code=2)


def test_what_is_no_code_is_said(run):
    assert "not the code of a home" in run("attic", "--code", "hello", code=1)
