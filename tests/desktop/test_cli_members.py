"""Members of a home on the command line, as people type it."""

import json

import pytest
from click.testing import CliRunner

from desktop.cli import main
from fleet import pins
from tests.desktop.homes import furnish

PIN = "7405\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr(pins, "_COST", 2)
    folder = furnish(tmp_path / "house")

    def orangery(*words, typed=""):
        whole = ["--folder", str(folder), "--lang", "en", *words]
        return CliRunner().invoke(main, whole, input=typed, catch_exceptions=False)

    return orangery


@pytest.fixture
def family(run):
    """Ana, owner with a PIN, and Dan, child."""
    run("members", "add", "Ana", "--role", "owner", "--pin", typed=PIN + PIN)
    run("--as", "Ana", "members", "add", "Dan", "--role", "child", typed=PIN)
    return run


def test_a_home_without_members_says_whose_it_is(run):
    assert "This home knows only its owner: whoever opens it." in run("members").stdout


def test_members_are_listed_with_what_they_may(family):
    said = family("members").stdout
    assert "everything" in said
    assert "look, report, switch" in said
    assert "Nobody has said who is here: --as NAME." in said


def test_members_are_listed_for_programs(family):
    told = json.loads(family("members", "--json").stdout)
    assert [(one["name"], one["role"], one["pin"]) for one in told["person"].values()] == [
        ("Ana", "owner", True),
        ("Dan", "child", False),
    ]
    assert told["here"]["role"] == "nobody"


def test_who_asks_is_said_and_proven(family):
    assert "You are here as Ana." in family("--as", "ana", "members", typed=PIN).stdout
    wrong = family("--as", "Ana", "members", typed="7406\n")
    assert wrong.exit_code == 1
    assert "That is not the PIN of Ana." in wrong.stderr


def test_a_refusal_says_whom_to_ask(family):
    answer = family("--as", "Dan", "secrets", "--in-file")
    assert answer.exit_code == 1
    assert answer.stderr == "Dan may not do this in this home.\nAsk Ana.\n"
    answer = family("secrets", "--in-file")
    assert "Nobody has said who is here." in answer.stderr


def test_a_name_for_a_home_that_knows_none_is_told(run):
    answer = run("--as", "Ana", "members")
    assert "This home knows only its owner, and nobody by name." in answer.stderr


def test_a_pin_is_set_changed_and_taken_away(family):
    assert family("--as", "Dan", "members", "pin", "Dan", typed="2468\n2468\n").exit_code == 0
    changed = family("--as", "Dan", "members", "pin", "Dan", typed="2468\n2468\n1593\n1593\n")
    assert changed.exit_code == 0, changed.output
    assert "You are here as Dan." in family("--as", "Dan", "members", typed="1593\n").stdout
    assert family("--as", "Ana", "members", "pin", "Dan", "--none", typed=PIN).exit_code == 0
    assert "You are here as Dan." in family("--as", "Dan", "members").stdout


def test_no_pin_is_printed_or_kept_in_the_log(family, tmp_path):
    answer = family("--as", "Ana", "members", typed=PIN)
    assert "7405" not in answer.output
    logs = [file.read_text() for file in (tmp_path / "house").rglob("*.log*")]
    assert logs
    assert not [text for text in logs if "7405" in text]


def test_names_and_roles_are_changed_and_members_let_go(family):
    assert family("--as", "Ana", "members", "rename", "Dan", "Daniel", typed=PIN).exit_code == 0
    assert family("--as", "Ana", "members", "role", "Daniel", "member", typed=PIN).exit_code == 0
    assert "Daniel  member" in family("members").stdout
    assert family("--as", "Ana", "members", "remove", "Daniel", typed=PIN).exit_code == 0
    assert "Daniel" not in family("members").stdout


def test_the_last_owner_stays(family):
    family("--as", "Ana", "members", "add", "Bo", typed=PIN)
    answer = family("--as", "Ana", "members", "remove", "Ana", typed=PIN)
    assert "Ana is the only owner of this home." in answer.stderr


def test_an_owner_without_a_pin_is_told_to_be_open_to_anybody(run):
    answer = run("members", "add", "Ana", "--role", "owner")
    assert "Ana has no PIN: whoever says that name is owner." in answer.stdout


def test_the_lock_is_said_in_minutes(family):
    assert family("--as", "Ana", "members", "lock", "5", typed=PIN).exit_code == 0
    told = json.loads(family("members", "--json").stdout)
    assert told["lock"]["home"]["after_s"] == 300.0
