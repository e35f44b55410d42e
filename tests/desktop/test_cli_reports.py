"""The whole way of a report without a window, as a person types it."""

import hashlib
import json

import msgspec
import pytest
from click.testing import CliRunner

from desktop.app import Household
from desktop.cli import main
from feedback import wire
from feedback.report import PartName, ReportState
from tests.desktop.homes import Voice, device_called, furnish, until

pytestmark = pytest.mark.broker


@pytest.fixture
def folder(tmp_path, broker):
    return furnish(tmp_path / "house", broker.port)


@pytest.fixture
def lamp(folder, broker):
    with Household(folder) as house, Voice(broker.port) as voice:
        until(house.client, device_called("Hall lamp"))
        yield voice


@pytest.fixture
def run(folder, lamp):
    def orangery(*words):
        whole = ["--folder", str(folder), "--lang", "en", *map(str, words)]
        return CliRunner().invoke(main, whole, catch_exceptions=False)

    return orangery


@pytest.fixture
def told(run):
    def orangery(*words):
        answer = run(*words, "--json")
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    return orangery


def drafted(told, *more):
    return told("report", "new", "Hall lamp", "--title", "It blinks", *more)["report"]["id"]


def test_a_draft_says_all_that_a_report_can_say(told):
    words = ["--text", "At night.", "--step", "switch it on", "--step", "wait"]
    words += ["--often", "always", "--effect", "function_lost", "--safety", "heat"]
    one = drafted(told, *words, "--since", "1.0", "--expected", "light")
    said = told("report", "show", one[:8])["report"]
    assert said["details"]["steps"] == ["switch it on", "wait"]
    assert (said["details"]["effect"], said["details"]["safety"]) == ("function_lost", "heat")
    assert said["facts"]["model"] == "Lamp 1"


def test_an_edit_changes_what_it_names_and_no_more(told):
    one = drafted(told, "--text", "At night.", "--often", "always")
    said = told("report", "edit", one, "--effect", "device_dead")["report"]
    assert (said["title"], said["text"]) == ("It blinks", "At night.")
    assert (said["details"]["often"], said["details"]["effect"]) == ("always", "device_dead")


def test_it_shows_each_part_with_its_size_or_why_it_is_not_there(told, run):
    parts = {one["name"]: one for one in told("report", "show", drafted(told))["parts"]}
    assert set(parts) == set(PartName)
    assert parts["messages"]["size"] > 0
    assert parts["recording"]["missing"] == "nothing_there"
    (one,) = told("reports")["reports"]
    assert "[x] device:" in run("report", "show", one["id"]).stdout


def test_without_a_word_of_consent_only_the_plain_parts_go_along(told):
    shown = told("report", "preview", drafted(told))["preview"]
    assert set(shown["evidence"]["parts"]) == {"program", "device"}
    told("consent", "logs")
    shown = told("report", "preview", drafted(told), "--without", "log")["preview"]
    assert set(shown["evidence"]["parts"]) == set(PartName) - {"log"}


def test_exactly_what_was_previewed_is_sent(told, tmp_path):
    one, file = drafted(told), tmp_path / "shown.json"
    said = told("report", "preview", one, "--with", "messages", "--out", file)
    assert said["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    sent = told("report", "send", one, "--exactly", file)["report"]
    assert (sent["state"], sent["sha256"]) == (ReportState.WAITING, said["sha256"])


def test_a_draft_that_was_changed_since_is_not_sent_as_it_was_shown(told, run, tmp_path):
    one, file = drafted(told), tmp_path / "shown.json"
    told("report", "preview", one, "--out", file)
    told("report", "edit", one, "--text", "And by day.")
    answer = run("report", "send", one, "--exactly", file, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["error"]["code"] == "preview_changed"


def test_a_name_in_one_s_own_words_is_marked_and_taken_out_where_one_says_so(told, run):
    one = drafted(told, "--text", "The Hall lamp, password: hunter22")
    assert "hunter22 -> <secret-" in run("report", "check", one).stdout
    assert told("report", "show", one)["report"]["text"].endswith("hunter22")
    told("report", "check", one, "--take")
    assert "hunter22" not in told("report", "show", one)["report"]["text"]


def test_one_more_case_of_a_known_problem_names_it(told):
    one = drafted(told, "--cluster", "6f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11")
    body = told("report", "preview", one)["preview"]
    said = msgspec.json.decode(msgspec.json.encode(body), type=wire.CreateReport)
    assert said.cluster == "6f2b0a9e-6d0f-4a5e-9c43-1f0d7f7e5a11"


def test_what_is_said_about_a_sent_report_stands_in_it(told, run):
    one = drafted(told)
    told("report", "send", one)
    told("report", "reply", one[:8], "It also hums.")
    assert "you, not sent yet: It also hums." in run("report", "show", one).stdout


def test_nothing_is_said_about_a_draft(told, run):
    refused = run("report", "reply", drafted(told), "It also hums.")
    assert refused.exit_code == 1


def test_a_draft_can_be_thrown_away(told, run):
    one = drafted(told)
    assert run("report", "drop", one).exit_code == 0
    assert told("reports")["reports"] == []


def test_a_recording_goes_along_with_the_next_report(told, run):
    assert "as it was" in run("report", "record", "Hall lamp", "--seconds", "1").stdout
    assert PartName.RECORDING in {
        one["name"] for one in told("report", "show", drafted(told))["parts"]
    }


def test_where_there_is_nothing_to_carry_it_says_so(run, tmp_path):
    answer = run("report", "carry", tmp_path / "x.orangery-outbox", "--json")
    assert json.loads(answer.stdout)["error"]["code"] == "not_enrolled"
    assert not (tmp_path / "x.orangery-outbox").exists()
