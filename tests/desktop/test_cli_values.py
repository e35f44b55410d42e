"""Values, orders and a maker's own update as a person types them, on a house with a real broker."""

from __future__ import annotations

import json
import threading

import pytest
from click.testing import CliRunner

from desktop import app, cli_trust, settings
from desktop.app import Household
from desktop.cli import main
from desktop.show import offer, ways
from fleet.dialects import ALL
from fleet.model import Caps, Device, Install, Version
from fleet.steps import Publish
from fleet.trace import Direction
from tests.desktop.homes import LIMIT, Listener, device_called, furnish, until
from tests.desktop.test_show_updates import printed
from tests.desktop.toy import Toy

ONLY_WE = "only Orangery checks the signatures"
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
def orders(broker, house):
    """What is sent to the toy, and a voice of its own."""
    with Listener(broker.port, "toy/#") as heard:
        say(heard, state="ON", bri=100, temp=21.5)
        until(house.client, device_called("lamp"))
        heard.next()
        yield heard


def say(heard: Listener, **said: object) -> None:
    payload = json.dumps(said).encode()
    heard._bus.publish(Publish(topic="toy/lamp", payload=payload, qos=1, retain=True))


@pytest.fixture
def run(folder):
    def orangery(*words):
        whole = ["--folder", str(folder), "--lang", "en", *words]
        return CliRunner().invoke(main, whole, catch_exceptions=False)

    return orangery


def test_what_a_device_measures_and_does_is_shown_with_units(run, orders):
    said = run("show", "lamp").stdout
    assert "50 %" in said
    assert "21.5 °C" in said
    assert "calm, party" in said
    values = json.loads(run("show", "lamp", "--json").stdout)["values"]
    assert {one["feature"]: one["value"] for one in values}["state"] is True


def test_a_value_is_set(run, orders, house):
    answer = run("set", "lamp", "level", "40", "--json")
    assert json.loads(answer.stdout) == {"device": "lamp", "feature": "bri", "sent": 40.0}
    message = orders.next()
    assert (message.topic, json.loads(message.payload)) == ("toy/lamp/set", {"bri": 80.0})
    key = device_called("lamp")(house.client.snapshot()).key
    assert house._house.trace.last(key, 1)[0].direction is Direction.OUT


def test_a_button_is_pressed(run, orders):
    assert run("set", "lamp", "ping").exit_code == 0
    assert json.loads(orders.next().payload) == {"ping": ""}


def test_what_it_does_not_take_is_told_in_words(run, orders):
    answer = run("set", "lamp", "mode", "loud")
    assert answer.exit_code == 1
    assert "takes: calm, party" in answer.stderr


def test_its_makers_update_is_looked_for_and_shown_as_not_ours(run, orders, monkeypatch):
    monkeypatch.setattr(cli_trust, "_OFFER_S", LIMIT)

    def answers() -> None:
        assert orders.next().topic == "toy/lamp/check"
        say(orders, offer="2.0", notes="Better light")

    maker = threading.Thread(target=answers)
    maker.start()
    told = json.loads(run("check", "lamp", "--json").stdout)
    maker.join()
    assert (told["offer"]["raw"], told["notes"]) == ("2.0", "Better light")
    said = run("device", "lamp").stdout
    assert "2.0 (not verified by us): Better light" in said
    assert "it installs what its own maker offers; nobody here checks it" in said


def test_http_is_allowed_by_one_word_and_taken_back_by_another(run, house, folder):
    assert "no device is asked" in run("home").stdout
    assert "devices may be asked" in run("home", "--allow-http").stdout
    assert settings.load(folder).lan_http
    assert json.loads(run("home", "--no-http", "--json").stdout)["http"]["home"]["allow"] is False
    assert not settings.load(folder).lan_http


@pytest.mark.parametrize(
    ("caps", "said"),
    [
        (Caps(), ""),
        (
            Caps(install=frozenset({Install.URL}), checks_signature=True),
            "it fetches the file from here; it checks signatures itself",
        ),
        (
            Caps(install=frozenset({Install.URL, Install.OWN})),
            f"it fetches the file from here, or it installs what its own maker offers; {ONLY_WE}",
        ),
        (
            Caps(install=frozenset({Install.HTTP})),
            f"it is given the file over HTTP; {ONLY_WE}",
        ),
    ],
)
def test_how_it_takes_an_update_and_who_checks_it_is_said(caps, said):
    assert ways(Device(key="k", name="D", caps=caps)) == said


def test_who_offers_nothing_says_so():
    assert "offers nothing" in printed(offer(Device(key="k", name="D", version=Version("1"))))
