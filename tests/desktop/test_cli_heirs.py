"""Heirs of a home on the command line: shares on paper, a claim, a no, a copy that opens."""

import json
from dataclasses import replace

import msgspec
import pytest
from click.testing import CliRunner

from desktop import heirs_desk
from desktop.cli import main
from desktop.heirs import DAY_S
from fleet import pins
from tests.desktop.homes import furnish


@pytest.fixture
def folder(tmp_path):
    return furnish(tmp_path / "house")


@pytest.fixture
def run(folder, monkeypatch):
    monkeypatch.setattr(pins, "_COST", 2)

    def orangery(*words, typed="", home=None):
        whole = ["--folder", str(home or folder), "--lang", "en", *map(str, words)]
        return CliRunner().invoke(main, whole, input=typed, catch_exceptions=False)

    return orangery


@pytest.fixture
def shares(run, tmp_path):
    """The files that Ana, Bo and Chen were given."""
    answer = run("heirs", "name", "Ana", "Bo", "Chen Li", "--into", tmp_path / "paper")
    assert answer.exit_code == 0, answer.output
    return [tmp_path / "paper" / f"share-{n}.txt" for n in ("1-Ana", "2-Bo", "3-Chen-Li")]


def days_go_by(folder, days):
    """Let the claim have been seen so long ago."""
    file = folder / heirs_desk.FILE
    kept = heirs_desk.load(folder)
    seen = replace(kept.claim.seen, on=kept.claim.seen.on - days * DAY_S)
    file.write_bytes(msgspec.json.encode(replace(kept, claim=replace(kept.claim, seen=seen))))


def with_(*files):
    return [word for file in files for word in ("--share", file)]


def test_a_home_without_heirs_says_so(run):
    assert run("heirs").stdout == "This home has no heirs.\n"


def test_each_heir_is_given_a_page_of_their_own(run, shares):
    page = shares[1].read_text()
    assert page.startswith("Share 2 of 3 of a home in Orangery, for Bo\n")
    assert "Any 2 of 3 together are needed." in page
    assert "After 14 days without a no" in page
    assert page.count("\n") < 30
    said = run("heirs").stdout
    assert "Ana, Bo, Chen Li; 2 together, since" in said
    assert "Nobody claims this home." in said


def test_a_page_is_written_in_the_language_of_the_home(run, tmp_path):
    run("--lang", "zh_CN", "heirs", "name", "Ana", "Bo", "--into", tmp_path / "zh")
    assert (tmp_path / "zh" / "share-1-Ana.txt").read_text().startswith("Orangery 家庭的第 1 份")


def test_without_a_folder_shares_are_shown_this_once(run):
    answer = run("heirs", "name", "Ana", "Bo", "--json")
    told = json.loads(answer.stdout)
    assert [len(words.split()) for words in told["shares"]] == [33, 33]
    assert "shares" not in json.loads(run("heirs", "--json").stdout)["heirs"]["home"]


def test_one_heir_alone_needs_nobody(run):
    assert "Ana; alone, since" in [run("heirs", "name", "Ana"), run("heirs")][1].stdout


def test_a_claim_is_told_at_every_command_until_somebody_says_no(run, shares):
    begun = run("heirs", "claim", *with_(*shares[:2]))
    assert "14 day(s) are left for the owner to say no." in begun.stdout
    assert "Heirs claim this home; it is theirs to take over in 14 day(s)." in run("devices").stderr
    assert run("heirs", "deny").exit_code == 0
    assert "claim" not in run("devices").stderr
    assert "an owner said no on" in run("heirs").stdout


def test_shares_can_be_typed(run, shares):
    words = [" ".join(line.split()) for line in (_words(shares[0]), _words(shares[2]))]
    answer = run("heirs", "claim", typed="\n".join([*words, "", ""]))
    assert answer.exit_code == 0, answer.output


def _words(page):
    inside = page.read_text().split("SHARE-----")[1]
    return " ".join(word for word in inside.split() if word.isalpha())


def test_one_share_claims_nothing(run, shares):
    answer = run("heirs", "claim", *with_(shares[0]))
    assert answer.exit_code == 1
    assert "2 different shares are needed, and there are 1." in answer.stderr


