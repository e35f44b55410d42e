"""Entries of the desktop: for links and at log in, in folders of the test."""

from __future__ import annotations

import json
import plistlib
import shlex
import stat
from configparser import ConfigParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from desktop import autostart, build, desktop_entry
from desktop.cli import main
from fleet.errors import CommandError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, with no tools of a desktop."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


def entry(file: Path) -> dict[str, str]:
    read = ConfigParser(interpolation=None)
    read.optionxform = str
    read.read_string(file.read_text("utf-8"))
    return dict(read["Desktop Entry"])


def words(exec_line: str) -> list[str]:
    """Read Exec as the specification asks: escapes of a string first, then quotes."""
    unescaped = exec_line.replace("\\\\", "\\").replace("\\$", "$")  # shlex keeps that one
    return [word.replace("%%", "%") for word in shlex.split(unescaped)]


def run(folder: Path, *said: str):
    return CliRunner().invoke(main, ["--folder", str(folder), *said])


def test_links_are_off_until_somebody_wants_them(tmp_path: Path) -> None:
    assert '"links":false' in run(tmp_path, "links", "--json").stdout.replace(" ", "")
    assert not desktop_entry.links_file().exists()


def test_installed_links_open_this_house_and_are_removed_without_a_trace(tmp_path: Path) -> None:
    house = tmp_path / "my house 100%"
    answer = run(house, "links", "--install")
    assert answer.exit_code == 0, answer.output
    made = entry(desktop_entry.links_file())
    assert made["MimeType"] == "x-scheme-handler/orangery;"
    *command, url = words(made["Exec"])
    assert url == "%u"
    assert command == desktop_entry.own_command(house)
    assert run(house, "links", "--remove").exit_code == 0
    assert [one for one in (tmp_path / "data").rglob("*") if one.is_file()] == []


def test_where_a_package_brought_an_entry_no_other_hides_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = home / "data" / "orangery"  # the usual one
    run(house, "links", "--install")  # as of a copy before
    brought = home / "orangery.desktop"
    brought.touch()
    monkeypatch.setattr(desktop_entry, "PACKAGED", brought)
    monkeypatch.setattr(build, "packaged", lambda: build.Packaged.RPM)
    assert "came with the package" in run(house, "links", "--install").stdout
    assert not desktop_entry.links_file().exists()
    assert json.loads(run(house, "links", "--json").stdout) == {"links": True, "file": str(brought)}
    run(home / "cabin", "links", "--install")  # another house needs one of its own
    assert desktop_entry.links_file().exists()


def test_the_tools_of_the_desktop_are_told_where_there_are_some(home: Path) -> None:
    tools = home / "bin"
    tools.mkdir()
    for name in ("xdg-mime", "update-desktop-database"):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\necho "{name} $@" >> "{home}/told"\n')
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    _, told = desktop_entry.install_links(None)
    assert told
    assert (
        "xdg-mime default orangery.desktop x-scheme-handler/orangery" in (home / "told").read_text()
    )


@pytest.mark.parametrize("name", ["plain", "a b", 'q"uote', "do$llar", "back\\slash", "per%cent"])
def test_any_name_of_a_folder_comes_through_exec(tmp_path: Path, name: str) -> None:
    command = desktop_entry.own_command(tmp_path / name)
    text = desktop_entry.text("autostart", command)
    line = next(one for one in text.splitlines() if one.startswith("Exec="))
    assert words(line.removeprefix("Exec=")) == command


def test_the_window_begins_at_log_in_only_when_it_was_wanted(tmp_path: Path) -> None:
    assert not autostart.is_on()
    autostart.put(True, tmp_path)
    assert autostart.is_on()
    assert words(entry(desktop_entry.autostart_file())["Exec"])[-1] == "--minimised"
    autostart.put(False)
    assert not autostart.is_on()


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_the_desktop_switched_off_itself_is_off(tmp_path: Path, line: str) -> None:
    autostart.put(True, tmp_path)
    file = desktop_entry.autostart_file()
    kept = [one for one in file.read_text().splitlines() if not one.startswith("X-GNOME")]
    file.write_text("\n".join([*kept, line]))
    assert not autostart.is_on()


def test_a_file_that_is_no_entry_is_off(tmp_path: Path) -> None:
    file = desktop_entry.autostart_file()
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff\x00 no entry")
    assert not autostart.is_on()


def test_the_same_by_command(tmp_path: Path) -> None:
    assert run(tmp_path, "autostart").stdout == "Off.\n"
    assert run(tmp_path, "autostart", "--on").stdout == "On.\n"
    assert autostart.is_on()
    assert run(tmp_path, "autostart", "--off").stdout == "Off.\n"


def test_a_mac_gets_a_launch_agent(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(autostart.sys, "platform", "darwin")
    autostart.put(True)
    file = home / "Library" / "LaunchAgents" / "orangery.window.plist"
    said = plistlib.loads(file.read_bytes())
    assert said["RunAtLoad"]
    assert said["ProgramArguments"][-1] == "--minimised"
    assert autostart.is_on()
    autostart.put(False)
    assert not autostart.is_on()


def test_elsewhere_there_is_no_way_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autostart.sys, "platform", "win32")
    assert not autostart.is_possible()
    with pytest.raises(CommandError, match="autostart_unknown"):
        autostart.put(True)
