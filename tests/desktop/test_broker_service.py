"""A broker for a home that has none: its files, its rules, and who runs it."""

import os
import shutil
import socket
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from desktop import broker_service, service
from desktop.broker_service import Wished, add_account, install, uninstall
from desktop.cli import main
from fleet import brokers
from fleet.brokers import free_port
from fleet.errors import BrokerError, CommandError
from fleet.model import BrokerState
from fleet.steps import Publish
from tests.desktop.homes import furnish
from tests.fleet.bus_ends import Ends

pytestmark = pytest.mark.broker
LIMIT = 10
SYSTEMCTL = '#!/bin/sh\necho "$@" >>"{log}"\n'


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="orangery-test-"))
    yield made / "broker"
    shutil.rmtree(made)


@pytest.fixture
def no_systemd(monkeypatch):
    monkeypatch.setattr(service, "has_systemd", lambda: False)


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


class Runs:
    """Runs the command of a service, as systemd would; `with` ends it."""

    def __init__(self, command, port):
        self._command, self._port = command, port

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        with Ends(self._port) as ends:  # it may still be starting
            ends.until(BrokerState.REFUSED)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(LIMIT)


def joined(port, user, password, **words):
    return Ends(port, user=user, password=password, **words)


def test_it_lets_nobody_in_without_a_password_and_us_with_ours(folder, no_systemd):
    port = free_port()
    made = install(folder, Wished(port=port))
    with Runs(made.command, port), Ends(port) as stranger:
        assert stranger.trouble().error in ("broker_wrong_password", "broker_not_allowed")
        with joined(port, broker_service.USER, made.password) as ours:
            assert ours.up().bus.probe() < LIMIT


def test_only_this_computer_reaches_it(folder, no_systemd):
    port = free_port()
    made = install(folder, Wished(port=port))
    listeners = [line for line in _lines(folder) if line.startswith("listener")]
    assert listeners == [f"listener {port} 127.0.0.1"]
    assert made.authority is None


def test_on_the_network_it_speaks_tls_alone(folder, no_systemd):
    port, secure = free_port(), free_port()
    made = install(folder, Wished(port=port, tls_port=secure, network="127.0.0.2"))
    with (
        Runs(made.command, port),
        joined(
            secure,
            broker_service.USER,
            made.password,
            host="127.0.0.2",
            tls=True,
            ca_file=str(made.authority),
        ) as ours,
    ):
        assert ours.up().bus.probe() < LIMIT
        with socket.socket() as other:
            assert other.connect_ex(("127.0.0.2", port)) != 0


def test_without_tls_it_is_there_only_by_a_word_of_its_own(folder, no_systemd):
    port = free_port()
    made = install(folder, Wished(port=port, network="127.0.0.2", plain=True))
    with (
        Runs(made.command, port),
        joined(port, broker_service.USER, made.password, host="127.0.0.2") as ours,
    ):
        assert ours.up().bus.probe() < LIMIT


def test_what_it_keeps_is_there_after_a_restart(folder, no_systemd):
    port = free_port()
    made = install(folder, Wished(port=port))
    with Runs(made.command, port), joined(port, broker_service.USER, made.password) as ours:
        ours.up().bus.publish(Publish(topic="t/kept", payload=b"x", qos=1, retain=True))
        ours.bus.probe()
    with Runs(made.command, port), joined(port, broker_service.USER, made.password) as ours:
        ours.up().bus.subscribe([("t/kept", 1)])
        assert ours.get().payload == b"x"


def test_a_device_has_an_account_for_its_own_topics(folder, no_systemd):
    port = free_port()
    made = install(folder, Wished(port=port))
    word = add_account(folder, "lamp-1")
    with (
        Runs(made.command, port),
        joined(port, broker_service.USER, made.password) as ours,
        joined(port, "lamp-1", word) as lamp,
    ):
        ours.up().bus.subscribe([("lamp-2/x", 1), ("lamp-1/x", 1)])
        ours.bus.probe()
        for topic in ("lamp-2/x", "lamp-1/x"):
            lamp.up() if lamp.bus.state.state is not BrokerState.CONNECTED else None
            lamp.bus.publish(Publish(topic=topic, payload=b"", qos=1))
        assert ours.get().topic == "lamp-1/x"


