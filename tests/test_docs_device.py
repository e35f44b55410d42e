"""The device in docs/device.md is taken from the page and lives in a real house."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from desktop.commands import CheckNow
from desktop.demo.images import make_org1
from desktop.demo.program import Program
from firmware.orders import StartRollout
from fleet.brokers import BrokerSettings
from fleet.bus import Bus
from fleet.model import UpdateState
from tests import test_docs_commands
from tests.desktop.homes import furnish
from tests.firmware.simulator import LAMP, Simulator
from tests.test_docs_commands import home

__all__ = ["home"]

PAGE = (Path(__file__).parent.parent / "docs" / "device.md").read_text()
[CODE] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TYPED = {whose: body for whose, body in test_docs_commands.BLOCK.findall(PAGE) if whose}
pytestmark = [pytest.mark.broker, pytest.mark.timeout(240)]


def test_it_has_under_a_hundred_lines():
    assert len(CODE.splitlines()) < 100


@pytest.fixture
def maker(tmp_path) -> Simulator:
    sim = Simulator(tmp_path / "mirror")
    publish(sim, 1)
    return sim


def publish(sim: Simulator, number: int, **more: object) -> None:
    about = {"vendor": "acme", "model": "lamp", "version": f"1.{number}.0", "counter": number}
    sim.week = f"2026-W{number + 10}"
    sim.files[LAMP] = make_org1(**about, hardware=("A",), payload=bytes([number]) * 90_000)
    sim.about[LAMP] = {**about, "hardware": ["A"], **more}
    sim.publish()


@pytest.fixture
def flash(tmp_path, request) -> Path:
    """Its folder, where it has committed a counter before."""
    folder = tmp_path / "flash"
    folder.mkdir()
    if counter := getattr(request, "param", 0):
        runs = {"slot": "a", "version": "1.0.0", "counter": counter}
        (folder / "state").write_text(json.dumps({"runs": runs, "trial": None, "last": {}}))
    return folder


@pytest.fixture
def device(tmp_path, broker, maker, flash) -> Iterator[None]:
    (tmp_path / "device.py").write_text(CODE)
    root = maker.metadata / "1.root.json"
    words = ["127.0.0.1", broker.port, "lamp", flash, root]
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, tmp_path / "device.py", *map(str, words)]
        running = subprocess.Popen(command, stdout=log, stderr=log)
    yield
    running.kill()
    running.wait()


@pytest.fixture
def program(tmp_path, broker, maker, device) -> Iterator[Program]:
    house = Program(furnish(tmp_path / "house", broker.port, maker))
    house.start()
    yield house
    house.stop()


def ended(program: Program):
    def seen(now):
        states = [one for one in now.facts.get("update", {}).values() if one.state.ended]
        return states[0] if states else None

    return program.until(seen, "the end of the update", 90)


def begin(program: Program) -> None:
    program.until(lambda now: [one for one in now.devices.values() if one.version], "the lamp")
    program.do(CheckNow())
    program.do(StartRollout())


def test_it_is_found_updated_and_says_so(program, maker, flash):
    begin(program)
    assert ended(program).state is UpdateState.DONE
    state = json.loads((flash / "state").read_text())
    assert state["runs"] == {"slot": "b", "version": "1.1.0", "counter": 1}
    assert (flash / "b.image").read_bytes() == maker.files[LAMP]


@pytest.mark.parametrize("flash", [5], indirect=True)
def test_it_refuses_by_itself_what_does_not_count_upwards(program, flash):
    begin(program)
    update = ended(program)
    assert (update.state, update.reason) == (UpdateState.FAILED, "device_refused")
    assert "counter_too_old" in update.fact
    assert json.loads((flash / "state").read_text())["runs"]["version"] == "1.0.0"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder as a mirror, in place of the page's `http.server`."""
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@contextmanager
def lives(folder: Path, port: int) -> Iterator[None]:
    """The device as the page starts it, from its hello on."""
    said = threading.Event()
    bus = Bus(
        BrokerSettings(host="127.0.0.1", port=port),
        on_message=lambda _: said.set(),
        on_state=lambda _: None,
    )
    bus.subscribe([("orangery/v1/dev/lamp-1/hello", 1)])
    bus.start()
    (folder / "flash").mkdir()
    (folder / "device.py").write_text(CODE)
    words = ["device.py", "127.0.0.1", str(port), "lamp-1", "flash"]
    words += ["release/mirror/metadata/1.root.json"]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([sys.executable, *words], cwd=folder, stdout=log, stderr=log)
    try:
        assert said.wait(60), (folder / "log").read_text()
        yield
    finally:
        bus.stop()
        running.kill()
        running.wait()


@pytest.mark.slow
def test_a_maker_who_follows_the_page_brings_it_an_update(home, broker):
    for line in TYPED["maker"].splitlines():
        done = test_docs_commands.run(line, home)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    with served(home / "release" / "mirror") as url, lives(home, broker.port):
        for line in TYPED["home"].splitlines():
            here = line.replace("http://127.0.0.1:8000", url).replace("1883", str(broker.port))
            done = test_docs_commands.run(here, home)
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert "lamp lamp-1: Confirmed 1.1.0" in done.stdout
    assert json.loads((home / "flash" / "state").read_text())["runs"]["version"] == "1.1.0"
