"""Which program this is, as a person types it; and whether its files are those that were signed."""

import json
import sys

import pytest
from click.testing import CliRunner

from desktop import build, cli_version
from desktop.build import Build
from desktop.cli import main
from desktop.selfupdate import keeping, shipped
from tests.desktop.selfupdate.mirror import PLATFORM, Mirror, listed
from tests.firmware.simulator import Server


@pytest.fixture
def run(tmp_path):
    def orangery(*words):
        whole = ["--folder", str(tmp_path / "house"), "--lang", "en", *words]
        return CliRunner().invoke(main, whole, catch_exceptions=False)

    return orangery


@pytest.fixture
def told(run):
    def orangery(*words):
        return json.loads(run("--json", *words).stdout)

    return orangery


@pytest.fixture
def mirror(tmp_path):
    found = Mirror(tmp_path / "mirror")
    found.publish()
    with Server(found.folder) as server:
        found.server = server
        yield found


@pytest.fixture
def program(tmp_path, mirror, monkeypatch):
    """Make this process a built program whose makers signed the list of its files."""
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "orangery").write_bytes(b"\x7fELF the program")
    (folder / "orangery").chmod(0o755)
    body = listed(folder, "7.1.0")
    (folder / shipped.NAME).write_bytes(body)
    mirror.ship("7.1.0", body)
    own = Build(version="7.1.0", platform=PLATFORM, maker=str(mirror.link(mirror.server.url)))
    monkeypatch.setattr(build, "build", lambda: own)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "orangery"))
    monkeypatch.setattr(keeping, "home", lambda: tmp_path / "home")
    return folder


def test_from_source_it_says_so_and_what_git_knows(run, told):
    said = told("version")
    assert (said["version"], said["packaged"]) == (build.version(), "source")
    assert said["runs_with"]["Qt"].startswith("6.")
    assert said["git"] is None or len(said["git"]["commit"]) == 40
    assert "from source" in run("version").stdout


def test_from_source_there_is_nothing_to_hold_it_against(run):
    answer = run("version", "--verify")
    assert answer.exit_code == cli_version.UNKNOWN
    assert "runs from source" in answer.stderr


def test_a_built_program_says_how_it_came_and_who_signs_for_it(told, program):
    said = told("version")
    assert (said["version"], said["packaged"]) == ("7.1.0", "loose")
    assert said["folder"] == str(program)
    assert said["maker"].startswith("orangery:maker?name=orangery")


def test_a_program_as_it_was_signed_ends_with_0_and_says_what_that_is_worth(run, program):
    answer = run("version", "--verify")
    assert answer.exit_code == 0
    shown = " ".join(answer.stdout.split())
    assert "all as signed: 1 files" in shown
    assert "train-orange: 2 of 3 keys" in shown
    assert "could say this too" in shown


def test_a_changed_program_ends_with_1_and_names_what_differs(run, told, program):
    (program / "orangery").write_bytes(b"\x7fELF evil program")
    assert run("version", "--verify").exit_code == cli_version.DIFFERS
    assert told("version", "--verify")["verdict"]["differences"] == [
        {"path": "orangery", "kind": "changed"}
    ]


def test_where_it_cannot_be_checked_it_ends_with_2_and_says_why(run, program, mirror):
    mirror.server.folder = mirror.folder / "gone"
    answer = run("version", "--verify")
    assert answer.exit_code == cli_version.UNKNOWN
    assert answer.stderr


def test_a_folder_that_a_person_brings_is_asked_instead_of_the_makers(run, program, mirror):
    mirror.server.folder = mirror.folder / "gone"
    assert run("version", "--verify", "--from", str(mirror.folder)).exit_code == 0


def test_a_list_that_a_person_brings_counts_only_where_it_is_the_signed_one(run, program, tmp_path):
    (program / "orangery").write_bytes(b"\x7fELF evil program")
    own = tmp_path / "own.json"
    own.write_bytes(listed(program, "7.1.0"))
    assert run("version", "--verify", "--list", str(own)).exit_code == cli_version.DIFFERS


def test_another_copy_is_held_against_its_list_from_source(run, program, mirror, monkeypatch):
    monkeypatch.setattr(build, "build", lambda: Build(version="7.3.0"))
    monkeypatch.delattr(sys, "frozen")
    words = ("version", "--verify", "--of", str(program))
    assert "Nobody signs" in run(*words).stderr
    link = str(mirror.link(mirror.server.url))
    answer = run(*words, "--maker", link)
    assert answer.exit_code == 0
    assert "could say this too" not in " ".join(answer.stdout.split())
    (program / "orangery").write_bytes(b"\x7fELF evil program")
    assert run(*words, "--maker", link).exit_code == cli_version.DIFFERS


def test_a_folder_without_a_list_is_told(run, program):
    (program / shipped.NAME).unlink()
    answer = run("version", "--verify", "--of", str(program))
    assert (answer.exit_code, "cannot be used" in answer.stderr) == (cli_version.UNKNOWN, True)


def test_a_build_without_a_maker_says_that_nobody_signs_it(run, program, monkeypatch):
    monkeypatch.setattr(build, "build", lambda: Build(version="7.1.0"))
    answer = run("version", "--verify")
    assert answer.exit_code == cli_version.UNKNOWN
    assert "Nobody signs" in answer.stderr


def test_all_parts_are_listed_with_their_licences(run, told):
    assert "msgspec" in run("version", "--licences").stdout
    parts = {one["name"]: one for one in told("version", "--licences")["parts"]}
    assert parts["msgspec"]["licence"] == "BSD-3-Clause"


def test_the_text_of_one_is_printed(run):
    assert "Redistribution and use" in run("version", "--text", "MsgSpec").stdout


def test_a_part_that_is_none_is_told(run):
    answer = run("version", "--text", "nothing-of-ours")
    assert answer.exit_code == 1
    assert "nothing-of-ours" in answer.stderr
