"""The program itself as a person types it."""

import json

import pytest
from click.testing import CliRunner

from desktop import show_app
from desktop.build import Packaged
from desktop.cli import main
from desktop.selfupdate import renewal
from desktop.selfupdate.facts import Gone, Offer, Program, Step
from tests.desktop.selfupdate.renewing import Program as Maker
from tests.desktop.selfupdate.renewing import copy, shelf
from tests.firmware.simulator import Server


@pytest.fixture
def maker(tmp_path):
    made = Maker(tmp_path / "maker")
    made.ship("0.2.0")
    return made


@pytest.fixture
def server(maker):
    with Server(maker.folder) as running:
        yield running


@pytest.fixture
def be(tmp_path, maker, server, monkeypatch):
    def become(packaged=Packaged.VERSIONS, link=None):
        mine = copy(tmp_path, maker.link(server) if link is None else link, packaged=packaged)
        monkeypatch.setattr(renewal, "of_this_program", lambda: mine)

    become()
    return become


@pytest.fixture
def run(tmp_path, be):
    def orangery(*words):
        whole = ["--folder", str(tmp_path / "house"), "--lang", "en", *words]
        return CliRunner().invoke(main, whole, catch_exceptions=False)

    return orangery


@pytest.fixture
def told(run):
    def orangery(*words):
        answer = run(*words, "--json")
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)["program"]

    return orangery


def words(answer):
    return " ".join(answer.stdout.split())


def test_it_says_which_version_this_is_and_who_makes_new_ones(run):
    shown = words(run("app"))
    assert "Version 0.1.0 linux-x86_64" in shown
    assert "orangery, channel beta" in shown
    assert "Last check none yet" in shown


def test_a_check_says_what_is_new_and_how_one_takes_it(run):
    shown = words(run("app", "check"))
    assert "New 0.2.0, 0.0 MB, 2026-W47" in shown
    assert "To take it orangery app renew" in shown


def test_renewing_says_which_version_starts_next(told, run):
    assert told("app", "renew")["ready"] == "0.2.0"
    assert "Next start 0.2.0" in words(run("app"))


def test_a_stick_can_be_named(told, maker):
    told("app", "check")
    maker.ship("0.3.0")
    assert told("app", "renew", "--source", str(maker.folder))["ready"] == "0.3.0"


def test_what_is_wrong_is_told_in_a_sentence_and_kept(run, maker):
    assert run("app", "check").exit_code == 0
    path = maker.ship("0.3.0")
    maker.target(path).write_bytes(b"something else")
    failed = run("app", "renew")
    assert failed.exit_code == 1
    assert "is not the one that was signed" in failed.stderr
    assert "Trouble" in run("app").stdout


def test_going_back_says_so_and_a_person_may_try_again(told, tmp_path, monkeypatch, maker, server):
    link = maker.link(server)
    newer = copy(tmp_path, link, "0.2.0", versions=shelf(tmp_path, "0.2.0", before="0.1.0"))
    monkeypatch.setattr(renewal, "of_this_program", lambda: newer)
    assert told("app")["before"] == "0.1.0"
    gone = told("app", "back")
    assert (gone["ready"], gone["failed"]) == ("0.1.0", "0.2.0")


def test_without_a_version_before_it_says_that_there_is_none(run):
    assert run("app", "back").exit_code == 1


def test_channel_and_mode_are_chosen_by_plain_words(told, run):
    assert told("app", "channel", "stable")["channel"] == "stable"
    assert told("app", "mode", "never")["mode"] == "never"
    shown = words(run("app"))
    assert "channel stable" in shown
    assert "asks nobody" in shown


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Packaged.DEB, "sudo apt install ./orangery_0.2.0_amd64.deb"),
        (Packaged.RPM, "sudo dnf install ./orangery-0.2.0-1.x86_64.rpm"),
        (Packaged.LOOSE, "Unpack the new archive"),
        (Packaged.SOURCE, "scripts/setup"),
    ],
)
def test_a_copy_that_others_keep_says_how_it_is_renewed(run, be, kind, said):
    be(kind)
    assert said in words(run("app", "check"))
    refused = run("app", "renew")
    assert refused.exit_code == 1
    assert "does not exchange itself" in refused.stderr


def test_a_copy_without_a_maker_says_that_nobody_signs_new_versions(run, be):
    be(link="")
    assert "Nobody signs new versions" in words(run("app"))
    assert run("app", "check").exit_code == 1


def test_restart_where_nothing_runs_says_what_starts_next(run):
    run("app", "renew")
    assert "0.2.0 is started next" in words(run("app", "restart"))


def test_a_version_that_was_taken_back_is_told_with_the_makers_words():
    now = Program(
        version="1",
        platform="p",
        packaged=Packaged.VERSIONS,
        maker="orangery",
        gone=Gone.WITHDRAWN,
        gone_words={"en": "It eats batteries."},
        before="0.9",
        step=Step.IDLE,
        offer=Offer(version="2", size=1, sha256="", counter=1, week="2026-W48"),
        waits="program_metered",
    )
    lines = dict(show_app._lines(now))
    assert "withdrawn" in lines["This version"]
    assert lines["They say"] == "It eats batteries."
    assert "orangery app back" in lines["Before"]
    assert "paid by the byte" in lines["Waits"]
