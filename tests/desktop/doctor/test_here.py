"""Ports and screens of this computer."""

import ctypes.util
import socket

import pytest

from desktop.doctor import here
from desktop.doctor.finding import Mark
from desktop.doctor.patient import Patient
from desktop.settings import Settings
from fleet.brokers import BrokerSettings, free_port


def at(folder, host="127.0.0.1", broker="127.0.0.1", **more):
    chosen = Settings(serve_host=host, **more)
    return Patient(folder=folder, chosen=chosen, brokers=(BrokerSettings(host=broker),))


@pytest.fixture(autouse=True)
def no_wall(tmp_path, monkeypatch):
    monkeypatch.setattr(here, "_WALLS", {"ufw": tmp_path / "ufw.conf"})


def test_a_free_port_of_ours_is_good_and_is_let_go(tmp_path):
    port = free_port()
    (tmp_path / "serve.port").write_text(str(port))
    (found,) = here.ports(at(tmp_path))
    assert (found.mark, found.code, found.facts["port"]) == (Mark.GOOD, "port_good", str(port))
    with socket.socket() as mine:
        mine.bind(("127.0.0.1", port))


def test_a_port_of_another_program_is_told(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        (tmp_path / "serve.port").write_text(str(other.getsockname()[1]))
        (found,) = here.ports(at(tmp_path))
    assert (found.mark, found.code) == (Mark.WRONG, "port_of_another")


def test_an_address_that_is_not_ours_is_told(tmp_path):
    (found,) = here.ports(at(tmp_path, host="192.0.2.7"))
    assert (found.code, found.facts["host"]) == ("port_not_ours", "192.0.2.7")


def test_loopback_is_told_where_the_broker_is_elsewhere(tmp_path):
    (found,) = here.ports(at(tmp_path, broker="192.0.2.9"))
    assert (found.mark, found.code) == (Mark.LOOK, "port_loopback")


def test_a_firewall_is_told_with_the_port_to_let_through(tmp_path):
    (tmp_path / "ufw.conf").write_text("ENABLED=yes\n")
    (found,) = here.ports(at(tmp_path))
    assert (found.mark, found.code, found.facts["wall"]) == (Mark.LOOK, "port_wall", "ufw")
    (tmp_path / "ufw.conf").write_text("ENABLED=no\n")
    assert [one.code for one in here.ports(at(tmp_path))] == ["port_good"]


# --- the screen ----------------------------------------------------------------------------------


@pytest.fixture
def screen(tmp_path, monkeypatch):
    """A screen, all libraries, and a list of fonts that says what `fonts` holds."""
    monkeypatch.setenv("DISPLAY", ":1")
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: f"lib{name}.so")
    tool = tmp_path / "fc-list"
    tool.write_text(f"#!/bin/sh\n/bin/cat {tmp_path}/fonts\n")
    tool.chmod(0o755)
    (tmp_path / "fonts").write_text("Noto Sans CJK SC\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def looked(folder, language="zh_CN"):
    return [
        one.code for one in here.screen(Patient(folder=folder, chosen=Settings(language=language)))
    ]


def test_a_screen_with_all_it_takes_is_good(screen):
    assert looked(screen) == ["screen_good"]


def test_no_screen_is_no_fault(screen, monkeypatch):
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (found,) = here.screen(Patient(folder=screen))
    assert (found.mark, found.code) == (Mark.UNKNOWN, "screen_none")


def test_missing_libraries_are_named(screen, monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None if "xcb" in name else "x")
    (found,) = here.screen(Patient(folder=screen, chosen=Settings(language="en")))
    assert found.code == "screen_libraries"
    assert "xcb-cursor" in found.facts["names"]


def test_what_a_built_program_brings_along_is_not_missing(screen, monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None if "xcb" in name else "x")
    monkeypatch.setattr("desktop.build.folder", lambda: screen)
    (screen / "_internal").mkdir()
    for name in here._X11:
        (screen / "_internal" / f"lib{name}.so.0").touch()
    assert looked(screen) == ["screen_good"]


def test_without_x11_nothing_of_it_is_needed(screen, monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None if "xcb" in name else "x")
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert looked(screen) == ["screen_good"]


def test_chinese_without_chinese_letters_is_wrong(screen):
    (screen / "fonts").write_text("")
    assert looked(screen) == ["screen_no_chinese"]
    assert looked(screen, "en") == ["screen_good"]
