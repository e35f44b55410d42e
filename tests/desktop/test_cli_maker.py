"""Makers and this home on the command line, without a broker."""

from __future__ import annotations

import json

import pytest
import segno
from click.testing import CliRunner

from desktop import qr
from desktop.cli import main
from firmware import maker_link
from tests.desktop.homes import furnish
from tests.firmware.simulator import Server, Simulator


@pytest.fixture
def maker(tmp_path):
    made = Simulator(tmp_path / "mirror")
    made.publish()
    return made


@pytest.fixture
def served(maker):
    with Server(maker.folder) as running:
        yield running


@pytest.fixture
def run(tmp_path):
    folder = furnish(tmp_path / "house")

    def orangery(*words):
        whole = ["--folder", str(folder), "--lang", "en", *words]
        return CliRunner().invoke(main, whole, catch_exceptions=False)

    return orangery


@pytest.fixture
def added(run, served, maker, tmp_path):
    """A house that took the maker by its root.json, as before there were links."""
    root = tmp_path / "root.json"
    root.write_bytes((maker.metadata / "1.root.json").read_bytes())
    assert run("maker", "acme", served.url, str(root)).exit_code == 0
    return run


def test_what_one_house_shows_as_a_link_another_takes(added, tmp_path, served):
    shown = json.loads(added("maker", "link", "--json").stdout)["link"]
    assert maker_link.parse(shown).urls == (served.url,)
    other = furnish(tmp_path / "other")
    told = CliRunner().invoke(main, ["--folder", str(other), "maker", "add", shown])
    assert (told.exit_code, "acme is added" in told.stdout) == (0, True)
    checked = CliRunner().invoke(main, ["--folder", str(other), "--json", "check"])
    assert json.loads(checked.stdout)["week"]["id"] == "2026-W47"


def test_the_link_is_shown_as_a_code_that_a_camera_reads(added):
    said = added("maker", "link", "acme").stdout
    link = said.splitlines()[0]
    assert qr.in_terminal(link).strip() in said
    assert segno.make(link, error="m", micro=False).version <= 12  # still easy to scan


@pytest.mark.parametrize(("name", "begin"), [("a.svg", b"<?xml"), ("a.png", b"\x89PNG\r\n")])
def test_the_code_can_be_a_picture(added, tmp_path, name, begin):
    assert added("maker", "link", "--qr", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(begin)


def test_a_picture_of_an_unknown_kind_is_refused(added, tmp_path):
    said = added("maker", "link", "--qr", str(tmp_path / "a.gif"))
    assert (said.exit_code, ".svg or .png" in said.stderr) == (1, True)


def test_the_list_shows_each_maker_s_week_and_trouble(added, served, tmp_path):
    assert "never heard" in added("maker", "list").stdout
    added("check")
    assert "2026-W47" in added("maker", "list").stdout
    served.folder = tmp_path / "gone"
    added("check")
    assert "cannot be read" in added("maker", "list").stdout


def test_a_maker_can_be_removed(added):
    assert added("maker", "remove", "acme").exit_code == 0
    assert json.loads(added("maker", "list", "--json").stdout)["makers"] == {}


def test_half_a_maker_is_no_command(run):
    assert "Say a link, or NAME URL ROOT." in run("maker", "add", "acme").stderr


def test_a_link_that_is_none_is_explained(run):
    said = run("maker", "add", "orangery:maker?name=acme")
    assert (said.exit_code, "no link to a maker" in said.stderr) == (1, True)


def test_release_staff_print_the_link_of_their_first_root(run, published):
    folder = str(published.folder)
    said = json.loads(
        run(
            "release",
            "link",
            "acme",
            "https://fw.acme.example",
            "--release-folder",
            folder,
            "--json",
        ).stdout
    )
    digest = run("release", "fingerprint", "--release-folder", folder).stdout.replace(" ", "")
    assert maker_link.parse(said["link"]).fingerprint == digest.strip()


def test_a_machine_that_tells_nothing_of_its_sleep_says_so(run):
    assert "nobody here tells whether it sleeps" in run("home").stdout
