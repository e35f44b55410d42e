"""What lies beside the program, held against the tools of the desktop and against our own code."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from click.testing import CliRunner

from desktop.cli import main
from desktop.dropped import What, look
from desktop.models import location
from feedback.wire_carry import FORMAT, CarryHead
from firmware import archive, bundle, event
from scripts.packaging import history, legal, metainfo, shared
from scripts.packaging.packing import PACKAGES, Packing
from tests.firmware.simulator import Simulator
from tests.scripts.packaging.conftest import MADE, said

ROOT = PACKAGES.parent.parent
HEAD = CarryHead(
    format=FORMAT, hub="https://hub.example", outbox_id="o", key_id="k", made=1.0, pushes=0, ops=0
)
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture
def usr(packing: Packing, tmp_path: Path) -> Path:
    shared.lay(packing, tmp_path / "laid")
    return tmp_path / "laid" / "root" / "usr"


def entry() -> ConfigParser:
    read = ConfigParser(interpolation=None)
    read.optionxform = str
    read.read_string((PACKAGES / "orangery.desktop").read_text("utf-8"))
    return read


def opened_by_entry() -> set[str]:
    return set(entry()["Desktop Entry"]["MimeType"].strip(";").split(";"))


# --- the menu ---


def test_the_desktops_own_tools_find_nothing_wrong(usr: Path) -> None:
    assert said("desktop-file-validate", usr / "share/applications/orangery.desktop") == ""
    about = usr / "share" / "metainfo" / f"{metainfo.ID}.metainfo.xml"
    said("appstreamcli", "validate", "--no-net", about)


def test_each_action_of_the_menu_is_one_that_the_program_knows() -> None:
    read = entry()
    actions = read["Desktop Entry"]["Actions"].strip(";").split(";")
    assert [f"Desktop Action {one}" for one in actions] == read.sections()[1:]
    for action in actions:
        program, word = read[f"Desktop Action {action}"]["Exec"].split()
        assert program == "orangery"
        if word.startswith("orangery:"):
            assert location.parse(word).page in {"reports", "updates"}
        else:
            assert CliRunner().invoke(main, [word, "--help"]).exit_code == 0


def test_all_three_languages_are_spoken() -> None:
    read = entry()
    for name in read.sections():
        for key in ("Name", "Comment", "Keywords", "GenericName"):
            if key in read[name]:
                assert read[name][f"{key}[zh_CN]"] != read[name][key]
                assert read[name][f"{key}[zh_TW]"] not in (read[name][key], "")
    for element in ET.parse(PACKAGES / "orangery-mime.xml").iter(f"{MIME}mime-type"):
        assert len(element.findall(f"{MIME}comment")) == 3


def test_entry_metainfo_and_types_speak_of_the_same_files() -> None:
    types = ET.parse(PACKAGES / "orangery-mime.xml").iter(f"{MIME}mime-type")
    wanted = {one.get("type") for one in types} | {"x-scheme-handler/orangery"}
    assert opened_by_entry() == wanted
    told = ET.fromstring(metainfo.text(version="1", made=MADE)).iter("mediatype")
    assert {one.text for one in told} == wanted


def test_each_picture_of_the_metainfo_is_one_of_the_docs() -> None:
    project = tomllib.loads((PACKAGES / "project.toml").read_text())
    images = ET.fromstring(metainfo.text(version="1", made=MADE)).findall(".//screenshot/image")
    assert len(images) >= 3
    for image in images:
        assert (ROOT / "docs/images" / image.text.removeprefix(project["screenshots"])).is_file()


# --- files ---


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of data whose MIME database knows everybody's types and ours."""
    data = tmp_path_factory.mktemp("data")
    packages = data / "mime" / "packages"
    packages.mkdir(parents=True)
    shutil.copy("/usr/share/mime/packages/freedesktop.org.xml", packages)
    shutil.copy(PACKAGES / "orangery-mime.xml", packages / "orangery.xml")
    subprocess.run(["update-mime-database", packages.parent], check=True, capture_output=True)
    return data


@pytest.fixture
def kind_of(types: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], str]:
    """Return what tells a file's type as the desktop does, from its name and how it begins."""
    monkeypatch.setenv("XDG_DATA_DIRS", str(types))
    monkeypatch.setenv("XDG_DATA_HOME", str(types / "none"))

    def ask(file: Path) -> str:
        told = said("gio", "info", "-a", "standard::content-type", file)
        return told.rpartition("standard::content-type:")[2].strip()

    return ask


@pytest.fixture
def week(tmp_path: Path) -> Path:
    sim = Simulator(tmp_path / "sim")
    sim.add_bundle()
    sim.publish()
    return bundle.write(sim.folder, sim.week, tmp_path / "acme-2026-W48.bundle")


def put(file: Path, data: bytes) -> Path:
    file.write_bytes(data)
    return file


