"""`orangery serve` as a service: what systemd is given, what it hears, and that it lives alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from desktop import build, service
from desktop.app import Household
from desktop.cli import main
from desktop.commands import CheckNow, History
from desktop.demo.program import Program
from desktop.door import socket_path
from desktop.processes import environment, own_command
from desktop.remote import RemoteClient
from firmware.plan import Begins
from fleet.model import UpdateState
from tests.desktop.homes import PLAN, Voice, device_called, furnish, until
from tests.firmware.simulator import Simulator

LIMIT = 60.0
SYSTEMCTL = """#!/bin/sh
echo "$@" >>"{log}"
[ "$SYSTEMCTL_SAYS" = "" ] && exit 0
echo "$SYSTEMCTL_SAYS" >&2
exit 1
"""


@pytest.fixture
def systemd(tmp_path, monkeypatch):
    """A machine whose systemctl writes down what it is told; returns what it was told."""
    log, program = tmp_path / "told", tmp_path / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(SYSTEMCTL.format(log=log))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(service, "_BOOTED", tmp_path)
    return lambda: log.read_text().splitlines() if log.exists() else []


def orangery(folder: Path, *words: str):
    return CliRunner().invoke(main, ["--folder", str(folder), "--lang", "en", *words])


def test_install_writes_the_unit_enables_it_and_says_so(tmp_path, systemd):
    said = orangery(tmp_path / "house", "serve", "--install")
    file = tmp_path / "config" / "systemd" / "user" / "orangery.service"
    assert said.exit_code == 0
    assert str(file) in said.stdout
    assert systemd() == ["--user daemon-reload", "--user enable --now orangery.service"]
    assert f'"{tmp_path / "house"}" "serve"' in file.read_text()


def test_uninstall_takes_all_of_it_back(tmp_path, systemd):
    orangery(tmp_path, "serve", "--install")
    assert orangery(tmp_path, "serve", "--uninstall").exit_code == 0
    assert systemd()[2:] == ["--user disable --now orangery.service", "--user daemon-reload"]
    assert not list((tmp_path / "config").rglob("*.service"))
    assert "There is no service" in orangery(tmp_path, "serve", "--uninstall").stderr


@pytest.fixture
def packaged(tmp_path, monkeypatch):
    """A program that came as a package, with a unit of its own; returns where its house is."""
    monkeypatch.setattr(service, "PACKAGED", tmp_path / "lib")
    monkeypatch.setattr(build, "packaged", lambda: build.Packaged.DEB)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / service.UNIT).touch()
    return tmp_path / ".local" / "share" / "orangery"


def test_of_a_packaged_program_the_packages_unit_is_enabled(tmp_path, systemd, packaged):
    own = service.unit_file(service.UNIT)
    own.parent.mkdir(parents=True)
    own.touch()  # of a copy before: it would go before the package's
    said = orangery(packaged, "serve", "--install")
    assert str(tmp_path / "lib" / service.UNIT) in said.stdout
    assert systemd() == ["--user daemon-reload", "--user enable --now orangery.service"]
    assert not own.exists()


def test_uninstall_leaves_the_packages_unit_where_it_is(tmp_path, systemd, packaged):
    said = orangery(packaged, "serve", "--uninstall")
    assert "which came with the package" in said.stdout
    assert systemd() == ["--user disable --now orangery.service"]
    assert (tmp_path / "lib" / service.UNIT).exists()


def test_another_house_of_a_packaged_program_has_a_unit_of_its_own(tmp_path, systemd, packaged):
    orangery(tmp_path / "cabin", "serve", "--install")
    assert "cabin" in service.unit_file(service.UNIT).read_text()
    said = orangery(tmp_path / "cabin", "serve", "--uninstall")
    assert "and removed" in said.stdout
    assert not service.unit_file(service.UNIT).exists()


def test_what_systemd_refuses_is_told_in_its_own_words(tmp_path, systemd, monkeypatch):
    monkeypatch.setenv("SYSTEMCTL_SAYS", "Failed to connect to bus")
    said = orangery(tmp_path, "serve", "--install")
    assert (said.exit_code, "Failed to connect to bus" in said.stderr) == (1, True)


def test_without_systemd_it_says_what_to_do_instead(tmp_path, systemd, monkeypatch):
    monkeypatch.setattr(service, "_BOOTED", tmp_path / "none")
    said = orangery(tmp_path, "serve", "--install")
    assert (said.exit_code, "@reboot" in said.stderr) == (1, True)
    assert systemd() == []


@pytest.mark.parametrize("word", ["/srv/my house", "/a%i", "/a$HOME", '/a"b', "/a\\b"])
def test_nothing_in_a_command_line_is_expanded_by_systemd(word):
    unit = service.user_unit(Path(word))
    line = next(one for one in unit.splitlines() if one.startswith("ExecStart="))
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    assert f'"{escaped}"' in line


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd to ask")
@pytest.mark.parametrize("scope", ["--user", "--system"])
def test_systemd_itself_finds_nothing_wrong_with_the_units(tmp_path, scope):
    text = service.user_unit(tmp_path) if scope == "--user" else service.system_unit()
    file = tmp_path / "orangery.service"
    file.write_text(text)
    done = subprocess.run(
        ["systemd-analyze", scope, "--man=no", "verify", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert (done.returncode, [one for one in done.stderr.splitlines() if file.name in one]) == (
        0,
        [],
    )


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd to ask")
def test_systemd_rates_the_system_unit_as_well_closed_off(tmp_path):
    file = tmp_path / "orangery.service"
    file.write_text(service.system_unit())
    ask = ("systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=20")
    done = subprocess.run([*ask, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:]  # 2.0 of 10 at most; it is 1.5


def test_the_system_unit_may_write_only_where_its_house_is(tmp_path):
    unit = orangery(tmp_path, "serve", "--system-unit").stdout
    assert "ProtectSystem=strict" in unit
    assert f"ReadWritePaths={service.SYSTEM_FOLDER}\n" in unit
    assert f'"{service.SYSTEM_FOLDER}" "serve"' in unit


def test_systemd_hears_when_it_is_ready_that_it_lives_and_when_it_goes(tmp_path):
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(address))
        ear.settimeout(LIMIT)
        process = subprocess.Popen(
            own_command("--folder", str(furnish(tmp_path / "house")), "serve"),
            stdout=subprocess.PIPE,
            env=environment({"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "600000"}),
        )
        assert ear.recv(99) == b"READY=1"
        assert json.loads(process.stdout.readline())["serving"]
        assert ear.recv(99) == b"WATCHDOG=1"
        process.send_signal(signal.SIGTERM)
        while (word := ear.recv(99)) == b"WATCHDOG=1":
            pass
        assert word == b"STOPPING=1"
        assert process.wait(LIMIT) == 0
        process.stdout.close()


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "/nowhere/at/all"])
def test_where_nobody_listens_nothing_is_said(monkeypatch, address):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    service.notify("READY=1")


def test_a_watchdog_of_another_process_is_not_ours(monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "5000000")
    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert service.watchdog_s() is None
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert service.watchdog_s() == 5.0


# --- alone, and with a client that comes and goes -------------------------------------------------


@pytest.fixture
def maker(tmp_path):
    made = Simulator(tmp_path / "mirror")
    made.publish()
    return made


@pytest.fixture
def lamp(broker):
    with Voice(broker.port) as voice:
        yield voice


@pytest.mark.broker
def test_a_client_that_dies_ends_nothing_and_the_next_sees_all_of_it(tmp_path, broker, maker, lamp):
    program = Program(furnish(tmp_path / "house", broker.port, maker))
    program.start()
    try:
        program.until(lambda now: now.devices, "the lamp")
        told = [sys.executable, "-m", "desktop", "--folder", str(program.folder)]
        subprocess.run([*told, "check"], env=environment({}), check=True, capture_output=True)
        window = subprocess.Popen([*told, "update"], env=environment({}), stdout=subprocess.DEVNULL)
        lamp.order("offer")
        window.kill()
        window.wait(LIMIT)
        lamp.hello("1.1")
        again = RemoteClient(program.folder)
        try:
            update = until(again, _done)
            steps = again.send(History(device=update.device)).result(LIMIT)
            assert (steps[0].state, steps[-1].state) == (UpdateState.KNOWN, UpdateState.DONE)
            assert again.snapshot().facts["fit"][update.device].code == "already_there"
        finally:
            again.close()
    finally:
        program.stop()


@pytest.mark.broker
def test_with_nobody_there_what_the_plan_lets_begin_begins_by_itself(tmp_path, broker, maker, lamp):
    folder = furnish(tmp_path / "house", broker.port, maker)
    with Household(folder) as house:
        until(house.client, device_called("Hall lamp"))
        house.client.send(CheckNow()).result(LIMIT)
    furnish(folder, broker.port, maker, plan=replace(PLAN, begins=Begins.ALL))
    command = own_command("--folder", str(folder), "serve")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment({}))
    try:
        assert lamp.order("offer")["version"] == "1.1"
    finally:
        process.terminate()
        assert process.wait(LIMIT) == 0
    assert not socket_path(folder).exists()


def _done(now):
    one = next(iter(now.facts.get("update", {}).values()), None)
    return one if one and one.state is UpdateState.DONE else None
