from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from desktop import settings_desk, show_data
from desktop.cli import main
from tests.desktop.homes import furnish


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return furnish(tmp_path / "house")


def orangery(folder: Path, *words: str) -> str:
    whole = ["--folder", str(folder), "--lang", "en", "data", *words]
    answer = CliRunner().invoke(main, whole, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_where_the_house_lies_is_told_with_what_is_in_it(folder: Path) -> None:
    (folder / "stage").mkdir()
    (folder / "stage" / "a").write_bytes(bytes(3_400_000))
    told = orangery(folder)
    assert "verified firmware" in told
    assert "3.4 MB" in told
    assert "in a file of this folder" in told


def test_programs_are_told_in_bytes(folder: Path) -> None:
    told = json.loads(orangery(folder, "--json"))["data"]
    assert told["folder"] == str(folder.resolve())
    assert told["in_file"] is True
    assert told["sizes"]["devices"] > 0


def test_every_part_has_words() -> None:
    assert set(show_data._PARTS) == {*settings_desk.PARTS, "other"}