def test_a_week_is_known_by_how_it_begins_whatever_its_name(
    kind_of: Callable[[Path], str], week: Path, tmp_path: Path
) -> None:
    assert kind_of(week) == "application/x-orangery-bundle"
    named = shutil.copy(week, tmp_path / "w.orangery-bundle")
    assert kind_of(named) == "application/x-orangery-bundle"
    assert look(week).what is What.BUNDLE
    other = put(tmp_path / "other.bundle", b"# v2 git bundle\n\x00\x01")  # others name theirs so
    assert "orangery" not in kind_of(other)
    assert kind_of(put(tmp_path / "a.zip", b"PK\3\4" + bytes(60))) == "application/zip"


def test_an_event_is_known_by_its_name_and_by_how_it_begins(
    kind_of: Callable[[Path], str], tmp_path: Path
) -> None:
    file = tmp_path / f"w48{event.SUFFIX}"
    archive.write(file, {"event.json": b"{}", "diff.txt": b"+ a lamp\n"})
    assert kind_of(file) == "application/x-orangery-event"
    assert kind_of(file.rename(tmp_path / "attachment")) == "application/x-orangery-event"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("home.orangery.zip", b"PK\3\4", "house"),
        ("home.orangery.zip.age", b"age-encryption.org/v1\n-> x\n", "sealed-house"),
        ("home.orangery-outbox", msgspec.json.encode(HEAD), "outbox"),
        ("attachment", msgspec.json.encode(HEAD), "outbox"),
        ("home.orangery-receipt", b"{}", "receipt"),
    ],
)
def test_a_house_and_what_is_carried_for_it_are_known(
    kind_of: Callable[[Path], str], tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    assert kind_of(put(tmp_path / name, data)) == f"application/x-orangery-{kind}"


def test_a_click_on_a_file_or_a_link_starts_the_program_with_it(
    types: Path, kind_of: Callable[[Path], str], week: Path, tmp_path: Path, monkeypatch
) -> None:
    entries = types / "applications"
    entries.mkdir(exist_ok=True)
    shutil.copy(PACKAGES / "orangery.desktop", entries)
    subprocess.run(["update-desktop-database", entries], check=True)  # as dpkg's trigger does
    told, program = tmp_path / "told", tmp_path / "bin" / "orangery"
    program.parent.mkdir()
    os.mkfifo(told)
    program.write_text(f'#!/bin/sh\necho "$@" >"{told}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    for opened in (str(week), "orangery:updates"):
        subprocess.run(["gio", "open", opened], check=True, stdout=subprocess.DEVNULL)
        assert told.read_text().strip() == opened  # waits until it was started


# --- services, papers ---


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd to ask")
@pytest.mark.parametrize("name", ["orangery.service", "orangery-hub.service"])
def test_systemd_finds_nothing_wrong_with_the_units(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    text = shared.unit(name, "/bin/true serve")
    assert "Written by" not in text
    assert "Shown by" not in text
    file.write_text(text)
    scope = "--user" if name == "orangery.service" else "--system"
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", scope, file],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "SYSTEMD_LOG_LEVEL": "warning"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_changelog_is_one_that_debian_reads(usr: Path, tmp_path: Path) -> None:
    packed = usr.parents[1] / "deb/usr/share/doc/orangery/changelog.gz"
    plain = put(tmp_path / "changelog", gzip.decompress(packed.read_bytes()))
    assert said("dpkg-parsechangelog", "-l", plain, "-S", "Version").strip() == "0.2.0~b1"
    assert said("dpkg-parsechangelog", "-l", plain, "-S", "Timestamp").strip() == str(MADE)
    assert packed.read_bytes()[4:8] == bytes(4)  # no date: the same bytes each time


def test_what_changed_is_that_versions_chapter_or_what_is_not_released() -> None:
    new = "## [Unreleased]\n\n### Added\n- You can `fly`,\n  far.\n- Two.\n"
    text = f"# Changelog\n\n{new}\n## [0.1.0] - 2026-11-20\n- One.\n"
    assert history.items("0.1.0", text) == ["One."]
    assert history.items("0.2.0", text) == ["You can fly, far.", "Two."]


def test_the_copyright_names_whose_it_is_and_where_the_licences_lie(usr: Path) -> None:
    text = (usr / "share/doc/orangery/copyright").read_text()
    assert text.startswith("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/")
    assert "/usr/lib/orangery/_internal" in text
    assert "$" not in text


def test_the_copyright_names_the_parts_that_a_build_wrote_down(tmp_path: Path) -> None:
    file = tmp_path / legal.SBOM
    file.parent.mkdir(parents=True)
    parts = [
        {"name": "Qt", "version": "6.11.3", "licenses": [{"expression": "LGPL-3.0-only"}]},
        {"name": "zlib", "licenses": [{"license": {"id": "Zlib"}}]},
        {"name": "odd", "version": "1"},
    ]
    file.write_text(json.dumps({"components": parts}))
    text = legal.text("orangery-hub", tmp_path)
    assert " Qt 6.11.3: LGPL-3.0-only\n zlib: Zlib\n odd 1: see there\n" in text
    head = text.split("\n\n")[0].splitlines()
    assert all(line.startswith(" ") or ": " in line for line in head)  # one stanza
