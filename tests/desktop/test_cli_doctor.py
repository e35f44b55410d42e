"""`orangery doctor` on a closed house and on one that runs; its bundle is looked at before."""

import json
import zipfile

import pytest
from click.testing import CliRunner

from desktop.app import Household
from desktop.cli import main
from desktop.doctor import examination
from desktop.doctor.examination import CHECKS, Check
from desktop.doctor.finding import good, look
from tests.desktop.homes import furnish


@pytest.fixture
def folder(tmp_path):
    return furnish(tmp_path / "house")


def run(folder, *words, lang="en"):
    return CliRunner().invoke(
        main, ["--folder", str(folder), "--lang", lang, "doctor", *words], catch_exceptions=False
    )


@pytest.fixture
def well(monkeypatch):
    """Only checks that find all well."""
    made = Check(
        name="disk", look=lambda _: (good("disk", "disk_good", free=9, need=1, folder="/"),)
    )
    monkeypatch.setattr(
        examination.examine,
        "__kwdefaults__",
        {**examination.examine.__kwdefaults__, "checks": (made,)},
    )


def files(folder):
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_each_check_is_told_of_a_closed_house_which_is_left_as_it_is(folder):
    with Household(folder):
        pass
    before = files(folder)
    said = json.loads(run(folder, "--json").stdout)
    assert {one["check"] for one in said["findings"]} == {check.name for check in CHECKS}
    assert all(one["message"] for one in said["findings"])
    assert files(folder) == before


def test_what_is_wrong_stands_with_what_to_do_and_ends_with_one(folder):
    (folder / "settings.json").write_text("{")
    answer = run(folder)
    assert answer.exit_code == 1
    assert "Wrong" in answer.stdout
    assert "Something is wrong." in answer.stdout


def test_a_house_that_is_well_ends_with_nought(folder, well):
    answer = run(folder)
    assert answer.exit_code == 0
    assert "Nothing is wrong." in answer.stdout
    assert "没有发现问题。" in run(folder, lang="zh_CN").stdout
    assert "沒有發現問題。" in run(folder, lang="zh_TW").stdout


def test_what_is_to_be_looked_at_ends_with_one_too(folder, monkeypatch):
    made = Check(name="time", look=lambda _: (look("time", "clock_alone"),))
    monkeypatch.setattr(
        examination.examine,
        "__kwdefaults__",
        {**examination.examine.__kwdefaults__, "checks": (made,)},
    )
    answer = run(folder, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["worst"] == "look"


def test_a_house_that_runs_is_asked_through_its_door(folder):
    with Household(folder):
        said = json.loads(run(folder, "--json").stdout)
    told = {one["check"]: one for one in said["findings"]}
    assert told["house"]["code"] == "house_runs"


def test_a_bundle_is_written_listed_and_looked_at(folder, tmp_path, well):
    file = tmp_path / "support.zip"
    said = json.loads(run(folder, "--json", "--bundle", str(file)).stdout)["bundle"]
    assert "findings.json" in said["files"]
    with zipfile.ZipFile(file) as zipped:
        kept = zipped.read("findings.json")
    shown = run(folder, "--bundle", str(file), "--show", "findings.json")
    assert shown.stdout_bytes == kept
    assert len(kept) == said["files"]["findings.json"]
    refused = run(folder, "--json", "--bundle", str(file), "--show", "passwords")
    assert json.loads(refused.stdout)["error"]["code"] == "bundle_no_file"
    again = run(folder, "--json", "--bundle", str(file))
    assert json.loads(again.stdout)["error"]["code"] == "file_exists"


def test_people_are_told_that_nothing_was_sent(folder, tmp_path, well):
    said = run(folder, "--bundle", str(tmp_path / "support.zip"))
    assert "nothing of it was sent" in " ".join(said.stdout.split())  # wherever the line ends
    assert "--show NAME" in said.stdout
