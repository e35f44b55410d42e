"""A household's own membership as a person types it, at real hubs."""

import json
import time

import pytest
from click.testing import CliRunner

from desktop.cli import main
from feedback import enrol_link
from feedback.enrol_link import EnrolLink
from feedback.invitation import read
from hub import accounts_jobs, exports
from hub.tables import job
from tests.desktop.homes import furnish
from tests.hub.running import RunningHub


def orangery(folder, *words, good=True):
    whole = ["--folder", str(folder), "--lang", "en", *words]
    answer = CliRunner().invoke(main, whole, catch_exceptions=False)
    assert (answer.exit_code == 0) is good, answer.output
    return answer.output


@pytest.fixture(scope="module")
def hubs(tmp_path_factory):
    started = [RunningHub(tmp_path_factory.mktemp(name)).start() for name in ("a", "b")]
    yield started
    for hub in started:
        hub.close()


@pytest.fixture
def folder(tmp_path, hubs):
    made = furnish(tmp_path / "house")
    link = EnrolLink(hub=hubs[0].url, code=read(hubs[0].invite()))
    orangery(made, "enrol", str(link), "--name", "anna")
    return made


def test_a_link_joins_and_the_member_is_shown(folder):
    assert orangery(folder, "member", "show").startswith("anna, at this hub since")
    orangery(folder, "member", "name", "Anna B.")
    shown = json.loads(orangery(folder, "member", "show", "--json"))["member"]
    assert (shown["member"]["name"], shown["gifts_left"]) == ("Anna B.", 2)


def test_codes_for_another_home_and_another_desktop_of_this_one(folder, tmp_path, hubs):
    made = json.loads(orangery(folder, "invite", "--json"))
    assert enrol_link.parse(made["link"]).hub == hubs[0].url
    orangery(folder, "invite")
    assert "You have invited as many homes" in orangery(folder, "invite", good=False)
    desk = json.loads(orangery(folder, "member", "code", "--json"))
    second = furnish(tmp_path / "second")
    orangery(second, "enrol", desk["link"], "--name", "second")
    shown = json.loads(orangery(second, "member", "show", "--json"))["member"]["member"]
    assert (shown["name"], len(shown["keys"])) == ("anna", 2)
    orangery(second, "member", "rekey")
    assert "2 desktop(s)" in orangery(folder, "member", "show")


def test_everything_is_fetched_and_erasing_can_be_taken_back(folder, tmp_path):
    file, end = tmp_path / "mine.zip", time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < end
        orangery(folder, "member", "export", str(file))
    assert file.read_bytes().startswith(b"PK")
    assert "taken back" in " ".join(orangery(folder, "member", "erase").split())
    assert "is erased by" in orangery(folder, "member", "show")
    assert orangery(folder, "member", "erase", "--keep") == "It stays.\n"
    assert "is erased by" not in orangery(folder, "member", "show")


def test_who_was_erased_is_told_and_keeps_what_is_on_this_computer(folder, hubs):
    orangery(folder, "report", "--title", "It hums")
    orangery(folder, "member", "erase")
    hub = hubs[0]
    with hub.store.write() as db:
        due = exports.member_request.update().where(exports.member_request.c.kind == "erase")
        db.execute(due.values(due=0.0))
        db.execute(job.delete().where(job.c.name.in_([one.name for one in accounts_jobs.JOBS])))
    end = time.monotonic() + 60
    while "has erased everything" not in (said := any_answer(folder, "sync")):
        assert time.monotonic() < end, said
    assert "It hums" in orangery(folder, "reports")


def any_answer(folder, *words):
    whole = ["--folder", str(folder), "--lang", "en", *words]
    return CliRunner().invoke(main, whole, catch_exceptions=False).output


def test_leaving_is_one_step_and_moving_another(folder, hubs):
    orangery(folder, "report", "--title", "It hums")
    orangery(folder, "sync")
    refused = orangery(folder, "member", "move", hubs[1].url, hubs[0].invite(), good=False)
    assert "does not know this invitation code" in refused
    assert orangery(folder, "member", "show").startswith("anna")
    moved = orangery(folder, "member", "move", hubs[1].url, hubs[1].invite(), "--json")
    assert json.loads(moved)["told"] is True
    assert json.loads(moved)["member"]["hub_url"] == hubs[1].url
    assert "It hums" in orangery(folder, "reports")
    assert "belongs to no hub" in orangery(folder, "member", "leave")
    assert "It hums" in orangery(folder, "reports")
    orangery(folder, "member", "show", good=False)


def test_who_has_no_invitation_waits_in_the_list(tmp_path, hubs):
    folder = furnish(tmp_path / "house")
    said = orangery(folder, "member", "wait", hubs[0].url, "--model", "LAMP-1")
    assert said.startswith("Place 1 of 1.")
