"""Messages as a person asks for them on the command line, in a house with a real broker."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop import app, messages_commands
from desktop.app import Household
from desktop.cli import main
from fleet.dialects import ALL
from fleet.replay import replay
from fleet.steps import Publish
from tests.desktop.homes import LIMIT, Listener, device_called, furnish, until
from tests.desktop.toy import Toy

pytestmark = pytest.mark.broker


@pytest.fixture
def folder(tmp_path, broker):
    return furnish(tmp_path / "house", broker.port)


@pytest.fixture
def house(folder, monkeypatch):
    monkeypatch.setattr(app, "ALL", (*ALL, Toy()))
    with Household(folder) as opened:
        yield opened


@pytest.fixture
def lamp(broker, house):
    """A lamp that has spoken, and a voice of its own."""
    with Listener(broker.port, "#") as heard:
        say(heard, "toy/lamp", state="ON", bri=100)
        until(house.client, device_called("lamp"))
        yield heard


@pytest.fixture
def run(folder):
    def orangery(*words):
        whole = ["--folder", str(folder), "--lang", "en", *words]
        return CliRunner().invoke(main, whole, catch_exceptions=False)

    return orangery


def say(heard: Listener, topic: str, **said: object) -> None:
    payload = json.dumps(said).encode()
    heard._bus.publish(Publish(topic=topic, payload=payload, qos=1, retain=True))


def heard_by(house: Household, text: str) -> None:
    """Wait until the house has heard what passes this filter."""

    def there(_snapshot) -> bool:
        asked = messages_commands.Messages(text=text)
        return bool(house.client.send(asked).result(LIMIT).messages)

    until(house.client, there)


def test_the_last_messages_are_listed_with_what_they_are(run, lamp):
    said = run("messages", "toy/+").stdout
    assert "toy/lamp" in said
    assert "[toy: lamp" in said  # retained or just said: as it came first


def test_as_json_they_are_objects_with_counts(run, lamp):
    told = json.loads(run("messages", "lamp", "--json").stdout)
    (one, *_) = told["messages"]
    assert (one["topic"], json.loads(one["payload"])["bri"]) == ("toy/lamp", 100)
    assert told["counts"]["devices"] >= 1


def test_only_those_of_one_device_or_kind(run, lamp):
    assert "toy/lamp" in run("messages", "--device", "lamp").stdout
    assert "toy/lamp" not in run("messages", "--kind", "unknown").stdout


def test_they_are_followed_for_a_while_a_line_each(run, lamp):
    told = run("messages", "toy/#", "--seconds", "0.4", "--json").stdout.splitlines()
    assert [json.loads(line)["topic"] for line in told] == ["toy/lamp"]


def test_they_are_written_and_read_again_by_replay(run, lamp, tmp_path, house):
    say(lamp, "shellies/shellyplug-s-1234AB/online")
    heard_by(house, "shellies/#")
    file = tmp_path / "heard.jsonl"
    assert run("messages", "--export", str(file)).exit_code == 0
    topics = [json.loads(line)["topic"] for line in file.read_text().splitlines()]
    assert "shellies/shellyplug-s-1234AB/online" in topics
    assert "devices" in replay(file.read_text().splitlines())


def test_what_is_of_no_device_is_sent_and_arrives(run, lamp):
    answer = run("send", "garden/bell", "ring", "--seconds", "0", "--json")
    assert json.loads(answer.stdout)["sent"]["device"] == ""
    message = lamp.next()
    while message.topic != "garden/bell":
        message = lamp.next()
    assert message.payload == b"ring"


def test_what_is_of_a_device_wants_a_person_who_knows(run, lamp, house):
    asked = run("send", "toy/lamp/set", '{"bri": 80}', "--seconds", "0")
    assert asked.exit_code == 1
    assert "--i-know" in asked.stderr
    assert "lamp" in asked.stderr
    done = run("send", "toy/lamp/set", '{"bri": 80}', "--i-know", "--seconds", "0")
    assert done.exit_code == 0
    ours = run("messages", "--kind", "sent", "toy/lamp/set").stdout
    assert "-> toy/lamp/set" in ours
    assert "[toy: lamp]" in ours


def test_what_comes_back_is_shown(run, lamp):
    told = run("send", "toy/lamp/set", "{}", "--i-know", "--seconds", "0.3", "--json")
    assert json.loads(told.stdout)["came_back"] == []


@pytest.mark.parametrize(
    ("topic", "code"), [("$SYS/x", "raw_topic_reserved"), ("orangery/v1/home", "raw_topic_ours")]
)
def test_what_nobody_may_send_is_refused_whatever_one_knows(run, lamp, topic, code):
    answer = run("send", topic, "x", "--i-know", "--json")
    assert json.loads(answer.stdout)["error"]["code"] == code
