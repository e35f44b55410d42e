"""Where the programs of others are, and how they are spoken to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fleet.brokers import OwnBroker

HERE = Path(__file__).parent
PEERS = Path(os.environ.get("ORANGERY_PEERS") or HERE.parents[1] / ".peers")
LIMIT_S = 120.0


class Talk:
    """A program that answers each line with a line, both JSON; it ends with the test."""

    def __init__(self, words: list[str], log: Path) -> None:
        self._log = log
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True
            )
        self._late = threading.Timer(LIMIT_S, self._process.kill)
        self._late.start()

    def hear(self) -> object:
        """Return what it says next; fails with its own words where it has ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self._log.read_text()[-2000:]
        return json.loads(line)

    def ask(self, **asked: object) -> object:
        """Return its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self.hear()

    def stop(self) -> None:
        """End it at once, as a power cut would."""
        self._late.cancel()
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def broker() -> Iterator[OwnBroker]:
    with OwnBroker() as running:
        yield running


@pytest.fixture
def python_of(tmp_path: Path) -> Iterator[Callable[..., Talk]]:
    """Start one of our scripts in the environment of a package of others."""
    started: list[Talk] = []

    def start(name: str, script: str, *words: str) -> Talk:
        python = PEERS / name / "bin" / "python"
        if not python.exists():
            pytest.skip(f"{name} is not installed: scripts/peers does that")
        talk = Talk([str(python), str(HERE / script), *words], tmp_path / f"{name}.log")
        started.append(talk)
        return talk

    yield start
    for talk in started:
        talk.stop()


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start one of our scripts on packages from npm."""
    program, modules = shutil.which("node"), PEERS / "node" / "node_modules"
    if program is None or not modules.is_dir():
        pytest.skip("the Homie devices are not installed: scripts/peers does that")
    started: list[subprocess.Popen[bytes]] = []

    def start(script: str, *words: str) -> subprocess.Popen[bytes]:
        with (tmp_path / f"{script}.log").open("wb") as out:
            process = subprocess.Popen(
                [program, str(HERE / script), *words],
                env={**os.environ, "NODE_PATH": str(modules)},
                stdout=out,
                stderr=out,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
