"""All checks at once: in their order, none raises, none holds up another, each has its words."""

import ast
import json
import re
import threading
from pathlib import Path

import click
import pytest

import resources
from desktop.cli import main
from desktop.doctor import examination, finding
from desktop.doctor.examination import CHECKS, Check, examine
from desktop.doctor.finding import Finding, Mark
from desktop.doctor.patient import Patient
from desktop.models import doctor
from desktop.words import catalogue

WORDS = json.loads(resources.path("i18n/health.json").read_text(encoding="utf-8"))
ROOM = Path(examination.__file__).parent


def says(name, *marks):
    made = tuple(Finding(check=name, mark=mark, code="screen_good") for mark in marks)
    return Check(name=name, look=lambda _: made)


def test_findings_stand_in_the_order_of_the_checks_and_progress_is_told(tmp_path):
    told = []
    checks = (says("disk", Mark.GOOD), says("time", Mark.LOOK, Mark.WRONG))
    found = examine(
        Patient(folder=tmp_path), checks=checks, told=lambda done, all_: told.append((done, all_))
    )
    assert [one.check for one in found] == ["disk", "time", "time"]
    assert told == [(1, 2), (2, 2)]


def test_a_check_that_breaks_is_told_and_the_others_go_on(tmp_path, caplog):
    def broken(_):
        raise ZeroDivisionError

    def refused(_):
        raise PermissionError(13, "Permission denied")

    checks = (Check(name="disk", look=broken), Check(name="hub", look=refused), says("time"))
    found = examine(Patient(folder=tmp_path), checks=checks)
    assert [(one.mark, one.code, one.facts["why"]) for one in found] == [
        (Mark.UNKNOWN, "check_failed", "ZeroDivisionError"),
        (Mark.UNKNOWN, "check_failed", "Permission denied"),
    ]
    assert "the check disk broke" in caplog.text


def test_a_check_that_hangs_is_left_behind_after_its_time(tmp_path):
    over = threading.Event()
    hangs = Check(name="mirror", look=lambda _: iter([over.wait(60)]), limit_s=0.05)
    found = examine(Patient(folder=tmp_path), checks=(hangs, says("time", Mark.GOOD)))
    over.set()
    assert (found[0].check, found[0].code) == ("mirror", "check_too_slow")
    assert found[1].mark is Mark.GOOD


def test_what_could_not_be_looked_at_makes_nothing_worse():
    assert finding.worst((finding.unknown("hub", "x"), finding.good("disk", "y"))) is Mark.GOOD
    assert finding.worst((finding.look("hub", "x"), finding.wrong("disk", "y"))) is Mark.WRONG


# --- words ---------------------------------------------------------------------------------------


def codes():
    """Every code that a check gives, out of the source."""
    given = {"good", "unknown", "look", "wrong", "say"}
    found = set()
    for file in ROOM.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in given:
                found |= {one.value for one in call.args[1:2] if isinstance(one, ast.Constant)}
    return found


@pytest.mark.parametrize("code", sorted(codes()))
def test_each_code_has_words_in_both_languages(code):
    said = WORDS.get(code) or catalogue()[code]
    assert all(said["en"][:1])
    assert all(said["zh_CN"][:1])


def test_no_code_is_one_of_the_error_list_as_well():
    assert WORDS.keys() & catalogue().keys() == set()


def test_no_words_are_left_over():
    text = "".join(file.read_text(encoding="utf-8") for file in ROOM.glob("*.py"))
    text += Path(doctor.__file__).read_text(encoding="utf-8")
    made = ("name_", "mark_", "program_", "keyring_good_")
    assert [code for code in WORDS if f'"{code}"' not in text and not code.startswith(made)] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_each_check_has_a_name(check):
    assert WORDS[f"name_{check.name}"]["zh_CN"]


def test_what_is_wrong_or_to_be_looked_at_says_what_to_do():
    silent = ("_good", "_runs", "_not_open", "_none", "program_", "screen_not_looked")
    for code, said in WORDS.items():
        if isinstance(said["en"], list) and not any(part in code for part in silent):
            assert said["en"][1], code
            assert said["zh_CN"][1], code


def test_a_finding_is_the_same_in_window_and_command_line():
    found = [finding.wrong("disk", "disk_no_names", folder="/x", left=3)]
    text = doctor.text(found, "zh_CN")
    assert text.startswith("发现了问题。\n[有问题] 磁盘: ")
    assert "剩 3" in text


COMMAND = re.compile(r"orangery((?: [a-z][a-z-]*)+)((?: --[a-z-]+)*)")


@pytest.mark.parametrize(
    ("words", "options"),
    sorted({found for said in WORDS.values() for found in COMMAND.findall(str(said))}),
)
def test_each_command_that_is_named_is_there(words, options):
    command = main
    for word in words.split():
        command = command.commands[word] if isinstance(command, click.Group) else command
    known = {one for option in command.params for one in (*option.opts, *option.secondary_opts)}
    assert set(options.split()) <= known
