"""People at the hub from the command line: a real hub, a real provider, real processes."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import urllib3

from feedback import enrol_link, sync
from feedback.outbox import Enrol, Synced, TakeOutbox
from tests.feedback.desk import Desk
from tests.hub import providers
from tests.hub.running import ROOT, RunningHub, free_port, launch, ready

GOOD = "correct horse battery"


class Person:
    """Somebody at a command line, with a file of their own for sessions."""

    def __init__(self, folder, url: str = "") -> None:
        self.tokens = folder / "tokens.json"
        self.env = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ORANGERY_HUB_TOKENS": str(self.tokens),
            "ORANGERY_HUB_URL": url,
        }

    def do(self, *words: str, said: str = "", good: bool = True) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hub", *words],
            cwd=ROOT,
            env=self.env,
            input=said,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode == 0) is good, done.stderr
        return done.stdout if good else done.stderr

    def json(self, *words: str):
        return json.loads(self.do(*words, "--json"))


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """On SQLite alone: what is below is tried on both databases, command lines take their time."""
    running = RunningHub(tmp_path_factory.mktemp("hub"))
    yield running.start()
    running.close()


@pytest.fixture
def lin(tmp_path, hub):
    person = Person(tmp_path, hub.url)
    at = ("--data", str(hub.folder))
    told = person.do("staff", "add", "Lin", *at, "--role", "steward", "--password-stdin", said=GOOD)
    assert "orangery-hub login --url ADDRESS --name Lin" in told
    return person


def joined(tmp_path, hub, code: str, name: str = "anna") -> Desk:
    desk = Desk(tmp_path / f"{name}.sqlite", time.time)
    desk.send(Enrol(code=code, hub_url=hub.url, name=name))
    desk.send(Synced(sync.run(desk.send(TakeOutbox()), clock=time.time)))
    return desk


def test_a_steward_signs_in_works_and_signs_out(tmp_path, hub, lin):
    assert "orangery-hub login" in lin.do("me", good=False)
    said = lin.do("login", "--name", "Lin", "--password-stdin", said=GOOD + "\n")
    (token,) = json.loads(lin.tokens.read_text()).values()
    assert "steward" in said
    assert token not in said
    assert stat.S_IMODE(lin.tokens.stat().st_mode) == 0o600
    assert lin.json("me")["roles"] == ["steward"]
    code = lin.do("invitations", "make", "--batch", "spring", "--ring", "1").strip()
    desk = joined(tmp_path, hub, code)
    desk.close()
    (one,) = [each for each in lin.json("member", "list") if each["name"] == "anna"]
    assert (one["ring"], one["keys"]) == (1, 1)
    lin.do("member", "name", one["id"], "Anna B.")
    assert lin.do("member", "code", one["id"]).startswith("OR-")
    assert "erased on" in lin.do("member", "forget", one["id"])
    lin.do("member", "forget", one["id"], "--keep")
    assert lin.json("member", "show", one["id"])["erased_by"] is None
    assert lin.json("member", "revoke", one["id"]) == {"id": one["id"], "ended": 1}
    lin.do("logout")
    assert json.loads(lin.tokens.read_text()) == {}
    assert "not_signed_in" in lin.do("me", good=False)


def test_a_wrong_password_is_refused_without_a_reason(lin):
    said = lin.do("login", "--name", "Lin", "--password-stdin", said="wrong\n", good=False)
    assert "[login_refused]" in said


def test_invitations_are_made_as_links_listed_and_taken_back(lin, hub):
    lin.do("login", "--name", "Lin", "--password-stdin", said=GOOD + "\n")
    made = lin.do("invitations", "make", "--count", "2", "--batch", "autumn", "--links")
    links = [enrol_link.parse(line) for line in made.split()]
    assert [link.hub for link in links] == [hub.url, hub.url]
    assert "active" in lin.do("invitations", "list", "--batch", "autumn")
    assert lin.json("invitations", "revoke", "--batch", "autumn") == {"revoked": 2}
    assert "seats free" in lin.do("invitations", "waiting")
    lin.do("invitations", "revoke", good=False)


def test_the_audit_is_read_and_verified_by_a_hash_that_was_kept(lin):
    lin.do("login", "--name", "Lin", "--password-stdin", said=GOOD + "\n")
    page = lin.json("audit", "--by", "Lin")
    assert page["entries"][0]["action"] == "sign_in"
    assert "whole" in lin.do("audit", "--verify", "--known", page["head"])
    lin.do("audit", "--verify", "--known", "f" * 64, good=False)


def test_the_operator_ends_people_and_gives_programs_tokens_that_only_read(lin, hub):
    at = ("--data", str(hub.folder))
    lin.do("staff", "add", "Robot", *at, "--role", "reader")
    token = lin.do("staff", "token", "Robot", *at, "--read-only").strip()
    assert json.loads(lin.do("me", "--token", token, "--json"))["name"] == "Robot"
    listed = {one["name"]: one for one in json.loads(lin.do("staff", "list", *at, "--json"))}
    assert (listed["Lin"]["password"], listed["Robot"]["roles"]) == (True, ["reader"])
    lin.do("staff", "household", "Lin", "nobody", *at, good=False)
    lin.do("staff", "household", "Lin", *at)
    lin.do("staff", "end", "Robot", *at)
    assert "[not_staff]" in lin.do("me", "--token", token, good=False)
    assert "Robot" in lin.do("staff", "list", *at)


def test_the_unit_and_the_memory_of_the_hub_are_printed(lin, hub):
    assert "ExecStart=" in lin.do("unit")
    said = json.loads(lin.do("memory", str(hub.process.pid)))
    assert 20 < said["resident"] <= said["most"] < 200


def test_somebody_signs_in_at_the_provider_in_a_browser_and_comes_back_to_the_program(tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with providers.running() as provider:
        folder = tmp_path / "hub"
        folder.mkdir()
        (folder / "hub.toml").write_text(
            f'url = "{url}"\n[oidc]\nissuer = "{provider.issuer}"\n[oidc.roles]\n'
            '"orangery-lead" = ["product_manager", "steward"]\n'
        )
        serving = RunningHub(folder)
        process = launch(folder, str(port))
        try:
            assert ready(process)["url"] == url
            person = Person(tmp_path, url)
            assert "steward" in signed_in(person, provider, "mei")
            assert person.json("me")["name"] == "mei@acme.example"
            assert "[login_refused]" in signed_in(person, provider, "guest")
        finally:
            process.kill()
            process.communicate()
            serving.close()


def signed_in(person: Person, provider, sub: str) -> str:
    """Run the login and be its browser; returns all that was printed."""
    command = [sys.executable, "-m", "hub", "login", "--no-browser"]
    with (
        subprocess.Popen(
            command, cwd=ROOT, env=person.env, stdout=-1, stderr=-1, text=True
        ) as process,
        urllib3.PoolManager(retries=False) as browser,
    ):
        assert process.stderr is not None
        printed = process.stderr.readline() + process.stderr.readline()
        address = re.search(r"http\S+", printed)[0]
        sent = browser.request("GET", address, redirect=False)
        cookie = sent.headers["set-cookie"].partition(";")[0]
        came = provider.consent(sent.headers["location"], sub)
        back = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}/v1/staff/oidc/back"
        home = browser.request("GET", back, fields=came, headers={"cookie": cookie}, redirect=False)
        page = browser.request("GET", home.headers["location"])
        assert (page.status, b"close this window" in page.data) == (200, True)
        out, err = process.communicate(timeout=60)
    return out + err