@pytest.mark.parametrize("name", ["", "a:b", "a/b", "a\nb", "orangery", "homeassistant", "tele"])
def test_an_account_cannot_be_named_so_that_it_would_own_more(folder, no_systemd, name):
    install(folder, Wished(port=free_port()))
    with pytest.raises(CommandError, match="broker_name_bad"):
        add_account(folder, name)


def test_an_account_is_made_once(folder, no_systemd):
    install(folder, Wished(port=free_port()))
    add_account(folder, "lamp-1")
    with pytest.raises(CommandError, match="broker_account_exists"):
        add_account(folder, "lamp-1")


def test_no_password_stands_in_a_file_and_nobody_else_reads_any(folder, no_systemd):
    made = install(folder, Wished(port=free_port(), network="127.0.0.2", tls_port=free_port()))
    word = add_account(folder, "lamp-1")
    for file in (one for one in folder.rglob("*") if one.is_file()):
        assert made.password.encode() not in file.read_bytes()
        assert word.encode() not in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_where_something_listens_already_nothing_is_installed(folder, no_systemd):
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(CommandError, match="broker_port_taken"),
    ):
        install(folder, Wished(port=other.getsockname()[1]))
    assert not folder.exists()


def test_a_second_one_is_not_laid_over_the_first(folder, no_systemd):
    install(folder, Wished(port=free_port()))
    before = {one: one.read_bytes() for one in folder.iterdir() if one.is_file()}
    with pytest.raises(CommandError, match="broker_installed"):
        install(folder, Wished(port=free_port()))
    assert before == {one: one.read_bytes() for one in folder.iterdir() if one.is_file()}


def test_without_mosquitto_it_says_how_to_get_it(folder, no_systemd, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(BrokerError, match="mosquitto_missing"):
        install(folder, Wished(port=free_port()))
    assert not folder.exists()


def test_systemd_runs_it_for_this_person_and_nothing_of_the_system_is_touched(folder, systemd):
    made = install(folder, Wished(port=free_port()))
    unit = made.unit.read_text()
    assert f'"{made.command[0]}" "-c" "{folder}/mosquitto.conf"' in unit
    assert "Restart=on-failure" in unit
    assert systemd() == [
        "--user daemon-reload",
        "--user enable --now orangery-broker.service",
    ]


def test_a_new_account_is_taken_without_a_restart(folder, systemd):
    install(folder, Wished(port=free_port()))
    add_account(folder, "lamp-1")
    assert systemd()[-1] == "--user reload orangery-broker.service"


def test_uninstall_stops_it_and_leaves_what_it_kept(folder, systemd):
    made = install(folder, Wished(port=free_port()))
    (folder / "data" / "mosquitto.db").write_bytes(b"kept")
    assert uninstall(folder) == made.unit
    assert systemd()[2:] == [
        "--user disable --now orangery-broker.service",
        "--user daemon-reload",
    ]
    assert [one.name for one in folder.rglob("*") if one.is_file()] == ["mosquitto.db"]
    with pytest.raises(CommandError, match="broker_not_installed"):
        uninstall(folder)


def _lines(folder):
    return (folder / "mosquitto.conf").read_text().splitlines()


# --- on the command line -------------------------------------------------------------------------


def orangery(folder, *words, **more):
    from click.testing import CliRunner  # noqa: PLC0415 - only here

    return CliRunner().invoke(main, ["--folder", str(folder), "--lang", "en", *words], **more)


def test_the_command_installs_it_and_the_house_uses_it(tmp_path, no_systemd):
    house, port = furnish(tmp_path / "house"), free_port()
    done = orangery(house, "broker", "install", "--port", str(port))
    assert done.exit_code == 0, done.output
    assert "nothing was started" in done.stdout
    assert f"{house}/broker/mosquitto.conf" in done.stdout.replace("\n", "")
    (known,) = brokers.load(house)
    assert (known.name, known.port, known.user) == ("own", port, "orangery-app")
    done = orangery(house, "broker", "uninstall")
    assert done.exit_code == 0, done.output
    assert brokers.load(house) == ()


def test_plain_without_a_network_is_refused(tmp_path, no_systemd):
    done = orangery(furnish(tmp_path / "house"), "broker", "install", "--plain")
    assert (done.exit_code, "--plain" in done.stderr) == (1, True)


def test_on_the_network_without_tls_it_warns(tmp_path, no_systemd):
    words = ("broker", "install", "--port", str(free_port()), "--network", "127.0.0.2", "--plain")
    done = orangery(furnish(tmp_path / "house"), *words)
    assert "Warning" in done.stdout
