"""docs/freshness.md: its commands are followed from top to bottom; what is sent is as it says."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from desktop.cli import main
from desktop.selfupdate import renewal
from tests.desktop.selfupdate.renewing import Program, copy, shelf
from tests.firmware import simulator
from tests.firmware.simulator import Server

PAGE = Path(__file__).parents[3] / "docs" / "freshness.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind):
    return [body for one, body in BLOCK.findall(PAGE.read_text()) if one == kind]


COMMANDS = [line for body in blocks("sh") for line in body.splitlines()]


@pytest.fixture
def maker(tmp_path):
    made = Program(tmp_path / "maker")
    made.ship("0.3.0")
    return made


@pytest.fixture
def server(maker):
    with Server(maker.folder) as running:
        yield running


def test_each_command_of_the_page_does_something(tmp_path, maker, server, monkeypatch):
    kept = shelf(tmp_path, "0.2.0", before="0.1.0")
    mine = copy(tmp_path, maker.link(server), "0.2.0", versions=kept)
    monkeypatch.setattr(renewal, "of_this_program", lambda: mine)
    for line in COMMANDS:
        words = line.replace("STICK", str(maker.folder)).split()
        assert words.pop(0) == "orangery"
        whole = ["--folder", str(tmp_path / "house"), "--lang", "en", *words]
        done = CliRunner().invoke(main, whole, catch_exceptions=False)
        assert done.exit_code == 0, f"{line}\n{done.output}"
    assert len(COMMANDS) > 8


def test_what_is_sent_is_what_the_page_says(tmp_path, maker, server, monkeypatch):
    sent = []

    class Heard(simulator._Handler):
        def do_GET(self):  # noqa: N802 - the library's name
            lines = [self.requestline, *(f"{name}: {said}" for name, said in self.headers.items())]
            sent.append(lines)
            super().do_GET()

    [said] = blocks("text")
    wanted = said.splitlines()
    with Server(maker.folder) as heard:
        heard._http.RequestHandlerClass = type("Handler", (Heard,), {"owner": heard})
        copy(tmp_path, maker.link(heard)).renew()
    assert len(sent) > 8
    for lines in sent:
        assert re.fullmatch(r"GET /(metadata|targets)/\S+ HTTP/1\.1", lines[0])
        assert [one.partition(":")[0] for one in lines[1:]] == ["Host", *names(wanted)[1:]]
        assert lines[2:] == wanted[2:]


def names(lines):
    return [one.partition(":")[0] for one in lines[1:]]