def test_an_heir_takes_over_after_the_wait_and_not_before(run, folder, shares):
    run("heirs", "claim", *with_(*shares[:2]))
    early = run("heirs", "take-over", "Bo", *with_(*shares[:2]), typed="2580\n2580\n")
    assert "still waits for its owner: 14 day(s)" in early.stderr
    days_go_by(folder, 14)
    late = run("heirs", "take-over", "Bo", *with_(*shares[:2]), typed="2580\n2580\n")
    assert late.stdout == "Bo is an owner of this home now.\n"
    assert "You are here as Bo." in run("--as", "Bo", "members", typed="2580\n").stdout


def test_only_an_owner_names_heirs_and_says_no(run, shares):
    run("members", "add", "Ana", "--role", "owner", "--pin", typed="7405\n7405\n")
    run("--as", "Ana", "members", "add", "Bo", "--role", "admin", typed="7405\n")
    run("heirs", "claim", *with_(*shares[:2]))
    for words in (("heirs", "deny"), ("heirs", "name", "Eve"), ("heirs", "end")):
        refused = run("--as", "Bo", *words)
        assert "Ask Ana." in refused.stderr
    assert run("--as", "Ana", "heirs", "deny", typed="7405\n").exit_code == 0


@pytest.fixture
def copy(run, shares, tmp_path):
    answer = run("heirs", "copy", tmp_path / "copy.age")
    assert answer.exit_code == 0, answer.output
    return tmp_path / "copy.age"


def test_a_copy_opens_elsewhere_with_shares_alone(run, copy, shares, tmp_path):
    """The computer is lost: nothing but paper can wait, and it cannot."""
    out, elsewhere = tmp_path / "out.zip", tmp_path / "elsewhere"
    opened = run("heirs", "open", copy, out, *with_(*shares[1:]), home=elsewhere)
    assert opened.exit_code == 0, opened.output
    assert out.stat().st_mode & 0o777 == 0o600
    taken = run("import", out, home=elsewhere)
    assert taken.exit_code == 0, taken.output
    assert "Ana, Bo, Chen Li; 2 together" in run("heirs", home=elsewhere).stdout


def test_where_the_house_lives_a_copy_waits_for_the_claim(run, folder, copy, shares, tmp_path):
    words = ("heirs", "open", copy, tmp_path / "out.zip", *with_(*shares[:2]))
    assert "Nobody claims this home." in run(*words).stderr
    run("heirs", "claim", *with_(*shares[:2]))
    assert "still waits for its owner: 14 day(s)" in run(*words).stderr
    days_go_by(folder, 14)
    assert run(*words).exit_code == 0


def test_a_copy_that_was_refused_stays_closed(run, folder, copy, shares, tmp_path):
    run("heirs", "claim", *with_(*shares[:2]))
    run("heirs", "deny")
    answer = run("heirs", "open", copy, tmp_path / "out.zip", *with_(*shares[:2]))
    assert "said no to the claim" in answer.stderr


def test_old_shares_do_not_open_a_new_copy(run, shares, tmp_path):
    old = [page.read_text() for page in shares]
    run("heirs", "name", "Ana", "Bo", "Dan", "--into", tmp_path / "new")
    run("heirs", "copy", tmp_path / "copy.age")
    for number, page in enumerate(old):
        (tmp_path / f"old-{number}.txt").write_text(page)
    files = with_(tmp_path / "old-0.txt", tmp_path / "old-1.txt")
    elsewhere = tmp_path / "elsewhere"
    answer = run("heirs", "open", tmp_path / "copy.age", tmp_path / "o", *files, home=elsewhere)
    assert answer.exit_code == 1
    assert not (tmp_path / "o").exists()


def test_what_is_not_there_is_said(run, shares, tmp_path):
    missing = run("heirs", "open", tmp_path / "none", tmp_path / "o", *with_(*shares[:2]))
    assert missing.exit_code == 1
    assert run("heirs", "claim", "--share", tmp_path / "none").exit_code == 1


def test_who_may_not_export_makes_no_copy(run, shares, tmp_path):
    run("members", "add", "Ana", "--role", "owner", "--pin", typed="7405\n7405\n")
    assert "Nobody has said who is here." in run("heirs", "copy", tmp_path / "c").stderr
    assert "Nobody has said who is here." in run("export", tmp_path / "c").stderr
    assert not (tmp_path / "c").exists()
