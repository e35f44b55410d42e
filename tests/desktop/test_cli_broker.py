"""The brokers of a house, as people choose and look at them on the command line."""

import json

import pytest
from click.testing import CliRunner

from desktop.app import Household
from desktop.cli import main
from fleet import brokers
from fleet.brokers import OwnBroker, free_port
from tests.desktop.homes import Voice, furnish

pytestmark = pytest.mark.broker


@pytest.fixture
def folder(tmp_path):
    return furnish(tmp_path / "house")


@pytest.fixture
def second():
    with OwnBroker(users={"anna": "secret"}) as running:
        yield running


@pytest.fixture
def run(folder):
    def run(*words, **more):
        return CliRunner().invoke(main, ["--folder", str(folder), "--lang", "en", *words], **more)

    return run


def names(folder):
    return [one.name for one in brokers.load(folder)]


def test_a_host_alone_is_the_houses_first_broker(folder, run, broker):
    done = run("broker", "127.0.0.1", "--port", str(broker.port))
    assert done.exit_code == 0, done.output
    assert [(one.name, one.port) for one in brokers.load(folder)] == [("home", broker.port)]


def test_one_more_is_added_with_its_password_from_stdin(folder, run, broker, second):
    run("broker", "127.0.0.1", "--port", str(broker.port))
    words = ("--port", str(second.port), "--user", "anna", "--password-stdin")
    done = run("broker", "add", "attic", "127.0.0.1", *words, input="secret\n")
    assert done.exit_code == 0, done.output
    assert names(folder) == ["home", "attic"]
    assert brokers.password(brokers.load(folder)[1]) == "secret"


def test_what_is_wrong_with_it_is_said_and_it_is_kept(folder, run, second):
    words = ("--port", str(second.port), "--user", "anna", "--password-stdin")
    done = run("broker", "add", "attic", "127.0.0.1", *words, input="wrong\n")
    assert done.exit_code == 1
    assert "does not accept" in done.stderr
    assert names(folder) == ["attic"]


def test_the_list_shows_each_with_its_state(run, broker):
    run("broker", "add", "one", "127.0.0.1", "--port", str(broker.port), "--read-only")
    run("broker", "add", "two", "127.0.0.1", "--port", str(free_port()), "--bridge-of", "one")
    said = run("broker", "list").stdout
    assert "read only" in said
    assert "bridge of one" in said
    told = json.loads(run("broker", "list", "--json").stdout)
    assert set(told["brokers"]) == {"one", "two"}
    assert told["brokers"]["one"]["read_only"] is True
    assert "password" not in json.dumps(told)


def test_a_change_keeps_all_else(folder, run, broker):
    run("broker", "add", "one", "127.0.0.1", "--port", str(broker.port), "--protocol", "3.1.1")
    done = run("broker", "set", "one", "--read-only")
    assert done.exit_code == 0, done.output
    (kept,) = brokers.load(folder)
    assert (kept.protocol, kept.read_only, kept.port) == ("3.1.1", True, broker.port)


def test_one_that_is_removed_is_gone(folder, run, broker):
    run("broker", "add", "one", "127.0.0.1", "--port", str(broker.port))
    assert run("broker", "remove", "one").exit_code == 0
    assert names(folder) == []


def test_a_test_says_it_in_words(run, broker):
    run("broker", "add", "one", "127.0.0.1", "--port", str(broker.port))
    with Voice(broker.port):
        said = " ".join(run("broker", "test", "one").stdout.split())
    assert "written to and read back in" in said
    assert "native heard:" in said
    assert "nothing seen: no right to read there, or nothing there" in said


def test_a_test_of_one_that_is_only_listened_to_says_so(run, broker):
    run("broker", "add", "one", "127.0.0.1", "--port", str(broker.port), "--read-only")
    assert "nothing is ever published" in run("broker", "test", "one").stdout


def test_the_access_list_is_ready_for_a_file(run, broker):
    run("broker", "add", "one", "127.0.0.1", "--port", str(broker.port))
    said = run("broker", "acl", "--user", "anna", "--devices").stdout
    assert "user anna\n" in said
    assert "topic write cmnd/+/OtaUrl\n" in said
    assert "pattern write orangery/v1/dev/%u/#\n" in said


def test_exploring_shows_who_speaks(run, broker):
    run("broker", "add", "one", "127.0.0.1", "--port", str(broker.port))
    with Voice(broker.port) as other:
        other.publish("odd/box", b"1")
        said = run("explore", "--seconds", "1").stdout
        told = json.loads(run("explore", "--seconds", "1", "--json").stdout)
        other.publish("odd/box", b"")
    assert "not understood: no_dialect" in said
    assert told["explored"]["unknown"] == {"odd/box": "no_dialect"}


def test_what_is_found_is_told(run, monkeypatch):
    from fleet import find_brokers, found  # noqa: PLC0415 - only here

    one = found.Found(
        host="attic.local",
        port=1883,
        tls=False,
        address="192.168.1.5",
        answer=found.Answer.PASSWORD,
        by=("mdns",),
        title="Attic",
    )
    monkeypatch.setattr(find_brokers, "find", lambda *_, **__: (one,))
    assert "wants a user and a password" in run("broker", "find").stdout
    assert json.loads(run("broker", "find", "--json").stdout)["found"][0]["host"] == "attic.local"
    monkeypatch.setattr(find_brokers, "find", lambda *_, **__: ())
    assert "orangery broker install" in run("broker", "find").stdout


def test_all_of_it_goes_through_the_house_that_is_open(folder, run, broker):
    """Over its socket: settings, what was found out, and the access list cross as they are."""
    with Household(folder), Voice(broker.port):
        words = ("--port", str(broker.port))
        assert run("broker", "add", "one", "127.0.0.1", *words).exit_code == 0
        assert json.loads(run("broker", "list", "--json").stdout)["brokers"]["one"]["name"] == "one"
        told = json.loads(run("broker", "test", "--json").stdout)["test"]
        assert (told["own"], told["trees"]["native"]) == ("open", "heard")
        assert json.loads(run("explore", "--seconds", "1", "--json").stdout)["explored"]["devices"]
        assert "user orangery-app" in run("broker", "acl").stdout
        assert run("broker", "remove", "one").exit_code == 0
    assert names(folder) == []
