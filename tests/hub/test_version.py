"""The hub says the version it was built as."""

import pytest
from click.testing import CliRunner

from hub import version
from hub.__main__ import main


@pytest.fixture
def built(tmp_path, monkeypatch):
    monkeypatch.setattr(version.resources, "path", lambda name: tmp_path / name)
    return tmp_path / "build.json"


def test_a_built_hub_says_what_was_written_down(built):
    built.write_text('{"version": "2.1.0", "commit": "", "made": 0}')
    assert version.version() == "2.1.0"


def test_from_source_it_is_the_installed_one(built):
    assert version.version() == version.metadata.version("orangery-fleet")


def test_a_source_that_was_never_installed_does_not_know(built, monkeypatch):
    monkeypatch.setattr(version, "_PROGRAM", "orangery-that-nobody-installed")
    assert version.version() == "?"


def test_the_command_says_it():
    said = CliRunner().invoke(main, ["--version"])
    assert said.output == f"orangery-hub, version {version.version()}\n"
