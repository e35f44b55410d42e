"""What is written down of a build, and what a build that fails says."""

import subprocess
from types import SimpleNamespace

import msgspec
import pytest

from desktop.build import Build
from scripts.packaging import folders
from scripts.packaging.source import Source

SOURCE = Source(version="1.2.0", commit="9f" * 20, made=1_700_000_000, platform="linux-x86_64")


def test_a_folder_says_what_it_was_built_from_and_who_renews_it(tmp_path):
    (tmp_path / "_internal" / "resources").mkdir(parents=True)
    folders.note(SOURCE, tmp_path, maker="orangery:maker?name=orangery")
    said = (tmp_path / "_internal" / "resources" / "build.json").read_bytes()
    assert msgspec.json.decode(said, type=Build) == Build(
        version="1.2.0",
        commit="9f" * 20,
        made=1_700_000_000,
        platform="linux-x86_64",
        maker="orangery:maker?name=orangery",
    )


def test_pyinstaller_is_told_the_time_of_the_source_and_its_words_are_kept(tmp_path, monkeypatch):
    told = {}

    def run(command, **named):
        told.update(named["env"], command=command)
        return SimpleNamespace(returncode=1, stderr="no module named hub")

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(folders.BuildError, match="no module named hub"):
        folders.build(SOURCE, tmp_path)
    assert (told["SOURCE_DATE_EPOCH"], told["PYTHONHASHSEED"]) == ("1700000000", "0")
    assert f"--distpath={tmp_path}" in told["command"]
